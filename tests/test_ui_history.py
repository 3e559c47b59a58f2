"""What the page keeps and finds again, over a real store, and how it goes on when that fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fake_coach import FakeCoach

from coach.errors import ServiceError
from coach.settings import Settings
from coach.storage.store import Store
from coach.ui.answers import Answers
from coach.ui.conversation import Exchange, Visitor
from coach.ui.history import History


class Away:
    """A store that cannot be reached while `away`."""

    def __init__(self, store: Store) -> None:
        self.store, self.away = store, False

    def __getattr__(self, name: str) -> Any:
        if self.away:
            raise ServiceError("the database is away")
        return getattr(self.store, name)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data=tmp_path)) as opened:
        yield opened


@pytest.fixture
def away(store: Store) -> Away:
    return Away(store)


@pytest.fixture
def history(away: Away) -> History:
    return History(away, Answers(FakeCoach()))  # type: ignore[arg-type]


def said(history: History, visitor: Visitor, question: str) -> Exchange:
    exchange = visitor.begin(question)
    history.begin(visitor, exchange)
    answer = FakeCoach().ask(question)
    exchange.answer, exchange.text, exchange.state = answer, answer.text, "done"
    history.keep(visitor)
    return exchange


def stored(store: Store, visitor: Visitor) -> list[str]:
    assert visitor.owner
    assert visitor.conversation
    return [one.question for one in store.exchanges(visitor.owner, visitor.conversation)]


def test_a_question_is_kept_before_it_is_answered(history: History, store: Store) -> None:
    visitor = Visitor(owner="me")
    history.begin(visitor, visitor.begin("What skills does a backend developer need?"))
    (one,) = store.conversations("me")
    assert one.title == "What skills does a backend developer need?"
    assert [(saved.state, saved.text) for saved in store.exchanges("me", one.id)] == [("stopped", "")]


def test_what_was_not_asked_is_not_kept(history: History, store: Store) -> None:
    visitor = Visitor(owner="me")
    visitor.begin("").fail("empty")
    history.keep(visitor)
    assert store.conversations("me") == []


def test_an_answer_that_ends_while_a_page_is_opened_is_shown_whole(store: Store) -> None:
    coach = FakeCoach(go_on=threading.Event())
    answers = Answers(coach)
    asking, ended = Visitor(owner="me"), threading.Event()
    exchange = asking.begin("What skills?")
    history = History(store, answers)
    history.begin(asking, exchange)

    def keep() -> None:
        history.keep_one("me", asking.conversation, exchange)
        ended.set()

    answers.begin("me", exchange, (), None, keep)

    class Slow(Away):
        """Reads what is kept, and the answer ends before the reader has it."""

        def exchanges(self, owner: str, conversation: str) -> Any:
            before = self.store.exchanges(owner, conversation)
            coach.go_on.set()  # type: ignore[union-attr]
            assert ended.wait(20)
            return before

    opening = Visitor(owner="me")
    assert History(Slow(store), answers).open(opening, asking.conversation or "")  # type: ignore[arg-type]
    assert [(one.state, one.text) for one in opening.exchanges] == [("done", FakeCoach().ask("What skills?").text)]


def test_nothing_is_kept_for_nobody(history: History, store: Store) -> None:
    visitor = Visitor(owner=None)
    said(history, visitor, "What skills?")
    assert (visitor.conversation, visitor.bar, len(visitor.exchanges)) == (None, None, 1)
    assert History(None, Answers(FakeCoach())).conversations(Visitor(owner="me")) == []


def test_what_could_not_be_kept_is_kept_later_and_once(history: History, away: Away, store: Store) -> None:
    visitor = Visitor(owner="me")
    away.away = True
    first = said(history, visitor, "What skills?")
    assert (visitor.bar, visitor.conversation, first.kept) == ("unkept", None, False)
    assert history.conversations(visitor) == []
    away.away = False
    said(history, visitor, "What pay?")
    history.keep(visitor)
    assert visitor.bar is None
    assert stored(store, visitor) == ["What skills?", "What pay?"]


def test_what_was_taken_back_while_the_store_was_away_does_not_come_back(history: History, away: Away, store: Store) -> None:
    visitor = Visitor(owner="me")
    for question in ("What skills?", "What pay?", "And then?"):
        last = said(history, visitor, question)
    second = visitor.exchanges[1]
    away.away = True
    assert history.take_back(visitor, second) == "What pay?"
    away.away = False
    history.keep_one("me", visitor.conversation, last)
    said(history, visitor, "What pay in Spain?")
    assert stored(store, visitor) == ["What skills?", "What pay in Spain?"]
    assert not history.refresh(visitor)


def test_another_page_is_neither_lost_nor_doubled(history: History, store: Store) -> None:
    here = Visitor(owner="me")
    said(history, here, "What skills?")
    there = Visitor(owner="me")
    assert history.open(there, here.conversation or "")
    said(history, there, "What pay?")
    assert history.refresh(here)
    assert [exchange.question for exchange in here.exchanges] == ["What skills?", "What pay?"]
    assert not history.refresh(here), "a change is told twice"
    history.react(there, there.exchanges[0], "down", "wrong")
    history.refresh(here)
    assert (here.exchanges[0].reaction, here.exchanges[0].reason) == ("down", "wrong")
    history.take_back(there, there.exchanges[1])
    assert history.refresh(here)
    history.keep(here)
    assert stored(store, here) == ["What skills?"]


def test_a_conversation_that_is_gone_or_anothers_is_the_same(history: History) -> None:
    mine, other = Visitor(owner="me"), Visitor(owner="you")
    said(history, mine, "What skills?")
    assert not history.open(other, mine.conversation or "")
    shown = (other.conversation, other.exchanges, other.bar)
    history.delete(mine, mine.conversation or "")
    again = Visitor(owner="me")
    assert not history.open(again, "00000000-0000-0000-0000-000000000000")
    assert shown == (again.conversation, again.exchanges, again.bar) == (None, [], "gone")


def test_an_answer_that_ends_after_its_conversation_was_deleted_stays_away(history: History, store: Store) -> None:
    visitor = Visitor(owner="me")
    exchange = visitor.begin("What skills?")
    history.begin(visitor, exchange)
    place = visitor.conversation
    history.delete(visitor, place or "")
    exchange.state = "done"
    history.keep_one("me", place, exchange)
    assert (store.conversations("me"), visitor.exchanges) == ([], [])


def test_a_name_is_given_to_ones_own_only(history: History, store: Store) -> None:
    mine, other = Visitor(owner="me"), Visitor(owner="you")
    said(history, mine, "What skills?")
    history.rename(other, mine.conversation or "", "Stolen")
    assert store.conversations("me")[0].title == "What skills?"
    history.rename(mine, mine.conversation or "", "Mine")
    assert (store.conversations("me")[0].title, mine.title) == ("Mine", "Mine")
