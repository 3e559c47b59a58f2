"""Which sections a question asks for, from the words of the catalogue."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from coach.knowledge.catalogue import Catalogue
from coach.language import signals, stem
from coach.retrieval.section_model import OFF_TOPIC, SPECIFIC
from coach.retrieval.thesaurus import is_small
from coach.retrieval.words import ARTICLES, Phrases, Word, Words
from coach.types import LANGUAGES, Language, other_language

WORD, DETAIL, HINT = 1.0, 1.1, 0.45
# A phrase of several words says more than one word does.
PER_FURTHER_WORD = 0.4
# A section counts beside the strongest one only if it is nearly as strongly asked for.
SECOND_SHARE = 0.6
MOST_TOPICS = 3
HEDGES = frozenset(signals()["hedges"])
# Of sections asked for alike, these come first: "interview mistakes" and "errores en el CV" are about mistakes, and "tools on my
# CV" is about the CV, wherever the words stand.
HEADS = ("mistakes", "interview", "cv", "linkedin", "outreach", "day")


Run = tuple[list[Word], list[tuple[str, float]]]


@dataclass(frozen=True, slots=True)
class Topics:
    """The sections asked for, strongest first, with their strength; `certain` is False where only hints speak for them.

    `named` holds the words of the question that ask for each section; `is_named` tells that one of them is a section's own
    name ("LinkedIn"), `has_details` that one points inside it ("headline"), `learnt` that the way of asking speaks for the
    section and no word of the catalogue does; its strength is then how likely that is, in [0, 1]. `heard` are all the sections
    that a word asks for, with their strength, those too that count for little beside the strongest;
    `chances` is how likely the way of asking makes each section, in [0, 1].
    """

    sections: tuple[str, ...] = ()
    strengths: tuple[float, ...] = ()
    named: tuple[tuple[str, ...], ...] = ()
    certain: bool = False
    is_named: bool = False
    has_details: bool = False
    learnt: bool = False
    heard: Mapping[str, float] = field(default_factory=dict)
    chances: Mapping[str, float] = field(default_factory=dict)

    @property
    def section(self) -> str | None:
        """The section asked for most strongly."""
        return self.sections[0] if self.sections else None

    @property
    def likely(self) -> float:
        """How likely the way of asking makes the first section."""
        return self.chances.get(self.sections[0], 0.0) if self.sections else 0.0


class TopicFinder:
    """Finds the sections that a question asks for."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._order = {section: at for at, section in enumerate(catalogue.ids)}
        self._phrases: dict[Language, Phrases[tuple[str, float]]] = {}
        for language in LANGUAGES:
            entries: list[tuple[str, tuple[str, float]]] = []
            for entry in catalogue.entries:
                words = entry.words(language)
                for kind, weight in ((words.words, WORD), (words.details, DETAIL), (words.hints, HINT)):
                    entries.extend((phrase, (entry.id, weight)) for phrase in kind)
            self._phrases[language] = Phrases(language, entries)

    def find(self, words: Words) -> Topics:
        """The topics of a question. Words that only name a section are marked as taken; words that point inside it are not."""
        strengths: dict[str, float] = {}
        named: dict[str, list[str]] = {}
        certain: set[str] = set()
        details = is_named = False
        naming: list[tuple[list[Word], set[str]]] = []
        rest = [
            word
            for word in words.all
            if word.taken not in {"role", "place", "currency"} and word.token not in ARTICLES and word.token not in HEDGES
        ]
        found = self._runs(rest, words.language)
        if not _is_certain(found):
            # A level may stand inside a phrase: "how much does a junior … make".
            inside = self._runs([word for word in rest if word.taken != "level"], words.language)
            found = inside if _is_certain(inside) else found
        for run, values in found:
            best = max(weight for _, weight in values)
            for section, weight in {section: max(w for s, w in values if s == section) for section, _ in values}.items():
                named.setdefault(section, []).extend(word.token for word in run)
                strengths[section] = strengths.get(section, 0.0) + weight + PER_FURTHER_WORD * (len(run) - 1) * (weight >= WORD)
                if weight >= WORD:
                    certain.add(section)
            if best == DETAIL:
                details = True
                continue
            is_named = is_named or best == WORD
            naming.append((run, {section for section, _ in values}))
        pool = {section: strength for section, strength in strengths.items() if not certain or section in certain}
        ranked = sorted(
            pool.items(), key=lambda pair: (-pair[1], HEADS.index(pair[0]) if pair[0] in HEADS else len(HEADS), self._order[pair[0]])
        )
        kept = [(section, strength) for section, strength in ranked if strength >= SECOND_SHARE * ranked[0][1]][:MOST_TOPICS]
        # A word that only hinted at a section which is not asked for is left to say what the question is about.
        sections = {section for section, _ in kept}
        for taken in (word for run, asked in naming if asked & sections for word in run):
            taken.taken = taken.taken or "topic"
        return Topics(
            sections=tuple(section for section, _ in kept),
            strengths=tuple(strength for _, strength in kept),
            named=tuple(tuple(named[section]) for section, _ in kept),
            certain=bool(certain),
            is_named=is_named,
            has_details=details,
            heard=dict(ranked if certain else kept),
        )

    def asking(self, words: Words) -> frozenset[str]:
        """The words that name a section."""
        found = self.find(words)
        return frozenset(word for named in found.named for word in named) if found.is_named else frozenset()

    def _runs(self, rest: list[Word], language: Language) -> list[Run]:
        """The words of each phrase found, with the sections it asks for and how strongly."""
        runs = []
        for at, length, values in self._found(rest, language):
            run = rest[at : at + length]
            # "Senior" has the stem of "seniority", but only names a level.
            is_level = length == 1 and run[0].taken == "level"
            runs.append((run, [(section, HINT if is_level else weight) for section, weight in values]))
        return runs

    def _found(self, rest: list[Word], language: Language) -> list[tuple[int, int, list[tuple[str, float]]]]:
        """Phrases of the question's language, and single words of the other one that it does not know ("networking")."""
        found = list(self._phrases[language].find(rest))
        used = {position for at, length, _ in found for position in range(at, at + length)}
        other = other_language(language)
        foreign = [Word(word.token, stem(word.token, other), word.taken) for word in rest]
        for at, length, values in self._phrases[other].find(foreign, fuzzy=False):
            if length == 1 and at not in used and len(rest[at].token) > 3:
                found.append((at, length, values))
        return found


