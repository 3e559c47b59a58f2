"""A sentence that gives several salary figures, cut into the parts that give one each: "Beginners earn £22,500, managers £36,000"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from coach.knowledge.pay_text import figure_spans, find_basis, find_pay, find_period, find_place
from coach.language import fold, tokens
from coach.types import Language, Pay

# Where one part ends and the next begins, the surest first.
BORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*[;|\u00b7\u2022]\s+(?:(?:and|but|while|y|pero|mientras que)\s+)?|\s+[/\u2013\u2014]\s+",
        r",\s+(?:and|but|while|whereas|y|e|pero|mientras(?: que)?)\s+",
        r",\s+",
        r"(?<=\))\s+(?:(?:and|to|y|a)\s+)?",
        r"\s+(?:and|but|while|whereas|y|pero|mientras(?: que)?)\s+",
    )
)
# What is paid on top, or by how much pay changes, is no pay.
ON_TOP = re.compile(
    r"\b(?:plus|bonus(?:es)?|tips?|commissions?|overtime|extras?|allowances?|raises?|rises?|increases?|(?:more|less) than that"
    r"|mas|bonus|primas?|propinas?|comision(?:es)?|horas extra|pluses|aumentos?|aumenta|subidas?|sube)\b"
)
# Those who lead others, where they are who earns.
LEADING = (
    r"(?:managers?|directors?|heads?|leads?|supervisors?|owners?|executives?|gerentes?|director(?:es|as?)?|jef[ea]s?|encargad[oa]s?"
    r"|responsables?|propietari[oa]s?|duen[oa]s?)"
)
LEADER = re.compile(
    rf"(?:the |los |las |el |la |un |una )?(?P<who>(?:[^\W\d_]+ ){{0,2}}{LEADING}(?: de [^\W\d_]+)?"
    r"|(?:those|people) who (?:run|lead|manage)(?: [^\W\d_]+){1,3}?|quien(?:es)? (?:dirigen?|llevan?|coordinan?)(?: [^\W\d_]+){1,3}?)"
    r" (?:(?:can|may|often|usually|puede[n]?|suelen?) )?(?:reach|earn|make|get|take|are paid|up to|from|over|about|around"
    r"|ganan?|cobran?|llegan?|pasan?|superan?|alcanzan?|ganar|cobrar|llegar|alcanzar|unos|hasta|desde)"
)
TIME_SERVED = re.compile(
    r"(?:with|after|con|tras|despues de) (?:[a-z]+ (?:de )?)?[\w-]+ (?:years?|anos?)(?: (?:of|de|in|en) (?:the |el |la )?[a-z]+)?"
)
# Of two figures for one job and one period, the lower is not this much lower: it would be a bonus or a raise.
LEAST_SHARE = 0.25
# A figure this much higher than one a month, and without a period, is one a year.
YEARLY_SHARE = 8


@dataclass(frozen=True, slots=True)
class Part:
    """Characters `start:end` of a text, which give the salary figure `pay`."""

    start: int
    end: int
    pay: Pay


def parts_with_pay(text: str, language: Language, role: str) -> list[Part]:
    """The parts of `text` that give a salary figure each, in order and without overlap; the whole text where it gives one, none without.

    What the text says once holds for every part: its place, period, basis and year. `role` is the id of the role that the page is about:
    a figure of those who lead others is theirs (`Pay.role`), unless the role is one of them.
    """
    first = find_pay(text, language)
    if first is None:
        return []
    spans = figure_spans(text)
    borders = [_border(text, before[1], after[0]) for before, after in pairwise(spans)]
    clauses = list(_clauses(text, [border for border in borders if border]))
    if len(clauses) < 2:
        return [Part(0, len(text), replace(first, role=first.role or _leader(text, role)))]
    parts: list[Part] = []
    begin = 0
    for start, end in clauses:
        clause = text[start:end]
        pay = find_pay(clause, language, about=text)
        pay = _in_line(replace(pay, year=pay.year or first.year), clause, text, parts) if pay else None
        if pay:
            # What comes before the first figure, and gives none, goes with it.
            parts.append(Part(start if parts else begin, end, replace(pay, role=_leader(clause, role), note=_time_served(clause))))
        elif parts:
            parts[-1] = replace(parts[-1], end=end)
    placed = _placed(parts, text)
    if len(placed) < 2:
        return [Part(0, len(text), placed[0].pay if placed else first)]
    return placed


def _border(text: str, end: int, start: int) -> tuple[int, int] | None:
    """Where the part of the figure that ends at `end` gives way to that of the one at `start`."""
    between = text[end:start]
    found = next((match for border in BORDERS if (match := border.search(between + "0")) and match.end() <= len(between)), None)
    return (end + found.start(), end + found.end()) if found else None


def _clauses(text: str, borders: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    starts = [0, *(end for _, end in borders)]
    ends = [*(start for start, _ in borders), len(text)]
    yield from zip(starts, ends, strict=True)


def _in_line(pay: Pay, clause: str, text: str, before: Sequence[Part]) -> Pay | None:
    """`pay` of a part with what the rest of the text says of it; None where it does not fit the figures before it."""
    pay = replace(pay, basis=pay.basis or find_basis(text))
    if not before:
        return pay if find_period(clause) else replace(pay, period=find_period(text) or pay.period)
    if ON_TOP.search(_plain(clause)):
        return None
    previous = before[-1].pay
    if not find_period(clause):
        is_yearly = previous.period != "year" and _value(pay) >= YEARLY_SHARE * _value(previous)
        pay = replace(pay, period="year" if is_yearly else previous.period)
    pay = replace(pay, currency=pay.currency or previous.currency)
    alike = [_value(part.pay) for part in before if (part.pay.currency, part.pay.period) == (pay.currency, pay.period)]
    return pay if all(_value(pay) >= LEAST_SHARE * value for value in alike) else None


def _placed(parts: Sequence[Part], text: str) -> list[Part]:
    """`parts` with the one place that the text names, or each with the one named last."""
    named = {part.pay.place for part in parts if part.pay.place}
    place = named.pop() if len(named) == 1 else None if named else find_place(text)
    placed: list[Part] = []
    for part in parts:
        last = placed[-1].pay.place if placed else None
        placed.append(replace(part, pay=replace(part.pay, place=part.pay.place or place or last)))
    return placed


def _leader(clause: str, role: str) -> str | None:
    """Those who lead others, as `clause` names them, where it says what they earn and `role` is not one of them."""
    found = LEADER.match(_plain(clause))
    if not found or any(re.fullmatch(LEADING, word) for word in tokens(role.replace("-", " "))):
        return None
    return clause[found.start("who") : found.end("who")]


def _time_served(clause: str) -> str | None:
    found = TIME_SERVED.search(_plain(clause))
    return clause[found.start() : found.end()] if found else None


def _value(pay: Pay) -> float:
    return next(value for value in (pay.high, pay.middle, pay.low) if value is not None)


def _plain(text: str) -> str:
    """`text` folded letter by letter, so that positions stay."""
    return "".join((fold(char) or char)[0] for char in text)
