"""Which role a question names, misspelt or shortened, and which occupation is not ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.language import detect
from coach.retrieval.roles import Occupations, RoleLinker
from coach.retrieval.words import Words
from coach.types import Role

B, A, O = "backend-developer", "data-analyst", "devops-engineer"  # noqa: E741


@pytest.fixture(scope="module")
def roles(knowledge: Path) -> list[Role]:
    return read_roles(knowledge, load_catalogue(knowledge))


@pytest.fixture(scope="module")
def linker(roles: list[Role]) -> RoleLinker:
    return RoleLinker.of(roles)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What does a backend developer do?", [B]),
        ("back-end dev salary", [B]),
        ("back end engineers", [B]),
        ("backnd enginer salery", [B]),
        ("desarrolladora backend", [B]),
        ("sueldo de programador back-end", [B]),
        ("data analyst or devops engineer?", [A, O]),
        ("DATA ANALYSTS", [A]),
        ("analistas de datos", [A]),
        ("analista de dtos", [A]),
        ("dev ops", [O]),
        ("ingeniera devops", [O]),
        ("what is a data scientist", ["data-scientist"]),
        ("what is a data janitor", []),
        ("pastry chef salary", []),
        ("salary in Germany", []),
        ("", []),
    ],
)
def test_the_roles_that_a_question_names(linker: RoleLinker, question: str, expected: list[str]) -> None:
    words = Words.of(question, detect(question))
    assert list(dict.fromkeys(mention.role for mention in linker.find(words))) == expected


def test_the_words_of_a_role_are_taken(linker: RoleLinker) -> None:
    words = Words.of("which tools does a data analyst use", "en")
    (mention,) = linker.find(words)
    assert [word.token for word in words.all[mention.start : mention.start + mention.length]] == ["data", "analyst"]
    assert {"data", "analyst"}.isdisjoint(word.token for word in words.free())


def test_every_title_and_alias_is_found(linker: RoleLinker, roles: list[Role]) -> None:
    for role in roles:
        for language, title in role.titles.items():
            for name in (title, *role.aliases[language]):
                found = {mention.role for mention in linker.find(Words.of(name, language))}
                assert found == {role.id}, name


@pytest.mark.parametrize(
    ("question", "occupation"),
    [
        ("How much does a data scientist earn?", "data scientist"),
        ("¿Cuánto gana una ingeniera de datos?", "ingeniera de datos"),
        ("sueldo de enfermera", "enfermera"),
        ("what does a nurse do", "nurse"),
        ("tips for my cv", None),
        ("consejos para la entrevista", None),
    ],
)
def test_an_occupation_that_is_not_ours_is_named_in_the_words_of_the_question(
    knowledge: Path, question: str, occupation: str | None
) -> None:
    assert Occupations.open(knowledge).find(Words.of(question, detect(question))) == occupation


def test_without_a_list_no_occupation_is_known(tmp_path: Path) -> None:
    assert Occupations.open(tmp_path).find(Words.of("nurse", "en")) is None
