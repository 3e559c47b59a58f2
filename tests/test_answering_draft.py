"""An answer while it is composed: text, markers and citations agree."""

from __future__ import annotations

import pytest

from coach.answering.draft import Draft, one_line
from coach.retrieval.library import Candidate
from coach.types import Chunk, Source, Statement

TEXT = "Bees make\nhoney. Wax | melts."
STATEMENTS = (Statement(0, 16), Statement(17, len(TEXT), source=Source("Wax office", "http://wax.org", "2024")))
CHUNK = Chunk("bees/en/cv#0", "bees", "en", "cv", "Beekeeper", "CV", TEXT, STATEMENTS, "Guide", None, "2025-01", "bees/en.md")


@pytest.fixture
def candidates() -> list[Candidate]:
    return [Candidate(chunk=CHUNK, position=at, stems=(), lead_stems=(), group_stems=()) for at in range(2)]


def test_a_citation_points_at_the_exact_span(candidates: list[Candidate]) -> None:
    draft = Draft()
    draft.statement(candidates[0])
    (citation,) = draft.citations
    assert draft.text == "Bees make honey. [1]"
    assert citation.quote == TEXT[citation.start : citation.end] == "Bees make\nhoney."
    assert (citation.chunk, citation.title, citation.source, citation.url, citation.updated) == (
        CHUNK.id,
        "Beekeeper: CV",
        "Guide",
        None,
        "2025-01",
    )


def test_a_statement_with_a_source_of_its_own_is_cited_with_that(candidates: list[Candidate]) -> None:
    draft = Draft()
    draft.cite(candidates[1])
    assert (draft.citations[0].source, draft.citations[0].url) == ("Wax office", "http://wax.org")


def test_a_statement_that_is_quoted_twice_keeps_its_marker(candidates: list[Candidate]) -> None:
    draft = Draft()
    draft.items(candidates)
    draft.statement(candidates[0])
    assert draft.text == "- Bees make honey. [1]\n- Wax | melts. [2]\n\nBees make honey. [1]"
    assert [citation.marker for citation in draft.citations] == [1, 2]


def test_a_list_of_nothing_is_nothing() -> None:
    draft = Draft()
    draft.items([])
    assert (draft.text, draft.citations) == ("", [])


def test_cells_cannot_break_a_table() -> None:
    draft = Draft()
    draft.table(["A", "B"], [["x | y", "z"]])
    assert draft.text.splitlines() == ["| A | B |", "| --- | --- |", "| x \\| y | z |"]


def test_frames_are_not_cited() -> None:
    draft = Draft()
    draft.frame("What they do have:")
    assert (draft.text, draft.citations) == ("What they do have:", [])


def test_one_line() -> None:
    assert one_line(" a\n\n b\tc ") == "a b c"
