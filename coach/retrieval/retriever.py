"""Finds the chunks for a question: dense and lexical hits fused by language, the sections asked for first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from coach.index.embedding import Embedder
from coach.index.store import Index
from coach.retrieval.asked import AskedQuestions
from coach.retrieval.fusion import fuse
from coach.retrieval.library import Library
from coach.retrieval.question import Understanding
from coach.types import Hit, Language, other_language

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever

# Chunks of a section asked for stand before the others by this much; fused scores are in [0, 1].
SECTION_PRIOR = 0.5
# A chunk stands before others by so much times the likeness of the question to one that it is known to answer.
ASKED_PRIOR = 0.5
# Chunks in the other language, used where the asked one has none, rank behind equals in the asked one.
OTHER_LANGUAGE_SHARE = 0.5
CANDIDATES = 60


class Retriever:
    """Searches one index. Holds no conversation."""

    def __init__(self, index: Index, library: Library, embedder: Embedder, questions: AskedQuestions) -> None:
        self._index = index
        self._library = library
        self._embedder = embedder
        self._questions = questions

    def embed(self, text: str) -> NDArray[np.float32]:
        """The vector of `text`, shape (d,), L2-normalised."""
        vectors: NDArray[np.float32] = self._embedder.embed([text])
        return np.asarray(vectors[0])

    def search(self, understanding: Understanding, vector: NDArray[np.float32], k: int = 10) -> list[Hit]:
        """The `k` best chunks for a question, among the documents of its roles where it names any."""
        spoken, foreign = understanding.spoken, other_language(understanding.spoken)
        own = self._pool(understanding, vector, spoken, k)
        # Where the asked language has every section, nothing of the other one could be used.
        complete = understanding.roles and all(
            set(self._library.sections(role, foreign)) <= set(self._library.sections(role, spoken)) for role in understanding.roles
        )
        other = [] if complete else self._pool(understanding, vector, foreign, k)
        have = {(hit.chunk.role, hit.chunk.section) for hit in own}
        others = [
            Hit(hit.chunk, hit.score * OTHER_LANGUAGE_SHARE, hit.dense, hit.lexical)
            for hit in other
            if (hit.chunk.role, hit.chunk.section) not in have
        ]
        return sorted([*own, *others], key=lambda hit: -hit.score)[:k]

    def _pool(self, understanding: Understanding, vector: NDArray[np.float32], language: Language, k: int) -> list[Hit]:
        roles = understanding.roles or None
        dense = self._index.dense(vector, max(CANDIDATES, k), roles=roles, language=language)
        lexical = self._index.lexical(understanding.question, understanding.spoken, language)
        rows = self._index.rows(language)
        if understanding.roles:
            candidates = self._library.rows(understanding.roles, language)
        else:
            best = np.argsort(-lexical, kind="stable")[: max(CANDIDATES, k)]
            near = [self._library.row[chunk] - rows.start for chunk in dense]
            candidates = np.unique(np.concatenate([best, np.array(near, dtype=best.dtype)]))
        # A chunk beyond the nearest ones is no nearer than the last of them.
        farthest = min(dense.values(), default=0.0)
        chosen = [
            (chunk, dense.get(chunk.id, farthest), float(lexical[row]))
            for row in candidates
            for chunk in (self._index.chunks[rows[row]],)
            if lexical[row] > 0 or chunk.id in dense
        ]
        if not chosen:
            return []
        fused = fuse(
            np.array([dense_score for _, dense_score, _ in chosen], dtype=np.float32),
            np.array([lexical_score for _, _, lexical_score in chosen], dtype=np.float32),
            understanding.spoken,
            language,
        )
        prior = dict(zip(understanding.topics.sections, understanding.topics.strengths, strict=True))
        strongest = max(prior.values(), default=1.0)
        alike = self._alike(understanding, vector, language)
        return [
            Hit(
                chunk,
                float(score) + SECTION_PRIOR * prior.get(chunk.section, 0.0) / strongest + ASKED_PRIOR * alike.get(chunk.id, 0.0),
                dense_score,
                lexical_score,
            )
            for (chunk, dense_score, lexical_score), score in zip(chosen, fused, strict=True)
        ]

    def _alike(self, understanding: Understanding, vector: NDArray[np.float32], language: Language) -> dict[str, float]:
        """How like the question is to the likest of those that each chunk of its roles is known to answer."""
        likest: dict[str, float] = {}
        for role in understanding.roles if language == understanding.spoken else ():
            for (chunk, _), value in self._questions.likeness(understanding.words, vector, role, language).items():
                likest[chunk] = max(value, likest.get(chunk, 0.0))
        return likest


def as_langchain(search: Any, k: int = 10) -> BaseRetriever:
    """`search` (a question to hits) as a LangChain retriever of documents whose metadata hold the chunk's fields and scores."""
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document
    from langchain_core.retrievers import BaseRetriever

    class CoachRetriever(BaseRetriever):
        """Finds chunks of the coach's role documents."""

        k: int = 10

        def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
            hits: Sequence[Hit] = search(query, self.k)
            return [document_of(hit) for hit in hits]

    def document_of(hit: Hit) -> Document:
        chunk = hit.chunk
        metadata = {
            "role": chunk.role, "language": chunk.language, "section": chunk.section, "title": chunk.title, "heading": chunk.heading,
            "source": chunk.source, "url": chunk.url, "updated": chunk.updated, "score": hit.score,
        }  # fmt: skip
        return Document(id=chunk.id, page_content=chunk.text, metadata=metadata)

    return CoachRetriever(k=k)
