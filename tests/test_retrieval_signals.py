"""What a question says beside its subject."""

from __future__ import annotations

import pytest

from coach.retrieval import signals
from coach.retrieval.words import Words
from coach.types import Language


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hi!", "greeting"),
        ("hola", "greeting"),
        ("Holaaa", "greeting"),
        ("Good morning, coach", "greeting"),
        ("buenos días", "greeting"),
        ("thanks a lot", "thanks"),
        ("¡Muchas gracias por tu ayuda!", "thanks"),
        ("ok perfecto", "thanks"),
        ("bye", "bye"),
        ("hasta luego", "bye"),
        ("Who are you?", "who"),
        ("¿Qué puedes hacer?", "who"),
        ("help", "who"),
        ("hi, how are you?", "how_are_you"),
        ("¿qué tal?", "how_are_you"),
        ("hola, ¿cuánto gana un backend?", None),
        ("thanks, and in France?", None),
        ("hi-tech salaries", None),
        ("help me with my cv", None),
        ("", None),
        ("🙂", None),
    ],
)
def test_small_talk_is_small_talk_from_end_to_end(text: str, kind: str | None) -> None:
    assert signals.small_talk(text) == kind


@pytest.mark.parametrize(
    ("text", "left"),
    [("Hi, what skills?", "what skills?"), ("hola, qué tal el sueldo", "qué tal el sueldo"), ("history", "history"), ("hi", "hi")],
)
def test_politeness_in_front_is_left_out(text: str, left: str) -> None:
    assert signals.without_politeness(text) == left


@pytest.mark.parametrize(
    ("text", "language", "left"),
    [
        ("What skills do I need? Answer in Spanish", "es", "What skills do I need?"),
        ("qué herramientas usa, dímelo en inglés", "en", "qué herramientas usa"),
        ("in English: qué sueldo tiene", "en", ": qué sueldo tiene"),
        ("do I need to be fluent in English", None, "do I need to be fluent in English"),
        ("entrevistas en inglés", None, "entrevistas en inglés"),
        ("ﬁnance in Spanish İ", None, "ﬁnance in Spanish İ"),
    ],
)
def test_the_language_wanted_for_the_answer(text: str, language: Language | None, left: str) -> None:
    assert signals.answer_language(text) == (language, left)


@pytest.mark.parametrize(
    ("text", "level"),
    [("for juniors", "junior"), ("nivel sénior", "senior"), ("mid-level pay", "mid"), ("becaria", "junior"), ("tools", None)],
)
def test_the_level(text: str, level: str | None) -> None:
    words = Words.of(text, "es")
    assert signals.level(words) == level
    assert any(word.taken == "level" for word in words.all) == (level is not None)


@pytest.mark.parametrize(
    ("text", "code"), [("in euros", "EUR"), ("in $", "USD"), ("en libras", "GBP"), ("CHF?", "CHF"), ("40k€", "EUR"), ("a lot", None)]
)
def test_the_currency(text: str, code: str | None) -> None:
    assert signals.currency(text, Words.of(text, "en")) == code


@pytest.mark.parametrize(
    ("text", "follows"),
    [("And in France?", True), ("¿Y en Francia?", True), ("what about tools", True), ("Android tools", False), ("Yes", False)],
)
def test_a_question_that_leans_on_the_last_one(text: str, follows: bool) -> None:
    assert signals.follows_on(text) == follows


@pytest.mark.parametrize(("text", "points"), [("how do I learn that", True), ("¿cuánto se tarda en eso?", True), ("which tools", False)])
def test_a_word_that_points_back(text: str, points: bool) -> None:
    assert signals.points_back(text) == points


@pytest.mark.parametrize(
    ("text", "example", "questions"),
    [
        ("write me a headline", True, False),
        ("dame un ejemplo", True, False),
        ("interview questions", False, True),
        ("¿qué preguntan?", False, True),
        ("tips for the cv", False, False),
    ],
)
def test_wishes_for_examples_and_questions(text: str, example: bool, questions: bool) -> None:
    assert (signals.wants_example(text), signals.wants_questions(text)) == (example, questions)


@pytest.mark.parametrize(
    ("text", "count", "number"), [("how many rounds are there", True, False), ("three tools", False, True), ("tools", False, False)]
)
def test_counts_and_numbers(text: str, count: bool, number: bool) -> None:
    assert (signals.wants_count(text), signals.has_number(text)) == (count, number)
