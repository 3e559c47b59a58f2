"""Which statements of a section are shown for a broad question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.answering import selection
from coach.language import stems
from coach.retrieval.library import Candidate
from coach.retrieval.question import Understanding
from coach.types import Chunk, Level, Statement


def candidates(items: Sequence[tuple[str, str]], section: str = "skills") -> list[Candidate]:
    """One candidate per (group, text)."""
    text, statements = "", []
    for group, words in items:
        statements.append(Statement(len(text), len(text) + len(words), "item", group))
        text += words + "\n"
    chunk = Chunk("b/en/x#0", "b", "en", section, "Bees", "X", text, tuple(statements), "Guide", None, None, "b/en.md")
    return [
        Candidate(chunk=chunk, position=at, stems=(), lead_stems=(), group_stems=tuple(stems(group, "en")))
        for at, (group, _) in enumerate(items)
    ]


def asked(question: str, level: Level | None = None) -> Understanding:
    return Understanding(question, "en", "en", question, level=level)


def shown(section: str, items: Sequence[tuple[str, str]], question: str, most: int = 4, level: Level | None = None) -> list[str]:
    return [one.text for one in selection.broad(candidates(items, section), asked(question, level), most)]


@given(st.lists(st.sampled_from("ABC"), max_size=30), st.integers(1, 10))
def test_a_fair_choice_keeps_order_number_and_groups(groups: list[str], most: int) -> None:
    pool = candidates([(group, f"item {at}") for at, group in enumerate(groups)])
    chosen = selection.fair(pool, most)
    assert len(chosen) == min(most, len(pool))
    positions = [one.position for one in chosen]
    assert positions == sorted(set(positions))
    if most >= len(set(groups)):
        assert {one.statement.group for one in chosen} == set(groups)


INTERVIEW = [
    ("Tips", "Bring photos."),
    ("Technical questions", "**What is wax?** (junior) Say what it is."),
    ("Technical questions", "**How do you plan?** (senior) Say how."),
    ("Behavioural questions", "**When did you fail?** (mid) Tell it."),
]


def test_preparing_is_answered_with_advice_and_asking_with_questions() -> None:
    assert shown("interview", INTERVIEW, "how do I prepare for the interview") == ["Bring photos."]
    assert len(shown("interview", INTERVIEW, "which questions are asked")) == 3


def test_questions_of_the_kind_and_level_asked_for() -> None:
    assert shown("interview", INTERVIEW, "technical question") == [INTERVIEW[1][1], INTERVIEW[2][1]]
    assert shown("interview", INTERVIEW, "interview questions", level="senior") == [INTERVIEW[2][1]]


CV = [("Tips", f"Tip {at}") for at in "abcdef"] + [("Example", "An example.")]


def test_an_example_is_first_where_one_is_wanted_and_last_otherwise() -> None:
    assert shown("cv", CV, "give me an example")[0] == "An example."
    advice = shown("cv", CV, "cv tips")
    assert (len(advice), advice[-1], advice[0]) == (4, "An example.", "Tip a")


def test_a_sequence_is_never_cut_in_the_middle() -> None:
    steps = [("Morning", "a"), ("Morning", "b"), ("Noon", "c"), ("Night", "d"), ("Night", "e")]
    assert shown("day", steps, "a day", most=3) == ["a", "b", "c"]


def test_the_level_asked_for() -> None:
    levels = [("Junior", "learns"), ("Senior", "leads"), ("Junior", "asks")]
    assert shown("seniority", levels, "juniors", level="junior") == ["learns", "asks"]
    assert shown("seniority", levels, "mids", level="mid") == ["learns", "leads", "asks"]


def test_nothing_gives_nothing() -> None:
    assert selection.broad([], asked("x"), 4) == []


@pytest.mark.parametrize(
    ("group", "text", "level"),
    [("Senior", "x", "senior"), ("Tips", "a junior learns", "junior"), ("Nivel júnior", "x", "junior"), ("Tips", "x", None)],
)
def test_the_level_of_a_statement(group: str, text: str, level: str | None) -> None:
    assert selection.level_of(candidates([(group, text)])[0]) == level
