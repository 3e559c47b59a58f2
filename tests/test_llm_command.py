"""`--llm` on the command line: what reaches the settings, one line for what cannot be opened, and answers of a real server's model."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from click.testing import CliRunner
from command_line import Run
from language_models import serving
from small_house import build_house

from coach.cli import main
from coach.coach import Coach
from coach.errors import CoachError
from coach.index import SentenceTransformerEmbedder
from coach.ingest import Inputs, ingest
from coach.settings import Settings


class Stop(CoachError):
    """Ends a command once the settings are known."""


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[Settings]:
    """The settings that commands open a coach or serve a page with."""
    seen: list[Settings] = []

    def stop(settings: Settings, *_: Any) -> None:
        seen.append(settings)
        raise Stop("stopped")

    monkeypatch.setattr(Coach, "open", stop)
    monkeypatch.setattr("coach.ui.serve.serve", stop)
    return seen


@pytest.mark.parametrize("command", [["ask", "q"], ["chat"], ["serve"]])
@pytest.mark.parametrize(("option", "expected"), [("ollama:qwen3", "ollama:qwen3"), ("none", None), (None, "openai:from-the-environment")])
def test_the_option_wins_over_the_environment(
    given: list[Settings], monkeypatch: pytest.MonkeyPatch, command: list[str], option: str | None, expected: str | None
) -> None:
    monkeypatch.setenv("COACH_LLM", "openai:from-the-environment")
    result = CliRunner().invoke(main, [*command, *(["--llm", option] if option else [])])
    assert result.exit_code == 1
    assert [settings.llm for settings in given] == [expected]


def test_a_wrong_name_is_one_line_on_stderr(small_coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is looked at when the coach opens, before any question is answered."""
    from coach.answering.llm import open_language_model

    def open_only_the_model(settings: Settings) -> Coach:
        open_language_model(settings)
        return small_coach

    monkeypatch.setattr(Coach, "open", open_only_the_model)
    result = CliRunner().invoke(main, ["ask", "What skills does a beekeeper need?", "--llm", "groq:llama"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "coach: language model groq:llama: the package of groq is not installed; pip install 'career-coach[groq]'"
    ]


QUESTION = "What skills does a beekeeper need?"
TRUE = "Slow hands keep the colony calm"
INVENTED = "Every beekeeper holds a licence from Oxford"
KEY = "sk-very-secret"


@pytest.fixture(scope="module")
def over_bees(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Iterator[dict[str, str]]:
    """Variables, set for this process too, by which commands answer over the small house from a model at COACH_LLM_BASE_URL."""
    pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")
    folder = tmp_path_factory.mktemp("bees")
    settings = Settings(knowledge=build_house(folder / "house"), data=folder / "data")
    ingest(settings, Inputs(settings.knowledge, None), embedder)
    variables = {
        "COACH_KNOWLEDGE": str(settings.knowledge),
        "COACH_DATA": str(settings.data),
        "COACH_LLM_API_KEY": KEY,
        "COACH_LLM_RETRIES": "0",
        "OPENAI_LOG": "debug",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        yield variables


def text_on(statement: int) -> str:
    return f"Patience is essential [{statement}]. {TRUE} [{statement}]. {INVENTED} [{statement}]."


def statement_in(request: dict[str, Any]) -> int:
    """The number of the statement on patience in the prompt that a server was sent."""
    lines = request["messages"][1]["content"].splitlines()
    return next(int(line[1 : line.index("]")]) for line in lines if "**Patience**" in line)


def test_ask_answers_from_the_model_without_its_invention(run: Run, over_bees: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    with serving("good", text="Nothing.") as server:
        monkeypatch.setenv("COACH_LLM_BASE_URL", server.url)
        result = run("ask", QUESTION, "--llm", "openai:m", "--json")
        fallen_back = json.loads(result.stdout)
        assert (fallen_back["answered_by"], bool(fallen_back["notice"])) == ("extractive", True)
        server.text = text_on(statement_in(server.requests[0]))
        answer = json.loads(run("ask", QUESTION, "--llm", "openai:m", "--json").stdout)
        shown = run("ask", QUESTION, "--llm", "openai:m")
    assert answer["answered_by"] == "openai:m"
    assert TRUE in answer["text"]
    assert TRUE in shown.stdout
    assert INVENTED not in answer["text"] + shown.stdout
    assert KEY not in shown.stdout + shown.stderr


def test_serve_answers_from_the_model_without_its_invention(over_bees: dict[str, str]) -> None:
    """The real program in a process of its own, asked as other programs ask it; neither key nor prompt is in what it prints."""
    from gradio_client import Client

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with serving("good", text="Nothing.") as server:
        environment = os.environ | over_bees | {"COACH_LLM_BASE_URL": server.url}
        command = [sys.executable, "-m", "coach", "serve", "--port", str(port), "--llm", "openai:m"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        try:
            for _ in range(600):
                with contextlib.suppress(httpx.HTTPError):
                    if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=5).is_success:
                        break
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.2)
                    pytest.fail(process.communicate()[0])
            client = Client(f"http://127.0.0.1:{port}", verbose=False, analytics_enabled=False)
            fallen_back = client.predict(QUESTION, "en", [], api_name="/ask")
            server.text = text_on(statement_in(server.requests[0]))
            answer = client.predict(QUESTION, "en", [], api_name="/ask")
        finally:
            process.terminate()
            printed, _ = process.communicate(timeout=30)
    assert fallen_back["answered_by"] == "extractive"
    assert answer["answered_by"] == "openai:m"
    assert TRUE in answer["text"]
    assert INVENTED not in answer["text"]
    for secret in (KEY, "reading a frame and finding", QUESTION):
        assert secret not in printed
