"""Salary questions: the figures that match place, level and currency, each as its source gives it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coach.answering.draft import Draft, one_line
from coach.answering.grounding import numbers, without_numbers
from coach.answering.thresholds import SALARY_ROWS
from coach.knowledge.places import place_name
from coach.language import fold, say, stems
from coach.retrieval.library import Candidate, Library
from coach.retrieval.question import Understanding
from coach.retrieval.signals import year
from coach.retrieval.thesaurus import is_small
from coach.types import Language, Pay, other_language

SECTIONS_WITH_FIGURES = ("salary", "seniority", "tracks", "overview", "faq")
REMARKS = 2


def figures(library: Library, role: str, language: Language, places: Sequence[str] = ()) -> list[Candidate]:
    """The statements on `role` that give a salary figure, in `language`; in the other one where only that has any, or any for `places`."""
    own, other = (
        [one for section in SECTIONS_WITH_FIGURES for one in library.section(role, spoken, section) if one.statement.pay]
        for spoken in (language, other_language(language))
    )
    if places and not any(pay_of(row).place in places for row in own):
        return [row for row in other if pay_of(row).place in places] or own or other
    return own or other


def answer_salary(draft: Draft, rows: Sequence[Candidate], understanding: Understanding, title: str, library: Library) -> None:
    """Writes the figures among `rows` (not empty) that match into `draft`, saying what was asked for and is not there."""
    language = understanding.language
    chosen = of_neighbour(rows, understanding) or list(rows)
    place, places = understanding.place, understanding.places
    if place:
        chosen = [row for row in chosen if pay_of(row).place in places]
        missing = [one for one in places if one not in {pay_of(row).place for row in chosen}]
        if chosen and missing:
            draft.frame(say("no_pay_place", language, role=title, place=", ".join(place_name(one, language) for one in missing)))
        named = [row for row in chosen if understanding.city and fold(understanding.city) in fold(row.text)]
        if not chosen:
            where = f"{understanding.city} ({place_name(place, language)})" if understanding.city else place_name(place, language)
            draft.frame(say("no_pay_place", language, role=title, place=where))
            chosen, place = list(rows), None
        elif named:
            chosen = named
        elif understanding.city:
            draft.frame(say("no_pay_city", language, city=understanding.city, place=place_name(place, language)))
    chosen = _narrowed(
        draft, chosen, lambda pay: pay.currency == understanding.currency, understanding.currency, "no_pay_currency", language
    )
    if understanding.level:
        exact = [row for row in chosen if pay_of(row).level == understanding.level]
        if not exact:
            draft.frame(say("no_pay_level", language))
            exact = [row for row in chosen if pay_of(row).level == "all"]
        chosen = exact or chosen
    asked = year(understanding.question)
    if asked:
        dated = [row for row in chosen if pay_of(row).year == asked]
        if not dated:
            draft.frame(say("no_pay_year", language))
        chosen = dated or chosen
    if place:
        # A neighbouring role's figure helps only where the role has none of its own.
        chosen = [row for row in chosen if not pay_of(row).role] or chosen
    chosen.sort(key=order_of)
    matching = len(chosen)
    if not place:
        chosen = _one_a_place(chosen, understanding.level is not None)
    chosen = chosen[:SALARY_ROWS]
    header = [say(key, language) for key in ("pay_where", "pay_amount", "pay_year", "pay_source")]
    draft.table(header, [_cells(draft, row, language) for row in chosen])
    for remark in _remarks(chosen, library)[:REMARKS]:
        draft.statement(remark)
    if len(chosen) < matching and not understanding.place:
        draft.frame(say("more_rows", language))


def place_title(place: str, language: Language) -> str:
    """The name of a place as it stands at the beginning of a cell."""
    name = place_name(place, language)
    return name[0].upper() + name[1:]


def of_neighbour(rows: Sequence[Candidate], understanding: Understanding) -> list[Candidate]:
    """The figures of a neighbouring role that the question names ("as a cloud architect, coming from backend")."""
    asked = {word.stem for word in understanding.words if word.taken != "role" and not is_small(word, understanding.spoken)}
    return [row for row in rows if len(asked & set(stems(pay_of(row).role or "", understanding.spoken))) > 1]


def pay_of(row: Candidate) -> Pay:
    """The figure of a row. Raises ValueError where it has none."""
    pay = row.statement.pay
    if pay is None:
        raise ValueError(f"{row.chunk.id} {row.statement.start}: not a salary figure")
    return pay


def _narrowed(
    draft: Draft, rows: list[Candidate], matches: Callable[[Pay], bool], wanted: str | None, missing: str, language: Language
) -> list[Candidate]:
    if not wanted:
        return rows
    kept = [row for row in rows if matches(pay_of(row))]
    if not kept:
        draft.frame(say(missing, language, currency=wanted))
    return kept or rows


def order_of(row: Candidate) -> tuple[bool, int, int]:
    """Figures of the role itself before a neighbour's, newest first, then those that say most: a range with its middle."""
    pay = pay_of(row)
    return (bool(pay.role), -(pay.year or 0), [pay.low, pay.middle, pay.high].count(None))


def _one_a_place(rows: list[Candidate], with_level: bool) -> list[Candidate]:
    """The first row of each place, those for all levels before the others unless a level was asked for."""
    ordered = rows if with_level else sorted(rows, key=lambda row: pay_of(row).level != "all")
    first: dict[str | None, Candidate] = {}
    for row in ordered:
        first.setdefault(pay_of(row).place, row)
    return list(first.values())


def _cells(draft: Draft, row: Candidate, language: Language) -> list[str]:
    pay = pay_of(row)
    where = place_title(pay.place, language) if pay.place else say("place_unknown", language).capitalize()
    if pay.role:
        where += f" ({pay.role})"
    if pay.level != "all":
        where += f", {say(f'level_{pay.level}', language)}"
    amount = f"**{one_line(pay.amount)}**"
    if pay.period:
        amount += f" {say(f'per_{pay.period}', language)}"
    amount += f", {say(pay.basis or 'basis_unknown', language)}"
    source = row.statement.source
    origin = "; ".join(part for part in (source.title if source else row.chunk.source, pay.note) if part)
    if not set(numbers(origin)) <= set(numbers(row.text)):
        # A page is named with its file, whose digits stand in no span.
        origin = without_numbers(origin)
    return [where, amount, str(pay.year) if pay.year else say("year_unknown", language), f"{origin} {draft.cite(row)}"]


def _remarks(rows: Sequence[Candidate], library: Library) -> list[Candidate]:
    """What a page says beside its figures ("gross salaries, without bonuses"), which its rows do not carry themselves."""
    remarks: dict[str, Candidate] = {}
    for chunk in dict.fromkeys(row.chunk for row in rows if row.statement.kind != "row" and row.chunk.section == "salary"):
        for candidate in library.candidates(chunk):
            if not candidate.statement.pay and len(candidate.stems) > 4:
                remarks.setdefault(candidate.text, candidate)
    return list(remarks.values())
