"""The sentences of `evals/claims/*.yaml` with the real statements they cite."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from coach.answering.claims import Checker
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.language import stems
from coach.retrieval.library import Candidate
from coach.types import Chunk, Language, Role, Section

ROOT = Path(__file__).resolve().parents[1]
SETS = ("", "fresh-", "unseen-", "last-", "answers-")
"""The first set was written for tuning; of the others it is known what passed at first sight (evals/README.md)."""


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A sentence, the statements its markers count, and what is known of it: `kind` is "carried" or how it is invented."""

    text: str
    statements: tuple[Candidate, ...]
    language: Language
    kind: str


@cache
def roles() -> tuple[Role, ...]:
    """The curated roles, whose names the checks know."""
    knowledge = ROOT / "knowledge"
    return tuple(read_roles(knowledge, load_catalogue(knowledge)))


@cache
def checker(language: Language) -> Checker:
    """One checker a language."""
    return Checker(language, roles())


def candidates(role: Role, section: Section) -> list[Candidate]:
    """The statements of a section, as one chunk of it would hold them."""
    source = section.source
    chunk = Chunk(
        f"{role.id}/{section.language}/{section.id}#0", role.id, section.language, section.id, role.title(section.language),
        section.heading, section.text, section.statements, source.title, source.url, section.updated, section.document,
    )  # fmt: skip
    return [
        Candidate(chunk, position, tuple(stems(statement.within(section.text), section.language)), (), ())
        for position, statement in enumerate(section.statements)
    ]


@cache
def statements(language: Language) -> dict[tuple[str, str], list[Candidate]]:
    """All statements of a language by role and section."""
    return {
        (role.id, section.id): candidates(role, section) for role in roles() for section in role.sections if section.language == language
    }


def statement(reference: str, language: Language) -> Candidate:
    """The statement named "role/section: its first words"."""
    where, begins = reference.split(": ", 1)
    role, section = where.split("/")
    found = [one for one in statements(language)[role, section] if one.text.startswith(begins)]
    assert len(found) == 1, f"{reference!r} names {len(found)} statements: the document has changed, so look at the sentences under it anew"
    return found[0]


def cases(language: Language, sets: tuple[str, ...] = SETS) -> Iterator[ClaimCase]:
    """The sentences of a language in `sets`."""
    for name in sets:
        entries: list[dict[str, Any]] = yaml.safe_load((ROOT / "evals" / "claims" / f"{name}{language}.yaml").read_text(encoding="utf-8"))
        for entry in entries:
            cited = tuple(statement(reference, language) for reference in entry["cites"])
            for text in entry["carried"]:
                yield ClaimCase(text, cited, language, "carried")
            for invented in entry["invented"]:
                yield ClaimCase(invented["text"], cited, language, invented["kind"])
