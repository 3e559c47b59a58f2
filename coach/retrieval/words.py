"""The words of a question with what is known of each, and the finding of fixed phrases among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from coach.language import stem, stop_words, tokens
from coach.types import Language

V = TypeVar("V")

ARTICLES = frozenset(["a", "an", "the", "un", "una", "el", "la", "los", "las", "unos", "unas"])


def allowed_slips(length: int) -> int:
    """How many letters may be wrong in a word of `length` letters for it still to be taken as meant."""
    return 0 if length < 5 else 1 if length < 10 else 2


@dataclass(slots=True)
class Word:
    """One word of the question.

    `taken` names the part of the understanding that used it, "" while none has; `before` is the word in front.
    """

    token: str
    stem: str
    taken: str = ""
    before: str = ""


@dataclass(slots=True)
class Words:
    """The words of a question in order."""

    language: Language
    all: list[Word] = field(default_factory=list)

    @classmethod
    def of(cls, text: str, language: Language) -> Words:
        """The words of `text`, stemmed as words of `language`."""
        found = tokens(text)
        return cls(
            language, [Word(token, stem(token, language), before=before) for token, before in zip(found, ["", *found], strict=False)]
        )

    def free(self) -> list[Word]:
        """The words that nothing has used."""
        return [word for word in self.all if not word.taken]

    def take(self, start: int, length: int, taker: str) -> None:
        """Marks `length` words from `start` as used by `taker`."""
        for word in self.all[start : start + length]:
            word.taken = word.taken or taker

    def free_again(self, start: int, length: int) -> None:
        """Marks `length` words from `start` as used by nothing."""
        for word in self.all[start : start + length]:
            word.taken = ""

    def take_tokens(self, needle: Iterable[str], taker: str) -> None:
        """Marks each run of words that equals `needle`."""
        run = list(needle)
        found = [word.token for word in self.all]
        for at in range(len(found) - len(run) + 1):
            if found[at : at + len(run)] == run:
                self.take(at, len(run), taker)


class Phrases(Generic[V]):
    """A dictionary of phrases in one language, looked up by the stems of their words."""

    def __init__(self, language: Language, phrases: Iterable[tuple[str, V]]) -> None:
        self.language = language
        self._by_stems: dict[tuple[str, ...], list[V]] = {}
        # Misspellings are judged by whole words: of stems, too many are near each other ("prompt", "promot-ion").
        self._single_words: dict[str, str] = {}
        for phrase, value in phrases:
            words = [token for token in tokens(phrase) if token not in ARTICLES]
            key = tuple(stem(token, language) for token in words)
            if key:
                self._by_stems.setdefault(key, []).append(value)
            if len(words) == 1 and allowed_slips(len(words[0])):
                self._single_words[words[0]] = key[0]
        self._longest = max((len(key) for key in self._by_stems), default=0)

    def find(self, words: list[Word], fuzzy: bool = True) -> Iterator[tuple[int, int, list[V]]]:
        """(position, number of words, values) of each phrase among `words`, the longest at each place, without overlap.

        A single word that is no phrase is compared with the phrases of one word, letter slips allowed.
        """
        stems = [word.stem for word in words]
        at = 0
        while at < len(stems):
            for length in range(min(self._longest, len(stems) - at), 0, -1):
                values = self._by_stems.get(tuple(stems[at : at + length]))
                if values:
                    yield at, length, values
                    at += length
                    break
            else:
                # A word with a life of its own is not taken for a misspelling of another.
                near = nearest(words[at].token, self._single_words) if fuzzy and words[at].token not in stop_words(self.language) else None
                if near:
                    yield at, 1, self._by_stems[(self._single_words[near],)]
                at += 1


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of `known` that `word` is a misspelling of, None if there is none. The first letters must agree, a silent h aside."""
    from rapidfuzz import process
    from rapidfuzz.distance import DamerauLevenshtein

    slips = allowed_slips(len(word))
    if not slips:
        return None
    # The h is silent in Spanish and often left out.
    first = word.removeprefix("h")[:1]
    candidates = [other for other in known if other.removeprefix("h")[:1] == first and abs(len(other) - len(word)) <= slips]
    best = process.extractOne(word, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
    return str(best[0]) if best else None
