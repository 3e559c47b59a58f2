"""BM25 over the words of chunks, one index per language: through bm25s."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coach.language import function_words, stem, tokens
from coach.types import Language

if TYPE_CHECKING:
    from bm25s import BM25

K1, B = 1.2, 0.75
ROWS = "rows.json"

COMPOUND = re.compile(r"[./]")


def terms(text: str) -> list[str]:
    """The folded words of `text`, before stemming.

    Names such as c++ and c# are one word; node.js gives node, js and nodejs, and ci/cd gives ci, cd and cicd, so that
    every way of writing them is found.
    """
    found: list[str] = []
    for token in tokens(text):
        parts = COMPOUND.split(token)
        found += [token] if len(parts) == 1 or not parts[0] else [*parts, "".join(parts)]
    return found


def tokenize(text: str, language: Language) -> list[str]:
    """The stems of the words of `text`, stop words included, by the Snowball stemmer of `language`."""
    return [stem(term, language) for term in terms(text)]


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """BM25 scores of `size` texts of one language. `index` is None where no text holds a word."""

    language: Language
    size: int
    index: BM25 | None

    @classmethod
    def build(cls, texts: Sequence[str], language: Language) -> LexicalIndex:
        """An index of the texts; row n of its scores is text n."""
        corpus = [tokenize(text, language) for text in texts]
        if not any(corpus):
            return cls(language, len(corpus), None)
        from bm25s import BM25

        index = BM25(k1=K1, b=B, backend="numpy")
        index.index(corpus, show_progress=False)
        return cls(language, len(corpus), index)

    def save(self, folder: Path) -> None:
        """Writes the index into `folder`, which is made if need be."""
        folder.mkdir(parents=True, exist_ok=True)
        record = {"language": self.language, "rows": self.size, "words": self.index is not None}
        (folder / ROWS).write_text(json.dumps(record), "utf-8")
        if self.index is not None:
            self.index.save(folder, show_progress=False)

    @classmethod
    def load(cls, folder: Path) -> LexicalIndex:
        """The index that was saved in `folder`. Raises OSError, ValueError or KeyError where it is missing or damaged."""
        record = json.loads((folder / ROWS).read_text("utf-8"))
        if not record["words"]:
            return cls(record["language"], record["rows"], None)
        from bm25s import BM25

        index = BM25.load(folder, show_progress=False)
        if index.scores["num_docs"] != record["rows"]:
            raise ValueError(f"{folder}: {index.scores['num_docs']} rows of scores for {record['rows']} texts")
        return cls(record["language"], record["rows"], index)

    def scores(self, question: str, question_language: Language) -> NDArray[np.float32]:
        """The BM25 score (≥ 0) of every text, shape (size,); all 0 where no word of the question occurs.

        Only the question loses its stop words, those of its own language: measured on XQuAD, dropping them from the
        texts too gains nothing.
        """
        if self.index is None:
            return np.zeros(self.size, dtype=np.float32)
        small = function_words(question_language)
        vocabulary = self.index.vocab_dict
        stems = [found for term in terms(question) if term not in small and (found := stem(term, self.language)) in vocabulary]
        if not stems:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self.index.get_scores(stems), dtype=np.float32)
