"""The salary figures of a role as data for programs, each with the exact span of a document that states it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from coach.answering.salary import figures, order_of, pay_of
from coach.knowledge.places import place_name
from coach.retrieval.library import Candidate, Library
from coach.types import Language, Level


@dataclass(frozen=True, slots=True)
class SalaryRow:
    """One figure. `low`, `median`, `average` and `high` are in units of `currency` per `period`; what the source does not say is None.

    `place` is an ISO 3166 alpha-2 code, "Europe" or "Global"; `amount` is the figure as the document writes it; `stated_for`
    names a neighbouring role where the figure is that role's. `quote` is the substring `start:end` of the text of `chunk`.
    """

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


@dataclass(frozen=True, slots=True)
class Salaries:
    """The figures on one role that were asked for, and every place the documents have any for."""

    role: str
    title: str
    language: Language
    rows: tuple[SalaryRow, ...]
    places: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The same as plain data."""
        return {
            "role": self.role,
            "title": self.title,
            "language": self.language,
            "rows": [asdict(row) for row in self.rows],
            "places": list(self.places),
        }


def salaries(library: Library, role: str, title: str, language: Language, place: str | None = None, level: Level | None = None) -> Salaries:
    """The figures on `role`, in the documents of `language` where they give any, those of the role itself and the newest first.

    With a `place` only those for it, none where there are none: no neighbour stands in. With a `level` those of that level, or
    where there are none, those for all levels.
    """
    found = figures(library, role, language, (place,) if place else ())
    here = [row for row in found if not place or pay_of(row).place == place]
    if level:
        here = [row for row in here if pay_of(row).level == level] or [row for row in here if pay_of(row).level == "all"]
    places = sorted({where for row in found if (where := pay_of(row).place)})
    return Salaries(role, title, language, tuple(_row(row) for row in sorted(here, key=order_of)), tuple(places))


def _row(candidate: Candidate) -> SalaryRow:
    chunk, statement, pay = candidate.chunk, candidate.statement, pay_of(candidate)
    source = statement.source
    return SalaryRow(
        place=pay.place,
        place_name=place_name(pay.place, chunk.language) if pay.place else None,
        currency=pay.currency,
        low=pay.low,
        median=None if pay.is_average else pay.middle,
        average=pay.middle if pay.is_average else None,
        high=pay.high,
        period=pay.period,
        level=pay.level,
        basis=pay.basis,
        year=pay.year,
        amount=pay.amount,
        stated_for=pay.role,
        note=pay.note,
        language=chunk.language,
        source=source.title if source else chunk.source,
        url=source.url if source else chunk.url,
        updated=chunk.updated,
        licence=source.licence if source else chunk.licence,
        chunk=chunk.id,
        start=statement.start,
        end=statement.end,
        quote=candidate.text,
    )
