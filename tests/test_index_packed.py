"""Vectors that come with the documents: what is packed is found again, near enough, and only for the model that made it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, make_role
from small_house import REAL

from coach.index import Index, build_index
from coach.index.chunking import content_hash
from coach.index.embedding import SentenceTransformerEmbedder
from coach.index.packed import read_vectors, write_vectors
from coach.knowledge.asked import ASKED_VECTORS, questions_of
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles


@pytest.fixture(scope="module")
def questions() -> list[str]:
    return questions_of(read_roles(REAL, load_catalogue(REAL)))


def test_the_shipped_vectors_are_those_of_the_shipped_questions(questions: list[str], embedder: SentenceTransformerEmbedder) -> None:
    packed = read_vectors(REAL / ASKED_VECTORS, questions, embedder)
    missing = [question for question in questions if content_hash(question, embedder.fingerprint) not in packed]
    assert missing == [], "run `python -m coach.ingest knowledge`"
    some = questions[:: len(questions) // 40]
    exact = embedder.embed(some)
    cosines = [float(packed[content_hash(text, embedder.fingerprint)] @ vector) for text, vector in zip(some, exact, strict=True)]
    assert min(cosines) > 0.8
    assert float(np.median(cosines)) > 0.93


def test_vectors_of_another_model_or_text_are_not_taken(tmp_path: Path) -> None:
    few, other = FakeEmbedder(), FakeEmbedder(fingerprint="another/32/l2")
    write_vectors(tmp_path / "packed.npz", ["one", "two", "one"], few)
    assert set(read_vectors(tmp_path / "packed.npz", ["two", "three"], few)) == {content_hash("two", few.fingerprint)}
    assert read_vectors(tmp_path / "packed.npz", ["two"], other) == {}
    assert read_vectors(tmp_path / "none.npz", ["two"], few) == {}


def test_a_build_makes_no_vector_that_is_ready_and_keeps_what_it_has(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    bees = make_role("bees", {"en": ["Bees make honey."]})
    (section,) = bees.sections
    answering = replace(
        section, statements=tuple(replace(one, asked=("where is honey from", "who makes it")) for one in section.statements)
    )
    role = replace(bees, sections=(answering,))
    ready = {content_hash("who makes it", embedder.fingerprint): np.full(32, 32**-0.5, dtype=np.float32)}
    build_index([role], tmp_path, embedder, ready=ready)
    assert "where is honey from" in embedder.embedded
    assert "who makes it" not in embedder.embedded
    with Index.open(tmp_path, embedder) as index:
        first, second = index.asked_vectors(index.chunks[0].id)
    assert first == pytest.approx(FakeEmbedder().embed(["where is honey from"])[0], abs=1e-3)
    assert second == pytest.approx(np.full(32, 32**-0.5), abs=1e-3)
    embedder.embedded.clear()
    build_index([role, make_role("trams", {"en": ["Trams run."]})], tmp_path, embedder)
    assert not {"where is honey from", "who makes it"} & set(embedder.embedded), "made again"
