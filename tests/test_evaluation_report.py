"""Figures drawn from outcomes, and the floors they are held against."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from coach.errors import DocumentError
from coach.evaluation.cases import Case
from coach.evaluation.evaluators import Verdict
from coach.evaluation.floors import Floors
from coach.evaluation.report import CHECKS, Report, Score, failure_lines
from coach.evaluation.suites import Outcome
from coach.types import Answer, Language

GOOD, BAD = Verdict(True), Verdict(False, "expected answer; came refuse")


def outcome(suite: str, language: Language, *, passed: bool, name: str = "a") -> Outcome:
    case = Case(id=f"{name}-{language}", twin="-", lang=language, question="tools?", turns=("hi",), kind=("answer",))
    verdicts = {"kind": GOOD if passed else BAD, "citations": GOOD, **({} if passed else {"false_refusal": BAD})}
    return Outcome(suite, case, Answer("answer" if passed else "refuse", language, "Some\ntext", "tools?"), verdicts)


REPORT = Report(
    (
        outcome("one", "en", passed=True), outcome("one", "en", passed=False), outcome("one", "es", passed=True),
        outcome("two", "en", passed=True), outcome("two", "en", passed=True), outcome("two", "es", passed=False),
    )
)  # fmt: skip
FLOORS = Floors(
    gap=0.25,
    totals={"en": {"all": 0.75, "kind": 0.75}, "es": {"all": 0.5}},
    suites={"one": {"en": 0.5, "es": 1}, "two": {"en": 1, "es": 0}},
)
ALL = frozenset({"one", "two"})


def test_scores_by_suite_language_and_check() -> None:
    assert REPORT.passed() == Score(4, 6)
    assert REPORT.passed("en") == Score(3, 4)
    assert REPORT.passed("en", "one") == Score(1, 2)
    assert REPORT.score("kind", "es") == Score(1, 2)
    assert REPORT.score("citations", "es") == Score(2, 2)
    assert REPORT.score("absent") == Score(0, 0)
    assert REPORT.gap == pytest.approx(0.25)
    assert [one.case.id for one in REPORT.failed] == ["a-en", "a-es"]


@pytest.mark.parametrize(("score", "text"), [(Score(0, 0), "–"), (Score(2, 2), "100%"), (Score(3, 4), "75% (-1)")])
def test_a_score_in_words(score: Score, text: str) -> None:
    assert str(score) == text


def test_a_check_that_applies_to_no_case_reaches_every_floor() -> None:
    floors = Floors(gap=1, totals={"en": {"absent": 1}}, suites={"one": {"en": 0, "es": 0}, "two": {"en": 0, "es": 0}})
    assert floors.fallen(REPORT, ALL) == []


def test_the_data_holds_every_case_with_its_verdicts() -> None:
    data = REPORT.as_dict()
    assert data["totals"]["en"]["all"] == {"passed": 3, "applied": 4, "share": 0.75}
    assert data["suites"]["two"]["es"]["kind"]["share"] == 0
    assert len(data["outcomes"]) == 6
    assert data["outcomes"][1]["verdicts"]["kind"] == {"passed": False, "reason": "expected answer; came refuse"}
    assert data["outcomes"][1]["question"] == "tools?"


def test_the_table_has_a_row_for_each_suite_and_language_and_two_totals() -> None:
    table = REPORT.table()
    assert table.row_count == 2 * 2 + 2 + 1
    assert len(table.columns) == 4 + len(CHECKS)


def test_a_failure_says_what_was_asked_expected_and_came() -> None:
    assert failure_lines(REPORT.failed[0]) == ["one a-en: hi / tools?", "  kind: expected answer; came refuse", "  refuse: Some text"]


def test_nothing_falls_that_reaches_its_floor() -> None:
    assert FLOORS.fallen(REPORT, ALL) == []


def test_whatever_falls_is_named() -> None:
    higher = Floors(gap=0.2, totals={"en": {"kind": 0.8}, "es": {"citations": 1}}, suites={"one": {"en": 0.6, "es": 1}, "two": {"en": 1}})
    assert higher.fallen(REPORT, ALL) == [
        "one en: 0.500 (1 of 2), below 0.600",
        "two es: has no floor",
        "all suites en, kind: 0.750 (3 of 4), below 0.800",
        "gap between en and es: +0.250, more than 0.200",
    ]


def test_the_gap_counts_in_both_directions() -> None:
    spanish_ahead = Report((outcome("one", "en", passed=False), outcome("one", "es", passed=True)))
    fallen = Floors(gap=0.1, totals={}, suites={"one": {"en": 0, "es": 0}}).fallen(spanish_ahead, frozenset({"one"}))
    assert fallen == ["gap between en and es: -1.000, more than 0.100"]


def test_totals_are_not_judged_on_a_part_of_the_suites() -> None:
    part = Report(tuple(one for one in REPORT.outcomes if one.suite == "two"))
    strict = FLOORS.model_copy(update={"gap": 0.0, "totals": {"es": {"all": 1.0}}})
    assert strict.fallen(part, ALL) == []
    assert strict.fallen(part, frozenset({"two"})) != []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"gap": 3}, "gap"),
        ({"totals": {"en": {"kinds": 1}}}, "totals en kinds"),
        ({"suites": {"one": {"fr": 1}}}, "suites one fr"),
        ({"more": 1}, "more"),
    ],
)
def test_broken_floors_are_a_stated_failure(tmp_path: Path, changes: dict[str, object], said: str) -> None:
    path = tmp_path / "floors.yaml"
    path.write_text(yaml.safe_dump({**FLOORS.model_dump(), **changes}), encoding="utf-8")
    with pytest.raises(DocumentError, match=said):
        Floors.read(path)


def test_missing_floors_are_a_stated_failure(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="cannot be read"):
        Floors.read(tmp_path / "floors.yaml")
