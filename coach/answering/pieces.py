"""Cuts the text of a language model into the pieces that are checked: sentences with their markers, as soon as each is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from coach.answering.grounding import MARKER
from coach.knowledge.statements import sentences
from coach.types import Language

BULLET = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+")
HEADING = re.compile(r"^\s*#{1,6}\s|^\s*\*\*[^*]+\*\*:?\s*$|^[^.!?]{1,80}:\s*$")
LEADING_MARKERS = re.compile(r"^(?:\s*\[\d{1,3}\][\s,;.]*)+")
# What a model says to itself before it answers.
THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
THOUGHT_BEGINS, THOUGHT_ENDS = "<think>", "</think>"


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence, or several that share the marker behind the last. `is_item` tells a list item, `opens` the first of its line."""

    text: str
    is_item: bool
    opens: bool


def pieces(stream: Iterable[str], language: Language) -> Iterator[Piece]:
    """The pieces of a streamed text, each as soon as what follows shows that it is complete. Headings and thoughts are left out."""
    waiting = ""
    line = _Line(language)
    for part in stream:
        waiting += part
        if THOUGHT_BEGINS in waiting:
            waiting = THOUGHT.sub("", waiting) if THOUGHT_ENDS in waiting else waiting
            if THOUGHT_BEGINS in waiting:
                continue
        elif THOUGHT_BEGINS.startswith(waiting.strip()[: len(THOUGHT_BEGINS)]) and len(waiting.strip()) < len(THOUGHT_BEGINS):
            continue
        *whole, waiting = waiting.split("\n")
        for text in whole:
            yield from line.add(text)
            yield from line.end()
        yield from line.add(waiting)
        waiting = ""
    yield from line.add(THOUGHT.sub("", waiting))
    yield from line.end()


class _Line:
    """One line while it grows."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._text = ""
        self._is_item = False
        self._opens = True

    def add(self, text: str) -> Iterator[Piece]:
        """Adds text without a line break; yields the pieces that are complete by now."""
        self._text += text
        if self._opens:
            # A bullet is one only once something stands behind it.
            bullet = BULLET.match(self._text)
            self._is_item = bool(bullet)
        yield from self._complete(ended=False)

    def end(self) -> Iterator[Piece]:
        """Ends the line; yields what is left of it."""
        if not (self._opens and HEADING.match(self._text) and not MARKER.search(self._text)) and not self._text.strip().startswith("```"):
            yield from self._complete(ended=True)
        self._text, self._is_item, self._opens = "", False, True

    def _complete(self, *, ended: bool) -> Iterator[Piece]:
        cut = 0
        for start, end in self._units(ended):
            text = BULLET.sub("", self._text[start:end]).strip()
            if any(char.isalnum() for char in MARKER.sub("", text)):
                yield Piece(text, self._is_item, self._opens)
                self._opens = False
            cut = end
        self._text = self._text[cut:]

    def _units(self, ended: bool) -> Iterator[tuple[int, int]]:
        """Where the runs of sentences stand that end with markers; at the end of the line also what is left without."""
        bounds = self._bounds()
        start = 0
        for at, (_, end) in enumerate(bounds):
            is_last = at == len(bounds) - 1
            if is_last and not ended:
                return
            if MARKER.search(self._text[start:end]) or (is_last and ended):
                yield start, len(self._text) if is_last else end
                start = end

    def _bounds(self) -> list[tuple[int, int]]:
        """The sentences of the line, markers behind a full stop counted to the sentence before them."""
        bounds: list[tuple[int, int]] = []
        for start, end in sentences(self._text, self._language) if self._text.strip() else ():
            markers = LEADING_MARKERS.match(self._text[start:end])
            if markers and bounds:
                bounds[-1] = (bounds[-1][0], start + markers.end())
                if self._text[start + markers.end() : end].strip():
                    bounds.append((start + markers.end(), end))
            elif bounds and self._text[start:end].lstrip().startswith("["):
                bounds[-1] = (bounds[-1][0], end)
            else:
                bounds.append((start, end))
        return bounds
