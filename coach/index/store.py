"""The index as it is asked: chunks, dense and lexical scores, and the vectors of statements and role names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from coach.errors import IndexMissing, IndexUnusable
from coach.index import layout
from coach.index.embedding import Embedder
from coach.index.layout import FIX, Manifest, RoleName
from coach.index.lexical import LexicalIndex
from coach.index.vectors import VectorStore
from coach.types import LANGUAGES, Chunk, Language, Role

# Of so few roles the chunks are compared one by one; the vectors of so many roles and languages are kept in memory (12 MB).
FEW_ROLES, MOST_KEPT = 8, 256


@dataclass(frozen=True, slots=True)
class Index:
    """One generation of the index, open for reading from any number of threads. Get one with `open`; close it when done.

    `chunks` stand language by language; `rows(language)` says which of them the scores of `lexical` belong to.
    `roles` are cards: they have no sections. `names[n]` is the title or alias whose vector is `name_vectors[n]`.
    """

    generation: str
    content_hash: str
    chunks: Sequence[Chunk]
    by_id: Mapping[str, Chunk]
    roles: Sequence[Role]
    names: Sequence[RoleName]
    vectors: VectorStore
    _lexical: Mapping[Language, LexicalIndex]
    _rows: Mapping[Language, range]
    _statements: NDArray[np.float16]
    _asked: NDArray[np.float16]
    _names: NDArray[np.float16]
    _first_vector: Mapping[str, int] = field(repr=False)
    _first_asked: Mapping[str, int] = field(repr=False)
    _of_role: dict[tuple[str, Language], tuple[tuple[str, ...], NDArray[np.float32]]] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path, embedder: Embedder, chroma_url: str | None = None) -> Index:
        """The index in `folder`, its files checked.

        Raises `IndexMissing` where there is none, `IndexUnusable` where it is damaged or of another format or embedding
        model, `ServiceError` where the Chroma server at `chroma_url` cannot be reached.
        """
        generation = layout.current_generation(folder)
        return cls.open_generation(folder / generation, embedder, chroma_url)

    @classmethod
    def open_generation(cls, folder: Path, embedder: Embedder, chroma_url: str | None = None) -> Index:
        """The generation in `folder`; raises as `open` does."""
        manifest = Manifest.read(folder)
        if manifest.fingerprint != embedder.fingerprint:
            raise IndexUnusable(
                f"{folder}: the index was made with the embedding model {manifest.fingerprint}, not {embedder.fingerprint}; {FIX}"
            )
        try:
            hashes = layout.file_hashes(folder)
            if wrong := sorted(name for name, digest in manifest.files.items() if hashes.get(name) != digest):
                raise IndexUnusable(f"{folder / wrong[0]}: the file is missing or not as it was written; {FIX}")
            chunks = layout.read_chunks(folder)
            roles = layout.read_roles(folder)
            lexical = {language: LexicalIndex.load(folder / f"bm25-{language}") for language in LANGUAGES}
            statements = _load_matrix(folder / layout.STATEMENTS, (manifest.statements, manifest.dimension))
            asked = _load_matrix(folder / layout.ASKED, (manifest.asked, manifest.dimension))
            names = _load_matrix(folder / layout.NAMES, (manifest.names, manifest.dimension))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnusable(f"{folder}: the index is damaged ({type(error).__name__}: {error}); {FIX}") from error
        vectors = VectorStore.open(layout.collection_name(folder.name), folder / layout.CHROMA, chroma_url)
        if (count := vectors.count()) != manifest.chunks:
            vectors.close()
            raise IndexUnusable(f"{folder}: the index holds {count} vectors for {manifest.chunks} chunks; {FIX}")
        first, total, first_asked, asked_total = {}, 0, {}, 0
        for chunk in chunks:
            first[chunk.id], first_asked[chunk.id] = total, asked_total
            total += sum(layout.has_vector(one, chunk) for one in chunk.statements)
            asked_total += sum(len(one.asked) for one in chunk.statements)
        return cls(
            generation=folder.name,
            content_hash=manifest.content_hash,
            chunks=chunks,
            by_id={chunk.id: chunk for chunk in chunks},
            roles=roles,
            names=layout.role_names(roles),
            vectors=vectors,
            _lexical=lexical,
            _rows=_language_rows(chunks),
            _statements=statements,
            _asked=asked,
            _names=names,
            _first_vector=first,
            _first_asked=first_asked,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the vector store."""
        self.vectors.close()

    def rows(self, language: Language) -> range:
        """Which rows of `chunks` are in `language`: the chunks that the scores of `lexical` belong to, in their order."""
        return self._rows[language]

    def dense(
        self,
        vector: NDArray[np.float32],
        k: int,
        *,
        roles: Collection[str] | None = None,
        language: Language | None = None,
        sections: Collection[str] | None = None,
    ) -> dict[str, float]:
        """The cosine similarities (in [-1, 1]) of the `k` chunks nearest to a unit vector of shape (d,), by chunk id, best first."""
        if language is None or sections is not None or not roles or len(roles) > FEW_ROLES:
            return dict(self.vectors.query(vector, k, roles, language, sections))
        found = [pair for role in roles for pair in self._compared(role, language, vector)]
        return dict(sorted(found, key=lambda pair: -pair[1])[:k])

    def _compared(self, role: str, language: Language, vector: NDArray[np.float32]) -> list[tuple[str, float]]:
        """The chunks of one role in `language` with their cosines. Chroma takes twice as long to filter as to hand out these few
        vectors, which are kept: exactly comparing them costs next to nothing."""
        known = self._of_role.get((role, language))
        if known is None:
            ids = tuple(chunk.id for row in self.rows(language) for chunk in (self.chunks[row],) if chunk.role == role)
            if len(self._of_role) >= MOST_KEPT:
                self._of_role.clear()
            known = self._of_role[role, language] = (ids, self.vectors.vectors_of(ids)) if ids else (ids, self.name_vectors()[:0])
        ids, vectors = known
        return list(zip(ids, np.clip(vectors @ vector, -1.0, 1.0).tolist(), strict=True))

    def lexical(self, question: str, question_language: Language, language: Language) -> NDArray[np.float32]:
        """BM25 scores (≥ 0) of all chunks in `language`, aligned with `rows(language)`."""
        return self._lexical[language].scores(question, question_language)

    def statement_vectors(self, chunk_id: str) -> NDArray[np.float32]:
        """One unit vector per statement of the chunk, shape (statements, d); zeros for a statement that has none of its own."""
        chunk = self.by_id[chunk_id]
        have = [layout.has_vector(one, chunk) for one in chunk.statements]
        vectors = np.zeros((len(have), self._statements.shape[1]), dtype=np.float32)
        first = self._first_vector[chunk_id]
        vectors[have] = self._statements[first : first + sum(have)]
        return vectors

    def asked_vectors(self, chunk_id: str) -> NDArray[np.float32]:
        """One unit vector per question that the statements of the chunk answer, shape (questions, d), in their order."""
        first = self._first_asked[chunk_id]
        return np.asarray(self._asked[first : first + sum(len(one.asked) for one in self.by_id[chunk_id].statements)], dtype=np.float32)

    def name_vectors(self) -> NDArray[np.float32]:
        """The unit vectors of all titles and aliases, shape (len(names), d)."""
        return np.asarray(self._names, dtype=np.float32)


def is_stale(roles: Iterable[Role], folder: Path, embedder: Embedder) -> bool:
    """Whether `folder` needs a build: it has no usable index, or one of other documents or another model. Embeds nothing."""
    try:
        manifest = Manifest.read(folder / layout.current_generation(folder))
    except (IndexMissing, IndexUnusable):
        return True
    return manifest.fingerprint != embedder.fingerprint or manifest.content_hash != layout.content_hash_of(roles)


def _language_rows(chunks: Sequence[Chunk]) -> dict[Language, range]:
    rows, start = {}, 0
    for language in LANGUAGES:
        end = start + sum(chunk.language == language for chunk in chunks)
        rows[language] = range(start, end)
        start = end
    return rows


def _load_matrix(path: Path, shape: tuple[int, int]) -> NDArray[np.float16]:
    # An empty file cannot be mapped into memory.
    matrix: NDArray[np.float16] = np.load(path, mmap_mode="r" if shape[0] else None)
    if matrix.shape != shape:
        raise ValueError(f"{path.name} has shape {matrix.shape}, expected {shape}")
    return matrix
