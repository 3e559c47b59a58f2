"""The answer without a language model: statements of the documents, chosen for this question, or an honest no.

The kinds of reply, in the order in which they are tried: small talk; an occupation we have no document on; no role named
(ask back, or refuse what is not about careers); salary figures; one section or several; the statements nearest to a narrow question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coach.answering import salary, selection
from coach.answering.draft import Draft
from coach.answering.grounding import MARKER
from coach.answering.thresholds import (
    BESIDE_THE_BEST,
    BROAD,
    NARROW,
    NEAR_IN_MEANING,
    NEAR_WITHOUT_WORDS,
    PER_PART,
    TERMS_HELD,
    UNKNOWN_SHARE,
)
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.places import place_name
from coach.language import say, stems
from coach.retrieval.library import Candidate, Library
from coach.retrieval.ranking import Scored, WeighedTerm, rank, weigh
from coach.retrieval.thesaurus import Thesaurus, generic_stems
from coach.retrieval.understanding import Understanding
from coach.types import Kind, Language, Role, other_language

MOST_ROLES = 3
SECTIONS_NAMED = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one role, ready to be answered: its terms as they count in the documents of `language`."""

    understanding: Understanding
    role: Role
    language: Language
    terms: tuple[WeighedTerm, ...]
    vector: NDArray[np.float32]

    @property
    def unknown_share(self) -> float:
        """The share of the terms' weight, in [0, 1], that no document knows."""
        total = sum(term.weight for term in self.terms)
        return sum(term.weight for term in self.terms if not term.alternatives) / total if total else 0.0


