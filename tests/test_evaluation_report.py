"""Figures drawn from outcomes, and the floors they are held against."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from coach.errors import DocumentError
from coach.evaluation.cases import Case
from coach.evaluation.evaluators import Verdict
from coach.evaluation.floors import Floors
from coach.evaluation.report import COUNTED, Report, failure_lines, failures
from coach.evaluation.suites import Outcome
from coach.types import Answer, Language

GOOD, BAD = Verdict(True), Verdict(False, "expected answer; came refuse")


def outcome(suite: str, language: Language, *, passed: bool, name: str = "a") -> Outcome:
    other = "es" if language == "en" else "en"
    case = Case(
        id=f"{suite}-{name}-{language}", twin=f"{suite}-{name}-{other}", lang=language, question="tools?", turns=("hi",), kind=("answer",),
        tags=("short",) if language == "en" else (),
    )  # fmt: skip
    verdicts = {"kind": GOOD if passed else BAD, "citations": GOOD, **({} if passed else {"false_refusal": BAD})}
    answer = Answer("answer" if passed else "refuse", language, "Some\ntext", "tools?", seconds={"answer": 0.025})
    return Outcome(suite, case, answer, verdicts, {"MRR": 0.5} if passed else {})


REPORT = Report(
    (
        outcome("one", "en", passed=True), outcome("one", "en", passed=False, name="b"), outcome("one", "es", passed=True),
        outcome("two", "en", passed=True), outcome("two", "en", passed=True, name="b"), outcome("two", "es", passed=False),
    )
)  # fmt: skip
FLOORS = Floors(
    gap=0.25,
    totals={"en": {"all": 0.75, "kind": 0.75}, "es": {"all": 0.5}},
    suites={"one": {"en": 0.5, "es": 1}, "two": {"en": 1, "es": 0}},
)
ALL = frozenset({"one", "two"})


def test_figures_by_suite_tag_and_language() -> None:
    assert REPORT.total["all"]["both"].value == pytest.approx(4 / 6)
    assert REPORT.total["all"]["en"].value == 0.75
    assert REPORT.by_suite["one"]["all"]["en"].value == 0.5
    assert (REPORT.by_tag["short"]["all"]["en"].cases, REPORT.by_tag["short"]["all"]["es"].cases) == (4, 0)
    assert REPORT.gap.value == pytest.approx(0.25)
    assert [one.case.id for one in REPORT.failed] == ["one-b-en", "two-a-es"]


def test_the_data_holds_every_case_with_its_verdicts() -> None:
    data = REPORT.as_dict()
    assert {key: data["totals"]["en"]["all"][key] for key in ("passed", "applied", "share")} == {"passed": 3, "applied": 4, "share": 0.75}
    assert data["totals"]["en"]["all"]["low"] < 0.75 < data["totals"]["en"]["all"]["high"]
    assert data["suites"]["two"]["es"]["kind"]["share"] == 0
    assert data["tags"]["short"]["en"]["p50"]["share"] == 0.025
    assert len(data["outcomes"]) == 6
    failed = data["outcomes"][1]
    assert failed["verdicts"]["kind"] == {"passed": False, "reason": "expected answer; came refuse"}
    assert (failed["question"], failed["answer"]["kind"], failed["seconds"]) == ("tools?", "refuse", 0.025)


def test_the_tables_show_checks_ranking_and_speed_by_suite_and_the_tags() -> None:
    checks, others, tags = REPORT.tables()
    assert [table.row_count for table in (checks, others, tags)] == [2 * 2 + 2 + 1, 2 * 2 + 2 + 1, 1]
    assert len(checks.columns) == 4 + len(COUNTED)
    console = Console(width=200, file=io.StringIO())
    with console.capture() as shown:
        for table in (checks, others, tags):
            console.print(table)
    text = shown.get()
    for words in ("75% (-1) [", "50% (-1) [", "0.500", "25 ms", "+25.0 ["):
        assert words in text


def test_a_failure_says_what_was_asked_expected_and_came() -> None:
    expected = ["one one-b-en: hi / tools?", "  kind: expected answer; came refuse", "  refuse: Some text"]
    assert failure_lines(REPORT.failed[0]) == expected
    assert failures([REPORT])[:3] == expected
    assert failures([REPORT, Report(REPORT.outcomes, "fake:model")])[-4:][0] == "[fake:model]"


def test_nothing_falls_that_reaches_its_floor() -> None:
    assert FLOORS.fallen(REPORT, ALL) == []


def test_a_figure_that_applies_to_no_case_reaches_every_floor() -> None:
    floors = Floors(gap=1, totals={"en": {"absent": 1, "groundedness": 1}}, suites={"one": {"en": 0, "es": 0}, "two": {"en": 0, "es": 0}})
    assert floors.fallen(REPORT, ALL) == []


def test_whatever_falls_is_named() -> None:
    totals = {"en": {"kind": 0.8, "MRR": 0.6}, "es": {"citations": 1}}
    higher = Floors(gap=0.2, totals=totals, suites={"one": {"en": 0.6, "es": 1}, "two": {"en": 1}})  # type: ignore[arg-type]
    assert higher.fallen(REPORT, ALL) == [
        "one en: 0.500 (1 of 2 cases fall short), below 0.600",
        "two es: has no floor",
        "all suites en, kind: 0.750 (1 of 4 cases fall short), below 0.800",
        "all suites en, MRR: 0.500 (3 of 3 cases fall short), below 0.600",
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
        ({"totals": {"en": {"kinds": 1}}}, "totals en kinds.*there is no such figure: use one of all, kind"),
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


def test_the_floors_of_the_coach_can_be_read() -> None:
    Floors.read(Path(__file__).resolve().parents[1] / "evals" / "floors.yaml")
