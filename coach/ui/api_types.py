"""What the endpoints for programs need, take and give. Gradio makes JSON schemas of the shapes, which MCP clients check results by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol, TypedDict

from coach.answering.salary_rows import Salaries
from coach.types import Answer, Hit, Kind, Language, Level, Origin, Role, Turn


class CoachForPrograms(Protocol):
    """What the endpoints need of the coach."""

    @property
    def roles(self) -> Sequence[Role]: ...

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer: ...

    def search(self, query: str, k: int = 10) -> list[Hit]: ...

    def sections(self, role: str) -> Mapping[Language, Sequence[str]]: ...

    def role_named(self, name: str) -> str: ...

    def salaries(self, role: str, place: str | None = None, level: Level | None = None, language: Language | None = None) -> Salaries: ...


class Message(TypedDict):
    """One earlier message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


class CitationData(TypedDict):
    """What a marker points to; `quote` is the substring `start:end` of the chunk's text."""

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
    licence: str | None


class FoundData(TypedDict):
    """A chunk that was looked at for an answer, with its scores."""

    chunk: str
    score: float
    dense: float
    lexical: float


class AnswerData(TypedDict):
    """An answer, as `Answer.as_dict` gives it."""

    kind: Kind
    language: Language
    text: str
    standalone_question: str
    roles: list[str]
    topics: list[str]
    citations: list[CitationData]
    hits: list[FoundData]
    answered_by: str
    notice: str | None
    suggestions: list[str]
    seconds: dict[str, float]


class HitData(FoundData):
    """A chunk with its text, as `Hit.as_dict` gives it."""

    role: str
    language: Language
    section: str
    title: str
    heading: str
    source: str
    url: str | None
    updated: str | None
    document: str
    text: str


class HitsData(TypedDict):
    """What a search found."""

    hits: list[HitData]


class RoleData(TypedDict):
    """A role without its documents; titles, aliases and sections are by language."""

    id: str
    titles: dict[str, str]
    aliases: dict[str, list[str]]
    sections: dict[str, list[str]]
    updated: str | None
    origin: Origin


class RolesData(TypedDict):
    """The roles there are."""

    roles: list[RoleData]


class SalaryData(TypedDict):
    """One figure, as `SalaryRow` explains it."""

    place: str | None
    place_name: str | None
    currency: str | None
    low: float | None
    median: float | None
    average: float | None
    high: float | None
    period: str | None
    level: Level
    basis: str | None
    year: int | None
    amount: str
    stated_for: str | None
    note: str | None
    language: Language
    source: str
    url: str | None
    updated: str | None
    licence: str | None
    chunk: str
    start: int
    end: int
    quote: str


class SalariesData(TypedDict):
    """The figures on a role."""

    role: str
    title: str
    language: Language
    rows: list[SalaryData]
    places: list[str]
