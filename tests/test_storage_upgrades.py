"""A database of an older coach is brought to the form of today, whole or not at all. The next version is made up here: a new column."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from coach.errors import ServiceError
from coach.settings import Settings
from coach.storage import upgrades
from coach.storage.records import Attempt, SavedExchange
from coach.storage.schema import METADATA
from coach.storage.store import Store
from coach.types import Answer

AT = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def older(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Settings, object]]:
    """A database of each kind that the coach of version 1 has written, and all that is in it."""
    given = {"database_url": request.getfixturevalue("postgresql").emptied()} if request.param == "postgresql" else {}
    settings = Settings(data=tmp_path, **given)
    with Store.open(settings) as store:
        begun = store.start("user:a", "es", "Años de analista")
        store.save("user:a", begun.id, SavedExchange("e", "¿Cuánto gana?", Answer("answer", "es", "x", "q"), "45 000 €", "done", AT))
        store.add_attempt("user:a", Attempt(AT, "nurse", "es", "q", "junior", "case", "Hice", 61.0, {"cifras": 0.5}, "s"))
        yield settings, kept(store)


def kept(store: Store) -> tuple[object, ...]:
    (one,) = store.conversations("user:a")
    return one, store.exchanges("user:a", one.id), store.attempts("user:a")


def pinned(connection: sa.Connection) -> None:
    """A new column and what it holds for the rows that are there."""
    connection.execute(sa.text("ALTER TABLE coach_conversations ADD COLUMN pinned INTEGER NOT NULL DEFAULT 0"))
    connection.execute(sa.text("UPDATE coach_conversations SET pinned = 1 WHERE title LIKE '%analista%'"))


def described(connection: sa.Connection) -> None:
    """Rests on the step before."""
    connection.execute(sa.text("UPDATE coach_conversations SET pinned = pinned + 1"))


def broken(connection: sa.Connection) -> None:
    connection.execute(sa.text("DELETE FROM coach_exchanges"))
    connection.execute(sa.text("SELECT nothing"))


def state(settings: Settings) -> tuple[int | None, list[str], list[int]]:
    """Version, columns of the conversations, and what stands in the new one."""
    with Store(Store.open(settings).engine, "here") as store, store.reading() as connection:
        columns = [str(one["name"]) for one in sa.inspect(connection).get_columns("coach_conversations")]
        values = list(connection.execute(sa.text("SELECT pinned FROM coach_conversations")).scalars()) if "pinned" in columns else []
        return upgrades.version(connection), columns, values


def test_an_older_database_is_brought_up_in_order_and_nothing_is_lost(
    older: tuple[Settings, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, before = older
    first, columns, _ = state(settings)
    monkeypatch.setattr(upgrades, "STEPS", [*upgrades.STEPS, pinned, described])
    with Store.open(settings) as store:
        assert kept(store) == before
        store.start("user:a", "en", "a new one")
    # The second opening finds it done.
    assert state(settings) == (first + 2 if first else None, [*columns, "pinned"], [2, 0])


def test_a_step_that_fails_leaves_the_older_database_as_it_was(older: tuple[Settings, object], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, before = older
    as_it_was = state(settings)
    with monkeypatch.context() as patch:
        patch.setattr(upgrades, "STEPS", [*upgrades.STEPS, pinned, broken])
        with pytest.raises(ServiceError, match="cannot be used"):
            Store.open(settings)
    assert state(settings) == as_it_was
    with Store.open(settings) as store:
        assert kept(store) == before


def test_several_that_open_it_at_once_change_it_once(older: tuple[Settings, object], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, before = older
    monkeypatch.setattr(upgrades, "STEPS", [*upgrades.STEPS, pinned, described])
    together = threading.Barrier(4)

    def opened(_: int) -> object:
        together.wait(30)
        with Store.open(settings) as store:
            return kept(store)

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(opened, range(4))) == [before] * 4
    assert state(settings)[2] == [2]


def test_a_newer_database_is_refused_in_one_line_and_left_alone(older: tuple[Settings, object], monkeypatch: pytest.MonkeyPatch) -> None:
    settings, before = older
    with monkeypatch.context() as patch:
        patch.setattr(upgrades, "STEPS", [*upgrades.STEPS, pinned])
        as_it_was = state(settings)
    with pytest.raises(
        ServiceError, match=r"was written by a newer coach \(it has version \d+ of the tables, this coach knows \d+\)"
    ) as caught:
        Store.open(settings)
    assert "\n" not in str(caught.value)
    monkeypatch.setattr(upgrades, "STEPS", [*upgrades.STEPS, pinned])
    assert state(settings) == as_it_was
    with Store.open(settings) as store:
        assert kept(store) == before


def test_no_table_changes_without_a_step() -> None:
    """What a new database is made of, by version: a change of schema.py alone would leave every database that is there as it was."""
    form = "".join(
        str(one.compile(dialect=sqlite.dialect()))
        for table in METADATA.sorted_tables
        for one in (CreateTable(table), *(CreateIndex(index) for index in sorted(table.indexes, key=lambda index: str(index.name))))
    )
    assert (upgrades.newest(), hashlib.sha256(form.encode()).hexdigest()[:16]) == (1, "0dcc776bf260c076"), (
        "add a step to coach/storage/upgrades.py, and say here what the new version is made of"
    )
