"""Means, intervals and gaps: against figures worked out by hand or drawn from known chances."""

from __future__ import annotations

import numpy as np
import pytest

from coach.evaluation.cases import Case
from coach.evaluation.evaluators import Verdict
from coach.evaluation.figures import SCOPES, SCORES, SECONDS, figures, values
from coach.evaluation.suites import Outcome
from coach.types import LANGUAGES, Answer, Language


def outcome(name: str, language: Language, *, passed: bool = True, seconds: float = 0.02, ranking: float | None = None) -> Outcome:
    other = "es" if language == "en" else "en"
    case = Case(id=f"{name}-{language}", twin=f"{name}-{other}", lang=language, question="q", kind=("answer",))
    verdicts = {"kind": Verdict(passed), "groundedness": Verdict(passed, share=1.0 if passed else 0.5)}
    answer = Answer("answer", language, "x", "q", seconds={"retrieve": seconds / 2, "answer": seconds / 2})
    return Outcome("s", case, answer, verdicts, {} if ranking is None else {"MRR": ranking})


def pairs(english: list[bool], spanish: list[bool]) -> list[Outcome]:
    marks = zip(english, spanish, strict=True)
    return [outcome(str(n), language, passed=mark) for n, both in enumerate(marks) for language, mark in zip(LANGUAGES, both, strict=True)]


def test_what_an_outcome_contributes() -> None:
    found = values(outcome("a", "en", passed=False, ranking=0.25))
    assert found == {"all": 0, "kind": 0, "groundedness": 0.5, "MRR": 0.25}


def test_means_by_language_together_and_their_gap() -> None:
    found = figures(pairs([True, True, True, False], [True, False, False, False]))
    assert [found["all"][scope].value for scope in SCOPES] == [0.75, 0.25, 0.5, 0.5]
    assert [found["groundedness"][scope].value for scope in SCOPES] == [0.875, 0.625, 0.75, 0.25]
    assert [(found["all"][scope].cases, found["all"][scope].short) for scope in SCOPES] == [(4, 1), (4, 3), (8, 4), (8, 4)]
    assert found["all"]["en"].as_dict()["passed"] == 3


def test_every_figure_lies_within_its_interval() -> None:
    rng = np.random.default_rng(1)
    found = figures(pairs(list(rng.random(60) < 0.8), list(rng.random(60) < 0.7)))
    for name in ("all", "kind", "groundedness", *SECONDS):
        for scope in SCOPES:
            figure = found[name][scope]
            assert figure.low <= figure.value <= figure.high, (name, scope)


def test_a_score_that_applies_to_no_case_reaches_every_floor_and_has_no_gap() -> None:
    found = figures(pairs([True], [True]))["absent"]
    assert [(found[scope].value, found[scope].cases) for scope in SCOPES] == [(1, 0), (1, 0), (1, 0), (0, 0)]
    only_english = figures([outcome("a", "en", passed=False)])
    assert only_english["all"]["es"].cases == only_english["all"]["gap"].cases == only_english["p50"]["es"].cases == 0
    assert set(found) == set(SCOPES)
    assert set(figures(pairs([True], [True]))) == {*SCORES, *SECONDS}


def test_the_interval_narrows_with_the_number_of_cases_and_is_near_the_normal_one() -> None:
    marks = [number % 5 > 0 for number in range(500)]
    few, many = (figures(pairs(marks[:count], marks[:count]))["all"]["en"] for count in (50, 500))
    assert few.value == many.value == 0.8
    assert few.high - few.low > 2.5 * (many.high - many.low)
    assert many.high - many.low == pytest.approx(2 * 1.96 * (0.8 * 0.2 / 500) ** 0.5, rel=0.1)


def test_where_all_pass_the_interval_is_the_exact_one() -> None:
    """The bootstrap of 20 passed cases would say that nothing can ever fail."""
    found = figures(pairs([True] * 20, [True] * 20))["all"]
    assert (found["en"].low, found["en"].high) == (pytest.approx(0.025 ** (1 / 20)), 1)
    assert found["gap"].value == 0
    assert found["gap"].low < 0 < found["gap"].high
    none = figures(pairs([False] * 20, [False] * 20))["all"]["en"]
    assert (none.low, none.high) == (0, pytest.approx(1 - 0.025 ** (1 / 20)))


def test_twins_are_drawn_together() -> None:
    """Twins that always fare alike leave no doubt about the gap, however unsure the shares themselves are."""
    marks = [number % 2 == 0 for number in range(40)]
    alike = figures(pairs(marks, marks))["all"]
    assert alike["en"].high - alike["en"].low > 0.2
    assert (alike["gap"].low, alike["gap"].value, alike["gap"].high) == (0, 0, 0)
    apart = figures(pairs(marks, marks[1:] + marks[:1]))["all"]["gap"]
    assert apart.high - apart.low > 0.4
    one_pair_differs = figures(pairs([*marks, True], [*marks, False]))["all"]["gap"]
    assert one_pair_differs.high - one_pair_differs.low < 0.2


def test_percentiles_of_seconds() -> None:
    outcomes = [outcome(str(n), language, seconds=(n + 1) / 1000) for n in range(101) for language in LANGUAGES]
    found = figures(outcomes)
    assert found["p50"]["en"].value == pytest.approx(0.051)
    assert found["p95"]["both"].value == pytest.approx(0.096)
    assert found["p50"]["gap"].low == found["p50"]["gap"].high == 0
    slower = [outcome(str(n), language, seconds=0.01 if language == "en" else 0.03) for n in range(9) for language in LANGUAGES]
    assert figures(slower)["p95"]["gap"].value == pytest.approx(-0.02)


def test_the_same_run_gives_the_same_intervals() -> None:
    outcomes = pairs([True, False, True, True], [True, True, False, True])
    assert figures(outcomes) == figures(outcomes)
