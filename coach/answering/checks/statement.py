"""A cited statement as the checks see it: its words with what stands above them, its clauses, pairs and subjects."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from coach.answering.checks import structure, subjects
from coach.answering.checks.structure import Clause, content, offered
from coach.answering.checks.wording import Lexicon, Token, word_lists
from coach.knowledge.statements import sentences
from coach.retrieval.library import Candidate
from coach.types import Language, Role

LEAD = re.compile(r"\*\*(.+?)\*\*:?")
# A projection with a minus.
FALLS = re.compile(r"[-−–]\s?\d[\d.,]*\s?%")
NAMED = re.compile(r"[A-Z]\w+(?:\s(?:(?:of|for|and|de|del|y|para)\s)?[A-Z]\w+)+")
# So many letters of words that mean the same work are alike: analyst, analysis, analytics.
ROOT = 5
# Statements of this section name what not to do.
MISTAKES = "mistakes"


@dataclass(frozen=True)
class Said:
    """A statement as the checks see it: its tokens, those of the bold words with which it opens, or of the question there, what the
    headings above it mean, the place and role of a row of figures, and each of its sentences as plain text."""

    candidate: Candidate
    tokens: Clause
    lead: Clause
    asked: Clause
    context: frozenset[str]
    subject: Clause
    sentences: frozenset[str]

    @property
    def role(self) -> str:
        """The role it is about."""
        return self.candidate.chunk.role

    @cached_property
    def senses(self) -> frozenset[str]:
        """All that its words mean, with those of the headings above it."""
        return offered(self.tokens) | self.context

    @cached_property
    def clauses(self) -> list[Clause]:
        """Its clauses."""
        return structure.clauses(self.tokens)

    @cached_property
    def rank(self) -> Clause:
        """What stands in brackets behind its lead: how important the item is."""
        rest = self.tokens[len(self.lead) + 1 :] if self.lead else ()
        end = next((at for at, token in enumerate(rest) if token.text == ")"), 0)
        return tuple(rest[1:end]) if rest and rest[0].text == "(" else ()

    def sentences_near(self, claim: Clause) -> list[Clause]:
        """The sentences of it that share most words with `claim`; all of it where it is a row of figures."""
        return [self.tokens] if self.subject else structure.closest(claim, structure.full_sentences(self.tokens))

    @cached_property
    def pairs(self) -> list[structure.Pair]:
        """Its ordered pairs."""
        return structure.pairs(self.tokens)

    @cached_property
    def parts(self) -> list[subjects.Part]:
        """Its stretches by subject; a row of figures has one."""
        return [] if self.subject else subjects.parts(self.tokens, self.role)


class StatementReader:
    """Reads statements of one language, each once."""

    def __init__(self, language: Language, roles: Sequence[Role], lexicon: Lexicon) -> None:
        self._language = language
        self._lexicon = lexicon
        self._names = {role.id: self._senses_of_names(role) for role in roles}
        self._because = offered(lexicon.read(word_lists()[language]["because"]))
        self._said: dict[tuple[str, int], Said] = {}

    def read(self, candidate: Candidate) -> Said:
        """The statement as the checks see it."""
        key = (candidate.chunk.id, candidate.position)
        said = self._said.get(key)
        if said is None or said.candidate is not candidate:
            said = self._said[key] = self._read(candidate)
        return said

    def _read(self, candidate: Candidate) -> Said:
        chunk, statement = candidate.chunk, candidate.statement
        lead = LEAD.match(candidate.text)
        opening: Clause = ()
        asked: Clause = ()
        if lead:
            asks = lead[1].endswith("?")
            opening = self._lexicon.read(lead[1])
            if not asks and (chunk.section == "tools" or all(token.is_name for token in content(opening)[1:])):
                opening = self._lexicon.read(lead[1], names=True)
            rest = self._lexicon.read(candidate.text[lead.end() :])
            read = (*opening, Token(":", ":", is_stop=True), *rest)
            asked, opening = (opening, ()) if asks else ((), opening)
        else:
            read = self._lexicon.read(candidate.text)
        colon = next((at for at, token in enumerate(read) if token.text == ":"), 0) if statement.kind == "row" else 0
        context = self._context(candidate)
        if chunk.section == MISTAKES or any(token.text == ":" for token in read):
            # "SQL: the core of …" may be said as "because it is the core", and what is wrong with a mistake is a reason.
            context |= self._because
        spans = [(0, len(candidate.text)), *sentences(candidate.text, chunk.language)]
        whole = frozenset(plain(candidate.text[start:end]) for start, end in spans)
        return Said(candidate, read, opening, asked, context, tuple(read[:colon]), whole)

    def _context(self, candidate: Candidate) -> frozenset[str]:
        """What the headings above a statement carry for it: its role and level, and their words as they are written there."""
        chunk, group = candidate.chunk, candidate.statement.group or ""
        above = [chunk.title, chunk.heading, "" if group.endswith("?") else group]
        heading = [token for line in above for token in self._lexicon.read(line)]
        literal = frozenset(part.key for token in heading for part in (token, *token.parts))
        if chunk.section == "salary":
            # Of a figure it may be said that someone earns it.
            literal = offered(heading)
        if candidate.statement.kind == "row":
            literal |= offered(self._lexicon.read(word_lists()[self._language]["of_rows"][_kind_of_row(candidate)]))
        levels = frozenset(level for token in heading for level in token.levels)
        return _acronyms(candidate.text) | literal | levels | self._names.get(chunk.role, frozenset()) | {f"@{chunk.role}"}

    def _senses_of_names(self, role: Role) -> frozenset[str]:
        """What may be said of any statement on a role because of its names: the words of its title, others of their
        root, and the occupations of the other names.

        "Spark developer" makes of no statement one on Spark, and "senior" in a name is the level of none.
        """
        title = [one for word in role.title(self._language).split() for one in self._lexicon.read(word)]
        endings = [name.split()[at:] for name in role.names(self._language) for at in range(len(name.split()))]
        others = [one for words in endings for one in self._lexicon.read(" ".join(words))]
        near = {one.text.lower()[:ROOT] for one in title if len(one.text) >= ROOT}
        known = [one for one in others if not one.levels and ("occupation" in one.marks or one.text.lower()[:ROOT] in near)]
        named = [one for name in role.names(self._language) for one in self._lexicon.read(name) if one.roles]
        whole = {one.whole_name for one in named if not any(part.levels for part in one.parts)}
        return offered(one for one in title if not one.levels) | {sense for one in known for sense in one.needs} | whole


def _kind_of_row(candidate: Candidate) -> str:
    """By which words a row may be told: those of pay, or of something that grows or shrinks."""
    if candidate.chunk.section == "salary":
        return "pay"
    return "shrinks" if FALLS.search(candidate.text) else "grows"


def plain(text: str) -> str:
    """`text` without emphasis, doubled spaces and the stop at its end."""
    return " ".join(text.replace("**", "").split()).rstrip(" .")


def _acronyms(text: str) -> frozenset[str]:
    """The initials of each run of words with capitals, as a word: "Office for National Statistics" may be called ONS."""
    initials = ["".join(word[0] for word in run.split() if word[0].isupper()).lower() for run in NAMED.findall(text)]
    return frozenset(one[start:end] for one in initials for start in range(len(one)) for end in range(start + 2, len(one) + 1))
