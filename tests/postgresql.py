"""A PostgreSQL server of the tests' own: made in a temporary folder, on a free port of this machine, and gone with them."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

USER, PASSWORD = "coach", "pa55word-of-the-tests"
# Debian keeps the programs of a server out of the path.
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name) if path.parent.name.isdigit() else 0)


def programs() -> Path | None:
    """The folder of initdb and pg_ctl, None where PostgreSQL is not installed."""
    found = shutil.which("initdb")
    folders = [*DEBIAN, *([Path(found).resolve().parent] if found else [])]
    return next((folder for folder in reversed(folders) if (folder / "initdb").is_file() and (folder / "pg_ctl").is_file()), None)


class PostgreSQL:
    """A running server. `stop` and `start` may be called as often as a test likes; databases outlive them."""

    def __init__(self, folder: Path) -> None:
        self.programs, self.folder = folder, Path(tempfile.mkdtemp(prefix="coach-postgresql-"))
        self.numbers = itertools.count()
        self.shared: str | None = None
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        if os.geteuid() == 0:
            # The server refuses to run as root.
            shutil.chown(self.folder, "postgres", "postgres")
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        data = self.folder / "data"
        self._run("initdb", "-D", data, "-U", USER, "-A", "scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync")
        options = (
            f"port={self.port}\nlisten_addresses='127.0.0.1'\nunix_socket_directories='{self.folder}'\nfsync=off\nmax_connections=60\n"
        )
        self._run("sh", "-c", f"cat >> {data}/postgresql.conf <<'END'\n{options}END\n")
        self.start()

    def start(self) -> None:
        """Start the server; returns when it answers."""
        self._run("pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "start")

    def stop(self) -> None:
        """Stop it, cutting every connection."""
        self._run("pg_ctl", "-D", self.folder / "data", "-m", "fast", "-w", "stop")

    def new_database(self) -> str:
        """The address of a new, empty database."""
        import psycopg

        name = f"coach_{next(self.numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def emptied(self) -> str:
        """The address of a database that is made once and emptied at every call: quicker than a new one, which is a copy of 300 files."""
        import psycopg

        if self.shared is None:
            self.shared = self.new_database()
        with psycopg.connect(self.shared, autocommit=True) as connection:
            connection.execute("SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return self.shared

    def url(self, database: str) -> str:
        """The address of a database on the server."""
        return f"postgresql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def remove(self) -> None:
        """Stop the server, if it runs, and remove its folder."""
        subprocess.run(
            self._command("pg_ctl", "-D", self.folder / "data", "-m", "immediate", "-w", "stop"), capture_output=True, check=False
        )
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        # Not capture_output: the server that pg_ctl leaves behind would hold the pipe open for ever.
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(self._command(program, *arguments), stdout=said, stderr=said, check=False, cwd=self.folder)
            said.seek(0)
            assert done.returncode == 0, said.read().decode("utf-8", "replace")

    def _command(self, program: str, *arguments: str | Path) -> list[str]:
        path = self.programs / program
        as_server = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        return [*as_server, str(path) if path.is_file() else program, *map(str, arguments)]
