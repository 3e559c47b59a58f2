"""Which question next: those that went badly again, spaced over days, and new ones beside them.

Leitner's boxes: a good answer moves a question one box up, a bad one back to the first, and each box waits longer than the one before. A
model of memory such as FSRS wants a person's own rating of recall and many reviews of a card; here there is a score and a handful of tries,
and everybody can see why a question comes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from coach.practice.questions import KINDS, PracticeQuestion
from coach.storage.records import Attempt

WAITS = (timedelta(hours=4), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=21), timedelta(days=60))
"""How long a question in each box waits: at once in the next session for one that failed, two months for one that always goes well."""
GOOD, BAD = 70.0, 40.0
# Of a session, at most this share is repetition as long as there are questions never asked.
REPEATED = 0.6


@dataclass(frozen=True, slots=True)
class Standing:
    """How a question stands: its box from 0 (failed) up, the last score in [0, 100], and when it is due again."""

    question: str
    box: int
    last: float
    due: datetime


def standings(attempts: Sequence[Attempt]) -> dict[str, Standing]:
    """The standing of every question that was tried. Several tries in one session move it up one box at most."""
    found: dict[str, Standing] = {}
    raised: dict[str, str] = {}
    for attempt in sorted(attempts, key=lambda one: one.at):
        before = found.get(attempt.question)
        box = before.box if before else 0
        if attempt.score < BAD:
            box = 0
        elif attempt.score < GOOD:
            box = min(max(box, 1), 2)
        elif raised.get(attempt.question) != attempt.session:
            box = min(max(box, 1) + 1, len(WAITS) - 1)
            raised[attempt.question] = attempt.session
        found[attempt.question] = Standing(attempt.question, box, attempt.score, attempt.at + WAITS[box])
    return found


def choose(questions: Sequence[PracticeQuestion], attempts: Sequence[Attempt], now: datetime, count: int) -> list[PracticeQuestion]:
    """At most `count` of `questions`: the due ones, weakest first, then new ones, kind by kind in turn, then those due next."""
    known = standings(attempts)
    tried = [(known[question.id], question) for question in questions if question.id in known]
    due = [one for standing, one in sorted(tried, key=lambda pair: (pair[0].last, pair[0].due, pair[1].id)) if standing.due <= now]
    later = [one for standing, one in sorted(tried, key=lambda pair: (pair[0].due, pair[1].id)) if standing.due > now]
    new = _in_turn([question for question in questions if question.id not in known])
    repeated = max(1, int(count * REPEATED)) if new else count
    chosen = due[:repeated] + new
    return (chosen + due[repeated:] + later)[:count] if len(chosen) < count else chosen[:count]


def _in_turn(questions: Sequence[PracticeQuestion]) -> list[PracticeQuestion]:
    """The questions with the kinds taking turns, in the order of the document within each."""
    by_kind = {kind: [question for question in questions if question.kind == kind] for kind in KINDS}
    longest = max((len(group) for group in by_kind.values()), default=0)
    return [group[at] for at in range(longest) for group in by_kind.values() if at < len(group)]
