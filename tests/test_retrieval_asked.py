"""How like a question is to those that statements are known to answer, and what that changes in an answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fakes import FakeEmbedder, make_role

from coach import Coach
from coach.index import Index, build_index
from coach.retrieval.asked import AskedQuestions
from coach.retrieval.library import Library
from coach.retrieval.words import Words
from coach.types import Role

ASKED = (("where does honey come from", "who fills the jars"), ("how do I calm angry insects",))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedQuestions]:
    bees = make_role("bees", {"en": ["Bees make honey.", "The smoker comes first."]})
    (section,) = bees.sections
    statements = tuple(replace(one, asked=questions) for one, questions in zip(section.statements, ASKED, strict=True))
    role: Role = replace(bees, sections=(replace(section, statements=statements),))
    folder = tmp_path_factory.mktemp("asked")
    build_index([role, make_role("trams", {"en": ["Trams run on rails."]})], folder, FakeEmbedder())
    with Index.open(folder, FakeEmbedder()) as index:
        yield AskedQuestions(index, Library(index))


def likeness(asked: AskedQuestions, question: str, role: str = "bees") -> list[float]:
    words = Words.of(question, "en").all
    found = asked.likeness(words, FakeEmbedder().embed([question])[0], role, "en")
    return [value for _, value in sorted(found.items(), key=lambda pair: pair[0][1])]


def test_the_statement_that_answers_such_a_question_is_the_likest(asked: AskedQuestions) -> None:
    honey, smoker = likeness(asked, "what calms angry insects")
    assert smoker > 0.4 > honey
    honey, smoker = likeness(asked, "who fills jars")
    assert honey > 0.4 > smoker, "each of a statement's questions counts by itself"
    assert likeness(asked, "how do I calm angry insects")[1] > 0.75


def test_a_role_without_known_questions_has_none(asked: AskedQuestions) -> None:
    assert likeness(asked, "what runs on rails", role="trams") == []


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("how do testers try an app on phones they do not own?", "**BrowserStack**"),
        ("What do product managers get out of The Mom Test?", "The Mom Test"),
        ("Is it worth joining the STC as a technical writer?", "closed"),
        ("¿vale la pena aprender Adobe XD para ser diseñadora UX a estas alturas?", "**Adobe XD**"),
    ],
)
def test_what_is_asked_in_other_words_is_found(coach: Coach, question: str, quoted: str) -> None:
    answer = coach.ask(question)
    assert answer.kind == "answer"
    assert quoted in answer.citations[0].quote


@pytest.mark.parametrize("question", ["Compara desarrollador backend e ingeniero DevOps", "Compare backend developer and DevOps engineer"])
def test_two_roles_named_to_be_compared_are_set_side_by_side(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    assert {citation.role for citation in answer.citations} == {"backend-developer", "devops-engineer"}
    assert len(answer.citations) > 6


@pytest.mark.parametrize("question", ["¿Qué habilidades necesito para ser desarrollador backend?", "What tools does a QA engineer use?"])
def test_a_section_asked_for_as_a_whole_is_not_replaced(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    assert answer.citations[0].section == answer.topics[0]
    assert len(answer.citations) > 3
