"""Who asks, over HTTP: keys, accounts, a proxy's header; and that nobody gets at what is another's."""

from __future__ import annotations

import base64
import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fake_coach import FakeCoach
from starlette.requests import Request

from coach.errors import ServiceError
from coach.settings import Settings
from coach.storage.accounts import Accounts
from coach.storage.records import owner_of_key, owner_of_user
from coach.ui.conversation import Exchange
from coach.ui.identity import Proxies, cookie, from_elsewhere, new_key
from coach.ui.login import _inside
from coach.ui.serve import Served, start
from coach.ui.sessions import FREE_TRIES, SESSION_SECONDS, Sessions, Throttle, session_secret
from coach.ui.strings import strings

HTML = {"accept": "text/html"}
PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("open")), FakeCoach(), port=0)
    yield page
    page.stop()


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    made = Accounts(tmp_path_factory.mktemp("users") / "users")
    for name in ("ana", "ben"):
        made.add(name, PASSWORD)
    return made


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, accounts: Accounts) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("closed"), auth=str(accounts.path)), FakeCoach(), port=0)
    yield page
    page.stop()


def visitor(served: Served) -> tuple[httpx.Client, str]:
    """A new visitor and their owner."""
    client = httpx.Client(base_url=served.url)
    client.get("/", headers=HTML)
    return client, owner_of_key(client.cookies["coach-key"])


def conversation(served: Served, owner: str, question: str) -> str:
    begun = served.store.start(owner, "en", question)
    answer = FakeCoach().ask(question)
    served.store.save(owner, begun.id, Exchange(question, answer.text, "done", answer).saved())
    return begun.id


def request(method: str = "POST", scheme: str = "http", client: str = "203.0.113.9", **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in {"host": "coach.example", **headers}.items()]
    return Request(
        {"type": "http", "method": method, "path": "/", "query_string": b"", "headers": raw, "client": (client, 5), "scheme": scheme}
    )


def test_a_visitor_gets_a_key_that_no_script_can_read(served: Served) -> None:
    (header,) = httpx.get(served.url, headers=HTML).headers.get_list("set-cookie")
    assert all(part in header for part in ("coach-key=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age="))
    assert "Secure" not in header, "over http no browser would keep it"
    over_https = cookie("coach-key", new_key(), secure=True)
    assert over_https.startswith("__Host-coach-key=")
    assert over_https.endswith("; Secure")


def test_a_key_is_kept_and_a_made_up_one_replaced(served: Served) -> None:
    client, owner = visitor(served)
    client.get("/", headers=HTML)
    assert owner_of_key(client.cookies["coach-key"]) == owner
    answer = httpx.get(served.url, headers={**HTML, "cookie": "coach-key=short"})
    assert "coach-key=short" not in answer.headers["set-cookie"]


def test_nobody_reads_another_by_the_id(served: Served) -> None:
    (mine, my_owner), (other, _) = visitor(served), visitor(served)
    place = conversation(served, my_owner, "What skills?")
    for ending in ("md", "pdf"):
        assert mine.get(f"/export/{place}.{ending}").status_code == 200
        refused, unknown = other.get(f"/export/{place}.{ending}"), other.get(f"/export/{uuid.uuid4()}.{ending}")
        assert (refused.status_code, refused.json()) == (unknown.status_code, unknown.json()) == (404, unknown.json())
        assert httpx.get(f"{served.url}/export/{place}.{ending}").status_code == 404, "without any key"
    assert [one["title"] for one in mine.get("/export/all.json").json()["conversations"]] == ["What skills?"]
    assert other.get("/export/all.json").json()["conversations"] == []


def call(client: httpx.Client, data: list[Any], event: dict[str, str]) -> str:
    """What the page's own event for quick actions answers, as the browser sends it."""
    config = client.get("/config").json()
    bridge = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "bridge")
    index = next(one["id"] for one in config["dependencies"] if [bridge, "select"] in [list(target) for target in one["targets"]])
    body = {"data": data, "event_data": event, "fn_index": index, "trigger_id": bridge, "session_hash": uuid.uuid4().hex}
    return client.post("/gradio_api/run/predict", json=body).text


