"""What in the curated documents is older than it should be: documents, sources and figures to look at again."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.errors import CoachError
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.documents import RoleFolder, read_folder, role_folders
from coach.knowledge.facts import line_of

AGE = re.compile(r"(?P<count>\d{1,4})(?P<unit>[my])")


@dataclass(frozen=True, slots=True)
class Stale:
    """Something dated `date` ("YYYY" or "YYYY-MM") that stands in `path`, on `line` where it has one."""

    path: Path
    line: int | None
    what: str
    date: str


def months(age: str) -> int:
    """The months in an age like "18m" or "2y". Raises CoachError for anything else."""
    match = AGE.fullmatch(age.strip().lower())
    if not match:
        raise CoachError(f"--stale {age}: is no age; write months or years, like 18m or 2y")
    return int(match["count"]) * (12 if match["unit"] == "y" else 1)


def stale(knowledge: Path, catalogue: Catalogue, age: int, today: datetime.date) -> list[Stale]:
    """What is older than `age` months, the oldest first. A year alone counts as its last month."""
    oldest = today.year * 12 + today.month - 1 - age
    found = [one for path in role_folders(knowledge) for one in _dated(read_folder(path, catalogue)) if _month(one.date) < oldest]
    return sorted(found, key=lambda one: (_month(one.date), str(one.path), one.line or 0))


def _month(date: str) -> int:
    year, _, month = date.partition("-")
    return int(year) * 12 + (int(month) if month else 12) - 1


def _dated(folder: RoleFolder) -> Iterator[Stale]:
    for document in folder.documents.values():
        yield Stale(document.path, 1, "the document", document.head.updated)
    if folder.facts is None:
        return
    path = folder.path / "facts.yaml"
    for at, source in enumerate(folder.facts.sources):
        if source.date:
            yield Stale(path, line_of(path, ("sources", at)), f"source {source.id}", source.date)
    for at, row in enumerate(folder.facts.salaries):
        if row.year:
            yield Stale(path, line_of(path, ("salaries", at)), f"salary in {row.place} ({row.source.en})", str(row.year))
    for at, outlook in enumerate(folder.facts.outlook):
        yield Stale(path, line_of(path, ("outlook", at)), f"outlook in {outlook.place}", str(outlook.year))
