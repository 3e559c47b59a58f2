"""The text files of the O*NET database as documents, in English, the only language they are published in.

Source: O*NET Resource Center (https://www.onetcenter.org/database.html), the download "Text". Elements and scales are those
of its data dictionary: scale IM is importance from 1 to 5.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.errors import DocumentError
from coach.knowledge.import_files import Row, read_rows
from coach.knowledge.import_wholeness import require_named, require_whole
from coach.knowledge.imports import Occupation, Text, slug, spoken_names
from coach.language import say
from coach.types import LANGUAGES, Source

RELEASE = "the O*NET database (text, tab-separated)"
CODE = "O*NET-SOC Code"
NEEDED = {
    "Occupation Data.txt": (CODE, "Title", "Description"),
    "Alternate Titles.txt": (CODE, "Alternate Title"),
    "Task Statements.txt": (CODE, "Task", "Task Type"),
}
OPTIONAL = {
    "Sample of Reported Titles.txt": (CODE, "Reported Job Title"),
    "Emerging Tasks.txt": (CODE, "Task", "Category"),
    "Technology Skills.txt": (CODE, "Example", "Commodity Title", "Hot Technology"),
    "Work Styles.txt": (CODE, "Element ID", "Element Name", "Scale ID", "Data Value"),
    "Content Model Reference.txt": ("Element ID", "Description"),
    "Job Zones.txt": (CODE, "Job Zone"),
    "Job Zone Reference.txt": ("Job Zone", "Experience", "Education", "Job Training"),
    "Related Occupations.txt": (CODE, "Related O*NET-SOC Code", "Relatedness Tier", "Index"),
}
SOC = re.compile(r"\d{2}-\d{4}\.\d{2}")
VERSION = re.compile(r"O\*NET\W*\s([\d.]+) Database\s+(\w+) (\d{4}) Release")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
IMPORTANCE = "IM"
MOST_STYLES, MOST_EXAMPLES, MOST_RELATED = 6, 8, 10
# The short list that O*NET itself shows first; "Supplemental" ones are further away.
NEAR_TIERS = ("Primary-Short", "Primary-Long")


@dataclass(frozen=True, slots=True)
class Onet:
    """What was read: the documents, and the optional files that were not there."""

    occupations: tuple[Occupation, ...]
    absent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Tables:
    by_code: dict[str, dict[str, list[Row]]]
    styles: dict[str, str]
    zones: dict[str, Row]
    titles: dict[str, str]

    def rows(self, file: str, code: str) -> Sequence[Row]:
        return self.by_code[file].get(code, ())


def read_onet(folder: Path) -> Onet:
    """Every occupation of the database in `folder`, by code. Raises DocumentError where a needed file is missing or a file is wrong."""
    tables: dict[str, list[Row]] = {name: read_rows(folder / name, columns, "\t", RELEASE) for name, columns in NEEDED.items()}
    absent = []
    for name, columns in OPTIONAL.items():
        if (folder / name).is_file():
            tables[name] = read_rows(folder / name, columns, "\t", RELEASE)
        else:
            absent.append(name)
            tables[name] = []
    listed = tables["Occupation Data.txt"]
    titles: dict[str, str] = {}
    for row in listed:
        if not SOC.fullmatch(row[CODE]) or row[CODE] in titles:
            raise DocumentError(
                str(folder / "Occupation Data.txt"),
                None,
                f"{row[CODE]!r} is no O*NET-SOC code, or stands twice",
                "give the file as published",
            )
        titles[row[CODE]] = row["Title"]
    require_whole(folder, tables, CODE, "Occupation Data.txt")
    require_named(folder, tables, "Work Styles.txt", "Element ID", "Content Model Reference.txt")
    require_named(folder, tables, "Job Zones.txt", "Job Zone", "Job Zone Reference.txt")
    joined = _Tables(
        {name: _by_code(rows) for name, rows in tables.items() if rows and CODE in rows[0]} | {name: {} for name in absent},
        {row["Element ID"]: row["Description"] for row in tables["Content Model Reference.txt"]},
        {row["Job Zone"]: row for row in tables["Job Zone Reference.txt"]},
        titles,
    )
    version, date = _version(folder)
    return Onet(tuple(_occupation(row, joined, version, date) for row in listed), tuple(absent))


def _by_code(rows: Iterable[Row]) -> dict[str, list[Row]]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row[CODE]].append(row)
    return grouped


def _version(folder: Path) -> tuple[str, str | None]:
    """The number and the month of the release, as its read-me gives them; "" and None where there is none."""
    path = folder / "Read Me.txt"
    match = VERSION.search(path.read_text(encoding="utf-8", errors="replace")) if path.is_file() else None
    if not match or match[2] not in MONTHS:
        return "", None
    return match[1], f"{match[3]}-{MONTHS.index(match[2]) + 1:02d}"


def _occupation(row: Row, tables: _Tables, version: str, date: str | None) -> Occupation:
    code, title = row[CODE], row["Title"].strip()
    names = [one["Reported Job Title"] for one in tables.rows("Sample of Reported Titles.txt", code)]
    names += [one["Alternate Title"] for one in tables.rows("Alternate Titles.txt", code)]
    url = f"https://www.onetonline.org/link/summary/{code}"
    return Occupation(
        id=slug(title),
        code=code,
        name=f"onet-{code.replace('.', '-')}",
        titles={"en": title},
        aliases={"en": tuple(name for name in spoken_names(names, "en") if name.lower() != title.lower())},
        updated=date,
        sources={
            language: Source(
                f"{say('onet', language, version=version)}: {title}".replace("  ", " "), url, date, say("onet_licence", language)
            )
            for language in LANGUAGES
        },
        texts=tuple(Text("en", section, text) for section, text in _sections(code, row, tables) if text),
    )


def _sections(code: str, row: Row, tables: _Tables) -> list[tuple[str, str]]:
    return [
        ("overview", row["Description"].strip()),
        ("responsibilities", _tasks(code, tables)),
        ("skills", _styles(code, tables)),
        ("tools", _technologies(code, tables)),
        ("tracks", _related(code, tables)),
        ("learning", _preparation(code, tables)),
    ]


def _tasks(code: str, tables: _Tables) -> str:
    tasks = tables.rows("Task Statements.txt", code)
    core = [one["Task"] for one in tasks if one["Task Type"] == "Core"]
    others = [one["Task"] for one in tasks if one["Task Type"] != "Core"]
    others += [one["Task"] for one in tables.rows("Emerging Tasks.txt", code) if one["Category"] == "New"]
    groups = [("Core tasks", core), ("Further tasks", others)]
    return "\n\n".join(f"### {heading}\n\n{_items(items)}" for heading, items in groups if items)


def _styles(code: str, tables: _Tables) -> str:
    """The work styles rated most important, with what O*NET means by them."""
    rated = [one for one in tables.rows("Work Styles.txt", code) if one["Scale ID"] == IMPORTANCE]
    rated.sort(key=lambda one: -_number(one, "Data Value", "Work Styles.txt"))
    return _items(
        f"**{one['Element Name']}**: {tables.styles.get(one['Element ID'], 'a work style of this occupation.')} "
        f"(importance {one['Data Value']} on a scale from 1 to 5)"
        for one in rated[:MOST_STYLES]
    )


def _technologies(code: str, tables: _Tables) -> str:
    """One item per kind of software, those with technologies in high demand first, which also stand first within it."""
    kinds: dict[str, list[Row]] = defaultdict(list)
    for one in tables.rows("Technology Skills.txt", code):
        kinds[one["Commodity Title"]].append(one)
    ordered = sorted(kinds.items(), key=lambda kind: (-sum(one["Hot Technology"] == "Y" for one in kind[1]), -len(kind[1]), kind[0]))
    items = []
    for kind, examples in ordered:
        examples.sort(key=lambda one: one["Hot Technology"] != "Y")
        more = " and others" if len(examples) > MOST_EXAMPLES else ""
        items.append(f"**{kind}**: {', '.join(one['Example'] for one in examples[:MOST_EXAMPLES])}{more}.")
    return _items(items)


def _number(row: Row, column: str, file: str) -> float:
    try:
        return float(row[column])
    except ValueError as error:
        raise DocumentError(file, None, f"{column} of {row[CODE]} is no number ({row[column]!r})", "give the file as published") from error


def _related(code: str, tables: _Tables) -> str:
    rows = [one for one in tables.rows("Related Occupations.txt", code) if one["Relatedness Tier"] in NEAR_TIERS]
    rows.sort(key=lambda one: _number(one, "Index", "Related Occupations.txt"))
    titles = [tables.titles[one["Related O*NET-SOC Code"]] for one in rows if one["Related O*NET-SOC Code"] in tables.titles]
    return f"Occupations closely related to {tables.titles[code]}: {'; '.join(titles[:MOST_RELATED])}." if titles else ""


def _preparation(code: str, tables: _Tables) -> str:
    zones = tables.rows("Job Zones.txt", code)
    zone = tables.zones.get(zones[0]["Job Zone"]) if zones else None
    if not zone:
        return ""
    kinds = (("Education", zone["Education"]), ("Experience", zone["Experience"]), ("Training", zone["Job Training"]))
    return _items(f"**{kind}**: {text.strip()}" for kind, text in kinds if text.strip())


def _items(items: Iterable[str]) -> str:
    return "\n".join(f"- {' '.join(item.split())}" for item in items)
