"""A session of practice: its questions one after the other, what was answered, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import mean
from typing import Protocol

from coach.practice.findings import Feedback, PointFinding
from coach.practice.questions import PracticeQuestion, QuestionKind
from coach.storage.records import Attempt
from coach.types import Language, Level


class Attempts(Protocol):
    """Where attempts are kept, by owner: `coach.storage.Store`."""

    def add_attempt(self, owner: str, attempt: Attempt) -> None: ...
    def attempts(self, owner: str, role: str | None = None, language: Language | None = None) -> Sequence[Attempt]: ...


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a session."""

    at: datetime
    feedback: Feedback


@dataclass(slots=True)
class Session:
    """A session of one visitor: plain data, changed by its own methods. Get one from `Practice.start`."""

    id: str
    role: str
    language: Language
    level: Level | None
    kind: QuestionKind | None
    questions: tuple[PracticeQuestion, ...]
    started: datetime
    position: int = 0
    answered: list[Answered] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    waiting: bool = True

    @property
    def current(self) -> PracticeQuestion | None:
        """The question that is asked now, None when the session is over."""
        return self.questions[self.position] if self.position < len(self.questions) else None

    @property
    def last(self) -> Feedback | None:
        """The latest feedback, None before the first answer."""
        return self.answered[-1].feedback if self.answered else None

    def record(self, feedback: Feedback, now: datetime) -> Attempt:
        """Takes the feedback on the current question, and gives the attempt to keep."""
        self.answered.append(Answered(now, feedback))
        self.waiting = False
        question = feedback.question
        marks = dict(feedback.by_criterion)
        return Attempt(
            now,
            question.role,
            question.language,
            question.id,
            question.level,
            question.kind,
            feedback.answer,
            feedback.score,
            marks,
            self.id,
        )

    def next(self) -> PracticeQuestion | None:
        """Goes to the next question and gives it; an unanswered one counts as skipped."""
        if self.current is not None:
            if self.waiting:
                self.skipped.append(self.current.id)
            self.position += 1
        self.waiting = True
        return self.current

    def skip(self) -> PracticeQuestion | None:
        """Passes over the current question."""
        return self.next()

    def again(self) -> PracticeQuestion | None:
        """Puts the current question once more; every answer is kept as an attempt."""
        self.waiting = True
        return self.current

    def end(self) -> None:
        """Ends the session; questions that were not reached are neither answered nor skipped."""
        self.position = len(self.questions)


@dataclass(frozen=True, slots=True)
class SessionResult:
    """A session in the history: its mean score and marks. `score` is in [0, 100], marks in [0, 1]."""

    session: str
    at: datetime
    role: str
    language: Language
    count: int
    score: float
    marks: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a session came to. `score` is None where nothing was answered.

    `marks` are means by criterion; `weakest` are the missed points of its worst answers, `next_questions` what to practise next, and
    `history` the sessions of the owner, oldest first, with this one.
    """

    count: int
    skipped: int
    score: float | None
    marks: Mapping[str, float]
    weakest: tuple[tuple[PracticeQuestion, PointFinding], ...]
    next_questions: tuple[PracticeQuestion, ...]
    history: tuple[SessionResult, ...]


def mean_marks(marks: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of each criterion that stands in all of `marks`."""
    shared = [name for name in marks[0] if all(name in one for one in marks)] if marks else []
    return {name: round(mean(one[name] for one in marks), 3) for name in shared}


def results(attempts: Sequence[Attempt]) -> list[SessionResult]:
    """The sessions that `attempts` belong to, oldest first."""
    sessions: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        sessions.setdefault(attempt.session, []).append(attempt)
    found = [
        SessionResult(
            session,
            min(one.at for one in tried),
            tried[0].role,
            tried[0].language,
            len(tried),
            round(mean(one.score for one in tried), 1),
            mean_marks([one.marks for one in tried]),
        )
        for session, tried in sessions.items()
    ]
    return sorted(found, key=lambda one: one.at)
