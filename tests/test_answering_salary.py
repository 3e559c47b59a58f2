"""Salary questions: the figures that match place, level and currency, each as its source gives it, and what is not there is said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from coach.types import Answer

if TYPE_CHECKING:
    from coach.coach import Coach


def rows(answer: Answer) -> list[list[str]]:
    """The cells of the table, without markers."""
    lines = [line for line in answer.text.splitlines() if line.startswith("|")][2:]
    return [[re.sub(r" ?\[\d+\]", "", cell).strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_the_figures_of_the_place_in_the_words_of_the_source(small_coach: Coach) -> None:
    answer = small_coach.ask("How much does a beekeeper earn in Switzerland?")
    assert rows(answer) == [["Switzerland", "**CHF 60,000–90,000+** per year, gross", "2024", "Bee survey"]]
    assert [citation.source for citation in answer.citations] == ["Bee survey"]


def test_spanish_writes_the_same_figures_its_own_way(small_coach: Coach) -> None:
    answer = small_coach.ask("¿Cuánto gana una apicultora en Suiza?")
    assert rows(answer) == [["Suiza", "**60.000–90.000+ CHF** al año, brutos", "2024", "Bee survey"]]


def test_without_a_place_each_place_is_shown_once(small_coach: Coach) -> None:
    assert sorted(row[0] for row in rows(small_coach.ask("beekeeper salary"))) == ["Europe", "France", "Switzerland"]


@pytest.mark.parametrize(
    ("question", "said", "amounts"),
    [
        ("senior beekeeper salary in France", "", ["41,000"]),
        ("junior beekeeper salary in Switzerland", "There is no figure for that level", ["60,000–90,000+"]),
        ("beekeeper salary in Japan", "no salary figure for Beekeeper in Japan", ["21,000–35,000", "60,000–90,000+"]),
        ("beekeeper salary in Tokyo", "no salary figure for Beekeeper in Tokyo", ["21,000–35,000"]),
        ("beekeeper salary in Paris", "no figure for Paris itself; these are for France", ["21,000–35,000"]),
        ("beekeeper salary in Swiss francs", "", ["60,000–90,000+"]),
        ("beekeeper salary in France in dollars", "There is no figure in USD, and I do not convert", ["21,000–35,000"]),
        ("beekeeper salary in Europe", "", ["30,000 (average)"]),
    ],
)
def test_what_matches_is_shown_and_what_is_missing_is_said(small_coach: Coach, question: str, said: str, amounts: list[str]) -> None:
    answer = small_coach.ask(question)
    if question.endswith("Tokyo") and "Tokyo" not in answer.text:
        pytest.skip("Tokyo is not in the list of cities")
    assert said in answer.text
    table = " ".join(row[1] for row in rows(answer))
    assert [amount for amount in amounts if amount not in table] == []
    if not said:
        assert len(rows(answer)) == 1


def test_a_figure_that_names_no_basis_or_level_says_so(small_coach: Coach) -> None:
    (row,) = rows(small_coach.ask("senior beekeeper salary in France"))
    assert row == ["France, senior level", "**EUR 41,000 (median)** per year, gross or net not stated", "2025", "Bee survey"]


def test_a_note_stands_with_its_source(small_coach: Coach) -> None:
    (row,) = rows(small_coach.ask("sueldo de apicultora en Europa"))
    assert row[3] == "Bee survey; sin contar colmenas"


def test_no_figure_of_another_role_is_shown(small_coach: Coach) -> None:
    answer = small_coach.ask("tram driver salary in Germany")
    assert {citation.role for citation in answer.citations} == {"tram-driver"}
    assert "33,000" in answer.text
