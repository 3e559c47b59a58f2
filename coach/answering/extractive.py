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
    BESIDE_AN_ANSWER,
    BESIDE_THE_BEST,
    BROAD,
    NARROW,
    NEAR_IN_MEANING,
    NEAR_WITHOUT_WORDS,
    PER_PART,
    SAME_QUESTION,
    TERMS_HELD,
    UNKNOWN_SHARE,
)
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.places import place_name
from coach.language import function_words, say, stem, stems, tokens
from coach.retrieval.library import Candidate, Library
from coach.retrieval.ranking import Scored, WeighedTerm, rank, same_question, weigh
from coach.retrieval.signals import has_number, wants_count
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
            set(alternative) <= set(candidate.lead_stems)
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
        same = self._same_question(asked)
        if same:
            draft = Draft()
            draft.statement(same)
            return self._told_apart(draft, asked)
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
        elif wants_count(understanding.question) and not self._has_numbers(asked, sections, most):
            draft.frame(say("no_number", understanding.language))
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

    def _same_question(self, asked: Asked) -> Candidate | None:
        """The entry of the FAQ that answers this very question, unless the question asks for a whole section."""
        understanding = asked.understanding
        if understanding.topics.certain and not asked.terms:
            return None
        if understanding.spoken != asked.language:
            return None
        language, small = asked.language, function_words(asked.language)
        names = {one for title in asked.role.titles.values() for one in stems(title, language)}
        question = {word.stem for word in understanding.words if word.taken != "role" and word.token not in small} - names
        best, likeness = None, SAME_QUESTION
        for candidate in self._library.section(asked.role.id, language, "faq"):
            known = {stem(token, language) for token in tokens(candidate.statement.group or "") if token not in small} - names
            alike = same_question(question, known, self._library, language)
            if alike > likeness:
                best, likeness = candidate, alike
        return best

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
        """The statements of the sections that hold the question's terms, None where none does.

        The FAQ is looked at too where the question only points inside a section ("certifications") and does not name it ("LinkedIn").
        """
        wider = sections if asked.understanding.topics.is_named else dict.fromkeys((*sections, "faq"))
        fitting: list[Scored] = []
        for reading in dict.fromkeys((tuple(wider), (*sections, "faq"))):
            pool = [candidate for section in reading for candidate in self._quotable(asked, section)]
            fitting = fitting or self._fitting(asked, pool)
        return self._quoted(fitting, most) if fitting else None

    def _nearest(self, asked: Asked) -> Draft:
        """The statements of any section that answer a question which names none, or the honest word that there are none."""
        sections = self._library.sections(asked.role.id, asked.language)
        pool = [candidate for section in sections for candidate in self._quotable(asked, section) if not selection.is_question(candidate)]
        fitting = self._fitting(asked, pool)
        if not fitting or (asked.unknown_share >= UNKNOWN_SHARE and fitting[0].meaning < NEAR_IN_MEANING[asked.language]):
            return self._not_said(asked)
        return self._told_apart(self._quoted(fitting, NARROW), asked)

    def _fitting(self, asked: Asked, pool: Sequence[Candidate]) -> list[Scored]:
        """The statements of `pool` that answer the question, best first."""
        near, alone = NEAR_IN_MEANING[asked.language], NEAR_WITHOUT_WORDS[asked.language]
        scored = rank(pool, asked.terms, asked.vector, self._library, asked.language)
        fitting = [one for one in scored if one.words >= TERMS_HELD or (one.words > 0 and one.meaning >= near)]
        fitting = fitting or [one for one in scored if one.meaning >= alone][:1]
        if wants_count(asked.understanding.question):
            fitting = [one for one in fitting if has_number(one.candidate.text)]
        return fitting

    def _quotable(self, asked: Asked, section: str) -> list[Candidate]:
        statements = self._library.section(asked.role.id, asked.language, section)
        return [candidate for candidate in statements if candidate.statement.kind != "row" and len(candidate.stems) > 1]

    @staticmethod
    def _quoted(scored: Sequence[Scored], most: int) -> Draft:
        """The best statements: the first one by itself, those nearly as good below it."""
        best = scored[0]
        # An entry of the FAQ is an answer by itself: only what is as good stands beside it.
        share = BESIDE_AN_ANSWER if best.candidate.statement.kind == "answer" else BESIDE_THE_BEST
        chosen = [one.candidate for one in scored if one.score >= share * best.score][:most]
        if len({candidate.statement.group for candidate in chosen}) == 1 and chosen[0].statement.group:
            # The question asks for the group as a whole ("soft skills"): it keeps its order.
            chosen.sort(key=lambda candidate: (candidate.chunk.id, candidate.position))
        else:
            chosen = chosen[:NARROW]
        draft = Draft()
        if len(chosen) == 1 or chosen[0].statement.kind == "answer":
            draft.statement(chosen[0])
            chosen = chosen[1:]
        draft.items(chosen)
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

    def _has_numbers(self, asked: Asked, sections: Sequence[str], most: int) -> bool:
        """Whether what would be shown of the sections holds a number."""
        return any(
            has_number(candidate.text)
            for section in sections
            for candidate in selection.broad(self._library.section(asked.role.id, asked.language, section), asked.understanding, most)
        )

    def _not_said(self, asked: Asked) -> Draft:
        language = asked.understanding.language
        if not asked.understanding.topics.sections and not any(word.taken == "role" for word in asked.understanding.words):
            # The role is only remembered from before: nothing in the question itself is about careers.
            return self._say("refuse", "refuse_offtopic", language)
        draft = Draft("refuse")
        draft.frame(say("refuse_not_said", language, roles=asked.role.title(language), sections=self._covered(asked)))
        return draft

    def _covered(self, asked: Asked) -> str:
        """The headings of the first sections that there are on the role."""
        language = asked.understanding.language
        have = set(self._library.sections(asked.role.id, "en")) | set(self._library.sections(asked.role.id, "es"))
        headings = [self._catalogue.heading(section, language) for section in self._catalogue.ids if section in have]
        return ", ".join(headings[:SECTIONS_NAMED])


def _join(draft: Draft, part: Draft) -> None:
    """Adds `part` below `draft`, its markers numbered on."""
    offset = len(draft.citations)
    draft.blocks.extend(MARKER.sub(lambda match: f"[{int(match[1]) + offset}]", block) for block in part.blocks)
    draft.citations.extend(replace(citation, marker=citation.marker + offset) for citation in part.citations)
    draft.kind = part.kind
