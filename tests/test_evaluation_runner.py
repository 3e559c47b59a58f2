"""Cases asked in several processes, and suites over raw pages: outcomes as in one process, in order, each asked once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from pathlib import Path

import pytest

from coach.coach import Coach
from coach.errors import ServiceError
from coach.evaluation.cases import Case, Suite, read_suites
from coach.evaluation.evaluators import Meaning, holds
from coach.evaluation.raw_pages import open_pages
from coach.evaluation.runner import BATCH, WORTH_A_PROCESS, Asker, Helpers, run_beside
from coach.evaluation.suites import Outcome
from coach.index.embedding import SentenceTransformerEmbedder
from coach.settings import Settings
from coach.types import Answer, Chunk, Hit, Language, Turn

EVALS = Path(__file__).resolve().parents[1] / "evals"


class Named:
    """Answers with its own name, and counts what it was asked."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[str] = []

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        self.asked.append(question)
        return Answer("refuse", "en", self.name, question)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        return []

    def chunk(self, chunk_id: str) -> Chunk:
        raise KeyError(chunk_id)


def never_near(text: str, passages: Sequence[str]) -> float:
    return -1.0


class Scripted(Helpers):
    """Hands back futures of its own: the first batches are at work, the last ones still wait."""

    def __init__(self, at_work: int, error: Exception | None = None) -> None:
        super().__init__(Settings(), None)
        self._at_work, self._error = at_work, error

    def hand(self, batches: Sequence[Sequence[tuple[str, Case]]], nearest: bool) -> list[Future[list[Outcome]]]:
        futures: list[Future[list[Outcome]]] = []
        for place, batch in enumerate(batches):
            future: Future[list[Outcome]] = Future()
            if place < self._at_work:
                assert future.set_running_or_notify_cancel()
                if self._error:
                    future.set_exception(self._error)
                else:
                    future.set_result([Asker(Named("helper"), never_near).ask(*one) for one in batch])
            futures.append(future)
        return futures


def cases(count: int, name: str = "s", pages: str | None = None) -> Suite:
    made = (Case(id=f"{name}{n}", twin="-", lang="en", question=f"{name}{n}", kind=("refuse",)) for n in range(count))
    return Suite(name=name, about="", pages=pages, cases=tuple(made))


def test_each_case_is_asked_once_by_this_process_or_a_helper_and_stands_in_order() -> None:
    here, pages, seen = Named("here"), Named("pages"), []
    suites = [cases(2 * BATCH + 3), cases(2, "p", "folder"), cases(1, "t")]
    outcomes = run_beside(
        suites, Asker(here, never_near), {"folder": Asker(pages, never_near)}, Scripted(1), lambda *step: seen.append(step)
    )
    assert [one.case.id for one in outcomes] == [one.id for suite in suites for one in suite.cases]
    assert [one.answer.text for one in outcomes] == ["helper"] * BATCH + ["here"] * (BATCH + 3) + ["pages"] * 2 + ["here"]
    assert len(here.asked) == BATCH + 4
    assert {step for step in seen if step[0] == step[1]} == {(2 * BATCH + 3, 2 * BATCH + 3, "s"), (2, 2, "p"), (1, 1, "t")}


def test_a_process_that_is_lost_is_one_line() -> None:
    with pytest.raises(ServiceError, match="fewer --workers"):
        run_beside([cases(1)], Asker(Named("here"), never_near), {}, Scripted(1, BrokenProcessPool("gone")), lambda *_: None)


def test_helpers_are_started_only_for_cases_enough_to_be_worth_it() -> None:
    for workers, count in ((1, 10 * WORTH_A_PROCESS), (4, WORTH_A_PROCESS - 1)):
        with Helpers.start(Settings(), workers, count) as helpers:
            assert not helpers.there
            assert helpers.hand([[("s", one) for one in cases(1).cases]], nearest=False) == []


def test_a_real_helper_answers_as_this_process_does(coach: Coach, index_folder: Path, embedder: SentenceTransformerEmbedder) -> None:
    (suite,) = read_suites(EVALS / "suites", ["follow-ups"])
    batch = [(suite.name, one) for one in suite.cases[:10]]
    here = Asker(coach, Meaning(embedder.embed), nearest=True)
    with Helpers.start(Settings(index=index_folder, threads=1), 2, WORTH_A_PROCESS) as helpers:
        (future,) = helpers.hand([batch], nearest=True)
        theirs = future.result()
    for ours, other in zip([here.ask(*one) for one in batch], theirs, strict=True):
        assert (ours.case, ours.answer.kind, ours.answer.text) == (other.case, other.answer.kind, other.answer.text)
        assert ours.answer.citations == other.answer.citations
        assert ours.verdicts == other.verdicts
        assert ours.nearest == pytest.approx(other.nearest, abs=0.01)


@pytest.fixture(scope="module")
def over_pages(index_folder: Path, embedder: SentenceTransformerEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coach]:
    data = tmp_path_factory.mktemp("pages")
    settings = Settings(index=index_folder, data=data)
    before = (index_folder / "CURRENT").read_text(encoding="utf-8")
    with ExitStack() as stack:
        found = open_pages([cases(1), cases(1, "p", "pages")], EVALS, settings, embedder, stack)
        assert list(found) == ["pages"]
        assert (index_folder / "CURRENT").read_text(encoding="utf-8") == before
        yield found["pages"]


def test_pages_are_asked_about_apart_from_the_role_documents(over_pages: Coach, coach: Coach) -> None:
    answer = over_pages.ask("tools of a bicycle mechanic")
    assert (answer.kind, answer.citations[0].role) == ("answer", "bicycle-mechanic")
    assert not any(role.id == "data-analyst" for role in over_pages.roles)
    assert not any(role.id == "bicycle-mechanic" for role in coach.roles)


def test_suites_without_pages_open_nothing(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    with ExitStack() as stack:
        assert open_pages([cases(1)], EVALS, Settings(data=tmp_path), embedder, stack) == {}
    assert list(tmp_path.iterdir()) == []


def test_every_fact_asked_of_raw_pages_stands_in_one_of_them() -> None:
    (suite,) = read_suites(EVALS / "suites", ["raw-pages"])
    texts = [path.read_text(encoding="utf-8") for path in (EVALS / "pages").iterdir()]
    facts = [(one.id, fact) for one in suite.cases for fact in one.facts if isinstance(fact, int | str)]
    assert len(facts) >= 50
    assert [(name, fact) for name, fact in facts if not any(holds(text, fact) for text in texts)] == []
