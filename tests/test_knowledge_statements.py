"""Statements: what an answer may quote. Spans must be right to the character, whatever the text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coach.knowledge.statements import LONGEST_ANSWER_WORDS, sentences, split
from coach.types import LANGUAGES, Language

LINES = st.sampled_from(
    [
        "- item one",
        "  * nested item",
        "3. third",
        "• bullet",
        "### Group",
        "### Why?",
        "",
        "A sentence. Another one!",
        "¿Por qué? Porque sí.",
        "| a | b |",
        "| --- | --- |",
        "continued",
        "…",
        "e.g. this, Dr. Who etc. yes",
        "\t",
        "- ",
        "-",
        "#",
        "🙂 emoji. Fin.",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.lists(LINES).map("\n".join), st.lists(LINES).map("\r\n".join)), st.sampled_from(LANGUAGES))
def test_spans_are_inside_ordered_apart_and_never_blank(text: str, language: Language) -> None:
    end = 0
    for statement in split(text, language):
        assert end <= statement.start < statement.end <= len(text)
        words = statement.within(text)
        assert words == words.strip()
        end = statement.end


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(["honey", "bees", "fly.", "sing!", "U.S.", "¿cómo?", "así."]), min_size=1).map(" ".join))
def test_no_word_of_a_paragraph_is_lost(text: str) -> None:
    assert " ".join(text[start:end] for start, end in sentences(text, "en")).split() == text.split()


def read(text: str, language: Language = "en") -> list[tuple[str, str, str | None]]:
    return [(statement.kind, statement.within(text), statement.group) for statement in split(text, language)]


def test_items_leave_out_their_bullet_and_keep_their_continuation() -> None:
    assert read("- **SQL**: reads\n  tables.\n1. First\n2) Second") == [
        ("item", "**SQL**: reads\n  tables.", None),
        ("item", "First", None),
        ("item", "Second", None),
    ]


def test_groups_go_with_what_is_below_them() -> None:
    assert read("One. Two.\n\n### Tips\n\n- Three.") == [("sentence", "One.", None), ("sentence", "Two.", None), ("item", "Three.", "Tips")]


def test_a_paragraph_below_a_question_is_one_answer() -> None:
    assert read("### Is it hard?\n\nNo. It takes time.") == [("answer", "No. It takes time.", "Is it hard?")]


def test_a_very_long_answer_is_cut_into_sentences() -> None:
    text = "### Is it hard?\n\n" + "It takes some time. " * LONGEST_ANSWER_WORDS
    assert {(kind, words) for kind, words, _ in read(text)} == {("answer", "It takes some time.")}


@pytest.mark.parametrize(
    ("language", "text", "count"),
    [
        ("en", "Use tools, e.g. Docker. Ask Dr. Smith.", 2),
        ("en", "Node.js 20.1 is fine. Yes.", 2),
        ("es", "Cobra 35.000 EUR al año. Hay más.", 2),
        ("es", "Según EE. UU. crece. ¿Sí?", 2),
    ],
)
def test_abbreviations_and_numbers_do_not_end_a_sentence(language: Language, text: str, count: int) -> None:
    assert len(sentences(text, language)) == count


def test_rules_of_tables_are_no_statements() -> None:
    assert "---" not in "".join(words for _, words, _ in read("| a | b |\n| --- | --- |\n| one | two |"))
