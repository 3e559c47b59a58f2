"""One conversation as a PDF: the words are there, in Spanish too, and nothing in them breaks it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from fake_coach import EVIL, FakeCoach

from coach.storage.records import Conversation, SavedExchange
from coach.types import Language
from coach.ui.export_pdf import conversation_pdf, printable
from coach.ui.strings import strings

NOW = datetime(2026, 2, 3, 4, 5, tzinfo=UTC)


def text_of(pdf: bytes) -> str:
    extract = pytest.importorskip("pdfminer.high_level", reason="pdfminer is not installed")
    return " ".join(extract.extract_text(io.BytesIO(pdf)).split())


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


def test_what_the_fonts_do_not_have_is_written_otherwise() -> None:
    assert printable("ñ ¿ € – “x” ő 日") == "ñ ¿ € – “x” o ?"
