"""The answer that a language model writes from numbered statements, each sentence of it checked before it is shown.

The extractive answer decides what is answered at all and which statements are offered, and it stands in whenever the model
fails or too much of its text is not carried by the statements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from coach.answering.checks.wording import gives_orders
from coach.answering.claims import Checker
from coach.answering.draft import Draft
from coach.answering.grounding import MARKER
from coach.answering.llm import LanguageModel, LanguageModelError
from coach.answering.pieces import Piece, pieces
from coach.language import say
from coach.prompts import Prompt
from coach.retrieval.library import Candidate, Library
from coach.retrieval.question import Understanding
from coach.tokens import count
from coach.types import Chunk, Hit, Language, Role, Turn

EXTRACTIVE = "extractive"
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "es": "Spanish"}
# If a larger share of its sentences than this is withheld, the model did not answer from the statements.
MOST_WITHHELD = 1 / 2
# So many sentences withheld, and more than were shown: the rest is not waited for.
HOPELESS = 4
MOST_SENTENCES = 20
# Tokens of what stands around a statement in the prompt.
FRAME_TOKENS = 20


@dataclass(frozen=True, slots=True)
class Written:
    """A finished answer, and who wrote it: the model's name, or "extractive"."""

    draft: Draft
    answered_by: str


@dataclass(slots=True)
class Tally:
    """How many sentences of a model passed the checks, and how many were withheld."""

    passed: int = 0
    withheld: int = 0

    @property
    def is_enough(self) -> bool:
        """Whether the rest need not be waited for: so much was withheld that it cannot save the text, or the text is long enough."""
        return (self.withheld >= HOPELESS and self.withheld > self.passed) or self.passed >= MOST_SENTENCES

    @property
    def is_unfounded(self) -> bool:
        """Whether too much was withheld, or nothing is left."""
        return not self.passed or self.withheld > MOST_WITHHELD * (self.passed + self.withheld)


@dataclass(slots=True)
class _Composer:
    """The answer while it is written: passed sentences with their markers numbered in order of appearance."""

    statements: Sequence[Candidate]
    draft: Draft = field(default_factory=Draft)
    tally: Tally = field(default_factory=Tally)
    _seen: set[str] = field(default_factory=set)
    _was_item: bool = False

    def add(self, piece: Piece) -> str:
        """Adds a sentence; the text to show for it, with the white space before it, "" if it was said before."""
        text = MARKER.sub(lambda marker: self.draft.cite(self.statements[int(marker[1]) - 1]), piece.text)
        if text in self._seen:
            return ""
        self._seen.add(text)
        self.tally.passed += 1
        line = f"- {text}" if piece.is_item and piece.opens else text
        blocks = self.draft.blocks
        if not blocks or self.tally.passed == 1 or (piece.opens and piece.is_item != self._was_item) or (piece.opens and not piece.is_item):
            gap = "\n\n" if blocks else ""
            blocks.append(line)
        else:
            gap = "\n" if piece.opens else " "
            blocks[-1] += gap + line
        self._was_item = piece.is_item
        return gap + line


