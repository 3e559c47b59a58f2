"""An answer while it is being composed: lines of Markdown, and the citations that their markers point to."""

from __future__ import annotations

from dataclasses import dataclass, field

from coach.retrieval.library import Candidate
from coach.types import Citation, Kind


@dataclass(slots=True)
class Draft:
    """Lines and citations of one answer. A statement that is quoted twice keeps its marker."""

    kind: Kind = "answer"
    blocks: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    notice: str | None = None

    def frame(self, text: str) -> None:
        """Adds a line of our own words, which states no fact about a role."""
        self.blocks.append(text)

    def cite(self, candidate: Candidate) -> str:
        """The marker, like "[2]", of a statement, which joins the citations if it is new."""
        chunk, statement = candidate.chunk, candidate.statement
        for citation in self.citations:
            if (citation.chunk, citation.start) == (chunk.id, statement.start):
                return f"[{citation.marker}]"
        source = statement.source
        self.citations.append(
            Citation(
                marker=len(self.citations) + 1,
                chunk=chunk.id,
                role=chunk.role,
                section=chunk.section,
                title=f"{chunk.title}: {chunk.heading}",
                source=source.title if source else chunk.source,
                url=source.url if source else chunk.url,
                updated=chunk.updated,
                quote=candidate.text,
                start=statement.start,
                end=statement.end,
                licence=source.licence if source else chunk.licence,
            )
        )
        return f"[{len(self.citations)}]"

    def statement(self, candidate: Candidate) -> None:
        """Adds a statement as a paragraph of its own."""
        self.blocks.append(f"{one_line(candidate.text)} {self.cite(candidate)}")

    def items(self, candidates: list[Candidate]) -> None:
        """Adds statements as one list."""
        if candidates:
            self.blocks.append("\n".join(f"- {one_line(candidate.text)} {self.cite(candidate)}" for candidate in candidates))

    def table(self, header: list[str], rows: list[list[str]]) -> None:
        """Adds a table. Cells hold no line breaks; a bar in one is escaped."""
        lines = ["| " + " | ".join(header) + " |", "|" + " --- |" * len(header)]
        lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
        self.blocks.append("\n".join(lines))

    @property
    def text(self) -> str:
        """The whole answer as Markdown."""
        return "\n\n".join(self.blocks)


def one_line(text: str) -> str:
    """`text` without line breaks: inside a list item or a table they would end it."""
    return " ".join(text.split())
