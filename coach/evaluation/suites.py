"""Runs the cases of suites through a real coach, as conversations."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

from coach.evaluation.cases import Case, Suite
from coach.evaluation.evaluators import Evidence, Verdict, evaluate
from coach.evaluation.groundedness import Nearness
from coach.evaluation.ranking import rank
from coach.types import Answer, Chunk, Hit, Language, Turn

# Called with how many cases of a suite are done, how many it has, and its name.
Progress = Callable[[int, int, str], None]
# Conversations that are held at once: a coach may be used from several threads, and more than the cores only wait for each other.
WORKERS = min(4, os.cpu_count() or 1)


class Asks(Protocol):
    """What the runner needs of a coach."""

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        """The answer to a question."""
        ...

    def search(self, query: str, k: int = 10) -> list[Hit]:
        """The best chunks for a query."""
        ...

    def chunk(self, chunk_id: str) -> Chunk:
        """The chunk of that id. Raises KeyError for an unknown one."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, the answer that came, the verdict of every evaluator that applies, by its name, and the ranking measures, by theirs.

    `nearest` is the cosine similarity in [-1, 1] of the question and the passage nearest to it, None where it was not looked up.
    """

    suite: str
    case: Case
    answer: Answer
    verdicts: Mapping[str, Verdict]
    ranking: Mapping[str, float] = field(default_factory=dict)
    nearest: float | None = None

    @property
    def passed(self) -> bool:
        """Whether every verdict is good."""
        return all(verdict.passed for verdict in self.verdicts.values())

    @property
    def seconds(self) -> float:
        """How long the answer took, in seconds."""
        return sum(self.answer.seconds.values())

    @property
    def missed(self) -> list[str]:
        """The names of the checks that failed."""
        return [name for name, verdict in self.verdicts.items() if not verdict.passed]

    @property
    def reasons(self) -> list[str]:
        """What failed, one line a check. A wrong kind says it all where a false answer or refusal follows from it."""
        return [f"{name}: {self.verdicts[name].reason}" for name in self.missed if name not in {"false_answer", "false_refusal"}]


def run(suites: Sequence[Suite], coach: Asks, nearness: Nearness, progress: Progress, workers: int = WORKERS) -> list[Outcome]:
    """The outcome of every case, in order, `workers` conversations at once. Raises QuestionError as `ask` does."""
    named = [(suite.name, case) for suite in suites for case in suite.cases]
    sizes = {suite.name: len(suite.cases) for suite in suites}
    done = dict.fromkeys(sizes, 0)
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(workers) as pool:
        for (suite, case), answer in zip(named, pool.map(lambda pair: converse(coach, pair[1]), named), strict=True):
            outcomes.append(Outcome(suite, case, answer, evaluate(case, answer, Evidence(cited_chunks(coach, answer), nearness))))
            done[suite] += 1
            progress(done[suite], sizes[suite], suite)
    ranked = rank([(outcome.case, outcome.answer) for outcome in outcomes])
    return [replace(outcome, ranking=ranking) for outcome, ranking in zip(outcomes, ranked, strict=True)]


def look_up_nearest(outcomes: Sequence[Outcome], coach: Asks, workers: int = WORKERS) -> list[Outcome]:
    """The outcomes with their `nearest`: that of the answer's hits, or of a search where the coach withheld its answer."""
    with ThreadPoolExecutor(workers) as pool:
        nearest = pool.map(lambda outcome: nearest_of(outcome.answer, coach), outcomes)
        return [replace(outcome, nearest=near) for outcome, near in zip(outcomes, nearest, strict=True)]


def nearest_of(answer: Answer, coach: Asks) -> float | None:
    """The cosine similarity in [-1, 1] of the passage nearest to the question that `answer` replies to; None for small talk."""
    if answer.kind == "smalltalk":
        return None
    hits = answer.hits or coach.search(answer.standalone_question)
    return max((hit.dense for hit in hits), default=None)


def cited_chunks(coach: Asks, answer: Answer) -> dict[str, Chunk]:
    """The chunks that `answer` cites, by id; those that do not exist are left out."""
    found: dict[str, Chunk] = {}
    for citation in answer.citations:
        try:
            found[citation.chunk] = coach.chunk(citation.chunk)
        except KeyError:
            continue
    return found


def converse(coach: Asks, case: Case) -> Answer:
    """The last answer of the conversation of `case`. The earlier turns get the coach's own answers, as in a real one."""
    history: list[Turn] = []
    for message in case.turns:
        history += [Turn("user", message), Turn("assistant", coach.ask(message, history).text)]
    return coach.ask(case.question, history)
