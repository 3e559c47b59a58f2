"""The salary figures of several roles in one table, and who is paid more where one source says so of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest

from coach.answering.draft import Draft, one_line
from coach.answering.salary import order_of, pay_of, place_title
from coach.answering.thresholds import SALARY_ROWS
from coach.knowledge.places import place_name
from coach.language import say
from coach.retrieval.library import Candidate
from coach.retrieval.question import Understanding
from coach.types import Language


@dataclass(frozen=True, slots=True)
class Paid:
    """A role by its title, with the statements that give its salary figures."""

    title: str
    rows: Sequence[Candidate]


def compare(draft: Draft, roles: Sequence[Paid], understanding: Understanding) -> None:
    """Writes the figures place by place: all of them for the places asked about, else the best of each role for each place."""
    language = understanding.language
    asked = list(understanding.places)
    shown = [place for place in asked if any(_here(paid, place, understanding) for paid in roles)]
    for paid in roles:
        missing = [place_name(place, language) for place in asked if not _here(paid, place, understanding)]
        if missing:
            draft.frame(say("no_pay_place", language, role=paid.title, place=", ".join(missing)))
    places = shown or _common_places(roles)
    lines: list[tuple[str, tuple[Candidate | None, ...]]] = []
    for place in places:
        columns = [_here(paid, place, understanding) for paid in roles]
        lines += [(place, line) for line in (zip_longest(*columns) if shown else [_like(columns)])]
    cells = [[place_title(place, language), *(_cell(draft, row, language) for row in line)] for place, line in lines[:SALARY_ROWS]]
    draft.table([say("pay_where", language), *(paid.title for paid in roles)], cells)
    for place in places:
        verdict = _verdict(roles, [_here(paid, place, understanding) for paid in roles])
        if verdict:
            (more, high), (_, low) = verdict
            amounts = {"more": one_line(pay_of(high).amount), "less": one_line(pay_of(low).amount)}
            said = say("pays_more", language, role=more, place=place_title(place, language), **amounts)
            draft.frame(f"{said} {draft.cite(high)}{draft.cite(low)}")
            break


def _here(paid: Paid, place: str, understanding: Understanding) -> list[Candidate]:
    """A role's figures for a place, those of the level asked for first, then its own before a neighbour's, then the newest."""
    level = understanding.level or "all"
    rows = [row for row in paid.rows if pay_of(row).place == place]
    return sorted(rows, key=lambda row: (pay_of(row).level != level, *order_of(row)))


def _like(columns: Sequence[Sequence[Candidate]]) -> tuple[Candidate | None, ...]:
    """One figure of each role: those of one source in like terms where there are such, else the first of each."""
    known = [{_terms(row): row for row in reversed(rows)} for rows in columns]
    common = next((terms for terms in (_terms(row) for row in columns[0]) if all(terms in rows for rows in known)), None)
    if common:
        return tuple(rows[common] for rows in known)
    return tuple(rows[0] if rows else None for rows in columns)


def _terms(row: Candidate) -> tuple[object, ...]:
    """What two figures must agree in to be compared: who gives them, of when, for whom, in which form."""
    pay = pay_of(row)
    title = row.statement.source.title if row.statement.source else row.chunk.source
    publisher = re.split(r"[,(:]", title)[0].strip()
    return publisher, pay.currency, pay.period, pay.level, pay.year, pay.is_average, bool(pay.role)


def _verdict(roles: Sequence[Paid], columns: Sequence[Sequence[Candidate]]) -> tuple[tuple[str, Candidate], tuple[str, Candidate]] | None:
    """The best and the least paid role with their figures, where one source gives a middle value for each in like terms and none is
    that of a neighbouring role; None elsewhere: figures of unlike sources do not rank roles."""
    line = _like(columns)
    known = [(paid.title, row, middle) for paid, row in zip(roles, line, strict=True) if row and (middle := pay_of(row).middle)]
    if len(known) < len(roles) or len({_terms(row) for _, row, _ in known}) > 1 or any(pay_of(row).role for _, row, _ in known):
        return None
    ranked = sorted(known, key=lambda one: -one[2])
    if ranked[0][2] == ranked[-1][2]:
        return None
    return ranked[0][:2], ranked[-1][:2]


def _common_places(roles: Sequence[Paid]) -> list[str]:
    """The places with figures, those that most of the roles have first, in the order of the first role's rows."""
    of_each = [list(dict.fromkeys(place for row in paid.rows if (place := pay_of(row).place))) for paid in roles]
    every = dict.fromkeys(place for places in of_each for place in places)
    return sorted(every, key=lambda place: -sum(place in places for places in of_each))


def _cell(draft: Draft, row: Candidate | None, language: Language) -> str:
    if row is None:
        return say("no_figure", language)
    pay = pay_of(row)
    parts = [f"**{one_line(pay.amount)}**" + (f" {say(f'per_{pay.period}', language)}" if pay.period else "")]
    parts += [say(f"level_{pay.level}", language)] if pay.level != "all" else []
    parts += [f"({pay.role})"] if pay.role else []
    parts.append(str(pay.year) if pay.year else say("year_unknown", language))
    return f"{', '.join(parts)} {draft.cite(row)}"
