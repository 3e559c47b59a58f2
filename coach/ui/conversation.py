"""What one visitor and the coach have said: the state behind the page, which knows nothing of how it is drawn.

A `Visitor` belongs to one browser session and is changed in place, so that the stop button reaches an answer that is still being written.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from coach.errors import CoachError, QuestionError
from coach.types import Answer, Chunk, Language, Role, Turn
from coach.ui.strings import Problem

State = Literal["waiting", "done", "stopped", "failed"]

# A browser cannot show more than some twenty changes a second; redrawing at every token would only fill the connection.
REDRAW_SECONDS = 0.05


class CoachLike(Protocol):
    """What the page needs of the coach."""

    @property
    def roles(self) -> Sequence[Role]: ...

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Answer: ...

    def stream(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Iterator[str | Answer]: ...

    def chunk(self, chunk_id: str) -> Chunk: ...


@dataclass(slots=True)
class Exchange:
    """A question and what became of it. `text` grows while the answer streams; `passages` are the cited chunks by id."""

    question: str
    text: str = ""
    state: State = "waiting"
    answer: Answer | None = None
    passages: Mapping[str, Chunk] = field(default_factory=dict)
    problem: Problem | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    def fail(self, problem: Problem, **details: Any) -> None:
        """End the exchange with a problem; `details` fill the braces of its text."""
        self.state, self.problem, self.details = "failed", problem, details


@dataclass(slots=True)
class Visitor:
    """One browser session. `browser` is the language its browser asks for, `page` the one its page is shown in."""

    browser: Language = "en"
    page: Language = "en"
    exchanges: list[Exchange] = field(default_factory=list)

    def begin(self, question: str) -> Exchange:
        """A new exchange; one that is still being written is stopped, because a visitor reads one answer at a time."""
        self.stop()
        exchange = Exchange(question.strip())
        self.exchanges.append(exchange)
        return exchange

    def stop(self) -> None:
        """Stop the answer that is being written, if there is one."""
        for exchange in self.exchanges:
            if exchange.state == "waiting":
                exchange.state = "stopped"

    def take_back(self) -> str | None:
        """Remove the last exchange and return its question, None where nothing was asked."""
        self.stop()
        return self.exchanges.pop().question if self.exchanges else None

    def history(self) -> list[Turn]:
        """The messages before the question that is being asked, failed exchanges left out."""
        turns: list[Turn] = []
        for exchange in self.exchanges:
            if exchange.state in ("done", "stopped") and exchange.text:
                turns += [Turn("user", exchange.question), Turn("assistant", exchange.text)]
        return turns


def reply(
    coach: CoachLike,
    visitor: Visitor,
    exchange: Exchange,
    language: Language | None,
    max_question_chars: int,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[None]:
    """Let the coach answer `exchange`, in place; yields whenever the page should be redrawn.

    Every error ends the exchange as failed; one that nobody can act on passes as well, so that it is logged.
    """
    if not exchange.question:
        exchange.fail("empty")
        return
    if len(exchange.question) > max_question_chars:
        exchange.fail("too_long", limit=max_question_chars)
        return
    drawn = clock()
    try:
        yield
        for part in coach.stream(exchange.question, visitor.history(), language):
            if exchange.state != "waiting":
                return
            if isinstance(part, Answer):
                exchange.passages = cited_passages(coach, part)
                exchange.answer, exchange.text, exchange.state = part, part.text, "done"
                return
            exchange.text += part
            if clock() - drawn >= REDRAW_SECONDS:
                yield
                drawn = clock()
    except QuestionError as error:
        exchange.fail("refused", detail=str(error))
    except CoachError as error:
        exchange.fail("unavailable", detail=str(error))
    except GeneratorExit:
        # The visitor left in the middle of the answer: it must not stay open for ever.
        if exchange.state == "waiting":
            exchange.state = "stopped"
        raise
    finally:
        if exchange.state == "waiting":
            exchange.fail("unexpected")


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
