"""Reads curated role documents (`<role-id>/facts.yaml`, `en.md`, `es.md`) into roles, with what people ask; says all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from coach.errors import DocumentError
from coach.knowledge.asked import Asked, asked_file, read_asked, with_asked
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.facts import Facts, Strict, YearMonth, facts_problems
from coach.knowledge.statements import split
from coach.language import say
from coach.types import LANGUAGES, Language, Role, Section, Source, Statement

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*\n", re.DOTALL)
HEADING = re.compile(r"^##[ \t]+(?P<title>.+?)[ \t#]*$", re.MULTILINE)
QUESTIONS = "questions"
"""The folder beside the roles that holds example questions by section."""
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
ROLE_ID = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


class FrontMatter(Strict):
    """The head of a role document."""

    title: str = Field(min_length=2)
    aliases: Annotated[tuple[str, ...], BeforeValidator(lambda value: tuple(value or ()))] = ()
    updated: YearMonth


@dataclass(frozen=True, slots=True)
class Passage:
    """The text under one `##` heading, the line of that heading and the line on which the text begins."""

    section: str
    heading: str
    text: str
    line: int
    first_line: int


@dataclass(frozen=True, slots=True)
class Document:
    """One language of a role, as its file gives it."""

    path: Path
    language: Language
    head: FrontMatter
    passages: tuple[Passage, ...]

    def passage(self, section: str) -> Passage | None:
        """The passage of `section`, None where the document has none."""
        return next((passage for passage in self.passages if passage.section == section), None)


@dataclass(slots=True)
class RoleFolder:
    """What was read from a role's folder: whatever could be, with everything that is wrong."""

    id: str
    path: Path
    documents: dict[Language, Document] = field(default_factory=dict)
    facts: Facts | None = None
    asked: dict[Language, Asked] = field(default_factory=dict)
    problems: list[DocumentError] = field(default_factory=list)


def role_folders(knowledge: Path) -> list[Path]:
    """The folders of roles in `knowledge`, by name. Raises DocumentError if it cannot be read."""
    try:
        return sorted(
            path for path in knowledge.iterdir() if path.is_dir() and path.name != QUESTIONS and not path.name.startswith((".", "_"))
        )
    except OSError as error:
        raise DocumentError(
            str(knowledge), None, f"cannot be read ({error.strerror})", "name the folder of role documents with --knowledge"
        ) from error


def read_folder(path: Path, catalogue: Catalogue) -> RoleFolder:
    """Everything in the role folder `path`."""
    folder = RoleFolder(path.name, path)
    if not ROLE_ID.fullmatch(path.name):
        folder.problems.append(
            DocumentError(
                str(path), None, "the folder's name is not a role id", "use lower-case letters, digits and hyphens, like data-analyst"
            )
        )
    facts = facts_problems(path / "facts.yaml")
    if isinstance(facts, Facts):
        folder.facts = facts
    else:
        folder.problems.extend(facts)
    for language in LANGUAGES:
        try:
            folder.asked[language] = read_asked(asked_file(path, language), language, catalogue)
        except DocumentError as error:
            folder.problems.append(error)
        file = path / f"{language}.md"
        if not file.is_file():
            folder.problems.append(
                DocumentError(
                    str(file), None, "is missing: a role is written in both languages", f"write {language}.md as the twin of the other"
                )
            )
            continue
        document, problems = read_document(file, language, catalogue)
        folder.problems.extend(problems)
        if document:
            folder.documents[language] = document
    return folder


