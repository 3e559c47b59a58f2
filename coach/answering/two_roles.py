"""Two roles side by side, and the way from one to the other: what they share, what differs, what is missing and in which order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

from coach.answering import salary, selection
from coach.answering.draft import Draft, one_line
from coach.answering.salary_comparison import Paid, compare
from coach.answering.search import Asked
from coach.knowledge.catalogue import Catalogue
from coach.language import fold, say, signals, stems
from coach.retrieval.library import Candidate, Library
from coach.retrieval.thesaurus import Thesaurus
from coach.retrieval.words import Words

SIDE_BY_SIDE = ("career-path", "day", "responsibilities", "employers", "sectors", "learning")
SHARED, DIFFERENT, ROWS, MISSING, STEPS = 6, 6, 5, 6, 3
# Two leads of which one holds the other ("Git", "Git and branches") are the same skill if their statements are as near as this.
SAME_SUBJECT = 0.5
PRIORITY = re.compile(r"\*\*\s*\((?P<word>[^)]+)\)")
PRIORITIES = {fold(word): rank for rank, words in enumerate(signals()["priorities"]) for word in words}


class TwoRoles:
    """Compares roles of a library."""

    def __init__(self, catalogue: Catalogue, library: Library, thesaurus: Thesaurus) -> None:
        self._catalogue = catalogue
        self._library = library
        self._thesaurus = thesaurus

    def compare(self, first: Asked, second: Asked) -> Draft:
        """The two roles by what the question asks for; by their difference and their skills where it names nothing."""
        draft = Draft()
        topics = first.understanding.topics
        sections = [section for section in topics.sections if section not in {"faq", "tracks", "overview"}] if topics.certain else []
        if not sections:
            self._difference(draft, first, second)
            self._skills(draft, first, second)
        for section in sections:
            if section == "salary":
                compare(draft, [Paid(asked.title, self._figures(asked)) for asked in (first, second)], first.understanding)
            elif section in {"skills", "tools"}:
                self._skills(draft, first, second, (section,))
            else:
                self._columns(draft, first, second, section)
        return draft

    def move(self, source: Asked, target: Asked) -> Draft:
        """From one role to the other: what carries over, what is missing, most important first, and steps."""
        draft = Draft()
        language = target.understanding.language
        bridges = [*self._naming(source, "tracks", target), *self._naming(target, "faq", source)]
        for bridge in bridges[:1]:
            draft.statement(bridge)
        have, _ = self._shared(target, source, ("skills", "tools"))
        wanted = sorted(self._items(target, ("skills",)), key=_priority)
        known = {id(mine) for mine, _ in have}
        if have:
            draft.frame(f"**{say('move_have', language)}**")
            ordered = sorted(have, key=lambda pair: _priority(pair[0]))
            lines = [f"- {_name(mine)} {draft.cite(mine)}{draft.cite(theirs)}" for mine, theirs in ordered[:SHARED]]
            draft.frame("\n".join(lines))
        missing = [candidate for candidate in wanted if id(candidate) not in known]
        if missing:
            draft.frame(f"**{say('move_missing', language)}**")
            draft.items(missing[:MISSING])
        steps = selection.broad(self._library.section(target.role.id, target.language, "learning"), target.understanding, STEPS)
        if steps:
            draft.frame(f"**{say('move_steps', language)}**")
            draft.items(steps)
        return draft

    def _difference(self, draft: Draft, first: Asked, second: Asked) -> None:
        """What the documents say on how the two differ; else what each of them is."""
        found = [*self._naming(first, "faq", second), *self._naming(second, "faq", first)]
        if found:
            draft.statement(found[0])
            return
        for asked in (first, second):
            overview = self._library.section(asked.role.id, asked.language, "overview")
            if overview:
                draft.statement(overview[0])

    def _naming(self, asked: Asked, section: str, other: Asked) -> list[Candidate]:
        """The statements of a section of `asked` that have the other role for their subject."""
        names = {tuple(stems(name, asked.language)) for name in other.role.names(asked.language)}
        found = []
        for candidate in self._library.section(asked.role.id, asked.language, section):
            subject = candidate.group_stems if candidate.statement.kind == "answer" else candidate.stems
            if any(_holds(subject, name) for name in names):
                found.append(candidate)
        return found

    def _skills(self, draft: Draft, first: Asked, second: Asked, sections: Sequence[str] = ("skills", "tools")) -> None:
        """What both need, then what only one of them does, most important first."""
        language = first.understanding.language
        shared, _ = self._shared(first, second, sections)
        if shared:
            pairs = sorted(shared, key=lambda pair: _priority(pair[0]))[:SHARED]
            both = ", ".join(f"{_name(one)} {draft.cite(one)}{draft.cite(other)}" for one, other in pairs)
            draft.frame(f"**{say('both', language)}**: {both}")
        mine = {id(one) for one, _ in shared}
        theirs = {id(other) for _, other in shared}
        left = [one for one in sorted(self._items(first, sections[:1]), key=_priority) if id(one) not in mine][:DIFFERENT]
        right = [one for one in sorted(self._items(second, sections[:1]), key=_priority) if id(one) not in theirs][:DIFFERENT]
        if left or right:
            cells = [[_cell(draft, one), _cell(draft, other)] for one, other in zip_longest(left, right)]
            draft.table([say("only", language, role=asked.title) for asked in (first, second)], cells)

    def _shared(self, first: Asked, second: Asked, sections: Sequence[str]) -> tuple[list[tuple[Candidate, Candidate]], int]:
        """The pairs of items, one of each role, that name the same skill or tool, and how many items the first role has."""
        ours, theirs = self._items(first, sections), self._items(second, sections)
        pairs: list[tuple[Candidate, Candidate]] = []
        taken: set[int] = set()
        for mine in ours:
            match = next((other for other in theirs if id(other) not in taken and self._is_same(mine, other)), None)
            if match:
                taken.add(id(match))
                pairs.append((mine, match))
        return pairs, len(ours)

    def _is_same(self, one: Candidate, other: Candidate) -> bool:
        mine, theirs = set(one.lead_stems), set(other.lead_stems)
        if mine == theirs:
            return True
        if self._readings(one) & self._readings(other):
            return True
        if not (mine <= theirs or theirs <= mine):
            return False
        vectors = self._library.vectors([one, other])
        return float(vectors[0] @ vectors[1]) >= SAME_SUBJECT

    def _readings(self, candidate: Candidate) -> frozenset[frozenset[str]]:
        """The lead's stems, and those of its synonyms where the whole lead is one term of the thesaurus."""
        language = candidate.chunk.language
        lead = candidate.text[2 : candidate.text.find("**", 2)]
        terms = self._thesaurus.terms(Words.of(lead, language).all, language, language)
        return frozenset(frozenset(alternative) for alternative in terms[0].alternatives) if len(terms) == 1 else frozenset()

    def _items(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        found = [one for section in sections for one in self._library.section(asked.role.id, asked.language, section)]
        return [one for one in found if one.lead_stems]

    def _columns(self, draft: Draft, first: Asked, second: Asked, section: str) -> None:
        """One section of both roles, in two columns where its statements stand in an order, else one below the other."""
        columns = [self._library.section(asked.role.id, asked.language, section) for asked in (first, second)]
        if not any(columns):
            return
        chosen = [
            selection.broad(column, asked.understanding, ROWS) for column, asked in zip(columns, (first, second), strict=True) if column
        ]
        if section in SIDE_BY_SIDE and len(chosen) == len(columns):
            cells = [[_whole(draft, one), _whole(draft, other)] for one, other in zip_longest(*chosen)]
            draft.table([asked.title for asked in (first, second)], cells)
            return
        for asked, column in zip((first, second), columns, strict=True):
            draft.frame(f"**{asked.title}**")
            if column:
                draft.items(selection.broad(column, asked.understanding, ROWS))
            else:
                heading = self._catalogue.heading(section, asked.understanding.language)
                draft.frame(say("no_section_on", asked.understanding.language, role=asked.title, heading=heading))

    def _figures(self, asked: Asked) -> list[Candidate]:
        return salary.figures(self._library, asked.role.id, asked.language, asked.understanding.places)


def _holds(words: Sequence[str], run: Sequence[str]) -> bool:
    return any(tuple(words[at : at + len(run)]) == tuple(run) for at in range(len(words) - len(run) + 1))


def _priority(candidate: Candidate) -> int:
    """0 for what is essential, 1 for what is important, and so on; the last for what has no priority."""
    match = PRIORITY.search(candidate.text)
    return PRIORITIES.get(fold(match["word"]), len(PRIORITIES)) if match else len(PRIORITIES)


def _name(candidate: Candidate) -> str:
    """The bold lead of an item, as it stands there."""
    return candidate.text[: candidate.text.find("**", 2) + 2]


def _cell(draft: Draft, candidate: Candidate | None) -> str:
    if candidate is None:
        return ""
    match = PRIORITY.search(candidate.text)
    priority = f" ({match['word']})" if match else ""
    return f"{_name(candidate)}{priority} {draft.cite(candidate)}"


def _whole(draft: Draft, candidate: Candidate | None) -> str:
    return f"{one_line(candidate.text)} {draft.cite(candidate)}" if candidate else ""
