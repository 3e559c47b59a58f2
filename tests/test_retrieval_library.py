"""The chunks of an index by role, language and section, and their statements."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from fakes import FakeEmbedder, make_role, make_section

from coach.index import Index, build_index
from coach.retrieval.library import Library
from coach.types import Role


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("library")
    bees = make_role("bees", {"en": ["Bees make honey.", "**Smoker** (essential): calms bees."], "es": ["Las abejas hacen miel."]})
    trams = make_role("trams", {"en": ["Trams run on rails."]})
    short = make_section("trams", "en", {None: ["Rails", "Doors"]}, section="tools", document="short.txt")
    long = make_section("trams", "en", {None: ["Rails carry the tram through town."]}, section="tools", document="long.txt")
    pages = Role("trams", trams.titles, trams.aliases, (short, long), origin="page")
    flora = make_role("flora", {"en": ["Flora likes bees.", "**Nectar**: what bees drink."]}, origin="import", document="esco-1")
    build_index([bees, trams, pages, flora], folder, FakeEmbedder())
    with Index.open(folder, FakeEmbedder()) as index:
        yield Library(index)


def texts(library: Library, role: str, language: str, section: str) -> list[str]:
    return [candidate.text for candidate in library.section(role, language, section)]


def test_the_statements_of_a_section_stand_in_order(library: Library) -> None:
    assert texts(library, "bees", "en", "skills") == ["Bees make honey.", "**Smoker** (essential): calms bees."]
    assert texts(library, "bees", "en", "salary") == texts(library, "wasps", "en", "skills") == []


def test_the_page_that_says_most_speaks_first(library: Library) -> None:
    assert texts(library, "trams", "en", "tools") == ["Rails carry the tram through town.", "Rails", "Doors"]


def test_what_there_is_on_a_role(library: Library) -> None:
    assert library.sections("trams", "en") == ["skills", "tools"]
    assert (library.languages("bees"), library.languages("trams"), library.languages("wasps")) == (["en", "es"], ["en"], [])


def test_rows_count_within_their_language(library: Library) -> None:
    assert library.rows(["bees"], "es").tolist() == [0]
    every = library.rows(["bees", "trams", "flora"], "en")
    assert sorted(every.tolist()) == list(range(len(every)))
    assert library.rows(["wasps"], "en").size == 0


def test_candidates_know_the_stems_of_words_lead_and_heading(library: Library) -> None:
    smoker = library.section("bees", "en", "skills")[1]
    assert "bee" in smoker.stems
    assert (smoker.lead_stems, smoker.group_stems) == (("smoker",), ("tip",))
    assert library.candidates(smoker.chunk) is library.candidates(smoker.chunk)


def test_statement_vectors_go_with_their_statements(library: Library) -> None:
    candidates = library.section("bees", "en", "skills")
    vectors = library.vectors(candidates[::-1])
    assert vectors.shape == (2, 32)
    expected = FakeEmbedder().embed(["Tips: Bees make honey."])[0]
    assert float(vectors[1] @ expected) == pytest.approx(1, abs=1e-2)
    assert float(np.abs(vectors[0] @ expected)) < 0.9


def test_frequencies_count_statements_not_occurrences(library: Library) -> None:
    english = library.document_frequencies("en")
    assert (english["bee"], english["rail"], english.get("miel")) == (2, 3, None)
    assert library.document_frequencies("es")["miel"] == 1


def test_what_a_role_does_not_know_is_unknown_whatever_others_say(library: Library) -> None:
    """Without a role those of ours count: thousands of imported occupations speak of everything, and no word would be unknown."""
    counts = {role: library.document_frequencies("en", role) for role in (None, "bees", "trams", "flora", "wasps")}
    found = {role: (tally.get("bee"), tally.get("rail"), tally.get("nectar")) for role, tally in counts.items()}
    assert found == {
        None: (2, 3, None),
        "bees": (2, None, None),
        "trams": (None, 3, None),
        "flora": (2, None, 1),
        "wasps": (None, None, None),
    }


def test_skills_are_those_of_our_roles(library: Library) -> None:
    assert library.names_skill(["smoker"], "en")
    assert not library.names_skill(["nectar"], "en")
    assert not library.names_skill(["smoker"], "es")
    assert not library.names_skill(["bee"], "en")
