"""What one visitor and the coach have said: the state behind the page, which knows nothing of how it is drawn.

A `Visitor` belongs to one page in one browser. An `Exchange` is changed in place while its answer is written, by the thread that writes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

from coach.errors import CoachError, QuestionError
from coach.storage.records import Reaction, SavedExchange
from coach.types import Answer, Chunk, Language, Turn
from coach.ui.api_types import CoachForPrograms
from coach.ui.strings import Problem

State = Literal["waiting", "done", "stopped", "failed"]
Bar = Literal["unkept", "elsewhere", "gone"]


class CoachLike(CoachForPrograms, Protocol):
    """What the page needs of the coach; the chat itself only its roles, `stream` and `chunk`."""

    def stream(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Iterator[str | Answer]: ...

    def chunk(self, chunk_id: str) -> Chunk: ...

    def passages(self, role: str, language: Language, section: str) -> Sequence[Chunk]: ...


@dataclass(slots=True)
class Exchange:
    """A question and what became of it. `text` grows while the answer streams; `passages` are the cited chunks by id.

    `kept` says whether the store has it as it is now, `dropped` that it was taken back and must not be kept any more. `drawn` is
    what it was last drawn as, by what it was drawn of.
    """

    question: str
    text: str = ""
    state: State = "waiting"
    answer: Answer | None = None
    passages: Mapping[str, Chunk] = field(default_factory=dict)
    problem: Problem | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    at: datetime = field(default_factory=lambda: datetime.now(UTC))
    reaction: Reaction | None = None
    reason: str | None = None
    kept: bool = False
    dropped: bool = False
    drawn: dict[Any, str] = field(default_factory=dict, repr=False, compare=False)

    def fail(self, problem: Problem, **details: Any) -> None:
        """End the exchange with a problem; `details` fill the braces of its text."""
        self.problem, self.details, self.state = problem, details, "failed"

    @property
    def worth_keeping(self) -> bool:
        """Whether it has a place in the conversation: a question that was never taken has none."""
        return not self.dropped and self.problem not in ("empty", "too_long")

    def saved(self) -> SavedExchange:
        """The exchange as the store keeps it. One that is being written counts as stopped, which it is if nothing comes after."""
        # Read once and first: another thread may end the exchange meanwhile, and a half must not be taken for the whole.
        state = self.state
        return SavedExchange(
            id=self.id,
            question=self.question,
            answer=self.answer,
            text=self.text,
            state="stopped" if state == "waiting" else state,
            at=self.at,
            reaction=self.reaction,
            reason=self.reason,
        )

    @classmethod
    def restored(cls, saved: SavedExchange) -> Exchange:
        """The exchange that the store kept."""
        return cls(
            question=saved.question,
            text=saved.text,
            state=saved.state,
            answer=saved.answer,
            problem="unanswered" if saved.state == "failed" else None,
            id=saved.id,
            at=saved.at,
            reaction=saved.reaction,
            reason=saved.reason,
            kept=True,
        )


@dataclass(slots=True)
class Visitor:
    """One page in one browser. `browser` is the language its browser asks for, `page` the one its page is shown in.

    `owner` is whose conversations are kept, None where nothing is; `conversation` the id under which this one is kept, None before it is.
    `search` is what the list of conversations is searched for, `listed` how many of it are shown, `shown` how many exchanges are drawn.
    `dropped` is the exchange from which on the store still has what was taken back here, `shown_busy` whether the page was last drawn with
    an answer that was being written.
    """

    browser: Language = "en"
    page: Language = "en"
    owner: str | None = None
    conversation: str | None = None
    title: str = ""
    exchanges: list[Exchange] = field(default_factory=list)
    search: str = ""
    listed: int = 0
    shown: int = 0
    dropped: str | None = None
    shown_busy: bool = False
    bar: Bar | None = None

    def begin(self, question: str) -> Exchange:
        """A new exchange; one that is still being written is stopped, because a visitor reads one answer at a time."""
        self.stop()
        exchange = Exchange(question.strip())
        self.exchanges.append(exchange)
        return exchange

    def stop(self) -> list[Exchange]:
        """Stop the answer that is being written, if there is one; returns what was stopped."""
        stopped = [exchange for exchange in self.exchanges if exchange.state == "waiting"]
        for exchange in stopped:
            exchange.state = "stopped"
        return stopped

    def clear(self) -> None:
        """Leave the conversation for a new one."""
        self.conversation, self.title, self.exchanges, self.dropped, self.bar, self.shown = None, "", [], None, None, 0

    def find(self, exchange_id: str) -> Exchange | None:
        """The exchange of that id in this conversation."""
        return next((exchange for exchange in self.exchanges if exchange.id == exchange_id), None)

    def take_back(self, exchange: Exchange) -> str:
        """Remove `exchange` and all after it, and return its question."""
        self.stop()
        at = self.exchanges.index(exchange)
        for taken in self.exchanges[at:]:
            taken.dropped = True
        del self.exchanges[at:]
        return exchange.question

    def history(self) -> list[Turn]:
        """The messages before the question that is being asked, failed exchanges left out."""
        turns: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.state in ("done", "stopped") and exchange.text:
                turns += [Turn("user", exchange.question), Turn("assistant", exchange.text)]
        return turns

    @property
    def busy(self) -> bool:
        """Whether an answer is being written."""
        return any(exchange.state == "waiting" for exchange in self.exchanges)


def write(
    coach: CoachLike, exchange: Exchange, history: Sequence[Turn], language: Language | None, changed: Callable[[], None] = lambda: None
) -> None:
    """Let the coach answer `exchange`, in place; `changed` is called whenever there is something new to draw.

    Every error ends the exchange as failed; one that nobody can act on passes as well, so that it is logged.
    """
    try:
        for part in coach.stream(exchange.question, history, language):
            if exchange.state != "waiting":
                return
            if isinstance(part, Answer):
                passages = cited_passages(coach, part)
                exchange.passages, exchange.answer, exchange.text, exchange.state = passages, part, part.text, "done"
                return
            exchange.text += part
            changed()
    except QuestionError as error:
        exchange.fail("refused", detail=str(error))
    except CoachError as error:
        exchange.fail("unavailable", detail=str(error))
    finally:
        if exchange.state == "waiting":
            exchange.fail("unexpected")
        changed()


def refusal(exchange: Exchange, max_question_chars: int) -> bool:
    """Whether `exchange` asks what cannot be asked, which ends it."""
    if not exchange.question:
        exchange.fail("empty")
    elif len(exchange.question) > max_question_chars:
        exchange.fail("too_long", limit=max_question_chars)
    return exchange.state == "failed"


def cited_passages(coach: CoachLike, answer: Answer) -> dict[str, Chunk]:
    """The chunks that `answer` cites, by id; one that the index no longer holds is left out."""
    passages: dict[str, Chunk] = {}
    for citation in answer.citations:
        if citation.chunk not in passages:
            try:
                passages[citation.chunk] = coach.chunk(citation.chunk)
            except KeyError:
                continue
    return passages
