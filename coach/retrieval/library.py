"""The chunks of an index by role, language and section, and their statements with the stems of their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.index.store import Index
from coach.language import stems
from coach.types import LANGUAGES, Chunk, Language, Statement

# The sections whose items are named after skills and tools.
SKILLS = frozenset({"skills", "tools"})
# What is a name by its look (ISTQB, PRINCE2, NSSpain), and any word with a capital letter, which is one in the lead of a tool.
NAME_BY_LOOK = re.compile(r"(?<![\w-])(?=\w*[A-Z]\w*[A-Z0-9])\w{3,}")
CAPITALISED = re.compile(r"(?<![\w-])[A-Z]\w{2,}")
PLAIN = re.compile(r"(?<![\w.-])[a-z][\w-]+")


Place = tuple[str, int]
"""The id of a chunk and the position of a statement in it."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A statement that an answer may quote.

    `stems` are those of its words, `lead_stems` those of its bold lead, `group_stems` those of the heading above it.
    """

    chunk: Chunk
    position: int
    stems: tuple[str, ...]
    lead_stems: tuple[str, ...]
    group_stems: tuple[str, ...]

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.chunk.id, self.position

    @property
    def statement(self) -> Statement:
        """The statement itself."""
        return self.chunk.statements[self.position]

    @property
    def text(self) -> str:
        """The words of the statement, exactly as in the chunk."""
        return self.statement.within(self.chunk.text)


class Library:
    """Looks chunks up by what they are about."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._candidates: dict[str, tuple[Candidate, ...]] = {}
        self._frequencies: dict[tuple[Language, str | None], Counter[str]] = {}
        self._leads: dict[Language, tuple[frozenset[str], ...]] = {}
        self._names: dict[Language, dict[str, frozenset[str]]] = {}
        self._covered: dict[tuple[str, Language], list[str]] = {}
        self._sections: dict[tuple[str, Language, str], list[Chunk]] = {}
        self._rows: dict[tuple[str, Language], list[int]] = {}
        self.row: Mapping[str, int] = {chunk.id: row for row, chunk in enumerate(index.chunks)}
        for row, chunk in enumerate(index.chunks):
            self._sections.setdefault((chunk.role, chunk.language, chunk.section), []).append(chunk)
            covered = self._covered.setdefault((chunk.role, chunk.language), [])
            if chunk.section not in covered:
                covered.append(chunk.section)
            self._rows.setdefault((chunk.role, chunk.language), []).append(row - index.rows(chunk.language).start)
        # Of several pages on one role, the one that says most in a section speaks first.
        for chunks in self._sections.values():
            weight = {
                document: _substance(chunk for chunk in chunks if chunk.document == document)
                for document in {chunk.document for chunk in chunks}
            }
            chunks.sort(key=lambda chunk: -weight[chunk.document])

    def rows(self, roles: Sequence[str], language: Language) -> NDArray[np.intp]:
        """The rows of the roles' chunks among those of `language`."""
        return np.array([row for role in roles for row in self._rows.get((role, language), ())], dtype=np.intp)

    def sections(self, role: str, language: Language) -> list[str]:
        """The sections that `role` has in `language`."""
        return list(self._covered.get((role, language), ()))

    def passages(self, role: str, language: Language, section: str) -> tuple[Chunk, ...]:
        """The chunks of a section, document by document and in order; none where it does not exist."""
        return tuple(self._sections.get((role, language, section), ()))

    def section(self, role: str, language: Language, section: str) -> list[Candidate]:
        """The statements of a section, in order; none where it does not exist."""
        return [candidate for chunk in self._sections.get((role, language, section), ()) for candidate in self.candidates(chunk)]

    def languages(self, role: str) -> list[Language]:
        """The languages in which there is anything on `role`."""
        return [language for language in LANGUAGES if (role, language) in self._rows]

    def vectors(self, candidates: Sequence[Candidate]) -> NDArray[np.float32]:
        """The unit vectors of the statements, shape (n, d)."""
        by_chunk = {chunk: self._index.statement_vectors(chunk) for chunk in {candidate.chunk.id for candidate in candidates}}
        return np.array([by_chunk[candidate.chunk.id][candidate.position] for candidate in candidates], dtype=np.float32)

    def candidates(self, chunk: Chunk) -> tuple[Candidate, ...]:
        """The statements of a chunk. They are stemmed once: two threads may do it twice, with the same result."""
        found = self._candidates.get(chunk.id)
        if found is None:
            found = tuple(
                Candidate(
                    chunk,
                    position,
                    tuple(stems(statement.within(chunk.text), chunk.language)),
                    tuple(stems(_lead(statement.within(chunk.text)), chunk.language)),
                    tuple(stems(statement.group or "", chunk.language)),
                )
                for position, statement in enumerate(chunk.statements)
            )
            self._candidates[chunk.id] = found
        return found

    def document_frequencies(self, language: Language, role: str | None = None) -> Mapping[str, int]:
        """In how many statements of `language` each stem occurs: of those on `role`, or of all but the imported ones without a role.

        What one role's documents do not know is unknown in a question about that role, whatever the documents of others say.
        """
        counts = self._frequencies.get((language, role))
        if counts is None:
            if role is None:
                rows = self._index.rows(language)
                chunks = [chunk for row in rows for chunk in (self._index.chunks[row],) if chunk.origin != "import"]
            else:
                chunks = [chunk for section in self.sections(role, language) for chunk in self._sections[role, language, section]]
            counts = self._frequencies[language, role] = self._tally(chunks)
        return counts

    def _tally(self, chunks: Iterable[Chunk]) -> Counter[str]:
        tally: Counter[str] = Counter()
        for chunk in chunks:
            for candidate in self.candidates(chunk):
                tally.update({*candidate.stems, *candidate.group_stems})
        return tally

    def names_skill(self, alternative: Iterable[str], language: Language) -> bool:
        """Whether the stems are those of a skill or tool of some role of ours."""
        leads = self._leads.get(language)
        if leads is None:
            leads = self._leads[language] = tuple(
                frozenset(candidate.lead_stems)
                for (_, spoken, section), chunks in self._sections.items()
                if spoken == language and section in SKILLS
                for chunk in chunks
                if chunk.origin != "import"
                for candidate in self.candidates(chunk)
                if candidate.lead_stems
            )
        wanted = frozenset(alternative)
        return any(wanted <= lead for lead in leads)

    def naming(self, name: str, language: Language) -> frozenset[str]:
        """The roles of ours whose documents hold `name` (a stem) as the name of a tool, a certificate or an event.

        It is none where some document writes it as a plain word.
        """
        names = self._names.get(language)
        if names is None:
            found: dict[str, set[str]] = {}
            plain: set[str] = set()
            for (role, spoken, _), chunks in self._sections.items():
                for chunk in chunks if spoken == language else ():
                    if chunk.origin != "import":
                        plain.update(one for word in set(PLAIN.findall(chunk.text)) for one in stems(word, language))
                        leads = [_lead(one.text) for one in self.candidates(chunk)] if chunk.section in SKILLS else []
                        for word in {*NAME_BY_LOOK.findall(chunk.text), *CAPITALISED.findall(" ".join(leads))}:
                            for one in stems(word, language):
                                found.setdefault(one, set()).add(role)
            names = self._names[language] = {one: frozenset(roles) for one, roles in found.items() if one not in plain}
        return names.get(name, frozenset())


def _lead(text: str) -> str:
    """The bold words with which an item opens, "" where it opens otherwise."""
    return text[2 : text.find("**", 2)] if text.startswith("**") else ""


def _substance(chunks: Iterable[Chunk]) -> int:
    """How many statements of more than two words there are: a bare list of names says less than sentences do."""
    return sum(len(statement.within(chunk.text).split()) > 2 for chunk in chunks for statement in chunk.statements)
