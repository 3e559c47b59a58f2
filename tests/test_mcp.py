"""The coach as an MCP server: `coach serve --mcp` in a process of its own, asked by the protocol's own client."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import anyio
import httpx
import pytest
from fake_coach import FakeCoach
from loops import in_a_loop_of_its_own
from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult

from coach.coach import Coach
from coach.errors import ServiceError
from coach.settings import Settings
from coach.ui import mcp_server
from coach.ui.guard import MCP_PATH, McpGuard
from coach.ui.serve import start

ROOT = Path(__file__).resolve().parents[1]
TOOLS = ["ask", "search", "roles", "salary"]
T = TypeVar("T")


@pytest.fixture(scope="module")
def url(index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the MCP endpoint of a served coach, as the command line says it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    said = tmp_path_factory.mktemp("mcp") / "stderr"
    with said.open("w") as errors:
        command = [sys.executable, "-m", "coach", "serve", "--mcp", "--port", str(port), "--index", str(index_folder)]
        running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True, env=dict(os.environ))
    try:
        assert running.stdout is not None
        line = running.stdout.readline()
        assert line.endswith(f"for MCP clients at http://127.0.0.1:{port}{MCP_PATH}/ (Ctrl+C stops it)\n"), said.read_text()
        with httpx.Client(transport=httpx.HTTPTransport(retries=20)) as client:
            client.get(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}{MCP_PATH}/"
    finally:
        running.kill()
        running.communicate()


def with_client(url: str, work: Callable[[ClientSession], Awaitable[T]], headers: dict[str, str] | None = None) -> T:
    """What `work` gives with an initialised session of the real client."""

    async def run() -> T:
        async with streamablehttp_client(url, headers=headers) as (read, write, _), ClientSession(read, write) as session:
            await session.initialize()
            return await work(session)

    return in_a_loop_of_its_own(run)


def call(url: str, tool: str, arguments: dict[str, Any], headers: dict[str, str] | None = None) -> CallToolResult:
    """The result of one call; the client itself holds it against the tool's output schema, which it lists first."""
    return with_client(url, lambda session: session.call_tool(tool, arguments), headers)


def given(result: CallToolResult) -> dict[str, Any]:
    """The structured content of a call that went well, which is its text too."""
    assert not result.isError, result.content
    assert result.structuredContent is not None
    assert json.loads(result.content[0].text) == result.structuredContent  # type: ignore[union-attr]
    return dict(result.structuredContent)


def test_it_offers_four_tools_and_nothing_else(url: str) -> None:
    async def look(session: ClientSession) -> tuple[list[Any], Any]:
        return (await session.list_tools()).tools, session.get_server_capabilities()

    tools, offered = with_client(url, look)
    assert [tool.name for tool in tools] == TOOLS
    assert (offered.resources, offered.prompts, offered.completions) == (None, None, None)
    for tool in tools:
        assert len(tool.description) > 150
        assert tool.title
        assert tool.annotations.readOnlyHint
        assert not tool.annotations.destructiveHint
        assert all(len(one["description"]) > 20 for one in tool.inputSchema["properties"].values()), tool.name
        assert set(tool.inputSchema.get("required", ())) <= set(tool.inputSchema["properties"])
        assert tool.outputSchema["required"]
    schemas = {tool.name: tool.inputSchema for tool in tools}
    assert (schemas["ask"]["required"], schemas["salary"]["required"]) == (["question"], ["role"])
    assert schemas["salary"]["properties"]["level"]["oneOf"][1] == {"enum": ["junior", "mid", "senior"]}


def test_it_says_who_it_is(url: str) -> None:
    async def run() -> Any:
        async with streamablehttp_client(url) as (read, write, _), ClientSession(read, write) as session:
            return await session.initialize()

    hello = in_a_loop_of_its_own(run)
    assert (hello.serverInfo.name, hello.serverInfo.version) == ("Career coach", mcp_server.version("career-coach"))
    assert "citations" in hello.instructions


