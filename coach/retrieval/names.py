"""Ranks names of roles for a name: character n-grams and words of stems (TF-IDF), joined with the dense similarity.

Titles are short and vary in endings and spelling ("Programadora backend", "back-end programmer"), which n-grams within
words forgive; stems keep the endings of Spanish apart from its roots.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coach.language import stem, tokens
from coach.retrieval.fusion import DENSE_WEIGHT_OF_NAMES
from coach.types import Language

NGRAMS = (2, 4)
SHARE_OF_CHARACTERS = 0.7


class NameMatcher:
    """Lexical similarity of names in one language."""

    def __init__(self, language: Language, vectorizers: Sequence[tuple[float, Any, Any]]) -> None:
        self.language = language
        self._vectorizers = vectorizers

    @classmethod
    def of(cls, names: Sequence[str], language: Language) -> NameMatcher:
        """A matcher over `names`, in their order."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        stemmed = [_stemmed(name, language) for name in names]
        settings: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
        characters = TfidfVectorizer(analyzer="char_wb", ngram_range=NGRAMS, **settings)
        words = TfidfVectorizer(analyzer="word", token_pattern=r"\S+", **settings)
        return cls(
            language,
            [
                (SHARE_OF_CHARACTERS, characters, characters.fit_transform(stemmed).T.tocsr()),
                (1 - SHARE_OF_CHARACTERS, words, words.fit_transform(stemmed).T.tocsr()),
            ],
        )

    def similarities(self, names: Sequence[str]) -> NDArray[np.float32]:
        """Cosine similarity in [0, 1] of each of `names` with each known one: shape (len(names), known)."""
        stemmed = [_stemmed(name, self.language) for name in names]
        parts = [share * (vectorizer.transform(stemmed) @ matrix) for share, vectorizer, matrix in self._vectorizers]
        return np.asarray(sum(parts[1:], parts[0]).toarray(), dtype=np.float32)


def fuse_names(dense: NDArray[np.float32], lexical: NDArray[np.float32], question: Language, names: Language) -> NDArray[np.float32]:
    """One score per name. Both parts are cosines of like range, so they are weighed as they are."""
    weight = DENSE_WEIGHT_OF_NAMES[question, names]
    return np.asarray(weight * dense + (1 - weight) * lexical, dtype=np.float32)


def _stemmed(name: str, language: Language) -> str:
    return " ".join(stem(token, language) for token in tokens(name))
