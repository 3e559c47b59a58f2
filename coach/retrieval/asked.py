"""How like a question is to those that each statement is known to answer: by their rare words, and by their meaning."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.index.store import Index
from coach.language import function_words, stem, tokens
from coach.retrieval.library import Library, Place
from coach.retrieval.words import Word
from coach.types import Language

# Share of the words in the likeness of two questions; the rest is that of their meaning, which the model knows less well in Spanish.
WORDS: Mapping[Language, float] = {"en": 0.4, "es": 0.6}


@dataclass(frozen=True, slots=True)
class _Questions:
    """The questions that the statements on one role answer. `rows` gives by stem the questions that have it, `weights` its rarity."""

    answers: tuple[Place, ...]
    vectors: NDArray[np.float32]
    rows: Mapping[str, NDArray[np.intp]]
    weights: Mapping[str, float]
    unknown: float
    lengths: NDArray[np.float32]

    def likeness(self, stems: Collection[str], vector: NDArray[np.float32], share: float) -> NDArray[np.float32]:
        common = np.zeros(len(self.answers), dtype=np.float32)
        for one in stems:
            if one in self.rows:
                common[self.rows[one]] += self.weights[one]
        length = sum(self.weights.get(one, self.unknown) for one in stems)
        words = 2 * common / (self.lengths + length + 1e-6)
        return np.asarray(share * words + (1 - share) * np.clip(self.vectors @ vector, 0.0, 1.0))


class AskedQuestions:
    """The questions that the documents are known to answer, by role and language."""

    def __init__(self, index: Index, library: Library) -> None:
        self._index, self._library = index, library
        self._questions: dict[tuple[str, Language], _Questions | None] = {}
        self._names: dict[tuple[str, Language], NDArray[np.float32]] = {}
        for name, vector in zip(index.names, index.name_vectors(), strict=True):
            key = name.role, name.language
            self._names[key] = self._names[key] + vector if key in self._names else vector
        self._counts = Counter((name.role, name.language) for name in index.names)

    def likeness(self, words: Sequence[Word], vector: NDArray[np.float32], role: str, language: Language) -> dict[Place, float]:
        """How like the question is, in [0, 1], to the likest of those that each statement answers, by chunk and position.

        `vector` is that of the question; statements of which nobody has said what they answer are not in it. Known questions do not
        name the role, so its name is left out of the words, and its direction taken out of the vector.
        """
        known = self._of(role, language)
        if known is None:
            return {}
        small = function_words(language)
        stems = {word.stem for word in words if word.taken != "role" and word.token not in small}
        likeness = known.likeness(stems, self._without_role(vector, role, language), WORDS[language])
        best: dict[Place, float] = {}
        for place, value in zip(known.answers, likeness.tolist(), strict=True):
            if value > best.get(place, -1.0):
                best[place] = value
        return best

    def _without_role(self, vector: NDArray[np.float32], role: str, language: Language) -> NDArray[np.float32]:
        names = self._names.get((role, language))
        if names is None:
            return vector
        left = vector - names / self._counts[role, language]
        return np.asarray(left / (np.linalg.norm(left) + 1e-6), dtype=np.float32)

    def _of(self, role: str, language: Language) -> _Questions | None:
        """The questions on a role, made at the first question about it: two threads may do it twice, with the same result."""
        key = role, language
        if key not in self._questions:
            self._questions[key] = self._made(role, language)
        return self._questions[key]

    def _made(self, role: str, language: Language) -> _Questions | None:
        small = function_words(language)
        chunks = [chunk for section in self._library.sections(role, language) for chunk in self._library.passages(role, language, section)]
        answers: list[Place] = []
        asked: list[set[str]] = []
        for chunk in chunks:
            for position, statement in enumerate(chunk.statements):
                for question in statement.asked:
                    answers.append((chunk.id, position))
                    asked.append({stem(token, language) for token in tokens(question) if token not in small})
        if not answers:
            return None
        frequencies = Counter(self._library.document_frequencies(language, role))
        frequencies.update(one for stems in asked for one in stems)
        total = len(asked) + sum(len(chunk.statements) for chunk in chunks)
        weights = {one: math.log(1 + total / (1 + frequencies[one])) for stems in asked for one in stems}
        rows: dict[str, list[int]] = {}
        for row, stems in enumerate(asked):
            for one in stems:
                rows.setdefault(one, []).append(row)
        return _Questions(
            tuple(answers),
            np.concatenate([self._index.asked_vectors(chunk.id) for chunk in chunks]),
            {one: np.array(found, dtype=np.intp) for one, found in rows.items()},
            weights,
            math.log(1 + total),
            np.array([sum(weights[one] for one in stems) for stems in asked], dtype=np.float32),
        )