class Extractive:
    """Composes answers from the statements of a library."""

    def __init__(self, catalogue: Catalogue, roles: Sequence[Role], library: Library, thesaurus: Thesaurus) -> None:
        self._catalogue = catalogue
        self._roles = {role.id: role for role in roles}
        self._library = library
        self._thesaurus = thesaurus

    def answer(self, understanding: Understanding, vector: NDArray[np.float32]) -> Draft:
        """The reply to a question whose embedding is `vector` (shape (d,))."""
        language = understanding.language
        if understanding.occupation:
            return self._say("refuse", "refuse_unknown_role", language, asked=understanding.occupation)
        if not understanding.roles:
            return self._without_role(understanding)
        draft = Draft()
        several = len(understanding.roles) > 1
        for role in understanding.roles[:MOST_ROLES]:
            asked = self._asked(understanding, role, vector)
            part = self._about(asked, PER_PART if several else BROAD)
            if several and part.citations:
                draft.frame(f"**{asked.role.title(language)}**")
            _join(draft, part)
        if several and draft.citations:
            draft.kind = "answer"
        return draft

    def small_talk(self, understanding: Understanding) -> Draft:
        """The reply to a greeting, thanks and the like."""
        return self._say("smalltalk", understanding.small_talk or "greeting", understanding.language)

    def _say(self, kind: Kind, key: str, language: Language, **values: str) -> Draft:
        draft = Draft(kind)
        draft.frame(say(key, language, roles=self._titles(self._roles, language), **values))
        return draft

    def _titles(self, roles: Sequence[str] | dict[str, Role], language: Language) -> str:
        return ", ".join(self._roles[role].title(language) for role in roles)

    def _without_role(self, understanding: Understanding) -> Draft:
        """Asks which role is meant where the rest of the question is ours, else says what we are for."""
        language = understanding.language
        if understanding.near:
            draft = Draft("clarify")
            draft.frame(say("clarify_role", language, roles=self._titles(understanding.near, language)))
            return draft
        terms = weigh(
            self._thesaurus.terms(understanding.rest, understanding.spoken, understanding.spoken), self._library, understanding.spoken
        )
        subjects = [term for term in terms if not term.is_action]
        unknown = sum(term.weight for term in subjects if not term.alternatives)
        total = sum(term.weight for term in subjects)
        is_ours = understanding.topics.certain or bool(understanding.level)
        if not is_ours and not understanding.topics.sections and not understanding.place:
            is_ours = bool(terms) and all(self._is_subject(term, understanding.spoken) for term in terms)
        elif not is_ours:
            is_ours = all(self._is_subject(term, understanding.spoken) for term in terms)
        if is_ours and (not total or unknown / total < UNKNOWN_SHARE):
            return self._say("clarify", "clarify_role", language)
        return self._say("refuse", "refuse_offtopic", language)

    def _is_subject(self, term: WeighedTerm, language: Language) -> bool:
        """Whether the term names a skill or tool of any role: "Kubernetes" without a role is a question for us, "laptop" is not."""
        return any(
            set(alternative) <= set(_lead_stems(candidate))
            for role in self._roles
            for section in ("skills", "tools")
            for candidate in self._library.section(role, language, section)
            for alternative in term.alternatives
        )

    def _asked(self, understanding: Understanding, role: str, vector: NDArray[np.float32]) -> Asked:
        language = self._reading_language(understanding, role)
        terms = weigh(self._thesaurus.terms(understanding.rest, understanding.spoken, language), self._library, language)
        return Asked(understanding, self._roles[role], language, tuple(terms), vector)

    def _reading_language(self, understanding: Understanding, role: str) -> Language:
        """The language of the documents to read: the asker's, or the other one where the section asked for exists only there."""
        wanted = understanding.language
        section, other = understanding.section, other_language(wanted)
        if section and not self._library.section(role, wanted, section) and self._library.section(role, other, section):
            return other
        return wanted if self._library.sections(role, wanted) else other_language(wanted)

    def _about(self, asked: Asked, most: int) -> Draft:
        understanding = asked.understanding
        sections = [section for section in understanding.topics.sections if self._library.section(asked.role.id, asked.language, section)]
        if not understanding.topics.sections:
            return self._nearest(asked) if asked.terms else self._overview(asked, most)
        if understanding.section == "salary" and not self._wants_prose(asked):
            rows = salary.figures(self._library, asked.role.id, asked.language)
            if rows:
                draft = Draft()
                salary.answer_salary(draft, rows, understanding, asked.role.title(understanding.language), self._library)
                return self._told_apart(draft, asked)
        if not sections:
            return self._no_section(asked)
        if asked.terms:
            narrow = self._narrow(asked, sections, most)
            if narrow:
                return self._told_apart(narrow, asked)
            if not understanding.topics.certain:
                return self._nearest(asked)
        draft = Draft()
        missing = [term.words for term in asked.terms if not term.alternatives and not term.is_action]
        if missing and asked.unknown_share >= UNKNOWN_SHARE:
            draft.frame(say("not_mentioned", understanding.language, asked=", ".join(missing)))
        if len(sections) > 1 and not self._joins(understanding):
            crossing = self._crossing(asked, sections)
            if crossing:
                draft.items(crossing)
                return self._told_apart(draft, asked)
        for section in sections:
            if len(sections) > 1:
                draft.frame(f"**{self._catalogue.heading(section, understanding.language)}**")
            self._section(draft, asked, section, most if len(sections) == 1 else PER_PART)
        return self._told_apart(draft, asked)

    def _wants_prose(self, asked: Asked) -> bool:
        """Whether a salary question is about negotiating and the like, not about figures."""
        return asked.understanding.topics.has_details and bool(asked.terms)

    @staticmethod
    def _joins(understanding: Understanding) -> bool:
        """Whether the question lists its subjects ("skills and tools") rather than crossing them ("mistakes in interviews")."""
        return any(word.token in {"and", "y", "e", "or", "o", "plus"} for word in understanding.rest)

    def _told_apart(self, draft: Draft, asked: Asked) -> Draft:
        """`draft`, with a word on it where the documents speak another language than the answer."""
        if draft.citations and asked.language != asked.understanding.language:
            draft.blocks.insert(0, say("other_language", asked.understanding.language))
        return draft

    def _overview(self, asked: Asked, most: int) -> Draft:
        """What the role is, where nothing but the role was named."""
        draft = Draft()
        for section in ("overview", *self._library.sections(asked.role.id, asked.language)):
            if self._library.section(asked.role.id, asked.language, section):
                self._section(draft, asked, section, most)
                break
        return self._told_apart(draft, asked)

    def _section(self, draft: Draft, asked: Asked, section: str, most: int) -> None:
        candidates = self._library.section(asked.role.id, asked.language, section)
        understanding = asked.understanding
        if section == "salary":
            rows = salary.figures(self._library, asked.role.id, asked.language)
            if rows:
                salary.answer_salary(draft, rows, understanding, asked.role.title(understanding.language), self._library)
                return
        chosen = selection.broad(candidates, understanding, most)
        figures = [candidate for candidate in candidates if candidate.statement.kind == "row"] if section == "outlook" else []
        if figures:
            chosen = self._outlook(draft, chosen, figures, understanding)
        if section == "faq":
            for candidate in chosen:
                draft.frame(f"**{candidate.statement.group}**")
                draft.statement(candidate)
            return
        paragraphs = [candidate for candidate in chosen if candidate.statement.kind in {"sentence", "answer"}]
        if paragraphs and paragraphs == chosen:
            draft.frame(" ".join(f"{candidate.text} {draft.cite(candidate)}" for candidate in chosen[:PER_PART]))
        else:
            draft.items(chosen)

    def _outlook(self, draft: Draft, prose: list[Candidate], rows: list[Candidate], understanding: Understanding) -> list[Candidate]:
        """Prose and projections of an outlook; those of the place asked for first."""
        language = understanding.language
        if understanding.place:
            name = place_name(understanding.place, language)
            here = [row for row in rows if row.text.startswith(name)]
            if not here:
                draft.frame(say("no_outlook_place", language, place=name))
            rows = here or rows
            return [*rows, *prose[:PER_PART]]
        return [*prose[:PER_PART], *rows]

    def _narrow(self, asked: Asked, sections: Sequence[str], most: int) -> Draft | None:
        """The statements of the sections (and of the FAQ) that hold the question's terms, None where none does."""
        pool = [candidate for section in dict.fromkeys((*sections, "faq")) for candidate in self._quotable(asked, section)]
        scored = rank(pool, asked.terms, asked.vector, self._library, asked.language)
        inside = [one for one in scored if one.words >= TERMS_HELD or (one.words > 0 and one.meaning >= NEAR_IN_MEANING[asked.language])]
        if not inside:
            inside = [one for one in scored if one.meaning >= NEAR_WITHOUT_WORDS[asked.language]][:1]
        return self._quoted(inside, most) if inside else None

    def _nearest(self, asked: Asked) -> Draft:
        """The statements of any section that answer a question which names none, or the honest word that there are none."""
        sections = self._library.sections(asked.role.id, asked.language)
        pool = [candidate for section in sections for candidate in self._quotable(asked, section) if not selection.is_question(candidate)]
        scored = rank(pool, asked.terms, asked.vector, self._library, asked.language)
        near, alone = NEAR_IN_MEANING[asked.language], NEAR_WITHOUT_WORDS[asked.language]
        fitting = [one for one in scored if one.words >= TERMS_HELD or (one.words > 0 and one.meaning >= near) or one.meaning >= alone]
        if not fitting or (asked.unknown_share >= UNKNOWN_SHARE and fitting[0].meaning < near):
            return self._not_said(asked)
        return self._told_apart(self._quoted(fitting, NARROW), asked)

    def _quotable(self, asked: Asked, section: str) -> list[Candidate]:
        statements = self._library.section(asked.role.id, asked.language, section)
        return [candidate for candidate in statements if candidate.statement.kind != "row" and len(candidate.stems) > 1]

    @staticmethod
    def _quoted(scored: Sequence[Scored], most: int) -> Draft:
        """The best statements: the first one by itself, those nearly as good below it."""
        best = scored[0].score
        chosen = [one.candidate for one in scored if one.score >= BESIDE_THE_BEST * best][:most]
        draft = Draft()
        if len(chosen) == 1 or chosen[0].statement.kind == "answer":
            draft.statement(chosen[0])
            draft.items(chosen[1:NARROW])
        else:
            draft.items(chosen[:NARROW] if len({candidate.statement.group for candidate in chosen}) > 1 else chosen)
        return draft

    def _crossing(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        """Statements of one section asked for that speak of another one asked for: the mistakes that are about interviews."""
        names = {
            section: set(stems(" ".join(asked.understanding.named[section]), asked.language)) - generic_stems(asked.language)
            for section in sections
        }
        found = []
        for section in sections:
            others = set().union(*(names[other] for other in sections if other != section))
            found += [candidate for candidate in self._quotable(asked, section) if others.intersection(candidate.stems)]
        return found[:BROAD] if len(found) > 1 else []

    def _no_section(self, asked: Asked) -> Draft:
        language = asked.understanding.language
        heading = self._catalogue.heading(asked.understanding.topics.sections[0], language)
        draft = Draft("refuse")
        draft.frame(say("refuse_no_section", language, roles=asked.role.title(language), heading=heading, sections=self._covered(asked)))
        return draft

    def _not_said(self, asked: Asked) -> Draft:
        language = asked.understanding.language
        draft = Draft("refuse")
        draft.frame(say("refuse_not_said", language, roles=asked.role.title(language), sections=self._covered(asked)))
        return draft

    def _covered(self, asked: Asked) -> str:
        """The headings of the first sections that there are on the role."""
        language = asked.understanding.language
        have = set(self._library.sections(asked.role.id, "en")) | set(self._library.sections(asked.role.id, "es"))
        headings = [self._catalogue.heading(section, language) for section in self._catalogue.ids if section in have]
        return ", ".join(headings[:SECTIONS_NAMED])


def _lead_stems(candidate: Candidate) -> tuple[str, ...]:
    """The stems of the bold lead of an item, none where it has no lead."""
    text = candidate.text
    return tuple(stems(text[2 : text.find("**", 2)], candidate.chunk.language)) if text.startswith("**") else ()


def _join(draft: Draft, part: Draft) -> None:
    """Adds `part` below `draft`, its markers numbered on."""
    offset = len(draft.citations)
    draft.blocks.extend(MARKER.sub(lambda match: f"[{int(match[1]) + offset}]", block) for block in part.blocks)
    draft.citations.extend(replace(citation, marker=citation.marker + offset) for citation in part.citations)
    draft.kind = part.kind
