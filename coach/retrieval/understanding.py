"""What a question asks, by rule: language, roles, sections, place, level, currency, and the words left over.

A follow-up takes what it leaves out from the turns before it; what it names itself replaces what was said before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coach.knowledge.catalogue import Catalogue
from coach.knowledge.places import Gazetteer, place_name
from coach.language import detect, english_evidence, stem, stems
from coach.retrieval import signals
from coach.retrieval.imported import MOST_MEANINGS, MOST_OFFERED, ImportedNames
from coach.retrieval.roles import Occupations, RoleLinker
from coach.retrieval.thesaurus import is_small
from coach.retrieval.topics import TopicFinder, Topics
from coach.retrieval.words import Word, Words
from coach.types import LANGUAGES, Language, Level, Role, Turn

# Within this distance of 0.5 the words of a question do not settle its language, and the conversation's one is kept.
UNSURE_OF_LANGUAGE = 0.35
NO_TOPICS = Topics()
SECTIONS_WITH_PLACES = frozenset({"salary", "outlook"})


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is understood of a question.

    `spoken` is the language it is written in, `language` that of the answer. `words` are its words, `rest` those that
    nothing else explains, small words among them. `occupation` is one that is not ours; `near` are our roles that its bare
    name may mean ("engineer").
    """

    question: str
    spoken: Language
    language: Language
    standalone: str
    roles: tuple[str, ...] = ()
    topics: Topics = NO_TOPICS
    places: tuple[str, ...] = ()
    city: str | None = None
    level: Level | None = None
    currency: str | None = None
    occupation: str | None = None
    near: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    rest: tuple[Word, ...] = ()
    small_talk: signals.SmallTalk | None = None
    follows: bool = False

    @property
    def place(self) -> str | None:
        """The first place asked about."""
        return self.places[0] if self.places else None

    @property
    def focus(self) -> tuple[Word, ...]:
        """The words of `rest` that carry a subject."""
        return tuple(word for word in self.rest if not is_small(word, self.spoken))

    @property
    def names_role(self) -> bool:
        """Whether the question itself names a role, and does not only lean on one named before."""
        return any(word.taken == "role" for word in self.words)

    @property
    def named(self) -> dict[str, tuple[str, ...]]:
        """The words of the question by the section they ask for."""
        return dict(zip(self.topics.sections, self.topics.named, strict=True))

    @property
    def section(self) -> str | None:
        """The section asked for most strongly."""
        return self.topics.sections[0] if self.topics.sections else None


