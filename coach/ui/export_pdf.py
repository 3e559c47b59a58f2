"""One conversation as a PDF to keep or to hand in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING

from coach.language import say
from coach.storage.records import Conversation, SavedExchange
from coach.types import Answer, Citation, Language
from coach.ui.pdf_markdown import draw_markdown
from coach.ui.strings import strings

if TYPE_CHECKING:
    from fpdf import FPDF

# The fonts that every PDF reader has, in the encoding that holds Spanish, the euro sign, dashes and quotes: no font file is carried along.
FONT, ENCODING = "helvetica", "windows-1252"
INK, SOFT, GROUND = (28, 43, 45), (85, 102, 106), (227, 239, 236)


def conversation_pdf(conversation: Conversation, said: Sequence[SavedExchange], language: Language) -> bytes:
    """The conversation under its title, each answer with its sources; `language` is that of the headings."""
    from fpdf import FPDF

    class Page(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(FONT, size=8)
            self.set_text_color(*SOFT)
            self.cell(0, 8, f"{self.page_no()}/{{nb}}", align="C")

    pdf = Page(format="A4")
    pdf.core_fonts_encoding = ENCODING
    pdf.set_auto_page_break(True, margin=20)
    pdf.set_margins(20, 18)
    pdf.set_title(printable(conversation.title))
    pdf.set_lang(language)
    pdf.set_creator(printable(strings(language).title))
    pdf.add_page()
    _line(pdf, conversation.title, 17, "B")
    _line(pdf, f"{strings(language).title} · {conversation.created:%Y-%m-%d}", 9, "", SOFT)
    for exchange in said:
        pdf.ln(5)
        pdf.set_fill_color(*GROUND)
        _line(pdf, exchange.question, 11, "B", fill=True)
        pdf.ln(1)
        pdf.set_fill_color(255, 255, 255)
        if exchange.text:
            pdf.set_text_color(*INK)
            draw_markdown(pdf, printable(exchange.text), FONT)
        if exchange.state != "done":
            _line(pdf, say(f"export_{exchange.state}", language), 9, "I", SOFT)
        if exchange.answer:
            _sources(pdf, exchange.answer, language)
    return bytes(pdf.output())


def printable(text: str) -> str:
    """`text` in the letters that the fonts have: another letter without its accents, what cannot be written as a question mark."""
    written = []
    for letter in text:
        try:
            letter.encode(ENCODING)
            written.append(letter)
        except UnicodeEncodeError:
            plain = unicodedata.normalize("NFKD", letter).encode(ENCODING, "ignore").decode(ENCODING)
            written.append(plain or "?")
    return "".join(written)


def _line(pdf: FPDF, text: str, size: int, style: str = "", colour: tuple[int, int, int] = INK, fill: bool = False) -> None:
    pdf.set_font(FONT, style, size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, size * 0.52, printable(text), align="L", fill=fill, new_x="LMARGIN", new_y="NEXT", padding=(2 if fill else 0))


def _sources(pdf: FPDF, answer: Answer, language: Language) -> None:
    if not answer.citations:
        return
    _line(pdf, strings(language).sources_title, 9, "B", SOFT)
    for citation in answer.citations:
        _line(pdf, _source(citation), 8, "", SOFT)
    for licence in dict.fromkeys(citation.licence for citation in answer.citations if citation.licence):
        _line(pdf, licence, 8, "I", SOFT)


def _source(citation: Citation) -> str:
    date = f" ({citation.updated})" if citation.updated else ""
    link = f" {citation.url}" if citation.url else ""
    return f"[{citation.marker}] {citation.title}. {citation.source}{date}{link}"
