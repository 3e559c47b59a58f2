"""A visitor's conversation: streaming, stopping, failing, and what the coach is told of earlier turns."""

from __future__ import annotations

import pytest
from fake_coach import FakeCoach

from coach.types import Answer, Turn
from coach.ui.conversation import Visitor, reply


def run(coach: FakeCoach, visitor: Visitor, question: str, limit: int = 4000) -> None:
    for _ in reply(coach, visitor, visitor.begin(question), None, limit):
        pass


def test_a_reply_ends_with_the_answer_and_its_passages() -> None:
    visitor, coach = Visitor(), FakeCoach()
    run(coach, visitor, "  What skills?  ")
    exchange = visitor.exchanges[0]
    assert exchange.state == "done"
    assert exchange.question == "What skills?"
    assert isinstance(exchange.answer, Answer)
    assert exchange.text == exchange.answer.text
    assert set(exchange.passages) == {citation.chunk for citation in exchange.answer.citations}


def test_redraws_are_held_back_while_little_time_passes() -> None:
    visitor, coach = Visitor(), FakeCoach()
    slow = sum(1 for _ in reply(coach, visitor, visitor.begin("What skills?"), None, 4000, clock=lambda: 0.0))
    ticks = iter(range(10_000))
    fast = sum(1 for _ in reply(coach, visitor, visitor.begin("What skills?"), None, 4000, clock=lambda: float(next(ticks))))
    assert slow == 1
    assert fast > 10


def test_a_stopped_answer_keeps_what_there_was_and_asks_for_no_more() -> None:
    visitor, coach = Visitor(), FakeCoach()
    ticks = iter(range(10_000))
    redraws = reply(coach, visitor, visitor.begin("What skills?"), None, 4000, clock=lambda: float(next(ticks)))
    next(redraws)
    next(redraws)
    visitor.stop()
    assert list(redraws) == []
    exchange = visitor.exchanges[0]
    assert (exchange.state, exchange.answer) == ("stopped", None)
    assert 0 < len(exchange.text) < 40


def test_a_visitor_who_leaves_does_not_leave_an_open_answer() -> None:
    visitor = Visitor()
    redraws = reply(FakeCoach(), visitor, visitor.begin("What skills?"), None, 4000)
    next(redraws)
    redraws.close()  # type: ignore[attr-defined]
    assert visitor.exchanges[0].state == "stopped"


def test_the_coach_is_told_the_earlier_turns_but_not_the_failed_ones() -> None:
    visitor, coach = Visitor(), FakeCoach()
    for question in ("What skills?", "unreadable", "And the pay?"):
        run(coach, visitor, question)
    first = visitor.exchanges[0]
    assert coach.asked[-1][1] == (Turn("user", "What skills?"), Turn("assistant", first.text))


@pytest.mark.parametrize(
    ("question", "problem"), [("   ", "empty"), ("x" * 41, "too_long"), ("unreadable", "refused")], ids=["empty", "too long", "refused"]
)
def test_a_question_that_cannot_be_taken_ends_as_a_named_problem(question: str, problem: str) -> None:
    visitor = Visitor()
    run(FakeCoach(), visitor, question, limit=40)
    assert (visitor.exchanges[0].state, visitor.exchanges[0].problem) == ("failed", problem)


def test_an_error_nobody_can_act_on_is_said_and_passes() -> None:
    visitor = Visitor()
    with pytest.raises(RuntimeError):
        run(FakeCoach(), visitor, "broken")
    assert (visitor.exchanges[0].state, visitor.exchanges[0].problem) == ("failed", "unexpected")


def test_a_chunk_that_is_gone_is_left_out() -> None:
    visitor = Visitor()
    run(FakeCoach(missing=True), visitor, "What skills?")
    assert (visitor.exchanges[0].state, visitor.exchanges[0].passages) == ("done", {})


def test_taking_back_returns_the_question_to_ask_again() -> None:
    visitor = Visitor()
    assert visitor.take_back() is None
    run(FakeCoach(), visitor, "What skills?")
    assert visitor.take_back() == "What skills?"
    assert visitor.exchanges == []