class Understander:
    """Reads questions. Holds only what it needs for that: no conversation."""

    def __init__(
        self,
        catalogue: Catalogue,
        roles: Sequence[Role],
        linker: RoleLinker,
        imported: ImportedNames,
        topics: TopicFinder,
        places: Gazetteer,
        occupations: Occupations,
    ) -> None:
        self._catalogue = catalogue
        self._roles = {role.id: role for role in roles}
        self._own = {role.id: role for role in roles if role.origin != "import"}
        self._linker = linker
        self._imported = imported
        self._topics = topics
        self._places = places
        self._occupations = occupations

    @classmethod
    def open(cls, knowledge: Path, catalogue: Catalogue, cards: Sequence[Role], roles: Sequence[Role]) -> Understander:
        """An understander of questions about the roles of `cards`, with the word lists of the folder `knowledge`.

        `roles` are the same roles with the names that each document gives them; `cards` hold one per id.
        """
        linker = RoleLinker.of([role for role in roles if role.origin != "import"])
        places, occupations = Gazetteer.open(knowledge), Occupations.open(knowledge)
        return cls(catalogue, cards, linker, ImportedNames(roles), TopicFinder(catalogue), places, occupations)

    def warm(self) -> None:
        """Reads now what the first question would have to wait for."""
        self._imported.warm()
        self.understand("ready")

    def understand(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None
    ) -> Understanding:
        """What `question` asks after the turns of `history`. `language` and `role`, where given, are not guessed."""
        asked = [turn.content for turn in history if turn.role == "user"]
        before: Understanding | None = None
        for earlier in asked:
            read = self._read(earlier, None, before)
            if not read.small_talk:
                before = self._merge(read, before) if before else read
        now = self._read(question, language, before)
        if role:
            now = replace(now, roles=(role,), occupation=None)
        if now.small_talk:
            return now
        merged = self._merge(now, before) if before else now
        if merged.roles and merged.roles[0] not in self._roles:
            merged = replace(merged, roles=())
        if not merged.roles and len(self._own) == 1 and not merged.occupation and not self._imported:
            merged = replace(merged, roles=tuple(self._own))
        return replace(merged, standalone=self._standalone(merged, now))

    def _read(self, question: str, language: Language | None, before: Understanding | None) -> Understanding:
        """What the question says by itself; what was said `before` only settles what can be read in two ways."""
        wanted, text = signals.answer_language(question)
        spoken = self._language(text, before.language if before else None)
        answer_in = language or wanted or spoken
        talk = signals.small_talk(text)
        if talk:
            return Understanding(question, spoken, answer_in, question, small_talk=talk)
        text = signals.without_politeness(text)
        words = Words.of(text, spoken)
        roles = tuple(dict.fromkeys(mention.role for mention in self._linker.find(words)))
        places = self._places.find(text)
        for mention in places:
            words.take_tokens(mention.words, "place")
        level = signals.level(words)
        currency = signals.currency(text, words)
        meant = self._imported.find(words) if not roles or signals.compares(text) else None
        if meant and (roles or (before and before.roles)) and not meant.is_sure:
            # A name that several occupations share does not lead away from a role that was named.
            words.free_again(meant.start, meant.length)
            meant = None
        if meant and len(meant.roles) <= MOST_MEANINGS:
            roles = (*roles, *meant.roles)
        occupation = None if roles or meant else self._occupations.find(words)
        topics = self._topics_of(words, level)
        near = meant.roles[:MOST_OFFERED] if meant and not roles else self._bearing(occupation) if occupation else ()
        if len(near) == 1:
            roles, near, occupation = near, (), None
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
            words=tuple(words.all),
            rest=tuple(words.free()),
            follows=signals.follows_on(text) or signals.points_back(text),
        )

    def _bearing(self, occupation: str) -> tuple[str, ...]:
        """Our roles whose title holds the one word that names `occupation`; none where it has modifiers, which make it another one."""
        if " " in occupation:
            return ()
        return tuple(
            role.id
            for role in self._own.values()
            if any(stem(occupation, language) in stems(name, language) for language in LANGUAGES for name in role.names(language))
        )

    def _topics_of(self, words: Words, level: Level | None) -> Topics:
        """The sections asked for. What someone of a level does, and how two levels differ, stands in the section on levels."""
        topics = self._topics.find(words)
        several = len(signals.levels(words.all)) > 1
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

    @staticmethod
    def _merge(now: Understanding, before: Understanding) -> Understanding:
        """`now` with what it leaves out taken from `before`. A question whole in itself takes nothing."""
        if now.occupation:
            return now
        same_role = not now.roles or now.roles == before.roles
        topics = now.topics
        # "And for seniors?" names a level, which only hints at the section on levels.
        names_topic = topics.certain or bool(topics.sections and not now.level)
        if not names_topic and (now.follows or not now.focus):
            topics = before.topics
        inherits = topics is before.topics and bool(topics.sections)
        if now.place and not names_topic and same_role and before.section not in SECTIONS_WITH_PLACES and (now.follows or not now.focus):
            topics = Topics(("salary",), (1.0,), ((),), certain=True)
        about_figures = bool(topics.sections) and topics.sections[0] in SECTIONS_WITH_PLACES and (inherits or now.follows)
        return replace(
            now,
            roles=now.roles or before.roles,
            topics=topics,
            places=now.places or (before.places if about_figures else ()),
            city=now.city if now.place else (before.city if about_figures else None),
            level=now.level or (before.level if inherits else None),
            currency=now.currency or (before.currency if about_figures and not now.place else None),
            rest=before.rest if inherits and not now.focus else now.rest,
        )

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
            written = self._catalogue.entry(merged.section).words(language).question.format(role=titles)
            extra = [place_name(merged.place, language)] if merged.place else []
            extra += [merged.level] if merged.level else []
            return f"{written[:-1]} ({', '.join(extra)})?" if extra else written
        return f"{merged.question} ({', '.join(context)})"
