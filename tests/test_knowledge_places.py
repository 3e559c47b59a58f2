"""Places: names in both languages, and the places that questions name."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.knowledge.places import Gazetteer, is_place, place_name
from coach.types import Language


@pytest.fixture(scope="module")
def gazetteer(knowledge: Path) -> Gazetteer:
    return Gazetteer.open(knowledge)


@pytest.mark.parametrize(
    ("place", "language", "name"),
    [
        ("DE", "en", "Germany"),
        ("DE", "es", "Alemania"),
        ("US", "es", "Estados Unidos"),
        ("Europe", "es", "Europa"),
        ("Global", "en", "worldwide"),
        ("??", "en", "??"),
    ],
)
def test_names(place: str, language: Language, name: str) -> None:
    assert place_name(place, language) == name


@pytest.mark.parametrize(
    ("code", "known"), [("CH", True), ("Europe", True), ("Global", True), ("XX", False), ("ch", False), ("150", False)]
)
def test_codes(code: str, known: bool) -> None:
    assert is_place(code) == known


@pytest.mark.parametrize(
    ("question", "place", "is_city"),
    [
        ("salary in Germany?", "DE", False),
        ("sueldo en alemania", "DE", False),
        ("salary germny", "DE", False),
        ("sueldo en Alemnia", "DE", False),
        ("pay in the US", "US", False),
        ("salary in the USA", "US", False),
        ("salary in usa", "US", False),
        ("¿y en Estados Unidos?", "US", False),
        ("sueldo en EE. UU.", "US", False),
        ("UK salary?", "GB", False),
        ("y en Reino Unido", "GB", False),
        ("¿cuánto en Suiza?", "CH", False),
        ("swiss salaries", "CH", False),
        ("salary in Madrid", "ES", True),
        ("sueldo en nueva york", "US", True),
        ("pay in Europe", "Europe", False),
        ("sueldo medio en Europa", "Europe", False),
        ("México?", "MX", False),
    ],
)
def test_the_place_that_a_question_names(gazetteer: Gazetteer, question: str, place: str, is_city: bool) -> None:
    assert [(mention.place, mention.is_city) for mention in gazetteer.find(question)] == [(place, is_city)]


@pytest.mark.parametrize(
    "question",
    [
        "tell us about skills",
        "a man in the middle",
        "who gives it to us?",
        "médico",
        "I use Georgia as a font",
        "",
        "what do I do in it",
        "de la empresa",
        "qué herramientas usa un devops",
    ],
)
def test_no_place_is_found_where_none_is_named(gazetteer: Gazetteer, question: str) -> None:
    assert gazetteer.find(question) == []


@pytest.mark.parametrize(
    ("question", "places"),
    [("France, Germany or Spain?", ["FR", "DE", "ES"]), ("Spain or the US", ["ES", "US"]), ("US, France", ["US", "FR"])],
)
def test_several_places_are_found_in_order(gazetteer: Gazetteer, question: str, places: list[str]) -> None:
    assert [mention.place for mention in gazetteer.find(question)] == places


def test_country_names_need_no_file(tmp_path: Path) -> None:
    assert [mention.place for mention in Gazetteer.open(tmp_path).find("in Portugal")] == ["PT"]
