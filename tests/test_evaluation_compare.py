"""Two runs case by case, and the files they are kept in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from coach.errors import ServiceError
from coach.evaluation.cases import Case, Means
from coach.evaluation.compare import Mark, compare, kept, marks, save
from coach.evaluation.evaluators import Verdict
from coach.evaluation.report import Report
from coach.evaluation.suites import Outcome
from coach.types import Answer

RIGHT, WRONG = Mark(True, "case"), Mark(False, "case")


def report(*passed: bool, name: str = "extractive", question: str = "q") -> Report:
    cases = [
        Case(id=f"c{n}", twin="x", lang="en", question=question, kind=("answer",), facts=(12, "a", Means(means="b")))
        for n in range(len(passed))
    ]
    answer = Answer("answer", "en", "x", "q")
    return Report(tuple(Outcome("s", case, answer, {"kind": Verdict(mark)}) for case, mark in zip(cases, passed, strict=True)), name)


def test_each_case_is_fixed_broken_or_unchanged() -> None:
    before = {"a": WRONG, "b": RIGHT, "c": RIGHT, "d": WRONG, "gone": RIGHT}
    now = {"a": RIGHT, "b": WRONG, "c": RIGHT, "d": WRONG, "new": WRONG}
    found = compare(before, now, ("then", "now"))
    assert (found.fixed, found.broken, found.still_right, found.still_wrong) == (("a",), ("b",), 1, 1)
    assert (found.only_before, found.only_now, found.changed) == (1, 1, ())


def test_a_case_that_expects_something_else_now_is_neither_fixed_nor_broken() -> None:
    found = compare({"a": WRONG}, {"a": replace(RIGHT, case="other")}, ("then", "now"))
    assert (found.fixed, found.changed) == ((), ("a",))


@pytest.mark.parametrize(
    ("fixed", "broken", "p"), [(0, 0, 1), (1, 1, 1), (1, 0, 1), (5, 0, 0.0625), (0, 6, 0.03125), (9, 1, 0.021484375), (10, 0, 0.001953125)]
)
def test_mcnemars_exact_test(fixed: int, broken: int, p: float) -> None:
    """Two-sided binomial probabilities of the cases that turned: 2 · Σ C(n, k) / 2ⁿ."""
    before = {**{f"f{n}": WRONG for n in range(fixed)}, **{f"b{n}": RIGHT for n in range(broken)}, "same": RIGHT}
    now = {**{f"f{n}": RIGHT for n in range(fixed)}, **{f"b{n}": WRONG for n in range(broken)}, "same": RIGHT}
    assert compare(before, now, ("then", "now")).p == pytest.approx(p)


def test_the_lines_name_what_turned() -> None:
    lines = compare({"a": WRONG, "b": RIGHT, "c": RIGHT}, {"a": RIGHT, "b": WRONG, "c": RIGHT}, ("then", "now")).lines()
    assert lines == [
        "now against then: 1 fixed, 1 broken, 1 unchanged (1 right, 0 wrong); McNemar exact p = 1",
        "  fixed: a",
        "  broken: b",
    ]


def test_a_kept_run_is_the_run(tmp_path: Path) -> None:
    runs = [report(True, False), report(True, True, name="fake:model")]
    save(tmp_path / "evals", "last-week", runs)
    assert kept(tmp_path / "evals", "last-week") == {run.name: marks(run) for run in runs}
    save(tmp_path / "evals", "last-week", runs[:1])
    assert list(kept(tmp_path / "evals", "last-week")) == ["extractive"]


def test_what_was_asked_counts_but_not_its_tags() -> None:
    (first,) = report(True).outcomes
    labelled = replace(first, case=first.case.model_copy(update={"tags": ("narrow",)}))
    assert marks(Report((first,))) == marks(Report((labelled,)))
    assert marks(report(True)) != marks(report(True, question="another"))


@pytest.mark.parametrize("name", ["../up", "", "a b", "/etc/passwd", ".hidden", "x" * 200])
def test_a_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ServiceError, match="no name for a run"):
        save(tmp_path, name, [report(True)])


def test_a_run_that_was_not_kept_is_told_with_those_that_were(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="keep one with `coach eval --save NAME`"):
        kept(tmp_path, "monday")
    save(tmp_path, "tuesday", [report(True)])
    with pytest.raises(ServiceError, match=r"monday\.json: no run is kept under that name; choose one of tuesday"):
        kept(tmp_path, "monday")


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2, "runs": []}', '{"format": 1, "runs": [{"answered_by": "x", "outcomes": [{}]}]}']
)
def test_a_damaged_run_is_a_stated_failure(tmp_path: Path, text: str) -> None:
    (tmp_path / "monday.json").write_text(text, encoding="utf-8")
    with pytest.raises(ServiceError, match=r"monday\.json: cannot be read as a run"):
        kept(tmp_path, "monday")


def test_a_folder_that_cannot_be_written_is_a_stated_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServiceError, match="cannot be written"):
        save(tmp_path / "file", "monday", [report(True)])
