"""The database under the store: files that only their owner reads, several processes, crashes, servers that go and come back, secrets."""

from __future__ import annotations

import logging
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from coach.errors import ServiceError
from coach.settings import Settings
from coach.storage.database import Database
from coach.storage.records import Attempt, Erased, SavedExchange
from coach.storage.store import Store
from coach.types import Answer

if TYPE_CHECKING:
    from postgresql import PostgreSQL

AT = datetime(2026, 11, 21, tzinfo=UTC)
SECRET = "zanahoria"
WRITER = """
import sys, uuid
from datetime import UTC, datetime
from pathlib import Path
from coach.settings import Settings
from coach.storage.records import SavedExchange
from coach.storage.store import Store
with Store.open(Settings(data=Path(sys.argv[1]))) as store:
    mine = store.start("user:" + sys.argv[2], "en", "t")
    number = 0
    while number < int(sys.argv[3]):
        said = SavedExchange(uuid.uuid4().hex, f"{number} " + "x" * 20000, None, "", "failed", datetime.now(UTC))
        store.save("user:" + sys.argv[2], mine.id, said)
        number += 1
        print(number, flush=True)
"""


def settings(data: Path, url: str | None = None, **given: Any) -> Settings:
    return Settings(data=data, **given, **({"database_url": url} if url else {}))


def exchange(name: str, text: str = "x", **given: Any) -> SavedExchange:
    return SavedExchange(name, text, Answer("answer", "en", text, text), text, "done", AT, **given)


def writer(data: Path, name: str, times: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, str(data), name, str(times)], stdout=subprocess.PIPE, text=True)


def _fail(connection: sa.Connection, *statements: sa.Executable) -> None:
    for statement in statements:
        connection.execute(statement)


def holding(data: Path, word: str) -> list[str]:
    """The files of the data folder that hold the word."""
    return [path.name for path in data.rglob("*") if path.is_file() and word.encode() in path.read_bytes()]


def files(data: Path) -> Iterator[Path]:
    return data.glob("coach.sqlite3*")


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    with Store.open(settings(tmp_path / "new" / "data")) as store:
        store.start("user:a", "en", "t")
        found = {path.name: stat.S_IMODE(path.stat().st_mode) for path in files(tmp_path / "new" / "data")}
    assert {"coach.sqlite3", "coach.sqlite3-wal"} <= found.keys()
    assert set(found.values()) == {0o600}


@pytest.mark.parametrize("seed", [0, 15, 31, 34, 39])
def test_what_was_erased_stands_in_no_file_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    """Rows that grow, shrink and are replaced, so that SQLite moves them about: where it does not rewrite its file, copies stay behind."""
    chance = random.Random(seed)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
    begun: list[tuple[str, str, str]] = []
    with Store.open(settings(tmp_path)) as store:
        for number in range(200):
            owner, word = ("user:a", SECRET) if chance.random() < 0.5 else ("user:b", "lechuga")
            begun.append((owner, word, store.start(owner, "en", f"{word} {number}").id))
            owner, word, one = chance.choice(begun)
            store.save(owner, one, exchange(str(chance.randint(0, 3)), f"{word} " * chance.choice([1, 3, 20, 90])))
            store.rename(owner, one, f"{word} " * chance.randint(1, 12))
        store.add_attempt("user:a", Attempt(AT, "r", "en", "q", "l", "k", SECRET, 1.0, {SECRET: 1.0}, "s"))
        assert any(SECRET.encode() in path.read_bytes() for path in files(tmp_path))
        assert store.erase("user:a").attempts == 1
        left = {path.name: path.read_bytes().count(SECRET.encode()) for path in files(tmp_path)}
        assert (len(left), set(left.values())) == (4, {0})
        assert any(b"lechuga" in path.read_bytes() for path in files(tmp_path))


