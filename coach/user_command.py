"""`coach user`: who may use the page, where COACH_AUTH names a users file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from coach.settings import Settings
    from coach.storage.accounts import Accounts

FILE = click.option("--file", type=click.Path(path_type=Path, dir_okay=False), help="The users file; by default that of COACH_AUTH.")


@click.group()
def user() -> None:
    """Add, remove and list the users of the web page."""


@user.command("add")
@click.argument("name")
@click.option("--password-stdin", "from_stdin", is_flag=True, help="Read the password from standard input instead of asking for it twice.")
@click.option("--replace", is_flag=True, help="Give a user there is a new password.")
@FILE
def add(name: str, from_stdin: bool, replace: bool, file: Path | None) -> None:
    """Add the user NAME. The password is asked for, and kept as a salted hash only."""
    from coach.storage.accounts import SHORTEST_PASSWORD, user_name

    accounts = _accounts(_settings(), file)
    user_name(name)
    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(f"Password (at least {SHORTEST_PASSWORD} characters)", hide_input=True, confirmation_prompt=True)
    click.echo(f"{accounts.path}: {accounts.add(name, password, replace=replace)} may use the page")


@user.command("remove")
@click.argument("name")
@click.option("--erase", is_flag=True, help="Erase their conversations and practice too.")
@FILE
def remove(name: str, erase: bool, file: Path | None) -> None:
    """Remove the user NAME. What they wrote stays, unless --erase is given."""
    from coach.storage.records import owner_of_user
    from coach.storage.store import Store

    settings = _settings()
    accounts = _accounts(settings, file)
    removed = accounts.remove(name)
    click.echo(f"{accounts.path}: {removed} may not use the page any more")
    if erase:
        with Store.open(settings) as store:
            gone = store.erase(owner_of_user(removed))
        click.echo(f"erased {gone.conversations} conversations, {gone.exchanges} exchanges and {gone.attempts} attempts")


@user.command("list")
@FILE
def list_(file: Path | None) -> None:
    """Print the names, one a line."""
    for name in _accounts(_settings(), file).names():
        click.echo(name)


def _settings() -> Settings:
    from coach.settings import read_settings

    return read_settings()


def _accounts(settings: Settings, file: Path | None) -> Accounts:
    from coach.errors import ServiceError
    from coach.storage.access import HEADER
    from coach.storage.accounts import Accounts

    if file is not None:
        return Accounts(file)
    if not settings.auth or settings.auth.lower().startswith(HEADER):
        raise ServiceError("COACH_AUTH: names no users file; set it to one, or give --file")
    return Accounts(Path(settings.auth).expanduser())
