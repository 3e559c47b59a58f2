"""The search: which chunks are found for a question, on the real documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

if TYPE_CHECKING:
    from coach.coach import Coach


@pytest.mark.parametrize(
    ("query", "role", "section", "language"),
    [
        ("backend developer salary in Germany", "backend-developer", "salary", "en"),
        ("sueldo de analista de datos", "data-analyst", "salary", "es"),
        ("devops interview questions", "devops-engineer", "interview", "en"),
        ("herramientas de un ingeniero devops", "devops-engineer", "tools", "es"),
        ("mistakes data analysts make", "data-analyst", "mistakes", "en"),
        ("un día como desarrollador backend", "backend-developer", "day", "es"),
    ],
)
def test_the_section_asked_for_is_first(coach: Coach, query: str, role: str, section: str, language: str) -> None:
    best = coach.search(query)[0].chunk
    assert (best.role, best.section, best.language) == (role, section, language)


def test_hits_are_sorted_distinct_and_scored(coach: Coach) -> None:
    hits = coach.search("which database skills matter", 25)
    assert 0 < len(hits) <= 25
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.chunk.id for hit in hits}) == len(hits)
    assert all(-1 <= hit.dense <= 1.001 and hit.lexical >= 0 and hit.score >= 0 for hit in hits)


def test_only_the_roles_that_are_named_are_searched(coach: Coach) -> None:
    assert {hit.chunk.role for hit in coach.search("devops tools", 30)} == {"devops-engineer"}
    assert {hit.chunk.role for hit in coach.search("devops and data analyst tools", 30)} == {"devops-engineer", "data-analyst"}


def test_k_is_the_most(coach: Coach) -> None:
    assert len(coach.search("backend developer skills", 3)) == 3
    assert [hit.chunk.id for hit in coach.search("backend developer skills", 3)] == [
        hit.chunk.id for hit in coach.search("backend developer skills", 8)
    ][:3]


def test_the_scores_are_those_of_the_vectors(coach: Coach) -> None:
    query = "data analyst dashboards"
    hit = max(coach.search(query), key=lambda hit: hit.dense)
    embedder = coach._retriever._embedder
    vectors = embedder.embed([query, hit.chunk.embedding_text])
    assert hit.dense == pytest.approx(float(np.dot(vectors[0], vectors[1])), abs=0.02)


def test_langchain_finds_the_same(coach: Coach) -> None:
    query = "backend developer salary in Germany"
    documents = coach.retriever.invoke(query)
    hits = coach.search(query)
    assert [document.id for document in documents] == [hit.chunk.id for hit in hits]
    assert documents[0].page_content == hits[0].chunk.text
    assert documents[0].metadata["section"] == "salary"
    assert documents[0].metadata["score"] == hits[0].score
