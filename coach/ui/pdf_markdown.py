"""Markdown drawn into a PDF: headings, paragraphs, lists, quotes, code, tables; bold and italics within them, tables in plain words.

The library's own way from HTML refuses what it does not know (bold in a table), and a conversation must never fail to be saved.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.token import Token

if TYPE_CHECKING:
    from fpdf import FPDF

SIZE, LINE, STEP = 10, 5.2, 6
HEADINGS = {"h1": 14, "h2": 13, "h3": 12, "h4": 11}
DEEPEST = 8


def draw_markdown(pdf: FPDF, text: str, font: str, code: str) -> None:
    """Draw `text`, whose letters the font and that of code have, from the current line on."""
    # By the standard the nesting that is followed is limited (20), so a page cannot be filled by margins.
    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "reference"]).parse(text)
    margin = pdf.l_margin
    numbers: list[int | None] = []
    rows: list[list[str]] = []
    size, lead = SIZE, ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open", "blockquote_open"):
            numbers.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
            pdf.set_left_margin(margin + STEP * min(len(numbers), DEEPEST))
        elif token.type in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            numbers.pop()
            pdf.set_left_margin(margin + STEP * min(len(numbers), DEEPEST))
            pdf.set_x(pdf.l_margin)
        elif token.type == "list_item_open":
            number = numbers[-1]
            lead = "•" if number is None else f"{number}."
            numbers[-1] = None if number is None else number + 1
        elif token.type == "heading_open":
            size = HEADINGS.get(token.tag, SIZE)
            pdf.ln(1.5)
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            _table(pdf, rows, font)
            rows = []
        elif token.type in ("fence", "code_block"):
            pdf.set_font(code, size=SIZE - 1)
            pdf.multi_cell(0, LINE, token.content.rstrip(), new_x="LMARGIN", new_y="NEXT")
        elif token.type == "inline" and rows:
            rows[-1].append(_plain(token.children or []))
        elif token.type == "inline":
            _lead(pdf, lead, font)
            _runs(pdf, token.children or [], font, code, size)
            size, lead = SIZE, ""
    pdf.set_left_margin(margin)
    pdf.set_x(margin)


def _lead(pdf: FPDF, lead: str, font: str) -> None:
    if lead:
        pdf.set_font(font, size=SIZE)
        pdf.set_x(pdf.l_margin - STEP)
        pdf.cell(STEP, LINE, lead)
    else:
        pdf.set_x(pdf.l_margin)


def _runs(pdf: FPDF, children: Sequence[Token], font: str, code: str, size: int) -> None:
    """One paragraph: pieces of text, each in its style, broken into lines as they come."""
    bold, italic = size != SIZE, False
    for child in children:
        if child.type in ("strong_open", "strong_close"):
            bold = child.type == "strong_open" or size != SIZE
        elif child.type in ("em_open", "em_close"):
            italic = child.type == "em_open"
        elif child.type == "hardbreak":
            pdf.ln(LINE)
        else:
            style = ("B" if bold else "") + ("I" if italic else "")
            pdf.set_font(code if child.type == "code_inline" else font, style, size)
            pdf.write(LINE, " " if child.type == "softbreak" else child.content)
    pdf.ln(LINE + 1)


def _table(pdf: FPDF, rows: Sequence[Sequence[str]], font: str) -> None:
    """Columns as wide as their longest words need, roughly."""
    count = max(len(row) for row in rows)
    if not count:
        return
    widths = [min(40, max(8, *(len(row[at]) if at < len(row) else 0 for row in rows))) for at in range(count)]
    pdf.set_font(font, size=SIZE - 1)
    with pdf.table(col_widths=tuple(widths), line_height=LINE, text_align="LEFT", borders_layout="HORIZONTAL_LINES") as table:
        for row in rows:
            drawn = table.row()
            for at in range(count):
                drawn.cell(row[at] if at < len(row) else "")
    pdf.ln(2)


def _plain(children: Sequence[Token]) -> str:
    return "".join(" " if child.type in ("softbreak", "hardbreak") else child.content for child in children)
