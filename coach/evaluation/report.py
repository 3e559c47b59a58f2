"""What a run of the suites came to: shares by suite, language and check, the gap between the languages, and every failed case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from coach.evaluation.evaluators import EVALUATORS
from coach.evaluation.suites import Outcome
from coach.types import LANGUAGES, Language

if TYPE_CHECKING:
    from rich.table import Table

CHECKS = tuple(EVALUATORS)
SHOWN = 300


@dataclass(frozen=True, slots=True)
class Score:
    """Of `applied` cases, `passed` were right."""

    passed: int
    applied: int

    @property
    def share(self) -> float:
        """The share that was right, in [0, 1]; 1 where there was nothing to get wrong."""
        return self.passed / self.applied if self.applied else 1.0

    def __str__(self) -> str:
        """A whole score as "100%", another one with the number of cases that failed, as "96% (-7)"; "–" where nothing applied."""
        if not self.applied:
            return "–"
        failed = self.applied - self.passed
        return f"{self.share:.0%} (-{failed})" if failed else "100%"


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of a run, and the figures drawn from them."""

    outcomes: tuple[Outcome, ...]

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the suites that were run, in order."""
        return tuple(dict.fromkeys(outcome.suite for outcome in self.outcomes))

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes with a bad verdict, in order."""
        return [outcome for outcome in self.outcomes if not outcome.passed]

    def passed(self, language: Language | None = None, suite: str | None = None) -> Score:
        """How many cases passed every check, in one language and suite or in all."""
        chosen = self._chosen(language, suite)
        return Score(sum(outcome.passed for outcome in chosen), len(chosen))

    def score(self, check: str, language: Language | None = None, suite: str | None = None) -> Score:
        """How many cases passed one check, of those to which it applies."""
        verdicts = [outcome.verdicts[check] for outcome in self._chosen(language, suite) if check in outcome.verdicts]
        return Score(sum(verdict.passed for verdict in verdicts), len(verdicts))

    @property
    def gap(self) -> float:
        """The share of cases passed in English minus that in Spanish, in [-1, 1]."""
        return self.passed("en").share - self.passed("es").share

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data: the figures by suite and in total, the gap, and each case with its answer and verdicts."""
        return {
            "cases": len(self.outcomes),
            "gap": round(self.gap, 4),
            "totals": {language: self._figures(language, None) for language in LANGUAGES},
            "suites": {suite: {language: self._figures(language, suite) for language in LANGUAGES} for suite in self.suites},
            "outcomes": [_record(outcome) for outcome in self.outcomes],
        }

    def table(self) -> Table:
        """The shares as a table: a row for each suite and language, then the totals and the gap."""
        from rich.table import Table

        table = Table("suite", "lang", "cases", "passed", *(check.replace("_", " ") for check in CHECKS))
        for suite in (*self.suites, None):
            if suite is None:
                table.add_section()
            for language in LANGUAGES:
                passed = self.passed(language, suite)
                scores = [str(self.score(check, language, suite)) for check in CHECKS]
                table.add_row(suite or "all", language, str(passed.applied), str(passed), *scores)
        gaps = [f"{100 * (self.score(check, 'en').share - self.score(check, 'es').share):+.1f}" for check in CHECKS]
        table.add_row("en - es, points", "", "", f"{100 * self.gap:+.1f}", *gaps)
        return table

    def _chosen(self, language: Language | None, suite: str | None) -> Sequence[Outcome]:
        return [
            outcome
            for outcome in self.outcomes
            if (language is None or outcome.case.lang == language) and (suite is None or outcome.suite == suite)
        ]

    def _figures(self, language: Language, suite: str | None) -> dict[str, Any]:
        scores = {"all": self.passed(language, suite), **{check: self.score(check, language, suite) for check in CHECKS}}
        return {name: {"passed": score.passed, "applied": score.applied, "share": round(score.share, 4)} for name, score in scores.items()}


def failure_lines(outcome: Outcome) -> list[str]:
    """A failed case in lines: what was asked, what was expected, and what came."""
    case, answer = outcome.case, outcome.answer
    came = " ".join(answer.text.split())
    return [
        f"{outcome.suite} {case.id}: {' / '.join((*case.turns, case.question))}",
        *(f"  {reason}" for reason in outcome.reasons),
        f"  {answer.kind}: {came if len(came) <= SHOWN else came[:SHOWN] + ' …'}",
    ]


def _record(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    return {
        "suite": outcome.suite,
        **outcome.case.model_dump(mode="json"),
        "passed": outcome.passed,
        "verdicts": {name: {"passed": verdict.passed, "reason": verdict.reason} for name, verdict in outcome.verdicts.items()},
        "answer": {"kind": answer.kind, "language": answer.language, "roles": list(answer.roles), "text": answer.text},
    }
