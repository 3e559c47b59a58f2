"""`coach check`: everything that is wrong with the curated documents, file, line and fix."""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from coach.errors import DocumentError
from coach.knowledge.asked import asked_file, unanswered
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.documents import Document, Passage, RoleFolder, read_folder, role_folders
from coach.knowledge.facts import Facts, line_of
from coach.knowledge.likeness import shared_paragraphs
from coach.knowledge.statements import GROUP, sentences, split
from coach.language import fold, tokens
from coach.types import LANGUAGES, Language, Statement

# A sentence that is longer is hard to read; a practice question with its answer, or an example message, may be longer.
LONGEST_SENTENCE_WORDS = 42
LONGEST_STATEMENT_WORDS = 65
MONEY = re.compile(
    r"[$€£]\s?\d|\d\s?[$€£]|\b(?:EUR|USD|GBP|CHF)\s?\d|\d[\d.,]*\s?(?:EUR|USD|GBP|CHF|euros|dollars|dólares|k\b)", re.IGNORECASE
)
SHARE = re.compile(r"\d\s?%")
FIGURES = frozenset({"salary", "outlook"})


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What was looked at and what is wrong."""

    roles: tuple[str, ...]
    problems: tuple[DocumentError, ...]


def check(knowledge: Path, today: datetime.date) -> CheckReport:
    """Checks every role in `knowledge` as of `today`. Raises DocumentError where the folder or its catalogue cannot be read."""
    catalogue = load_catalogue(knowledge)
    folders = [read_folder(path, catalogue) for path in role_folders(knowledge)]
    problems = [problem for folder in folders for problem in (*folder.problems, *_folder_problems(folder, catalogue, today))]
    problems.extend(_house_problems(folders))
    return CheckReport(tuple(folder.id for folder in folders), tuple(problems))


def _folder_problems(folder: RoleFolder, catalogue: Catalogue, today: datetime.date) -> Iterator[DocumentError]:
    for document in folder.documents.values():
        yield from _document_problems(document, catalogue, today)
    if len(folder.documents) == len(LANGUAGES):
        yield from _twin_problems(folder)
    if folder.facts:
        yield from _facts_problems(folder, folder.facts, catalogue, today)
    yield from _asked_problems(folder)


def _asked_problems(folder: RoleFolder) -> Iterator[DocumentError]:
    """Questions for statements that are not, or no longer, in the document."""
    for language, document in folder.documents.items():
        for section, asked in folder.asked.get(language, {}).items():
            passage = document.passage(section)
            text = passage.text if passage else ""
            for start, count in unanswered(split(text, language), text, asked):
                yield DocumentError(
                    str(asked_file(folder.path, language)),
                    None,
                    f"{start!r} begins {count} statements of section {section!r}",
                    "give the first words of one statement, as they stand in the document",
                )


def _document_problems(document: Document, catalogue: Catalogue, today: datetime.date) -> Iterator[DocumentError]:
    path = str(document.path)
    if document.head.updated > today.isoformat()[: len(document.head.updated)]:
        yield DocumentError(path, 1, f"updated {document.head.updated} lies in the future", "give the month of the last change")
    for section in catalogue.ids:
        if document.passage(section) is None:
            yield DocumentError(path, None, f"section {section!r} is missing", f"add ## {catalogue.heading(section, document.language)}")
    for passage in document.passages:
        if not passage.text:
            yield DocumentError(path, passage.line, f"section {passage.section!r} is empty", "write it or remove the heading")
        for statement in split(passage.text, document.language):
            words = statement.within(passage.text)
            line = passage.first_line + passage.text.count("\n", 0, statement.start)
            yield from _length_problems(path, line, words, statement, document.language)
            if MONEY.search(words) or (passage.section in FIGURES and SHARE.search(words)):
                yield DocumentError(
                    path, line, "a figure stands in the prose", "move it to facts.yaml: it is written into the section from there"
                )


def _length_problems(path: str, line: int, words: str, statement: Statement, language: Language) -> Iterator[DocumentError]:
    if len(words.split()) > LONGEST_STATEMENT_WORDS:
        yield DocumentError(path, line, f"statement of {len(words.split())} words", f"cut it to {LONGEST_STATEMENT_WORDS} or fewer")
        return
    may_be_long = "?**" in words or "[" in words
    for start, end in [] if may_be_long else sentences(words, language):
        if (count := len(words[start:end].split())) > LONGEST_SENTENCE_WORDS:
            yield DocumentError(path, line, f"sentence of {count} words", f"cut it to {LONGEST_SENTENCE_WORDS} or fewer")


def _twin_problems(folder: RoleFolder) -> Iterator[DocumentError]:
    english, spanish = folder.documents["en"], folder.documents["es"]
    for passage in english.passages:
        twin = spanish.passage(passage.section)
        if twin is None:
            continue
        for what, ours, theirs in zip(("groups", "statements"), _shape(passage, english), _shape(twin, spanish), strict=True):
            if ours != theirs:
                yield DocumentError(
                    str(spanish.path),
                    twin.line,
                    f"section {passage.section!r} has {theirs} {what}, its English twin {ours}",
                    "make the twins agree",
                )


def _shape(passage: Passage, document: Document) -> tuple[int, int]:
    """How many groups and how many items or answers a passage has. Sentences of prose may be cut differently in the two languages."""
    groups = sum(1 for line in passage.text.splitlines() if GROUP.match(line))
    return groups, sum(statement.kind == "item" for statement in split(passage.text, document.language))


def _facts_problems(folder: RoleFolder, facts: Facts, catalogue: Catalogue, today: datetime.date) -> Iterator[DocumentError]:
    path = folder.path / "facts.yaml"
    sourced = {section for source in facts.sources for section in source.sections}
    for section in catalogue.ids:
        if section not in sourced:
            yield DocumentError(
                str(path), line_of(path, ("sources",)), f"section {section!r} has no source", "name it under a source's sections"
            )
    for section in sorted(sourced - set(catalogue.ids)):
        yield DocumentError(str(path), line_of(path, ("sources",)), f"unknown section {section!r}", "use an id of sections.yaml")
    for at, row in enumerate(facts.salaries):
        if row.year and row.year > today.year:
            yield DocumentError(
                str(path), line_of(path, ("salaries", at, "year")), f"year {row.year} lies in the future", "correct the year"
            )
    for at, source in enumerate(facts.sources):
        if source.date and source.date > today.isoformat()[: len(source.date)]:
            yield DocumentError(str(path), line_of(path, ("sources", at, "date")), f"date {source.date} lies in the future", "correct it")
    for document in folder.documents.values():
        yield from _named(document, "tools", list(facts.tools), path, "tools")
        yield from _named(document, "career-path", [step.words(document.language) for step in facts.path], path, "path")


def _named(document: Document, section: str, names: list[str], facts: Path, key: str) -> Iterator[DocumentError]:
    passage = document.passage(section)
    if passage is None:
        return
    text = f" {' '.join(tokens(passage.text))} "
    for at, name in enumerate(names):
        if f" {' '.join(tokens(name))} " not in text:
            yield DocumentError(
                str(document.path),
                passage.line,
                f"section {section!r} does not name {name!r}",
                f"name it, or remove it from {facts.name}:{line_of(facts, (key, at))}",
            )


def _house_problems(folders: list[RoleFolder]) -> Iterator[DocumentError]:
    for first, second in shared_paragraphs(folders):
        yield DocumentError(
            str(second.path),
            second.line,
            f"says nearly the same as {first.role} does in {first.path.name}:{first.line} ({second.text[:50]!r})",
            "say what is particular to the role",
        )
    ids = {folder.id for folder in folders}
    names: dict[str, set[str]] = defaultdict(set)
    for folder in folders:
        path = folder.path / "facts.yaml"
        for at, step in enumerate(folder.facts.path if folder.facts else ()):
            if step.role and (step.role not in ids or step.role == folder.id):
                yield DocumentError(
                    str(path), line_of(path, ("path", at)), f"step {step.en!r} names the role {step.role!r}", "name another role there is"
                )
        for at, related in enumerate(folder.facts.related if folder.facts else ()):
            other = next((other for other in folders if other.id == related), None)
            if related not in ids:
                yield DocumentError(
                    str(path), line_of(path, ("related", at)), f"related role {related!r} does not exist", "correct the id or remove it"
                )
            elif other and other.facts and folder.id not in other.facts.related:
                yield DocumentError(
                    str(other.path / "facts.yaml"), None, f"does not link back to {folder.id!r}", f"add {folder.id} to related"
                )
        for document in folder.documents.values():
            for name in (document.head.title, *document.head.aliases):
                names[fold(name)].add(folder.id)
    for name, owners in sorted(names.items()):
        if len(owners) > 1:
            folder = next(folder for folder in folders if folder.id == sorted(owners)[1])
            yield DocumentError(
                str(folder.path), None, f"the title or alias {name!r} belongs to {' and '.join(sorted(owners))}", "keep it in one role"
            )
