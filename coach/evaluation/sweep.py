"""What another threshold would change: the errors with labelled questions, as the line of off-topic questions is moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from coach.answering.thresholds import OFF_TOPIC
from coach.evaluation.calibration import ERRORS, HELD_OUT
from coach.evaluation.cases import Case, Suite
from coach.types import LANGUAGES, Kind, Language

STEPS = tuple(round(0.05 * step, 2) for step in range(1, 20))
NEVER, ALWAYS = 0.0, 1.0
# Of the plot, in its own units.
WIDTH, HEIGHT, MARGIN = 300, 150, 4


class Supposes(Protocol):
    """What the sweep needs of a coach."""

    def kinds_if(self, question: str, off_topic: Sequence[float]) -> tuple[float, list[Kind]]:
        """How likely a question is held to be off-topic, and the kinds of its reply for other likelihoods."""
        ...


@dataclass(frozen=True, slots=True)
class Point:
    """The share of each error, by its name, with one threshold."""

    threshold: float
    errors: dict[str, float]


@dataclass(frozen=True, slots=True)
class Sweep:
    """The curves of the errors in each language over the thresholds, and the threshold in force."""

    curves: Mapping[Language, tuple[Point, ...]]
    chosen: float = OFF_TOPIC

    @property
    def steps(self) -> tuple[float, ...]:
        """The thresholds that were tried."""
        return STEPS

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the errors."""
        return tuple(ERRORS)

    @property
    def highest(self) -> float:
        """The top of the plot: the highest share of all, or a tenth."""
        return max(0.1, *(share for points in self.curves.values() for one in points for share in one.errors.values()))

    def now(self, language: Language, name: str) -> float:
        """The share of an error with the threshold tried that is nearest to the one in force."""
        return min(self.curves[language], key=lambda one: abs(one.threshold - self.chosen)).errors[name]

    def x(self, threshold: float) -> str:
        """Where a threshold stands in a plot of WIDTH."""
        return f"{WIDTH * (threshold - STEPS[0]) / (STEPS[-1] - STEPS[0]):.1f}"

    def line(self, language: Language, name: str) -> str:
        """The points of an error's curve in a plot of WIDTH by HEIGHT, for an SVG polyline."""
        room = HEIGHT - 2 * MARGIN
        heights = (HEIGHT - MARGIN - room * one.errors[name] / self.highest for one in self.curves[language])
        return " ".join(f"{self.x(step)},{height:.1f}" for step, height in zip(STEPS, heights, strict=True))

    def as_dict(self) -> dict[str, Any]:
        """The curves as plain data."""
        return {
            "threshold": "OFF_TOPIC",
            "chosen": self.chosen,
            "curves": {language: [{"at": one.threshold, **one.errors} for one in points] for language, points in self.curves.items()},
        }


def sweep(labelled: Suite, coach: Supposes) -> Sweep:
    """The curves over the labelled questions that are not held out: those that are may not be looked at when a threshold is chosen.

    Two replies tell what any threshold would do, the one to a question that is surely off-topic and the one to a question that surely
    is not: each question is understood once.
    """
    read = [(case, *coach.kinds_if(case.question, (NEVER, ALWAYS))) for case in labelled.cases if HELD_OUT not in case.tags]
    curves: dict[Language, tuple[Point, ...]] = {}
    for language in LANGUAGES:
        own = [one for one in read if one[0].lang == language]
        curves[language] = tuple(
            Point(step, _errors([(case, kinds[likelihood >= step]) for case, likelihood, kinds in own])) for step in STEPS
        )
    return Sweep(curves)


def _errors(came: Sequence[tuple[Case, Kind]]) -> dict[str, float]:
    """The share of each error among the questions with which it could be made."""
    found = {}
    for name, kind in ERRORS.items():
        possible = [given == kind for case, given in came if case.kind != (kind,)]
        found[name] = sum(possible) / len(possible) if possible else 0.0
    return found
