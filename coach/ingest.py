"""From folders of documents to an index, and back: what an index was made of, and whether that has changed since."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.errors import CoachError, DocumentError, ServiceError
from coach.index.build import BuildReport, Progress, build_index
from coach.index.embedding import Embedder, SentenceTransformerEmbedder
from coach.index.packed import read_vectors, write_vectors
from coach.index.store import is_stale
from coach.knowledge.asked import ASKED_VECTORS, questions_of
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.knowledge.imports import join, read_imports
from coach.settings import Settings
from coach.types import LANGUAGES, Origin, Role

INPUTS = "inputs.json"
# Who leads where several have a role.
ORIGINS: tuple[Origin, ...] = ("curated", "page", "import")


@dataclass(frozen=True, slots=True)
class Inputs:
    """The folders that an index is made of: curated role documents, raw pages, imported occupations, or several of them."""

    knowledge: Path | None
    pages: Path | None
    imports: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Inputs:
        """What the index in the settings' folder was last made of; the settings' own folders if there is none."""
        try:
            record = json.loads((settings.index_folder / INPUTS).read_text(encoding="utf-8"))
            folders = (record["knowledge"], record["pages"], record.get("imports"))
            return cls(*(Path(folder) if folder else None for folder in folders))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(settings.knowledge, settings.pages, settings.imports_folder)

    def save(self, folder: Path) -> None:
        """Notes in the index's folder what it was made of."""
        folders = {"knowledge": self.knowledge, "pages": self.pages, "imports": self.imports}
        record = {key: str(path.resolve()) if path else None for key, path in folders.items()}
        (folder / INPUTS).write_text(json.dumps(record), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Collected:
    """The roles of some folders, and the pages that could not be used."""

    roles: tuple[Role, ...]
    problems: tuple[DocumentError, ...]


def collect(settings: Settings, inputs: Inputs) -> Collected:
    """Reads the documents. A bad page is passed over and named; a bad curated document raises DocumentError.

    The curated roles are known by name even where only pages are read, so that a page on a "Backend Engineer" is placed right.
    """
    catalogue = load_catalogue(settings.knowledge)
    curated = read_roles(inputs.knowledge, catalogue) if inputs.knowledge else []
    imported = join(curated, read_imports(inputs.imports, catalogue)) if inputs.imports else []
    if not inputs.pages:
        return _some(Collected((*curated, *imported), ()), inputs)
    from coach.knowledge.pages import read_pages

    known = curated or read_roles(settings.knowledge, catalogue)
    read = read_pages(inputs.pages, catalogue, known)
    return _some(Collected((*curated, *read.roles, *imported), read.problems), inputs)


def _some(collected: Collected, inputs: Inputs) -> Collected:
    if not any(role.sections for role in collected.roles):
        problem = f": {collected.problems[0]}" if collected.problems else ""
        raise CoachError(f"{inputs.pages or inputs.knowledge}: no role document to index there{problem}; name another folder")
    return collected


def ingest(settings: Settings, inputs: Inputs, embedder: Embedder, progress: Progress | None = None) -> tuple[BuildReport, Collected]:
    """Brings the settings' index in step with the folders. Raises CoachError where nothing could be indexed; the old index then stays."""
    collected = collect(settings, inputs)
    ready = read_vectors(inputs.knowledge / ASKED_VECTORS, questions_of(collected.roles), embedder) if inputs.knowledge else {}
    report = build_index(collected.roles, settings.index_folder, embedder, chroma_url=settings.chroma_url, ready=ready, progress=progress)
    try:
        inputs.save(settings.index_folder)
    except OSError as error:
        raise ServiceError(f"{settings.index_folder}: cannot be written ({error.strerror}); give another folder with --index") from error
    return report, collected


def pack_questions(knowledge: Path, embedder: Embedder) -> int:
    """Renews the vectors of the questions that the documents in `knowledge` answer; returns how many questions there are."""
    questions = questions_of(read_roles(knowledge, load_catalogue(knowledge)))
    write_vectors(knowledge / ASKED_VECTORS, questions, embedder)
    return len(questions)


def needs_build(settings: Settings, embedder: Embedder) -> bool:
    """Whether the index is missing or stale. Where the folders it was made of are gone, the one that there is goes on serving."""
    inputs = Inputs.of(settings)
    gone = [path for path in (inputs.knowledge, inputs.pages) if path and not path.is_dir()]
    if gone and (settings.index_folder / "CURRENT").is_file():
        return False
    return is_stale(collect(settings, inputs).roles, settings.index_folder, embedder)


def build_apart(settings: Settings) -> None:
    """Builds the index in a process of its own, which shows its progress: what a build needs in memory is given back at its end.

    Raises ServiceError where it fails; the process has said why.
    """
    inputs = Inputs.of(settings)
    command = [sys.executable, "-m", "coach", "ingest", "--index", str(settings.index_folder)]
    for option, folder in (("--knowledge", inputs.knowledge), ("--pages", inputs.pages)):
        command += [option, str(folder)] if folder else []
    command.append("--imports" if inputs.imports else "--no-imports")
    given = {f"COACH_{name.upper()}": str(value) for name, value in settings.model_dump().items() if value is not None}
    if subprocess.run(command, check=False, env={**os.environ, **given}).returncode:
        raise ServiceError(f"{settings.index_folder}: the index could not be built, as said above; mend that and start again")


def cards(roles: Sequence[Role]) -> list[Role]:
    """One card per role id: the curated one's, with the names that pages and imports add."""
    merged: dict[str, Role] = {}
    for role in sorted(roles, key=lambda role: ORIGINS.index(role.origin)):
        known = merged.setdefault(role.id, role)
        aliases = {language: (*known.aliases.get(language, ()), *role.names(language)) for language in LANGUAGES}
        distinct = {language: tuple(dict.fromkeys(names)) for language, names in aliases.items()}
        merged[role.id] = replace(known, titles={**role.titles, **known.titles}, aliases=distinct)
    return list(merged.values())


if __name__ == "__main__":
    print(f"{pack_questions(Path(sys.argv[1]), SentenceTransformerEmbedder.open(None, None))} questions")
