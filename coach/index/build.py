"""Builds the index. Every build makes a new generation beside the old one and switches to it in one step.

Killed at any moment, the old generation still answers. Texts that the old generation holds are not embedded again.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.errors import DocumentError, IndexMissing, IndexUnusable, ServiceError
from coach.index import layout
from coach.index.chunking import chunk_role, content_hash
from coach.index.embedding import Embedder
from coach.index.layout import Manifest
from coach.index.lexical import LexicalIndex
from coach.index.store import Index
from coach.index.vectors import VectorStore, drop_collection
from coach.types import LANGUAGES, Chunk, Role

Vectors = dict[str, NDArray[np.float32]]

Progress = Callable[[int, int, str], None]
"""Called as `progress(done, total, what)`; `what` is one of "embedding", "writing" and "publishing"."""

LOCK = ".lock"
POINTER = ".current"
LOCK_WAIT = 3.0
"""Seconds to wait for another build before giving up."""
SLICE = 256
"""Texts embedded between two reports of progress."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did. `embedded` and `reused` count distinct texts (chunks, statements, role names); `removed` counts the
    chunks of the old generation that are gone. `changed` is False where the index was up to date and nothing was written."""

    chunks: int
    embedded: int
    reused: int
    removed: int
    seconds: float
    generation: str
    changed: bool


def build_index(
    roles: Sequence[Role],
    folder: Path,
    embedder: Embedder,
    *,
    chroma_url: str | None = None,
    ready: Vectors | None = None,
    progress: Progress | None = None,
    lock_wait: float = LOCK_WAIT,
) -> BuildReport:
    """Brings the index in `folder` in step with the roles. `ready` are vectors by content hash that need not be made any more.

    Raises `DocumentError` where two chunks get the same id, `ServiceError` where the folder cannot be written, another build
    is at work for longer than `lock_wait` seconds, or the Chroma server at `chroma_url` cannot be used.
    """
    started = time.perf_counter()
    with _writing_to(folder, lock_wait):
        return _Build(folder, embedder, chroma_url, ready or {}, progress or (lambda done, total, what: None)).run(roles, started)


@contextmanager
def _writing_to(folder: Path, wait: float) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / LOCK, timeout=wait):
            yield
    except Timeout as error:
        raise ServiceError(f"{folder}: another `coach ingest` is building the index; wait until it is done") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise ServiceError(f"{folder}: the index cannot be written ({reason}); set COACH_INDEX to a folder that can") from error


@dataclass(frozen=True, slots=True)
class _Build:
    folder: Path
    embedder: Embedder
    chroma_url: str | None
    ready: Vectors
    progress: Progress

    def run(self, roles: Sequence[Role], started: float) -> BuildReport:
        roles = sorted(roles, key=lambda role: role.id)
        digest = layout.content_hash_of(roles)
        self._remove_unfinished()
        with self._old() as old:
            if old is not None and old.content_hash == digest:
                return BuildReport(len(old.chunks), 0, 0, 0, time.perf_counter() - started, old.generation, changed=False)
            chunks = self._chunk(roles)
            texts = _texts(chunks, roles)
            known = self._known(old, texts) if old else self._ready(texts)
            removed = len({chunk.id for chunk in old.chunks} - {chunk.id for chunk in chunks}) if old else 0
        vectors = self._embed(texts, known)
        generation = f"{max(self._numbers(), default=0) + 1:06d}-{uuid.uuid4().hex[:12]}"
        keep = {generation, *self._current()}
        building = self.folder / f"{layout.BUILDING}{generation}"
        self._write(building, generation, roles, chunks, vectors, digest)
        self._publish(building, generation)
        for path in self._generations():
            if path.name not in keep:
                self._remove(path, path.name)
        embedded = len(texts) - len(known)
        return BuildReport(len(chunks), embedded, len(known), removed, time.perf_counter() - started, generation, changed=True)

    def _current(self) -> list[str]:
        """The name of the generation that answers, if any."""
        try:
            return [layout.current_generation(self.folder)]
        except (IndexMissing, IndexUnusable):
            return []

    def _generations(self) -> list[Path]:
        return [path for path in self.folder.iterdir() if layout.GENERATION.fullmatch(path.name)]

    def _numbers(self) -> list[int]:
        return [int(path.name.partition("-")[0]) for path in self._generations()]

    def _remove_unfinished(self) -> None:
        """Removes what killed builds left: half-built folders, and generations that were never switched to."""
        current = self._current()
        for path in list(self.folder.iterdir()):
            if path.name == POINTER:
                path.unlink()
            elif path.name.startswith(layout.BUILDING):
                self._remove(path, path.name.removeprefix(layout.BUILDING))
            elif current and layout.GENERATION.fullmatch(path.name) and path.name.partition("-")[0] > current[0].partition("-")[0]:
                self._remove(path, path.name)

    def _remove(self, path: Path, generation: str) -> None:
        if self.chroma_url is not None:
            drop_collection(layout.collection_name(generation), self.chroma_url)
        shutil.rmtree(path)

    @contextmanager
    def _old(self) -> Iterator[Index | None]:
        """The generation that answers now; None where nothing of it can be used, so that all is embedded anew."""
        try:
            index = Index.open(self.folder, self.embedder, self.chroma_url)
        except (IndexMissing, IndexUnusable):
            yield None
            return
        with index:
            yield index

    def _chunk(self, roles: Sequence[Role]) -> list[Chunk]:
        chunks = [chunk for role in roles for chunk in chunk_role(role, self.embedder)]
        taken: dict[str, Chunk] = {}
        for chunk in chunks:
            if (other := taken.setdefault(chunk.id, chunk)) is not chunk:
                raise DocumentError(chunk.document, None, f"gives the chunk id {chunk.id}, as {other.document} does", "rename one of them")
        return sorted(chunks, key=lambda chunk: LANGUAGES.index(chunk.language))

    def _ready(self, texts: Sequence[str]) -> Vectors:
        """Those of the vectors that came with the documents that are needed, by content hash."""
        wanted = (content_hash(text, self.embedder.fingerprint) for text in texts)
        return {key: self.ready[key] for key in wanted if key in self.ready}

    def _known(self, old: Index, texts: Sequence[str]) -> Vectors:
        """The vectors of the old generation that are needed again, and those that are ready, by content hash."""
        wanted = {content_hash(text, self.embedder.fingerprint) for text in texts}
        known = self._ready(texts)

        def keep(text: str, vector: NDArray[np.float32]) -> None:
            if (key := content_hash(text, self.embedder.fingerprint)) in wanted:
                known[key] = vector

        for name, vector in zip(old.names, old.name_vectors(), strict=True):
            keep(name.name, vector)
        for chunk in old.chunks:
            for statement, vector in zip(chunk.statements, old.statement_vectors(chunk.id), strict=True):
                if layout.has_vector(statement, chunk):
                    keep(layout.statement_text(statement, chunk), vector)
            for question, vector in zip(layout.asked_texts([chunk]), old.asked_vectors(chunk.id), strict=True):
                keep(question, vector)
        # Last, because these alone are kept in full precision.
        for chunk, vector in zip(old.chunks, old.vectors.vectors_of([chunk.id for chunk in old.chunks]), strict=True):
            keep(chunk.embedding_text, vector)
        return known

    def _embed(self, texts: Sequence[str], known: Vectors) -> Vectors:
        """The vector of every text, by text."""
        vectors: Vectors = {}
        new = []
        for text in texts:
            vector = known.get(content_hash(text, self.embedder.fingerprint))
            if vector is None:
                new.append(text)
            else:
                vectors[text] = vector
        # Texts of like length together waste no time on padding.
        new.sort(key=len)
        self.progress(0, len(new), "embedding")
        for start in range(0, len(new), SLICE):
            part = new[start : start + SLICE]
            vectors.update(zip(part, self.embedder.embed(part), strict=True))
            self.progress(start + len(part), len(new), "embedding")
        return vectors

    def _write(self, folder: Path, generation: str, roles: Sequence[Role], chunks: Sequence[Chunk], vectors: Vectors, digest: str) -> None:
        steps = 4
        self.progress(0, steps, "writing")
        folder.mkdir()
        layout.write_chunks(folder, chunks)
        layout.write_roles(folder, roles)
        self.progress(1, steps, "writing")
        statements, asked = _statement_texts(chunks), layout.asked_texts(chunks)
        names = [name.name for name in layout.role_names(roles)]
        np.save(folder / layout.STATEMENTS, self._matrix(statements, vectors).astype(np.float16))
        np.save(folder / layout.ASKED, self._matrix(asked, vectors).astype(np.float16))
        np.save(folder / layout.NAMES, self._matrix(names, vectors).astype(np.float16))
        for language in LANGUAGES:
            texts = [chunk.embedding_text for chunk in chunks if chunk.language == language]
            LexicalIndex.build(texts, language).save(folder / f"bm25-{language}")
        self.progress(2, steps, "writing")
        store = VectorStore.create(layout.collection_name(generation), folder / layout.CHROMA, self.chroma_url)
        store.add(
            [chunk.id for chunk in chunks],
            self._matrix([chunk.embedding_text for chunk in chunks], vectors),
            [{"role": chunk.role, "language": chunk.language, "section": chunk.section} for chunk in chunks],
            [chunk.text for chunk in chunks],
        )
        store.close()
        self.progress(3, steps, "writing")
        Manifest(
            format=layout.FORMAT,
            fingerprint=self.embedder.fingerprint,
            dimension=self.embedder.dimension,
            content_hash=digest,
            chunks=len(chunks),
            statements=len(statements),
            asked=len(asked),
            names=len(names),
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            files=layout.file_hashes(folder),
        ).write(folder)
        self.progress(steps, steps, "writing")

    def _matrix(self, texts: Sequence[str], vectors: Vectors) -> NDArray[np.float32]:
        if not texts:
            return np.zeros((0, self.embedder.dimension), dtype=np.float32)
        return np.stack([vectors[text] for text in texts])

    def _publish(self, building: Path, generation: str) -> None:
        """Switches to the new generation. Everything is on the disk before its name is, and the name changes in one step."""
        self.progress(0, 2, "publishing")
        for path in [*building.rglob("*"), building]:
            _sync(path)
        building.rename(self.folder / generation)
        self.progress(1, 2, "publishing")
        pointer = self.folder / POINTER
        pointer.write_text(generation, "utf-8")
        _sync(pointer)
        os.replace(pointer, self.folder / layout.CURRENT)
        _sync(self.folder)
        self.progress(2, 2, "publishing")


def _texts(chunks: Sequence[Chunk], roles: Sequence[Role]) -> list[str]:
    """Every distinct text that needs a vector: of chunks, of statements, of the questions these answer and of role names."""
    texts = [chunk.embedding_text for chunk in chunks]
    texts += _statement_texts(chunks)
    texts += layout.asked_texts(chunks)
    texts += [name.name for name in layout.role_names(roles)]
    return list(dict.fromkeys(texts))


def _statement_texts(chunks: Sequence[Chunk]) -> list[str]:
    """The texts of the statements that have a vector, in order."""
    return [layout.statement_text(one, chunk) for chunk in chunks for one in chunk.statements if layout.has_vector(one, chunk)]


def _sync(path: Path) -> None:
    """Makes the system write a file or folder to the disk now."""
    if os.name == "nt" and path.is_dir():
        # Windows cannot open a folder, and needs no such call.
        return
    handle = os.open(path, os.O_RDWR if path.is_file() and os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
