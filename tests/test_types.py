"""The nouns: what other programs read out of them."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from coach.types import LANGUAGES, Answer, Chunk, Citation, Hit, Role, Statement, other_language

CHUNK = Chunk("b/en/cv#0", "b", "en", "cv", "Beekeeper", "CV", "Name the hives.", (), "Guide", None, None, "b/en.md")


def test_the_other_language_is_never_the_same() -> None:
    assert [other_language(language) for language in LANGUAGES] == list(LANGUAGES)[::-1]


def test_a_statement_gives_its_words() -> None:
    assert Statement(2, 7).within("- honey") == "honey"


@pytest.mark.parametrize(
    ("titles", "expected"),
    [({"en": "Beekeeper", "es": "Apicultora"}, "Apicultora"), ({"en": "Beekeeper"}, "Beekeeper"), ({}, "Bee keeper")],
)
def test_a_title_falls_back_to_the_other_language_and_the_id(titles: dict, expected: str) -> None:
    assert Role("bee-keeper", titles, {}).title("es") == expected


def test_what_is_embedded_holds_title_heading_and_text() -> None:
    assert CHUNK.embedding_text == "Beekeeper: CV\nName the hives."


def test_results_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        CHUNK.text = "other"  # type: ignore[misc]


def test_an_answer_as_data_is_json_in_the_promised_shape() -> None:
    citation = Citation(1, CHUNK.id, "b", "cv", "Beekeeper: CV", "Guide", None, None, "Name", 0, 4)
    answer = Answer(
        "answer", "en", "Name [1]", "q", ("b",), ("cv",), (citation,), (Hit(CHUNK, 0.123456, 0.2, 3.0),), seconds={"answer": 0.00012}
    )
    data = json.loads(json.dumps(answer.as_dict()))
    assert set(data) == {
        "kind",
        "language",
        "text",
        "standalone_question",
        "roles",
        "topics",
        "citations",
        "hits",
        "answered_by",
        "notice",
        "suggestions",
        "seconds",
    }
    assert set(data["citations"][0]) == {
        "marker",
        "chunk",
        "role",
        "section",
        "title",
        "source",
        "url",
        "updated",
        "quote",
        "start",
        "end",
        "licence",
    }
    assert data["hits"] == [{"chunk": CHUNK.id, "score": 0.1235, "dense": 0.2, "lexical": 3.0}]
    assert data["seconds"] == {"answer": 0.0001}
