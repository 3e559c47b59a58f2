"""What is understood of a question, alone and after others."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.index import SentenceTransformerEmbedder
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.retrieval.question import Understanding
from coach.retrieval.understanding import Understander
from coach.settings import Settings
from coach.types import Language, Turn

B, A, O = "backend-developer", "data-analyst", "devops-engineer"  # noqa: E741


@pytest.fixture(scope="module")
def understander(knowledge: Path, embedder: SentenceTransformerEmbedder) -> Understander:
    catalogue = load_catalogue(knowledge)
    roles = read_roles(knowledge, catalogue)
    return Understander.open(knowledge, catalogue, roles, roles, Settings().data / "models", embedder)


def after(understander: Understander, *questions: str, language: Language | None = None, role: str | None = None) -> Understanding:
    """The last question, understood after the others and some replies that must not count."""
    history = [turn for question in questions[:-1] for turn in (Turn("user", question), Turn("assistant", "Devops in Japan, salary, cv."))]
    return understander.understand(questions[-1], history, language, role)


@pytest.mark.parametrize(
    ("question", "roles", "section", "place", "level", "spoken"),
    [
        ("How much does a backend developer earn in Germany?", (B,), "salary", "DE", None, "en"),
        ("¿Cuánto cobra una analista de datos júnior en Francia?", (A,), "salary", "FR", "junior", "es"),
        ("backnd enginer salery germny", (B,), "salary", "DE", None, "en"),
        ("senior devops pay london", (O,), "salary", "GB", "senior", "en"),
        ("qué herramientas usa un devops", (O,), "tools", None, None, "es"),
        ("skills", (), "skills", None, None, "en"),
        ("What is a backend developer?", (B,), None, None, None, "en"),
        ("data analyst or devops: which tools?", (A, O), "tools", None, None, "en"),
    ],
)
def test_a_question_by_itself(
    understander: Understander,
    question: str,
    roles: tuple[str, ...],
    section: str | None,
    place: str | None,
    level: str | None,
    spoken: str,
) -> None:
    read = understander.understand(question)
    assert (read.roles, read.place, read.level, read.spoken, read.language) == (roles, place, level, spoken, spoken)
    if section:
        assert read.section == section
    assert read.standalone == question


@pytest.mark.parametrize(
    ("questions", "roles", "section", "place", "level"),
    [
        (("backend developer salary in Germany", "And in France?"), (B,), "salary", "FR", None),
        (("backend developer salary in Germany", "what about seniors?"), (B,), "salary", "DE", "senior"),
        (("backend developer salary in Germany", "And for a data analyst?"), (A,), "salary", "DE", None),
        (("backend developer salary in Germany", "which tools do they use?"), (B,), "tools", None, None),
        (("¿Cuánto gana un devops en España?", "¿y en Suiza?"), (O,), "salary", "CH", None),
        (("¿Cuánto gana un devops en España?", "¿y un analista de datos?"), (A,), "salary", "ES", None),
        (("skills of a devops engineer", "hi", "and tools?"), (O,), "tools", None, None),
        (("skills of a devops engineer", "and in Germany?"), (O,), "salary", "DE", None),
        (("devops", "salary?", "Spain?"), (O,), "salary", "ES", None),
        (("What does a nurse do?", "data analyst skills"), (A,), "skills", None, None),
    ],
)
def test_a_follow_up_takes_what_it_leaves_out(
    understander: Understander, questions: tuple[str, ...], roles: tuple[str, ...], section: str, place: str | None, level: str | None
) -> None:
    read = after(understander, *questions)
    assert (read.roles, read.section, read.place, read.level) == (roles, section, place, level)


def test_the_standalone_question_can_be_read_without_the_history(understander: Understander) -> None:
    read = after(understander, "backend developer salary in Germany", "And in France?")
    again = understander.understand(read.standalone)
    assert (again.roles, again.section, again.place) == (read.roles, read.section, read.place)
    assert "France" in read.standalone


def test_a_whole_question_takes_nothing_from_before(understander: Understander) -> None:
    alone = understander.understand("Which tools does a data analyst use?")
    later = after(understander, "senior backend salary in Germany in euros", "Which tools does a data analyst use?")
    assert (later.place, later.level, later.currency, later.topics, later.standalone) == (None, None, None, alone.topics, alone.standalone)


@pytest.mark.parametrize(
    ("questions", "language"),
    [
        (("¿Qué hace un devops?", "linkedin?"), "es"),
        (("What does a devops do?", "linkedin?"), "en"),
        (("¿Qué hace un devops?", "What tools does he use?"), "en"),
        (("What does a devops do?", "¿Qué herramientas usa?"), "es"),
        (("¿Qué hace un devops?", "?"), "es"),
    ],
)
def test_the_language_stays_where_the_words_do_not_settle_it(understander: Understander, questions: tuple[str, ...], language: str) -> None:
    assert after(understander, *questions).spoken == language


def test_what_is_given_is_not_guessed(understander: Understander) -> None:
    read = after(understander, "backend salary", language="es", role=O)
    assert (read.language, read.spoken, read.roles) == ("es", "en", (O,))


def test_the_answer_can_be_wanted_in_another_language(understander: Understander) -> None:
    read = understander.understand("What skills does a data analyst need? Answer in Spanish")
    assert (read.spoken, read.language, read.section) == ("en", "es", "skills")


@pytest.mark.parametrize(("question", "occupation"), [("pastry chef salary", "pastry chef"), ("sueldo de enfermera", "enfermera")])
def test_an_occupation_that_is_not_ours(understander: Understander, question: str, occupation: str) -> None:
    read = after(understander, "backend developer skills", question)
    assert (read.occupation, read.roles) == (occupation, ())


def test_cities_and_currencies(understander: Understander) -> None:
    read = understander.understand("devops salary in Berlin in dollars")
    assert (read.city, read.place, read.currency) == ("Berlin", "DE", "USD")


def test_small_talk_is_not_a_question(understander: Understander) -> None:
    assert after(understander, "backend salary in Spain", "thanks!").small_talk == "thanks"


def test_the_words_that_nothing_explains_are_the_focus(understander: Understander) -> None:
    assert [word.token for word in understander.understand("Does a data analyst need kubernetes?").focus] == ["kubernetes"]


def test_with_a_single_role_it_need_not_be_named(knowledge: Path, embedder: SentenceTransformerEmbedder) -> None:
    catalogue = load_catalogue(knowledge)
    only = [role for role in read_roles(knowledge, catalogue) if role.id == A]
    understander = Understander.open(knowledge, catalogue, only, only, Settings().data / "models", embedder)
    assert understander.understand("Which tools?").roles == (A,)
    assert understander.understand("nurse salary").roles == ()
