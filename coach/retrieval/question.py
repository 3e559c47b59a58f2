"""A question as it is understood."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.language import stems
from coach.retrieval import signals
from coach.retrieval.thesaurus import is_small
from coach.retrieval.topics import Topics
from coach.retrieval.words import Word
from coach.types import Language, Level, Turn

MARKER = re.compile(r"\s*\[\d{1,3}\]")
LIST_MARK = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+")
NO_TOPICS = Topics()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is understood of a question.

    `spoken` is the language it is written in, `language` that of the answer. `words` are its words, `rest` those that
    nothing else explains, small words among them. `occupation` is one that is not ours; `near` are our roles that its bare
    name may mean ("engineer"). `move` is the role that is left and the one that is wanted; `compares` tells that the roles are
    named to be set side by side, and not because one name may mean each of them. `mentioned` are all roles of the
    conversation, the latest last. `off_topic` is how likely, in [0, 1], the question is none for us by the way it is asked.
    `is_role_inferred` tells that no role was named, and the one meant is known by a tool or certificate that only it has.
    `pointed_at` is the point of the answer before that is asked about ("explain the second point"), without its marker; ""
    where there is no such point.
    """

    question: str
    spoken: Language
    language: Language
    standalone: str
    roles: tuple[str, ...] = ()
    topics: Topics = NO_TOPICS
    places: tuple[str, ...] = ()
    city: str | None = None
    level: Level | None = None
    currency: str | None = None
    occupation: str | None = None
    near: tuple[str, ...] = ()
    move: tuple[str, str] | None = None
    compares: bool = False
    mentioned: tuple[str, ...] = ()
    pointed_at: str | None = None
    is_role_inferred: bool = False
    off_topic: float = 0.0
    words: tuple[Word, ...] = ()
    rest: tuple[Word, ...] = ()
    small_talk: signals.SmallTalk | None = None
    follows: bool = False

    @property
    def place(self) -> str | None:
        """The first place asked about."""
        return self.places[0] if self.places else None

    @property
    def focus(self) -> tuple[Word, ...]:
        """The words of `rest` that carry a subject."""
        return tuple(word for word in self.rest if not is_small(word, self.spoken))

    @property
    def names_role(self) -> bool:
        """Whether the question itself names a role, and does not only lean on one named before."""
        return any(word.taken == "role" for word in self.words)

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """The words of the question by the section they ask for."""
        return dict(zip(self.topics.sections, self.topics.named, strict=True))

    @property
    def section(self) -> str | None:
        """The section asked for most strongly."""
        return self.topics.sections[0] if self.topics.sections else None


def pointed_at(question: str, history: Sequence[Turn]) -> str | None:
    """The point of the last answer that `question` asks about; "" where there is no such point, None where it asks about none."""
    number = signals.point(question)
    if number is None or not any(turn.role == "assistant" for turn in history):
        return None
    points = _points(history)
    return points[number - 1] if number <= len(points) else ""


def point_about(subject: Sequence[str], language: Language, history: Sequence[Turn]) -> str | None:
    """The point of the last answer that holds most of the stems of `subject`, None where none holds half of them."""
    wanted = set(subject)
    held = [(len(wanted.intersection(stems(point, language))), point) for point in _points(history)]
    most = max((count for count, _ in held), default=0)
    return next((point for count, point in held if count == most), None) if most and 2 * most >= len(wanted) else None


def _points(history: Sequence[Turn]) -> list[str]:
    """The points of the last answer without their markers: the items of its list, or else its cited paragraphs."""
    answer = next((turn.content for turn in reversed(history) if turn.role == "assistant"), "")
    lines = [line for line in answer.splitlines() if MARKER.search(line)]
    listed = [LIST_MARK.sub("", line) for line in lines if LIST_MARK.match(line)] or lines
    return [MARKER.sub("", line).strip() for line in listed]
