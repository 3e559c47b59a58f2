"""One door to SQLite and PostgreSQL: opens them, begins and ends transactions, and says in one line what is wrong.

No message holds the address as it was given: passwords stand in addresses.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from coach.errors import ServiceError
from coach.settings import Settings
from coach.storage.schema import meta
from coach.storage.upgrades import bring_up, newest, version

FILE_NAME = "coach.sqlite3"
OWNER_ONLY = 0o600
# An erasure rewrites the whole SQLite file; whoever writes meanwhile waits for it.
BUSY_SECONDS = 20
CONNECT_SECONDS = 5
STATEMENT_SECONDS = 30
# Any number, the same in every process, that no other program on the server uses by chance.
CREATION_LOCK = 0x636F616368
WRITES = "coach_writes"

Clock = Callable[[], datetime]


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


class Database:
    """A pool of connections. `place` is how the database is called in messages, `retention` how long unused things are kept."""

    def __init__(self, engine: sa.Engine, place: str, clock: Clock = now, retention: timedelta | None = None) -> None:
        self.engine, self.place, self.clock, self.retention = engine, place, clock, retention

    @classmethod
    def open(cls, settings: Settings, clock: Clock = now) -> Self:
        """The database of the settings, its tables made at first use, those of an older coach brought to the form of today.

        Raises ServiceError where it cannot be reached or used, or a newer coach wrote it.
        """
        url = _url(settings)
        place = _place(url)
        retention = timedelta(days=settings.retention_days) if settings.retention_days else None
        try:
            engine = _sqlite(url) if url.get_backend_name() == "sqlite" else _postgresql(url)
        except OSError as error:
            raise ServiceError(f"{place}: cannot be opened ({error.strerror}); set COACH_DATA to a folder that can be written") from error
        except ModuleNotFoundError as error:
            raise ServiceError(f"{place}: {error.name} is not installed; run pip install 'career-coach[postgresql]'") from error
        database = cls(engine, place, clock, retention)
        try:
            database._prepare()
        except ServiceError:
            engine.dispose()
            raise
        return database

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ping(self) -> None:
        """Raises ServiceError where the database does not answer."""
        with self.reading() as connection:
            connection.execute(sa.select(meta.c.value)).first()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that only reads. Raises ServiceError where the database fails."""
        with self._stated(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: kept whole at its end, or not at all. Raises ServiceError where the database fails."""
        with self._stated(), self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            yield connection

    def forget(self) -> None:
        """Take deleted words out of a SQLite file and its log, where they would stay until something is written over them.

        SQLite overwrites deleted rows (secure_delete), but of a row that moved when the file was rearranged a copy may stay behind: the
        file is written anew, without those, which takes about a second for 100 MB. PostgreSQL cleans up by itself, on its own schedule.

        Raises ServiceError where somebody else reads for so long that it cannot be done.
        """
        if self.engine.dialect.name != "sqlite":
            return
        with self._stated(), closing(self.engine.raw_connection()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            done = cursor.fetchone()
        if done and done[0]:
            raise ServiceError(f"{self.place}: everything is deleted, but its log is in use and still holds the words; erase again later")

    @contextmanager
    def _stated(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, self.engine.dialect.loaded_dbapi.Error) as error:
            raise ServiceError(f"{self.place}: cannot be used ({_reason(error)}); try again, or see COACH_DATABASE_URL") from error
        except (PoolTimeoutError, TimeoutError) as error:
            raise ServiceError(f"{self.place}: too many are using it at once; try again") from error

    def _prepare(self) -> None:
        """Makes the tables where there are none, and brings older ones up. Several processes may do so at once."""
        found = self._version()
        if found is None or found < newest():
            with self.writing() as connection:
                if self.engine.dialect.name == "postgresql":
                    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(CREATION_LOCK)))
                bring_up(connection)
            found = self._version()
        if found != newest():
            known = f"it has version {found} of the tables, this coach knows {newest()}"
            raise ServiceError(f"{self.place}: was written by a newer coach ({known}); install that one, or set COACH_DATABASE_URL")

    def _version(self) -> int | None:
        with self.reading() as connection:
            return version(connection)


def _url(settings: Settings) -> sa.URL:
    if settings.database_url is None:
        return sa.URL.create("sqlite", database=str(settings.data / FILE_NAME))
    wanted = "write postgresql://user:password@host/database or sqlite:////folder/file"
    try:
        url = sa.make_url(settings.database_url.get_secret_value().strip())
    except (ArgumentError, ValueError):
        # Not chained: the original repeats what it could not read.
        raise ServiceError(f"COACH_DATABASE_URL: is no address of a database; {wanted}") from None
    scheme = url.drivername.split("+")[0]
    if scheme in {"postgres", "postgresql"}:
        return url.set(drivername="postgresql+psycopg")
    if scheme != "sqlite" or url.host or url.username or url.database in {None, "", ":memory:"}:
        raise ServiceError(f"COACH_DATABASE_URL: must name a PostgreSQL database or a SQLite file; {wanted}")
    return sa.URL.create("sqlite", database=url.database)


def _place(url: sa.URL) -> str:
    """The database without user, password and parameters."""
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return f"postgresql://{url.host or 'local'}{f':{url.port}' if url.port else ''}/{url.database or ''}"


def _reason(error: BaseException) -> str:
    """What the driver says, in one line; never the statement, whose values are a visitor's words.

    The details of PostgreSQL ("Key (…)=(…)", "Failing row contains …") stand in lines of their own, after the first.
    """
    said = error.orig if isinstance(error, DBAPIError) and error.orig else error
    lines = str(said).strip().splitlines()
    return lines[0].strip() if lines else type(said).__name__


def _sqlite(url: sa.URL) -> sa.Engine:
    from filelock import FileLock

    path = Path(str(url.database))
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made here and not by SQLite, which would let everybody read it; its log takes over the rights of the file.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY))
    engine = sa.create_engine(url, pool_timeout=CONNECT_SECONDS, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        # Transactions are begun below: Python's sqlite3 begins them too late, after the first reading.
        connection.isolation_level = None
        # In WAL mode a crash of the program loses nothing at NORMAL; only a power cut may take the last moments, and spoils no more.
        # The switch to WAL does not wait for others who do the same.
        with FileLock(f"{path}.lock", timeout=BUSY_SECONDS, mode=OWNER_ONLY):
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON", "foreign_keys=ON"):
                connection.execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def _began(connection: sa.Connection) -> None:
        # Who will write says so at once, and so waits for others instead of failing in the middle.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get(WRITES) else "BEGIN")

    return engine


def _postgresql(url: sa.URL) -> sa.Engine:
    """`pool_pre_ping` replaces connections that a restart of the server has cut."""
    engine = sa.create_engine(
        url, pool_pre_ping=True, pool_timeout=CONNECT_SECONDS, connect_args={"connect_timeout": CONNECT_SECONDS}, hide_parameters=True
    )

    @sa.event.listens_for(engine, "connect")
    def _connected(connection: Any, _: object) -> None:
        connection.execute(f"SET statement_timeout = '{STATEMENT_SECONDS}s'")
        connection.commit()

    return engine
