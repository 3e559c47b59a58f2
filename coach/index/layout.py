"""How a generation of the index lies on disk: its manifest, its chunks and its role cards.

<index>/CURRENT                 the name of the generation that answers
<index>/<generation>/           manifest.json, chunks.jsonl, roles.json, statements.npy, asked.npy, names.npy, bm25-en/, bm25-es/, chroma/
<index>/.building-<generation>/ one that is being built, or was when its build was killed
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, cast

from coach.errors import IndexMissing, IndexUnusable
from coach.types import LANGUAGES, Chunk, Language, Pay, Role, Source, Statement

FORMAT = 3
"""Raised whenever the files, the chunking or the texts that are embedded change: an index of another format is built anew."""
CURRENT, MANIFEST, CHUNKS, ROLES, STATEMENTS, ASKED, NAMES, CHROMA = (
    "CURRENT",
    "manifest.json",
    "chunks.jsonl",
    "roles.json",
    "statements.npy",
    "asked.npy",
    "names.npy",
    "chroma",
)
BUILDING = ".building-"
GENERATION = re.compile(r"\d{6,}-[0-9a-f]{12}")
FIX = "run `coach ingest`"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds. `files` gives the SHA-256 of every file but Chroma's own, by its path in the generation."""

    format: int
    fingerprint: str
    dimension: int
    content_hash: str
    chunks: int
    statements: int
    asked: int
    names: int
    created: str
    files: Mapping[str, str]

    def write(self, folder: Path) -> None:
        """Writes the manifest into a generation's folder."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=2), "utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of a generation. Raises `IndexUnusable` where it is missing, damaged or of another format."""
        path = folder / MANIFEST
        try:
            record = json.loads(path.read_text("utf-8"))
            found = record["format"]
            if found != FORMAT:
                raise IndexUnusable(f"{path}: the index has format {found}, this version of the coach reads {FORMAT}; {FIX}")
            return cls(**record)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise IndexUnusable(f"{path}: the index is damaged ({type(error).__name__}); {FIX}") from error


@dataclass(frozen=True, slots=True)
class RoleName:
    """One title or alias of a role, in its language."""

    role: str
    language: Language
    name: str


def current_generation(folder: Path) -> str:
    """The name of the generation that answers. Raises `IndexMissing` where there is none, `IndexUnusable` where it is damaged."""
    try:
        name = (folder / CURRENT).read_text("utf-8").strip()
    except FileNotFoundError as error:
        raise IndexMissing(f"{folder}: there is no index here; {FIX}") from error
    except (OSError, ValueError) as error:
        raise IndexUnusable(f"{folder / CURRENT}: cannot be read ({type(error).__name__}); {FIX}") from error
    if not GENERATION.fullmatch(name) or not (folder / name).is_dir():
        raise IndexUnusable(f"{folder / CURRENT}: names a generation that is not there ({name[:40]!r}); {FIX}")
    return name


def content_hash_of(roles: Iterable[Role]) -> str:
    """SHA-256 over everything the roles say, whatever their order."""

    def plain(value: Any) -> Any:
        return dict(value) if isinstance(value, Mapping) else {one.name: getattr(value, one.name) for one in fields(value)}

    lines = sorted(json.dumps(role, default=plain, sort_keys=True, ensure_ascii=False) for role in roles)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def has_vector(statement: Statement, chunk: Chunk) -> bool:
    """Whether a statement has a vector of its own. A row is found by its figures; the statements of thousands of imported
    occupations are found by their chunk and their words, as embedding each would take a build from minutes to an hour."""
    return statement.kind != "row" and chunk.origin != "import"


def statement_text(statement: Statement, chunk: Chunk) -> str:
    """What is embedded of a statement of `chunk`: its words under its group."""
    words = statement.within(chunk.text)
    return f"{statement.group}: {words}" if statement.group else words


def asked_texts(chunks: Iterable[Chunk]) -> list[str]:
    """The questions that the statements of `chunks` answer, in order."""
    return [question for chunk in chunks for one in chunk.statements for question in one.asked]


def role_names(roles: Iterable[Role]) -> list[RoleName]:
    """Every title and alias, by role, language and the order in the document; each once per role and language.

    Of imports only the titles: their aliases number in the tens of thousands.
    """
    names: dict[RoleName, None] = {}
    for role in roles:
        for language in LANGUAGES:
            for name in role.names(language)[: 1 if role.origin == "import" else None]:
                names[RoleName(role.id, language, name)] = None
    return list(names)


def write_chunks(folder: Path, chunks: Sequence[Chunk]) -> None:
    """Writes the chunks, one JSON object a line, in their order."""
    with (folder / CHUNKS).open("w", encoding="utf-8") as file:
        for chunk in chunks:
            record = {one.name: getattr(chunk, one.name) for one in fields(chunk)}
            record["statements"] = [
                [one.start, one.end, one.kind, one.group, one.pay and asdict(one.pay), one.source and asdict(one.source), one.asked]
                for one in chunk.statements
            ]
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def read_chunks(folder: Path) -> list[Chunk]:
    """The chunks in their order. Raises OSError, ValueError, KeyError or TypeError where the file is damaged."""
    chunks = []
    with (folder / CHUNKS).open(encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            record["statements"] = tuple(
                Statement(start, end, kind, group, Pay(**pay) if pay else None, Source(**source) if source else None, tuple(asked))
                for start, end, kind, group, pay, source, asked in record["statements"]
            )
            chunks.append(Chunk(**record))
    return chunks


def write_roles(folder: Path, roles: Sequence[Role]) -> None:
    """Writes the role cards: everything of a role but its sections."""
    cards = [
        {
            "id": role.id,
            "titles": dict(role.titles),
            "aliases": {language: list(aliases) for language, aliases in role.aliases.items()},
            "related": list(role.related),
            "updated": role.updated,
            "origin": role.origin,
            "codes": list(role.codes),
        }
        for role in roles
    ]
    (folder / ROLES).write_text(json.dumps(cards, ensure_ascii=False, indent=1), "utf-8")


def read_roles(folder: Path) -> list[Role]:
    """The role cards, without sections. Raises OSError, ValueError, KeyError or TypeError where the file is damaged."""
    cards = json.loads((folder / ROLES).read_text("utf-8"))
    return [
        Role(
            id=card["id"],
            titles=card["titles"],
            aliases={cast(Language, language): tuple(aliases) for language, aliases in card["aliases"].items()},
            related=tuple(card["related"]),
            updated=card["updated"],
            origin=card["origin"],
            codes=tuple(card["codes"]),
        )
        for card in cards
    ]


def file_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file of a generation but the manifest and Chroma's own, by its path in the folder."""
    hashes = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_file() and name.parts[0] not in (CHROMA, MANIFEST):
            with path.open("rb") as file:
                hashes[name.as_posix()] = hashlib.file_digest(file, "sha256").hexdigest()
    return hashes


def collection_name(generation: str) -> str:
    """The Chroma collection that holds a generation's vectors."""
    return f"coach-{generation}"
