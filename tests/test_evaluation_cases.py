"""Eval cases: what a suite file may hold, and what the real ones hold."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from coach.cli import main
from coach.errors import DocumentError
from coach.evaluation.cases import Case, Means, Suite, case_schema, load_suites
from coach.knowledge.catalogue import load_catalogue

ROLES = ("backend-developer", "data-analyst", "devops-engineer")
EVALS = Path(__file__).resolve().parents[1] / "evals"
SUITES = EVALS / "suites"


def pair(**changes: Any) -> list[dict[str, Any]]:
    """A case and its twin; `changes` go to the first one."""
    common = {"kind": "answer", "role": "data-analyst", "sections": ["tools"]}
    english = {"id": "tools-en", "twin": "tools-es", "lang": "en", "question": "tools?", **common}
    spanish = {"id": "tools-es", "twin": "tools-en", "lang": "es", "question": "¿herramientas?", **common}
    return [{**english, **changes}, spanish]


def load(folder: Path, cases: object, name: str = "one") -> list[Suite]:
    (folder / f"{name}.yaml").write_text(yaml.safe_dump({"about": "A test.", "cases": cases}), encoding="utf-8")
    return load_suites(folder, ROLES, ["tools", "skills"])


@pytest.fixture(scope="module")
def roles(knowledge: Path) -> set[str]:
    """The ids of the curated roles."""
    return {path.parent.name for path in knowledge.glob("*/facts.yaml")}


@pytest.fixture(scope="module")
def real(knowledge: Path, roles: set[str]) -> list[Suite]:
    return load_suites(SUITES, sorted(roles), load_catalogue(knowledge).ids)


def test_one_value_stands_for_a_list_of_one(tmp_path: Path) -> None:
    case = load(tmp_path, pair(sections="tools"))[0].cases[0]
    assert (case.kind, case.role, case.sections) == (("answer",), ("data-analyst",), ("tools",))
    assert case.wants_answer
    assert not case.forbids_answer


def test_several_kinds_neither_want_nor_forbid_an_answer(tmp_path: Path) -> None:
    case = load(tmp_path, pair(kind=["refuse", "answer"]))[0].cases[0]
    assert not case.wants_answer
    assert not case.forbids_answer


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fact": ["SQL"]}, "case tools-en fact: Extra inputs are not permitted"),
        ({"kind": "answered"}, "case tools-en kind"),
        ({"kind": []}, "case tools-en kind"),
        ({"lang": "fr"}, "got 'fr'"),
        ({"question": ""}, "case tools-en question"),
        ({"facts": ["SQL ("]}, "'SQL (' is not a regular expression"),
        ({"facts": [{"means": ""}]}, "case tools-en facts 0"),
        ({"facts": [{"means": "SQL matters", "last": 0.5}]}, "case tools-en facts 0"),
        ({"role": "data-scientist"}, "case tools-en: role 'data-scientist' is unknown; use one of backend-developer"),
        ({"sections": ["tolls"]}, "case tools-en: sections 'tolls' is unknown; use one of tools, skills"),
        ({"twin": "nobody"}, "case tools-en: 'nobody' is not its twin"),
        ({"twin": "tools-en"}, "case tools-en: 'tools-en' is not its twin"),
        ({"lang": "es"}, "case tools-en: 'tools-es' is not its twin"),
    ],
)
def test_a_bad_case_is_told_with_its_file_and_id(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(DocumentError) as raised:
        load(tmp_path, pair(**changes))
    assert said in str(raised.value)
    assert str(tmp_path / "one.yaml") in str(raised.value)


def test_a_missing_key_is_told(tmp_path: Path) -> None:
    cases = pair()
    del cases[1]["kind"]
    with pytest.raises(DocumentError, match=r"case tools-es kind: Field required.*add the key"):
        load(tmp_path, cases)


def test_an_id_stands_once_in_all_the_suites(tmp_path: Path) -> None:
    load(tmp_path, pair())
    with pytest.raises(DocumentError, match="case tools-en: the id is also in suite one"):
        load(tmp_path, pair(), "two")


def test_a_fact_may_be_a_number_a_pattern_or_a_meaning(tmp_path: Path) -> None:
    case = load(tmp_path, pair(facts=[54700, "54", {"means": "SQL matters"}, {"means": "So does R", "least": 0.8}]))[0].cases[0]
    assert case.facts == (54700, "54", Means(means="SQL matters"), Means(means="So does R", least=0.8))


def test_the_schema_that_editors_read_is_current() -> None:
    kept = json.loads((EVALS / "case.schema.json").read_text(encoding="utf-8"))
    assert kept == case_schema(), "run `coach eval --schema > evals/case.schema.json`"
    assert json.loads(CliRunner().invoke(main, ["eval", "--schema"]).stdout) == kept


@pytest.mark.parametrize("path", sorted(SUITES.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_schema_takes_the_real_suites(path: Path) -> None:
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), case_schema())


@pytest.mark.parametrize("changes", [{"fact": ["SQL"]}, {"kind": "answered"}, {"kind": []}, {"lang": "fr"}, {"facts": [{"mean": "x"}]}])
def test_the_schema_refuses_what_the_reader_refuses(changes: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"about": "A test.", "cases": pair(**changes)}, case_schema())


@pytest.mark.parametrize("text", ["- a list", "about: [", "about: x\ncases: []", "about: x\ncases: [text]"])
def test_a_broken_file_is_a_stated_failure(tmp_path: Path, text: str) -> None:
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"one\.yaml"):
        load_suites(tmp_path, ROLES, ["tools"])


def test_an_unknown_suite_and_an_empty_folder_are_stated_failures(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="holds no suite"):
        load_suites(tmp_path, ROLES, [])
    load(tmp_path, pair())
    with pytest.raises(DocumentError, match="there is no suite 'won'; choose from one"):
        load_suites(tmp_path, ROLES, ["tools"], ["won"])


def test_the_real_suites_cover_every_role_and_section_in_both_languages(real: list[Suite], roles: set[str], knowledge: Path) -> None:
    cases = [case for suite in real if suite.pages is None for case in suite.cases]
    by_language = {language: [case for case in cases if case.lang == language] for language in ("en", "es")}
    assert len(cases) >= 260
    assert len(by_language["en"]) == len(by_language["es"])
    for chosen in by_language.values():
        assert {role for case in chosen for role in case.role} == roles
        assert {section for case in chosen for section in case.sections} == set(load_catalogue(knowledge).ids)
        assert sum(not case.wants_answer for case in chosen) >= 20


def test_twins_expect_alike(real: list[Suite]) -> None:
    """A twin asks the same in the other language: other expectations would make the gap between the languages meaningless."""
    for suite in real:
        by_id = {case.id: case for case in suite.cases}
        for case in suite.cases:
            assert _expected(case) == _expected(by_id[case.twin]), case.id


def _expected(case: Case) -> tuple[object, ...]:
    return (case.kind, case.role, case.sections, len(case.facts), len(case.absent), len(case.turns))


def test_no_question_stands_twice_in_a_language(real: list[Suite]) -> None:
    seen = [(case.lang, case.turns, case.question.lower()) for suite in real for case in suite.cases]
    assert len(seen) == len(set(seen))
