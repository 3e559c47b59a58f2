"""A conversation over the real documents: roles set side by side, the way between two, points of the last answer, what to ask next."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coach.answering.grounding import faults
from coach.coach import Coach
from coach.types import Answer, Turn


def talk(coach: Coach, *questions: str) -> Answer:
    """The answer to the last of `questions`, asked one after the other."""
    history: list[Turn] = []
    answer: Answer | None = None
    for question in questions:
        answer = coach.ask(question, history)
        history += [Turn("user", question), Turn("assistant", answer.text)]
    assert answer
    return answer


def cited(answer: Answer) -> set[tuple[str, str]]:
    return {(citation.role, citation.section) for citation in answer.citations}


def assert_carried(coach: Coach, answer: Answer) -> None:
    chunks = {citation.chunk: coach.chunk(citation.chunk) for citation in answer.citations}
    assert faults(answer, chunks) == []


@pytest.mark.parametrize(
    ("question", "both", "columns"),
    [
        ("skills of a data analyst vs backend developer", "**Both**:", ("More in Data Analyst", "More in Backend Developer")),
        (
            "habilidades de un analista de datos y de un desarrollador backend",
            "**En común**:",
            ("Más propio de Analista de datos", "Más propio de Desarrollador o desarrolladora backend"),
        ),
    ],
)
def test_skills_are_compared_in_a_table_of_what_is_shared_and_what_differs(
    coach: Coach, question: str, both: str, columns: Sequence[str]
) -> None:
    answer = coach.ask(question)
    assert answer.kind == "answer"
    assert answer.text.startswith(both)
    assert "**SQL**" in answer.text.split("\n\n")[0]
    assert f"| {columns[0]} | {columns[1]} |" in answer.text
    assert {role for role, _ in cited(answer)} == {"data-analyst", "backend-developer"}
    assert_carried(coach, answer)


@pytest.mark.parametrize(
    "question", ["backend vs devops salary, who earns more in germany?", "¿quién gana más en Alemania, backend o devops?"]
)
def test_salaries_of_two_roles_stand_beside_each_other_with_every_figure_of_the_place(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    figures = [citation for citation in answer.citations if citation.section == "salary"]
    assert {citation.role for citation in figures} == {"backend-developer", "devops-engineer"}
    assert len(figures) == len(answer.citations) > 3
    assert all("Germany" in citation.quote or "Alemania" in citation.quote for citation in figures)
    assert_carried(coach, answer)


def test_one_source_that_gives_both_says_who_is_paid_more(coach: Coach) -> None:
    answer = coach.ask("who earns more in the US, a database administrator or a technical writer?")
    verdict = answer.text.split("\n\n")[-1]
    assert verdict.startswith("By the same source, Database Administrator is paid more in United States")
    assert_carried(coach, answer)


@pytest.mark.parametrize(
    ("question", "source", "target"),
    [
        ("How do I move from backend developer to devops?", "backend-developer", "devops-engineer"),
        ("I want to become a data engineer, I am a data analyst now", "data-analyst", "data-engineer"),
        ("soy analista de datos y quiero pasar a devops, qué me falta?", "data-analyst", "devops-engineer"),
        ("¿cómo paso de administrador de sistemas a SRE?", "systems-administrator", "site-reliability-engineer"),
    ],
)
def test_the_way_from_one_role_to_another_names_what_carries_over_what_is_missing_and_steps(
    coach: Coach, question: str, source: str, target: str
) -> None:
    answer = coach.ask(question)
    english = answer.language == "en"
    have, missing, steps = (
        ("What you already bring", "What is missing, the most important first", "Next steps")
        if english
        else ("Lo que ya aportas", "Lo que falta, por orden de importancia", "Próximos pasos")
    )
    assert answer.text.index(have) < answer.text.index(missing) < answer.text.index(steps)
    assert (target, "learning") in cited(answer)
    assert {role for role, _ in cited(answer)} == {source, target}
    wanted = answer.text[answer.text.index(missing) : answer.text.index(steps)]
    essential, important = ("(essential)", "(important)") if english else ("(imprescindible)", "(importante)")
    assert essential in wanted
    assert important not in wanted or wanted.rindex(essential) < wanted.index(important)
    assert_carried(coach, answer)


def test_which_of_them_speaks_of_the_two_roles_named_before(coach: Coach) -> None:
    answer = talk(coach, "What does a data analyst do?", "and a devops engineer?", "which of them pays more in Spain?")
    assert answer.roles == ("data-analyst", "devops-engineer")
    assert {section for _, section in cited(answer)} == {"salary"}


def test_a_role_is_set_beside_the_one_before(coach: Coach) -> None:
    answer = talk(coach, "What does a data analyst do?", "how is it different from a data engineer?")
    assert set(answer.roles) == {"data-analyst", "data-engineer"}
    assert {role for role, _ in cited(answer)} <= {"data-analyst", "data-engineer"}


@pytest.mark.parametrize(
    ("first", "then"),
    [("What skills does a data analyst need?", "explain the second point"), ("habilidades de un devops", "explícame el segundo punto")],
)
def test_a_point_of_the_last_answer_is_explained(coach: Coach, first: str, then: str) -> None:
    before = coach.ask(first)
    answer = coach.ask(then, [Turn("user", first), Turn("assistant", before.text)])
    assert answer.citations[0].quote == before.citations[1].quote
    assert len(answer.citations) > 1
    assert_carried(coach, answer)


def test_a_point_that_is_not_there_is_asked_back(coach: Coach) -> None:
    answer = talk(coach, "Do I need a degree to be a data analyst?", "explain the eighth point")
    assert answer.kind == "clarify"


@pytest.mark.parametrize(
    ("first", "then", "holds"),
    [
        ("Into what could a cloud architect specialise?", "Tell me more about the FinOps thing.", "FinOps"),
        ("¿A qué puestos puede pasar una administradora de sistemas?", "la de identidades, cuéntame más", "Entra ID"),
    ],
)
def test_a_point_of_the_last_answer_is_explained_by_what_it_names(coach: Coach, first: str, then: str, holds: str) -> None:
    answer = coach.ask(first)
    more = coach.ask(then, [Turn("user", first), Turn("assistant", answer.text)])
    assert more.kind == "answer"
    assert holds in more.text.splitlines()[0]


@pytest.mark.parametrize(
    ("question", "role", "says"),
    [
        ("istqb worth it???", "qa-engineer", "I take it that you mean this role"),
        ("¿vale la pena el istqb?", "qa-engineer", "Entiendo que te refieres a este rol"),
        ("unity unreal or godot first?", "game-developer", "I take it that you mean this role"),
    ],
)
def test_a_role_is_known_by_a_tool_that_only_it_has(coach: Coach, question: str, role: str, says: str) -> None:
    answer = coach.ask(question)
    assert answer.kind == "answer"
    assert answer.roles == (role,)
    assert answer.text.startswith(says)


def test_a_tool_of_many_roles_is_asked_back(coach: Coach) -> None:
    assert coach.ask("Is Kubernetes worth it?").kind == "clarify"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("Salary of solutions architects in Germany?", "sorry, I meant cloud architects"),
        ("¿Sueldo de los arquitectos de soluciones en Alemania?", "perdón, quería decir arquitectos cloud"),
    ],
)
def test_a_correction_keeps_what_it_does_not_correct(coach: Coach, first: str, then: str) -> None:
    answer = coach.ask(then, [Turn("user", first), Turn("assistant", coach.ask(first).text)])
    assert answer.roles == ("cloud-architect",)
    assert answer.topics == ("salary",)


def test_a_field_beside_a_person_is_the_subject_and_no_second_role(coach: Coach) -> None:
    assert coach.ask("Does a frontend developer need UX?").roles == ("frontend-developer",)


ASKED = [
    "What does a QA engineer do?",
    "¿Cuánto gana una diseñadora UX en España?",
    "tools for network engineers",
    "cómo preparo la entrevista de product manager",
    "compare data scientist and data engineer",
    "¿cómo paso de soporte a administrador de sistemas?",
    "What does a dentist do?",
    "Which skills?",
    "What's the weather like?",
    "hola",
    "linkedin tips for cloud architects",
    "errores de un jefe de proyecto",
    "game developer salary in Germany",
    "¿qué libros hay para ciberseguridad?",
    "day of a technical writer",
    "is full stack dead?",
]


def test_every_suggestion_is_answered_in_the_language_of_the_answer(coach: Coach) -> None:
    asked = 0
    for question in ASKED:
        answer = coach.ask(question)
        assert len(answer.suggestions) <= 3
        for suggestion in answer.suggestions:
            asked += 1
            reply = coach.ask(suggestion)
            assert (suggestion, reply.kind, reply.language) == (suggestion, "answer", answer.language)
    assert asked > 30
