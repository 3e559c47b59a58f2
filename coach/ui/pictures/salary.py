"""Salary figures as range bars, one chart for each currency and period.

Drawn on the server as HTML with small inline SVGs, not by a plotting library: Plotly or Vega would bring megabytes of script, know
nothing of the page's colours, and leave a screen reader with a canvas. The bars are in per cent of their width, so that the words
beside them keep their size on a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from coach.answering.salary import place_title
from coach.language import say
from coach.types import Pay
from coach.ui.pictures.words import GLUE, PictureWords, figure_html, marker_html

# An open range goes on to the right of what is drawn of it.
ROOM = 1.06
# How many bars of a chart are seen before one asks for more.
AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class PayRow:
    """A figure as a statement gives it. `role` is a title where figures of several roles stand together; `marker` that of its citation."""

    pay: Pay
    source: str
    marker: int | None = None
    role: str = ""


def salary_figures(rows: Iterable[PayRow], words: PictureWords, number: int | None = None, *, whole: bool = False) -> str:
    """The charts of `rows` as one picture; "" where nothing can be compared: neither two figures in like terms nor a range.

    With `whole` every figure is drawn, also one that stands alone: for a page that shows the figures in no other way.
    """
    groups: dict[tuple[str | None, str | None], list[PayRow]] = {}
    for row in rows:
        if _values(row.pay):
            groups.setdefault((row.pay.currency, row.pay.period), []).append(row)
    drawn = {terms: group for terms, group in groups.items() if whole or len(group) > 1 or (group[0].pay.low and group[0].pay.high)}
    if not drawn:
        return ""
    charts = "".join(_chart(currency, period, group, words, number) for (currency, period), group in drawn.items())
    shown = [row for group in drawn.values() for row in group]
    body = f"{charts}{_key(shown, words)}{_table(shown, words, number)}"
    return figure_html("salary", words.language, words.salary_title, body, words.salary_hint)


def _values(pay: Pay) -> list[float]:
    return [value for value in (pay.low, pay.middle, pay.high) if value]


def _chart(currency: str | None, period: str | None, rows: Sequence[PayRow], words: PictureWords, number: int | None) -> str:
    most = max(value for row in rows for value in _values(row.pay)) * ROOM
    terms = " ".join(part for part in (currency or words.no_currency, say(f"per_{period}", words.language) if period else "") if part)
    bars = [_row(row, most, words, number) for row in rows]
    shown = f'<p class="pay-terms">{escape(terms)}</p><ul class="pay-rows">{"".join(bars[:AT_ONCE])}</ul>'
    if len(bars) <= AT_ONCE:
        return shown
    more = f"<summary>{escape(words.more_figures.format(count=len(bars) - AT_ONCE))}</summary>"
    return f'{shown}<details class="picture-table">{more}<ul class="pay-rows">{"".join(bars[AT_ONCE:])}</ul></details>'


def _row(row: PayRow, most: float, words: PictureWords, number: int | None) -> str:
    marker = f"{GLUE}{marker_html(row.marker, number, words.source)}" if row.marker is not None else ""
    publisher = re.split(r"[,(:;]", row.source)[0].strip()
    details = [row.pay.role or "", _level(row, words), str(row.pay.year or ""), publisher]
    about = " · ".join(detail for detail in details if detail)
    where = " · ".join(part for part in (_place(row, words), row.role) if part)
    return (
        f'<li class="pay-row"><p class="pay-head"><span class="pay-where">{escape(where)}</span> '
        f'<span class="pay-amount">{escape(row.pay.amount)}{marker}</span></p>{_bar(row.pay, most)}'
        f'<p class="pay-about">{escape(about)}</p></li>'
    )


def _place(row: PayRow, words: PictureWords) -> str:
    return place_title(row.pay.place, words.language) if row.pay.place else say("place_unknown", words.language).capitalize()


def _level(row: PayRow, words: PictureWords) -> str:
    return say(f"level_{row.pay.level}", words.language) if row.pay.level != "all" else ""


def is_open(pay: Pay) -> tuple[bool, bool]:
    """Whether a figure goes on below what it names, and above: "up to 60,000"; "from 48,000", "90,000+"."""
    low, high = pay.low is None and pay.high is not None, pay.low is not None and pay.high is None
    return low, high or "+" in pay.amount


def _bar(pay: Pay, most: float) -> str:
    """The drawing: from the lowest to the highest value, a dot at the middle one, dashes where a limit is open."""

    def at(value: float) -> str:
        return f"{100 * value / most:.2f}%"

    known = _values(pay)
    low, high = min(known), max(known)
    below, above = is_open(pay)
    parts = ['<line class="pay-track" x1="0" x2="100%" y1="8" y2="8"></line>']
    if below:
        parts.append(f'<line class="pay-open" x1="0" x2="{at(low)}" y1="8" y2="8"></line>')
    if above:
        parts.append(f'<line class="pay-open" x1="{at(high)}" x2="100%" y1="8" y2="8"></line>')
    if high > low:
        parts.append(f'<rect class="pay-range" x="{at(low)}" y="4" width="{100 * (high - low) / most:.2f}%" height="8" rx="4"></rect>')
    for value in {pay.low, pay.high} - {None, pay.middle} if high == low or below or above else ():
        parts.append(f'<line class="pay-limit" x1="{at(value or 0)}" x2="{at(value or 0)}" y1="2" y2="14"></line>')
    if pay.middle:
        parts.append(f'<circle class="pay-middle" cx="{at(pay.middle)}" cy="8" r="5"></circle>')
    return f'<svg class="pay-bar" width="100%" height="16" aria-hidden="true" focusable="false">{"".join(parts)}</svg>'


def _key(rows: Sequence[PayRow], words: PictureWords) -> str:
    """What the signs mean, those that occur."""
    pays = [row.pay for row in rows]
    signs = []
    if any(pay.low and pay.high for pay in pays):
        signs.append(('<rect class="pay-range" x="0" y="4" width="26" height="8" rx="4"></rect>', words.key_range))
    if any(pay.middle for pay in pays):
        signs.append(('<circle class="pay-middle" cx="13" cy="8" r="5"></circle>', words.key_middle))
    if any(any(is_open(pay)) for pay in pays):
        signs.append(('<line class="pay-open" x1="0" x2="26" y1="8" y2="8"></line>', words.key_open))
    items = "".join(
        f'<li><svg width="26" height="16" aria-hidden="true" focusable="false">{sign}</svg> {escape(said)}</li>' for sign, said in signs
    )
    return f'<ul class="pay-key">{items}</ul>'


def _table(rows: Sequence[PayRow], words: PictureWords, number: int | None) -> str:
    """The same figures in words, for whoever cannot or would not read bars."""
    marked = any(row.marker is not None for row in rows)
    heads = [words.where, words.level, words.pay, words.year, words.source, *([words.marker] if marked else [])]
    lines = []
    for row in rows:
        where = ", ".join(part for part in (_place(row, words), row.pay.role or "", row.role) if part)
        terms = [
            say(f"per_{row.pay.period}", words.language) if row.pay.period else "",
            say(row.pay.basis or "basis_unknown", words.language),
        ]
        pay = f"{row.pay.amount} {', '.join(term for term in terms if term)}"
        year = str(row.pay.year) if row.pay.year else say("year_unknown", words.language)
        source = "; ".join(part for part in (row.source, row.pay.note) if part)
        cells = "".join(f"<td>{escape(cell)}</td>" for cell in (say(f"level_{row.pay.level}", words.language), pay, year, source))
        marker = f"<td>{marker_html(row.marker, number, words.source) if row.marker is not None else ''}</td>" if marked else ""
        lines.append(f'<tr><th scope="row">{escape(where)}</th>{cells}{marker}</tr>')
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    box = f'<div class="table" tabindex="0">{table}</div>'
    return f'<details class="picture-table"><summary>{escape(words.table)}</summary>{box}</details>'
