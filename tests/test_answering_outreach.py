"""Messages that are asked for: the section's example as a draft, its sentences word for word, and the rules for whom it is written to."""

from __future__ import annotations

import re

import pytest

from coach.answering import outreach
from coach.answering.grounding import MARKER, faults
from coach.coach import Coach
from coach.evaluation.groundedness import claims, is_carried
from coach.language import say, strings
from coach.types import LANGUAGES, Answer, Language

# Ten ways of asking in each language, with the role and the occasion meant.
ASKED: list[tuple[Language, str, str, str | None]] = [
    ("en", "write me a LinkedIn message to a recruiter for a data analyst role", "data-analyst", "recruiter"),
    ("en", "Can you draft a message to a hiring manager for a backend developer job?", "backend-developer", "lead"),
    ("en", "How do I message an alumni who works as a data scientist?", "data-scientist", "alumni"),
    ("en", "What should I write after applying for a QA engineer position?", "qa-engineer", "applied"),
    ("en", "follow-up message after no reply, product manager", "product-manager", "follow_up"),
    ("en", "thank you note after a cybersecurity analyst interview", "cybersecurity-analyst", "thanks"),
    ("en", "how do I cold email a startup as a mobile developer?", "mobile-developer", None),
    ("en", "write a connection request for a UX designer", "ux-designer", None),
    ("en", "outreach message for devops engineer", "devops-engineer", None),
    ("en", "ask for a referral message data engineer", "data-engineer", "referral"),
    ("es", "un mensaje de LinkedIn a una reclutadora para un puesto de analista de datos", "data-analyst", "recruiter"),
    ("es", "¿Me redactas un mensaje para quien contrata en un equipo de backend?", "backend-developer", "lead"),
    ("es", "¿Cómo escribo a una antigua alumna que trabaja de científica de datos?", "data-scientist", "alumni"),
    ("es", "¿Qué escribo después de postularme a un puesto de QA?", "qa-engineer", "applied"),
    ("es", "mensaje de seguimiento si no responden, product manager", "product-manager", "follow_up"),
    ("es", "nota de agradecimiento tras la entrevista de analista de ciberseguridad", "cybersecurity-analyst", "thanks"),
    ("es", "correo frío a una startup como desarrollador móvil", "mobile-developer", None),
    ("es", "redacta un mensaje para un reclutador de diseño UX", "ux-designer", "recruiter"),
    ("es", "hazme un mensaje de contacto para un equipo devops", "devops-engineer", None),
    ("es", "hazme un mensaje para pedir una recomendación interna, ingeniera de datos", "data-engineer", "referral"),
]
ADVICE = [
    "How should I reach out to recruiters as a frontend developer?",
    "¿Cómo contacto con reclutadores como desarrolladora frontend?",
    "How long should a message to a backend team be?",
    "¿cómo de largo debe ser un mensaje a un equipo de backend?",
    "Should I send a thank-you note after the interview?",
    "¿Debo mandar un mensaje de agradecimiento?",
    "When do I send a follow-up message?",
    "Write me a cover letter for a data analyst role",
    "What do I write on LinkedIn as a backend developer?",
    "¿Qué escribo en LinkedIn como backend?",
    "¿Queda mal si ChatGPT me escribe el primer mensaje?",
    "How do message queues work?",
    "si me preguntan cómo sé que un correo es phishing, qué digo",
]
# What the first rule shown for an occasion speaks of.
RULES = {"recruiter": "recruit|HR|selección|recluta", "follow_up": "week|Follow up|semana", "applied": "week|semana"}


def drafted(answer: Answer) -> list[str]:
    """The lines of the message, without the quotation mark and marker."""
    return [MARKER.sub("", line[2:]).strip() for line in answer.text.splitlines() if line.startswith("> ")]


@pytest.mark.parametrize(("language", "question", "role", "occasion"), ASKED)
def test_a_message_is_the_example_word_for_word_and_the_rules_follow(
    coach: Coach, language: Language, question: str, role: str, occasion: str | None
) -> None:
    answer = coach.ask(question)
    assert (answer.kind, answer.language) == ("answer", language)
    assert {(citation.role, citation.section) for citation in answer.citations} == {(role, "outreach")}
    by_marker = {citation.marker: citation.quote for citation in answer.citations}
    lines = [line for line in answer.text.splitlines() if line.startswith("> ")]
    assert len(lines) >= 2
    for line in lines:
        (marker,) = MARKER.findall(line)
        assert MARKER.sub("", line[2:]).strip() in by_marker[int(marker)]
    assert re.search(r"\[(?:name|nombre)\]", drafted(answer)[0])
    assert say("outreach_draft", language) in answer.text
    rules = answer.text.split(say("outreach_rules", language))[1]
    assert 2 <= len(re.findall(r"^- ", rules, re.MULTILINE)) <= outreach.MOST_RULES
    found = outreach.wanted(question)
    assert found is not None
    assert (found.occasion.key if found.occasion else None) == occasion


@pytest.mark.parametrize(("language", "question", "role", "occasion"), ASKED)
def test_nothing_is_said_that_no_span_carries(coach: Coach, language: Language, question: str, role: str, occasion: str | None) -> None:
    answer = coach.ask(question)
    assert faults(answer, {citation.chunk: coach.chunk(citation.chunk) for citation in answer.citations}) == []
    assert [claim.text for claim in claims(answer) if not is_carried(claim, language, lambda *_: 0.0)] == []


@pytest.mark.parametrize(("language", "question", "role", "occasion"), [one for one in ASKED if one[3] in RULES])
def test_the_rules_on_the_occasion_come_first_or_their_lack_is_said(
    coach: Coach, language: Language, question: str, role: str, occasion: str
) -> None:
    answer = coach.ask(question)
    has_none = strings(language)[f"outreach_{occasion}_unknown"] in answer.text
    first = next(line for line in answer.text.splitlines() if line.startswith("- "))
    is_first_message = occasion == "recruiter"
    assert bool(re.search(RULES[occasion], first)) != (has_none and is_first_message)
    assert has_none or is_first_message, "that there is no example for this occasion has to be said"


@pytest.mark.parametrize("question", ADVICE)
def test_a_question_about_messages_wants_no_draft(question: str) -> None:
    assert outreach.wanted(question) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_role_has_a_message_with_slots(coach: Coach, language: Language) -> None:
    for role in coach.roles:
        name = role.title(language)
        question = (
            f"Write a message to a recruiter for a job as {name}" if language == "en" else f"Escribe un mensaje para un puesto de {name}"
        )
        lines = drafted(coach.ask(question, role=role.id))
        assert len(lines) >= 2, role.id
        assert any(re.search(r"\[[^\]\d]+\]", line) for line in lines), role.id


def test_without_a_role_it_is_asked_which_one(coach: Coach) -> None:
    for question in ("Write me a message to a recruiter", "Escríbeme un mensaje para una reclutadora"):
        assert coach.ask(question).kind == "clarify"


def test_every_occasion_has_its_words_in_both_languages() -> None:
    """`say` would fail only once a visitor asks."""
    for occasion in outreach._patterns().occasions:
        for language in LANGUAGES:
            assert strings(language)[f"outreach_{occasion.key}_unknown"]