def test_nobody_opens_another_by_the_id_on_the_page_either(served: Served) -> None:
    (mine, my_owner), (other, other_owner) = visitor(served), visitor(served)
    place = conversation(served, my_owner, "What skills?")
    assert "core skill for querying" in call(mine, [None, "auto", ""], {"act": "open", "chat": place})
    for data, event in (
        (["auto", ""], {"act": "open", "chat": place}),
        (["auto", place], {"act": "more"}),
        (["auto", place], {"act": "rename", "chat": place, "value": "Stolen"}),
        (["auto", place], {"act": "delete", "chat": place}),
        (["auto", place], {"act": "react", "exchange": served.store.exchanges(my_owner, place)[0].id, "value": "down"}),
    ):
        answer = call(other, [None, *data], event)
        assert "core skill for querying" not in answer
        assert "What skills?" not in answer
    (one,) = served.store.conversations(my_owner)
    assert (one.title, served.store.exchanges(my_owner, place)[0].reaction) == ("What skills?", None)
    assert served.store.conversations(other_owner) == []


def test_another_session_is_not_taken_over_by_its_hash(served: Served) -> None:
    (mine, my_owner), (other, _) = visitor(served), visitor(served)
    place = conversation(served, my_owner, "What skills?")
    config = mine.get("/config").json()
    bridge = next(one["id"] for one in config["components"] if one["props"].get("elem_id") == "bridge")
    index = next(one["id"] for one in config["dependencies"] if [bridge, "select"] in [list(target) for target in one["targets"]])
    body = {"data": [None, "auto", ""], "event_data": {"act": "open", "chat": place}, "fn_index": index, "session_hash": "guessed"}
    assert "core skill" in mine.post("/gradio_api/run/predict", json=body).text
    assert "core skill" not in other.post("/gradio_api/run/predict", json={**body, "event_data": {"act": "earlier"}}).text


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}, {"origin": "null"}],
    ids=str,
)
def test_another_site_cannot_change_anything(served: Served, headers: dict[str, str]) -> None:
    client, owner = visitor(served)
    conversation(served, owner, "What skills?")
    for path in ("/erase", "/gradio_api/run/predict", "/gradio_api/queue/join"):
        assert client.post(path, headers=headers, json={}).status_code == 403
    assert client.get("/erase").status_code in (404, 405), "only POST changes anything"
    assert len(served.store.conversations(owner)) == 1
    assert client.post("/erase", headers={"origin": served.url}).status_code == 200
    assert served.store.conversations(owner) == []


def test_the_origin_counts_where_a_browser_does_not_say_more() -> None:
    assert not from_elsewhere(request())
    assert not from_elsewhere(request(origin="https://coach.example"))
    assert not from_elsewhere(request(origin="https://other.example", sec_fetch_site="same-origin"))
    assert from_elsewhere(request(origin="https://other.example"))
    assert not from_elsewhere(request("GET", origin="https://other.example"))


def test_only_a_proxy_that_is_trusted_says_what_the_visitor_speaks() -> None:
    proxies = Proxies("127.0.0.1, 10.0.0.0/8,::1")
    assert proxies.secure(request(client="10.1.2.3", x_forwarded_proto="https"))
    assert not proxies.secure(request(client="203.0.113.9", x_forwarded_proto="https"))
    assert proxies.secure(request(scheme="https"))
    assert proxies.address(request(client="127.0.0.1", x_forwarded_for="1.2.3.4, 198.51.100.7")) == "198.51.100.7"
    assert proxies.address(request(client="203.0.113.9", x_forwarded_for="1.2.3.4")) == "203.0.113.9"
    with pytest.raises(ServiceError, match="COACH_TRUSTED_PROXIES"):
        Proxies("nowhere")


