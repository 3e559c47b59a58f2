"""Words that mean the same in a question and in a document, across the two languages."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from coach.language import stem
from coach.retrieval.thesaurus import Term, Thesaurus
from coach.retrieval.words import Words
from coach.types import LANGUAGES, Language

GROUPS: list[dict[Language, list[str]]] = [
    {"en": ["remote", "from home"], "es": ["remoto", "desde casa"]},
    {"en": ["degree"], "es": ["título", "carrera universitaria"]},
]


def terms(text: str, spoken: Language, written: Language, thesaurus: Thesaurus | None = None) -> list[Term]:
    return (thesaurus or Thesaurus(GROUPS)).terms(Words.of(text, spoken).all, spoken, written)


def test_a_word_stands_for_its_group_in_the_language_of_the_documents() -> None:
    (term,) = terms("remote", "en", "es")
    assert term.alternatives == {("remot",), ("desd", stem("casa", "es"))}


def test_a_phrase_of_small_words_is_one_term() -> None:
    assert [term.words for term in terms("can I work from home", "en", "en")] == ["from home"]


def test_small_words_are_no_terms() -> None:
    assert terms("what is the best way to get a job", "en", "en") == []


def test_an_unknown_word_stands_for_itself() -> None:
    (term,) = terms("kubernetes", "en", "en")
    assert {len(alternative) for alternative in term.alternatives} == {1}
    assert not term.is_action


@pytest.mark.parametrize(("text", "language"), [("should I brush", "en"), ("puedo negociar", "es")])
def test_a_verb_is_an_action(text: str, language: Language) -> None:
    assert [term.is_action for term in terms(text, language, language)][-1]


def test_without_a_file_there_are_no_groups(tmp_path: Path) -> None:
    (term,) = terms("remote", "en", "en", Thesaurus.open(tmp_path))
    assert len(term.alternatives) == 1


def test_the_real_groups_have_words_in_both_languages(knowledge: Path) -> None:
    groups = yaml.safe_load((knowledge / "synonyms.yaml").read_text(encoding="utf-8"))
    assert groups
    assert [group for group in groups if set(group) != set(LANGUAGES) or not all(group.values())] == []
    assert all(isinstance(phrase, str) for group in groups for phrases in group.values() for phrase in phrases)
