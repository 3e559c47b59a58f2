"""A judge's marks: asked of a real socket that speaks OpenAI's protocol, read strictly, and kept apart from the gate."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from test_evaluation_command import Run, run  # noqa: F401 - a fixture

from coach.cli import main
from coach.errors import ServiceError
from coach.evaluation.cases import Case
from coach.evaluation.judge import Judge, Judgement, judgement
from coach.evaluation.report import Report
from coach.evaluation.suites import Outcome
from coach.settings import Settings
from coach.types import Answer, Kind, Language

pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
KEY = "sk-not-to-be-seen"
STATEMENT = re.compile(r"^\[1\] \([^)]*\) (.+)$", re.MULTILINE)


class Server(ThreadingHTTPServer):
    """Streams `reply` as a chat model does, or answers with an HTTP `status`; keeps what it was asked.

    Asked for an answer from numbered statements, it says the first one again, with its number.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.reply, self.status = "", 200
        self.asked: list[dict[str, Any]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(asked)
        statement = STATEMENT.search(asked["messages"][-1]["content"])
        reply = f"- {statement[1]} [1]" if statement else self.server.reply
        self.send_response(self.server.status)
        self.send_header("Content-Type", "text/event-stream" if self.server.status == 200 else "application/json")
        self.end_headers()
        if self.server.status != 200:
            self.wfile.write(b"{}")
            return
        for delta, finish in (({"role": "assistant", "content": reply}, None), ({}, "stop")):
            chunk = {"id": "1", "object": "chat.completion.chunk", "created": 1, "model": "fake"}
            data = {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}
            self.wfile.write(f"data: {json.dumps(data)}\n\n".encode())
        self.wfile.write(b"data: [DONE]\n\n")

    def log_message(self, *arguments: object) -> None:
        """Nothing: the log of a server is no part of a test's output."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def settings(server: Server) -> Settings:
    return Settings(llm_base_url=server.url, llm_api_key=SecretStr(KEY), llm_retries=0, llm_pause_seconds=0)


def outcome(name: str, language: Language = "en", kind: Kind = "answer") -> Outcome:
    case = Case(id=name, twin="-", lang=language, question=f"question of {name}", turns=("before",), kind=(kind,))
    return Outcome("s", case, Answer(kind, language, f"text of {name} [1]", "q"), {})


REPORT = Report((outcome("a"), outcome("b", "es"), outcome("c", kind="refuse")))


def judge(server: Server) -> Any:
    return Judge.open(settings(server), "openai:fake").of(REPORT, lambda *_: None, 1)


def test_every_answer_is_marked_in_its_language_and_refusals_are_not(server: Server) -> None:
    server.reply = 'Here you are: {"fluency": 4, "helpfulness": 2, "reason": "Beside the point."}'
    judged = judge(server)
    assert judged.judgements == dict.fromkeys("ab", Judgement(fluency=4, helpfulness=2, reason="Beside the point."))
    assert (judged.name, judged.judge, judged.without) == ("extractive", "openai:fake", {})
    assert (judged.mark("fluency", "en").value, judged.mark("helpfulness", "es").value, judged.mark("fluency", "es").cases) == (4, 2, 1)
    assert [case for case, _ in judged.low] == ["a", "b"]
    asked = [[message["content"] for message in one["messages"]] for one in server.asked]
    assert [("Spanish" in system, name in user) for (system, user), name in zip(asked, ("question of a", "text of b"), strict=True)] == [
        (False, True), (True, True),
    ]  # fmt: skip
    assert "before" in asked[0][1]


def test_what_cannot_be_read_gets_no_mark(server: Server) -> None:
    server.reply = "I would give it five stars."
    judged = judge(server)
    assert (judged.judgements, judged.without) == ({}, {"unreadable": 2})
    assert "without marks: 2 unreadable" in "\n".join(judged.lines())
    assert judged.mark("fluency", "en").cases == 0


def test_a_failing_server_costs_marks_and_no_run_and_shows_no_key(server: Server) -> None:
    server.status = 500
    judged = judge(server)
    assert judged.without == {"failing": 2}
    assert KEY not in json.dumps(judged.as_dict())


@pytest.mark.parametrize(
    ("said", "marks"),
    [
        ('{"fluency": 5, "helpfulness": 1}', (5, 1)),
        ('```json\n{"fluency": 1, "helpfulness": 5, "reason": "a {b} c"}\n```', (1, 5)),
        ('{"fluency": 6, "helpfulness": 1}', None),
        ('{"fluency": 0, "helpfulness": 1}', None),
        ('{"fluency": "5", "helpfulness": 1}', None),
        ('{"fluency": 4.5, "helpfulness": 1}', None),
        ('{"fluency": 5}', None),
        ("[5, 5]", None),
        ("}{", None),
        ("", None),
    ],
)
def test_marks_are_read_strictly(said: str, marks: tuple[int, int] | None) -> None:
    found = judgement(said)
    assert (found and (found.fluency, found.helpfulness)) == marks


def test_a_long_reason_is_cut() -> None:
    found = judgement(json.dumps({"fluency": 5, "helpfulness": 5, "reason": "x" * 9000}))
    assert found is not None
    assert len(found.reason) == 300


@pytest.mark.parametrize("name", ["none", "fake", "nobody:fake"])
def test_a_judge_that_cannot_be_had_is_a_stated_failure(server: Server, name: str) -> None:
    with pytest.raises(ServiceError):
        Judge.open(settings(server), name)


def test_models_and_judge_stand_beside_the_gated_run(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    for name, value in (("BASE_URL", server.url), ("API_KEY", KEY), ("RETRIES", "0")):
        monkeypatch.setenv(f"COACH_LLM_{name}", value)
    server.reply = '{"fluency": 3, "helpfulness": 3, "reason": "Stiff."}'
    result = run("--llm", "openai:fake", "--judge", "openai:judge", "--json")
    data = json.loads(result.stdout)
    assert (result.exit_code, data["answered_by"], [one["answered_by"] for one in data["others"]]) == (0, "extractive", ["openai:fake"])
    assert [(one["before"], one["now"]) for one in data["comparisons"]] == [("extractive", "openai:fake")]
    assert [one["answered_by"] for one in data["judged"]] == ["extractive", "openai:fake"]
    assert data["judged"][0]["marks"]["fluency"]["en"]["share"] == 3
    assert data["answers"] == data["others"][0]["answers"] == {"own": 2, "all": 2}
    assert {one["answer"]["answered_by"] for one in data["others"][0]["outcomes"]} == {"openai:fake"}
    assert KEY not in result.output


def test_a_model_that_cannot_be_used_is_told_before_anything_is_asked(run: Run) -> None:  # noqa: F811
    result = run("--llm", "nonsense")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "is not provider:model" in result.stderr
    assert CliRunner().invoke(main, ["eval", "--llm"]).exit_code == 2
