"""Everything that is kept about visitors, in one database: SQLite by default, PostgreSQL by COACH_DATABASE_URL.

`Store.open(settings)` opens it. Methods raise NotFound for what is not the owner's, ServiceError where the database fails (later calls
may work again), and CoachError for what is too long. A store may be used by several threads, and its database by several processes.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from coach.storage.conversations import Conversations, listing, saved
from coach.storage.markdown import everything
from coach.storage.practice import Attempts, attempted
from coach.storage.records import Attempt, Conversation, Erased, Feedback, SavedExchange, Verdict
from coach.storage.schema import attempts, conversations, exchanges
from coach.types import Language

# Conversations read at once, so that neither an export nor the feedback asks the database for each.
BATCH = 200
UNANSWERED = ("refuse", "clarify")

Kept = list[tuple[Conversation, list[SavedExchange]]]


class Store(Conversations, Attempts):
    """Conversations, practice and feedback of all visitors."""

    def export(self, owner: str) -> dict[str, Any]:
        """Everything that is kept about the owner, oldest first, as data for JSON; moments are ISO 8601."""
        kept, attempted = self._everything(owner)
        return {
            "exported": self.clock().isoformat(timespec="seconds"),
            "conversations": [{**_plain(asdict(one)), "exchanges": [_exchange(exchange) for exchange in said]} for one, said in kept],
            "attempts": [_plain(asdict(attempt)) for attempt in attempted],
        }

    def export_markdown(self, owner: str, language: Language = "en") -> str:
        """The same as a page to read; `language` is that of its headings."""
        return everything(*self._everything(owner), language)

    def erase(self, owner: str) -> Erased:
        """Erase everything of the owner, and say how much that was. Afterwards no file of a SQLite database holds their words.

        Raises ServiceError also where all is deleted but somebody else reads for so long that the words stay in SQLite's log.
        """
        return self._erase(conversations.c.owner == owner, attempts.c.owner == owner)

    def expire(self, older_than: timedelta | None = None) -> Erased:
        """Erase what was not used for that long, by default for COACH_RETENTION_DAYS; nothing where neither is given."""
        kept_for = older_than or self.retention
        if kept_for is None:
            return Erased()
        oldest = self.clock() - kept_for
        return self._erase(conversations.c.updated < oldest, attempts.c.at < oldest)

    def feedback(self) -> list[Feedback]:
        """What visitors marked down, and questions that got no answer, of all owners, oldest first.

        A refusal that was marked up was right, and is left out.
        """
        worth_reading = (exchanges.c.reaction == "down") | exchanges.c.kind.in_(UNANSWERED)
        query = sa.select(exchanges.c.conversation).where(worth_reading).distinct()
        found: list[Feedback] = []
        with self.reading() as connection:
            of = list(connection.execute(query).scalars())
            for start in range(0, len(of), BATCH):
                for said in saved(connection, of[start : start + BATCH]).values():
                    found += _feedback(said)
        return sorted(found, key=lambda one: one.at)

    def _erase(self, *which: sa.ColumnElement[bool]) -> Erased:
        theirs, tried = which
        with self.writing() as connection:
            of = sa.select(conversations.c.id).where(theirs)
            said = connection.execute(sa.delete(exchanges).where(exchanges.c.conversation.in_(of))).rowcount
            begun = connection.execute(sa.delete(conversations).where(theirs)).rowcount
            erased = Erased(begun, said, connection.execute(sa.delete(attempts).where(tried)).rowcount)
        self.forget()
        return erased

    def _everything(self, owner: str) -> tuple[Kept, list[Attempt]]:
        """Conversations with their exchanges, and attempts: one moment of the database, each oldest first."""
        with self.reading() as connection:
            own = [Conversation(*row) for row in connection.execute(listing(owner))][::-1]
            kept: Kept = []
            for start in range(0, len(own), BATCH):
                batch = own[start : start + BATCH]
                said = saved(connection, [one.id for one in batch])
                kept += [(one, said[one.id]) for one in batch]
            return kept, [Attempt(*row) for row in connection.execute(attempted(owner))]


def _feedback(said: list[SavedExchange]) -> list[Feedback]:
    found = []
    for place, one in enumerate(said):
        answer = one.answer
        if answer is None or not (one.reaction == "down" or (answer.kind in UNANSWERED and one.reaction is None)):
            continue
        cited = tuple(dict.fromkeys(citation.section for citation in answer.citations))
        turns = tuple(before.question for before in said[:place] if before.answer)
        verdict: Verdict = "down" if one.reaction == "down" else "unanswered"
        found.append(
            Feedback(one.at, one.question, turns, answer.language, answer.kind, verdict, one.reason, answer.roles, cited or answer.topics)
        )
    return found


def _exchange(exchange: SavedExchange) -> dict[str, Any]:
    record = _plain({name: getattr(exchange, name) for name in ("id", "question", "text", "state", "at", "reaction", "reason")})
    if exchange.answer is None:
        return {**record, "answer": None}
    answer = exchange.answer.as_dict()
    return {**record, "answer": {name: value for name, value in answer.items() if name not in {"hits", "seconds"}}}


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in record.items()}
