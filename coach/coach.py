"""The facade: opens the parts once and answers questions. It holds no conversation; the history is an argument."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from coach.answering.draft import Draft
from coach.answering.extractive import Extractive
from coach.answering.generative import EXTRACTIVE, Generative, Written
from coach.answering.llm import open_language_model
from coach.answering.salary_rows import Salaries, salaries
from coach.answering.suggestions import Suggestions
from coach.errors import QuestionError
from coach.index.embedding import Embedder, SentenceTransformerEmbedder
from coach.index.store import Index
from coach.ingest import build_apart, cards, needs_build
from coach.knowledge.catalogue import load_catalogue
from coach.practice.practice import Practice
from coach.practice.wording import Wording
from coach.prompts import load_prompt
from coach.retrieval.asked import AskedQuestions
from coach.retrieval.library import Library
from coach.retrieval.nearest import NearestRoles
from coach.retrieval.question import Understanding
from coach.retrieval.retriever import Retriever, as_langchain
from coach.retrieval.thesaurus import Thesaurus
from coach.retrieval.understanding import Understander
from coach.settings import Settings
from coach.tokens import recent
from coach.types import LANGUAGES, Answer, Chunk, Hit, Kind, Language, Level, Role, Turn

if TYPE_CHECKING:
    from langchain_core.retrievers import BaseRetriever
    from langchain_core.runnables import Runnable

HITS = 10
# How many role ids an error names.
ROLES_NAMED = 6
# How many characters of a name that is not known an error repeats.
NAME_SHOWN = 60
# Pieces in which an answer that is ready at once is handed on, so that it can be read while it appears.
STREAMED_PIECE = re.compile(r"\S+\s*")
# Control characters, and halves of surrogate pairs, which no library takes.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Coach:
    """Answers career questions from the documents of one index. Get one with `open`; it may be used from several threads."""

    def __init__(self, settings: Settings, index: Index, embedder: Embedder) -> None:
        catalogue = load_catalogue(settings.knowledge)
        library = Library(index)
        self._settings = settings
        self._index = index
        self._library = library
        self._roles = cards(index.roles)
        questions = AskedQuestions(index, library)
        self._retriever = Retriever(index, library, embedder, questions)
        self._nearest = NearestRoles(index, embedder)
        self._understander = Understander.open(
            settings.knowledge, catalogue, self._roles, index.roles, settings.data / "models", embedder, library.naming
        )
        self._suggestions = Suggestions(catalogue, self._roles, library)
        self._answerer = Extractive(catalogue, self._roles, library, Thesaurus.open(settings.knowledge), questions)
        model = open_language_model(settings)
        wording = Wording(model, load_prompt("feedback"), self._roles) if model else None
        self._practice = Practice.open(library, self._roles, embedder, wording)
        self._writer = (
            Generative(model, load_prompt("answer"), library, index.by_id, self._roles, settings.llm_statement_tokens) if model else None
        )

    @classmethod
    def open(cls, settings: Settings | None = None) -> Self:
        """A coach over the index that the settings (by default the environment's) name.

        Raises IndexMissing or IndexUnusable where there is none to use, ModelError where the embedding model is not.
        """
        settings = settings or Settings()
        embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
        return cls._over(settings, embedder)

    @classmethod
    def open_current(cls, settings: Settings) -> Self:
        """As `open`, after building the index if it is missing or its documents have changed, and with the model in memory.

        Raises DocumentError where a document cannot be used, ServiceError where the index cannot be built.
        """
        embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
        if needs_build(settings, embedder):
            build_apart(settings)
        coach = cls._over(settings, embedder)
        coach._retriever.embed("ready")
        coach._understander.warm()
        return coach

    @classmethod
    def _over(cls, settings: Settings, embedder: Embedder) -> Self:
        return cls(settings, Index.open(settings.index_folder, embedder, settings.chroma_url), embedder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._index.close()

    @property
    def roles(self) -> Sequence[Role]:
        """The roles there are documents on, without their sections."""
        return self._roles

    def chunk(self, chunk_id: str) -> Chunk:
        """The chunk of that id. Raises KeyError for an unknown one."""
        return self._index.by_id[chunk_id]

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        """The answer to `question` after the turns of `history`, in `language` or else in that of the question.

        `role` is the id of the role that is meant, where it is known. Raises QuestionError where the question cannot be taken.
        """
        *_, answer = self._parts(question, history, language, role)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None
    ) -> Iterator[str | Answer]:
        """Yields the text of the answer in pieces, and at last the Answer itself, whose text counts. Raises as `ask` does.

        Where a language model writes, a piece is a sentence that passed the checks; if it fails later, the Answer holds another text.
        """
        shown = False
        for part in self._parts(question, history, language, role):
            if isinstance(part, Answer) and not shown:
                yield from STREAMED_PIECE.findall(part.text)
            shown = True
            yield part

    def _parts(self, question: str, history: Sequence[Turn], language: Language | None, role: str | None) -> Iterator[str | Answer]:
        """What a language model writes as it comes, where there is one; at last the Answer."""
        question = self._checked(question)
        if role is not None and role not in {known.id for known in self.roles}:
            some = ", ".join([known.id for known in self.roles][:ROLES_NAMED])
            raise QuestionError(f"--role {role}: there is no such role; choose one of {some} or another that `coach roles` lists")
        begun = time.perf_counter()
        vector = self._retriever.embed(question)
        recent_turns = self._recent(history)
        understanding = self._understander.understand(question, recent_turns, language, role, vector)
        understood = time.perf_counter()
        hits: Sequence[Hit] = ()
        near: Sequence[str] = ()
        retrieved = understood
        if understanding.small_talk:
            draft = self._answerer.small_talk(understanding)
        else:
            if understanding.standalone != question:
                vector = self._retriever.embed(understanding.standalone)
            hits = self._retriever.search(understanding, vector, HITS)
            retrieved = time.perf_counter()
            near = self._nearest.find(understanding.occupation, understanding.spoken) if understanding.occupation else ()
            draft = self._answerer.answer(understanding, vector, near)
        written = Written(draft, EXTRACTIVE)
        if self._writer and draft.kind == "answer":
            for part in self._writer.write(understanding, draft, hits, recent_turns):
                if isinstance(part, Written):
                    written = part
                else:
                    yield part
        suggestions = self._suggestions.after(understanding, draft.kind, near)
        seconds = {"understand": understood - begun, "retrieve": retrieved - understood, "answer": time.perf_counter() - retrieved}
        answer = _answer(understanding, written.draft, hits, seconds)
        yield replace(answer, suggestions=suggestions, answered_by=written.answered_by)

    def search(self, query: str, k: int = HITS) -> list[Hit]:
        """The `k` best chunks for `query`, best first. Raises QuestionError where it cannot be taken."""
        vector = self._retriever.embed(self._checked(query))
        understanding = self._understander.understand(self._checked(query), vector=vector)
        return self._retriever.search(understanding, vector, k)

    def kinds_if(self, question: str, off_topic: Sequence[float]) -> tuple[float, list[Kind]]:
        """How likely `question` is held to be none for us, and the kind of the extractive reply for each likelihood of `off_topic` instead.

        It says what another threshold would change. Raises QuestionError where the question cannot be taken.
        """
        question = self._checked(question)
        vector = self._retriever.embed(question)
        understanding = self._understander.understand(question, vector=vector)
        if understanding.small_talk:
            return understanding.off_topic, ["smalltalk"] * len(off_topic)
        supposed = (replace(understanding, off_topic=likelihood) for likelihood in off_topic)
        return understanding.off_topic, [self._answerer.answer(one, vector).kind for one in supposed]

    def sections(self, role: str) -> dict[Language, list[str]]:
        """The sections that the documents have on `role`, by language; empty lists for an id that there is not."""
        return {language: self._library.sections(role, language) for language in LANGUAGES}

    def passages(self, role: str, language: Language, section: str) -> Sequence[Chunk]:
        """The text of a section in order, document by document; nothing where there is no such section."""
        return self._library.passages(role, language, section)

    def role_named(self, name: str) -> str:
        """The id of the role that `name` is the id, title or alias of, misspelt or in either language.

        Raises QuestionError where it names none, with the nearest there are, or more than one.
        """
        wanted = self._checked(name)
        if wanted in {known.id for known in self._roles}:
            return wanted
        understood = self._understander.understand(wanted)
        named = dict.fromkeys(understood.roles) if understood.names_role else {}
        if len(named) == 1:
            return next(iter(named))
        shown = repr(wanted[:NAME_SHOWN])
        if named:
            raise QuestionError(f"role: {shown} may be {', '.join(named)}; give the id of one")
        near = self._nearest.find(wanted, understood.spoken) or list(understood.near)
        hint = f"the nearest are {', '.join(near)}" if near else "`coach roles` lists those there are"
        raise QuestionError(f"role: {shown} is none that there are documents about; {hint}")

    def salaries(self, role: str, place: str | None = None, level: Level | None = None, language: Language | None = None) -> Salaries:
        """The salary figures on the role of that id or name, as data with the spans that state them.

        `place` is a code or a name in either language, a city standing for its country; `language` is that of the quotes, by default
        that in which the role is named. Raises QuestionError where the role or the place is not known.
        """
        known = self.role_named(role)
        where = self._understander.place_named(place) if place and place.strip() else None
        if place and place.strip() and where is None:
            raise QuestionError(f"place: {place[:NAME_SHOWN]!r} is no country or region that is known; give its name or its ISO 3166 code")
        spoken = language or ("en" if role.strip() == known else self._understander.understand(role).language)
        title = next(one for one in self._roles if one.id == known).title(spoken)
        return salaries(self._library, known, title, spoken, where, level)

    @property
    def practice(self) -> Practice:
        """Interview practice with the questions of the documents."""
        return self._practice

    @property
    def retriever(self) -> BaseRetriever:
        """The search as a LangChain retriever."""
        return as_langchain(self.search, HITS)

    @property
    def chain(self) -> Runnable[dict[str, Any], Answer]:
        """`ask` as a LangChain runnable over {"question": str, "history": [Turn], "language": …, "role": …}."""
        from coach.answering.chain import build_chain

        return build_chain(self)

    def _recent(self, history: Sequence[Turn]) -> Sequence[Turn]:
        """What is looked back on: the questions, and the last answer, which a question may point into."""
        cleaned = [Turn(turn.role, CONTROL.sub(" ", turn.content)) for turn in history]
        last = max((at for at, turn in enumerate(cleaned) if turn.role == "assistant"), default=None)
        return recent([turn for at, turn in enumerate(cleaned) if turn.role == "user" or at == last], self._settings.history_tokens)

    def _checked(self, question: str) -> str:
        text = CONTROL.sub(" ", question).strip()
        if not any(char.isalnum() for char in text) and not any(char.isprintable() and not char.isspace() for char in text):
            raise QuestionError("the question is empty; write what you would like to know")
        if len(text) > self._settings.max_question_chars:
            most = self._settings.max_question_chars
            raise QuestionError(f"the question has {len(text)} characters, more than the {most} that are read; ask it in fewer words")
        return text


def _answer(understanding: Understanding, draft: Draft, hits: Sequence[Hit], seconds: dict[str, float]) -> Answer:
    return Answer(
        kind=draft.kind,
        language=understanding.language,
        text=draft.text,
        standalone_question=understanding.standalone,
        roles=understanding.roles,
        topics=understanding.topics.sections,
        citations=tuple(draft.citations),
        hits=tuple(hits) if draft.kind == "answer" else (),
        notice=draft.notice,
        seconds=seconds,
    )
