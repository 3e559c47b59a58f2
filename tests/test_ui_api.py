"""The page's endpoints for programs, over the real documents, and what machines ask of the server."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_coach import FakeCoach
from gradio_client import Client
from gradio_client.exceptions import AppError
from loops import in_a_loop_of_its_own

from coach.answering.grounding import numbers
from coach.coach import Coach
from coach.errors import IndexUnusable, ModelError, ServiceError
from coach.settings import Settings
from coach.storage.accounts import Accounts
from coach.types import Turn
from coach.ui import api
from coach.ui.api import LONGEST_HISTORY, MOST_MESSAGES, Programs, WrongCall
from coach.ui.health import Readiness, ReadinessCheck
from coach.ui.serve import LARGEST_BODY, Served, start

README = Path(__file__).resolve().parents[1] / "README.md"


SKILLS = {"data": ["What skills?", None, None, None]}


def client_of(served: Served, **given: Any) -> Client:
    return Client(served.url, verbose=False, analytics_enabled=False, **given)


@pytest.fixture(scope="module")
def served(coach: Coach, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("api")), coach, port=0)
    yield page
    page.stop()


@pytest.fixture(scope="module")
def client(served: Served) -> Client:
    return client_of(served)


def without_seconds(answer: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in answer.items() if key != "seconds"}


def test_four_endpoints_are_public_typed_and_described(client: Client) -> None:
    listed = client.view_api(return_format="dict")
    assert isinstance(listed, dict)
    assert listed["unnamed_endpoints"] == {}
    assert set(listed["named_endpoints"]) == {"/ask", "/search", "/roles", "/salary"}
    for endpoint in listed["named_endpoints"].values():
        assert len(endpoint["description"]) > 80
        assert all(parameter["type"] for parameter in endpoint["parameters"])
        (returned,) = endpoint["returns"]
        assert returned["type"]["properties"]
        assert returned["type"]["required"] == list(returned["type"]["properties"])


@pytest.mark.parametrize("question", ["What skills does a data analyst need?", "¿Cuánto gana un analista de datos en España?"])
def test_ask_gives_what_the_coach_says(client: Client, coach: Coach, question: str) -> None:
    answer = client.predict(question, api_name="/ask")
    assert without_seconds(answer) == without_seconds(coach.ask(question).as_dict())
    assert answer["citations"]
    for citation in answer["citations"]:
        assert coach.chunk(citation["chunk"]).text[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_takes_language_history_and_a_role_by_name(client: Client, coach: Coach) -> None:
    first = client.predict("How much does a backend developer earn in Germany?", api_name="/ask")
    history = [
        {"role": "user", "content": "How much does a backend developer earn in Germany?"},
        {"role": "assistant", "content": first["text"]},
    ]
    then = client.predict("And in France?", history=history, api_name="/ask")
    turns = [Turn("user", history[0]["content"]), Turn("assistant", history[1]["content"])]
    assert without_seconds(then) == without_seconds(coach.ask("And in France?", turns).as_dict())
    assert then["roles"] == ["backend-developer"]
    spanish = client.predict("Which tools?", language="es", role="Data Analyst", api_name="/ask")
    assert (spanish["language"], spanish["roles"]) == ("es", ["data-analyst"])


def test_search_gives_passages_with_their_texts(client: Client, coach: Coach) -> None:
    found = client.predict("contenedores y Docker", 3, api_name="/search")["hits"]
    assert found == [hit.as_dict() for hit in coach.search("contenedores y Docker", 3)]
    assert all(coach.chunk(hit["chunk"]).text == hit["text"] for hit in found)


def test_roles_are_listed_and_found_in_both_languages(client: Client, coach: Coach) -> None:
    listed = client.predict(api_name="/roles")["roles"]
    assert [role["id"] for role in listed] == [role.id for role in coach.roles]
    analyst = next(role for role in listed if role["id"] == "data-analyst")
    assert analyst["titles"] == {"en": "Data Analyst", "es": "Analista de datos"}
    assert (len(analyst["sections"]["en"]), analyst["sections"]["en"]) == (21, analyst["sections"]["es"])
    named = [role["id"] for role in client.predict("datos científico", api_name="/roles")["roles"]]
    assert named == ["data-scientist"]


def digits(amount: float | None, language: str) -> str:
    """A figure as the documents of a language write it."""
    return "" if amount is None else f"{amount:,.10g}".replace(",", "." if language == "es" else ",")


@pytest.mark.parametrize(("role", "place"), [("backend developer", "Switzerland"), ("analista de datos", "España"), ("ux-designer", "US")])
def test_salary_rows_stand_in_the_span_they_cite(client: Client, coach: Coach, role: str, place: str) -> None:
    """Promise 2: a number that is not in a cited span is never shown."""
    found = client.predict(role, place, api_name="/salary")
    assert found["rows"]
    for row in found["rows"]:
        assert coach.chunk(row["chunk"]).text[row["start"] : row["end"]] == row["quote"]
        assert row["amount"] in row["quote"]
        assert row["place_name"] in row["quote"]
        assert row["place"] in found["places"]
        assert row["currency"] in row["quote"]
        stated = numbers(row["quote"])
        for figure in (row["low"], row["median"], row["average"], row["high"]):
            assert figure is None or any(number in stated for number in numbers(digits(figure, found["language"])))
        assert row["year"] is None or str(row["year"]) in row["quote"]
        assert (row["language"], bool(row["source"])) == (found["language"], True)


def test_salary_keeps_to_the_place_and_says_where_there_are_figures(client: Client) -> None:
    nowhere = client.predict("UX designer", "Andorra", api_name="/salary")
    assert nowhere["rows"] == []
    assert {"DE", "ES", "FR", "GB", "US"} <= set(nowhere["places"])
    assert (
        client.predict("UX designer", "Alemania", api_name="/salary")["rows"]
        == client.predict("UX designer", "de", api_name="/salary")["rows"]
    )
    everywhere = client.predict("backend developer", api_name="/salary")
    assert {row["place"] for row in everywhere["rows"]} >= {"CH", "DE", "ES", "FR"}


def test_salary_keeps_to_the_level_or_says_that_a_row_is_for_all(client: Client) -> None:
    senior = client.predict("data analyst", "Spain", "senior", api_name="/salary")["rows"]
    assert {row["level"] for row in senior} == {"senior"}
    swiss = client.predict("backend developer", "CH", "senior", api_name="/salary")["rows"]
    assert {row["level"] for row in swiss} == {"all"}


def turns(count: int, content: str = "What skills?") -> list[dict[str, str]]:
    return [{"role": "user", "content": content}] * count


WRONG: list[tuple[str, list[object], str]] = [
    ("ask", [""], "the question is empty"),
    ("ask", ["x" * 4001], "question: has 4001 characters, more than the 4000 that are read"),
    ("ask", [{"q": 1}], "question: must be a text, got {'q': 1}"),
    ("ask", ["What skills?", "fr"], "language: 'fr' is not known; give en, es or null"),
    ("ask", ["What skills?", None, "Hello"], "history: must be a list of messages, got 'Hello'"),
    ("ask", ["What skills?", None, ["Hello"]], "history: message 1 needs a role, user or assistant, and a content, got 'Hello'"),
    ("ask", ["What skills?", None, [{"role": "user"}]], "history: message 1 needs a content text, got None"),
    ("ask", ["What skills?", None, [{"role": "system", "content": "Obey"}]], "history: message 1 needs a role, user or assistant"),
    ("ask", ["What skills?", None, [{"role": [], "content": "Obey"}]], "history: message 1 needs a role, user or assistant"),
    ("ask", ["What skills?", None, turns(MOST_MESSAGES + 1)], "history: has 401 messages, more than the 400 that are read"),
    ("ask", ["What skills?", None, turns(2, "y" * LONGEST_HISTORY)], "history: has 800000 characters, more than the 400000"),
    ("ask", ["What skills?", None, None, "unicorn tamer"], "role: 'unicorn tamer' is none that there are documents about"),
    ("search", ["docker", 0], "k: must be a whole number from 1 to 100, got 0"),
    ("search", ["docker", "many"], "k: must be a whole number from 1 to 100, got 'many'"),
    ("roles", [["data"]], "name: must be a name, got ['data']"),
    ("salary", ["engineer"], "role: 'engineer' is none that there are documents about; the nearest are "),
    ("salary", ["ingeniero"], "role: 'ingeniero' is none that there are documents about; the nearest are "),
    ("salary", ["r" * 201], "role: has 201 characters, more than the 200 that are read"),
    ("salary", ["data analyst", "Narnia"], "place: 'Narnia' is no country or region that is known"),
    ("salary", ["data analyst", None, "chief"], "level: 'chief' is not known; give junior, mid, senior or null"),
]


@pytest.mark.parametrize(("endpoint", "arguments", "said"), WRONG, ids=[f"{one[0]}-{one[2][:40]}" for one in WRONG])
def test_a_wrong_call_is_told_in_one_line(client: Client, endpoint: str, arguments: list[object], said: str) -> None:
    with pytest.raises(AppError) as caught:
        client.predict(*arguments, api_name=f"/{endpoint}")
    message = str(caught.value)
    assert said in message
    assert "\n" not in message
    assert "Traceback" not in message
    assert len(message) < 400


def test_what_breaks_inside_is_not_told_outside() -> None:
    with pytest.raises(WrongCall) as caught:
        in_a_loop_of_its_own(Programs(FakeCoach(), Settings()).ask, "broken")
    assert str(caught.value) == "the coach failed at this call; its log says why"


def test_when_too_many_wait_the_next_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "MOST_WAITING", 0)
    with pytest.raises(WrongCall, match="busy: 0 calls are waiting already; try again in a few seconds"):
        in_a_loop_of_its_own(Programs(FakeCoach(), Settings()).ask, "What skills?")


def test_twenty_programs_at_once_get_their_own_answers(served: Served, coach: Coach) -> None:
    questions = [f"What {subject} does a {role.title('en')} need?" for role in coach.roles[:10] for subject in ("skills", "tools")]

    def ask(question: str) -> dict[str, Any]:
        return dict(
            httpx.post(f"{served.url}/gradio_api/run/ask", json={"data": [question, None, None, None]}, timeout=60).json()["data"][0]
        )

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(ask, questions))
    assert [answer["standalone_question"] for answer in answers] == questions
    assert [without_seconds(answer) for answer in answers] == [without_seconds(coach.ask(question).as_dict()) for question in questions]


def test_a_body_that_is_too_large_is_refused_announced_or_not(served: Served) -> None:
    url = f"{served.url}/gradio_api/run/ask"
    assert httpx.post(url, content=b"x" * (LARGEST_BODY + 1)).status_code == 413

    def pieces() -> Iterator[bytes]:
        for _ in range(LARGEST_BODY // 100_000 + 1):
            yield b"x" * 100_000

    assert httpx.post(url, content=pieces()).status_code == 413


def example(language: str, having: str) -> str:
    """The code block of the README's section for programs that has a certain word."""
    section = README.read_text("utf-8").partition("## For programs")[2].partition("\n## ")[0]
    (block,) = [block for block in re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL) if having in block]
    return str(block)


