"""The answer without a language model: statements of the documents, or an honest no."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from coach.types import Turn

if TYPE_CHECKING:
    from coach.coach import Coach


@pytest.mark.parametrize(
    ("question", "kind", "holds"),
    [
        ("What skills does a beekeeper need?", "answer", "**Hive inspection** (essential)"),
        ("¿Qué habilidades necesita una apicultora?", "answer", "**Inspección de colmenas** (imprescindible)"),
        ("which tools does a beekeeper use", "answer", "**Smoker**: calms the bees"),
        ("What does a beekeeper earn?", "answer", "EUR"),
        ("Do I need a licence as a beekeeper?", "answer", "A short registration with the region is enough."),
        ("What is a beekeeper?", "answer", "a plain sentence on overview"),
        ("Does a beekeeper need patience?", "answer", "slow hands keep the colony calm"),
        ("job outlook for a beekeeper", "answer", "United States: +3%, 2024-2034"),
        ("beekeeper career path", "answer", "**Apprentice**"),
        ("hello", "smalltalk", "Beekeeper, Tram Driver"),
        ("gracias", "smalltalk", "Apicultora"),
        ("What skills do I need?", "clarify", "Which role do you mean?"),
        ("¿Qué habilidades necesito?", "clarify", "¿A qué rol te refieres?"),
        ("How much does a nurse earn?", "refuse", "“nurse”"),
        ("¿Cuánto gana una enfermera?", "refuse", "«enfermera»"),
        ("What is the capital of Mongolia?", "refuse", "I can only help with career questions"),
        ("¿Qué tiempo hace hoy en la montaña?", "refuse", "Solo puedo ayudar con preguntas profesionales"),
        ("Does a beekeeper need a helicopter?", "refuse", "say nothing about that"),
    ],
)
def test_each_kind_of_question_has_its_kind_of_reply(small_coach: Coach, question: str, kind: str, holds: str) -> None:
    answer = small_coach.ask(question)
    assert answer.kind == kind, answer.text
    assert holds in answer.text
    assert bool(answer.citations) == (kind == "answer")


def test_what_is_not_mentioned_is_said_to_be_unknown(small_coach: Coach) -> None:
    answer = small_coach.ask("Which tools does a beekeeper use with kubernetes?")
    assert answer.kind == "refuse" or "do not mention" in answer.text or "say nothing about that" in answer.text
    assert "kubernetes" not in " ".join(citation.quote for citation in answer.citations)


def test_several_roles_are_answered_one_by_one(small_coach: Coach) -> None:
    answer = small_coach.ask("CV tips for a beekeeper and a tram driver")
    assert [citation.role for citation in answer.citations] == sorted(citation.role for citation in answer.citations)
    assert {citation.role for citation in answer.citations} == {"beekeeper", "tram-driver"}
    assert [citation.marker for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert answer.text.index("**Beekeeper**") < answer.text.index("**Tram Driver**")


def test_two_roles_are_compared_side_by_side(small_coach: Coach) -> None:
    answer = small_coach.ask("Compare the tools of a beekeeper and a tram driver")
    assert answer.text.splitlines() == [
        "| More in Beekeeper | More in Tram Driver |",
        "| --- | --- |",
        "| **Smoker** [1] | **Controller** [2] |",
        "| **Hive tool** [3] | **Sander** [4] |",
    ]
    assert [(citation.role, citation.section) for citation in answer.citations] == [("beekeeper", "tools"), ("tram-driver", "tools")] * 2


def test_several_sections_are_answered_under_their_headings(small_coach: Coach) -> None:
    answer = small_coach.ask("skills and tools of a beekeeper")
    assert {citation.section for citation in answer.citations} == {"skills", "tools"}
    assert "**Skills**" in answer.text


def test_an_answer_is_in_the_language_asked_for(small_coach: Coach) -> None:
    answer = small_coach.ask("What skills does a beekeeper need?", language="es")
    assert answer.language == "es"
    assert "Paciencia" in answer.text
    assert {citation.chunk.split("/")[1] for citation in answer.citations} == {"es"}


def test_interview_questions_of_a_level(small_coach: Coach) -> None:
    answer = small_coach.ask("senior interview questions for a beekeeper")
    assert "How do you plan a region?" in answer.text
    assert "How do you spot a swarm?" not in answer.text


def test_a_follow_up_is_answered_about_what_came_before(small_coach: Coach) -> None:
    history = [Turn("user", "How much does a beekeeper earn in France?"), Turn("assistant", "…")]
    answer = small_coach.ask("and in Switzerland?", history)
    assert "CHF 60,000–90,000+" in answer.text
    assert (answer.roles, answer.topics) == (("beekeeper",), ("salary",))
