"""Attempts at practice questions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from coach.storage.database import Database
from coach.storage.records import LONGEST_TEXT, Attempt
from coach.storage.schema import attempts
from coach.storage.texts import clean, within
from coach.types import Language

FIELDS = ("at", "role", "language", "question", "level", "kind", "answer", "score", "marks", "session")


class Attempts(Database):
    """The part of the store that holds practice."""

    def add_attempt(self, owner: str, attempt: Attempt) -> None:
        """Keep an attempt. Raises CoachError for an answer that is too long."""
        values = {name: clean(value) if isinstance(value := getattr(attempt, name), str) else value for name in FIELDS}
        within(attempt.answer, LONGEST_TEXT, "answer")
        with self.writing() as connection:
            connection.execute(sa.insert(attempts).values(owner=owner, **values))

    def attempts(self, owner: str, role: str | None = None, language: Language | None = None) -> list[Attempt]:
        """The owner's attempts, the oldest first, all of them or those of a role or language."""
        with self.reading() as connection:
            return [Attempt(*row) for row in connection.execute(attempted(owner, role, language))]


def attempted(owner: str, role: str | None = None, language: Language | None = None) -> sa.Select[*tuple[Any, ...]]:
    """The attempts of an owner, the oldest first."""
    query = sa.select(*(attempts.c[name] for name in FIELDS)).where(attempts.c.owner == owner)
    if role is not None:
        query = query.where(attempts.c.role == role)
    if language is not None:
        query = query.where(attempts.c.language == language)
    return query.order_by(attempts.c.at, attempts.c.id)
