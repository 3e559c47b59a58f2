"""Asks many cases in several processes: understanding a question is Python's own work, of which a process does one thing at a time.

This process is one of them. Suites over raw pages are asked by it alone: only it has their small index.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from multiprocessing import get_context
from types import TracebackType
from typing import Self

from coach.coach import Coach
from coach.errors import ServiceError
from coach.evaluation.cases import Case, Suite
from coach.evaluation.evaluators import Evidence, Meaning, evaluate
from coach.evaluation.groundedness import Nearness
from coach.evaluation.ranking import rank
from coach.evaluation.suites import Asks, Outcome, Progress, cited_chunks, converse, nearest_of
from coach.index.embedding import SentenceTransformerEmbedder
from coach.settings import Settings

# Cases that are handed over at once: few enough that no worker waits long for the last.
BATCH = 12
# A process takes seconds to start; for fewer cases than these it would come too late.
WORTH_A_PROCESS = 200

Named = tuple[str, Case]


class Helpers:
    """Processes that ask cases beside this one. Get them with `start`, early: they open their coaches while this one opens its own."""

    def __init__(self, settings: Settings, pool: ProcessPoolExecutor | None) -> None:
        self._settings = settings
        self._pool = pool

    @classmethod
    def start(cls, settings: Settings, workers: int, cases: int) -> Self:
        """As many as make `workers` with this process, if there are cases enough to be worth it."""
        others = min(workers - 1, cases // WORTH_A_PROCESS)
        if others < 1:
            return cls(settings, None)
        # Threads and open databases do not survive a fork.
        pool = ProcessPoolExecutor(others, mp_context=get_context("spawn"))
        for _ in range(others):
            pool.submit(_open_early, settings)
        return cls(settings, pool)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    @property
    def there(self) -> bool:
        """Whether any was worth starting."""
        return self._pool is not None

    def hand(self, batches: Sequence[Sequence[Named]], nearest: bool) -> list[Future[list[Outcome]]]:
        """The outcomes of each batch, to come."""
        return [self._pool.submit(_ask, self._settings, batch, nearest) for batch in batches] if self._pool else []


@dataclass(frozen=True, slots=True)
class Asker:
    """What asks cases in one process. With `nearest` each outcome gets the similarity of the passage nearest to its question."""

    coach: Asks
    nearness: Nearness
    nearest: bool = False

    def ask(self, suite: str, case: Case) -> Outcome:
        """The outcome of one case, its ranking not yet measured. Raises QuestionError as `Coach.ask` does."""
        answer = converse(self.coach, case)
        verdicts = evaluate(case, answer, Evidence(cited_chunks(self.coach, answer), self.nearness))
        return Outcome(suite, case, answer, verdicts, nearest=nearest_of(answer, self.coach) if self.nearest else None)


def run_beside(suites: Sequence[Suite], here: Asker, pages: Mapping[str, Asker], helpers: Helpers, progress: Progress) -> list[Outcome]:
    """The outcome of every case, in order. `pages` ask the cases of the suites over raw pages, by the folder's name.

    Raises QuestionError as `Coach.ask` does, ServiceError where a process is lost.
    """
    named = [(suite.name, case) for suite in suites if suite.pages is None for case in suite.cases]
    batches = [named[start : start + BATCH] for start in range(0, len(named), BATCH)]
    futures = helpers.hand(batches, here.nearest)
    count = _Count({suite.name: len(suite.cases) for suite in suites}, progress)
    found: dict[str, Outcome] = {}
    for suite in suites:
        if suite.pages is not None:
            found.update((case.id, count.add(pages[suite.pages].ask(suite.name, case))) for case in suite.cases)
    # The others begin with the first batch, this process with the last, until they meet.
    left = len(batches)
    while left and (not futures or futures[left - 1].cancel()):
        left -= 1
        found.update((case.id, count.add(here.ask(suite, case))) for suite, case in batches[left])
    try:
        for future in futures[:left]:
            found.update((outcome.case.id, count.add(outcome)) for outcome in future.result())
    except BrokenProcessPool as error:
        raise ServiceError("a process that asked questions has ended; run with fewer --workers if memory is short") from error
    ordered = [found[case.id] for suite in suites for case in suite.cases]
    ranked = rank([(outcome.case, outcome.answer) for outcome in ordered])
    return [replace(outcome, ranking=ranking) for outcome, ranking in zip(ordered, ranked, strict=True)]


class _Count:
    """Tells how many cases of each suite are done."""

    def __init__(self, sizes: Mapping[str, int], progress: Progress) -> None:
        self._sizes, self._progress, self._done = sizes, progress, Counter[str]()

    def add(self, outcome: Outcome) -> Outcome:
        self._done[outcome.suite] += 1
        self._progress(self._done[outcome.suite], self._sizes[outcome.suite], outcome.suite)
        return outcome


# The coach of a helper, opened once in its process.
_coach: list[tuple[Coach, Nearness]] = []


def _opened(settings: Settings) -> tuple[Coach, Nearness]:
    if not _coach:
        embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
        _coach.append((Coach.open(settings), Meaning(embedder.embed)))
    return _coach[0]


def _open_early(settings: Settings) -> None:
    """What the first batch would do, before there is one; nothing is handed back, as a coach stays in its process."""
    _opened(settings)


def _ask(settings: Settings, batch: Sequence[Named], nearest: bool) -> list[Outcome]:
    asker = Asker(*_opened(settings), nearest)
    return [asker.ask(suite, case) for suite, case in batch]
