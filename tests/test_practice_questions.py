"""Practice questions of the real documents, and the points of a good answer as spans of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coach.errors import QuestionError
from coach.practice.questions import kind_of, points_of
from coach.types import LANGUAGES, Language

if TYPE_CHECKING:
    from coach.practice.practice import Practice


def test_every_question_of_the_documents_is_found_with_its_points_as_spans(practice: Practice) -> None:
    for language in LANGUAGES:
        entries = practice.bank.statements(language)
        assert len(entries) >= 26 * 12
        for question, _ in entries:
            assert question.level in {"junior", "mid", "senior"}
            assert question.points
            for point in (*question.points, question.model):
                assert point is not None
                assert question.chunk.text[point.start : point.end] == point.text
                citation = question.citation(point)
                assert (citation.chunk, citation.quote) == (question.chunk.id, point.text)


def test_twins_share_id_kind_and_level(practice: Practice) -> None:
    english, spanish = ({q.id: (q.kind, q.level) for q, _ in practice.bank.statements(language)} for language in LANGUAGES)
    assert english == spanish
    assert len(english) == len(practice.bank.statements("en"))


def test_level_and_kind_choose(practice: Practice) -> None:
    bank = practice.bank
    chosen = bank.questions("data-analyst", "es", "junior", "behavioural")
    assert chosen
    assert {(q.level, q.kind, q.language) for q in chosen} == {("junior", "behavioural", "es")}
    assert len(bank.questions("data-analyst", "es", "all")) > len(chosen)
    with pytest.raises(QuestionError, match="no such role"):
        bank.questions("wizard", "en")


LISTS: list[tuple[Language, str, list[str]]] = [
    (
        "en",
        "measures first, reads the plan, such as EXPLAIN, and changes one thing.",
        ["measures first", "reads the plan, such as EXPLAIN", "changes one thing"],
    ),
    ("en", "follows the order: DNS, TLS (a, b), and the answer", ["follows the order", "DNS", "TLS (a, b)", "the answer"]),
    (
        "es",
        "mide primero, lee el plan, por ejemplo con EXPLAIN, y vuelve a medir.",
        ["mide primero", "lee el plan, por ejemplo con EXPLAIN", "vuelve a medir"],
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), LISTS)
def test_points_are_the_clauses_of_the_list(language: Language, text: str, expected: list[str]) -> None:
    points = points_of(text, 0, len(text), language)
    assert [point.text for point in points] == expected
    assert all(text[point.start : point.end] == point.text for point in points)


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Technical questions", "technical"),
        ("System and case questions", "case"),
        ("Preguntas de comportamiento", "behavioural"),
        ("Preguntas", "technical"),
    ],
)
def test_kinds_by_heading(heading: str, kind: str) -> None:
    assert kind_of(heading) == kind
