"""What the commands on documents do and print: imports, checks, and new roles."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from coach.errors import CoachError
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.check import check
from coach.settings import Settings


def import_command(settings: Settings, scheme: str, folder: Path) -> None:
    """Turns the files of a classification in `folder` into documents of the data folder and says how many.

    Raises DocumentError where a file or an id is wrong; what was imported before then stays as it was.
    """
    from coach.knowledge.documents import read_roles
    from coach.knowledge.import_esco import read_esco
    from coach.knowledge.import_onet import read_onet
    from coach.knowledge.imports import imported_roles, join, save_occupations

    if not folder.is_dir():
        what = "is a file" if folder.exists() else "there is no such folder"
        raise CoachError(f"{folder}: {what}; name the folder with the files of the classification")
    if scheme == "onet":
        read = read_onet(folder)
        occupations, absent = read.occupations, read.absent
    else:
        occupations, absent = tuple(read_esco(folder)), ()
    catalogue = load_catalogue(settings.knowledge)
    joined = join(read_roles(settings.knowledge, catalogue), imported_roles(occupations, catalogue))
    path = save_occupations(settings.imports_folder, scheme, occupations)
    for name in absent:
        click.echo(f"coach: {folder / name} is not there; what it holds is left out", err=True)
    led = sum(not role.sections for role in joined)
    click.echo(f"{path}: {len(occupations)} occupations, {led} of them names of curated roles; now run `coach ingest`")


def import_remove_command(settings: Settings, scheme: str) -> None:
    """Removes the documents of a classification. Raises CoachError where there are none."""
    path = settings.imports_folder / f"{scheme}.jsonl"
    try:
        path.unlink()
    except FileNotFoundError as error:
        raise CoachError(f"{path}: nothing was imported there; `coach import {scheme} FOLDER` does") from error
    except OSError as error:
        raise CoachError(f"{path}: cannot be removed ({error.strerror}); make its folder writable") from error
    click.echo(f"{path}: removed; now run `coach ingest`")


def check_command(settings: Settings) -> bool:
    """Prints every problem of the curated documents; True where there is none."""
    report = check(settings.knowledge, datetime.date.today())
    for problem in report.problems:
        click.echo(" ".join(str(problem).split()), err=True)
    if report.problems:
        click.echo(f"{len(report.problems)} problems in {len(report.roles)} roles", err=True)
        return False
    click.echo(f"{len(report.roles)} roles, no problem: {', '.join(report.roles)}")
    return True


def stale_command(settings: Settings, age: str) -> None:
    """Prints what is older than `age`, the oldest first. Raises CoachError where that is no age."""
    from coach.knowledge.stale import months, stale

    found = stale(settings.knowledge, load_catalogue(settings.knowledge), months(age), datetime.date.today())
    for one in found:
        click.echo(f"{one.path}:{one.line}: {one.what} is of {one.date}")
    click.echo(f"{len(found)} to review" if found else "nothing is older", err=True)


def new_command(settings: Settings, role: str, title: str, spanish: str) -> None:
    """Begins a role and says what to do next. Raises CoachError where the id is taken or the folder cannot be written."""
    from coach.knowledge.scaffold import begin_role

    catalogue = load_catalogue(settings.knowledge)
    folder = begin_role(settings.knowledge, catalogue, role, {"en": title, "es": spanish}, datetime.date.today())
    click.echo(f"{folder}: begun; write en.md, es.md and facts.yaml, and let `coach check` say what is missing")
