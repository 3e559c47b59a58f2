"""Titles of conversations, and conversations as Markdown, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from coach.language import strings
from coach.storage.markdown import conversation_markdown, everything
from coach.storage.records import Attempt, Conversation, SavedExchange
from coach.storage.titles import LONGEST, title_of
from coach.types import Answer, Citation, Language

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("question", "language", "title"),
    [
        ("How much does a backend developer earn?", "en", "How much does a backend developer earn?"),
        ("  hi there!\n can you tell me how much a nurse earns?", "en", "How much a nurse earns?"),
        ("Hola, ¿me puedes decir cuánto gana una analista?", "es", "¿Cuánto gana una analista?"),
        ("Buenas tardes, quisiera saber qué hace un apicultor", "es", "Qué hace un apicultor"),
        ("Hello", "en", "Hello"), ("hola!", "es", "Hola!"),
        ("Hiring managers: what do they ask?", "en", "Hiring managers: what do they ask?"),
        ("Please tell me", "en", "Tell me"), ("", "en", "New conversation"),
        (" ¿? ", "es", "Conversación nueva"), ("🙂", "es", "Conversación nueva"),
        ("Which skills does a data engineer need for a first job in Germany?", "en",
         "Which skills does a data engineer need for a first job in…"),
        ("¿Qué habilidades necesita una ingeniera de datos para su primer empleo?", "es",
         "Qué habilidades necesita una ingeniera de datos para su…"),
        ("x" * 90, "en", "X" + "x" * 58 + "…"),
    ],
)  # fmt: skip
def test_a_title_is_the_question_without_courtesy_cut_at_a_word(question: str, language: Language, title: str) -> None:
    assert title_of(question, language) == title
    assert len(title) <= LONGEST


CITATION = Citation(1, "c", "nurse", "salary", "Nurse: Pay", "Survey", "https://x.org", "2026-02", "q", 0, 1, "CC BY 4.0")
PAID = Answer("answer", "en", "45 [1]", "q", citations=(CITATION,), notice="quoted")
SAID = [
    SavedExchange("1", "How much?\n\n# really", PAID, PAID.text, "done", AT, "down", "wrong"),
    SavedExchange("2", "And {then}?", None, "half an ans", "stopped", AT),
    SavedExchange("3", "x", None, "", "failed", AT),
]  # fmt: skip


def test_a_conversation_reads_as_it_was_held() -> None:
    text = conversation_markdown(Conversation("1", "Pay of nurses", "en", AT, AT), SAID, "en")
    assert text.startswith(
        "# Pay of nurses\n\n2026-11-21 12:30 UTC\n\n**You**\n\n> How much?\n>\n> # really\n\n**The coach**\n\n45 [1]\n\n*quoted*\n"
    )
    for part in (
        "- [1] Nurse: Pay. Survey <https://x.org> (2026-02)", "*CC BY 4.0*", "> Marked as not helpful: wrong", "> And {then}?",
        "half an ans\n\n*stopped by you", "*this question could not be answered*",
    ):  # fmt: skip
        assert part in text


def test_no_word_of_ours_is_left_in_the_other_language() -> None:
    attempt = Attempt(AT, "nurse", "es", "q1", "junior", "case", "Hice\nesto", 61.4, {"cifras": 0.5}, "s")
    conversation = Conversation("1", "t", "es", AT, AT)
    english, spanish = (everything([(conversation, SAID)], [attempt], language) for language in ("en", "es"))
    keys = [key for key in strings("en") if key.startswith("export_") and key not in {"export_nothing", "export_up"}]
    assert len(keys) == 7
    for key in keys:
        assert strings("en")[key] in english
        assert strings("es")[key] in spanish
        assert strings("en")[key] not in spanish
    assert "## nurse: q1 (2026-11-21 12:30 UTC)\n\n> Hice\n> esto\n\n- Puntuación: 61/100\n- cifras: 0.5\n" in spanish
    assert everything([], [], "es") == "No hay nada guardado.\n"