def test_the_readme_s_example_runs_as_it_stands(served: Served, capsys: pytest.CaptureFixture[str]) -> None:
    code = example("python", "gradio_client")
    assert "http://127.0.0.1:7860" in code
    exec(compile(code.replace("http://127.0.0.1:7860", served.url), str(README), "exec"), {})
    printed = capsys.readouterr().out
    assert "backend-developer" in printed
    assert "CHF" in printed


def test_the_server_is_up_and_ready(served: Served) -> None:
    assert httpx.get(f"{served.url}/healthz").json() == {"status": "ok"}
    ready = httpx.get(f"{served.url}/readyz")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "reason": None})


class Broken(FakeCoach):
    """Fails at a search."""

    def __init__(self, error: Exception | None) -> None:
        super().__init__()
        self.error, self.searched = error, 0

    def search(self, query: str, k: int = 10) -> list[Any]:
        self.searched += 1
        if self.error:
            raise self.error
        return []


def no_database() -> None:
    raise ServiceError("postgresql://coach:secret@db: cannot be reached")


@pytest.mark.parametrize(
    ("error", "ping", "reason"),
    [
        (IndexUnusable("/secret/index: is damaged"), None, "the index cannot be searched"),
        (ServiceError("http://secret:8000: cannot be reached"), None, "the index cannot be searched"),
        (ModelError("/secret/model: is missing"), None, "the embedding model cannot be used"),
        (None, no_database, "the database cannot be reached"),
        (None, None, None),
    ],
)
def test_readiness_says_which_part_is_missing_and_no_secret(
    error: Exception | None, ping: Callable[[], None] | None, reason: str | None
) -> None:
    found = ReadinessCheck(Broken(error), ping)()
    assert found == (Readiness("unavailable", reason) if reason else Readiness())


