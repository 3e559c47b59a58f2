"""The catalogue of sections: complete, unambiguous, and able to tell which section a heading opens."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from coach.errors import DocumentError
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.language import fold
from coach.types import LANGUAGES, Language

IDS = [
    "overview",
    "responsibilities",
    "skills",
    "tools",
    "seniority",
    "salary",
    "outlook",
    "linkedin",
    "cv",
    "outreach",
    "interview",
    "day",
    "career-path",
    "tracks",
    "mistakes",
    "employers",
    "sectors",
    "networking",
    "brand",
    "learning",
    "faq",
]


@pytest.fixture(scope="module")
def catalogue(knowledge: Path) -> Catalogue:
    return load_catalogue(knowledge)


def test_the_sections_are_those_of_the_design_in_their_order(catalogue: Catalogue) -> None:
    assert list(catalogue.ids) == IDS


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", IDS)
def test_each_section_can_be_asked_for_and_found_by_its_heading(catalogue: Catalogue, section: str, language: Language) -> None:
    words = catalogue.entry(section).words(language)
    assert words.words
    assert "{role}" in words.question
    assert catalogue.heading(section, language) == words.heading
    assert catalogue.section_of_heading(words.heading) == section
    assert [name for name in words.synonyms if catalogue.section_of_heading(name) != section] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_heading_or_synonym_means_two_sections(catalogue: Catalogue, language: Language) -> None:
    owners: dict[str, set[str]] = {}
    for entry in catalogue.entries:
        for name in (entry.words(language).heading, *entry.words(language).synonyms):
            owners.setdefault(fold(name), set()).add(entry.id)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("2. INTERVIEW PREPARATION", "interview"),
        ("Un día como Backend Developer", "day"),
        ("Key skills", "skills"),
        ("Habilidades clave", "skills"),
        ("Errores comunes a evitar", "mistakes"),
        ("Bananas", None),
        ("", None),
        ("Our team thinks that good tools are only half of what it takes to win", None),
    ],
)
def test_headings_of_pages(catalogue: Catalogue, heading: str, section: str | None) -> None:
    assert catalogue.section_of_heading(heading, role_words=["backend", "developer"]) == section


def test_an_unknown_section_is_a_key_error(catalogue: Catalogue) -> None:
    with pytest.raises(KeyError):
        catalogue.entry("cooking")


def broken(tmp_path: Path, text: bytes | None) -> str:
    if text is not None:
        (tmp_path / "sections.yaml").write_bytes(text)
    with pytest.raises(DocumentError) as caught:
        load_catalogue(tmp_path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read"),
        (b"- id: [", "is not a YAML list"),
        (b"\xff\xfe\x00", "is not a YAML list"),
        (b"", "is not a YAML list"),
        (b"- id: skills\n", "en: Field required"),
        (b"- id: Skills!\n", "id: "),
    ],
)
def test_a_broken_catalogue_is_named(tmp_path: Path, text: bytes | None, said: str) -> None:
    message = broken(tmp_path, text)
    assert re.search(r"sections\.yaml: .*" + re.escape(said), message)
    assert ";" in message


def test_a_section_that_stands_twice_is_refused(tmp_path: Path, knowledge: Path) -> None:
    entries = yaml.safe_load((knowledge / "sections.yaml").read_text(encoding="utf-8"))
    assert "'skills' stands twice" in broken(tmp_path, yaml.safe_dump([entries[2], entries[2]]).encode())