# What a word of the catalogue adds to the logarithm of how likely the model finds its section, times the word's strength: one that
# names the section, one that points inside it, one that hints at it. Found over the fixed questions.
NAMED_ADDS, DETAIL_ADDS, HINT_ADDS, MOST_STRENGTH = 1.0, 1.5, 1.0, 2.0
# So little a section may be likely without ceasing to be possible.
BARELY = 1e-3
# How likely the model must find a section that no word asks for, and that much more in a question that leans on the one before.
LIKELY, LIKELY_FOLLOWING = 0.2, 0.6
# A section so likely is the one asked for; beside it one that is hardly likely is not, though a word may name it.
SURE, HARDLY = 0.85, 0.01
# A question of so few words, none of which says anything, is not told by the way it is asked.
SAYS_NOTHING = 4


def with_model(topics: Topics, likely: Mapping[str, float], words: Words, follows: bool, in_talk: bool) -> Topics:
    """`topics` weighed against how likely the model finds each section for the same question.

    `in_talk` tells that something was asked before, `follows` that the question leans on it.

    Where another section wins, the words that had named one are free again. A question that holds nothing but roles, places,
    levels and small words says nothing by the way it is asked.
    """
    says_something = any(word.taken in {"", "topic"} and not is_small(word, words.language) for word in words.all)
    if not likely or (not says_something and (in_talk or len(words.all) <= SAYS_NOTHING)):
        return topics
    adds = NAMED_ADDS if topics.is_named else DETAIL_ADDS if topics.certain else HINT_ADDS
    scores = {name: math.log(share + BARELY) for name, share in likely.items() if name not in {SPECIFIC, OFF_TOPIC}}
    for section, strength in topics.heard.items():
        scores[section] = scores.get(section, math.log(BARELY)) + adds * min(strength, MOST_STRENGTH)
    top = max(scores, key=lambda name: scores[name])
    if top in topics.sections and topics.certain:
        at = topics.sections.index(top)
        others = [other for other in range(len(topics.sections)) if other != at]
        if likely.get(top, 0.0) >= SURE:
            others = [other for other in others if likely.get(topics.sections[other], 0.0) >= HARDLY]
        order = [at, *others]
        return replace(
            topics,
            sections=tuple(topics.sections[one] for one in order),
            strengths=tuple(topics.strengths[one] for one in order),
            named=tuple(topics.named[one] for one in order),
            chances=likely,
        )
    is_specific = top not in topics.sections and likely.get(SPECIFIC, 0.0) > likely[top]
    if is_specific or likely.get(top, 0.0) < (LIKELY_FOLLOWING if follows else LIKELY):
        return replace(topics, chances=likely)
    for word in words.all:
        if word.taken == "topic":
            word.taken = ""
    return Topics((top,), (likely[top],), ((),), certain=True, learnt=True, chances=likely)


def _is_certain(runs: list[Run]) -> bool:
    return any(weight >= WORD for _, values in runs for _, weight in values)
