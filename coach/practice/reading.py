"""An answer as it is read: its sentences with their spans, the words, and what the cue lists of its language find in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from coach.knowledge.statements import sentences
from coach.language import function_words, stem, tokens
from coach.types import Language

CUES = Path(__file__).with_name("cues.yaml")
CLAUSE = re.compile(r"[,;:.!?\n]\s*")
# A long sentence may make several points, each in a clause of so many words or more.
LONG_SENTENCE, LEAST_PIECE_WORDS = 20, 6
MOST_PIECES = 48
"""Pieces of an answer that are embedded: with the question's points they are few enough for the light encoder."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Characters `start:end` of the visitor's answer, and what stands there."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer in its sentences. `text` is exactly what was given; what was taken out is in no sentence."""

    text: str
    language: Language
    sentences: tuple[Quote, ...]

    @property
    def words(self) -> int:
        """How many words the sentences have."""
        return sum(len(tokens(sentence.text)) for sentence in self.sentences)

    @property
    def content(self) -> tuple[str, ...]:
        """The stems of the words that say something, in order."""
        small = function_words(self.language)
        return tuple(stem(token, self.language) for one in self.sentences for token in tokens(one.text) if token not in small)

    def found(self, cue: str) -> list[Quote]:
        """Each place that a pattern of the list `cue` finds, in order, without overlaps."""
        places: list[Quote] = []
        for sentence in self.sentences:
            for match in pattern(self.language, cue).finditer(_lower(sentence.text)):
                start = sentence.start + match.start()
                places.append(Quote(self.text[start : sentence.start + match.end()].strip(" ,"), start, sentence.start + match.end()))
        return places

    def sentence_with(self, cue: str, without: Sequence[Quote] = ()) -> Quote | None:
        """The first sentence in which the list `cue` finds something, of those that are not in `without`."""
        return next((one for one in self.sentences if one not in without and has(one, self.language, cue)), None)

    def pieces(self) -> list[Quote]:
        """Sentences, and the clauses of long ones: what is compared with the points of a good answer."""
        return list(dict.fromkeys(self._pieces()))[:MOST_PIECES]

    def _pieces(self) -> Iterator[Quote]:
        yield from self.sentences
        for one in self.sentences:
            if len(one.text.split()) > LONG_SENTENCE:
                yield from (clause for clause in _clauses(one, self.text) if len(clause.text.split()) >= LEAST_PIECE_WORDS)


def read(text: str, language: Language, keep: Sequence[Quote] | None = None) -> Reading:
    """`text` as a Reading; with `keep`, only those sentences of it. A sentence that is said twice counts once."""
    found = (
        keep
        if keep is not None
        else [Quote(text[start:end], start, end) for start, end in sentences(text, language)]
        if text.strip()
        else []
    )
    once = {tuple(tokens(one.text)): one for one in reversed(found)}
    return Reading(text, language, tuple(sorted(once.values(), key=lambda one: one.start)))


def has(quote: Quote, language: Language, cue: str) -> bool:
    """Whether the list `cue` finds something in `quote`."""
    return pattern(language, cue).search(_lower(quote.text)) is not None


@cache
def cues() -> Mapping[Language, Mapping[str, Sequence[str]]]:
    """The lists of cues, by language and name."""
    loaded: Mapping[Language, Mapping[str, Sequence[str]]] = yaml.safe_load(CUES.read_text(encoding="utf-8"))
    return loaded


# Lists of whole words and phrases; the others hold patterns that say themselves where a word begins.
PLAIN_LISTS = frozenset({"fillers", "hedges", "vague", "numbers", "units", "age"})


@cache
def pattern(language: Language, cue: str) -> re.Pattern[str]:
    """One pattern for the list `cue`."""
    alternatives = "|".join(sorted(cues()[language][cue], key=len, reverse=True))
    return re.compile(f"(?<!\\w)(?:{alternatives})(?!\\w)" if cue in PLAIN_LISTS else alternatives)


def _clauses(sentence: Quote, text: str) -> Iterator[Quote]:
    start = sentence.start
    for match in CLAUSE.finditer(sentence.text):
        end = sentence.start + match.start()
        if end > start:
            yield Quote(text[start:end], start, end)
        start = sentence.start + match.end()
    if start < sentence.end:
        yield Quote(text[start : sentence.end], start, sentence.end)


def _lower(text: str) -> str:
    """`text` in lower case, each character in its place, and with plain apostrophes."""
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in text).replace("’", "'")
