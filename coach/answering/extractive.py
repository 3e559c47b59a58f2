"""The answer without a language model: statements of the documents, chosen for this question, or an honest no.

The kinds of reply, in the order in which they are tried: small talk; an occupation we have no document on; no role named
(ask back, or refuse what is not about careers); then, role by role, what `about_role` says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from coach.answering.about_role import STANDS_IN, AboutRole
from coach.answering.draft import Draft
from coach.answering.further import further
from coach.answering.grounding import MARKER, without_numbers
from coach.answering.limits import limit_of
from coach.answering.search import Asked
from coach.answering.thresholds import BROAD, LIKELY_OURS, OFF_TOPIC, OFF_TOPIC_NEAR_ROLES, PER_PART, SURELY_OURS, UNKNOWN_SHARE
from coach.answering.two_roles import TwoRoles
from coach.knowledge.catalogue import Catalogue
from coach.language import say
from coach.retrieval.asked import AskedQuestions
from coach.retrieval.foreign import is_not_ours, of_own_work
from coach.retrieval.library import Library
from coach.retrieval.question import Understanding
from coach.retrieval.ranking import WeighedTerm, weigh
from coach.retrieval.section_model import OFF_TOPIC as OFF_TOPIC_CLASS
from coach.retrieval.section_model import SPECIFIC
from coach.retrieval.signals import compares
from coach.retrieval.thesaurus import Thesaurus, is_small
from coach.retrieval.words import Word
from coach.types import LANGUAGES, Kind, Language, Role, other_language

MOST_ROLES = 3
# What of two roles can be set side by side.
COMPARABLE = frozenset(
    {"overview", "responsibilities", "skills", "tools", "salary", "career-path", "day", "employers", "sectors", "learning", "faq", "tracks"}
)
# Before a word, these make of it one of many.
INDEFINITE = frozenset(["a", "an", "un", "una"])
# How many titles are named where there are more: enough to show what is meant.
ROLES_NAMED = 6


class Extractive:
    """Composes answers from the statements of a library."""

    def __init__(
        self, catalogue: Catalogue, roles: Sequence[Role], library: Library, thesaurus: Thesaurus, questions: AskedQuestions
    ) -> None:
        self._roles = {role.id: role for role in roles}
        self._own = [role.id for role in roles if role.origin != "import"] or list(self._roles)
        self._library = library
        self._thesaurus = thesaurus
        self._questions = questions
        self._about = AboutRole(catalogue, library)
        self._two = TwoRoles(catalogue, library, thesaurus)

    def answer(self, understanding: Understanding, vector: NDArray[np.float32], near: Sequence[str] = ()) -> Draft:
        """The reply to a question whose embedding is `vector` (shape (d,)). `near` are the roles nearest to an occupation not known."""
        language = understanding.language
        limit = limit_of(understanding, date.today().year)
        if limit:
            return self._say("refuse", limit, language)
        if understanding.occupation:
            return self._unknown_occupation(understanding.occupation, near, language)
        if not understanding.roles:
            return self._without_role(understanding)
        if is_not_ours(understanding.question) and not understanding.names_role:
            return self._say("refuse", "refuse_offtopic", language)
        if understanding.pointed_at is not None:
            return further(self._library, self._asked(understanding, understanding.roles[0], vector), understanding.pointed_at)
        if understanding.compares and len(understanding.roles) == 2:
            draft = self._two_roles(understanding, vector)
            if draft.citations:
                return draft
        draft = Draft()
        several = len(understanding.roles) > 1
        for role in understanding.roles[:MOST_ROLES]:
            asked = self._asked(understanding, role, vector)
            part = self._about.answer(asked, PER_PART if several else BROAD)
            if part is None:
                return self._say("refuse", "refuse_offtopic", language)
            if several and part.citations:
                draft.frame(f"**{asked.role.title(language)}**")
            _join(draft, part)
        if several and draft.citations:
            draft.kind = "answer"
        if understanding.is_role_inferred and draft.citations:
            draft.blocks.insert(0, say("role_inferred", language, role=self._roles[understanding.roles[0]].title(language)))
        return draft

    def small_talk(self, understanding: Understanding) -> Draft:
        """The reply to a greeting, thanks and the like."""
        return self._say("smalltalk", understanding.small_talk or "greeting", understanding.language)

    def _say(self, kind: Kind, key: str, language: Language, **values: str) -> Draft:
        draft = Draft(kind)
        draft.frame(say(key, language, roles=self._titles(self._own, language), **values))
        return draft

    def _titles(self, roles: Sequence[str], language: Language) -> str:
        """The titles of the first roles, with a word on the others where there are many."""
        named = ", ".join(self._roles[role].title(language) for role in roles[:ROLES_NAMED])
        return say("titles_more", language, titles=named) if len(roles) > ROLES_NAMED else named

    def _two_roles(self, understanding: Understanding, vector: NDArray[np.float32]) -> Draft:
        """The two roles named side by side, or the way from one to the other; nothing where the question asks for what cannot be."""
        move = understanding.move
        asks_more = any(not compares(word.token) for word in understanding.focus)
        first, second = (self._asked(understanding, role, vector) for role in (move or understanding.roles))
        if move and "salary" not in understanding.topics.sections:
            return self._two.move(first, second)
        if not set(understanding.topics.sections) <= COMPARABLE or (asks_more and not understanding.topics.sections):
            return Draft()
        return self._two.compare(first, second)

    def _unknown_occupation(self, occupation: str, near: Sequence[str], language: Language) -> Draft:
        """Says that there is no document on the occupation, and which roles are nearest to it."""
        asked = without_numbers(occupation)
        if not near:
            return self._say("refuse", "refuse_unknown_role", language, asked=asked)
        draft = Draft("refuse")
        draft.frame(say("refuse_near_roles", language, asked=asked, roles=self._titles(near, language)))
        return draft

    def _without_role(self, understanding: Understanding) -> Draft:
        """Asks which role is meant where the rest of the question is ours, else says what we are for."""
        language, spoken = understanding.language, understanding.spoken
        is_foreign = is_not_ours(understanding.question)
        if not understanding.near and not is_foreign and self._is_of_work(understanding):
            return self._say("clarify", "clarify_role", language)
        if understanding.off_topic >= (OFF_TOPIC_NEAR_ROLES if understanding.near else OFF_TOPIC) and not understanding.follows:
            return self._say("refuse", "refuse_offtopic", language)
        if understanding.near:
            draft = Draft("clarify")
            draft.frame(say("clarify_role", language, roles=self._titles(understanding.near, language)))
            return draft
        terms = weigh(self._thesaurus.terms(understanding.rest, spoken, spoken), self._library, spoken)
        subjects = [term for term in terms if not term.is_action]
        total = sum(term.weight for term in subjects)
        unknown = sum(term.weight for term in subjects if not term.alternatives)
        is_ours = understanding.topics.certain or bool(understanding.level)
        if not is_ours:
            # Without a section's name, only the names of skills and tools make it a question for us.
            hinted = set(understanding.topics.sections) - {"overview"}
            is_ours = bool(terms or hinted or understanding.place) and all(self._is_skill(term, spoken) for term in terms)
        if is_ours and not is_foreign and (not total or unknown / total < UNKNOWN_SHARE):
            return self._say("clarify", "clarify_role", language)
        return self._say("refuse", "refuse_offtopic", language)

    def _is_of_work(self, understanding: Understanding) -> bool:
        """Whether a question that names no role is surely about work all the same."""
        chance = max(
            (chance for section, chance in understanding.topics.chances.items() if section not in (SPECIFIC, OFF_TOPIC_CLASS)), default=0.0
        )
        # "The pay of a lighthouse keeper" asks about somebody we do not know.
        words = understanding.words
        of_unknown = any(
            {one.token for one in words[max(0, at - 2) : at]} & INDEFINITE and not word.taken and not is_small(word, understanding.spoken)
            for at, word in enumerate(words)
            if not self._knows(word)
        )
        is_likely = not of_unknown and understanding.off_topic < SURELY_OURS and chance >= LIKELY_OURS
        return is_likely or of_own_work(understanding.question)

    def _knows(self, word: Word) -> bool:
        """Whether any document of ours has the word."""
        return any(word.stem in self._library.document_frequencies(language) for language in LANGUAGES)

    def _is_skill(self, term: WeighedTerm, language: Language) -> bool:
        """Whether the term names a skill or tool of any role: "Kubernetes" without a role is a question for us, "laptop" is not."""
        return any(self._library.names_skill(alternative, language) for alternative in term.alternatives)

    def _asked(self, understanding: Understanding, role: str, vector: NDArray[np.float32]) -> Asked:
        language = self._reading_language(understanding, role)
        terms = weigh(self._thesaurus.terms(understanding.rest, understanding.spoken, language), self._library, language, role)
        is_spoken = language == understanding.spoken
        alike = self._questions.likeness(understanding.words, vector, role, language) if is_spoken else {}
        return Asked(understanding, self._roles[role], language, tuple(terms), vector, alike)

    def _reading_language(self, understanding: Understanding, role: str) -> Language:
        """The language of the documents to read: the asker's, or the other one where the section asked for exists only there."""
        wanted = understanding.language
        section, other = understanding.section, other_language(wanted)
        lacking = section and not self._library.section(role, wanted, section)
        if section and lacking and self._library.section(role, other, section):
            # What stands in for the section in the asker's language is nearer to the asker than the section itself in the other one.
            return wanted if self._library.section(role, wanted, STANDS_IN.get(section, section)) else other
        return wanted if self._library.sections(role, wanted) else other


def _join(draft: Draft, part: Draft) -> None:
    """Adds `part` below `draft`, its markers numbered on."""
    offset = len(draft.citations)
    draft.blocks.extend(MARKER.sub(lambda match: f"[{int(match[1]) + offset}]", block) for block in part.blocks)
    draft.citations.extend(replace(citation, marker=citation.marker + offset) for citation in part.citations)
    draft.kind = part.kind
