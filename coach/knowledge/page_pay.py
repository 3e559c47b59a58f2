"""Salary figures of a page's sections: each figure with what the page says about all of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from coach.knowledge.page_figures import parts_with_pay
from coach.knowledge.pay_text import find_basis, find_level, find_pay, find_place
from coach.language import fold
from coach.types import Pay, Section, Statement

PAY_SECTIONS = frozenset({"salary", "tracks", "seniority", "faq", "overview"})
ABOUT_FIGURES = re.compile(r"\b(?:figures?|salar(?:y|ies)|amounts?|cifras?|salarios?|sueldos?|importes?)\b")
BASED_ON = re.compile(r"\b(?:based on|according to|data|basad[oa]s? en|segun|datos)\b")


def with_pay(sections: Sequence[Section]) -> tuple[Section, ...]:
    """`sections` of one page with `pay` set on the statements that give a salary figure; one that gives several is cut into several.

    A remark such as "The figures given are gross salaries" holds for every figure of the page's salary sections that does not say
    itself; so does the place of a remark such as "Based on global market data".
    """
    basis, place = _remarks(sections)
    return tuple(_paid(section, basis, place) if section.id in PAY_SECTIONS else section for section in sections)


def _paid(section: Section, basis: str | None, place: str | None) -> Section:
    statements: list[Statement] = []
    for statement in section.statements:
        for own in _one_figure_each(statement, section):
            pay = own.pay and _in_context(_placed(own, own.pay, statements, section.text), own, section.id, basis, place)
            statements.append(replace(own, pay=pay))
    return replace(section, statements=tuple(statements))


def _one_figure_each(statement: Statement, section: Section) -> list[Statement]:
    """`statement` in parts with a salary figure each. An answer to a question stays whole, with its first figure."""
    text = statement.within(section.text)
    if statement.kind == "answer":
        return [replace(statement, pay=find_pay(text, section.language))]
    parts = parts_with_pay(text, section.language, section.role)
    return [
        replace(statement, start=statement.start + part.start, end=statement.start + part.end, pay=part.pay) for part in parts
    ] or [statement]  # fmt: skip


def _placed(statement: Statement, pay: Pay, before: Sequence[Statement], text: str) -> Pay:
    """`pay` at the place that the sentence before it in the same paragraph gives in the same money, where it names none itself."""
    last = before[-1] if before else None
    if pay.place or last is None or last.pay is None or last.pay.currency != pay.currency:
        return pay
    return pay if "\n" in text[last.end : statement.start] else replace(pay, place=last.pay.place)


def _in_context(pay: Pay, statement: Statement, section: str, basis: str | None, place: str | None) -> Pay:
    group = statement.group
    if section == "salary":
        pay = replace(pay, basis=pay.basis or basis, place=pay.place or find_place(group or "") or place)
    if section == "tracks" and group:
        pay = replace(pay, role=group)
    if pay.level == "all" and group and section in ("salary", "seniority"):
        pay = replace(pay, level=find_level(group))
    return pay


def _remarks(sections: Sequence[Section]) -> tuple[str | None, str | None]:
    """Basis and place that the page states once for all its figures."""
    basis = place = None
    for section in sections:
        for statement in section.statements if section.id == "salary" else ():
            text = statement.within(section.text)
            if find_pay(text, section.language):
                continue
            if ABOUT_FIGURES.search(fold(text)):
                basis = basis or find_basis(text)
            if BASED_ON.search(fold(text)):
                place = place or find_place(text)
    return basis, place
