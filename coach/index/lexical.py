"""BM25 over the words of chunks, one index per language: the only module that imports bm25s and the stemmer."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coach.types import Language

if TYPE_CHECKING:
    from bm25s import BM25

K1, B = 1.2, 0.75
ROWS = "rows.json"
STEMMERS: dict[Language, str] = {"en": "english", "es": "spanish"}

TERM = re.compile(
    r"""
    (?P<sharp>\b\w{1,2}(?:\+\+|\#))             # c++ c# f#
  | (?P<dotted>\b\w+\.(?:js|ts|io|py|net)\b)    # node.js vue.js asp.net
  | (?P<dot>(?<!\w)\.net\b)                     # .net
  | (?P<slash>\b[a-z]{1,4}/[a-z]{1,4}\b)        # ci/cd tcp/ip
  | (?P<word>\w+)
    """,
    re.VERBOSE,
)


def strip_accents(text: str) -> str:
    """`text` without combining marks: "á" to "a", "ñ" to "n"."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


def terms(text: str) -> list[str]:
    """The words of `text` in lower case, without accents and before stemming.

    Names such as c++, c# and .net are one word; node.js gives node, js and nodejs, and ci/cd gives ci, cd and cicd, so
    that every way of writing them is found.
    """
    found: list[str] = []
    for match in TERM.finditer(strip_accents(text.lower())):
        term = match.group()
        if match.lastgroup in ("dotted", "slash"):
            parts = re.split(r"[./]", term)
            found += [*parts, "".join(parts)]
        else:
            found.append(term)
    return found


def tokenize(text: str, language: Language) -> list[str]:
    """The stems of the words of `text`, stop words included, by the Snowball stemmer of `language`."""
    return _stem(terms(text), language)


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
        stop = stop_words(question_language)
        vocabulary = self.index.vocab_dict
        stems = [stem for stem in _stem([term for term in terms(question) if term not in stop], self.language) if stem in vocabulary]
        if not stems:
            return np.zeros(self.size, dtype=np.float32)
        return np.asarray(self.index.get_scores(stems), dtype=np.float32)


@cache
def stop_words(language: Language) -> frozenset[str]:
    """Words of a question that say nothing about what is asked, in lower case and without accents."""
    from bm25s.stopwords import STOPWORDS_EN_PLUS, STOPWORDS_SPANISH

    words = STOPWORDS_EN_PLUS if language == "en" else STOPWORDS_SPANISH
    return frozenset(strip_accents(word) for word in words)


def _stem(words: list[str], language: Language) -> list[str]:
    from Stemmer import Stemmer

    # A stemmer is not safe to share between threads, and making one takes microseconds.
    stems: list[str] = Stemmer(STEMMERS[language]).stemWords(words)
    return stems