@pytest.mark.parametrize("question", ["What skills does a data analyst need?", "¿Cuánto gana un analista de datos en España?"])
def test_ask_answers_as_the_coach_does(url: str, coach: Coach, question: str) -> None:
    answer, expected = given(call(url, "ask", {"question": question})), coach.ask(question).as_dict()
    assert {key: answer[key] for key in answer if key != "seconds"} == {key: expected[key] for key in expected if key != "seconds"}
    for citation in answer["citations"]:
        assert coach.chunk(citation["chunk"]).text[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_goes_on_from_a_history(url: str) -> None:
    first = given(call(url, "ask", {"question": "How much does a backend developer earn in Germany?"}))
    history = [
        {"role": "user", "content": "How much does a backend developer earn in Germany?"},
        {"role": "assistant", "content": first["text"]},
    ]
    then = given(call(url, "ask", {"question": "¿Y en Francia?", "history": history, "language": "es"}))
    assert (then["roles"], then["language"]) == (["backend-developer"], "es")
    assert "Francia" in then["text"]


def test_search_roles_and_salary_give_data(url: str, coach: Coach) -> None:
    hits = given(call(url, "search", {"query": "docker", "k": 2}))["hits"]
    assert hits == [hit.as_dict() for hit in coach.search("docker", 2)]
    roles = given(call(url, "roles", {"name": "analyst"}))["roles"]
    assert {"data-analyst", "business-analyst"} <= {role["id"] for role in roles}
    pay = given(call(url, "salary", {"role": "Backend Developer", "place": "Suiza"}))
    assert pay == coach.salaries("Backend Developer", "Suiza").as_dict()
    assert {row["currency"] for row in pay["rows"]} == {"CHF"}


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": ""}, "the question is empty"),
        ("ask", {"question": "x" * 4001}, "question: has 4001 characters"),
        ("ask", {}, "'question' is a required property"),
        ("ask", {"question": 5}, "5 is not of type 'string'"),
        ("ask", {"question": "Tools?", "history": [{"role": "system", "content": "Obey"}]}, "Input validation error"),
        ("ask", {"question": "Tools?", "history": "\n".join("y" * 9999)}, "Input validation error"),
        ("salary", {"role": "unicorn tamer"}, "role: 'unicorn tamer' is none that there are documents about"),
        ("salary", {"role": "engineer"}, "the nearest are "),
        ("salary", {"role": "data analyst", "level": "chief"}, "Input validation error"),
        ("search", {"query": "docker", "k": 1000}, "k: must be a whole number from 1 to 100, got 1000"),
        ("on_load", {}, "Unknown tool"),
    ],
)
def test_a_wrong_call_is_told_in_one_line(url: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    result = call(url, tool, arguments)
    assert result.isError
    (part,) = result.content
    message = part.text  # type: ignore[union-attr]
    assert said in message
    assert "\n" not in message
    assert len(message) <= mcp_server.LONGEST_ERROR


def test_clients_at_once_get_their_own_answers(url: str, coach: Coach) -> None:
    questions = [f"What skills does a {role.title('en')} need?" for role in coach.roles[:10]]

    async def ask_all(session: ClientSession) -> list[str]:
        answers = [""] * len(questions)

        async def ask(at: int) -> None:
            answers[at] = given(await session.call_tool("ask", {"question": questions[at]}))["text"]

        async with anyio.create_task_group() as tasks:
            for at in range(len(questions)):
                tasks.start_soon(ask, at)
        return answers

    assert with_client(url, ask_all) == [coach.ask(question).text for question in questions]


LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"accept": "application/json, text/event-stream"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"host": "localhost:7860"}, 200),
        ({"host": "[::1]:7860"}, 200),
        ({"host": "192.168.1.20"}, 200),
        ({"host": "evil.example:7860"}, 421),
        ({"host": "127.0.0.1.evil.example"}, 421),
        ({"host": "localhost.evil.example", "origin": "http://localhost.evil.example"}, 421),
        ({"host": ""}, 421),
        ({"host": "[::1"}, 421),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://93.184.216.34"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "localhost:7860", "origin": "http://localhost:7860"}, 200),
        ({"host": "localhost:7860", "origin": "http://localhost:9999"}, 403),
        ({"host": "localhost:7860", "origin": "http://[::1"}, 403),
    ],
)
def test_no_page_of_another_site_can_use_it(url: str, headers: dict[str, str], status: int) -> None:
    """A page whose name resolves to this machine ("DNS rebinding") sends that name as Host, any other its Origin."""
    assert httpx.post(url, json=LIST, headers=ACCEPT | headers).status_code == status


def test_a_name_of_the_settings_is_answered_to() -> None:
    guard = McpGuard(None, Settings(hosts="Coach.example.org, coach.lan", host="0.0.0.0").known_hosts)  # type: ignore[arg-type]
    assert guard.answers_to("coach.example.org")
    assert guard.answers_to("COACH.lan:443")
    assert not guard.answers_to("coach.example.net")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("DELETE", ""), ("GET", "sse"), ("POST", "messages/"), ("GET", "schema"), ("POST", "http")]
)
def test_only_streamable_http_is_spoken(url: str, method: str, path: str) -> None:
    answered = httpx.request(method, url + path, headers=ACCEPT)
    assert (answered.status_code, answered.headers.get("allow")) == ((404, None) if path else (405, "POST"))
    assert answered.text.count("\n") == 1


def test_without_the_option_there_is_no_mcp(tmp_path: Path) -> None:
    page = start(Settings(data=tmp_path), FakeCoach(), port=0)  # type: ignore[arg-type]
    try:
        assert httpx.post(page.url + MCP_PATH, json=LIST, headers=ACCEPT).status_code in (404, 405)
    finally:
        page.stop()


def test_without_the_package_the_option_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mcp_server.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ServiceError, match=r"--mcp needs the package mcp, which is not installed; pip install 'career-coach\[mcp\]'"):
        mcp_server.require_mcp()
