"""What several test files share."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browser import browser, visit  # noqa: F401

from coach.index import SentenceTransformerEmbedder

if TYPE_CHECKING:
    from command_line import Run
    from postgresql import PostgreSQL

    from coach.coach import Coach
    from coach.practice.practice import Practice

ROOT = Path(__file__).resolve().parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--coach-index=DIR`: an index kept between runs and brought in step at each; by default every session builds its own."""
    parser.addoption("--coach-index", type=Path, default=None, metavar="DIR", help="index to keep between runs (default: a new one)")


# What a test may not be skipped for on this machine, as words of the reason: `.ci/run` has a browser, PostgreSQL and the shared folder.
REQUIRED = {"browser": "chromium", "postgresql": "postgresql", "shared": "shared/"}
REQUIRED_HERE = [REQUIRED[name] for name in os.environ.get("COACH_TESTS_REQUIRE", "").split()]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that is skipped for want of something that must be here has failed."""
    report = yield
    if report.skipped and any(reason in str(report.longrepr) for reason in REQUIRED_HERE):
        report.outcome = "failed"
        report.longrepr = f"may not be skipped here: {report.longrepr}"
    return report


@pytest.fixture(scope="session", autouse=True)
def _plain_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the `COACH_*` variables of the person who runs it, nor what that person has indexed or imported.

    The data folder is one for the whole session, so that what is learnt from the example questions is learnt once.
    """
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("COACH_")]:
            patch.delenv(name)
        patch.setenv("COACH_DATA", str(tmp_path_factory.mktemp("data")))
        yield


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The real embedding model that comes with the coach."""
    return SentenceTransformerEmbedder.open()


@pytest.fixture(scope="session")
def knowledge() -> Path:
    """The folder of the real role documents."""
    return ROOT / "knowledge"


@pytest.fixture(scope="session")
def index_folder(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, knowledge: Path, embedder: SentenceTransformerEmbedder
) -> Path:
    """The folder of an index over the real role documents, built once per session."""
    from coach.ingest import Inputs, ingest
    from coach.settings import Settings

    given: Path | None = request.config.getoption("--coach-index")
    folder = given or tmp_path_factory.mktemp("index")
    ingest(Settings(knowledge=knowledge, pages=None, index=folder), Inputs(knowledge, None), embedder)
    return folder


@pytest.fixture(scope="session")
def coach(index_folder: Path, knowledge: Path, embedder: SentenceTransformerEmbedder) -> Iterator[Coach]:
    """A real coach over the real role documents."""
    from coach.coach import Coach
    from coach.index.store import Index
    from coach.settings import Settings

    settings = Settings(knowledge=knowledge, pages=None, index=index_folder)
    with Coach(settings, Index.open(index_folder, embedder), embedder) as opened:
        yield opened


@pytest.fixture(scope="session")
def practice(index_folder: Path, embedder: SentenceTransformerEmbedder) -> Iterator[Practice]:
    """Interview practice over the real role documents."""
    from coach.index.store import Index
    from coach.ingest import cards
    from coach.practice.practice import Practice
    from coach.retrieval.library import Library

    index = Index.open(index_folder, embedder)
    yield Practice.open(Library(index), cards(index.roles), embedder)
    index.close()


@pytest.fixture(scope="session")
def small_coach(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coach]:
    """A coach over the small house of two roles (see small_house.py), with a made-up embedder: for tests about words of their own."""
    from fakes import FakeEmbedder
    from small_house import build_house

    from coach.coach import Coach
    from coach.index.store import Index
    from coach.ingest import Inputs, ingest
    from coach.settings import Settings

    folder = tmp_path_factory.mktemp("small")
    embedder = FakeEmbedder()
    settings = Settings(knowledge=build_house(folder / "house"), pages=None, index=folder / "index")
    ingest(settings, Inputs(settings.knowledge, None), embedder)
    with Coach(settings, Index.open(settings.index_folder, embedder), embedder) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """A real PostgreSQL server of this session's own. A test that stops it starts it again."""
    from postgresql import PostgreSQL, programs

    pytest.importorskip("psycopg", reason="psycopg is not installed: no test on postgresql")
    folder = programs()
    if folder is None:
        pytest.skip("postgresql is not installed")
    server = PostgreSQL(folder)
    yield server
    server.remove()


@pytest.fixture
def run(embedder: SentenceTransformerEmbedder, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in this process; the embedding model, which is the same for all, stays loaded."""
    from command_line import invoke

    monkeypatch.setattr(SentenceTransformerEmbedder, "open", lambda *_: embedder)
    return invoke
