"""Serving the page: the port, the headers, and the one endpoint that programs may call."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from fake_coach import FakeCoach

from coach.errors import ServiceError
from coach.settings import Settings
from coach.ui.serve import Served, listen, serve, start

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    page = start(Settings(), FakeCoach(), port=0)
    yield page
    page.stop()


def test_it_says_that_it_is_up(served: Served) -> None:
    assert httpx.get(f"{served.url}/healthz").json() == {"status": "ok"}


def test_no_answer_can_make_the_browser_talk_to_another_host(served: Served) -> None:
    policy = httpx.get(served.url).headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "connect-src 'self'" in policy
    assert "http" not in policy
    assert "*" not in policy


def test_the_icon_is_ours(served: Served) -> None:
    assert httpx.get(f"{served.url}/favicon.ico").headers["content-type"].startswith("image/svg")


def test_programs_can_call_the_endpoints_for_them_and_no_others(served: Served) -> None:
    from gradio_client import Client

    client = Client(served.url, verbose=False, analytics_enabled=False)
    assert set(client.view_api(return_format="dict")["named_endpoints"]) == {"/ask", "/search", "/roles", "/salary"}  # type: ignore[index]
    answer = client.predict("¿Qué habilidades?", "es", [{"role": "user", "content": "Hola"}], api_name="/ask")
    assert (answer["kind"], answer["language"], answer["citations"][0]["marker"]) == ("answer", "es", 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["unreadable"], "the question is not text: send words"),
        (["What skills?", "fr"], "language: 'fr'"),
        (["What skills?", None, [{"role": "user"}]], "history: message 1 needs a content text"),
    ],
)
def test_a_program_is_told_what_was_wrong(served: Served, arguments: list[object], message: str) -> None:
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(served.url, verbose=False, analytics_enabled=False)
    with pytest.raises(AppError, match=message.replace("?", r"\?")):
        client.predict(*arguments, api_name="/ask")


def test_a_taken_port_is_said_and_no_other_is_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"port {port} is in use .*: choose another with --port or COACH_PORT"):
            serve(Settings(port=port), FakeCoach())


def test_an_impossible_address_is_said() -> None:
    with pytest.raises(ServiceError, match=r"192\.0\.2\.1:7860"):
        listen("192.0.2.1", 7860)


def test_stopping_frees_the_port() -> None:
    page = start(Settings(), FakeCoach(), port=0)
    port = int(page.url.rsplit(":", 1)[1])
    page.stop()
    listen("127.0.0.1", port).close()


def test_the_app_says_a_taken_port_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "app.py"], cwd=ROOT, env={"COACH_PORT": str(port), "PATH": ""}, capture_output=True, text=True, timeout=60
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"coach: port {port} is in use")
    assert done.stderr.count("\n") == 1


def test_an_interrupt_ends_quietly_even_while_a_page_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    from gradio_client import Client

    code = (
        f"import sys; sys.path.insert(0, 'tests'); from fake_coach import FakeCoach; from coach.settings import Settings;"
        f"from coach.ui.serve import serve; serve(Settings(port={port}), FakeCoach())"
    )
    running = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        assert running.stdout.readline() == f"The coach is at http://127.0.0.1:{port} (Ctrl+C stops it)\n"
        client = Client(f"http://127.0.0.1:{port}", verbose=False, analytics_enabled=False)
        client.predict("What skills?", api_name="/ask")
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=30)
    finally:
        running.kill()
    assert (running.returncode, errors) == (0, "")


def test_gradio_is_imported_only_when_a_page_is_built() -> None:
    code = "import sys, coach.ui.serve, coach.ui.page; sys.exit('gradio' in sys.modules or 'uvicorn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, timeout=60).returncode == 0
