"""A question about one role, and the statements of its documents that fit it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coach.answering.thresholds import (
    AHEAD,
    ALIKE_ENOUGH,
    CLEARLY,
    CLEARLY_NAMED,
    EVIDENCE,
    KNOWN,
    MAYBE_ALIKE,
    NEAR_IN_MEANING,
    NEAR_WITHOUT_WORDS,
    POINTED,
    POINTED_AHEAD,
    SAME_QUESTION,
    TERMS_HELD,
)
from coach.language import function_words, stem, stems, tokens
from coach.retrieval.library import Candidate, Library, Place
from coach.retrieval.question import Understanding
from coach.retrieval.ranking import Scored, WeighedTerm, rank, same_question
from coach.retrieval.signals import has_number, wants_count
from coach.retrieval.topics import HARDLY, MOST_STRENGTH, SURE
from coach.types import Language, Role


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about one role, ready to be answered: its terms as they count in the documents of `language`.

    `alike` is how like it is to a question that a statement is known to answer, in [0, 1].
    """

    understanding: Understanding
    role: Role
    language: Language
    terms: tuple[WeighedTerm, ...]
    vector: NDArray[np.float32]
    alike: Mapping[Place, float]

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
        scored = rank(pool, terms, asked.vector, self._library, asked.language, asked.alike)
        fitting = [
            one
            for one in scored
            if one.words >= TERMS_HELD or one.is_about or (one.words > 0 and one.meaning >= near) or one.alike >= ALIKE_ENOUGH
        ]
        fitting = fitting or [one for one in scored if one.meaning >= alone][:1]
        if wants_count(asked.understanding.question):
            fitting = [one for one in fitting if has_number(one.candidate.text)]
        return fitting

    def quotable(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        found = [one for section in dict.fromkeys(sections) for one in self._library.section(asked.role.id, asked.language, section)]
        return [one for one in found if one.statement.kind != "row" and len(one.stems) > 1]

    def with_evidence(self, asked: Asked) -> Asked:
        """`asked` with the section that the way of asking, the words and the statements together speak for, where that is clearly another
        than the one understood."""
        topics = asked.understanding.topics
        if not asked.terms or (topics.certain and not topics.learnt and not asked.has_subject):
            # A section is asked for as a whole.
            return asked
        values, known = self._values(asked)
        best = max(values, key=lambda section: values[section], default=None)
        if best is None or best == topics.sections[0]:
            return asked
        ahead = values[best] - values.get(topics.sections[0], -math.inf)
        if ahead <= (CLEARLY_NAMED if topics.is_named and not topics.learnt else CLEARLY):
            return asked
        if best in topics.sections:
            order = sorted(range(len(topics.sections)), key=lambda at: topics.sections[at] != best)
            meant = replace(
                topics,
                sections=tuple(topics.sections[at] for at in order),
                strengths=tuple(topics.strengths[at] for at in order),
                named=tuple(topics.named[at] for at in order),
            )
        else:
            meant = replace(
                topics,
                sections=(best,),
                strengths=(1.0 if best == known else topics.chances.get(best, 0.0),),
                named=((),),
                certain=True,
                is_named=False,
                has_details=False,
                learnt=True,
            )
        return replace(asked, understanding=replace(asked.understanding, topics=meant))

    def _values(self, asked: Asked) -> tuple[dict[str, float], str | None]:
        """How much speaks for each section that may be meant; and the one that is known to answer the very question, if there is one."""
        topics = asked.understanding.topics
        terms = [term for term in asked.terms if term.alternatives]
        pools = {section: self.quotable(asked, [section]) for section in self._library.sections(asked.role.id, asked.language)}
        alike = {section: max((asked.alike.get(one.place, 0.0) for one in pool), default=0.0) for section, pool in pools.items()}
        first, second = sorted([0.0, 0.0, *alike.values()])[:-3:-1]
        is_known = first >= ALIKE_ENOUGH and first - second >= AHEAD and topics.likely < SURE
        known = next((section for section, likeness in alike.items() if likeness == first), None) if is_known else None
        values = {}
        for section, pool in pools.items():
            chance, heard = topics.chances.get(section, 0.0), min(topics.heard.get(section, 0.0), MOST_STRENGTH)
            if not pool or (chance < HARDLY and alike[section] < MAYBE_ALIKE and section not in topics.sections):
                continue
            scored = rank(pool, terms, asked.vector, self._library, asked.language)
            values[section] = (
                EVIDENCE.chance * math.log(chance + HARDLY)
                + EVIDENCE.alike * alike[section]
                + EVIDENCE.ahead * (first - second) * (alike[section] == first)
                + EVIDENCE.statement * max(one.score for one in scored)
                + EVIDENCE.heard * heard
                + KNOWN * (section == known)
            )
        return values, known

    def pointed_at(self, asked: Asked, section: str) -> Candidate | None:
        """The one statement of the section whose known questions are like this one, and those of the others less."""
        likest = sorted(self.quotable(asked, [section]), key=lambda one: -asked.alike.get(one.place, 0.0))[:2]
        values = [asked.alike.get(one.place, 0.0) for one in likest]
        return likest[0] if len(values) == 2 and values[0] >= POINTED and values[0] - values[1] >= POINTED_AHEAD else None

    def ranked(self, asked: Asked, section: str, most: int) -> list[Candidate]:
        """The `most` statements of the section that fit the question best, however little."""
        pool = self.quotable(asked, [section])
        return [one.candidate for one in rank(pool, asked.terms, asked.vector, self._library, asked.language, asked.alike)[:most]]

    def named(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        """The items that the question names; a name is one, whatever word stands before it ("what does dbt do")."""
        return [
            candidate
            for candidate in self.quotable(asked, sections)
            if candidate.lead_stems
            and any(set(candidate.lead_stems) <= set(alternative) for term in asked.terms for alternative in term.alternatives)
        ]
