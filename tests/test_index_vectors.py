"""Chroma: what is stored is found again, by cosine and under filters, in a folder and on a server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, make_role
from numpy.typing import NDArray

from coach.errors import IndexUnusable, ServiceError
from coach.index import Index, as_langchain, build_index
from coach.index.vectors import VectorStore, drop_collection

ROLES, LANGUAGES, SECTIONS = ("backend", "data", "devops"), ("en", "es"), ("skills", "salary")
IDS = [f"{role}/{language}/{section}#{number}" for role in ROLES for language in LANGUAGES for section in SECTIONS for number in range(5)]


def unit_vectors(count: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(7).standard_normal((count, 16), dtype=np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


VECTORS = unit_vectors(len(IDS))


def fill(store: VectorStore) -> VectorStore:
    metadatas = [dict(zip(("role", "language", "section"), one.partition("#")[0].split("/"), strict=True)) for one in IDS]
    store.add(IDS, VECTORS, metadatas, [f"text of {one}" for one in IDS])
    return store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    made = fill(VectorStore.create("coach-test", tmp_path / "chroma"))
    yield made
    made.close()


def test_similarities_are_exact_cosines_best_first(store: VectorStore) -> None:
    query = unit_vectors(len(IDS) + 1)[-1]
    expected = VECTORS @ query
    found = store.query(query, len(IDS))
    assert [one for one, _ in found] == [IDS[row] for row in np.argsort(-expected)]
    assert [cosine for _, cosine in found] == pytest.approx(np.sort(expected)[::-1].tolist(), abs=1e-5)
    assert found[-1][1] < 0


def test_the_same_and_the_opposite_vector_stay_in_range(store: VectorStore) -> None:
    for vector, expected in ((VECTORS[3], 1.0), (-VECTORS[3], -1.0)):
        cosines = dict(store.query(vector, len(IDS)))
        assert cosines[IDS[3]] == pytest.approx(expected, abs=1e-5)
        assert all(-1.0 <= cosine <= 1.0 for cosine in cosines.values())


@pytest.mark.parametrize("roles", [None, ["backend"], ["backend", "devops"]])
@pytest.mark.parametrize("language", [None, "es"])
@pytest.mark.parametrize("sections", [None, ["salary"], ("skills", "salary")])
def test_filters_leave_exactly_what_they_name(
    store: VectorStore, roles: list[str] | None, language: str | None, sections: list[str] | None
) -> None:
    wanted = {
        one
        for one in IDS
        for role, tongue, section in [one.partition("#")[0].split("/")]
        if (roles is None or role in roles) and (language is None or tongue == language) and (sections is None or section in sections)
    }
    assert {one for one, _ in store.query(VECTORS[0], len(IDS), roles, language, sections)} == wanted


def test_what_cannot_match_finds_nothing(store: VectorStore) -> None:
    assert store.query(VECTORS[0], 0) == []
    assert store.query(VECTORS[0], 5, roles=[]) == []
    assert store.query(VECTORS[0], 5, sections=[]) == []
    assert store.query(VECTORS[0], 5, roles=["nobody"]) == []
    assert len(store.query(VECTORS[0], 3)) == 3


def test_vectors_come_back_in_the_order_asked_for(store: VectorStore) -> None:
    rows = [9, 2, 30]
    assert np.abs(store.vectors_of([IDS[row] for row in rows]) - VECTORS[rows]).max() < 1e-6
    with pytest.raises(IndexUnusable, match="the vector of nobody is missing"):
        store.vectors_of([IDS[0], "nobody"])


def test_a_closed_store_may_be_moved_and_opened_again(tmp_path: Path) -> None:
    fill(VectorStore.create("coach-test", tmp_path / "here")).close()
    (tmp_path / "here").rename(tmp_path / "there")
    again = VectorStore.open("coach-test", tmp_path / "there")
    assert again.count() == len(IDS)
    assert again.query(VECTORS[4], 1)[0][0] == IDS[4]
    again.close()


def test_a_missing_store_is_not_opened_as_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(IndexUnusable, match="run `coach ingest`"):
        VectorStore.open("coach-test", tmp_path / "none")
    assert not (tmp_path / "none").exists()
    VectorStore.create("coach-test", tmp_path / "chroma").close()
    with pytest.raises(IndexUnusable, match="run `coach ingest`"):
        VectorStore.open("coach-other", tmp_path / "chroma")


def test_langchain_sees_the_same_collection(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    texts = ["docker runs containers", "pandas reads tables"]
    store = VectorStore.create("coach-test", tmp_path / "chroma")
    store.add(["a", "b"], embedder.embed(texts), [{"role": "x"}, {"role": "y"}], texts)
    (document,) = store.as_langchain(as_langchain(embedder)).similarity_search("which tool reads tables", k=1)
    assert (document.id, document.page_content, document.metadata) == ("b", texts[1], {"role": "y"})
    store.close()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("localhost:8000", "give it as http://HOST:PORT"),
        ("ftp://localhost", "give it as http://HOST:PORT"),
        ("http://localhost:8000/api", "give it as http://HOST:PORT"),
        ("http://localhost:99999", "no port number"),
        ("http://127.0.0.1:9", "http://127.0.0.1:9: the Chroma server cannot be used"),
    ],
)
def test_a_server_that_cannot_be_used_is_named(tmp_path: Path, url: str, message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        VectorStore.create("coach-test", tmp_path, url)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path_factory.mktemp("server")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{url}/api/v2/heartbeat", timeout=1).close()
                break
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(10)


def test_a_server_keeps_the_vectors_of_the_two_last_generations(tmp_path: Path, server: str) -> None:
    embedder = FakeEmbedder()
    for number in range(3):
        build_index([make_role("backend", {"en": [f"Fact {number}"]})], tmp_path, embedder, chroma_url=server)
    generations = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert [name[:6] for name in generations] == ["000002", "000003"]
    assert not list(tmp_path.glob("*/chroma"))
    import chromadb

    client = chromadb.HttpClient(host="127.0.0.1", port=int(server.rpartition(":")[2]))
    assert sorted(collection.name for collection in client.list_collections()) == [f"coach-{name}" for name in generations]
    with Index.open(tmp_path, embedder, server) as index:
        assert list(index.dense(embedder.embed(["Fact 2"])[0], 5)) == ["backend/en/skills#0"]
    drop_collection(f"coach-{generations[1]}", server)
    with pytest.raises(IndexUnusable, match="run `coach ingest`"):
        Index.open(tmp_path, embedder, server)
    assert build_index([make_role("backend", {"en": ["Fact 2"]})], tmp_path, embedder, chroma_url=server).changed


def test_an_index_is_rebuilt_when_it_moves_to_a_server(tmp_path: Path, server: str) -> None:
    embedder, roles = FakeEmbedder(), [make_role("data", {"en": ["Pandas"]})]
    build_index(roles, tmp_path, embedder)
    assert build_index(roles, tmp_path, embedder, chroma_url=server).changed
    assert not build_index(roles, tmp_path, embedder, chroma_url=server).changed
