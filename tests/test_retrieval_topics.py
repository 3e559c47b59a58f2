"""Which sections a question asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.knowledge.catalogue import load_catalogue
from coach.language import detect
from coach.retrieval.topics import TopicFinder, Topics
from coach.retrieval.words import Words


@pytest.fixture(scope="module")
def finder(knowledge: Path) -> TopicFinder:
    return TopicFinder(load_catalogue(knowledge))


def ask(finder: TopicFinder, question: str) -> Topics:
    return finder.find(Words.of(question, detect(question)))


@pytest.mark.parametrize(
    ("question", "section"),
    [
        ("What skills do I need?", "skills"),
        ("¿Qué habilidades necesito?", "skills"),
        ("how much do they earn", "salary"),
        ("cuánto se cobra", "salary"),
        ("slary", "salary"),
        ("which tools are used", "tools"),
        ("herramienats", "tools"),
        ("how do I prepare for the interview", "interview"),
        ("preparar la entrevista", "interview"),
        ("linkedin headline", "linkedin"),
        ("mensaje para contactar con un recruiter", "outreach"),
        ("improve my resume", "cv"),
        ("mejorar mi currículum", "cv"),
        ("a typical day", "day"),
        ("un día normal", "day"),
        ("career path", "career-path"),
        ("cómo llego a ser senior", "career-path"),
        ("common mistakes", "mistakes"),
        ("errores comunes", "mistakes"),
        ("what do employers look for", "employers"),
        ("qué sectores contratan", "sectors"),
        ("where can I meet people, meetups", "networking"),
        ("build my personal brand", "brand"),
        ("how do I become one without a degree", "learning"),
        ("which specialisations are there", "tracks"),
        ("job outlook", "outlook"),
        ("networking en mi ciudad", "networking"),
    ],
)
def test_the_section_asked_for(finder: TopicFinder, question: str, section: str) -> None:
    topics = ask(finder, question)
    assert topics.sections[:1] == (section,)
    assert topics.certain


def test_two_sections_asked_for_are_both_found(finder: TopicFinder) -> None:
    assert set(ask(finder, "skills and tools").sections) == {"skills", "tools"}


def test_nothing_is_asked_for_where_nothing_is_named(finder: TopicFinder) -> None:
    assert ask(finder, "xylophone weather") == Topics()


def test_a_hint_is_not_certain(finder: TopicFinder) -> None:
    topics = ask(finder, "how do I stand out")
    assert topics.sections
    assert ask(finder, "publish").certain is False


def test_words_that_name_a_section_are_used_up_and_details_are_not(finder: TopicFinder) -> None:
    words = Words.of("interview salary github", "en")
    topics = finder.find(words)
    assert topics.has_details
    assert [word.token for word in words.free()] == ["github"]


def test_strengths_and_words_go_with_their_sections(finder: TopicFinder) -> None:
    topics = ask(finder, "interview questions and salary")
    assert len(topics.sections) == len(topics.strengths) == len(topics.named)
    assert list(topics.strengths) == sorted(topics.strengths, reverse=True)
    assert "salary" in dict(zip(topics.sections, topics.named, strict=True))["salary"]


def test_a_level_inside_a_phrase_does_not_hide_it(finder: TopicFinder) -> None:
    words = Words.of("how much does a junior developer make", "en")
    words.take_tokens(["junior"], "level")
    words.take_tokens(["developer"], "role")
    assert finder.find(words).sections == ("salary",)


def test_a_word_that_hints_at_a_section_not_asked_for_stays_a_subject(finder: TopicFinder) -> None:
    words = Words.of("which tools carry messages", "en")
    assert finder.find(words).sections == ("tools",)
    assert [word.taken for word in words.all] == ["", "topic", "", ""]
