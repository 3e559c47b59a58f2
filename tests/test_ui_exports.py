"""One conversation as a PDF: the words are there, in Spanish too, and nothing in them breaks it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from fake_coach import EVIL, FakeCoach

from coach.storage.records import Conversation, SavedExchange
from coach.types import Language
from coach.ui.export_pdf import conversation_pdf
from coach.ui.pdf_fonts import Letters, _match
from coach.ui.strings import strings

NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)


def text_of(pdf: bytes) -> str:
    extract = pytest.importorskip("pdfminer.high_level", reason="pdfminer is not installed")
    return " ".join(extract.extract_text(io.BytesIO(pdf)).split())


def squeezed(text: str) -> str:
    """Without spaces and line ends, which a PDF puts elsewhere."""
    return "".join(text.split())


def a_pdf(question: str, language: Language, text: str | None = None) -> bytes:
    answer = FakeCoach().ask(question)
    said = SavedExchange("1", question, answer, answer.text if text is None else text, "done", NOW)
    return conversation_pdf(Conversation("c", "Año y título: ¿qué?", language, NOW, NOW), [said], language)


@pytest.mark.parametrize("language", ["en", "es"])
def test_question_answer_and_sources_are_in_it(language: Language) -> None:
    question = {"en": "What pay, in €?", "es": "¿Cuánto gana, en €?"}[language]
    text = text_of(a_pdf(question, language))
    for part in (
        "Año y título: ¿qué?",
        question,
        "80,000" if language == "en" else "80 000",
        strings(language).sources_title,
        "[1]",
        "2026-02",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    "text",
    [
        EVIL,
        "日本 🙂 \u202e\u2028 עברית \u202ex\x00\ud7ff 中 " * 30,
        "<b>half",
        "| a | b |\n|---|---|\n| **b** | `c` _d_ |\n| only |",
        "1. x\n   - y\n\n> z\n\n```\ncode\n```",
        "",
        "€" * 5000,
        "[x](http://a)",
        "> " * 60 + "deep",
        "- " * 60 + "deep",
        "x" * 5000,
        "| a |\n|---|\n" + "| y |\n" * 200,
        "# h\n**b\n\n***",
        "|a|\n|-|\n|" + "z" * 3000 + "|",
    ],
)
def test_whatever_was_said_makes_a_pdf(text: str) -> None:
    assert a_pdf(f"What skills? {text[:200]}", "en", text).startswith(b"%PDF")


OTHER_LETTERS = "Привет, сколько? Γειά σου ő ł"
CHINESE = "数据分析师"


@pytest.mark.parametrize("language", ["en", "es"])
def test_other_letters_are_written_in_a_font_of_the_machine(language: Language) -> None:
    font = _match(OTHER_LETTERS)
    if font is None or not font.letters >= set(OTHER_LETTERS):
        pytest.skip("fontconfig knows no font with Cyrillic and Greek letters")
    said = (
        f"- **{OTHER_LETTERS}** and `{OTHER_LETTERS}`\n\n| {OTHER_LETTERS} | € |\n|---|---|\n| *á ¿ñ?* | 1 |\n\n```\n{OTHER_LETTERS}\n```"
    )
    text = text_of(a_pdf(f"¿Cuánto? {OTHER_LETTERS}", language, said))
    assert squeezed(text).count(squeezed(OTHER_LETTERS)) == 5
    for part in ("Año y título: ¿qué?", "¿Cuánto?", "á ¿ñ?", "€", strings(language).sources_title):
        assert squeezed(part) in squeezed(text)
    assert squeezed(strings(language).pdf_lost.split("{")[0]) not in squeezed(text)


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_no_font_has_is_written_otherwise_and_said(language: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.ui.pdf_fonts._match", lambda *_: None)
    text = text_of(a_pdf(f"¿Qué es {CHINESE}? ő € {CHINESE}", language))
    assert squeezed("¿Qué es ?????? o € ?????") in squeezed(text)
    assert squeezed(strings(language).pdf_lost.format(count=len(CHINESE) + 1)) in squeezed(text)
    plain = text_of(a_pdf("¿Qué? €", language))
    assert squeezed(strings(language).pdf_lost.split("{")[0]) not in squeezed(plain)


def test_chinese_is_written_where_there_is_a_font_and_said_to_be_missing_elsewhere() -> None:
    font = _match(CHINESE)
    text = squeezed(text_of(a_pdf(CHINESE, "en")))
    if font and font.letters >= set(CHINESE):
        assert CHINESE in text
    else:
        assert squeezed(strings("en").pdf_lost.format(count=len(CHINESE))) in text


def test_usual_letters_need_no_font_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coach.ui.pdf_fonts._match", lambda *_: pytest.fail("a font is looked for"))
    letters = Letters.of(["ñ ¿ € – “x” Á\n\u200b"])
    assert letters.written("ñ ¿ € – “x” n\u0303 \u200bÁ") == "ñ ¿ € – “x” ñ Á"
    assert letters.lost == set()
