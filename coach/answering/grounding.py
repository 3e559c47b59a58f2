"""The check behind the promise: what an answer states stands in the spans it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.types import Answer, Chunk, Citation

MARKER = re.compile(r"\[(\d{1,3})\]")
NUMBER = re.compile(r"\d+(?:[.,\u00a0\u202f]\d+)*")
LIST_MARK = re.compile(r"^(?:[-*•]|\d+[.)])\s+")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in an answer that its citations do not carry."""

    line: str
    problem: str


def numbers(text: str) -> list[str]:
    """The numbers of `text` as written ("150,000", "1.200", "16"), markers not counted."""
    return NUMBER.findall(MARKER.sub(" ", text))


def faults(answer: Answer, chunks: dict[str, Chunk]) -> list[Fault]:
    """Everything in `answer` that its citations do not carry: quotes that are not their span, markers without a citation,
    numbers that stand in no span cited on their line."""
    found = [*_span_faults(answer.citations, chunks)]
    by_marker = {citation.marker: citation for citation in answer.citations}
    for line in answer.text.splitlines():
        markers = [int(marker) for marker in MARKER.findall(line)]
        found.extend(Fault(line, f"marker [{marker}] has no citation") for marker in markers if marker not in by_marker)
        spans = " ".join(by_marker[marker].quote for marker in markers if marker in by_marker)
        carried = set(numbers(spans))
        stated = LIST_MARK.sub("", line)
        found.extend(Fault(line, f"number {number} is in no cited span") for number in numbers(stated) if number not in carried)
    return found


def without_numbers(words: str) -> str:
    """`words` of a question as an answer may repeat them: a word that holds a number is left out, as no span carries it."""
    return " ".join(word for word in words.split() if not any(char.isdigit() for char in word))


def _span_faults(citations: Sequence[Citation], chunks: dict[str, Chunk]) -> list[Fault]:
    found = []
    for citation in citations:
        chunk = chunks.get(citation.chunk)
        if chunk is None:
            found.append(Fault(citation.quote, f"chunk {citation.chunk} does not exist"))
        elif chunk.text[citation.start : citation.end] != citation.quote:
            found.append(Fault(citation.quote, f"is not characters {citation.start}:{citation.end} of {citation.chunk}"))
    return found
