"""Runs the cases of suites through a real coach, as conversations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from coach.evaluation.cases import Case, Suite
from coach.evaluation.evaluators import Verdict, evaluate
from coach.types import Answer, Chunk, Language, Turn

# Called with how many cases are done, how many there are, and the suite at work.
Progress = Callable[[int, int, str], None]


class Asks(Protocol):
    """What the runner needs of a coach."""

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        """The answer to a question."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case, the answer that came, and the verdict of every evaluator that applies, by its name."""

    suite: str
    case: Case
    answer: Answer
    verdicts: Mapping[str, Verdict]

    @property
    def passed(self) -> bool:
        """Whether every verdict is good."""
        return all(verdict.passed for verdict in self.verdicts.values())

    @property
    def reasons(self) -> list[str]:
        """What failed, one line a verdict. A wrong kind says it all where a false answer or refusal follows from it."""
        told = {"false_answer", "false_refusal"}
        return [f"{name}: {verdict.reason}" for name, verdict in self.verdicts.items() if not verdict.passed and name not in told]


def run(suites: Sequence[Suite], coach: Asks, chunks: Mapping[str, Chunk], progress: Progress) -> list[Outcome]:
    """The outcome of every case, in order. `chunks` are those of the coach's index, by id. Raises QuestionError as `ask` does."""
    total = sum(len(suite.cases) for suite in suites)
    outcomes: list[Outcome] = []
    for suite in suites:
        for case in suite.cases:
            answer = converse(coach, case)
            outcomes.append(Outcome(suite.name, case, answer, evaluate(case, answer, chunks)))
            progress(len(outcomes), total, suite.name)
    return outcomes


def converse(coach: Asks, case: Case) -> Answer:
    """The last answer of the conversation of `case`. The earlier turns get the coach's own answers, as in a real one."""
    history: list[Turn] = []
    for message in case.turns:
        history += [Turn("user", message), Turn("assistant", coach.ask(message, history).text)]
    return coach.ask(case.question, history)
