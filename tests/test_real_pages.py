"""The five real role pages alone, as they come from careers sites: an index of them answers from the right section of the right page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coach.answering.grounding import faults
from coach.coach import Coach
from coach.index import Index, SentenceTransformerEmbedder
from coach.ingest import Inputs, ingest
from coach.settings import Settings

PAGES = Path(__file__).resolve().parents[2] / "shared" / "role-pages"


@pytest.fixture(scope="module")
def pages_coach(tmp_path_factory: pytest.TempPathFactory, knowledge: Path, embedder: SentenceTransformerEmbedder) -> Iterator[Coach]:
    if not PAGES.is_dir():
        pytest.skip("the folder ../shared/role-pages is not beside the repository")
    settings = Settings(knowledge=knowledge, pages=PAGES, index=tmp_path_factory.mktemp("pages"))
    report, collected = ingest(settings, Inputs(None, PAGES), embedder)
    assert report.chunks > 0
    assert collected.problems == ()
    with Coach(settings, Index.open(settings.index_folder, embedder), embedder) as opened:
        yield opened


@pytest.mark.shared
@pytest.mark.parametrize(
    ("question", "section", "page", "said"),
    [
        ("How much does a backend engineer earn in Switzerland?", "salary", "003", "CHF 70-150K+"),
        ("¿Cuánto gana un backend en Alemania?", "salary", "003", "50-90K+ EUR"),
        ("How much does a junior backend engineer make?", "seniority", "001", "$50,000 to $80,000"),
        ("¿Cómo me preparo para una entrevista de backend?", "interview", "000", "architecture diagrams"),
        ("What mistakes should I avoid?", "mistakes", "000", "systems at scale"),
        ("Which industries hire backend developers?", "sectors", "002", "fintech"),
        ("¿Qué sectores contratan backend?", "sectors", "002", "videojuegos"),
        ("What do top companies look for in a backend engineer?", "employers", "003", "Deep Technical Expertise"),
        ("How do a backend engineer and a full-stack engineer differ?", "faq", "001", "client-side"),
        ("linkedin tips", "linkedin", "000", "distributed systems"),
        ("how can I build my brand", "brand", "004", "Online Portfolio"),
    ],
)
def test_the_right_section_of_the_right_page_answers(pages_coach: Coach, question: str, section: str, page: str, said: str) -> None:
    answer = pages_coach.ask(question)
    first = answer.citations[0]
    assert (answer.kind, answer.roles, first.section) == ("answer", ("backend-developer",), section)
    assert pages_coach.chunk(first.chunk).document.startswith(page)
    assert said in answer.text
    assert faults(answer, {citation.chunk: pages_coach.chunk(citation.chunk) for citation in answer.citations}) == []


@pytest.mark.shared
def test_a_country_that_no_page_names_has_no_figure(pages_coach: Coach) -> None:
    assert "no salary figure for Backend Developer in Spain" in pages_coach.ask("salary in Spain").text
