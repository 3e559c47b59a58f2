"""The scorer against answers graded by hand: the order of the scores, and where each grade lies."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from coach.types import LANGUAGES, Language

if TYPE_CHECKING:
    from coach.practice.practice import Practice

EVALS = Path(__file__).resolve().parents[1] / "evals" / "practice"
GRADES = ["junk", "weak", "middling", "strong"]
# The least share of pairs in the right order. The third set was written when the scorer was done and has not been mended with: what it
# shows (.915 and .879) is what strangers' answers get.
ORDERED = {"": 0.95, "unseen-": 0.95, "third-": 0.87}
FITTED = ["", "unseen-"]


@dataclass(frozen=True)
class Graded:
    question: str
    grade: int
    form: str
    score: float
    state: str


@pytest.fixture(scope="module")
def graded(practice: Practice) -> dict[tuple[str, Language], list[Graded]]:
    """Every graded answer with its score, by set and language."""
    found: dict[tuple[str, Language], list[Graded]] = {}
    for name in ORDERED:
        for language in LANGUAGES:
            rows = found[name, language] = []
            for entry in yaml.safe_load((EVALS / f"{name}{language}.yaml").read_text(encoding="utf-8")):
                question = practice.bank.find(entry["question"], language)
                assert question is not None, entry["question"]
                for answer in entry["answers"]:
                    feedback = practice.score(question, answer["text"] or "")
                    form = answer.get("as", "")
                    rows.append(Graded(question.id, GRADES.index(answer["grade"]), form, feedback.score, feedback.state))
    return found


def ordered(pairs: list[tuple[Graded, Graded]]) -> float:
    """The share of pairs of unlike grades in which the better grade has the higher score."""
    right = [(one.score - other.score) * (one.grade - other.grade) > 0 for one, other in pairs if one.grade != other.grade]
    return sum(right) / len(right)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ORDERED)
def test_better_answers_have_higher_scores(graded: dict[tuple[str, Language], list[Graded]], name: str, language: Language) -> None:
    rows = graded[name, language]
    assert len(rows) >= 40
    pairs = list(combinations(rows, 2))
    assert ordered(pairs) >= ORDERED[name]
    assert ordered([(one, other) for one, other in pairs if one.question == other.question]) >= ORDERED[name]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_answer_is_named_and_stays_low(graded: dict[tuple[str, Language], list[Graded]], language: Language) -> None:
    rows = [row for name in FITTED for row in graded[name, language]]
    junk = [row for row in rows if row.form]
    assert {row.form for row in junk} == {
        "keywords", "off_topic", "copied_model", "copied_question", "dont_know", "nonsense", "empty", "other_language",
    }  # fmt: skip
    assert [row for row in junk if row.score > 15] == []
    assert [row for row in junk if row.state != row.form] == []
    lowest_middling = min(row.score for row in rows if row.grade == GRADES.index("middling") and row.state == "ok")
    assert max(row.score for row in junk if row.form == "keywords") < lowest_middling


@pytest.mark.parametrize("language", LANGUAGES)
def test_grades_lie_where_the_rubric_says(graded: dict[tuple[str, Language], list[Graded]], language: Language) -> None:
    rows = [row for name in FITTED for row in graded[name, language]]
    bounds = {"weak": (0, 45), "middling": (40, 72), "strong": (65, 100)}
    for grade, (low, high) in bounds.items():
        scores = [row.score for row in rows if row.grade == GRADES.index(grade)]
        assert sum(low <= score <= high for score in scores) / len(scores) >= 0.8, (grade, sorted(scores))
