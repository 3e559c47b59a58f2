"""The labelled questions near the line, the errors made with them, and what another threshold would change."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from coach.answering.thresholds import OFF_TOPIC
from coach.coach import Coach
from coach.errors import DocumentError
from coach.evaluation.calibration import HELD_OUT, SUITE, Calibration, Rate, divided, labelled
from coach.evaluation.cases import Case, Suite, read_suites
from coach.evaluation.suites import Outcome
from coach.evaluation.sweep import sweep
from coach.types import LANGUAGES, Answer, Kind, Language

EVALS = Path(__file__).resolve().parents[1] / "evals"


def case(name: str, label: Kind, language: Language = "en", *tags: str, question: str = "q") -> Case:
    return Case(id=name, twin="-", lang=language, question=question, kind=(label,), tags=("t", *tags))


def outcome(label: Kind, came: Kind, *tags: str, suite: str = SUITE) -> Outcome:
    return Outcome(suite, case(f"{label}-{came}", label, "en", *tags), Answer(came, "en", "", "q"), {})


@pytest.fixture(scope="module")
def real() -> Suite:
    suite = labelled(EVALS)
    assert suite
    return suite


def test_the_real_set_is_large_balanced_and_partly_held_out(real: Suite) -> None:
    for language in LANGUAGES:
        own = [one for one in real.cases if one.lang == language]
        for is_held, least in ((False, 100), (True, 20)):
            kinds = Counter(one.kind[0] for one in own if (HELD_OUT in one.tags) == is_held)
            assert len(kinds) == 3
            assert min(kinds.values()) >= least
            assert max(kinds.values()) - min(kinds.values()) <= 2


def test_no_labelled_question_is_asked_twice_nor_stands_in_a_suite(real: Suite) -> None:
    """What the coach was mended with says nothing of questions it has not seen."""
    asked = [one.question.casefold() for one in real.cases]
    assert [question for question, times in Counter(asked).items() if times > 1] == []
    tuned_on = {one.question.casefold() for suite in read_suites(EVALS / "suites") for one in suite.cases if not one.turns}
    assert set(asked) & tuned_on == set()


def test_errors_are_counted_among_the_questions_with_which_they_could_be_made() -> None:
    outcomes = [outcome("answer", "answer"), outcome("answer", "refuse"), outcome("clarify", "answer"), outcome("refuse", "clarify")]
    seen = Calibration(tuple(outcomes)).errors("en", "seen")
    assert {name: (rate.wrong, rate.cases) for name, rate in seen.items()} == {
        "false answer": (1, 2),
        "false refusal": (1, 3),
        "wrong clarification": (1, 3),
    }
    assert Calibration(tuple(outcomes)).confusion("en", "seen")["answer"] == {"answer": 1, "clarify": 0, "refuse": 1, "smalltalk": 0}


def test_the_halves_are_apart_and_only_what_was_seen_is_listed() -> None:
    found = Calibration((outcome("answer", "refuse"), outcome("refuse", "answer", HELD_OUT), outcome("answer", "answer", HELD_OUT)))
    assert found.errors("en", "seen")["false refusal"].wrong == 1
    assert found.errors("en", "held out")["false answer"].wrong == 1
    assert found.errors("es", "seen")["false answer"].cases == 0
    assert [one.case.kind for one in found.failed] == [("answer",)]
    assert not any("refuse-answer" in line for line in found.lines())


def test_a_rate_has_the_exact_interval() -> None:
    """Clopper and Pearson's for 1 of 20 and for none of 20, as tables have them."""
    one, none = Rate.of(1, 20), Rate.of(0, 20)
    assert (round(one.low, 4), round(one.high, 4)) == (0.0013, 0.2487)
    assert (none.low, round(none.high, 4)) == (0.0, 0.1684)
    assert str(one) == "5% (1 of 20) [0–25]"
    assert str(Rate.of(0, 0)) == "–"


def test_labelled_questions_are_kept_out_of_the_figures_of_the_suites() -> None:
    others, calibration = divided([outcome("answer", "answer", suite="s"), outcome("refuse", "refuse")])
    assert [one.suite for one in others] == ["s"]
    assert calibration
    assert len(calibration.outcomes) == 1
    assert divided(others)[1] is None


QUESTION = {"id": "a", "kind": "answer", "tag": "t", "en": "one", "es": "uno"}


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        ([{**QUESTION, "kind": "smalltalk"}], "questions 0 kind"),
        ([{**QUESTION, "fr": "un"}], "questions 0 fr"),
        ([QUESTION, QUESTION], "question a: the id stands there twice"),
        ([], "questions"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_place(tmp_path: Path, questions: list[dict[str, str]], said: str) -> None:
    (tmp_path / "calibration.yaml").write_text(yaml.safe_dump({"about": "x", "questions": questions}), encoding="utf-8")
    with pytest.raises(DocumentError, match=re.escape(said)):
        labelled(tmp_path)


def test_a_folder_may_have_none(tmp_path: Path) -> None:
    assert labelled(tmp_path) is None


@dataclass
class Wavering:
    """Refuses what it holds for off-topic, and asks back otherwise; a question is its own likelihood."""

    def kinds_if(self, question: str, off_topic: Sequence[float]) -> tuple[float, list[Kind]]:
        return float(question), ["refuse" if one >= OFF_TOPIC else "clarify" for one in off_topic]


def test_the_sweep_trades_false_refusals_for_wrong_clarifications() -> None:
    cases = (
        case("a", "clarify", question="0.31"),
        case("b", "refuse", question="0.62"),
        case("c", "clarify", "es", question="0.11"),
        case("d", "refuse", "en", HELD_OUT, question="0.01"),
    )
    found = sweep(Suite(name=SUITE, about="", cases=cases), Wavering())
    errors = {one.threshold: (one.errors["false refusal"], one.errors["wrong clarification"]) for one in found.curves["en"]}
    assert errors[0.3] == (1.0, 0.0)
    assert errors[0.5] == (0.0, 0.0)
    assert errors[0.65] == (0.0, 1.0)
    assert found.chosen == OFF_TOPIC
    assert found.highest == 1.0
    first, *_, last = found.line("en", "false refusal").split()
    assert (first, last) == ("0.0,4.0", "300.0,146.0")


def test_a_coach_says_what_another_likelihood_would_change(coach: Coach) -> None:
    likelihood, kinds = coach.kinds_if("What should I learn first?", (0.0, 1.0))
    assert 0 <= likelihood < OFF_TOPIC
    assert kinds == ["clarify", "refuse"]
    assert coach.kinds_if("What does a data analyst do?", (0.0, 0.5, 1.0))[1] == ["answer", "answer", "refuse"]
    assert coach.kinds_if("hello", (0.0, 1.0))[1] == ["smalltalk", "smalltalk"]
