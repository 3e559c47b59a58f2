"""Vectors in Chroma, reached through langchain-chroma: the only module that imports either.

Local Chroma 1.5 refuses sparse vectors, so the lexical index stands beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexUnusable, ServiceError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from chromadb.api.models.Collection import Collection as ChromaCollection
    from langchain_chroma import Chroma
    from langchain_core.embeddings import Embeddings

HNSW = {"space": "cosine", "ef_construction": 200, "ef_search": 200, "max_neighbors": 32}
"""Wider than Chroma's defaults (100, 100, 16): filtered queries stay exact on some ten thousand chunks for a millisecond more."""


@dataclass(slots=True)
class VectorStore:
    """One Chroma collection: one generation of the index. Get one with `create` or `open`, and close it."""

    name: str
    place: str
    _client: ClientAPI
    _store: Chroma

    @classmethod
    def create(cls, name: str, folder: Path, url: str | None = None) -> VectorStore:
        """A new, empty collection `name` in `folder`, or on the server at `url`. Raises `ServiceError`."""
        return cls._connect(name, folder, url, create=True)

    @classmethod
    def open(cls, name: str, folder: Path, url: str | None = None) -> VectorStore:
        """The collection `name`. Raises `IndexUnusable` where there is none, `ServiceError` where the server cannot be reached."""
        if url is None and not (folder / "chroma.sqlite3").is_file():
            # Chroma would make an empty database here, and every question would find nothing.
            raise IndexUnusable(f"{folder}: the vectors of the index are missing; run `coach ingest`")
        return cls._connect(name, folder, url, create=False)

    @classmethod
    def _connect(cls, name: str, folder: Path, url: str | None, *, create: bool) -> VectorStore:
        from langchain_chroma import Chroma

        place = url or str(folder)
        with _chroma_errors(place, remote=url is not None):
            client = _client(folder, url)
            store = Chroma(
                collection_name=name,
                client=client,
                collection_configuration=cast(Any, {"hnsw": HNSW}) if create else None,
                create_collection_if_not_exists=create,
            )
        return cls(name, place, client, store)

    def close(self) -> None:
        """Lets go of the database files or the connection."""
        cast(Any, self._client).close()

    def count(self) -> int:
        """How many vectors there are."""
        with self._errors():
            return self._collection.count()

    def add(
        self, ids: Sequence[str], vectors: NDArray[np.float32], metadatas: Sequence[Mapping[str, str]], documents: Sequence[str]
    ) -> None:
        """Stores vectors (shape (n, d)) under their ids with what they are filtered by and the texts they stand for."""
        with self._errors():
            size = self._client.get_max_batch_size()
            for start in range(0, len(ids), size):
                part = slice(start, start + size)
                self._collection.add(
                    ids=list(ids[part]),
                    embeddings=vectors[part],
                    metadatas=[dict(one) for one in metadatas[part]],
                    documents=list(documents[part]),
                )

    def vectors_of(self, ids: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of these ids in their order, shape (n, d). Raises `IndexUnusable` where one is missing."""
        found: dict[str, Any] = {}
        with self._errors():
            size = self._client.get_max_batch_size()
            for start in range(0, len(ids), size):
                got = self._collection.get(ids=list(ids[start : start + size]), include=["embeddings"])
                embeddings = got["embeddings"]
                found.update(zip(got["ids"], embeddings if embeddings is not None else (), strict=True))
        missing = next((one for one in ids if one not in found), None)
        if missing is not None:
            raise IndexUnusable(f"{self.place}: the vector of {missing} is missing; run `coach ingest`")
        return np.array([found[one] for one in ids], dtype=np.float32)

    def query(
        self,
        vector: NDArray[np.float32],
        k: int,
        roles: Collection[str] | None = None,
        language: str | None = None,
        sections: Collection[str] | None = None,
    ) -> list[tuple[str, float]]:
        """The `k` nearest ids with their cosine similarity in [-1, 1], best first, among the roles, language and sections given."""
        if k < 1 or (roles is not None and not roles) or (sections is not None and not sections):
            return []
        conditions: list[dict[str, Any]] = [
            {name: {"$in": sorted(wanted)}} for name, wanted in (("role", roles), ("section", sections)) if wanted is not None
        ]
        if language is not None:
            conditions.append({"language": language})
        where = {"$and": conditions} if len(conditions) > 1 else (conditions[0] if conditions else None)
        with self._errors():
            found = self._store.similarity_search_by_vector_with_relevance_scores(vector.tolist(), k=k, filter=cast(Any, where))
        # Chroma returns cosine *distances*, 1 - cosine, and rounding may leave them a hair outside [0, 2].
        return [(str(document.id), min(1.0, max(-1.0, 1.0 - distance))) for document, distance in found]

    def as_langchain(self, embeddings: Embeddings) -> Chroma:
        """The same collection as a LangChain vector store that embeds its queries with `embeddings`."""
        from langchain_chroma import Chroma

        return Chroma(collection_name=self.name, client=self._client, embedding_function=embeddings, create_collection_if_not_exists=False)

    @property
    def _collection(self) -> ChromaCollection:
        # LangChain's wrapper can neither add nor return precomputed vectors, so these two go to Chroma's own collection.
        collection: ChromaCollection = self._client.get_collection(self.name, embedding_function=None)
        return collection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        with _chroma_errors(self.place, remote="://" in self.place):
            yield


def drop_collection(name: str, url: str) -> None:
    """Removes a collection from the server at `url`; nothing happens where it has none of that name. Raises `ServiceError`."""
    with _chroma_errors(url, remote=True):
        client = _client(Path(), url)
        if any(collection.name == name for collection in client.list_collections()):
            client.delete_collection(name)


def _client(folder: Path, url: str | None) -> ClientAPI:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if url is None:
        return chromadb.PersistentClient(path=str(folder), settings=settings)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ServiceError(f"COACH_CHROMA_URL is {url!r}; give it as http://HOST:PORT or https://HOST:PORT")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError as error:
        raise ServiceError(f"COACH_CHROMA_URL is {url!r}, and its port is no port number; give it as http://HOST:PORT") from error
    return chromadb.HttpClient(host=parts.hostname, port=port, ssl=parts.scheme == "https", settings=settings)


@contextmanager
def _chroma_errors(place: str, *, remote: bool) -> Iterator[None]:
    """Turns what Chroma raises into our errors: a damaged store, or a server that does not answer."""
    import httpx
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except NotFoundError as error:
        raise IndexUnusable(f"{place}: the vectors of the index are not there; run `coach ingest`") from error
    except httpx.HTTPError as error:
        raise ServiceError(f"{place}: the Chroma server does not answer ({error}); start it, or unset COACH_CHROMA_URL") from error
    except (ChromaError, ValueError, OSError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        if remote:
            raise ServiceError(f"{place}: the Chroma server cannot be used ({reason}); start it, or unset COACH_CHROMA_URL") from error
        raise IndexUnusable(f"{place}: the vectors of the index cannot be read ({reason}); run `coach ingest`") from error
