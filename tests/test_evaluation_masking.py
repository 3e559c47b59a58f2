"""What may tell who wrote a text is taken out; what a case needs stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.evaluation.masking import Known, mask, words_of_documents


@pytest.fixture(scope="module")
def known(knowledge: Path) -> Known:
    return words_of_documents([knowledge])


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to ana.garcia+x@mail.example.com please", "write to [email] please"),
        ("ana arroba correo punto com", "[email]"),
        ("ana (at) correo.es", "[email]"),
        ("my page linkedin.com/in/ana-garcia and https://ana.dev?x=1", "my page [link] and [link]"),
        ("I am @ana_g there", "I am [handle] there"),
        ("call +34 612 34 56 78 or 612345678", "call [number] or [number]"),
        ("612 345 678, 612.345.678", "[number], [number]"),
        ("(415) 555-2671 or 2222-3333", "[number] or [number]"),
        ("DNI 12345678Z, born 12/05/1990", "DNI [number], born [date]"),
    ],
)
def test_addresses_links_and_numbers_of_people_are_taken_out(known: Known, text: str, masked: str) -> None:
    assert mask(text, known) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("I am Ana and I want to be a data analyst", "I am [name] and I want to be a data analyst"),
        ("I’m Mark.", "I’m [name]."),
        ("soy maria, quiero saber el sueldo", "soy [name], quiero saber el sueldo"),
        ("Me llamo José Luis de la Cruz y busco trabajo", "Me llamo [name] y busco trabajo"),
        ("my name is john smith and i code", "my name is [name] and i code"),
        ("my name is Mark", "my name is [name]"),
        ("Mi nombre es Java", "Mi nombre es [name]"),
        ("What does it pay? Kind regards, Peter Parker", "What does it pay? Kind regards, [name]"),
        ("¿cuánto se gana? gracias, Lucía", "¿cuánto se gana? gracias, [name]"),
        ("this is Zoë. I'm called O'Brien", "this is [name]. I'm called [name]"),
    ],
)
def test_names_after_an_introduction_are_taken_out(known: Known, text: str, masked: str) -> None:
    assert mask(text, known) == masked


@pytest.mark.parametrize(
    "text",
    [
        "I'm a Java developer, what do I earn?",
        "I'm Data Analyst in Spain with 45.000-60.000 EUR",
        "soy desarrolladora backend y gano 30.000 €",
        "I am 35 and worried about AI",
        "I'm finishing my studies",
        "between 2019-2021, 1,000,000 USD or 120 000 - 150 000",
        "thanks! SQL or Python?",
        "gracias. ¿Docker o Kubernetes?",
        "ISO 27001, Node.js, C++ and CI/CD",
    ],
)
def test_what_a_case_needs_stays(known: Known, text: str) -> None:
    assert mask(text, known) == text


def test_without_documents_every_word_may_be_a_name(tmp_path: Path) -> None:
    assert mask("I am Java developer", words_of_documents([tmp_path / "nowhere"])) == "I am [name]"
