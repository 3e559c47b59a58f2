"""The coach as a LangChain runnable: understand, retrieve, answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from langchain_core.runnables import Runnable, RunnableLambda

from coach.types import Answer, Language, Turn


class Asks(Protocol):
    """What the chain needs of a coach."""

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        """The answer to a question."""
        ...


def build_chain(coach: Asks) -> Runnable[dict[str, Any], Answer]:
    """A runnable from {"question", "history", "language", "role"} (all but the first may be missing) to an Answer.

    Turns of the history may be our own or mappings with "role" and "content".
    """

    def answer(given: dict[str, Any]) -> Answer:
        history = [turn if isinstance(turn, Turn) else Turn(turn["role"], turn["content"]) for turn in given.get("history") or ()]
        return coach.ask(given["question"], history, given.get("language"), given.get("role"))

    return RunnableLambda(answer, name="career-coach")
