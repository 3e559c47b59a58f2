"""The command line: exit codes, one-line errors, and the JSON that other programs read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_line import CITATION, Run, one_line
from small_house import build_house

ANSWER = {
    "kind",
    "language",
    "text",
    "standalone_question",
    "roles",
    "topics",
    "citations",
    "hits",
    "answered_by",
    "notice",
    "suggestions",
    "seconds",
}


def process(*arguments: str | Path, given: bytes | None = None, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Runs the command line as a process of its own."""
    command = [sys.executable, "-c", "from coach.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, input=given, capture_output=True, env={**os.environ, **environment}, timeout=240)


def test_an_answer_as_text_lists_its_sources(run: Run, index_folder: Path) -> None:
    result = run("ask", "How much does a DevOps engineer earn in Germany?", "--index", index_folder)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "[1]" in result.stdout
    assert "devops-engineer/en/salary#" in result.stdout


def test_an_answer_as_json_keeps_the_contract_and_show_prints_what_was_quoted(run: Run, index_folder: Path) -> None:
    result = run("ask", "¿Qué habilidades necesita una analista de datos?", "--json", "--index", index_folder)
    answer = json.loads(result.stdout)
    assert set(answer) == ANSWER
    assert (answer["kind"], answer["language"], answer["roles"], answer["topics"]) == ("answer", "es", ["data-analyst"], ["skills"])
    assert answer["citations"]
    shown = {one["chunk"]: run("show", one["chunk"], "--index", index_folder).stdout for one in answer["citations"]}
    for citation in answer["citations"]:
        assert set(citation) == CITATION
        assert shown[citation["chunk"]][citation["start"] : citation["end"]] == citation["quote"]
    assert {"chunk", "score", "dense", "lexical"} == set(answer["hits"][0])


def test_language_and_role_can_be_given(run: Run, index_folder: Path) -> None:
    result = run("ask", "which tools?", "--lang", "es", "--role", "devops-engineer", "--json", "--index", index_folder)
    answer = json.loads(result.stdout)
    assert (answer["language"], answer["roles"]) == ("es", ["devops-engineer"])


LINES: list[tuple[Any, str]] = [
    ({"id": "q1", "question": "devops salary in Germany"}, "answer"),
    ("nonsense", "line 2: is not JSON"),
    ([1], "line 3: is not a JSON object"),
    ({"id": 4}, "line 4: question must be a text"),
    ({"id": 5, "question": ["x"]}, "line 5: question must be a text"),
    ({"id": 6, "question": "hola", "lang": "fr"}, "line 6: lang must be one of en, es or null, got 'fr'"),
    ({"id": 7, "question": "tools", "role": "chef"}, "--role chef: there is no such role"),
    ({"id": 8, "question": "tools", "role": ["chef"]}, "line 8: role must be the id of a role"),
    ({"id": 9, "question": "tools", "history": "before"}, "line 9: history must be a list of turns"),
    ({"id": 10, "question": "tools", "history": [{"role": "king", "content": "x"}]}, "line 10: a turn of the history needs a role"),
    ({"id": 11, "question": "   "}, "the question is empty"),
    ({"id": 12, "question": "a" * 100_000}, "has 100000 characters"),
    ("[" * 100_000, "line 13: holds a number or a nesting that is too large"),
    ("1" * 10_000, "line 14: holds a number or a nesting that is too large"),
    ({"id": 15, "question": "x" * 1_000_100}, "line 15: has 10001"),
    ({"id": "\ud800", "question": "\udfff devops tools", "history": [{"role": "user", "content": "\udc00"}]}, "answer"),
    (
        {
            "id": {"any": "thing"},
            "question": "And in Spain?",
            "lang": None,
            "history": [{"role": "user", "content": "devops salary in Germany"}, {"role": "assistant", "content": "x"}],
        },
        "answer",
    ),
]


def test_lines_of_questions_are_answered_in_order_whatever_one_of_them_holds(run: Run, index_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    lines = [line if isinstance(line, str) else json.dumps(line) for line, _ in LINES]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = run("ask", "--jsonl", path, "--index", index_folder)
    assert (result.exit_code, result.stderr) == (0, "")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(answers) == len(LINES)
    for (line, expected), answer in zip(LINES, answers, strict=True):
        if isinstance(line, dict) and len(str(line)) < 1_000_000 and line["id"] != "\ud800":
            assert answer["id"] == line["id"]
        if expected == "answer":
            assert set(answer) == {"id", *ANSWER}
            assert answer["kind"] == "answer"
        else:
            assert set(answer) == {"id", "error"}
            assert expected in answer["error"]
            assert "\n" not in answer["error"]
    assert (answers[-1]["roles"], answers[-1]["topics"]) == (["devops-engineer"], ["salary"])


def test_bytes_that_are_no_text_do_not_stop_the_lines(run: Run, index_folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "binary.jsonl"
    path.write_bytes(b'\xff\xfe\x00\x01\n\n{"id": 1, "question": "hola"}\n')
    first, second = [json.loads(line) for line in run("ask", "--jsonl", path, "--index", index_folder).stdout.splitlines()]
    assert "line 1: is not JSON" in first["error"]
    assert second["kind"] == "smalltalk"


def test_hits_as_json_hold_their_text(run: Run, index_folder: Path) -> None:
    hits = json.loads(run("search", "backend developer salary", "-k", "3", "--json", "--index", index_folder).stdout)
    assert len(hits) == 3
    assert (hits[0]["section"], hits[0]["role"]) == ("salary", "backend-developer")
    assert run("show", hits[0]["chunk"], "--index", index_folder).stdout == hits[0]["text"] + "\n"
    assert hits[0]["chunk"] in run("search", "backend developer salary", "--index", index_folder).stdout


def test_roles_as_json_and_as_a_table(run: Run, index_folder: Path) -> None:
    records = {record["id"]: record for record in json.loads(run("roles", "--json", "--index", index_folder).stdout)}
    assert records["data-analyst"]["languages"] == ["en", "es"]
    assert len(records["data-analyst"]["sections"]) == 21
    assert "Data Analyst" in run("roles", "--index", index_folder).stdout


def test_chatting_remembers_and_ends_at_an_empty_line(run: Run, index_folder: Path) -> None:
    result = run("chat", "--index", index_folder, given=f"devops salary in Germany\nAnd in Spain?\n{'x' * 5000}\n\nnever asked\n")
    assert result.exit_code == 0
    assert 0 < result.stdout.index("| Germany") < result.stdout.index("| Spain")
    assert "more than the 4000" in result.stderr
    assert "never asked" not in result.output


def test_check_says_that_all_is_well(run: Run, knowledge: Path) -> None:
    result = run("check", "--knowledge", knowledge)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "no problem" in result.stdout


def test_check_prints_one_line_a_problem(run: Run, tmp_path: Path) -> None:
    house = build_house(tmp_path / "house")
    (house / "beekeeper" / "es.md").unlink()
    facts = house / "tram-driver" / "facts.yaml"
    facts.write_text(facts.read_text() + "colour: red\n")
    result = run("check", "--knowledge", house)
    assert (result.exit_code, result.stdout) == (1, "")
    *problems, summary = result.stderr.splitlines()
    assert summary == f"{len(problems)} problems in 2 roles"
    assert any(line.startswith(f"{house}/beekeeper/es.md: is missing") for line in problems)
    assert any(line.startswith(f"{facts}:") and "colour" in line for line in problems)


def test_ingest_tells_what_it_did_and_then_that_nothing_changed(run: Run, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "bees.txt").write_text("Beekeeper\n\nSkills\n- Lifting heavy boxes without dropping them.\n")
    (pages / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    index = tmp_path / "index"
    result = run("ingest", "--pages", pages, "--index", index)
    assert result.exit_code == 0
    assert " of 1 roles" in result.stdout
    assert "passed over" in result.stderr
    assert "broken.pdf" in result.stderr
    assert "up to date" in run("ingest", "--pages", pages, "--index", index).stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "q", "--jsonl", "-"],
        ["ask", "q", "--lang", "fr"],
        ["nonsense"],
        ["ask", "q", "--colour"],
        ["search"],
        ["search", "q", "-k", "0"],
        ["show"],
        ["bench", "retrieval"],
        ["serve", "--port", "0"],
        ["import", "onet"],
        ["import", "isco", "folder"],
        ["import", "remove", "isco"],
        ["new", "chef"],
    ],
)
def test_wrong_usage_is_2(run: Run, arguments: list[str]) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Usage:" in result.stderr


def test_help_is_0_and_lists_the_commands(run: Run) -> None:
    result = run("--help")
    assert result.exit_code == 0
    listed = {"ingest", "import", "check", "new", "ask", "chat", "search", "show", "roles", "serve", "eval", "bench"}
    assert listed <= set(result.stdout.split())


COMMANDS = [["ask", "devops tools"], ["search", "devops"], ["show", "x"], ["roles"], ["chat"]]


@pytest.mark.parametrize("arguments", COMMANDS, ids=lambda one: one[0])
def test_a_missing_index_is_named_with_what_to_do(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    line = one_line(run(*arguments, "--index", tmp_path / "nowhere"))
    assert str(tmp_path / "nowhere") in line
    assert "coach ingest" in line
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("victim", ["chunks.jsonl", "manifest.json", "statements.npy", "chroma/chroma.sqlite3"])
@pytest.mark.parametrize("damage", ["cut", "gone"])
def test_a_half_written_index_is_named_not_served(run: Run, index_folder: Path, tmp_path: Path, victim: str, damage: str) -> None:
    index = tmp_path / "index"
    shutil.copytree(index_folder, index, ignore=shutil.ignore_patterns(".lock"))
    path = index / (index / "CURRENT").read_text().strip() / victim
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]) if damage == "cut" else path.unlink()
    assert "coach ingest" in one_line(run("ask", "devops tools", "--index", index))