class Generative:
    """Lets a language model write answers. It may be used from several threads."""

    def __init__(
        self,
        model: LanguageModel,
        prompt: Prompt,
        library: Library,
        chunks: Mapping[str, Chunk],
        roles: Sequence[Role],
        statement_tokens: int,
    ) -> None:
        self._model = model
        self._prompt = prompt
        self._library = library
        self._chunks = chunks
        self._roles = tuple(roles)
        self._statement_tokens = statement_tokens
        self._hostile: dict[str, bool] = {}
        self._checkers: dict[Language, Checker] = {}

    def write(
        self, understanding: Understanding, extractive: Draft, hits: Sequence[Hit], history: Sequence[Turn]
    ) -> Iterator[str | Written]:
        """Yields each sentence of the model that passed the checks, and at last the answer: the model's, or `extractive` with a notice."""
        statements = self._statements(understanding, extractive, hits)
        if not statements:
            yield Written(extractive, EXTRACTIVE)
            return
        composer = _Composer(statements)
        for block in _remarks(extractive):
            composer.draft.frame(block)
            yield block
        notice = ""
        try:
            yield from self._checked(composer, understanding, history)
        except LanguageModelError as error:
            notice = f"llm_{error.reason}"
        if not notice and composer.tally.is_unfounded:
            notice = "llm_unfounded"
        if notice:
            yield Written(replace(extractive, notice=say(notice, understanding.language)), EXTRACTIVE)
            return
        if composer.tally.withheld:
            composer.draft.notice = say("llm_left_out", understanding.language)
        yield Written(composer.draft, self._model.name)

    def _checked(self, composer: _Composer, understanding: Understanding, history: Sequence[Turn]) -> Iterator[str]:
        checker = self._checker(understanding.language)
        system, user = self._prompt.fill(
            language=LANGUAGE_NAMES[understanding.language],
            statements="\n".join(_numbered(number, one) for number, one in enumerate(composer.statements, start=1)),
            conversation="\n".join(f"{turn.role}: {_as_data(turn.content)}" for turn in history),
            question=_as_data(understanding.standalone),
        )
        for piece in pieces(self._model.stream(system, user), understanding.language):
            if checker.check(piece.text, composer.statements).passes:
                shown = composer.add(piece)
                if shown:
                    yield shown
            else:
                composer.tally.withheld += 1
            if composer.tally.is_enough:
                return

    def _checker(self, language: Language) -> Checker:
        checker = self._checkers.get(language)
        if checker is None:
            checker = self._checkers[language] = Checker(language, self._roles)
        return checker

    def _statements(self, understanding: Understanding, extractive: Draft, hits: Sequence[Hit]) -> list[Candidate]:
        """What the model may use: the statements of the extractive answer, then those of the best hits on the same roles and sections.

        Only in the language of the answer, since the checks compare words, and none of a page that gives orders to a machine;
        within the budget of tokens.
        """
        cited = {(citation.chunk, citation.start) for citation in extractive.citations}
        first = [
            one
            for citation in extractive.citations
            for one in self._library.candidates(self._chunks[citation.chunk])
            if one.statement.start == citation.start
        ]
        roles = {one.chunk.role for one in first}
        sections = {one.chunk.section for one in first} | set(understanding.topics.sections)
        further = [
            one
            for hit in hits
            if hit.chunk.role in roles and hit.chunk.section in sections
            for one in self._library.candidates(hit.chunk)
            if (hit.chunk.id, one.statement.start) not in cited
        ]
        chosen: list[Candidate] = []
        left = self._statement_tokens
        for one in (*first, *further):
            left -= count(one.text) + FRAME_TOKENS
            if left < 0:
                break
            if one.chunk.language == understanding.language and not self._is_hostile(one.chunk):
                chosen.append(one)
        return chosen

    def _is_hostile(self, chunk: Chunk) -> bool:
        """Whether a chunk of a document that nobody here has written gives orders; curated ones are trusted."""
        if chunk.origin == "curated":
            return False
        if chunk.id not in self._hostile:
            self._hostile[chunk.id] = gives_orders(chunk.text)
        return self._hostile[chunk.id]


def _remarks(extractive: Draft) -> list[str]:
    """What the coach itself says before the first statement: that a figure or a word was not found. Headings are not among it."""
    found = []
    for block in extractive.blocks:
        if MARKER.search(block):
            break
        if not block.startswith(("**", "|")):
            found.append(block)
    return found


def _numbered(number: int, candidate: Candidate) -> str:
    chunk, group = candidate.chunk, candidate.statement.group
    above = f"{chunk.title}, {chunk.heading}" + (f", {group}" if group else "")
    return f"[{number}] ({_as_data(above)}) {_as_data(candidate.text)}"


def _as_data(text: str) -> str:
    """`text` on one line, without signs that could end the part of the prompt it stands in."""
    return " ".join(text.replace("<", "‹").replace(">", "›").split())
