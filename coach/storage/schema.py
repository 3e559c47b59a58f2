"""The tables, the same for SQLite and PostgreSQL. With every change here, upgrades.py gets a step for the databases that are there.

Beside each text that is searched stands its folded form (lower case, no accents), because neither database folds Spanish by itself.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)


class Moment(TypeDecorator[datetime]):
    """A moment in UTC: SQLite knows no time zones, and PostgreSQL answers in that of the session."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as the database takes it. Raises ValueError for one without a time zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The moment as we use it."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Marks(TypeDecorator[dict[str, float]]):
    """Marks by name, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """The marks as text."""
        return json.dumps(dict(value or {}))

    def process_result_value(self, value: Any, dialect: Dialect) -> dict[str, float]:
        """The marks of the text."""
        return {str(name): float(mark) for name, mark in json.loads(value).items()}


METADATA = MetaData()

meta = Table("coach_meta", METADATA, Column("name", String(40), primary_key=True), Column("value", Integer, nullable=False))

conversations = Table(
    "coach_conversations",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("owner", String(255), nullable=False),
    Column("title", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("language", String(2), nullable=False),
    Column("created", Moment, nullable=False),
    Column("updated", Moment, nullable=False),
    # The list of one owner, newest first, page by page; and what is too old, whoever owns it.
    Index("coach_conversations_of_owner", "owner", "updated", "id"),
    Index("coach_conversations_by_age", "updated"),
)

exchanges = Table(
    "coach_exchanges",
    METADATA,
    # The id comes from the page: with the conversation beside it, one that somebody guesses collides with nothing of anybody else.
    Column("id", String(64), primary_key=True),
    Column("conversation", String(36), ForeignKey(conversations.c.id, ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("question", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("state", String(10), nullable=False),
    Column("at", Moment, nullable=False),
    Column("kind", String(10)),
    Column("answer", Text),
    Column("reaction", String(4)),
    Column("reason", Text),
    UniqueConstraint("conversation", "position", name="coach_exchanges_in_order"),
)

attempts = Table(
    "coach_attempts",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("owner", String(255), nullable=False),
    Column("at", Moment, nullable=False),
    Column("role", String(200), nullable=False),
    Column("language", String(2), nullable=False),
    Column("question", Text, nullable=False),
    Column("level", String(40), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("answer", Text, nullable=False),
    Column("score", Float, nullable=False),
    Column("marks", Marks, nullable=False),
    Column("session", String(64), nullable=False),
    Index("coach_attempts_of_owner", "owner", "at", "id"),
    Index("coach_attempts_by_age", "at"),
)
