"""A visitor's conversation: streaming, stopping, failing, and what the coach is told of earlier turns."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence

import pytest
from fake_coach import FakeCoach

from coach.types import Answer, Language, Turn
from coach.ui.answers import ANSWERS_OF_ONE_OWNER, Answers
from coach.ui.conversation import Exchange, Visitor, refusal, write


class HeldCoach(FakeCoach):
    """Streams a piece whenever it is let."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.let = threading.Semaphore(0)

    def stream(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Iterator[str | Answer]:
        for part in super().stream(question, history, language):
            assert self.let.acquire(timeout=20), "nobody let the answer go on"
            yield part


def run(coach: FakeCoach, visitor: Visitor, question: str) -> Exchange:
    told = visitor.history()
    exchange = visitor.begin(question)
    write(coach, exchange, told, None)
    return exchange


def test_a_reply_ends_with_the_answer_and_its_passages() -> None:
    exchange = run(FakeCoach(), Visitor(), "  What skills?  ")
    assert exchange.state == "done"
    assert exchange.question == "What skills?"
    assert isinstance(exchange.answer, Answer)
    assert exchange.text == exchange.answer.text
    assert set(exchange.passages) == {citation.chunk for citation in exchange.answer.citations}


def test_a_stopped_answer_keeps_what_there_was_and_asks_for_no_more() -> None:
    visitor, coach, lengths = Visitor(), FakeCoach(), []
    exchange = visitor.begin("What skills?")

    def stop_after_two() -> None:
        lengths.append(len(exchange.text))
        if len(lengths) == 2:
            assert visitor.stop() == [exchange]

    write(coach, exchange, (), None, stop_after_two)
    assert (exchange.state, exchange.answer) == ("stopped", None)
    assert len(exchange.text) == lengths[1] == 24


def test_the_coach_is_told_the_earlier_turns_but_not_the_failed_ones() -> None:
    visitor, coach = Visitor(), FakeCoach()
    for question in ("What skills?", "unreadable", "And the pay?"):
        run(coach, visitor, question)
    first = visitor.exchanges[0]
    assert coach.asked[-1][1] == (Turn("user", "What skills?"), Turn("assistant", first.text))


@pytest.mark.parametrize(("question", "problem"), [("   ", "empty"), ("x" * 41, "too_long")], ids=["empty", "too long"])
def test_a_question_that_cannot_be_asked_is_not_asked_nor_kept(question: str, problem: str) -> None:
    exchange = Visitor().begin(question)
    assert refusal(exchange, 40)
    assert (exchange.state, exchange.problem, exchange.worth_keeping) == ("failed", problem, False)
    assert not refusal(Visitor().begin("x" * 40), 40)


def test_a_question_that_the_coach_refuses_ends_as_a_named_problem() -> None:
    exchange = run(FakeCoach(), Visitor(), "unreadable")
    assert (exchange.state, exchange.problem) == ("failed", "refused")


def test_an_error_nobody_can_act_on_is_said_and_passes() -> None:
    visitor = Visitor()
    with pytest.raises(RuntimeError):
        run(FakeCoach(), visitor, "broken")
    assert (visitor.exchanges[0].state, visitor.exchanges[0].problem) == ("failed", "unexpected")


def test_a_chunk_that_is_gone_is_left_out() -> None:
    exchange = run(FakeCoach(missing=True), Visitor(), "What skills?")
    assert (exchange.state, exchange.passages) == ("done", {})


def test_taking_back_takes_all_that_came_after() -> None:
    visitor, coach = Visitor(), FakeCoach()
    first, second, third = (run(coach, visitor, question) for question in ("What skills?", "What pay?", "And then?"))
    assert visitor.take_back(second) == "What pay?"
    assert visitor.exchanges == [first]
    assert [one.dropped for one in (first, second, third)] == [False, True, True]


def test_what_is_kept_and_restored_is_the_same_exchange() -> None:
    exchange = run(FakeCoach(), Visitor(), "What skills?")
    restored = Exchange.restored(exchange.saved())
    assert (restored.id, restored.question, restored.text, restored.state) == (exchange.id, "What skills?", exchange.text, "done")
    assert restored.answer == exchange.answer


def test_an_answer_in_the_middle_is_kept_as_stopped() -> None:
    assert Exchange("q", "half").saved().state == "stopped"


def test_an_answer_is_followed_as_it_is_written() -> None:
    coach, ended = HeldCoach(), threading.Event()
    answers, exchange = Answers(coach), Exchange("What skills?")
    answers.begin("me", exchange, (), None, ended.set)
    assert answers.live("me") == {exchange.id: exchange}
    assert answers.live("you") == {}, "another owner is shown an answer"
    ticks = iter(range(1000))
    seen = []
    coach.let.release()
    for _ in answers.follow(exchange, lambda: float(next(ticks))):
        seen.append(len(exchange.text))
        coach.let.release()
    assert ended.wait(20)
    assert len(seen) > 10
    assert seen == sorted(set(seen))
    assert exchange.state == "done"


def test_what_was_written_before_it_was_followed_is_drawn_too() -> None:
    coach = HeldCoach()
    answers, exchange = Answers(coach), Exchange("What skills?")
    coach.let.release()
    answers.begin("me", exchange, (), None, lambda: None)
    while not exchange.text:
        time.sleep(0.001)
    following = answers.follow(exchange)
    assert next(following, "ended") is None
    exchange.state = "stopped"
    coach.let.release(100)


def test_redraws_are_held_back_while_little_time_passes() -> None:
    answers, exchange = Answers(FakeCoach(delay=0.002)), Exchange("What skills?")
    answers.begin("me", exchange, (), None, lambda: None)
    assert sum(1 for _ in answers.follow(exchange, lambda: 0.0)) == 0
    assert exchange.state == "done"


def test_one_owner_cannot_take_all_places() -> None:
    coach = HeldCoach()
    answers = Answers(coach)
    mine = [Exchange("What skills?") for _ in range(ANSWERS_OF_ONE_OWNER + 1)]
    for exchange in mine:
        answers.begin("me", exchange, (), None, lambda: None)
    other = Exchange("What skills?")
    answers.begin("you", other, (), None, lambda: None)
    assert [exchange.problem for exchange in (*mine, other)] == [None] * ANSWERS_OF_ONE_OWNER + ["busy", None]
    for exchange in (*mine, other):
        exchange.state = "stopped"
    coach.let.release(100)


def test_an_answer_that_breaks_ends_all_the_same() -> None:
    ended = threading.Event()
    answers, exchange = Answers(FakeCoach()), Exchange("broken")
    hook, threading.excepthook = threading.excepthook, lambda _: None
    try:
        answers.begin("me", exchange, (), None, ended.set)
        list(answers.follow(exchange))
        assert ended.wait(20)
    finally:
        threading.excepthook = hook
    assert (exchange.state, exchange.problem) == ("failed", "unexpected")
