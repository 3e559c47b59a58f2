"""The roles whose names are nearest to that of an occupation there is no document on."""

from __future__ import annotations

import threading

import numpy as np

from coach.index.embedding import Embedder
from coach.index.store import Index
from coach.retrieval.names import NameMatcher, fuse_names
from coach.types import LANGUAGES, Language

# Names less alike than this are not offered: they would be any names.
LEAST_LIKENESS = 0.35
MOST = 3


class NearestRoles:
    """Finds roles by the likeness of their names. The matchers are made at the first question that needs them."""

    def __init__(self, index: Index, embedder: Embedder) -> None:
        self._index = index
        self._embedder = embedder
        self._rows = {
            language: np.array([row for row, name in enumerate(index.names) if name.language == language], dtype=np.intp)
            for language in LANGUAGES
        }
        self._matchers: dict[Language, NameMatcher] = {}
        self._making = threading.Lock()

    def find(self, name: str, language: Language) -> list[str]:
        """The ids of at most three roles, nearest first, whose names in `language` are like `name`."""
        rows = self._rows[language]
        if not rows.size:
            return []
        vector = self._embedder.embed([name])[0]
        dense = self._index.name_vectors()[rows] @ vector
        lexical = self._matcher(language).similarities([name])[0]
        scores = fuse_names(dense, lexical, language, language)
        best: dict[str, None] = {}
        for at in np.argsort(-scores, kind="stable"):
            if scores[at] < LEAST_LIKENESS or len(best) == MOST:
                break
            best[self._index.names[rows[at]].role] = None
        return list(best)

    def _matcher(self, language: Language) -> NameMatcher:
        with self._making:
            if language not in self._matchers:
                names = [self._index.names[row].name for row in self._rows[language]]
                self._matchers[language] = NameMatcher.of(names, language)
            return self._matchers[language]
