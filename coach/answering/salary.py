"""Salary questions: the figures that match place, level and currency, each as its source gives it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from coach.answering.draft import Draft, one_line
from coach.answering.grounding import numbers, without_numbers
from coach.answering.thresholds import SALARY_ROWS
from coach.knowledge.places import place_name
from coach.language import fold, say, stems
from coach.retrieval.library import Candidate, Library
from coach.retrieval.signals import year
from coach.retrieval.thesaurus import is_small
from coach.retrieval.understanding import Understanding
from coach.types import Language, Pay, other_language

SECTIONS_WITH_FIGURES = ("salary", "seniority", "tracks", "overview", "faq")
REMARKS = 2


def figures(library: Library, role: str, language: Language, places: Sequence[str] = ()) -> list[Candidate]:
    """The statements on `role` that give a salary figure, in `language`; in the other one where only that has any, or any for `places`."""
    own, other = (
        [one for section in SECTIONS_WITH_FIGURES for one in library.section(role, spoken, section) if one.statement.pay]
        for spoken in (language, other_language(language))
    )
    if places and not any(_pay(row).place in places for row in own):
        return [row for row in other if _pay(row).place in places] or own or other
    return own or other


def answer_salary(draft: Draft, rows: Sequence[Candidate], understanding: Understanding, title: str, library: Library) -> None:
    """Writes the figures among `rows` (not empty) that match into `draft`, saying what was asked for and is not there."""
    language = understanding.language
    chosen = of_neighbour(rows, understanding) or list(rows)
    place, places = understanding.place, understanding.places
    if place:
        chosen = [row for row in chosen if _pay(row).place in places]
        missing = [one for one in places if one not in {_pay(row).place for row in chosen}]
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
        exact = [row for row in chosen if _pay(row).level == understanding.level]
        if not exact:
            draft.frame(say("no_pay_level", language))
            exact = [row for row in chosen if _pay(row).level == "all"]
        chosen = exact or chosen
    asked = year(understanding.question)
    if asked:
        dated = [row for row in chosen if _pay(row).year == asked]
        if not dated:
            draft.frame(say("no_pay_year", language))
        chosen = dated or chosen
    if place:
        # A neighbouring role's figure helps only where the role has none of its own.
        chosen = [row for row in chosen if not _pay(row).role] or chosen
    chosen.sort(key=_order)
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


def compare(draft: Draft, roles: Sequence[tuple[str, Sequence[Candidate]]], understanding: Understanding) -> None:
    """The figures of several roles (title and rows) in one table, place by place; where one source gives both, who is paid more."""
    language = understanding.language
    places = list(understanding.places) or _common_places([rows for _, rows in roles])
    best = [{place: _of_place(rows, place, understanding) for place in places} for _, rows in roles]
    shown = [place for place in places if any(rows[place] for rows in best)]
    if understanding.places:
        for title, rows in zip((title for title, _ in roles), best, strict=True):
            missing = [place_name(place, language) for place in places if rows[place] is None]
            if missing:
                draft.frame(say("no_pay_place", language, role=title, place=", ".join(missing)))
    if not shown:
        shown = _common_places([rows for _, rows in roles])
        best = [{place: _of_place(rows, place, understanding) for place in shown} for _, rows in roles]
    header = [say("pay_where", language), *(title for title, _ in roles)]
    cells = [[_place(place, language), *(_amount_cell(draft, rows[place], language) for rows in best)] for place in shown[:SALARY_ROWS]]
    draft.table(header, cells)
    for place in shown:
        verdict = _verdict([(title, rows[place]) for (title, _), rows in zip(roles, best, strict=True)])
        if verdict:
            (more, high), (_, low) = verdict
            draft.frame(
                say("pays_more", language, role=more, place=_place(place, language), more=high.text_amount, less=low.text_amount)
                + f" {draft.cite(high.row)}{draft.cite(low.row)}"
            )
            break


@dataclass(frozen=True, slots=True)
class _Figure:
    row: Candidate
    text_amount: str


def _verdict(figures: Sequence[tuple[str, Candidate | None]]) -> tuple[tuple[str, _Figure], tuple[str, _Figure]] | None:
    """The best and the least paid role with their figures, where one source gives a middle value for each in like terms and no
    figure is that of a neighbouring role; None elsewhere: figures of unlike sources do not rank roles."""
    known = [(title, row) for title, row in figures if row and _pay(row).middle and not _pay(row).role]
    terms = {
        (_publisher(row), _pay(row).currency, _pay(row).period, _pay(row).level, _pay(row).year, _pay(row).is_average) for _, row in known
    }
    if len(known) != len(figures) or len(terms) != 1:
        return None
    ranked = sorted(known, key=lambda one: -(_pay(one[1]).middle or 0))
    if _pay(ranked[0][1]).middle == _pay(ranked[-1][1]).middle:
        return None
    (first, high), (last, low) = ranked[0], ranked[-1]
    return (first, _Figure(high, one_line(_pay(high).amount))), (last, _Figure(low, one_line(_pay(low).amount)))


def _publisher(row: Candidate) -> str:
    """Who gives the figure: the title of its source up to the first comma or bracket."""
    title = row.statement.source.title if row.statement.source else row.chunk.source
    return re.split(r"[,(:]", title)[0].strip()


def _common_places(columns: Sequence[Sequence[Candidate]]) -> list[str]:
    """The places with figures, those that all roles have first, in the order of the first role's rows."""
    of_each = [list(dict.fromkeys(place for row in rows if (place := _pay(row).place))) for rows in columns]
    every = dict.fromkeys(place for places in of_each for place in places)
    return sorted(every, key=lambda place: -sum(place in places for places in of_each))


