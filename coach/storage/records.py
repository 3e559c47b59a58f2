"""What the store keeps, as plain data, and whose it is.

An owner is an opaque text: whoever knows it may read and erase what it owns, so it is made of a secret or of a name that somebody has
proved to be theirs.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from coach.errors import CoachError
from coach.types import Answer, Kind, Language

State = Literal["done", "stopped", "failed"]
Reaction = Literal["up", "down"]
Verdict = Literal["down", "unanswered"]

LONGEST_ID = 64
LONGEST_TITLE = 120
LONGEST_REASON = 1_000
LONGEST_TEXT = 200_000
LONGEST_NAME = 200
SHORTEST_KEY = 20


@dataclass(frozen=True, slots=True)
class Conversation:
    """`id` is a UUID; `created` and `updated` are in UTC. A conversation is as new as its last exchange."""

    id: str
    title: str
    language: Language
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class SavedExchange:
    """A question and what became of it. `text` is what the visitor saw, also where there is no answer; `at` is in UTC.

    A restored answer has its citations, suggestions and notice, but no hits and no seconds: hits hold whole passages, several times the
    size of all the rest, and both only explain the moment at which it was given.
    """

    id: str
    question: str
    answer: Answer | None
    text: str
    state: State
    at: datetime
    reaction: Reaction | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """One answer to a practice question: `question` and `session` are ids, `score` is in [0, 100], `marks` are by criterion."""

    at: datetime
    role: str
    language: Language
    question: str
    level: str
    kind: str
    answer: str
    score: float
    marks: Mapping[str, float]
    session: str


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased."""

    conversations: int = 0
    exchanges: int = 0
    attempts: int = 0

    def __bool__(self) -> bool:
        return bool(self.conversations or self.exchanges or self.attempts)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A question that was answered badly, or not, without whose it was.

    `turns` are the visitor's questions before it; `roles` and `sections` are those of the reply: the sections it cites, else those the
    question was understood to be about.
    """

    at: datetime
    question: str
    turns: tuple[str, ...]
    language: Language
    kind: Kind
    verdict: Verdict
    reason: str | None = None
    roles: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()


def owner_of_key(key: str) -> str:
    """The owner who holds the random `key`; the key itself is not kept, so that who reads the database cannot use it.

    Raises CoachError for a key that is too short to be random.
    """
    if len(key) < SHORTEST_KEY:
        raise CoachError(f"a visitor's key must have {SHORTEST_KEY} characters or more; make one with secrets.token_urlsafe(32)")
    return "key:" + hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def owner_of_user(name: str) -> str:
    """The owner of that name, in whatever case it is written. Raises CoachError for a name that is empty, too long or not printable.

    Not casefold(): "straße" and "strasse" may be two people behind a proxy.
    """
    folded = unicodedata.normalize("NFC", name.strip()).lower()
    if not folded or len(folded) > LONGEST_NAME or not folded.isprintable():
        raise CoachError(f"a user's name must have 1 to {LONGEST_NAME} printable characters")
    return f"user:{folded}"
