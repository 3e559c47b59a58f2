"""The practice questions of the interview sections, each with the points of a good answer as exact spans of the document."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from typing import Literal

from coach.errors import QuestionError
from coach.language import fold
from coach.retrieval.library import Candidate, Library
from coach.retrieval.signals import LEVEL_WORDS
from coach.types import LANGUAGES, Chunk, Citation, Language, Level, Role

QuestionKind = Literal["technical", "case", "behavioural"]
KINDS: tuple[QuestionKind, ...] = ("technical", "case", "behavioural")
PRACTICE_LEVELS: tuple[Level, ...] = ("junior", "mid", "senior")

ENTRY = re.compile(r"\*\*(?P<question>[^*]+\?)\*\*\s*(?:\((?P<level>[^)]+)\))?\s*")
OPENING: dict[Language, re.Pattern[str]] = {"en": re.compile(r"A good answer\s+"), "es": re.compile(r"Una buena respuesta\s+")}
# Words of the headings above the questions, folded, by kind. "System design" is asked as a case.
KIND_WORDS: tuple[tuple[QuestionKind, re.Pattern[str]], ...] = (
    ("behavioural", re.compile(r"behaviou?r|comportamiento|conductual|competencia")),
    ("case", re.compile(r"\bsystems? |\bcases?\b|\bsistemas?\b|\bcasos?\b")),
    ("technical", re.compile(r"technical|tecnic")),
)
CUT = re.compile(r"[,;:]\s+")
BRACKETS = re.compile(r"\([^)]*\)|\"[^\"]*\"|“[^”]*”|«[^»]*»")
JOINT = re.compile(r"(?:and|y|e)\s+", re.IGNORECASE)
# A clause that opens so says more about the one before it and is no point of its own.
HANGING: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:and |but |or )?(?:such as|for example|for instance|like|when|where|which|who|whose|that|so|because|instead of|"
        r"rather than|not|with|"
        r"without|if|unless|before|after|while|once|including|even|since|until|as|to|by|from|in|on|for|of|at|whether|but|then|never)\b"
    ),
    "es": re.compile(
        r"(?:y |pero |o )?(?:como|por ejemplo|cuando|donde|que|quien|quienes|cuyo|cuya|así que|porque|en lugar de|"
        r"en vez de|no|con|sin|si|salvo|"
        r"antes|después|mientras|aunque|incluso|incluida|incluido|es decir|de modo que|para|de|del|a|al|en|por|hasta|"
        r"según|pero|ni|nunca|luego)\b"
    ),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that a good answer says: characters `start:end` of the text of the question's chunk, and nothing else."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PracticeQuestion:
    """One question to practise.

    `id` is `<role>/<eight hex digits>`, the same for the twin in the other language. `chunk` holds the question, and `points` and `model`
    (the whole of what the document says of a good answer, None where it says nothing) are spans of its text.
    """

    id: str
    role: str
    language: Language
    level: Level
    kind: QuestionKind
    question: str
    chunk: Chunk
    points: tuple[Point, ...]
    model: Point | None

    def citation(self, point: Point, marker: int = 1) -> Citation:
        """`point` as a citation, such as every statement of an answer has one."""
        chunk = self.chunk
        return Citation(
            marker,
            chunk.id,
            chunk.role,
            chunk.section,
            chunk.title,
            chunk.source,
            chunk.url,
            chunk.updated,
            point.text,
            point.start,
            point.end,
            chunk.licence,
        )


class QuestionBank:
    """The practice questions of all roles of a library, read when a role is first asked for. It may be used from several threads."""

    def __init__(self, library: Library, roles: Sequence[Role]) -> None:
        self._library = library
        self._roles = tuple(roles)
        self._read: dict[tuple[str, Language], tuple[tuple[PracticeQuestion, Candidate], ...]] = {}
        self._all: dict[Language, list[tuple[PracticeQuestion, Candidate]]] = {}

    def roles(self, language: Language) -> list[Role]:
        """The roles that have questions in `language`, in their order."""
        return [role for role in self._roles if role.origin != "import" and self._entries(role.id, language)]

    def questions(
        self, role: str, language: Language, level: Level | None = None, kind: QuestionKind | None = None
    ) -> tuple[PracticeQuestion, ...]:
        """The questions of `role` in the order of its document; level "all" or None is every level.

        Raises QuestionError for an unknown role.
        """
        if role not in {known.id for known in self._roles}:
            some = ", ".join([known.id for known in self._roles][:6])
            raise QuestionError(f"role {role}: there is no such role; choose one of {some} or another that `coach roles` lists")
        return tuple(
            question
            for question, _ in self._entries(role, language)
            if level in (None, "all", question.level) and kind in (None, question.kind)
        )

    def find(self, question_id: str, language: Language) -> PracticeQuestion | None:
        """The question of that id in `language`, None where there is none (any more)."""
        role = question_id.partition("/")[0]
        return next((question for question, _ in self._entries(role, language) if question.id == question_id), None)

    def statements(self, language: Language) -> list[tuple[PracticeQuestion, Candidate]]:
        """Every question in `language` with the statement of the document that holds it."""
        if language not in self._all:
            self._all[language] = [entry for role in self.roles(language) for entry in self._entries(role.id, language)]
        return self._all[language]

    def _entries(self, role: str, language: Language) -> tuple[tuple[PracticeQuestion, Candidate], ...]:
        key = (role, language)
        if key not in self._read:
            self._read[key] = tuple(self._entries_of(role, language))
        return self._read[key]

    def _entries_of(self, role: str, language: Language) -> Iterator[tuple[PracticeQuestion, Candidate]]:
        own = list(_asked(self._library.section(role, language, "interview")))
        # Twins stand in the same order: the name of a question is taken from the first language, so that it is one for both.
        first = own if language == LANGUAGES[0] else list(_asked(self._library.section(role, LANGUAGES[0], "interview")))
        named = first if [kind for _, _, kind in first] == [kind for _, _, kind in own] else own
        for (candidate, match, kind), (_, name, _) in zip(own, named, strict=True):
            yield _question(f"{role}/{_digest(name['question'])}", candidate, match, kind), candidate


def points_of(text: str, start: int, end: int, language: Language) -> tuple[Point, ...]:
    """The clauses of `text[start:end]`, in which a document lists what a good answer does, as spans of `text`."""
    sheltered = BRACKETS.sub(lambda match: "x" * len(match[0]), text[start:end])
    cuts = [(0, 0), *((match.start(), match.end()) for match in CUT.finditer(sheltered)), (len(sheltered), len(sheltered))]
    spans: list[list[int]] = []
    for (_, begin), (stop, _) in pairwise(cuts):
        if spans and HANGING[language].match(text[start + begin : start + stop]):
            spans[-1][1] = start + stop
        else:
            joint = JOINT.match(text, start + begin, start + stop)
            spans.append([joint.end() if joint else start + begin, start + stop])
    trimmed = [(begin, begin + len(text[begin:stop].rstrip(" .;,:"))) for begin, stop in spans]
    return tuple(Point(text[begin:stop], begin, stop) for begin, stop in trimmed if stop > begin)


def kind_of(heading: str) -> QuestionKind:
    """The kind of the questions under a heading; technical where it does not say."""
    folded = fold(heading)
    return next((kind for kind, pattern in KIND_WORDS if pattern.search(folded)), "technical")


def _asked(section: Sequence[Candidate]) -> Iterator[tuple[Candidate, re.Match[str], QuestionKind]]:
    for candidate in section:
        match = ENTRY.match(candidate.text)
        if match:
            yield candidate, match, kind_of(candidate.statement.group or "")


def _question(name: str, candidate: Candidate, match: re.Match[str], kind: QuestionKind) -> PracticeQuestion:
    chunk, statement = candidate.chunk, candidate.statement
    model: Point | None = None
    points: tuple[Point, ...] = ()
    rest = statement.start + match.end()
    if rest < statement.end:
        model = Point(chunk.text[rest : statement.end], rest, statement.end)
        opening = OPENING[chunk.language].match(chunk.text, rest)
        points = points_of(chunk.text, opening.end() if opening else rest, statement.end, chunk.language)
    level = LEVEL_WORDS.get(fold(match["level"] or ""), "all")
    return PracticeQuestion(name, chunk.role, chunk.language, level, kind, match["question"], chunk, points, model)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]