def _of_place(rows: Sequence[Candidate], place: str, understanding: Understanding) -> Candidate | None:
    """The figure of a place to set beside another role's: of the level asked for, the role's own, the newest."""
    here = [row for row in rows if _pay(row).place == place]
    level = understanding.level or "all"
    return min(here, key=lambda row: (_pay(row).level != level, *_order(row)), default=None)


def _amount_cell(draft: Draft, row: Candidate | None, language: Language) -> str:
    if row is None:
        return say("no_figure", language)
    pay = _pay(row)
    parts = [f"**{one_line(pay.amount)}**" + (f" {say(f'per_{pay.period}', language)}" if pay.period else "")]
    parts += [say(f"level_{pay.level}", language)] if pay.level != "all" else []
    parts += [f"({pay.role})"] if pay.role else []
    parts.append(str(pay.year) if pay.year else say("year_unknown", language))
    return f"{', '.join(parts)} {draft.cite(row)}"


def _place(place: str, language: Language) -> str:
    name = place_name(place, language)
    return name[0].upper() + name[1:]


def of_neighbour(rows: Sequence[Candidate], understanding: Understanding) -> list[Candidate]:
    """The figures of a neighbouring role that the question names ("as a cloud architect, coming from backend")."""
    asked = {word.stem for word in understanding.words if word.taken != "role" and not is_small(word, understanding.spoken)}
    return [row for row in rows if len(asked & set(stems(_pay(row).role or "", understanding.spoken))) > 1]


def _pay(row: Candidate) -> Pay:
    pay = row.statement.pay
    if pay is None:
        raise ValueError(f"{row.chunk.id} {row.statement.start}: not a salary figure")
    return pay


def _narrowed(
    draft: Draft, rows: list[Candidate], matches: Callable[[Pay], bool], wanted: str | None, missing: str, language: Language
) -> list[Candidate]:
    if not wanted:
        return rows
    kept = [row for row in rows if matches(_pay(row))]
    if not kept:
        draft.frame(say(missing, language, currency=wanted))
    return kept or rows


def _order(row: Candidate) -> tuple[bool, int, int]:
    """Figures of the role itself before a neighbour's, newest first, then those that say most: a range with its middle."""
    pay = _pay(row)
    return (bool(pay.role), -(pay.year or 0), [pay.low, pay.middle, pay.high].count(None))


def _one_a_place(rows: list[Candidate], with_level: bool) -> list[Candidate]:
    """The first row of each place, those for all levels before the others unless a level was asked for."""
    ordered = rows if with_level else sorted(rows, key=lambda row: _pay(row).level != "all")
    first: dict[str | None, Candidate] = {}
    for row in ordered:
        first.setdefault(_pay(row).place, row)
    return list(first.values())


def _cells(draft: Draft, row: Candidate, language: Language) -> list[str]:
    pay = _pay(row)
    where = _place(pay.place, language) if pay.place else say("place_unknown", language).capitalize()
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
