"""How much of an answer its citations carry, sentence by sentence.

A sentence is carried if its numbers stand in the spans it cites, and so do its words, or most of them and the meaning. That says
that the spans are what the sentence speaks of, not that they entail it: a swapped subject or a lost "not" passes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from coach.answering.grounding import LIST_MARK, MARKER, numbers
from coach.knowledge.statements import sentences
from coach.language import function_words, stem, stems, strings
from coach.types import Answer, Citation, Language

# Best cosine similarity in [-1, 1] of a text with any of the passages; -1 where there are none.
Nearness = Callable[[str, Sequence[str]], float]

# Measured with evals/claims, 108 true paraphrases a language: these shares of their words stand in the spans they cite (.76 and
# .72 at the second percentile), and they are this near to them: at .65 92 % of the English and at .70 92 % of the Spanish ones,
# against 16 % and 10 % where the nearest of twelve other statements of the section is taken.
WORDS_CARRIED = 0.75
WORDS_CARRIED_WITH_MEANING = 0.5
SAME_MEANING: Mapping[Language, float] = {"en": 0.65, "es": 0.70}

MARKERS = re.compile(r"((?:\s*\[\d{1,3}\])+)")
TABLE_RULE = re.compile(r"\|(?:\s*:?-+:?\s*\|)+$")
DECORATION = "*#: "
LABEL = re.compile(r"(\*\*[^*\d]+\*\*): ")
# Of a fixed string with slots, so many characters must be its own: "{titles} and others" would fit any sentence.
OWN_CHARACTERS = 15


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence of an answer, and the citations that should carry it; none where it bears no marker."""

    text: str
    citations: tuple[Citation, ...]


def claims(answer: Answer) -> Iterator[Claim]:
    """The sentences of an answer that state something: headings and the coach's own fixed words are left out.

    A marker stands behind what it carries, so a sentence goes with the next markers of its line.
    """
    by_marker = {citation.marker: citation for citation in answer.citations}
    headings = {part for citation in answer.citations for part in citation.title.split(": ")}
    own = _own_words(answer.language)

    def states_nothing(text: str) -> bool:
        plain = text.strip(DECORATION)
        return plain in headings or own.fullmatch(plain) is not None

    lines = [line.strip() for line in answer.text.splitlines()]
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_row = line.startswith("|")
        if TABLE_RULE.match(line) or (is_row and TABLE_RULE.match(following)):
            continue
        parts = MARKERS.split(LIST_MARK.sub("", line))
        for words, markers in zip(parts[::2], [*parts[1::2], ""], strict=True):
            text = words.strip(" |")
            label = LABEL.match(text)
            if label and states_nothing(label[1]):
                text = text[label.end() :]
            if not any(char.isalnum() for char in text) or (not markers and states_nothing(text)):
                continue
            if is_row:
                text = _without(text, states_nothing)
            cited = tuple(by_marker[int(marker)] for marker in MARKER.findall(markers) if int(marker) in by_marker)
            spans = [(0, len(text))] if is_row else sentences(text, answer.language)
            yield from (Claim(text[start:end], cited) for start, end in spans if markers or not states_nothing(text[start:end]))


def _without(row: str, states_nothing: Callable[[str], bool]) -> str:
    """A row of a table without the parts of its cells that are the coach's own words, such as "year not stated"."""
    cells = (", ".join(part for part in cell.split(", ") if not states_nothing(part)) for cell in row.split(" | "))
    return " | ".join(cell for cell in cells if cell) or row


def is_carried(claim: Claim, language: Language, nearness: Nearness, read: Language | None = None) -> bool:
    """Whether the spans that a sentence cites hold its numbers and its words, or most of its words and its meaning.

    Where the documents are in another language, `read`, only numbers can be held against them.
    """
    quotes = [citation.quote for citation in claim.citations]
    if not quotes or not set(numbers(claim.text)) <= set(numbers(" ".join(quotes))):
        return False
    if read not in (None, language):
        return True
    said = _content(claim.text, language)
    named = (text for citation in claim.citations for text in (citation.title, citation.source))
    held = _content(" ".join([*quotes, *named]), language)
    share = len(said & held) / len(said) if said else 1.0
    if share >= WORDS_CARRIED:
        return True
    return share >= WORDS_CARRIED_WITH_MEANING and nearness(claim.text, quotes) >= SAME_MEANING[language]


def _content(text: str, language: Language) -> set[str]:
    return set(stems(text, language)) - _function_stems(language)


@cache
def _function_stems(language: Language) -> frozenset[str]:
    return frozenset(stem(word, language) for word in function_words(language))


@cache
def _own_words(language: Language) -> re.Pattern[str]:
    """The fixed strings of the coach, their slots holding anything without a digit."""
    texts = [sentence for text in strings(language).values() for sentence in {text, *re.split(r"(?<=[.?:]) ", text)}]
    parts = (re.split(r"\{\w+\}", text.strip(DECORATION)) for text in texts)
    shapes = (r"[^\d\n]{1,300}?".join(map(re.escape, own)) for own in parts if len(own) == 1 or len("".join(own)) >= OWN_CHARACTERS)
    return re.compile("|".join(sorted(shapes, key=len, reverse=True)))
