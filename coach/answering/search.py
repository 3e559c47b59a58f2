"""A question about one role, and the statements of its documents that fit it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coach.answering.thresholds import EVIDENCE, NEAR_IN_MEANING, NEAR_WITHOUT_WORDS, SAME_QUESTION, TERMS_HELD
from coach.language import function_words, stem, stems, tokens
from coach.retrieval.library import Candidate, Library
from coach.retrieval.question import Understanding
from coach.retrieval.ranking import Scored, WeighedTerm, rank, same_question
from coach.retrieval.signals import has_number, wants_count
from coach.retrieval.topics import HARDLY, SURE
from coach.types import Language, Role


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

    @property
    def has_subject(self) -> bool:
        """Whether a term is left that says what the question is about, beyond sections and verbs."""
        return self.understanding.topics.has_details or any(not term.is_action for term in self.terms)

    @property
    def title(self) -> str:
        """The role's title in the language of the answer."""
        return self.role.title(self.understanding.language)


class StatementSearch:
    """Looks for statements in a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def same_question(self, asked: Asked) -> Candidate | None:
        """The entry of the FAQ that answers this very question, unless the question asks for a whole section."""
        understanding = asked.understanding
        if (understanding.topics.certain and not asked.terms) or understanding.spoken != asked.language:
            return None
        language, small = asked.language, function_words(asked.language)
        names = {one for title in asked.role.titles.values() for one in stems(title, language)}
        question = {word.stem for word in understanding.words if word.token not in small} - names
        best, likeness = None, SAME_QUESTION
        for candidate in self._library.section(asked.role.id, language, "faq"):
            known = {stem(token, language) for token in tokens(candidate.statement.group or "") if token not in small} - names
            alike = same_question(question, known, self._library, language)
            if alike > likeness:
                best, likeness = candidate, alike
        return best

    def fitting(self, asked: Asked, pool: Sequence[Candidate]) -> list[Scored]:
        """The statements of `pool` that answer the question, best first."""
        near, alone = NEAR_IN_MEANING[asked.language], NEAR_WITHOUT_WORDS[asked.language]
        terms = asked.terms
        if asked.understanding.topics.has_details:
            # The question points at something known ("which books"): what no document has cannot decide between statements.
            terms = tuple(term for term in terms if term.alternatives) or terms
        scored = rank(pool, terms, asked.vector, self._library, asked.language)
        fitting = [one for one in scored if one.words >= TERMS_HELD or one.is_about or (one.words > 0 and one.meaning >= near)]
        fitting = fitting or [one for one in scored if one.meaning >= alone][:1]
        if wants_count(asked.understanding.question):
            fitting = [one for one in fitting if has_number(one.candidate.text)]
        return fitting

    def quotable(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        found = [one for section in dict.fromkeys(sections) for one in self._library.section(asked.role.id, asked.language, section)]
        return [one for one in found if one.statement.kind != "row" and len(one.stems) > 1]

    def with_evidence(self, asked: Asked) -> Asked:
        """`asked`, where no word names a section, with the section that the way of asking and the statements together speak for."""
        topics = asked.understanding.topics
        known = [term for term in asked.terms if term.alternatives]
        if not (topics.learnt and topics.likely < SURE and known):
            return asked
        best, most = topics.sections[0], -math.inf
        for section, chance in topics.chances.items():
            pool = self.quotable(asked, [section]) if chance >= HARDLY else []
            scored = rank(pool, known, asked.vector, self._library, asked.language)
            value = math.log(chance + HARDLY) + EVIDENCE * max((one.score for one in scored), default=0.0)
            if scored and value > most:
                best, most = section, value
        if best == topics.sections[0]:
            return asked
        meant = replace(topics, sections=(best,), strengths=(topics.chances[best],), named=((),))
        return replace(asked, understanding=replace(asked.understanding, topics=meant))

    def ranked(self, asked: Asked, section: str, most: int) -> list[Candidate]:
        """The `most` statements of the section that fit the question best, however little."""
        pool = self.quotable(asked, [section])
        return [one.candidate for one in rank(pool, asked.terms, asked.vector, self._library, asked.language)[:most]]

    def named(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        """The items that the question names; a name is one, whatever word stands before it ("what does dbt do")."""
        return [
            candidate
            for candidate in self.quotable(asked, sections)
            if candidate.lead_stems
            and any(set(candidate.lead_stems) <= set(alternative) for term in asked.terms for alternative in term.alternatives)
        ]
