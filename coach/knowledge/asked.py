"""What people ask, by the statement that answers it: `<role-id>/asked-en.md` and `asked-es.md`.

People ask in other words than documents use: "how do I test on phones I don't own" is answered by what a document says of a device farm.
Under the heading of a section, such a file gives the first words of a statement and below them the questions that it answers:

    ## Tools

    **BrowserStack**
    - how do I test on phones I don't own
    - which device farm do testers use

`python -m coach.ingest knowledge` renews the vectors that come with them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from coach.errors import DocumentError
from coach.knowledge.catalogue import Catalogue
from coach.types import Language, Role, Statement

ASKED_VECTORS = "asked.npz"
Asked = Mapping[str, Mapping[str, Sequence[str]]]
"""Questions by section and the first words of the statement that answers them."""


def asked_file(folder: Path, language: Language) -> Path:
    """Where the questions of a role stand in `language`."""
    return folder / f"asked-{language}.md"


def read_asked(file: Path, language: Language, catalogue: Catalogue) -> dict[str, dict[str, list[str]]]:
    """The questions of a file; none where there is no such file. Raises DocumentError, with the line, where it is wrong."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(str(file), None, f"cannot be read ({error})", "save it as UTF-8 text") from error
    by_heading = {catalogue.heading(section, language): section for section in catalogue.ids}
    asked: dict[str, dict[str, list[str]]] = {}
    section, questions = None, None
    for number, line in enumerate((line.strip() for line in lines), start=1):
        if line.startswith("## "):
            section, questions = by_heading.get(line[3:].strip()), None
            if section is None:
                raise DocumentError(str(file), number, f"unknown section heading {line[3:].strip()!r}", "use a heading of sections.yaml")
        elif line.startswith("- "):
            if questions is None:
                raise DocumentError(str(file), number, "has a question under no statement", "write the statement's first words above it")
            questions.append(line[2:].strip())
        elif line:
            if section is None:
                raise DocumentError(str(file), number, "has text before the first ## heading", "put it into a section")
            questions = asked.setdefault(section, {}).setdefault(line, [])
    return asked


def with_asked(statements: Iterable[Statement], text: str, asked: Mapping[str, Sequence[str]]) -> list[Statement]:
    """`statements` of `text`, each with the questions that it answers."""
    answered = []
    for one in statements:
        words = one.within(text)
        questions = tuple(question for start, asks in asked.items() if words.startswith(start) for question in asks)
        answered.append(replace(one, asked=questions) if questions else one)
    return answered


def questions_of(roles: Iterable[Role]) -> list[str]:
    """All questions that statements of the roles answer."""
    return [question for role in roles for section in role.sections for one in section.statements for question in one.asked]


def unanswered(statements: Iterable[Statement], text: str, asked: Iterable[str]) -> list[tuple[str, int]]:
    """The first words that do not begin exactly one statement of `text`, with how many they begin."""
    words = [one.within(text) for one in statements]
    counted = [(start, sum(one.startswith(start) for one in words)) for start in asked]
    return [(start, count) for start, count in counted if count != 1]