def test_a_current_generation_that_is_not_there_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("generation-that-never-was")
    assert "coach ingest" in one_line(run("roles", "--index", tmp_path))


def test_a_file_where_a_folder_should_be(run: Run, tmp_path: Path, knowledge: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    assert run("ask", "devops tools", "--index", file).exit_code == 2
    assert str(file) in one_line(run("ask", "devops tools", "--index", file / "index"))
    result = run("ingest", "--knowledge", build_house(tmp_path / "house"), "--index", file / "index")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ingest", "--knowledge", "nowhere"], "nowhere: there is no such folder"),
        (["ingest", "--pages", "nowhere"], "nowhere: there is no such folder"),
        (["check", "--knowledge", "nowhere"], "nowhere"),
        (["bench", "retrieval", "nowhere"], "give a folder in BEIR form"),
        (["import", "onet", "nowhere"], "nowhere: there is no such folder; name the folder with the files of the classification"),
        (["import", "esco", "nowhere"], "nowhere: there is no such folder"),
        (["check", "--knowledge", "nowhere", "--stale", "2y"], "nowhere"),
        (["new", "chef", "--title", "Chef", "--knowledge", "nowhere"], "nowhere"),
    ],
)
def test_a_folder_that_is_not_there_is_named(run: Run, arguments: list[str], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 1
    assert said in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", " \n\t"], "the question is empty"),
        (["ask", "a" * 100_000], "100000 characters, more than the 4000"),
        (["ask", "tools", "--role", "chef\nx"], "there is no such role"),
        (["show", "nobody/en/skills#0"], "there is no such chunk"),
        (["ask", "--jsonl", "nowhere.jsonl"], "nowhere.jsonl: cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run: Run, index_folder: Path, arguments: list[str], said: str) -> None:
    line = one_line(run(*arguments, "--index", index_folder))
    assert said in line
    assert len(line) < 300


def test_a_wrong_variable_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_PORT", "high")
    assert "COACH_PORT=high" in one_line(run("roles"))


def test_markup_in_a_question_is_not_carried_into_the_answer(run: Run, index_folder: Path) -> None:
    question = "<script>alert(1)</script><img src=x onerror=y> devops tools"
    result = run("ask", question, "--index", index_folder)
    assert result.exit_code == 0
    assert "<script" not in result.stdout
    assert "<img" not in result.stdout


def test_a_real_process_answers_lines_of_its_standard_input(index_folder: Path) -> None:
    lines = '{"id": 1, "question": "¿Cuánto gana un ingeniero DevOps en Alemania?"}\nnonsense\n'
    done = process("ask", "--jsonl", "-", "--index", index_folder, given=lines.encode(), PYTHONIOENCODING="utf-8")
    assert (done.returncode, done.stderr) == (0, b"")
    answer, error = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert (answer["id"], answer["kind"], answer["language"]) == (1, "answer", "es")
    assert "line 2" in error["error"]


@pytest.mark.parametrize(("arguments", "code"), [(["--version"], 0), (["nonsense"], 2), (["check", "--knowledge", "nowhere"], 1)])
def test_exit_codes_of_a_real_process(arguments: list[str], code: int) -> None:
    done = process(*arguments)
    assert done.returncode == code
    assert b"Traceback" not in done.stderr
