"""Which sentences of an answer count, what carries them, and that known-bad ones are not carried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from coach.coach import Coach
from coach.evaluation.groundedness import Claim, claims, is_carried
from coach.language import say
from coach.types import Answer, Citation, Language

QUOTES = {
    "en": ("**SQL** (essential): the core skill for querying data.", "Germany: EUR 55,000 to 80,000 per year, gross; median 65,250."),
    "es": ("**SQL** (imprescindible): la habilidad central para consultar datos.", "Alemania: de 55.000 a 80.000 EUR brutos al año."),
}


def citations(language: Language = "en") -> tuple[Citation, ...]:
    return tuple(
        Citation(marker, f"data-analyst/{language}/skills#0", "data-analyst", "skills", "Data Analyst: Skills", "", None, None, quote, 0, 1)
        for marker, quote in enumerate(QUOTES[language], start=1)
    )


def stated(text: str, language: Language = "en") -> list[tuple[str, list[int]]]:
    answer = Answer("answer", language, text, "q", citations=citations(language))
    return [(claim.text, [one.marker for one in claim.citations]) for claim in claims(answer)]


def never_near(text: str, passages: Sequence[str]) -> float:
    return -1.0


def always_near(text: str, passages: Sequence[str]) -> float:
    return 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SQL queries data. [1]", [("SQL queries data.", [1])]),
        ("- SQL queries data [1].\n- Pay is high [2].", [("SQL queries data", [1]), ("Pay is high", [2])]),
        ("SQL is core. It queries data. [1][2]", [("SQL is core.", [1, 2]), ("It queries data.", [1, 2])]),
        ("SQL queries data. [1] Learn Oracle.", [("SQL queries data.", [1]), ("Learn Oracle.", [])]),
        ("SQL queries data. [7]", [("SQL queries data.", [])]),
        ("Learn Oracle.", [("Learn Oracle.", [])]),
        ("**Learn Oracle**", [("**Learn Oracle**", [])]),
        ("| Where | Pay |\n| --- | --- |\n| Germany | 55,000 [2] |", [("Germany | 55,000", [2])]),
        ("| A | B |\n| --- | --- |\n| SQL [1] | Pay [2] |", [("SQL", [1]), ("Pay", [2])]),
        ("**Both**: SQL [1]", [("SQL", [1])]),
        ("| Place | Pay |\n| --- | --- |\n| place not stated | 55,000, gross or net not stated | year not stated [2] |", [("55,000", [2])]),
    ],
)
def test_a_sentence_goes_with_the_markers_behind_it(text: str, expected: list[tuple[str, list[int]]]) -> None:
    assert stated(text) == expected


def test_headings_and_words_of_the_coach_are_no_claims() -> None:
    own = say("no_pay_place", "en", role="Data Analyst", place="Japan")
    assert stated(f"**Data Analyst**\n\n**Skills**\n\n{own}\n\n{say('more_rows', 'en')}") == []
    assert stated(say("not_mentioned", "es", asked="perro"), "es") == []


def test_a_fixed_string_that_is_nearly_all_slot_excuses_nothing() -> None:
    """ "{titles} and others" would otherwise take any sentence with these last words for the coach's own."""
    assert stated("Learn Oracle and others") == [("Learn Oracle and others", [])]


@pytest.mark.parametrize(
    ("text", "language", "near", "carried"),
    [
        ("SQL (essential): the core skill for querying data", "en", never_near, True),
        ("A data analyst queries data with SQL, the core skill", "en", never_near, True),
        ("En análisis de datos, SQL es la habilidad central para consultar datos", "es", never_near, True),
        ("SQL is the core skill for data warehouses and lakes", "en", never_near, False),
        ("SQL is the core skill for data warehouses and lakes", "en", always_near, True),
        ("Oracle certification opens doors", "en", always_near, False),
        ("Germany pays 65,250 per year", "en", never_near, False),
        ("SQL is the core skill for querying data of 12 tables", "en", always_near, False),
        ("Kafka es imprescindible en Alemania", "es", never_near, False),
    ],
)
def test_words_and_numbers_must_stand_in_what_is_cited(text: str, language: Language, near: object, carried: bool) -> None:
    claim = Claim(text, citations(language)[:1])
    assert is_carried(claim, language, near) is carried  # type: ignore[arg-type]


def test_of_documents_in_another_language_only_numbers_can_be_asked() -> None:
    """The words of the coach's frame are Spanish, those of the span English: none of them could be found there."""
    claim = Claim("Alemania, al año: 65,250", citations("en")[1:])
    assert not is_carried(claim, "es", never_near)
    assert is_carried(claim, "es", never_near, "en")
    assert not is_carried(Claim("Alemania, al año: 65,251", citations("en")[1:]), "es", never_near, "en")
    assert not is_carried(Claim("Alemania", ()), "es", never_near, "en")


def test_the_name_of_the_source_may_be_said() -> None:
    named = replace(citations()[0], source="Guide of a guild (guild.html)")
    assert is_carried(Claim("SQL | Guide of a guild (guild.html)", (named,)), "en", never_near)


def test_what_cites_nothing_is_not_carried() -> None:
    assert not is_carried(Claim("SQL is the core skill", ()), "en", always_near)


@pytest.mark.parametrize(
    "question",
    [
        "What skills does a data analyst need?",
        "How much does a backend developer earn in Germany?",
        "difference between a backend developer and a devops engineer",
        "what does a data analyst earn in Japan",
        "¿Qué diferencia hay entre un desarrollador backend y un ingeniero DevOps?",
        "herramientas y sueldo de un analista de datos",
    ],
)
def test_every_sentence_of_the_coachs_own_answers_is_carried(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    found = list(claims(answer))
    assert found
    assert [claim.text for claim in found if not is_carried(claim, answer.language, never_near)] == []
