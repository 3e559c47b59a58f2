"""What visitors found wanting: kept whole, by several at once, for its owner only; read whatever a crash left behind."""

from __future__ import annotations

import json
import stat
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.errors import ServiceError
from coach.feedback import Feedback, Reply, append, feedback_file, read
from coach.types import Answer, Citation

AT = datetime(2026, 11, 21, 12, 30, tzinfo=UTC)
CITATION = Citation(1, "data-analyst/es/salary#0", "data-analyst", "salary", "", "", None, None, "x", 0, 1)
ANSWER = Answer("answer", "es", "Se gana [1]", "q", roles=("data-analyst",), topics=("tools",), citations=(CITATION, CITATION))


def feedback(question: str = "¿Cuánto\nse gana? 🙂") -> Feedback:
    return Feedback.of(AT, question, ["hola"], ANSWER, "down", "no es cierto")


def append_many(path: Path, name: str) -> None:
    for number in range(20):
        append(path, feedback(f"{name} {number} {'x' * 5000}"))


def test_the_feedback_on_an_answer_holds_what_it_was_about() -> None:
    one = feedback()
    assert one.answer == Reply("Se gana [1]", ("data-analyst",), ("salary",), ("data-analyst/es/salary#0",), "extractive")
    assert (one.at, one.turns, one.kind, one.language) == ("2026-11-21T12:30:00+00:00", ("hola",), "answer", "es")
    withheld = Answer("refuse", "en", "No.", "q", topics=("tools",))
    assert Feedback.of(AT, "q", (), withheld, "unanswered").answer.sections == ("tools",)


def test_what_was_kept_is_read_in_order(tmp_path: Path) -> None:
    path = feedback_file(tmp_path / "data")
    assert read(path) == ([], [])
    for question in ("first", "¿segunda?\nlínea\u2028", "third \ud800"):
        append(path, feedback(question))
    found, problems = read(path)
    assert problems == []
    assert [one.question for one in found] == ["first", "¿segunda?\nlínea\u2028", "third ?"]
    assert found[0] == feedback("first")
    assert json.loads(path.read_text(encoding="utf-8").split("\n")[0])["verdict"] == "down"


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    path = feedback_file(tmp_path)
    append(path, feedback())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_several_processes_keep_whole_lines(tmp_path: Path) -> None:
    path = feedback_file(tmp_path)
    with ProcessPoolExecutor(3) as pool:
        for done in [pool.submit(append_many, path, name) for name in "abc"]:
            done.result()
    found, problems = read(path)
    assert (len(found), problems) == (60, [])
    assert [one.question.split()[1] for one in found if one.question.startswith("b")] == [str(number) for number in range(20)]


def test_a_line_cut_short_by_a_crash_spoils_no_other(tmp_path: Path) -> None:
    path = feedback_file(tmp_path)
    append(path, feedback("before"))
    with path.open("a", encoding="utf-8") as file:
        file.write('{"at": "2026')
    append(path, feedback("after"))
    found, problems = read(path)
    assert [one.question for one in found] == ["before", "after"]
    assert [str(problem).split("; ")[-1] for problem in problems] == ["remove the line"]
    assert problems[0].line == 2


GOOD = {"at": "2026", "question": "q", "turns": [], "language": "en", "kind": "answer", "verdict": "down"}


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "fr"}, {"kind": "maybe"}, {"verdict": "up"}, {"question": 4}, {"turns": "one"}, {"turns": [1]}, {"turns": None},
        {"answer": {"roles": "data-analyst"}}, {"answer": {"text": 1}}, {"answer": [1]},
    ],
)  # fmt: skip
def test_a_line_of_another_form_is_named_not_read(tmp_path: Path, changes: dict[str, object]) -> None:
    path = tmp_path / "feedback.jsonl"
    path.write_text(f"{json.dumps(GOOD)}\n\n{json.dumps({**GOOD, **changes})}\n[]\n", encoding="utf-8")
    found, problems = read(path)
    assert [one.question for one in found] == ["q"]
    assert [problem.line for problem in problems] == [3, 4]


def test_a_folder_that_cannot_be_written_is_a_stated_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServiceError, match="feedback cannot be kept"):
        append(tmp_path / "file" / "feedback.jsonl", feedback())
    with pytest.raises(ServiceError, match="feedback cannot be read"):
        read(tmp_path)