def read_document(path: Path, language: Language, catalogue: Catalogue) -> tuple[Document | None, list[DocumentError]]:
    """The document in `path`, None where its head cannot be read, and what is wrong with it."""
    try:
        text = _without_comments(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
    except (OSError, UnicodeDecodeError) as error:
        return None, [DocumentError(str(path), None, f"cannot be read ({error})", "save it as UTF-8 text")]
    match = FRONT_MATTER.match(text)
    if not match:
        return None, [DocumentError(str(path), 1, "has no front matter", "begin with --- title, aliases, updated ---")]
    try:
        head = FrontMatter.model_validate(yaml.safe_load(match["yaml"]))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        return None, [
            DocumentError(str(path), line, f"broken YAML: {getattr(error, 'problem', None) or 'unreadable'}", "mend the syntax there")
        ]
    except ValidationError as error:
        return None, [
            DocumentError(str(path), 1, f"front matter {'.'.join(map(str, entry['loc'])) or ''}: {entry['msg']}", "correct it")
            for entry in error.errors()
        ]
    passages, problems = _passages(path, text, match.end(), language, catalogue)
    return Document(path, language, head, passages), problems


def _passages(
    path: Path, text: str, begin: int, language: Language, catalogue: Catalogue
) -> tuple[tuple[Passage, ...], list[DocumentError]]:
    by_heading = {catalogue.heading(section, language): section for section in catalogue.ids}
    passages: list[Passage] = []
    problems: list[DocumentError] = []
    headings = list(HEADING.finditer(text, begin))
    if text[begin : headings[0].start() if headings else len(text)].strip():
        problems.append(DocumentError(str(path), _line(text, begin), "has text before the first ## heading", "put it into a section"))
    for match, following in zip(headings, [*headings[1:], None], strict=True):
        line = _line(text, match.start())
        section = by_heading.get(match["title"])
        if section is None:
            known = catalogue.section_of_heading(match["title"])
            fix = f"write ## {catalogue.heading(known, language)}" if known else "use a heading of sections.yaml"
            problems.append(DocumentError(str(path), line, f"unknown section heading {match['title']!r}", fix))
            continue
        if any(passage.section == section for passage in passages):
            problems.append(DocumentError(str(path), line, f"section {section!r} stands twice", "join the two"))
            continue
        body = text[match.end() : following.start() if following else len(text)]
        begins = match.end() + len(body) - len(body.lstrip())
        passages.append(Passage(section, match["title"], body.strip(), line, _line(text, begins)))
    return tuple(passages), problems


def _without_comments(text: str) -> str:
    """`text` with its comments blanked; every line keeps its number."""
    return COMMENT.sub(lambda comment: "\n" * comment[0].count("\n"), text)


def _line(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def build_role(folder: RoleFolder, catalogue: Catalogue) -> Role:
    """The role of a folder without problems: its prose and, under Salary and Outlook, the rows of its facts."""
    facts, documents = folder.facts, folder.documents
    if facts is None or folder.problems:
        raise folder.problems[0]
    sections = tuple(
        _section(folder.id, document, passage, facts, folder.asked.get(document.language, {}).get(passage.section, {}))
        for document in documents.values()
        for passage in document.passages
        if passage.text
    )
    return Role(
        id=folder.id,
        titles={language: document.head.title for language, document in documents.items()},
        aliases={language: document.head.aliases for language, document in documents.items()},
        sections=sections,
        related=facts.related,
        updated=max(document.head.updated for document in documents.values()),
        codes=facts.codes.same,
    )


def _section(role: str, document: Document, passage: Passage, facts: Facts, asked: Mapping[str, Sequence[str]]) -> Section:
    language = document.language
    text = passage.text
    statements = with_asked(split(text, language), text, asked)
    rows: list[Statement] = []
    written: Sequence[tuple[str, Statement]] = []
    if passage.section == "salary":
        written = [
            (
                row.statement(language),
                Statement(0, 0, "row", pay=row.pay(language), source=_row_source(row.source.words(language), row.url, row.year)),
            )
            for row in facts.salaries
        ]
    elif passage.section == "outlook":
        written = [
            (row.statement(language), Statement(0, 0, "row", source=_row_source(row.source.words(language), row.url, row.year)))
            for row in facts.outlook
        ]
    if written:
        figures = say("figures", language)
        text += f"\n\n### {figures}\n"
        for line, bare in written:
            text += "\n- "
            rows.append(Statement(len(text), len(text) + len(line), "row", figures, bare.pay, bare.source))
            text += line
    return Section(
        role=role,
        language=language,
        id=passage.section,
        heading=passage.heading,
        text=text,
        statements=(*statements, *rows),
        source=facts.section_source(passage.section, language),
        document=f"{role}/{document.path.name}",
        updated=document.head.updated,
    )


def _row_source(title: str, url: str | None, year: int | None) -> Source:
    return Source(title=title, url=url, date=str(year) if year else None)


def read_roles(knowledge: Path, catalogue: Catalogue) -> list[Role]:
    """The curated roles of the folder `knowledge`. Raises the first DocumentError: a half-right role is not indexed."""
    return [build_role(read_folder(path, catalogue), catalogue) for path in role_folders(knowledge)]