def test_with_accounts_nobody_comes_in_without_one(closed: Served) -> None:
    answer = httpx.get(closed.url, headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/")
    for path in ("/config", "/export/all.json", "/gradio_api/info", "/openapi.json"):
        assert httpx.get(closed.url + path).status_code == 401
    assert httpx.post(f"{closed.url}/gradio_api/queue/join", json={}).status_code == 401
    assert httpx.get(f"{closed.url}/healthz").status_code == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_login_page_speaks_both_languages_and_loads_nothing(closed: Served, language: str) -> None:
    text = strings(language)  # type: ignore[arg-type]
    page = httpx.get(f"{closed.url}/login", headers={**HTML, "accept-language": language})
    assert text.login_title in page.text
    assert f'lang="{language}"' in page.text
    assert "<script" not in page.text
    wrong = httpx.post(f"{closed.url}/login", data={"username": '"><i>', "password": "x"}, headers={**HTML, "accept-language": language})
    assert wrong.status_code == 401
    assert text.login_wrong in wrong.text
    assert "<i>" not in wrong.text


def test_logging_in_and_out(closed: Served, accounts: Accounts) -> None:
    client = httpx.Client(base_url=closed.url)
    assert (
        client.post("/login", data={"username": "Ana", "password": PASSWORD, "next": "//evil.example"}, headers=HTML).headers["location"]
        == "/"
    )
    assert client.get("/", headers=HTML).status_code == 200
    conversation(closed, owner_of_user("ana"), "What skills?")
    assert len(client.get("/export/all.json").json()["conversations"]) == 1
    assert "HttpOnly" in client.post("/login", data={"username": "ana", "password": PASSWORD}).headers["set-cookie"]
    token = client.cookies["coach-session"]
    assert client.post("/logout").status_code == 303
    assert client.get("/export/all.json").status_code == 401
    assert httpx.get(f"{closed.url}/export/all.json", headers={"cookie": f"coach-session={token}"}).status_code == 401, (
        "ended, not only forgotten"
    )


def test_a_program_logs_in_by_form_or_header(closed: Served) -> None:
    from gradio_client import Client

    client = Client(closed.url, auth=("ben", PASSWORD), verbose=False, analytics_enabled=False)
    assert client.predict("What skills?", api_name="/ask")["kind"] == "answer"
    given = base64.b64encode(f"ben:{PASSWORD}".encode()).decode()
    assert httpx.get(f"{closed.url}/export/all.json", headers={"authorization": f"Basic {given}"}).json()["conversations"] == []
    assert httpx.get(f"{closed.url}/export/all.json", headers={"authorization": "Basic %%%"}).status_code == 401


def test_a_password_that_changes_ends_sessions(closed: Served, accounts: Accounts) -> None:
    accounts.add("eve", PASSWORD)
    client = httpx.Client(base_url=closed.url)
    client.post("/login", data={"username": "eve", "password": PASSWORD})
    assert client.get("/config").status_code == 200
    accounts.add("eve", PASSWORD + "!", replace=True)
    assert client.get("/config").status_code == 401
    client.post("/login", data={"username": "eve", "password": PASSWORD + "!"})
    assert client.get("/config").status_code == 200
    accounts.remove("eve")
    assert client.get("/config").status_code == 401


def test_who_guesses_must_wait(tmp_path: Path, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    # The clock stands still: on a busy machine the wait would be over before the next request is there.
    monkeypatch.setattr("coach.ui.serve.Throttle", lambda: Throttle(lambda: 0.0))
    served = start(Settings(data=tmp_path, auth=str(accounts.path)), FakeCoach(), port=0)
    try:
        codes = [httpx.post(f"{served.url}/login", data={"username": "ana", "password": "no"}).status_code for _ in range(FREE_TRIES + 1)]
        assert codes == [401] * FREE_TRIES + [429]
        right = httpx.post(f"{served.url}/login", data={"username": "ana", "password": PASSWORD}, headers=HTML)
        assert right.status_code == 429
        assert int(right.headers["retry-after"]) >= 1
    finally:
        served.stop()


def test_waiting_grows_by_name_and_by_address_and_ends() -> None:
    now = [0.0]
    throttle = Throttle(lambda: now[0])
    for _ in range(12):
        throttle.failed("ana", "1.1.1.1")
    assert throttle.wait("ana", "2.2.2.2") == 60.0
    assert throttle.wait("ben", "1.1.1.1") == 128.0
    assert throttle.wait("ben", "2.2.2.2") == 0.0
    now[0] = 61.0
    assert throttle.wait("ana", "2.2.2.2") == 0.0
    for _ in range(100):
        throttle.failed("cleo", "3.3.3.3")
        throttle.succeeded("cleo", "3.3.3.3")
    assert throttle.wait("cleo", "3.3.3.3") == 0.0, "who knows the password is made to wait"


def test_logging_out_ends_the_session_in_every_process(tmp_path: Path, accounts: Accounts) -> None:
    """Two servers over one folder, as the processes of one are: neither knows what the other has in memory."""
    settings = Settings(data=tmp_path, auth=str(accounts.path))
    one, other = start(settings, FakeCoach(), port=0), start(settings, FakeCoach(), port=0)
    try:
        cookies = []
        for _ in range(2):
            posted = httpx.post(f"{one.url}/login", data={"username": "ana", "password": PASSWORD})
            cookies.append({"cookie": f"coach-session={posted.cookies['coach-session']}"})
        asked = [httpx.get(f"{served.url}/config", headers=mine).status_code for served in (one, other) for mine in cookies]
        assert asked == [200] * 4
        assert httpx.post(f"{one.url}/logout", headers=cookies[0]).status_code == 303
        for served in (one, other):
            assert [httpx.get(f"{served.url}/config", headers=mine).status_code for mine in cookies] == [401, 200]
    finally:
        one.stop()
        other.stop()


def test_what_was_ended_is_kept_as_long_as_it_would_have_lasted(tmp_path: Path) -> None:
    now = [1000.0]
    sessions = Sessions(b"s" * 32, {"ana": "hash"}.get, tmp_path / "ended", lambda: now[0])
    first = sessions.begin("ana")
    sessions.end(first)
    sessions.end("made.1.up.by-nobody")
    sessions.end("../../x")
    assert (sessions.user(first), len(list((tmp_path / "ended").iterdir()))) == (None, 1)
    now[0] += SESSION_SECONDS + 3601
    second = sessions.begin("ana")
    sessions.end(second)
    assert (sessions.user(second), len(list((tmp_path / "ended").iterdir()))) == (None, 1), "what is long over is kept for ever"
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ServiceError, match="so that nobody can log out"):
        Sessions(b"s" * 32, {"ana": "hash"}.get, tmp_path / "file" / "ended", lambda: now[0]).end(sessions.begin("ana"))


def test_a_session_is_over_after_its_time_and_cannot_be_made_up(tmp_path: Path) -> None:
    now = [1000.0]
    sessions = Sessions(b"s" * 32, {"ana": "hash"}.get, tmp_path, lambda: now[0])
    token = sessions.begin("ana")
    assert sessions.user(token) == "ana"
    name, ends, nonce, signature = token.split(".")
    for forged in (f"{name}.{int(ends) + 1}.{nonce}.{signature}", f"YmVu.{ends}.{nonce}.{signature}", token[:-1], "", "a.b.c.d", "é.1.x.y"):
        assert sessions.user(forged) is None
    assert Sessions(b"t" * 32, {"ana": "hash"}.get, tmp_path, lambda: now[0]).user(token) is None
    now[0] += SESSION_SECONDS + 1
    assert sessions.user(token) is None


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "session.key"
    assert session_secret(path) == session_secret(path)
    assert os.stat(path).st_mode & 0o077 == 0
    assert list(path.parent.iterdir()) == [path]
    path.write_bytes(b"short")
    with pytest.raises(ServiceError, match="remove it"):
        session_secret(path)


@pytest.mark.parametrize("where", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "/\t/evil.example", ""])
def test_a_login_leads_nowhere_else(where: str) -> None:
    assert _inside(where) == "/"
    assert _inside("/?tab=roles") == "/?tab=roles"


def test_a_proxy_names_the_user(tmp_path: Path) -> None:
    served = start(Settings(data=tmp_path, auth="header:X-Remote-User", trusted_proxies="127.0.0.1"), FakeCoach(), port=0)
    try:
        conversation(served, owner_of_user("ana"), "What skills?")
        found = httpx.get(f"{served.url}/export/all.json", headers={"x-remote-user": "Ana"})
        assert [one["title"] for one in found.json()["conversations"]] == ["What skills?"]
        assert httpx.get(f"{served.url}/export/all.json", headers={"x-remote-user": "ben"}).json()["conversations"] == []
        assert httpx.get(served.url, headers=HTML).status_code == 401
    finally:
        served.stop()


def test_a_header_from_anywhere_else_is_nothing(tmp_path: Path) -> None:
    served = start(Settings(data=tmp_path, auth="header:X-Remote-User", trusted_proxies="10.0.0.1"), FakeCoach(), port=0)
    try:
        forged = {"x-remote-user": "ana", "x-forwarded-for": "10.0.0.1"}
        assert httpx.get(f"{served.url}/export/all.json", headers=forged).status_code == 401
    finally:
        served.stop()
