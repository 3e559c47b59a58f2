"""Prompt files: what is refused, and what becomes of the slots."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.errors import DocumentError
from coach.prompts import load_prompt
from coach.settings import shipped

GOOD = "---\nid: greet\nversion: 2\nvariables: [name, place]\n---\n\n## System\n\nYou greet {name}.\n\n## User\n\nIn {place}?\n"


def write(folder: Path, text: str, name: str = "greet") -> Path:
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_slots_are_filled_in_both_parts_and_values_may_hold_braces(tmp_path: Path) -> None:
    prompt = load_prompt("greet", write(tmp_path, GOOD))
    assert (prompt.id, prompt.version) == ("greet", 2)
    assert prompt.fill(name="{place}", place="{name} {x}") == ("You greet {place}.", "In {name} {x}?")


@pytest.mark.parametrize("values", [{"name": "a"}, {"name": "a", "place": "b", "more": "c"}, {}])
def test_a_missing_or_unknown_value_is_refused(tmp_path: Path, values: dict[str, str]) -> None:
    with pytest.raises(KeyError, match="greet: wants"):
        load_prompt("greet", write(tmp_path, GOOD)).fill(**values)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("{place}", "there"), "declares place and does not use it"),
        (GOOD.replace("greet {name}", "greet {name} at {hour}"), r"uses \{hour\} and does not declare it"),
        (GOOD.replace("id: greet", "id: other"), "has the id 'other'"),
        (GOOD.replace("version: 2\n", ""), "is not a prompt"),
        (GOOD.replace("version: 2", "version: new"), "is not a prompt"),
        (GOOD.replace("version: 2", "version: 2\nauthor: me"), "is not a prompt"),
        (GOOD.replace("variables: [name, place]", "variables: name"), "is not a prompt"),
        (GOOD.replace("## User", "## Person"), "is not a prompt"),
        (GOOD.replace("id: greet", "id: [greet"), "front matter is not YAML"),
        ("You greet {name}.", "is not a prompt"),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        load_prompt("greet", write(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"greet\.md: cannot be read"):
        load_prompt("greet", tmp_path)


@pytest.mark.parametrize("path", [path for path in shipped("prompts").glob("*.md") if path.name != "README.md"], ids=lambda path: path.stem)
def test_every_prompt_of_the_project_is_whole_and_listed(path: Path) -> None:
    prompt = load_prompt(path.stem)
    assert prompt.version >= 1
    assert f"[{path.name}]({path.name})" in (path.parent / "README.md").read_text(encoding="utf-8")


def test_the_answer_is_asked_for_in_the_language_with_data_apart_from_orders() -> None:
    system, user = load_prompt("answer").fill(language="Spanish", statements="[1] (X) y", conversation="", question="q?")
    assert "in Spanish" in system
    assert "[1] (X) y" in user
    assert "[1] (X) y" not in system
