"""One conversation as a PDF to keep or to hand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coach.language import say
from coach.storage.records import Conversation, SavedExchange
from coach.types import Answer, Citation, Language
from coach.ui.pdf_fonts import Letters
from coach.ui.pdf_markdown import draw_markdown
from coach.ui.strings import strings

if TYPE_CHECKING:
    from fpdf import FPDF

INK, SOFT, GROUND = (28, 43, 45), (85, 102, 106), (227, 239, 236)


def conversation_pdf(conversation: Conversation, said: Sequence[SavedExchange], language: Language) -> bytes:
    """The conversation under its title, each answer with its sources; `language` is that of the headings.

    What no font of this machine can write is said at its end.
    """
    from fpdf import FPDF

    letters = Letters.of(_texts(conversation, said))

    class Page(FPDF):
        def footer(self) -> None:
            self.set_y(-15)
            self.set_font(letters.font, size=8)
            self.set_text_color(*SOFT)
            self.cell(0, 8, f"{self.page_no()}/{{nb}}", align="C")

    pdf = Page(format="A4")
    letters.prepare(pdf)
    pdf.set_auto_page_break(True, margin=20)
    pdf.set_margins(20, 18)
    pdf.set_title(conversation.title)
    pdf.set_lang(language)
    pdf.set_creator(strings(language).title)
    pdf.add_page()
    drawn = Drawn(pdf, letters)
    drawn.line(conversation.title, 17, "B")
    drawn.line(f"{strings(language).title} · {conversation.created:%Y-%m-%d}", 9, "", SOFT)
    for exchange in said:
        pdf.ln(5)
        pdf.set_fill_color(*GROUND)
        drawn.line(exchange.question, 11, "B", fill=True)
        pdf.ln(1)
        pdf.set_fill_color(255, 255, 255)
        if exchange.text:
            pdf.set_text_color(*INK)
            draw_markdown(pdf, letters.written(exchange.text), letters.font, letters.code)
        if exchange.state != "done":
            drawn.line(say(f"export_{exchange.state}", language), 9, "I", SOFT)
        if exchange.answer:
            _sources(drawn, exchange.answer, language)
    if letters.lost:
        pdf.ln(5)
        drawn.line(strings(language).pdf_lost.format(count=len(letters.lost)), 9, "I", SOFT)
    return bytes(pdf.output())


@dataclass(frozen=True, slots=True)
class Drawn:
    """A PDF, and the letters that can be written in it."""

    pdf: FPDF
    letters: Letters

    def line(self, text: str, size: int, style: str = "", colour: tuple[int, int, int] = INK, fill: bool = False) -> None:
        """A paragraph of its own."""
        self.pdf.set_font(self.letters.font, style, size)
        self.pdf.set_text_color(*colour)
        shown, padding = self.letters.written(text), 2 if fill else 0
        self.pdf.multi_cell(0, size * 0.52, shown, align="L", fill=fill, new_x="LMARGIN", new_y="NEXT", padding=padding)


def _texts(conversation: Conversation, said: Sequence[SavedExchange]) -> Iterator[str]:
    yield conversation.title
    for exchange in said:
        yield from (exchange.question, exchange.text)
        for citation in exchange.answer.citations if exchange.answer else ():
            yield from (_source(citation), citation.licence or "")


def _sources(drawn: Drawn, answer: Answer, language: Language) -> None:
    if not answer.citations:
        return
    drawn.line(strings(language).sources_title, 9, "B", SOFT)
    for citation in answer.citations:
        drawn.line(_source(citation), 8, "", SOFT)
    for licence in dict.fromkeys(citation.licence for citation in answer.citations if citation.licence):
        drawn.line(licence, 8, "I", SOFT)


def _source(citation: Citation) -> str:
    date = f" ({citation.updated})" if citation.updated else ""
    link = f" {citation.url}" if citation.url else ""
    return f"[{citation.marker}] {citation.title}. {citation.source}{date}{link}"
