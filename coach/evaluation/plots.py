"""The numbers behind the plots of a report; the template draws them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from coach.evaluation.evaluators import WITHHELD
from coach.evaluation.figures import Figure
from coach.evaluation.suites import Outcome
from coach.types import Kind, Language

KINDS: tuple[Kind, ...] = ("answer", "clarify", "refuse", "smalltalk")
BARS = 24
# Cosine similarities at which the bins of the calibration begin.
BINS = (-1.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale from `low` to `high`, drawn from 0 to 100 % of the width; `ticks` are where its lines stand."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def of_shares(cls, shares: Iterable[Figure]) -> Axis:
        """From the tenth below the lowest interval up to 1: differences near 1 are what matters, and the axis says where it begins."""
        lowest = min((figure.low for figure in shares if figure.cases), default=0.0)
        low = min(0.9, math.floor(lowest * 10) / 10)
        step = 0.02 if low >= 0.9 else 0.1 if low >= 0.5 else 0.2
        count = round((1 - low) / step)
        return cls(low, 1.0, tuple(round(1 - step * place, 2) for place in range(count, -1, -1)))

    def at(self, value: float) -> str:
        """Where `value` stands, as a percentage of the width."""
        place = (value - self.low) / (self.high - self.low)
        return f"{100 * min(1.0, max(0.0, place)):.2f}%"


WHOLE = Axis(0.0, 1.0, (0.0, 0.25, 0.5, 0.75, 1.0))


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many answers took how long. `bars` are shares of the highest one, from 0 to `longest` seconds; slower ones are in the last."""

    bars: tuple[float, ...]
    longest: float

    def at(self, seconds: float) -> str:
        """Where `seconds` stands, as a percentage of the width."""
        return f"{100 * min(1.0, seconds / self.longest):.2f}%"

    def leaves_room(self, seconds: float) -> bool:
        """Whether words fit to the right of `seconds`."""
        return seconds < 0.7 * self.longest


def histogram(seconds: Sequence[float], longest: float) -> Histogram:
    """The histogram of `seconds` up to `longest`."""
    counts, _ = np.histogram(np.minimum(seconds, longest), bins=BARS, range=(0, longest))
    highest = max(1, int(counts.max()))
    return Histogram(tuple(float(count) / highest for count in counts), longest)


def longest_shown(seconds: Sequence[float]) -> float:
    """The end of the axis of a histogram: the 99th percentile, in whole hundredths of a second."""
    return max(0.01, math.ceil(100 * float(np.percentile(seconds, 99))) / 100) if len(seconds) else 0.01


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose nearest passage is this near: how many there are, and what share was to be withheld, and was."""

    name: str
    cases: int
    expected: float
    came: float


def calibration(outcomes: Sequence[Outcome]) -> list[Bin]:
    """Refusals and questions back, by the similarity of the nearest passage. Cases where either would do are left out."""
    chosen = [one for one in outcomes if one.nearest is not None and (one.case.wants_answer or one.case.forbids_answer)]
    found = []
    for low, high in zip(BINS, [*BINS[1:], 1.01], strict=True):
        held = [one for one in chosen if one.nearest is not None and low <= one.nearest < high]
        if held:
            name = f"below {high:.1f}" if low == BINS[0] else f"{low:.1f} and above" if high > 1 else f"{low:.1f} to {high:.1f}"
            expected, came = sum(one.case.forbids_answer for one in held), sum(one.answer.kind in WITHHELD for one in held)
            found.append(Bin(name, len(held), expected / len(held), came / len(held)))
    return found


def confusion(outcomes: Sequence[Outcome], language: Language) -> dict[str, dict[Kind, int]]:
    """How many cases that expect one kind (or one of several) got which."""
    counts: dict[str, Counter[Kind]] = {}
    for one in outcomes:
        if one.case.lang == language:
            counts.setdefault(" or ".join(one.case.kind), Counter())[one.answer.kind] += 1
    return {expected: {kind: came[kind] for kind in KINDS} for expected, came in sorted(counts.items())}


@dataclass(slots=True)
class Cell:
    """The cases on one section of one role in one language."""

    cases: int = 0
    failed: int = 0

    @property
    def state(self) -> str:
        """How they went, in a word."""
        return "none" if not self.cases else "right" if not self.failed else "wrong" if self.failed == self.cases else "mixed"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Role by section by language: which parts of the documents are asked about, and how that went."""

    roles: tuple[str, ...]
    sections: tuple[str, ...]
    cells: Mapping[tuple[str, str, Language], Cell] = field(default_factory=dict)

    def cell(self, role: str, section: str, language: Language) -> Cell:
        """The cases there, none where nothing is asked."""
        return self.cells.get((role, section, language), Cell())

    @property
    def empty(self) -> int:
        """How many places have no case, of all roles, sections and both languages."""
        return 2 * len(self.roles) * len(self.sections) - len(self.cells)


def coverage(outcomes: Sequence[Outcome], roles: Sequence[str], sections: Sequence[str]) -> Coverage:
    """The coverage of `roles` and `sections` by the cases. A case that names several counts for each."""
    cells: dict[tuple[str, str, Language], Cell] = {}
    for one in outcomes:
        for role in one.case.role:
            for section in one.case.sections:
                if role in roles and section in sections:
                    cell = cells.setdefault((role, section, one.case.lang), Cell())
                    cell.cases += 1
                    cell.failed += not one.passed
    return Coverage(tuple(roles), tuple(sections), cells)
