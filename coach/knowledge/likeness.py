"""Finds paragraphs that two roles share, word for word or nearly: text that fits any role says nothing about one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from coach.knowledge.documents import RoleFolder
from coach.knowledge.statements import split
from coach.language import fold, tokens
from coach.types import LANGUAGES, Language

RUN = 3
"""Words in a row that are compared."""
SHARED = 0.5
"""Two paragraphs are nearly the same if this share of all their runs of words stands in both (Jaccard)."""
SHORTEST = 8
"""Words below which a paragraph is too short to be called shared."""
COMMONPLACE = 60
"""A run that stands in more paragraphs than this is an idiom, and no reason to compare two of them."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A statement of a role's document, and its runs of words without the role's own names."""

    role: str
    path: Path
    line: int
    text: str
    runs: frozenset[tuple[str, ...]]


def shared_paragraphs(folders: list[RoleFolder]) -> Iterator[tuple[Paragraph, Paragraph]]:
    """The pairs of paragraphs of two roles, in one language, that are the same or nearly so, each with an earlier role's first."""
    for language in LANGUAGES:
        paragraphs = [one for folder in folders for one in _paragraphs(folder, language)]
        holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for at, paragraph in enumerate(paragraphs):
            for run in paragraph.runs:
                holders[run].append(at)
        pairs = {pair for found in holders.values() if len(found) <= COMMONPLACE for pair in combinations(found, 2)}
        for first, second in sorted(pairs):
            one, other = paragraphs[first], paragraphs[second]
            if one.role != other.role and len(one.runs & other.runs) >= SHARED * len(one.runs | other.runs):
                yield one, other


def _paragraphs(folder: RoleFolder, language: Language) -> Iterator[Paragraph]:
    document = folder.documents.get(language)
    if document is None:
        return
    # "A backend developer tests" and "a data analyst tests" are the same sentence.
    names = {word for name in (document.head.title, *document.head.aliases) for word in tokens(name)}
    for passage in document.passages:
        for statement in split(passage.text, language):
            text = statement.within(passage.text)
            words = [word for word in tokens(fold(text)) if word not in names]
            if len(words) >= SHORTEST:
                runs = frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))
                yield Paragraph(folder.id, document.path, passage.first_line + passage.text.count("\n", 0, statement.start), text, runs)
