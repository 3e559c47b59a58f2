"""Conversations and their exchanges. Every method takes the owner first; what is another's is not there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from coach.errors import NotFound
from coach.language import fold
from coach.storage import answers
from coach.storage.database import Database
from coach.storage.records import LONGEST_ID, LONGEST_REASON, LONGEST_TEXT, LONGEST_TITLE, Conversation, Reaction, SavedExchange
from coach.storage.schema import conversations, exchanges
from coach.storage.texts import clean, within
from coach.types import Language

# A page of the list, at most.
MOST = 200
# More words make a search slower, and find nothing that the first ones do not.
MOST_WORDS = 8

CONVERSATION = (conversations.c.id, conversations.c.title, conversations.c.language, conversations.c.created, conversations.c.updated)


class Conversations(Database):
    """The part of the store that holds conversations."""

    def conversations(self, owner: str, search: str = "", limit: int = 50, before: Conversation | None = None) -> list[Conversation]:
        """At most `limit` conversations of the owner, the newest first; `before` is the last one of the page before.

        With `search`, those that have each of its words, or the beginnings of words, in their title or texts, whatever case and accents.
        """
        query = listing(owner)
        if before:
            query = query.where(sa.tuple_(conversations.c.updated, conversations.c.id) < sa.tuple_(*_cursor(before)))
        for word in fold(clean(search)).split()[:MOST_WORDS]:
            said = sa.exists().where(exchanges.c.conversation == conversations.c.id, exchanges.c.folded.contains(word, autoescape=True))
            query = query.where(conversations.c.folded.contains(word, autoescape=True) | said)
        with self.reading() as connection:
            return [Conversation(*row) for row in connection.execute(query.limit(max(0, min(limit, MOST))))]

    def conversation(self, owner: str, conversation: str) -> Conversation:
        """One conversation. Raises NotFound."""
        with self.reading() as connection:
            return _conversation(connection, owner, conversation)

    def start(self, owner: str, language: Language, title: str) -> Conversation:
        """A new conversation without exchanges. Raises CoachError for a title of more than 120 characters."""
        moment = self.clock()
        begun = Conversation(str(uuid.uuid4()), _title(title), language, moment, moment)
        with self.writing() as connection:
            connection.execute(
                sa.insert(conversations).values(
                    id=begun.id, owner=owner, title=begun.title, folded=fold(begun.title), language=language, created=moment, updated=moment
                )
            )
        return begun

    def rename(self, owner: str, conversation: str, title: str) -> None:
        """Give it another title; it stays where it is in the list. Raises NotFound, and CoachError for a title that is too long."""
        title = _title(title)
        with self.writing() as connection:
            _touch(connection, owner, conversation, title=title, folded=fold(title))

    def delete(self, owner: str, conversation: str) -> None:
        """Delete it and its exchanges. Afterwards no file of a SQLite database holds their words. Raises NotFound.

        Raises ServiceError also where it is deleted but somebody else reads for so long that the words stay in SQLite's log.
        """
        with self.writing() as connection:
            gone = connection.execute(sa.delete(conversations).where(*_own(owner, conversation)))
            if not gone.rowcount:
                raise _nothing()
        self.forget()

    def exchanges(self, owner: str, conversation: str) -> list[SavedExchange]:
        """All exchanges in the order in which they were first saved. Raises NotFound."""
        with self.reading() as connection:
            own = _conversation(connection, owner, conversation)
            return saved(connection, [own.id])[own.id]

    def save(self, owner: str, conversation: str, exchange: SavedExchange) -> None:
        """Add the exchange at the end, or put it in the place of the one of its id. Raises NotFound, and CoachError for texts too long."""
        values, conversation, name = _values(exchange), clean(conversation), within(exchange.id, LONGEST_ID, "id")
        here = (exchanges.c.conversation == conversation, exchanges.c.id == name)
        with self.writing() as connection:
            # First of all: it locks the conversation, so that two who save at once get two places.
            _touch(connection, owner, conversation, updated=self.clock())
            if not connection.execute(sa.update(exchanges).where(*here).values(values)).rowcount:
                last = sa.select(sa.func.coalesce(sa.func.max(exchanges.c.position), 0)).where(exchanges.c.conversation == conversation)
                place = connection.execute(last).scalar_one() + 1
                connection.execute(sa.insert(exchanges).values(id=name, conversation=conversation, position=place, **values))

    def truncate(self, owner: str, conversation: str, exchange: str) -> None:
        """Drop an exchange and all after it, for a question that is asked anew; their words go as those of `delete`. Raises NotFound."""
        conversation = clean(conversation)
        with self.writing() as connection:
            _touch(connection, owner, conversation, updated=self.clock())
            here = exchanges.c.conversation == conversation
            place = connection.execute(sa.select(exchanges.c.position).where(here, exchanges.c.id == clean(exchange))).scalar()
            if place is None:
                raise _nothing()
            connection.execute(sa.delete(exchanges).where(here, exchanges.c.position >= place))
        self.forget()

    def react(self, owner: str, exchange: str, reaction: Reaction | None, reason: str | None = None) -> None:
        """Keep what the visitor thinks of an answer; None takes it back. Raises NotFound, and CoachError for a long reason."""
        kept = within(reason.strip(), LONGEST_REASON, "reason") if reaction and reason else ""
        theirs = sa.select(conversations.c.id).where(conversations.c.owner == owner)
        with self.writing() as connection:
            found = connection.execute(
                sa.update(exchanges)
                .where(exchanges.c.id == clean(exchange), exchanges.c.conversation.in_(theirs))
                .values(reaction=reaction, reason=kept or None)
            )
            if not found.rowcount:
                raise _nothing()


def listing(owner: str) -> sa.Select[*tuple[Any, ...]]:
    """The conversations of an owner, the newest first."""
    return (
        sa.select(*CONVERSATION).where(conversations.c.owner == owner).order_by(conversations.c.updated.desc(), conversations.c.id.desc())
    )


def saved(connection: sa.Connection, of: Sequence[str]) -> dict[str, list[SavedExchange]]:
    """The exchanges of each conversation of `of`, in order."""
    found: dict[str, list[SavedExchange]] = {conversation: [] for conversation in of}
    query = sa.select(exchanges).where(exchanges.c.conversation.in_(of)).order_by(exchanges.c.conversation, exchanges.c.position)
    for row in connection.execute(query):
        answer = answers.read(row.answer) if row.answer else None
        found[row.conversation].append(SavedExchange(row.id, row.question, answer, row.text, row.state, row.at, row.reaction, row.reason))
    return found


def _values(exchange: SavedExchange) -> dict[str, object]:
    question, text = within(exchange.question, LONGEST_TEXT, "question"), within(exchange.text, LONGEST_TEXT, "answer")
    reason = within(exchange.reason, LONGEST_REASON, "reason") if exchange.reason else None
    return {
        "question": question, "text": text, "folded": fold(f"{question}\n{text}"), "state": exchange.state, "at": exchange.at,
        "kind": exchange.answer.kind if exchange.answer else None, "answer": answers.write(exchange.answer) if exchange.answer else None,
        "reaction": exchange.reaction, "reason": reason,
    }  # fmt: skip


def _title(title: str) -> str:
    return within(" ".join(title.split()), LONGEST_TITLE, "title")


def _own(owner: str, conversation: str) -> tuple[sa.ColumnElement[bool], ...]:
    return conversations.c.owner == owner, conversations.c.id == clean(conversation)


def _conversation(connection: sa.Connection, owner: str, conversation: str) -> Conversation:
    row = connection.execute(sa.select(*CONVERSATION).where(*_own(owner, conversation))).first()
    if row is None:
        raise _nothing()
    return Conversation(*row)


def _touch(connection: sa.Connection, owner: str, conversation: str, **values: object) -> None:
    if not connection.execute(sa.update(conversations).where(*_own(owner, conversation)).values(values)).rowcount:
        raise _nothing()


def _cursor(last: Conversation) -> tuple[sa.ColumnElement[object], sa.ColumnElement[object]]:
    return sa.literal(last.updated, conversations.c.updated.type), sa.literal(last.id, conversations.c.id.type)


def _nothing() -> NotFound:
    """The same words for what is not there and what is somebody else's."""
    return NotFound("there is no such conversation or exchange; it may have been deleted")
