"""What is found in an answer: plain data that the page, the terminal and the export show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from coach.practice.questions import Point, PracticeQuestion
from coach.practice.reading import Quote

State = Literal["ok", "empty", "nonsense", "dont_know", "copied_question", "copied_model", "keywords", "other_language", "off_topic"]
Covered = Literal["covered", "partly", "missed"]
Part = Literal["situation", "task", "action", "result", "order", "reason", "tradeoff", "example"]
STAR: tuple[Part, ...] = ("situation", "task", "action", "result")
REASONED: tuple[Part, ...] = ("order", "reason", "tradeoff", "example")
AdviceKind = Literal["state", "points", "result", "part", "numbers", "own", "short", "long", "fillers", "relevance", "good"]


@dataclass(frozen=True, slots=True)
class PartFinding:
    """A part of a story or of an explanation, and the visitor's sentence that shows it, None where it is missing."""

    part: Part
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class PointFinding:
    """A point of a good answer, and the visitor's words that come nearest to it (None for a missed one). `strength` is in [0, 1]."""

    point: Point
    covered: Covered
    strength: float
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of one criterion of the rubric, in [0, 1], its weight in points of 100, and what it means."""

    criterion: str
    name: str
    value: float
    weight: float
    level: str


@dataclass(frozen=True, slots=True)
class Advice:
    """The one thing to do better: `text` in the question's language; `quote` are the visitor's own words in it, `point` the document's."""

    kind: AdviceKind
    text: str
    quote: Quote | None = None
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Feedback:
    """Everything that is said on one answer. `score` is in [0, 100]; `seconds` is how long the answer takes to say.

    `remark` is what is told of the answer as a whole, where its state is not "ok".
    """

    question: PracticeQuestion
    answer: str
    state: State
    score: float
    marks: tuple[Mark, ...]
    parts: tuple[PartFinding, ...]
    points: tuple[PointFinding, ...]
    numbers: tuple[Quote, ...]
    fillers: tuple[Quote, ...]
    hedges: tuple[Quote, ...]
    words: int
    seconds: int
    own: int
    we: int
    remark: str
    advice: Advice
    by_criterion: Mapping[str, float] = field(default_factory=dict)
