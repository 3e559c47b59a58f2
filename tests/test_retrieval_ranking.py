"""How well a statement answers a question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fakes import FakeEmbedder, make_role

from coach.index import Index, build_index
from coach.retrieval.library import Library
from coach.retrieval.ranking import Scored, rank, same_question, weigh
from coach.retrieval.thesaurus import Thesaurus
from coach.retrieval.words import Words

STATEMENTS = [
    "Bees make honey in summer.",
    "Honey is sold at the market.",
    "**Smoker**: calms the hive.",
    "The smoker stands beside the hive.",
    "Wax is melted slowly.",
]


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("ranking")
    build_index([make_role("bees", {"en": STATEMENTS})], folder, FakeEmbedder())
    with Index.open(folder, FakeEmbedder()) as index:
        yield Library(index)


def ranked(library: Library, question: str) -> list[Scored]:
    terms = weigh(Thesaurus([{"en": ["nectar", "honey"], "es": []}]).terms(Words.of(question, "en").all, "en", "en"), library, "en")
    vector = FakeEmbedder().embed([question])[0]
    return rank(library.section("bees", "en", "skills"), terms, vector, library, "en")


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("wax", STATEMENTS[4]),
        ("market honey", STATEMENTS[1]),
        ("smoker", STATEMENTS[2]),
        ("smokr", STATEMENTS[2]),
        ("summer nectar", STATEMENTS[0]),
    ],
)
def test_the_statement_that_holds_the_terms_is_first(library: Library, question: str, best: str) -> None:
    assert ranked(library, question)[0].candidate.text == best


def test_scores_fall_and_say_how_much_of_the_question_is_held(library: Library) -> None:
    scored = ranked(library, "wax market")
    assert [one.score for one in scored] == sorted((one.score for one in scored), reverse=True)
    assert all(0 <= one.words <= 1 and 0 <= one.meaning <= 1.001 for one in scored)
    assert {one.candidate.text for one in scored if one.words > 0} == {STATEMENTS[1], STATEMENTS[4]}


def test_the_heading_above_a_statement_counts_a_little_less(library: Library) -> None:
    assert {one.words for one in ranked(library, "tips")} in ({0.8}, {0.0})


def test_rare_terms_weigh_more_and_unknown_ones_have_no_match(library: Library) -> None:
    honey, wax, moon = weigh(Thesaurus([]).terms(Words.of("honey wax moon", "en").all, "en", "en"), library, "en")
    assert moon.weight > wax.weight > honey.weight > 0
    assert moon.alternatives == frozenset()


def test_a_statement_known_to_answer_such_a_question_comes_first(library: Library) -> None:
    section = library.section("bees", "en", "skills")
    last = ranked(library, "how do I keep calm")[-1].candidate
    vector = FakeEmbedder().embed(["how do I keep calm"])[0]
    best, *others = rank(section, [], vector, library, "en", {last.place: 1.0})
    assert (best.candidate, best.alike) == (last, 1.0)
    assert {one.alike for one in others} == {0.0}


def test_nothing_to_rank(library: Library) -> None:
    assert rank([], [], FakeEmbedder().embed(["x"])[0], library, "en") == []


def test_the_same_question_is_the_same_and_a_strange_one_is_not(library: Library) -> None:
    assert same_question({"honey", "wax"}, {"wax", "honey"}, library, "en") == pytest.approx(1)
    assert same_question({"honey"}, {"wax"}, library, "en") == 0
    assert same_question(set(), set(), library, "en") == 0
    assert same_question({"honey", "wax"}, {"wax"}, library, "en") > same_question({"honey", "wax"}, {"honey"}, library, "en")
