"""`coach user`: the users file from the terminal."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import invoke, one_line

from coach.settings import Settings
from coach.storage.accounts import Accounts
from coach.storage.records import owner_of_user
from coach.storage.store import Store


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COACH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COACH_AUTH", str(tmp_path / "users"))
    return tmp_path / "users"


def test_a_user_is_added_listed_and_removed_with_what_they_wrote(file: Path, tmp_path: Path) -> None:
    added = invoke("user", "add", "Ana", given="long password\nlong password\n")
    assert (added.exit_code, "long password" in added.output) == (0, False)
    assert f"{file}: ana may use the page" in added.stdout
    assert Accounts(file).verify("ana", "long password") == "ana"
    assert invoke("user", "add", "ben", "--password-stdin", given="from a pipe\n").exit_code == 0
    assert Accounts(file).verify("ben", "from a pipe") == "ben"
    assert invoke("user", "list").stdout == "ana\nben\n"
    with Store.open(Settings(data=tmp_path / "data")) as store:
        for name in ("ana", "ben"):
            store.start(owner_of_user(name), "en", "t")
    assert "erased" not in invoke("user", "remove", "ben").stdout
    assert "erased 1 conversations, 0 exchanges and 0 attempts" in invoke("user", "remove", "ANA", "--erase").stdout
    with Store.open(Settings(data=tmp_path / "data")) as store:
        assert [len(store.conversations(owner_of_user(name))) for name in ("ana", "ben")] == [0, 1]


def test_what_cannot_be_done_is_said_in_one_line(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "choose another" in one_line(invoke("user", "add", "a b", "--password-stdin", given="long password\n"))
    assert "a password has 8" in one_line(invoke("user", "add", "ana", "--password-stdin", given="short\n"))
    assert "there is no users file" in one_line(invoke("user", "list"))
    invoke("user", "add", "ana", "--password-stdin", given="long password\n")
    assert "--replace" in one_line(invoke("user", "add", "ana", "--password-stdin", given="long password\n"))
    assert invoke("user", "add", "ana", "--password-stdin", "--replace", given="another password\n").exit_code == 0
    assert "no user ben" in one_line(invoke("user", "remove", "ben"))
    assert file.read_text(encoding="utf-8").startswith("ana:$argon2id$")
    monkeypatch.setenv("COACH_AUTH", "header:X-User")
    assert "names no users file" in one_line(invoke("user", "list"))
    assert invoke("user", "list", "--file", file).stdout == "ana\n"
    monkeypatch.delenv("COACH_AUTH")
    assert "names no users file" in one_line(invoke("user", "list"))


def test_two_passwords_that_differ_are_asked_for_again(file: Path) -> None:
    result = invoke("user", "add", "ana", given="long password\nlong passwort\nlong password\nlong password\n")
    assert result.exit_code == 0
    assert "do not match" in result.output
    assert Accounts(file).verify("ana", "long password") == "ana"
