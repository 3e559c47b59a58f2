"""Occupations imported from public classifications: how they are kept in the user's data folder, and how they join our roles."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from coach.errors import DocumentError, ServiceError
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.statements import split
from coach.language import fold, stems
from coach.types import Language, Role, Section, Source, Statement

SCHEMES = ("esco", "onet")
"""The classifications that can be imported. Where both hold an occupation, the first one names it: ESCO has both languages."""
BRACKETS = re.compile(r"\s*\([^()]*\)")
INITIALS = re.compile(r"\(([A-Z]{3,6})\)\s*$")


@dataclass(frozen=True, slots=True)
class Text:
    """What one occupation's document says in one language under one section of the catalogue, in Markdown."""

    language: Language
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Occupation:
    """One imported document. `code` is the ESCO URI or O*NET-SOC code, `name` the document's name as citations show it."""

    id: str
    code: str
    name: str
    titles: Mapping[Language, str]
    aliases: Mapping[Language, tuple[str, ...]]
    updated: str | None
    sources: Mapping[Language, Source]
    texts: tuple[Text, ...]


def slug(title: str) -> str:
    """The id of a role with that title: "Bee breeder" → "bee-breeder". Raises DocumentError where it has no Latin letter or digit."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    if not words:
        raise DocumentError(repr(title), None, "is no title in Latin letters to make an id of", "give the files as published")
    return "-".join(words)


def spoken_names(names: Iterable[str], language: Language) -> tuple[str, ...]:
    """`names` as people say them, each once: without brackets, and with the initials that stand in them ("Chief Executive Officer (CEO)").

    Initials count where they are those of the name; others ("Scrub Technician (OR)") would be taken for everyday words.
    """
    found: dict[str, None] = {}
    for name in names:
        plain = " ".join(BRACKETS.sub("", name).split())
        if plain:
            found[plain] = None
        match = INITIALS.search(name)
        if match and language == "en" and match[1] == "".join(word[0] for word in re.findall(r"\w+", plain)).upper():
            found[match[1]] = None
    return tuple(found)


def save_occupations(folder: Path, scheme: str, occupations: Sequence[Occupation]) -> Path:
    """Writes the documents of one classification, one JSON object a line, in place of those imported before; returns the file.

    The last line is a seal: how many documents there are, and the SHA-256 of the lines before it. The file is replaced in one step:
    killed at any moment, the old one or the new one is there whole. Raises DocumentError where two occupations have the same id,
    ServiceError where the folder cannot be written.
    """
    ids: dict[str, Occupation] = {}
    for occupation in occupations:
        if (other := ids.setdefault(occupation.id, occupation)) is not occupation:
            raise DocumentError(
                occupation.name, None, f"has the role id {occupation.id!r} of {other.name}", "give the files of one release, as published"
            )
    path = folder / f"{scheme}.jsonl"
    text = "".join(f"{json.dumps(_record(occupation), ensure_ascii=False)}\n" for occupation in occupations)
    seal = json.dumps({"occupations": len(occupations), "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest()})
    beside = path.with_suffix(".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside.write_text(f"{text}{seal}\n", encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise ServiceError(f"{folder}: cannot be written ({error.strerror}); set COACH_DATA to a folder that can") from error
    return path


def _record(occupation: Occupation) -> dict[str, Any]:
    texts = [
        {**asdict(text), "statements": [[one.start, one.end, one.kind, one.group] for one in split(text.text, text.language)]}
        for text in occupation.texts
    ]
    return {**asdict(occupation), "texts": texts}


def read_imports(folder: Path, catalogue: Catalogue) -> list[Role]:
    """The occupations imported into `folder` as roles, ESCO's first; none where nothing was imported.

    Raises DocumentError where a file there is damaged.
    """
    return [role for scheme in SCHEMES if (folder / f"{scheme}.jsonl").is_file() for role in _read(folder / f"{scheme}.jsonl", catalogue)]


def _read(path: Path, catalogue: Catalogue) -> list[Role]:
    roles: list[Role] = []
    digest, seal = hashlib.sha256(), None
    try:
        with path.open("rb") as file:
            for line in file:
                record = json.loads(line)
                if "sha256" in record:
                    seal = (record["occupations"], record["sha256"])
                else:
                    digest.update(line)
                    roles.append(_role(record, catalogue))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DocumentError(
            str(path), len(roles) + 1, f"is damaged ({type(error).__name__})", f"run `coach import {path.stem}` again"
        ) from error
    if seal != (len(roles), digest.hexdigest()):
        what = "has been changed since it was written" if seal else "ends too early"
        raise DocumentError(str(path), None, what, f"run `coach import {path.stem}` again")
    return roles


def _role(record: dict[str, Any], catalogue: Catalogue) -> Role:
    sources = {language: Source(**source) for language, source in record["sources"].items()}
    sections = tuple(
        Section(
            role=record["id"],
            language=text["language"],
            id=text["section"],
            heading=catalogue.heading(text["section"], text["language"]),
            text=text["text"],
            statements=tuple(Statement(start, end, kind, group) for start, end, kind, group in text["statements"]),
            source=sources[text["language"]],
            document=record["name"],
            updated=record["updated"],
        )
        for text in record["texts"]
    )
    return Role(
        id=record["id"],
        titles=record["titles"],
        aliases={language: tuple(names) for language, names in record["aliases"].items()},
        sections=sections,
        updated=record["updated"],
        origin="import",
        codes=(record["code"],),
    )


def imported_roles(occupations: Sequence[Occupation], catalogue: Catalogue) -> list[Role]:
    """The occupations as the roles that `read_imports` would give."""
    return [_role(json.loads(json.dumps(_record(occupation))), catalogue) for occupation in occupations]


def join(curated: Sequence[Role], imported: Sequence[Role]) -> list[Role]:
    """The imported roles as they stand beside the curated ones.

    Where a curated role names the code of an occupation as its own, the curated one leads and the import adds titles only.
    An occupation that a classification read earlier has under the same title joins that one. Raises DocumentError where an
    import has the id of a curated role that does not name its code.
    """
    owners = {code: role.id for role in curated for code in role.codes}
    taken = {role.id for role in curated}
    by_title: dict[tuple[str, ...], str] = {}
    joined = []
    for role in imported:
        owner = owners.get(role.codes[0])
        if owner:
            joined.append(replace(role, id=owner, sections=()))
            continue
        if role.id in taken:
            raise DocumentError(
                role.codes[0],
                None,
                f"has the role id {role.id!r} of a curated role that does not name this code",
                f"name the code in facts.yaml of {role.id}, with match: exact, or rename the curated role",
            )
        titles = [tuple(stems(title, "en")) for title in (role.titles.get("en"),) if title]
        same = next((by_title[title] for title in titles if title in by_title), role.id)
        for title in titles:
            by_title.setdefault(title, same)
        joined.append(role if same == role.id else _renamed(role, same))
    return joined


def _renamed(role: Role, role_id: str) -> Role:
    return replace(role, id=role_id, sections=tuple(replace(section, role=role_id) for section in role.sections))
