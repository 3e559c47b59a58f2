"""How well a statement answers a question: its words against the question's terms, and its meaning where the language is known well."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from coach.retrieval.library import Candidate, Library, Place
from coach.retrieval.thesaurus import Term
from coach.retrieval.words import nearest
from coach.types import Language

# Share of the meaning (cosine of the embeddings) in a statement's score; the rest is that of its words.
MEANING: Mapping[Language, float] = {"en": 0.45, "es": 0.2}
# A term found in the heading above a statement speaks for it a little less than one in the statement.
IN_GROUP = 0.8
# A verb says less about what is asked than a noun does.
ACTION = 0.4
# In how many statements a term may stand and still single them out.
RARE = 4
# An unknown word shorter than this is a slip of the hand ("qe", "d"), not a subject.
SHORTEST_SUBJECT = 3
# "**SQL** (essential): …" is about SQL; other statements only mention it.
ABOUT_THE_TERM = 0.2
# A statement that gives a title names a book without the word.
BOOKS = frozenset({"book", "books", "libro", "libros"})
TITLE = re.compile(r'["«“][A-ZÁÉÍÓÚÑ]')
# What the likeness to a question that the statement is known to answer adds to its score.
ALIKE = 0.6
NONE_ALIKE: Mapping[Place, float] = MappingProxyType({})
# Per word beyond a short sentence.
DILUTION, SHORT = 0.004, 12


@dataclass(frozen=True, slots=True)
class Scored:
    """A statement with how much of the question's terms it holds (`words`, in [0, 1]) and how near it is in meaning (a cosine).

    `alike` is how like the question is, in [0, 1], to one that the statement is known to answer; `is_about` tells that one of the terms
    is its very subject.
    """

    candidate: Candidate
    words: float
    meaning: float
    alike: float
    is_about: bool
    score: float


@dataclass(frozen=True, slots=True)
class WeighedTerm:
    """A term with its weight, and the stems that count for it in the documents; none where no document has it.

    `is_rare` tells that only a few statements have it.
    """

    words: str
    is_action: bool
    is_rare: bool
    weight: float
    alternatives: frozenset[tuple[str, ...]]


def weigh(terms: Sequence[Term], library: Library, language: Language, role: str | None = None) -> list[WeighedTerm]:
    """`terms` with their weight (inverse document frequency over the statements of `language`, those of `role` among them).

    Stems that no document has are dropped, after a try whether they are a misspelling of one that occurs; so are unknown
    words of one or two letters.
    """
    frequencies = library.document_frequencies(language, role)
    total = max(1, sum(1 for _ in frequencies))
    weighed = []
    for term in terms:
        known = {alternative for alternative in term.alternatives if all(stem in frequencies for stem in alternative)}
        if not known:
            single = next((alternative[0] for alternative in term.alternatives if len(alternative) == 1), None)
            meant = nearest(single, frequencies) if single else None
            known = {(meant,)} if meant else set()
        if not known and len(term.words) < SHORTEST_SUBJECT:
            continue
        counts = [min(frequencies[stem] for stem in alternative) for alternative in known]
        weight = math.log(1 + total / (1 + max(counts, default=0)))
        is_rare = bool(counts) and max(counts) <= RARE
        weighed.append(WeighedTerm(term.words, term.is_action, is_rare, weight * (ACTION if term.is_action else 1), frozenset(known)))
    return weighed


def rank(
    candidates: Sequence[Candidate],
    terms: Sequence[WeighedTerm],
    vector: NDArray[np.float32],
    library: Library,
    language: Language,
    alike: Mapping[Place, float] = NONE_ALIKE,
) -> list[Scored]:
    """The statements with their scores, best first, equals in their order. `alike` are the likenesses to known questions."""
    if not candidates:
        return []
    total = sum(term.weight for term in terms)
    meanings = np.clip(library.vectors(candidates) @ vector, 0.0, 1.0)
    share = MEANING[language] if total else 1.0
    scored = []
    for candidate, meaning in zip(candidates, meanings, strict=True):
        words = sum(term.weight * _found(term, candidate) for term in terms) / total if total else 0.0
        about = _is_about(terms, candidate)
        likeness = alike.get(candidate.place, 0.0)
        score = (1 - share) * words + share * float(meaning) + ABOUT_THE_TERM * about + ALIKE * likeness - _dilution(candidate)
        scored.append(Scored(candidate, words, float(meaning), likeness, about, score))
    return sorted(scored, key=lambda one: -one.score)


def _dilution(candidate: Candidate) -> float:
    """What a long statement loses: the longer it is, the less of it is about any one term."""
    return 0.0 if candidate.statement.kind == "answer" else DILUTION * max(0, len(candidate.stems) - SHORT)


def same_question(asked: set[str], known: set[str], library: Library, language: Language) -> float:
    """How alike two questions are: F1 of their words in [0, 1], weighed by rarity. Both are given as stems that carry a subject."""
    frequencies = library.document_frequencies(language)

    def weight(words: set[str]) -> float:
        return sum(math.log(1 + len(frequencies) / (1 + frequencies.get(stem, 0))) for stem in words)

    whole = weight(asked) + weight(known)
    return 2 * weight(asked & known) / whole if whole else 0.0


def _is_about(terms: Sequence[WeighedTerm], candidate: Candidate) -> bool:
    """Whether the bold lead of the statement, or the question that it answers, names one of the terms."""
    subject = set(candidate.group_stems if candidate.statement.kind == "answer" else candidate.lead_stems)
    return bool(subject) and any(
        subject.issuperset(alternative) for term in terms if not term.is_action for alternative in term.alternatives
    )


def _found(term: WeighedTerm, candidate: Candidate) -> float:
    """1 where the statement holds the term, less where only the heading above it does, 0 where neither does."""
    if term.words in BOOKS and TITLE.search(candidate.text):
        return 1.0
    own, above = set(candidate.stems), set(candidate.group_stems)
    best = 0.0
    for alternative in term.alternatives:
        if own.issuperset(alternative):
            return 1.0
        if above.issuperset(alternative):
            # The question of an FAQ entry says what the entry is about.
            best = 1.0 if candidate.statement.kind == "answer" else IN_GROUP
        elif len(alternative) > 1 and (own | above).issuperset(alternative):
            best = max(best, IN_GROUP)
    return best
