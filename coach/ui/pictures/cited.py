"""What an answer cites, as the statements it was taken from: the only things that a picture may show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.types import Answer, Chunk, Citation, Statement
from coach.ui.conversation import CoachLike

LEAD = re.compile(r"\*\*(?P<lead>[^*\n]+)\*\*")


@dataclass(frozen=True, slots=True)
class Cited:
    """A statement that the marker `citation.marker` points to, and the chunk that holds it."""

    citation: Citation
    chunk: Chunk
    statement: Statement

    @property
    def lead(self) -> str:
        """The bold words with which the statement opens, "" where it opens otherwise."""
        return lead_of(self.statement.within(self.chunk.text))

    @property
    def place(self) -> tuple[int, int]:
        """Where the statement stands in its document: chunks of a section are numbered in their order."""
        return int(re.split(r"[#.]", self.chunk.id)[-1]), self.statement.start


def lead_of(text: str) -> str:
    """The bold words with which an item opens, "" where it opens otherwise."""
    opening = LEAD.match(text)
    return opening["lead"].strip() if opening else ""


def cited_statements(answer: Answer, coach: CoachLike) -> list[Cited]:
    """The statements that `answer` cites, by marker. One whose document has changed since is left out, as its span no longer fits."""
    found: dict[int, Cited] = {}
    for citation in answer.citations:
        try:
            chunk = coach.chunk(citation.chunk)
        except KeyError:
            continue
        if citation.marker not in found and chunk.text[citation.start : citation.end] == citation.quote:
            statement = _covered(citation, chunk.statements)
            if statement:
                found[citation.marker] = Cited(citation, chunk, statement)
    return [found[marker] for marker in sorted(found)]


def _covered(citation: Citation, statements: Sequence[Statement]) -> Statement | None:
    """The statement that shares most characters with the citation's span."""
    shared = {at: min(one.end, citation.end) - max(one.start, citation.start) for at, one in enumerate(statements)}
    best = max(shared, key=lambda at: shared[at], default=None)
    return statements[best] if best is not None and shared[best] > 0 else None