@pytest.mark.parametrize("way", ["delete", "truncate"])
@pytest.mark.parametrize("seed", [8, 11])
def test_what_was_deleted_or_asked_anew_stands_in_no_file_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int, way: str
) -> None:
    """Rows among rows that move: deleting them one by one leaves copies behind, with these seeds, where the file is not written anew."""
    chance = random.Random(seed)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=chance.getrandbits(128), version=4))
    begun: list[tuple[str, str]] = []
    with Store.open(settings(tmp_path)) as store:
        for number in range(150):
            word = SECRET if chance.random() < 0.5 else "lechuga"
            begun.append((word, store.start("user:a", "en", f"{number}").id))
            word, one = chance.choice(begun)
            store.save("user:a", one, exchange("first", "x"))
            store.save("user:a", one, exchange(str(chance.randint(0, 3)), f"{word} " * chance.choice([1, 3, 20, 90])))
        secret = [one for word, one in begun if word == SECRET]
        assert holding(tmp_path, SECRET) != []
        for one in secret:
            if way == "delete":
                store.delete("user:a", one)
            elif said := store.exchanges("user:a", one):
                store.truncate("user:a", one, said[0].id)
        assert holding(tmp_path, SECRET) == []
        assert holding(tmp_path, "lechuga") != []


def test_an_erasure_that_a_reader_holds_up_says_so_and_is_done_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.storage.database.BUSY_SECONDS", 0.2)
    with Store.open(settings(tmp_path)) as store:
        begun = store.start("user:a", "en", "t")
        store.save("user:a", begun.id, exchange("e", SECRET))
        with closing(sqlite3.connect(tmp_path / "coach.sqlite3", isolation_level=None)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM coach_exchanges").fetchall()
            with pytest.raises(ServiceError, match="erase again later"):
                store.erase("user:a")
            assert store.conversations("user:a") == []
        assert store.erase("user:a") == Erased()
        assert holding(tmp_path, SECRET) == []


def test_retention_is_that_of_the_settings(tmp_path: Path) -> None:
    with Store.open(settings(tmp_path, retention_days=30), lambda: AT) as store:
        store.start("user:a", "en", "t")
        assert store.expire() == Erased()
        store.clock = lambda: AT + timedelta(days=31)
        assert store.expire() == Erased(conversations=1)


def test_two_processes_open_and_write_at_once(tmp_path: Path) -> None:
    both = [writer(tmp_path, name, 40) for name in ("a", "b")]
    assert [process.wait(60) for process in both] == [0, 0]
    for process in both:
        assert process.stdout
        process.stdout.close()
    with Store.open(settings(tmp_path)) as store:
        for owner in ("user:a", "user:b"):
            (begun,) = store.conversations(owner)
            assert [int(one.question.split()[0]) for one in store.exchanges(owner, begun.id)] == list(range(40))


def test_a_process_killed_while_it_writes_leaves_whole_exchanges(tmp_path: Path) -> None:
    process = writer(tmp_path, "a", 1_000_000)
    assert process.stdout
    with process.stdout as said:
        confirmed = [int(next(said)) for _ in range(25)][-1]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
    with Store.open(settings(tmp_path)) as store:
        (begun,) = store.conversations("user:a")
        kept = store.exchanges("user:a", begun.id)
        assert [one.question for one in kept] == [f"{number} " + "x" * 20000 for number in range(len(kept))]
        assert len(kept) >= confirmed
        with store.reading() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of an empty database of each kind."""
    return settings(tmp_path, None if request.param == "sqlite" else request.getfixturevalue("postgresql").emptied())


def test_threads_that_open_and_save_at_once_lose_nothing(either: Settings) -> None:
    """Two tabs of one visitor, and stores that make the tables at the same moment."""
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(lambda _: Store.open(either), range(4)))
    begun = stores[0].start("user:a", "en", "t")
    together = threading.Barrier(4)

    def save(store: Store) -> None:
        together.wait(30)
        for number in range(10):
            store.save("user:a", begun.id, exchange(f"{id(store)}-{number}"))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(save, stores))
    kept = [one.id for one in stores[0].exchanges("user:a", begun.id)]
    assert (len(kept), len(set(kept))) == (40, 40)
    for store in stores:
        assert [name for name in kept if name.startswith(f"{id(store)}-")] == [f"{id(store)}-{number}" for number in range(10)]
        store.close()


def test_a_failure_in_the_middle_keeps_nothing(either: Settings) -> None:
    with Store.open(either) as store:
        begun = store.start("user:a", "en", "t")
        with pytest.raises(ServiceError), store.writing() as connection:
            _fail(connection, sa.text("DELETE FROM coach_conversations"), sa.text("SELECT nothing"))
        assert store.conversation("user:a", begun.id) == begun


def test_tables_of_a_newer_coach_are_left_alone(either: Settings) -> None:
    with Store.open(either) as store, store.writing() as connection:
        connection.execute(sa.text("UPDATE coach_meta SET value = 99"))
    with pytest.raises(ServiceError, match=r"was written by a newer coach \(it has version 99 of the tables, this coach knows 1\)"):
        Store.open(either)


def test_a_restart_of_postgresql_is_survived(tmp_path: Path, postgresql: PostgreSQL) -> None:
    with Store.open(settings(tmp_path, postgresql.new_database())) as store:
        begun = store.start("user:a", "en", "t")
        postgresql.stop()
        try:
            for call in (lambda: store.conversations("user:a"), lambda: store.start("user:a", "en", "lost"), store.ping):
                with pytest.raises(ServiceError, match=r"postgresql://127.0.0.1:\d+/coach_\d+: cannot be used"):
                    call()
        finally:
            postgresql.start()
        store.ping()
        assert store.conversations("user:a") == [begun]
        # Nobody called meanwhile: the connections that wait in the pool are dead, and nobody has noticed yet.
        postgresql.stop()
        postgresql.start()
        store.save("user:a", begun.id, exchange("e"))


def test_no_message_holds_a_password(tmp_path: Path, postgresql: PostgreSQL, caplog: pytest.LogCaptureFixture) -> None:
    """Nor the words of a visitor: not in the error, what caused it, the log, or the settings."""
    caplog.set_level(logging.DEBUG)
    good = postgresql.new_database()
    secrets = ["pa55word-of-the-tests", "hunter2", SECRET]
    said = [repr(settings(tmp_path, good)), str(settings(tmp_path, good).model_dump())]
    urls = [
        good.replace("pa55word-of-the-tests", "hunter2"),
        good.replace(f":{postgresql.port}", ":1"),
        good.replace("coach_", "nothing_"),
        good + "?nonsense=hunter2",
        good.replace(f":{postgresql.port}", ":hunter2"),
        "mysql://u:hunter2@h/d",
        "hunter2",
        "postgresql://u:hunter2@[h/d",
        "sqlite://u:hunter2@h/d",
    ]
    for url in urls:
        with pytest.raises(ServiceError) as caught:
            Store.open(settings(tmp_path, url))
        said.append("".join(traceback.format_exception(caught.value)))
        assert "\n" not in str(caught.value)
    with Store.open(settings(tmp_path, good)) as store:
        said.append(repr(store.engine) + store.place)
        values = {"id": "1", "owner": SECRET * 99, "title": SECRET, "folded": "", "language": "en", "created": AT, "updated": AT}
        with pytest.raises(ServiceError) as caught, store.writing() as connection:
            _fail(connection, sa.insert(sa.table("coach_conversations", *map(sa.column, values))).values(values))
        said.append("".join(traceback.format_exception(caught.value)))
    found = [secret for secret in secrets for text in (*said, caplog.text) if secret in text]
    assert found == []


def test_files_that_cannot_be_used_are_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServiceError, match=r"file/below/coach.sqlite3: cannot be opened \(Not a directory\)"):
        Store.open(settings(tmp_path / "file" / "below"))
    (tmp_path / "coach.sqlite3").write_bytes(b"This is no database. " * 100)
    with pytest.raises(ServiceError, match=r"coach.sqlite3: cannot be used \(file is not a database\)"):
        Store.open(settings(tmp_path))
    assert (tmp_path / "coach.sqlite3").read_bytes().startswith(b"This is no database.")


def test_a_file_may_be_named(tmp_path: Path) -> None:
    with Store.open(settings(tmp_path, f"sqlite:///{tmp_path}/elsewhere/my.db")) as store:
        store.start("user:a", "en", "t")
    assert (tmp_path / "elsewhere" / "my.db").is_file()
    with pytest.raises(ServiceError, match="must name a PostgreSQL database or a SQLite file"):
        Store.open(settings(tmp_path, "sqlite://"))


def test_a_database_full_of_writers_is_a_stated_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.storage.database.BUSY_SECONDS", 0.1)
    with Database.open(settings(tmp_path)) as database, closing(sqlite3.connect(tmp_path / "coach.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(ServiceError, match="database is locked"), database.writing():
            pass
