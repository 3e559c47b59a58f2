"""What a run of the suites came to: figures by suite, language and tag, the gap between the languages, and every failed case."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from coach.evaluation.figures import CHECKS, SCOPES, SCORES, SECONDS, Figure, Figures, Scope, figures
from coach.evaluation.ranking import RANKING
from coach.evaluation.suites import Outcome
from coach.types import LANGUAGES

if TYPE_CHECKING:
    from rich.table import Table

SHOWN = 300
# Checks of all or nothing; groundedness is a mean, and stands beside the ranking.
COUNTED = tuple(check for check in CHECKS if check != "groundedness")


@dataclass(frozen=True)
class Report:
    """The outcomes of one run, and the figures drawn from them. `name` is who answered: "extractive" or "provider:model"."""

    outcomes: tuple[Outcome, ...]
    name: str = "extractive"

    @property
    def suites(self) -> tuple[str, ...]:
        """The names of the suites that were run, in order."""
        return tuple(dict.fromkeys(outcome.suite for outcome in self.outcomes))

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags of the cases, sorted."""
        return tuple(sorted({tag for outcome in self.outcomes for tag in outcome.case.tags}))

    @property
    def failed(self) -> list[Outcome]:
        """The outcomes with a bad verdict, in order."""
        return [outcome for outcome in self.outcomes if not outcome.passed]

    @property
    def written(self) -> tuple[int, int]:
        """How many answers were written by who gave the run its name, and how many there are: a model's stand-ins are not its own."""
        answers = [outcome.answer for outcome in self.outcomes if outcome.answer.kind == "answer"]
        return sum(answer.answered_by == self.name for answer in answers), len(answers)

    @cached_property
    def total(self) -> Figures:
        """The figures over all outcomes."""
        return figures(self.outcomes)

    @cached_property
    def by_suite(self) -> Mapping[str, Figures]:
        """The figures of each suite."""
        return {suite: figures([one for one in self.outcomes if one.suite == suite]) for suite in self.suites}

    @cached_property
    def by_tag(self) -> Mapping[str, Figures]:
        """The figures over the cases of each tag."""
        return {tag: figures([one for one in self.outcomes if tag in one.case.tags]) for tag in self.tags}

    @property
    def gap(self) -> Figure:
        """The share of cases passed in English minus that in Spanish, in [-1, 1]."""
        return self.total["all"]["gap"]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain data: the figures in total, by suite and by tag, and each case with its answer and verdicts."""
        return {
            "answered_by": self.name,
            "cases": len(self.outcomes),
            "answers": {"own": self.written[0], "all": self.written[1]},
            "gap": round(self.gap.value, 4),
            "totals": _plain(self.total),
            "suites": {suite: _plain(found) for suite, found in self.by_suite.items()},
            "tags": {tag: _plain(found) for tag, found in self.by_tag.items()},
            "outcomes": [_record(outcome) for outcome in self.outcomes],
        }

    def tables(self) -> list[Table]:
        """The checks, then ranking, groundedness and speed, by suite and language with the gaps below; then the tags."""
        return [
            self._by_suite("checks", {"all": _with_interval, **dict.fromkeys(COUNTED, _counted)}),
            self._by_suite(
                "groundedness, ranking of the expected sections, seconds",
                {**dict.fromkeys(("groundedness", *RANKING), _decimal), **dict.fromkeys(SECONDS, _milliseconds)},
            ),
            self._by_tag(),
        ]

    def _by_suite(self, title: str, columns: Mapping[str, Callable[[Figure], str]]) -> Table:
        from rich.table import Table

        table = Table("suite", "lang", "cases", *(name.replace("_", " ") for name in columns), title=title, title_justify="left")
        for suite, found in (*self.by_suite.items(), ("all suites", self.total)):
            if suite == "all suites":
                table.add_section()
            for language in LANGUAGES:
                cases = str(found["all"][language].cases)
                table.add_row(suite, language, cases, *(show(found[name][language]) for name, show in columns.items()))
        table.add_row("en - es", "", "", *(_difference(name, self.total[name]["gap"]) for name in columns))
        return table

    def _by_tag(self) -> Table:
        from rich.table import Table

        table = Table("tag", "cases", *LANGUAGES, "en - es", title="passed every check, by tag", title_justify="left")
        for tag, found in self.by_tag.items():
            passed = found["all"]
            shares = (_with_interval(passed[language]) for language in LANGUAGES)
            table.add_row(tag, str(passed["both"].cases), *shares, _difference("all", passed["gap"]))
        return table


def failure_lines(outcome: Outcome) -> list[str]:
    """A failed case in lines: what was asked, what was expected, and what came."""
    case, answer = outcome.case, outcome.answer
    came = " ".join(answer.text.split())
    return [
        f"{outcome.suite} {case.id}: {' / '.join((*case.turns, case.question))}",
        *(f"  {reason}" for reason in outcome.reasons),
        f"  {answer.kind}: {came if len(came) <= SHOWN else came[:SHOWN] + ' …'}",
    ]


def _counted(figure: Figure) -> str:
    """ "100%", or "96% (-7)" with the number of cases that failed; "–" where nothing applied."""
    if not figure.cases:
        return "–"
    return f"{figure.value:.0%} (-{figure.short})" if figure.short else "100%"


def _with_interval(figure: Figure) -> str:
    return f"{_counted(figure)} [{100 * figure.low:.0f}–{100 * figure.high:.0f}]" if figure.cases else "–"


def _decimal(figure: Figure) -> str:
    return f"{figure.value:.3f}" if figure.cases else "–"


def _milliseconds(figure: Figure) -> str:
    return f"{1000 * figure.value:.0f} ms" if figure.cases else "–"


def _difference(name: str, gap: Figure) -> str:
    if not gap.cases:
        return "–"
    if name in SECONDS:
        return f"{1000 * gap.value:+.0f} ms"
    interval = f" [{100 * gap.low:+.1f} {100 * gap.high:+.1f}]" if name == "all" else ""
    return f"{100 * gap.value:+.1f}{interval}"


def _plain(found: Figures) -> dict[Scope, dict[str, Any]]:
    return {scope: {name: found[name][scope].as_dict() for name in (*SCORES, *SECONDS)} for scope in SCOPES}


def _record(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.answer
    return {
        "suite": outcome.suite,
        **outcome.case.model_dump(mode="json"),
        "passed": outcome.passed,
        "verdicts": {name: {"passed": verdict.passed, "reason": verdict.reason} for name, verdict in outcome.verdicts.items()},
        "groundedness": _share(outcome),
        "ranking": {name: round(value, 4) for name, value in outcome.ranking.items()},
        "seconds": round(outcome.seconds, 4),
        "answer": {key: value for key, value in answer.as_dict().items() if key not in {"seconds", "hits"}},
        "hits": [hit.chunk.id for hit in answer.hits],
    }


def _share(outcome: Outcome) -> float | None:
    verdict = outcome.verdicts.get("groundedness")
    return round(verdict.score, 4) if verdict else None


def failures(reports: Sequence[Report]) -> list[str]:
    """The failed cases of all runs in lines."""
    several = len(reports) > 1
    return [
        line
        for report in reports
        for outcome in report.failed
        for line in ([f"[{report.name}]"] if several else []) + failure_lines(outcome)
    ]
