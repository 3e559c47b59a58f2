"""Answers while they are written, each in a thread of its own: they go on when the page that asked is reloaded, and any page may follow."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence

from coach.types import Language, Turn
from coach.ui.conversation import CoachLike, Exchange, write

# Answers wait for a model or a server most of the time, so there may be many more than cores.
CONCURRENT_ANSWERS = 16
# One visitor with many tabs, or who reloads all the time, must not take the places of the others.
ANSWERS_OF_ONE_OWNER = 4
# A browser cannot show more than some twenty changes a second; redrawing at every token would only fill the connection.
REDRAW_SECONDS = 0.05


class Answers:
    """The answers being written now. It tells nobody about an exchange whose id and owner they do not have."""

    def __init__(self, coach: CoachLike) -> None:
        self.coach = coach
        self._places = threading.BoundedSemaphore(CONCURRENT_ANSWERS)
        self._news = threading.Condition()
        self._live: dict[tuple[str | None, str], Exchange] = {}

    def begin(
        self,
        owner: str | None,
        exchange: Exchange,
        history: Sequence[Turn],
        language: Language | None,
        ended: Callable[[], None],
    ) -> None:
        """Start to write the answer to `exchange`; `ended` is called when it has ended, in whatever way."""
        with self._news:
            if owner and sum(1 for other, _ in self._live if other == owner) >= ANSWERS_OF_ONE_OWNER:
                exchange.fail("busy")
                return
            self._live[owner, exchange.id] = exchange
        thread = threading.Thread(target=self._write, args=(owner, exchange, history, language, ended), daemon=True, name="coach-answer")
        thread.start()

    def live(self, owner: str | None) -> dict[str, Exchange]:
        """The exchanges that are being written for that owner, by id."""
        with self._news:
            return {exchange_id: exchange for (other, exchange_id), exchange in self._live.items() if other == owner}

    def follow(self, exchange: Exchange, clock: Callable[[], float] = time.monotonic) -> Iterator[None]:
        """Yields whenever `exchange` should be drawn again, and ends when it is no longer being written."""
        # Whatever there is already may have come after it was drawn, so it counts as new.
        drawn, length = clock(), 0
        while exchange.state == "waiting":
            self._wait(exchange, length, 1.0)
            left = REDRAW_SECONDS - (clock() - drawn)
            if exchange.state == "waiting" and len(exchange.text) != length and left <= 0:
                yield
                drawn, length = clock(), len(exchange.text)
            elif left > 0:
                # Too soon to draw again: wait out the rest, unless it ends before.
                self._wait(exchange, None, left)

    def _wait(self, exchange: Exchange, length: int | None, seconds: float) -> None:
        """Until `exchange` has ended or, where a `length` is given, its text has another one; at most so many seconds."""
        with self._news:
            self._news.wait_for(
                lambda: exchange.state != "waiting" or (length is not None and len(exchange.text) != length), timeout=seconds
            )

    def changed(self) -> None:
        """Tell those who follow that an exchange has changed."""
        with self._news:
            self._news.notify_all()

    def _write(
        self, owner: str | None, exchange: Exchange, history: Sequence[Turn], language: Language | None, ended: Callable[[], None]
    ) -> None:
        try:
            with self._places:
                write(self.coach, exchange, history, language, self.changed)
        finally:
            try:
                ended()
            finally:
                with self._news:
                    self._live.pop((owner, exchange.id), None)
                    self._news.notify_all()