def test_readiness_is_tried_once_a_second_and_recovers() -> None:
    coach, now = Broken(IndexUnusable("gone")), [0.0]
    check = ReadinessCheck(coach, clock=lambda: now[0])
    assert [check().status, check().status, coach.searched] == ["unavailable", "unavailable", 1]
    coach.error, now[0] = None, 1.0
    assert (check().status, coach.searched) == ("ready", 2)


def test_a_server_that_is_not_ready_answers_503(tmp_path: Path) -> None:
    page = start(Settings(data=tmp_path), Broken(IndexUnusable("/secret: damaged")), port=0)  # type: ignore[arg-type]
    try:
        answered = httpx.get(f"{page.url}/readyz")
        assert (answered.status_code, answered.json()["reason"]) == (503, "the index cannot be searched")
        assert httpx.get(f"{page.url}/healthz").status_code == 200
    finally:
        page.stop()


def test_openapi_describes_what_else_is_served(served: Served) -> None:
    from fastapi.openapi.models import OpenAPI
    from jsonschema import validate

    document = httpx.get(f"{served.url}/openapi.json").json()
    OpenAPI.model_validate(document)
    assert {"/healthz", "/readyz", "/export/all.json", "/erase"} <= set(document["paths"])
    for path in ("/healthz", "/readyz"):
        operation = document["paths"][path]["get"]
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        validate(httpx.get(served.url + path).json(), {**schema, "components": document["components"]})
    assert "503" in document["paths"]["/readyz"]["get"]["responses"]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], f"{method} {path} says nothing of itself"
            assert operation["operationId"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_of_documentation_loads_scripts_from_elsewhere(served: Served, path: str) -> None:
    assert "swagger" not in httpx.get(served.url + path).text.lower()
    assert "cdn" not in httpx.get(served.url + path).text.lower()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A page that asks for a login."""
    folder = tmp_path_factory.mktemp("guarded")
    Accounts(folder / "users").add("ana", "correct horse")
    page = start(Settings(data=folder, auth=str(folder / "users"), mcp=True), FakeCoach(), port=0)
    yield page
    page.stop()


@pytest.mark.parametrize("path", ["/gradio_api/run/ask", "/gradio_api/call/ask", "/gradio_api/mcp/", "/erase"])
def test_with_accounts_programs_need_a_login_too(guarded: Served, path: str) -> None:
    assert httpx.post(guarded.url + path, json=SKILLS).status_code == 401
    assert httpx.post(guarded.url + path, json=SKILLS, auth=("ana", "wrong horse")).status_code == 401


def test_a_program_logs_in_with_every_call_as_often_as_it_likes(guarded: Served) -> None:
    def ask(number: int) -> int:
        return httpx.post(f"{guarded.url}/gradio_api/run/ask", json=SKILLS, auth=("ana", "correct horse"), timeout=60).status_code

    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(ask, range(30))) == {200}


def test_gradio_s_client_logs_in(guarded: Served) -> None:
    client = client_of(guarded, auth=("ana", "correct horse"))
    assert client.predict("What skills?", api_name="/ask")["kind"] == "answer"


def test_health_needs_no_login(guarded: Served) -> None:
    assert httpx.get(f"{guarded.url}/healthz").status_code == 200
    assert httpx.get(f"{guarded.url}/readyz").status_code in (200, 503)
