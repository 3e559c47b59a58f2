"""What people ask, by the statement that answers it: the files, what is wrong with one, and that every role has its own."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from small_house import REAL, build_house

from coach.errors import DocumentError
from coach.knowledge.asked import asked_file, questions_of, read_asked, unanswered, with_asked
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.check import check
from coach.knowledge.documents import read_roles
from coach.knowledge.statements import split
from coach.types import LANGUAGES, Language

TEXT = "- **Smoker**: calms the bees.\n- **Hive tool**: lifts frames.\n"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(REAL)


def test_questions_stand_under_the_first_words_of_a_statement(tmp_path: Path, catalogue: Catalogue) -> None:
    file = tmp_path / "asked-es.md"
    file.write_text(
        "## Herramientas\n\n**Smoker**\n- cómo calmo a las abejas\n- para qué sirve el humo\n\n**Hive tool**\n- con qué la abro\n"
    )
    assert read_asked(file, "es", catalogue) == {
        "tools": {"**Smoker**": ["cómo calmo a las abejas", "para qué sirve el humo"], "**Hive tool**": ["con qué la abro"]}
    }
    assert read_asked(tmp_path / "none.md", "es", catalogue) == {}


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("## Gadgets\n", 1, "unknown section heading 'Gadgets'"),
        ("## Tools\n- how?\n", 2, "a question under no statement"),
        ("**Smoker**\n- how?\n", 1, "text before the first ## heading"),
        ("## Tools\n\n**Smoker**\n- how?\n\n## Tools of old\n", 6, "unknown section heading"),
    ],
)
def test_a_wrong_file_is_named_with_its_line(tmp_path: Path, catalogue: Catalogue, text: str, line: int, problem: str) -> None:
    (tmp_path / "asked-en.md").write_text(text)
    with pytest.raises(DocumentError) as caught:
        read_asked(tmp_path / "asked-en.md", "en", catalogue)
    assert caught.value.line == line
    assert problem in str(caught.value)


def test_a_statement_carries_the_questions_that_it_answers() -> None:
    smoker, hive_tool = with_asked(split(TEXT, "en"), TEXT, {"**Smoker**": ["how do I calm them"]})
    assert (smoker.asked, hive_tool.asked) == (("how do I calm them",), ())
    assert unanswered(split(TEXT, "en"), TEXT, ["**Smoker**", "**Suit**", "**"]) == [("**Suit**", 0), ("**", 2)]


def test_the_check_finds_questions_for_what_is_not_said(tmp_path: Path) -> None:
    build_house(tmp_path)
    file = asked_file(tmp_path / "beekeeper", "en")
    file.write_text("## Tools\n\n**Smoker**\n- how do I calm them\n")
    today = datetime.date(2026, 11, 22)
    assert [problem for problem in check(tmp_path, today).problems if "asked-" in str(problem)] == []
    file.write_text("## Tools\n\n**Suit**\n- what do I wear\n")
    (problem,) = [problem for problem in check(tmp_path, today).problems if "asked-" in str(problem)]
    assert "begins 0 statements of section 'tools'" in str(problem)


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_ask_about_every_statement_of_every_role(language: Language, catalogue: Catalogue) -> None:
    for role in read_roles(REAL, catalogue):
        for section in role.sections:
            if section.language == language:
                bare = [one.within(section.text) for one in section.statements if one.kind != "row" and not one.asked]
                assert bare == [], f"{role.id}, {section.id}: nobody has said what is asked about these"


def test_no_question_stands_for_two_statements_of_a_role(catalogue: Catalogue) -> None:
    for role in read_roles(REAL, catalogue):
        asked = [(section.language, question.lower()) for section in role.sections for one in section.statements for question in one.asked]
        twice = {question for question in asked if asked.count(question) > 1}
        assert twice == set(), role.id
    assert len(questions_of(read_roles(REAL, catalogue))) > 20_000
