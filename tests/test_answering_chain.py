"""The coach as a LangChain runnable."""

from __future__ import annotations

from typing import Any

import pytest

from coach.answering.chain import build_chain
from coach.types import Answer, Turn


class Recorder:
    """Notes how it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def ask(self, *arguments: Any) -> Answer:
        self.asked.append(arguments)
        return Answer("answer", "en", f"to {arguments[0]}", arguments[0])


@pytest.mark.parametrize("turn", [Turn("user", "hi"), {"role": "user", "content": "hi"}])
def test_all_that_is_given_reaches_the_coach(turn: Any) -> None:
    recorder = Recorder()
    chain = build_chain(recorder)
    answer = chain.invoke({"question": "q", "history": [turn], "language": "es", "role": "r"})
    assert recorder.asked == [("q", [Turn("user", "hi")], "es", "r")]
    assert answer.text == "to q"


def test_all_but_the_question_may_be_missing_and_batches_work() -> None:
    recorder = Recorder()
    answers = build_chain(recorder).batch([{"question": "a"}, {"question": "b", "history": None}])
    assert [answer.text for answer in answers] == ["to a", "to b"]
    assert sorted(recorder.asked) == [("a", [], None, None), ("b", [], None, None)]
