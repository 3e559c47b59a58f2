"""Users: salted hashes, no name told from another by time, a file that is whole at every moment."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher

from coach.errors import CoachError, DocumentError, ServiceError
from coach.settings import Settings
from coach.storage import accounts as module
from coach.storage.access import ProxyHeader, access
from coach.storage.accounts import Accounts

PASSWORD = "correct horse ñ"
# Seconds are not what is tested here.
QUICK = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    module._stand_in.cache_clear()
    monkeypatch.setattr(module, "_hasher", lambda: QUICK)


@pytest.fixture
def users(tmp_path: Path) -> Accounts:
    return Accounts(tmp_path / "house" / "users")


def test_the_real_hashes_are_argon2id_at_the_strength_that_is_advised(monkeypatch: pytest.MonkeyPatch, users: Accounts) -> None:
    """At least the 19 MiB and two rounds of OWASP."""
    monkeypatch.undo()
    users.add("ana", PASSWORD)
    parameters = users.path.read_text().split("$")
    assert parameters[1] == "argon2id"
    memory, rounds, _ = (int(part.split("=")[1]) for part in parameters[3].split(","))
    assert (memory >= 19 * 1024, rounds >= 2) == (True, True)
    assert users.verify("ana", PASSWORD) == "ana"


def test_the_right_password_opens_and_no_other(users: Accounts) -> None:
    assert users.add(" Ana.Peña@example.com ", PASSWORD) == "ana.peña@example.com"
    assert users.verify("ANA.PEN\u0303A@example.com", PASSWORD.replace("ñ", "n\u0303")) == "ana.peña@example.com"
    for name, password in [
        ("ana.peña@example.com", PASSWORD + " "), ("ana.peña@example.com", ""), ("ana", PASSWORD), ("", PASSWORD), ("a:b", PASSWORD),
        ("ana.peña@example.com", PASSWORD + "x" * 2000), ("ana.peña@example.com", "\ud800"),
    ]:  # fmt: skip
        assert users.verify(name, password) is None


def test_the_file_is_its_owners_and_holds_no_password_and_each_salt_once(users: Accounts) -> None:
    users.add("ana", PASSWORD)
    users.add("ben", PASSWORD)
    text = users.path.read_text(encoding="utf-8")
    assert stat.S_IMODE(users.path.stat().st_mode) == 0o600
    assert PASSWORD not in text
    assert len({line.split("$")[4] for line in text.splitlines()}) == 2
    assert users.names() == ["ana", "ben"]


def test_a_name_that_is_not_there_costs_a_hash_too(users: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    users.add("ana", PASSWORD)
    seen: list[str] = []

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            seen.append(hashed.split("$")[3])
            return QUICK.verify(hashed, password)

        def hash(self, password: str) -> str:
            return QUICK.hash(password)

    monkeypatch.setattr(module, "_hasher", Counting)
    for name in ("ana", "nobody", "not a name", "x" * 500):
        assert users.verify(name, "wrong password") is None
    assert seen == ["m=64,t=1,p=1"] * 4
    assert users.verify("nobody", "nobody has this password") is None


@pytest.mark.parametrize("name", ["", "a b", "a:b", "-x", "é" * 65, "a\nb", "../x", "a\0"])
def test_a_name_that_cannot_be_taken_is_refused(users: Accounts, name: str) -> None:
    with pytest.raises(CoachError, match="a user's name has 1 to 64"):
        users.add(name, PASSWORD)
    assert not users.path.exists()


@pytest.mark.parametrize("password", ["", "1234567", "x" * 1025])
def test_a_password_that_cannot_be_taken_is_refused(users: Accounts, password: str) -> None:
    with pytest.raises(CoachError, match="a password has 8 to 1024 characters"):
        users.add("ana", password)


def test_a_user_is_there_once_and_may_get_a_new_password(users: Accounts) -> None:
    users.add("ana", PASSWORD)
    with pytest.raises(CoachError, match="ana is there already"):
        users.add("ANA", "another one")
    assert users.verify("ana", PASSWORD)
    users.add("Ana", "another one", replace=True)
    assert (users.verify("ana", PASSWORD), users.verify("ana", "another one")) == (None, "ana")
    assert users.remove("ANA") == "ana"
    assert users.verify("ana", "another one") is None
    with pytest.raises(CoachError, match="there is no user ana"):
        users.remove("ana")


def test_several_who_add_at_once_lose_nobody(users: Accounts) -> None:
    names = [f"user{number}" for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda name: users.add(name, PASSWORD), names))
    assert users.names() == sorted(names)
    assert [path.name for path in users.path.parent.iterdir() if path.name.startswith(".users")] == []


@pytest.mark.parametrize(
    "line",
    ["ana", "ana:", "ana:plain password", "Ana:{hash}", ":{hash}", "a b:{hash}", "ana:{hash}x$", "ana:$argon2i$v=19$m=8,t=1,p=1$YQ$YQ"],
)
def test_a_line_broken_by_hand_is_named_and_not_repeated(users: Accounts, line: str) -> None:
    users.add("ben", PASSWORD)
    with users.path.open("a", encoding="utf-8") as file:
        file.write(f"# a comment\n\n{line.format(hash=QUICK.hash(PASSWORD))}\n")
    for call in (users.names, lambda: users.verify("ben", PASSWORD), lambda: users.add("cid", PASSWORD)):
        with pytest.raises(DocumentError) as caught:
            call()
        assert str(caught.value) == f"{users.path}:4: is no user; remove the line and use `coach user add NAME`"


def test_a_name_that_is_there_twice_is_named(users: Accounts) -> None:
    users.add("ben", PASSWORD)
    users.path.write_text(users.path.read_text() * 2)
    with pytest.raises(DocumentError, match=":2: ben is there twice"):
        users.names()


def test_a_file_that_cannot_be_used_is_a_stated_failure(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="there is no users file; `coach user add NAME` begins it"):
        Accounts(tmp_path / "none").names()
    (tmp_path / "latin").write_bytes(b"\xe9:x")
    with pytest.raises(ServiceError, match=r"latin: the users cannot be read \(UnicodeDecodeError\)"):
        Accounts(tmp_path / "latin").names()
    with pytest.raises(ServiceError, match="the users cannot be kept"):
        Accounts(tmp_path / "latin" / "below").add("ana", PASSWORD)


def settings(**given: Any) -> Settings:
    return Settings(**given)


def test_without_the_setting_everybody_may_use_the_page() -> None:
    assert access(settings()) is access(settings(auth=" ")) is None


def test_a_users_file_lets_in_its_users(users: Accounts) -> None:
    with pytest.raises(ServiceError, match="there is no users file"):
        access(settings(auth=str(users.path)))
    users.add("ana", PASSWORD)
    assert access(settings(auth=str(users.path))) == users
    users.remove("ana")
    with pytest.raises(ServiceError, match="holds no user"):
        access(settings(auth=str(users.path)))


@pytest.mark.parametrize(
    ("peer", "values", "owner"),
    [
        ("127.0.0.1", ["Ana"], "user:ana"), ("::1", ["ana"], "user:ana"), ("::ffff:127.0.0.1", ["ana"], "user:ana"),
        ("10.1.2.3", ["CN=Ana Peña"], "user:cn=ana peña"), ("11.1.2.3", ["ana"], None), ("::ffff:11.1.2.3", ["ana"], None),
        (None, ["ana"], None), ("", ["ana"], None), ("nonsense", ["ana"], None),
        ("127.0.0.1", [], None), ("127.0.0.1", ["ana", "ben"], None), ("127.0.0.1", ["  "], None), ("127.0.0.1", ["a\nb"], None),
        ("127.0.0.1", ["x" * 201], None),
    ],
)  # fmt: skip
def test_a_header_is_believed_from_a_trusted_proxy_only(peer: str | None, values: list[str], owner: str | None) -> None:
    proxy = access(settings(auth="header: X-Forwarded-User", trusted_proxies="127.0.0.1, ::1,10.0.0.0/8"))
    assert isinstance(proxy, ProxyHeader)
    assert proxy.name == "X-Forwarded-User"
    assert proxy.owner(peer, values) == owner


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"auth": "header:"}, "names no header"), ({"auth": "header:a b"}, "names no header"),
        ({"auth": "header:X", "trusted_proxies": "127.0.0.1,everybody"}, "COACH_TRUSTED_PROXIES: everybody is no address"),
        ({"auth": "header:X", "trusted_proxies": " , "}, "COACH_TRUSTED_PROXIES: is empty"),
    ],
)  # fmt: skip
def test_a_setting_that_lets_in_nobody_is_refused(given: dict[str, str], message: str) -> None:
    with pytest.raises(ServiceError, match=message):
        access(settings(**given))
