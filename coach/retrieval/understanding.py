"""What a question asks, by rule: language, roles, sections, place, level, currency, and the words left over.

A follow-up takes what it leaves out from the turns before it; what it names itself replaces what was said before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.index.embedding import Embedder
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.places import Gazetteer, is_place, place_name
from coach.language import detect, english_evidence, stem, stems
from coach.retrieval import signals
from coach.retrieval.follow_up import merge
from coach.retrieval.imported import MOST_MEANINGS, MOST_OFFERED, ImportedNames
from coach.retrieval.question import Understanding, point_about, pointed_at
from coach.retrieval.roles import Occupations, RoleLinker, RoleMention
from coach.retrieval.section_model import OFF_TOPIC, SectionModel
from coach.retrieval.topics import TopicFinder, Topics, with_model
from coach.retrieval.words import Words
from coach.types import LANGUAGES, Language, Level, Role, Turn

# Within this distance of 0.5 the words of a question do not settle its language, and the conversation's one is kept.
UNSURE_OF_LANGUAGE = 0.35
# What a question about pay in a place may be taken for, by its other words.
# A question so likely not ours is about no role, whatever tool it names.
OFF_TOPIC_AT_ALL = 0.4
OPEN_TO_PAY = ((), ("seniority",), ("overview",), ("responsibilities",), ("sectors",), ("employers",))

# Which roles' documents hold a stem, in a language, as the name of a tool or certificate.
Naming = Callable[[str, Language], frozenset[str]]


def nowhere(name: str, language: Language) -> frozenset[str]:
    """The `Naming` of no documents."""
    return frozenset()


class Understander:
    """Reads questions. Holds only what it needs for that: no conversation."""

    def __init__(
        self,
        catalogue: Catalogue,
        roles: Sequence[Role],
        linker: RoleLinker,
        imported: ImportedNames,
        topics: TopicFinder,
        model: SectionModel,
        places: Gazetteer,
        occupations: Occupations,
        naming: Naming,
    ) -> None:
        self._catalogue = catalogue
        self._roles = {role.id: role for role in roles}
        self._own = {role.id: role for role in roles if role.origin != "import"}
        self._linker = linker
        self._imported = imported
        self._topics = topics
        self._model = model
        self._places = places
        self._occupations = occupations
        self._naming = naming

    @classmethod
    def open(
        cls,
        knowledge: Path,
        catalogue: Catalogue,
        cards: Sequence[Role],
        roles: Sequence[Role],
        cache: Path,
        embedder: Embedder,
        naming: Naming = nowhere,
    ) -> Understander:
        """An understander of questions about the roles of `cards`, with the word lists of the folder `knowledge`; `naming` tells
        which roles' documents name a tool or certificate.

        `roles` are the same roles with the names that each document gives them; `cards` hold one per id. `cache` is a folder for
        what is learnt from the example questions.
        """
        linker = RoleLinker.of([role for role in roles if role.origin != "import"])
        places, occupations = Gazetteer.open(knowledge), Occupations.open(knowledge)
        return cls(
            catalogue,
            cards,
            linker,
            ImportedNames(roles),
            TopicFinder(catalogue),
            SectionModel.open(knowledge, cache, embedder),
            places,
            occupations,
            naming,
        )

    def warm(self) -> None:
        """Reads now what the first question would have to wait for."""
        self._imported.warm()
        for language in LANGUAGES:
            self._naming("", language)
        self.understand("ready")

    def place_named(self, text: str) -> str | None:
        """The place of the code `text`, or else the first one that it names; None for none."""
        code = next((known for known in (text.strip().upper(), text.strip().capitalize()) if is_place(known)), None)
        return code or next((mention.place for mention in self._places.find(text)), None)

    def understand(
        self,
        question: str,
        history: Sequence[Turn] = (),
        language: Language | None = None,
        role: str | None = None,
        vector: NDArray[np.float32] | None = None,
    ) -> Understanding:
        """What `question` asks after the turns of `history`. `language` and `role`, where given, are not guessed.

        `vector` is the embedding of the question, shape (d,); without it only its words tell which section it is about.
        """
        asked = [turn.content for turn in history if turn.role == "user"]
        before: Understanding | None = None
        for earlier in asked:
            read = self._read(earlier, None, before)
            if not read.small_talk:
                before = merge(read, before) if before else read
        now = self._read(question, language, before, vector)
        if role:
            now = replace(now, roles=(role,), occupation=None)
        if now.small_talk:
            return now
        merged = merge(now, before) if before else now
        if before and not now.roles:
            merged = replace(merged, pointed_at=self._point(question, now, history))
        if merged.roles and merged.roles[0] not in self._roles:
            merged = replace(merged, roles=())
        if not merged.roles and len(self._own) == 1 and not merged.occupation and not self._imported:
            merged = replace(merged, roles=tuple(self._own))
        return replace(merged, standalone=self._standalone(merged, now))

    @staticmethod
    def _point(question: str, now: Understanding, history: Sequence[Turn]) -> str | None:
        """The point of the last answer that the question asks about, by its number or by what it names ("tell me more about dbt")."""
        numbered = pointed_at(signals.without_politeness(question), history)
        if numbered is not None or not signals.more_about(question) or now.topics.is_named:
            return numbered
        return point_about([word.stem for word in now.focus], now.spoken, history)

    def _read(
        self,
        question: str,
        language: Language | None,
        before: Understanding | None,
        vector: NDArray[np.float32] | None = None,
    ) -> Understanding:
        """What the question says by itself; what was said `before` only settles what can be read in two ways."""
        wanted, text = signals.answer_language(question)
        spoken = self._language(text, before.language if before else None)
        answer_in = language or wanted or spoken
        talk = signals.small_talk(text)
        if talk:
            return Understanding(question, spoken, answer_in, question, small_talk=talk)
        text = signals.spelt_out(signals.without_politeness(text), spoken)
        words = Words.of(text, spoken)
        mentions = self._persons(self._occupations.with_persons(self._linker.find(words), words), words, text)
        roles = tuple(dict.fromkeys(mention.role for mention in mentions))
        several = len(roles) > 1
        places = self._places.find(text, self._catalogue.vocabulary)
        for mention in places:
            words.take_tokens(mention.words, "place")
        level = signals.level(words)
        currency = signals.currency(text, words)
        meant = self._imported.find(words) if not roles or signals.compares(text) else None
        if meant:
            # Of occupations that share a name, the curated ones lead.
            meant = replace(meant, roles=tuple(role for role in meant.roles if role in self._own) or meant.roles)
        if meant and (roles or (before and before.roles)) and not meant.is_sure:
            # A name that several occupations share does not lead away from a role that was named.
            words.free_again(meant.start, meant.length)
            meant = None
        if meant and len(meant.roles) <= MOST_MEANINGS:
            several = bool(roles)
            mentions = sorted([*mentions, RoleMention(meant.roles[0], meant.start, meant.length)], key=lambda one: one.start)
            roles = tuple(dict.fromkeys([*(mention.role for mention in mentions), *meant.roles]))
        occupation = None if roles or meant else self._occupations.find(words, self._topics.asking(Words.of(text, spoken)))
        if occupation and signals.wants_move(text) and signals.is_background(words.all):
            # "I am a waitress and want to get into IT": what someone leaves is not what the question is about.
            occupation = None
        likely = self._model.probabilities(words.all, spoken, vector)
        follows = signals.follows_on(question) or signals.follows_on(text) or signals.points_back(text)
        named = self._topics.find(words)
        # Without the meaning of the question, the way of asking says too little to overrule a word that names a section.
        in_talk = before is not None
        topics = named if named.is_named and vector is None else with_model(named, likely, words, in_talk and follows, in_talk)
        topics = self._with_levels(topics, words, level)
        near = meant.roles[:MOST_OFFERED] if meant and not roles else self._bearing(occupation) if occupation else ()
        if len(near) == 1:
            roles, near, occupation = near, (), None
        is_inferred = False
        if not (roles or near or occupation or (before and before.roles)) and likely.get(OFF_TOPIC, 0.0) < OFF_TOPIC_AT_ALL:
            bearers = self._with_what_is_named(words, spoken)
            is_inferred = len(bearers) == 1
            roles, near = (bearers, ()) if is_inferred else ((), bearers)
        return Understanding(
            question=question,
            spoken=spoken,
            language=answer_in,
            standalone=question,
            roles=roles,
            topics=topics,
            places=tuple(dict.fromkeys(mention.place for mention in places)),
            city=" ".join(places[0].words).title() if places and places[0].is_city else None,
            level=level,
            currency=currency,
            occupation=None if near else occupation,
            near=near,
            move=self._move(text, words, mentions),
            compares=several,
            mentioned=roles,
            is_role_inferred=is_inferred,
            off_topic=likely.get(OFF_TOPIC, 0.0),
            words=tuple(words.all),
            rest=tuple(words.free()),
            follows=follows,
        )

    def _persons(self, mentions: Sequence[RoleMention], words: Words, text: str) -> list[RoleMention]:
        """`mentions` without the fields that are the subject of a question about a person ("does a frontend developer need UX?").

        Where two are set side by side, the name of a field stands for who works in it ("frontend or UX?").
        """
        people = [one for one in mentions if self._occupations.names_person(words.all[one.start : one.start + one.length])]
        fields = [one for one in mentions if one not in people]
        if not people or not fields or signals.compares(text) or signals.wants_move(text) or signals.are_joined(words.all, mentions):
            return list(mentions)
        for one in fields:
            words.free_again(one.start, one.length)
        return people

    @staticmethod
    def _move(text: str, words: Words, mentions: Sequence[RoleMention]) -> tuple[str, str] | None:
        """The role that is left and the one that is wanted, where the question asks for the way from one to the other."""
        first: dict[str, RoleMention] = {}
        for mention in mentions:
            first.setdefault(mention.role, mention)
        named = list(first.values())
        found = signals.direction(text, words.all, [(mention.start, mention.length) for mention in named])
        return (named[found[0]].role, named[found[1]].role) if found else None

    def _with_what_is_named(self, words: Words, language: Language) -> tuple[str, ...]:
        """The few roles of ours that have every tool or certificate the question names; none where it names none, or many have it."""
        found = [roles for word in words.free() if len(word.token) > 2 for roles in (self._naming(word.stem, language),) if roles]
        shared = frozenset.intersection(*found) if found else frozenset()
        return tuple(sorted(shared)) if 0 < len(shared) <= MOST_OFFERED else ()

    def _bearing(self, occupation: str) -> tuple[str, ...]:
        """Our roles whose title holds the one word that names `occupation`; none where it has modifiers, which make it another one."""
        if " " in occupation:
            return ()
        return tuple(
            role.id
            for role in self._own.values()
            if any(stem(occupation, language) in stems(name, language) for language in LANGUAGES for name in role.names(language))
        )

    @staticmethod
    def _with_levels(topics: Topics, words: Words, level: Level | None) -> Topics:
        """The sections asked for. What someone of a level does, and how two levels differ, stands in the section on levels."""
        several = len(signals.levels(words.all)) > 1
        has_place = any(word.taken == "place" for word in words.all)
        if (
            has_place
            and not topics.is_named
            and topics.sections[:1] in OPEN_TO_PAY
            and signals.of_pay(" ".join(word.token for word in words.all))
        ):
            return Topics(("salary",), (1.0,), ((),), certain=True)
        # What there is by place is pay: "a senior in Spain", "mid-level pay in the UK".
        if has_place and topics.section in (None, "seniority") and (level or "salary" in topics.sections):
            return Topics(("salary",), (1.0,), ((),), certain=True, is_named="salary" in topics.sections)
        if (level and topics.sections[:1] == ("responsibilities",)) or (several and not topics.certain):
            return Topics(("seniority",), (1.0,), ((),), certain=True, is_named=True)
        return topics

    @staticmethod
    def _language(text: str, previous: Language | None) -> Language:
        if previous is None:
            return detect(text)
        if not any(char.isalpha() for char in text):
            return previous
        evidence = english_evidence(text)
        return previous if abs(evidence - 0.5) < UNSURE_OF_LANGUAGE else "en" if evidence > 0.5 else "es"

    def _standalone(self, merged: Understanding, now: Understanding) -> str:
        """The question in a form that needs no history: as asked where it is whole, else written out."""
        if merged.roles == now.roles and merged.topics is now.topics and merged.places == now.places and merged.level == now.level:
            return merged.question
        if not merged.roles:
            return merged.question
        language = merged.language
        titles = " / ".join(self._roles[role].title(language) for role in merged.roles)
        context = [titles]
        if merged.place:
            context.append(place_name(merged.place, language))
        if merged.section and not now.focus:
            written = self._catalogue.question(merged.section, language, titles)
            extra = [place_name(merged.place, language)] if merged.place else []
            extra += [merged.level] if merged.level else []
            return f"{written[:-1]} ({', '.join(extra)})?" if extra else written
        return f"{merged.question} ({', '.join(context)})"
