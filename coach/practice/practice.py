"""The practice as a whole: questions, marks, sessions and their history. One per process; it holds nothing about visitors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import mean
from typing import Self
from uuid import uuid4

from coach.errors import QuestionError
from coach.index.embedding import Embedder
from coach.practice.coverage import Matcher
from coach.practice.findings import Feedback, PointFinding
from coach.practice.questions import PracticeQuestion, QuestionBank, QuestionKind
from coach.practice.schedule import choose
from coach.practice.scorer import Scorer
from coach.practice.session import Attempts, Session, SessionResult, Summary, mean_marks, results
from coach.practice.wording import Worded, Wording
from coach.retrieval.library import Library
from coach.types import Language, Level, Role

COUNT = 5
MOST_COUNT = 50
LONGEST_ANSWER = 10_000
NAMED_POINTS = 3
NEXT = 3


class Practice:
    """Interview practice over the documents of a library. Get one with `open`; it may be used from several threads."""

    def __init__(self, bank: QuestionBank, scorer: Scorer, wording: Wording | None = None) -> None:
        self.bank = bank
        self._scorer = scorer
        self._wording = wording

    @classmethod
    def open(cls, library: Library, roles: Sequence[Role], embedder: Embedder, wording: Wording | None = None) -> Self:
        """The practice over the questions of `roles`; nothing is read before it is asked for. With `wording` a model words feedback."""
        bank = QuestionBank(library, roles)
        return cls(bank, Scorer(bank, Matcher(bank, library, embedder)), wording)

    @property
    def is_worded(self) -> bool:
        """Whether a language model words feedback."""
        return self._wording is not None

    def word(self, feedback: Feedback) -> Worded | None:
        """The findings of `feedback` in a language model's words, or in ours with a notice; None without a model. It may take a while."""
        return self._wording.word(feedback) if self._wording else None

    def start(
        self,
        role: str,
        language: Language,
        *,
        now: datetime,
        level: Level | None = None,
        kind: QuestionKind | None = None,
        count: int = COUNT,
        owner: str | None = None,
        attempts: Attempts | None = None,
    ) -> Session:
        """A session of at most `count` questions, chosen by what the owner's attempts so far show.

        Its `questions` are empty where the role has none of that level and kind. Raises QuestionError for an unknown role or a bad count.
        """
        if not 1 <= count <= MOST_COUNT:
            raise QuestionError(f"count: a session has 1 to {MOST_COUNT} questions, got {count}")
        questions = self.bank.questions(role, language, level, kind)
        tried = attempts.attempts(owner, role) if attempts and owner else ()
        return Session(uuid4().hex, role, language, level, kind, tuple(choose(questions, tried, now, count)), now)

    def score(self, question: PracticeQuestion, answer: str) -> Feedback:
        """The feedback on an answer that belongs to no session. Raises QuestionError for one of more than LONGEST_ANSWER characters."""
        if len(answer) > LONGEST_ANSWER:
            raise QuestionError(f"the answer has {len(answer)} characters, more than the {LONGEST_ANSWER} that are read; shorten it")
        return self._scorer.score(question, answer)

    def answer(self, session: Session, text: str, *, now: datetime, owner: str | None = None, attempts: Attempts | None = None) -> Feedback:
        """The feedback on `text` as answer to the session's current question, kept as an attempt where there is somewhere to keep it.

        Raises QuestionError where the session is over or the text too long; a store's own errors pass, after the session has the answer.
        """
        if session.current is None:
            raise QuestionError("the session is over; start another")
        feedback = self.score(session.current, text)
        attempt = session.record(feedback, now)
        if attempts and owner and feedback.state != "empty":
            attempts.add_attempt(owner, attempt)
        return feedback

    def summary(self, session: Session, *, owner: str | None = None, attempts: Attempts | None = None) -> Summary:
        """What the session has come to so far, with the owner's history on this role."""
        feedback = [one.feedback for one in session.answered]
        kept = list(attempts.attempts(owner, session.role)) if attempts and owner else []
        ids = {attempt.session for attempt in kept}
        now = session.answered[-1].at if session.answered else session.started
        questions = self.bank.questions(session.role, session.language, session.level, session.kind)
        asked = {question.id for question in session.questions}
        # What went badly comes first, whenever it is due.
        worst = {one.question.id: one for one in sorted(feedback, key=lambda one: -one.score) if one.score < 70}
        weak = [worst[name].question for name in reversed(worst)]
        fresh = [one for one in choose(questions, kept, now, len(questions) or 1) if one.id not in asked]
        history = results(kept)
        if feedback and session.id not in ids:
            history.append(_result(session, feedback))
        return Summary(
            count=len(feedback),
            skipped=len(session.skipped),
            score=round(mean(one.score for one in feedback), 1) if feedback else None,
            marks=mean_marks([one.by_criterion for one in feedback]),
            weakest=tuple(_weakest(feedback)),
            next_questions=tuple([*weak, *fresh][:NEXT]),
            history=tuple(history),
        )

    def history(self, owner: str, attempts: Attempts, role: str | None = None) -> list[SessionResult]:
        """The owner's sessions, oldest first, all or those of a role."""
        return results(attempts.attempts(owner, role))


def _weakest(feedback: Sequence[Feedback]) -> list[tuple[PracticeQuestion, PointFinding]]:
    """The missed points of the worst answers, one for each question first."""
    ordered = sorted(feedback, key=lambda one: one.score)
    missed = [[(one.question, point) for point in one.points if point.covered == "missed"] for one in ordered]
    return [row[at] for at in range(max(map(len, missed), default=0)) for row in missed if at < len(row)][:NAMED_POINTS]


def _result(session: Session, feedback: Sequence[Feedback]) -> SessionResult:
    return SessionResult(
        session.id,
        session.started,
        session.role,
        session.language,
        len(feedback),
        round(mean(one.score for one in feedback), 1),
        mean_marks([one.by_criterion for one in feedback]),
    )
