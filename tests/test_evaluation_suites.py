"""Running suites: conversations, order, and the real suites against their floors."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from coach.coach import Coach
from coach.evaluation.cases import Case, Means, Suite, load_suites, suite_names
from coach.evaluation.evaluators import Meaning, holds
from coach.evaluation.floors import Floors
from coach.evaluation.groundedness import SAME_MEANING
from coach.evaluation.raw_pages import open_pages
from coach.evaluation.report import Report, failure_lines
from coach.evaluation.runner import Asker, Helpers, run_beside
from coach.evaluation.suites import WORKERS, cited_chunks, look_up_nearest, run
from coach.index.embedding import SentenceTransformerEmbedder
from coach.index.store import Index
from coach.knowledge.catalogue import load_catalogue
from coach.settings import Settings
from coach.types import Answer, Chunk, Citation, Hit, Kind, Language, Turn

EVALS = Path(__file__).resolve().parents[1] / "evals"
# Cases with these tags expect words of the coach's own: that there is no such figure, or which place was asked for.
OWN_WORDS = {"missing", "city"}
CHUNK = Chunk("r/en/s#0", "r", "en", "s", "", "", "", (), "", None, None, "")


@dataclass
class Echo:
    """Answers with what it was asked, history included."""

    kind: Kind = "smalltalk"
    hits: tuple[Hit, ...] = ()
    searched: list[str] = field(default_factory=list)

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        said = [f"{turn.role}={turn.content}" for turn in history]
        return Answer(self.kind, "en", "; ".join([*said, question]), f"{question}, standing alone", hits=self.hits)

    def search(self, query: str, k: int = 10) -> list[Hit]:
        self.searched.append(query)
        return [Hit(CHUNK, 0.9, 0.25, 1.0), Hit(CHUNK, 0.8, 0.5, 1.0)]

    def chunk(self, chunk_id: str) -> Chunk:
        raise KeyError(chunk_id)


def never_near(text: str, passages: Sequence[str]) -> float:
    return -1.0


def silent(done: int, total: int, suite: str) -> None:
    """Progress that nobody watches."""


def case(name: str, *turns: str, question: str = "q") -> Case:
    return Case(id=name, twin="-", lang="en", question=question, turns=turns, kind=("smalltalk",), role=("r",), sections=("s",))


def suite(*cases: Case, name: str = "s") -> Suite:
    return Suite(name=name, about="", cases=cases)


def test_earlier_turns_get_the_coachs_own_answers() -> None:
    outcome = run([suite(case("a", "one", "two", question="three"))], Echo(), never_near, silent)[0]
    assert outcome.answer.text == "user=one; assistant=one; user=two; assistant=user=one; assistant=one; two; three"


def test_outcomes_are_in_the_order_of_the_cases_and_progress_counts_them() -> None:
    seen: list[tuple[int, int, str]] = []
    suites = [suite(*(case(str(n)) for n in range(9))), suite(case("last"), name="t")]
    outcomes = run(suites, Echo(), never_near, lambda *step: seen.append(step), workers=3)
    assert [outcome.case.id for outcome in outcomes] == [*map(str, range(9)), "last"]
    assert seen[0] == (1, 9, "s")
    assert seen[-2:] == [(9, 9, "s"), (1, 1, "t")]


def test_an_outcome_knows_its_ranking_seconds_and_what_it_missed() -> None:
    (outcome,) = run([suite(case("a"))], Echo("answer", (Hit(CHUNK, 0.9, 0.25, 1.0),)), never_near, silent)
    assert outcome.ranking["MRR"] == 1
    assert "kind" in outcome.missed
    assert not outcome.passed
    assert replace(outcome, answer=replace(outcome.answer, seconds={"retrieve": 0.25, "answer": 0.5})).seconds == 0.75


def test_the_nearest_passage_is_that_of_the_hits_or_where_none_are_shown_of_a_search() -> None:
    refusing, answering, chatting = Echo("refuse"), Echo("answer", (Hit(CHUNK, 0.9, 0.75, 1.0),)), Echo()
    found = [look_up_nearest(run([suite(case("a"))], one, never_near, silent), one)[0].nearest for one in (refusing, answering, chatting)]
    assert found == [0.5, 0.75, None]
    assert (refusing.searched, answering.searched, chatting.searched) == (["q, standing alone"], [], [])


def test_a_chunk_that_does_not_exist_is_left_out() -> None:
    citation = Citation(1, "nowhere#0", "r", "s", "", "", None, None, "", 0, 0)
    assert cited_chunks(Echo(), Answer("answer", "en", "x [1]", "q", citations=(citation,))) == {}


def test_every_fact_of_the_real_suites_stands_in_the_documents(
    coach: Coach, index_folder: Path, embedder: SentenceTransformerEmbedder, knowledge: Path
) -> None:
    """A fact that a document no longer holds would fail the coach for the document's change."""
    with Index.open(index_folder, embedder) as index:
        chunks = index.chunks
    nearness = Meaning(embedder.embed)

    def stands(one: Case, fact: int | str | Means) -> bool:
        citable = [chunk for chunk in chunks if _may_cite(one, chunk)]
        if not isinstance(fact, Means):
            return any(holds(chunk.text, fact) for chunk in citable)
        statements = [statement.within(chunk.text) for chunk in citable for statement in chunk.statements]
        return nearness(fact.means, statements) >= (SAME_MEANING[one.lang] if fact.least is None else fact.least)

    suites = load_suites(EVALS / "suites", [role.id for role in coach.roles], load_catalogue(knowledge).ids)
    answered = [one for each in suites if each.pages is None for one in each.cases if one.wants_answer and not OWN_WORDS & set(one.tags)]
    assert [f"{one.id}: {fact}" for one in answered for fact in one.facts if not stands(one, fact)] == []


def _may_cite(one: Case, chunk: Chunk) -> bool:
    return chunk.language == one.lang and chunk.role in (one.role or (chunk.role,)) and chunk.section in (one.sections or (chunk.section,))


def test_the_real_suites_meet_their_floors(
    coach: Coach, index_folder: Path, embedder: SentenceTransformerEmbedder, knowledge: Path, tmp_path: Path
) -> None:
    suites = load_suites(EVALS / "suites", [role.id for role in coach.roles], load_catalogue(knowledge).ids)
    settings = Settings(index=index_folder, data=tmp_path, threads=1)
    meaning = Meaning(embedder.embed)
    with Helpers.start(settings, WORKERS, sum(len(one.cases) for one in suites)) as helpers, ExitStack() as stack:
        pages = {folder: Asker(one, meaning) for folder, one in open_pages(suites, EVALS, settings, embedder, stack).items()}
        report = Report(tuple(run_beside(suites, Asker(coach, meaning), pages, helpers, silent)))
    fallen = Floors.read(EVALS / "floors.yaml").fallen(report, suite_names(EVALS / "suites"))
    assert fallen == [], "\n".join([*fallen, *(line for outcome in report.failed for line in failure_lines(outcome))])
