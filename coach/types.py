"""The nouns of the coach. They hold data and derive properties from it; nothing here reads, writes or imports our other modules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Language = Literal["en", "es"]
LANGUAGES: tuple[Language, ...] = ("en", "es")

Level = Literal["junior", "mid", "senior", "all"]
Kind = Literal["answer", "clarify", "refuse", "smalltalk"]
StatementKind = Literal["sentence", "item", "answer", "row"]
Origin = Literal["curated", "page", "import"]


def other_language(language: Language) -> Language:
    """The one of our two languages that `language` is not."""
    return "es" if language == "en" else "en"


@dataclass(frozen=True, slots=True)
class Pay:
    """One salary figure, as a statement of a document gives it.

    `place` is an ISO 3166 alpha-2 code, "Europe", "Global" or None where the text names none; `currency` is ISO 4217.
    `low`, `middle` and `high` are in units of the currency per `period`; `middle` is a median or, with `is_average`, a mean.
    `amount` is the figure exactly as the statement writes it, the only form in which it is shown.
    """

    amount: str
    currency: str | None
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    is_average: bool = False
    place: str | None = None
    period: str | None = "year"
    level: Level = "all"
    basis: str | None = None
    year: int | None = None
    role: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a statement comes from. `date` is "YYYY" or "YYYY-MM", None where the source does not say.

    `licence` is what must be said wherever text of the source is shown, None where it asks for nothing.
    """

    title: str
    url: str | None = None
    date: str | None = None
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest thing the coach quotes: characters `start:end` of the text that holds it (a section's, later a chunk's).

    A list item's span leaves out its bullet. `group` is the `###` heading above it (for kind "answer", the question it
    answers); `pay` is set where the statement gives a salary figure; `source` where its source is not that of its section.
    `asked` are questions that people ask and that the statement answers, in words of their own.
    """

    start: int
    end: int
    kind: StatementKind = "sentence"
    group: str | None = None
    pay: Pay | None = None
    source: Source | None = None
    asked: tuple[str, ...] = ()

    def within(self, text: str) -> str:
        """The words of the statement, given the text that its span refers to."""
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Section:
    """One section of a role document in one language. `document` is the file it was read from, as shown to people."""

    role: str
    language: Language
    id: str
    heading: str
    text: str
    statements: tuple[Statement, ...]
    source: Source
    document: str
    updated: str | None = None


@dataclass(frozen=True, slots=True)
class Role:
    """A role and everything the documents say about it. `titles` and `aliases` are by language; a title may be missing in one.

    `codes` are the occupations of public classifications (ESCO URIs, O*NET-SOC codes) that are this very role.
    """

    id: str
    titles: Mapping[Language, str]
    aliases: Mapping[Language, tuple[str, ...]]
    sections: tuple[Section, ...] = ()
    related: tuple[str, ...] = ()
    updated: str | None = None
    origin: Origin = "curated"
    codes: tuple[str, ...] = ()

    def title(self, language: Language) -> str:
        """The title in `language`, else the one there is, else the id in words."""
        return self.titles.get(language) or self.titles.get(other_language(language)) or self.id.replace("-", " ").capitalize()

    def names(self, language: Language) -> tuple[str, ...]:
        """Every name of the role in `language`, its title first; none where it has no name there."""
        title = self.titles.get(language)
        return (*((title,) if title else ()), *self.aliases.get(language, ()))


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one section that fits the embedding model's window. `text` is an exact substring of the section's text.

    `id` is `<role>/<language>/<section>#<n>`; for a raw page or an import `<role>/<language>/<section>#<document>.<n>`.
    """

    id: str
    role: str
    language: Language
    section: str
    title: str
    heading: str
    text: str
    statements: tuple[Statement, ...]
    source: str
    url: str | None
    updated: str | None
    document: str
    origin: Origin = "curated"
    licence: str | None = None

    @property
    def embedding_text(self) -> str:
        """What is embedded and indexed: the text under the role's title and the section's heading."""
        return f"{self.title}: {self.heading}\n{self.text}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found for a question.

    `dense` is a cosine similarity in [-1, 1], `lexical` a BM25 score ≥ 0, `score` their fusion in [0, 1] plus the section's prior.
    """

    chunk: Chunk
    score: float
    dense: float
    lexical: float

    def as_dict(self) -> dict[str, Any]:
        """The hit as plain data, in the shape of `coach search --json`."""
        chunk = self.chunk
        return {
            "chunk": chunk.id, "score": round(self.score, 4), "dense": round(self.dense, 4), "lexical": round(self.lexical, 4),
            "role": chunk.role, "language": chunk.language, "section": chunk.section, "title": chunk.title, "heading": chunk.heading,
            "source": chunk.source, "url": chunk.url, "updated": chunk.updated, "document": chunk.document, "text": chunk.text,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """What the marker `[marker]` of an answer points to: `quote` is the exact substring `start:end` of the chunk's text."""

    marker: int
    chunk: str
    role: str
    section: str
    title: str
    source: str
    url: str | None
    updated: str | None
    quote: str
    start: int
    end: int
    licence: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """The reply to one question.

    `text` is Markdown with `[n]` markers; `suggestions` are questions to ask next, each of which the documents answer;
    `seconds` holds the time of each step in seconds.
    """

    kind: Kind
    language: Language
    text: str
    standalone_question: str
    roles: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    hits: tuple[Hit, ...] = ()
    answered_by: str = "extractive"
    notice: str | None = None
    suggestions: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The answer as plain data, in the shape of `coach ask --json`."""
        return {
            "kind": self.kind,
            "language": self.language,
            "text": self.text,
            "standalone_question": self.standalone_question,
            "roles": list(self.roles),
            "topics": list(self.topics),
            "citations": [asdict(citation) for citation in self.citations],
            "hits": [
                {"chunk": hit.chunk.id, "score": round(hit.score, 4), "dense": round(hit.dense, 4), "lexical": round(hit.lexical, 4)}
                for hit in self.hits
            ],
            "answered_by": self.answered_by,
            "notice": self.notice,
            "suggestions": list(self.suggestions),
            "seconds": {step: round(seconds, 4) for step, seconds in self.seconds.items()},
        }
