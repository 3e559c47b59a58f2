"""The numbers behind the plots."""

from __future__ import annotations

from typing import Any

import pytest

from coach.evaluation.cases import Case
from coach.evaluation.evaluators import Verdict
from coach.evaluation.figures import Figure
from coach.evaluation.plots import WHOLE, Axis, calibration, confusion, coverage, histogram, longest_shown
from coach.evaluation.suites import Outcome
from coach.types import Answer, Kind


def outcome(expected: Kind | tuple[Kind, ...] = "answer", came: Kind = "answer", nearest: float | None = None, **changes: Any) -> Outcome:
    case = Case(id="a", twin="b", question="q", kind=expected, **{"lang": "en", **changes})
    return Outcome("s", case, Answer(came, "en", "x", "q"), {"kind": Verdict(came in case.kind)}, nearest=nearest)


@pytest.mark.parametrize(
    ("lows", "low", "ticks"),
    [
        ([0.97, 0.93], 0.9, (0.9, 0.92, 0.94, 0.96, 0.98, 1.0)),
        ([0.97, 0.78], 0.7, (0.7, 0.8, 0.9, 1.0)),
        ([0.23], 0.2, (0.2, 0.4, 0.6, 0.8, 1.0)),
        ([], 0.0, (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)),
    ],
)
def test_an_axis_of_shares_begins_below_the_lowest_interval(lows: list[float], low: float, ticks: tuple[float, ...]) -> None:
    axis = Axis.of_shares([*(Figure(1.0, 10, 0, one, 1.0) for one in lows), Figure(1.0)])
    assert (axis.low, axis.high) == (low, 1)
    assert axis.ticks == pytest.approx(ticks)


def test_values_are_placed_between_the_ends_of_the_axis() -> None:
    axis = Axis(0.5, 1.0, ())
    assert [axis.at(value) for value in (0.5, 0.75, 1.0, 0.2)] == ["0.00%", "50.00%", "100.00%", "0.00%"]
    assert WHOLE.at(0.25) == "25.00%"


def test_a_histogram_counts_what_is_slower_than_its_end_in_the_last_bar() -> None:
    found = histogram([0.0, 0.01, 0.0999, 5.0], 0.1)
    assert (found.bars[0], found.bars[-1], max(found.bars)) == (0.5, 1.0, 1.0)
    assert (found.at(0.05), found.at(1.0)) == ("50.00%", "100.00%")
    assert found.leaves_room(0.05)
    assert not found.leaves_room(0.09)
    assert histogram([], 0.1).bars == (0,) * len(found.bars)


def test_a_histogram_ends_at_the_99th_percentile() -> None:
    assert longest_shown([0.0201] * 100 + [9.0]) == pytest.approx(0.03)
    assert longest_shown([]) == 0.01


def test_calibration_holds_what_should_be_withheld_against_what_was() -> None:
    near = [
        outcome(nearest=0.75),
        outcome("refuse", "answer", 0.75),
        outcome("answer", "clarify", 0.75),
        outcome("clarify", "clarify", 0.75),
    ]
    far = [outcome("refuse", "refuse", 0.1)]
    left_out = [outcome(("refuse", "answer"), "answer", 0.75), outcome("smalltalk", "smalltalk")]
    low, high = calibration([*near, *far, *left_out])
    assert (low.name, low.cases, low.expected, low.came) == ("below 0.3", 1, 1.0, 1.0)
    assert (high.name, high.cases, high.expected, high.came) == ("0.7 to 0.8", 4, 0.5, 0.5)
    assert [one.name for one in calibration([outcome(nearest=1.0)])] == ["0.8 and above"]


def test_confusion_counts_kinds_by_language() -> None:
    outcomes = [
        outcome(),
        outcome("refuse", "answer"),
        outcome("refuse", "refuse"),
        outcome(("refuse", "answer"), "refuse"),
        outcome(lang="es"),
    ]
    found = confusion(outcomes, "en")
    assert found["refuse"] == {"answer": 1, "clarify": 0, "refuse": 1, "smalltalk": 0}
    assert found["refuse or answer"]["refuse"] == found["answer"]["answer"] == 1
    assert set(confusion(outcomes, "es")) == {"answer"}


def test_coverage_counts_a_case_for_each_role_and_section_it_names() -> None:
    outcomes = [
        outcome(role=("r", "q"), sections=("s", "t")),
        outcome("refuse", "answer", role="r", sections="s"),
        outcome("refuse", "answer", role="q", sections="t", lang="es"),
        outcome(role="imported", sections="s"),
    ]
    found = coverage(outcomes, ["r", "q", "empty"], ["s", "t"])
    states = [found.cell(role, section, "en").state for role in found.roles for section in found.sections]
    assert states == ["mixed", "right", "right", "right", "none", "none"]
    assert (found.cell("q", "t", "es").state, found.cell("r", "s", "en").failed) == ("wrong", 1)
    assert found.empty == 12 - 5
