"""Running suites: conversations, order, the command, and the real suites against their floors."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from coach.cli import main
from coach.coach import Coach
from coach.evaluation.cases import Case, Suite, load_suites, suite_names
from coach.evaluation.evaluators import holds
from coach.evaluation.floors import Floors
from coach.evaluation.report import Report, failure_lines
from coach.evaluation.suites import cited_chunks, run
from coach.index.embedding import SentenceTransformerEmbedder
from coach.index.store import Index
from coach.knowledge.catalogue import load_catalogue
from coach.types import Answer, Chunk, Citation, Language, Turn

EVALS = Path(__file__).resolve().parents[1] / "evals"
# Cases with these tags expect words of the coach's own: that there is no such figure, or which place was asked for.
OWN_WORDS = {"missing", "city"}


class Echo:
    """Answers with what it was asked, history included."""

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        said = [f"{turn.role}={turn.content}" for turn in history]
        return Answer("smalltalk", "en", "; ".join([*said, question]), question)

    def chunk(self, chunk_id: str) -> Chunk:
        raise KeyError(chunk_id)


def case(name: str, *turns: str, question: str = "q") -> Case:
    return Case(id=name, twin="-", lang="en", question=question, turns=turns, kind=("smalltalk",))


def test_earlier_turns_get_the_coachs_own_answers() -> None:
    outcome = run([Suite(name="s", about="", cases=(case("a", "one", "two", question="three"),))], Echo(), lambda *_: None)[0]
    assert outcome.answer.text == "user=one; assistant=one; user=two; assistant=user=one; assistant=one; two; three"


def test_outcomes_are_in_the_order_of_the_cases_and_progress_counts_them() -> None:
    seen: list[tuple[int, int, str]] = []
    suites = [Suite(name="s", about="", cases=tuple(case(str(n)) for n in range(9))), Suite(name="t", about="", cases=(case("last"),))]
    outcomes = run(suites, Echo(), lambda *step: seen.append(step))
    assert [outcome.case.id for outcome in outcomes] == [*map(str, range(9)), "last"]
    assert seen[0] == (1, 10, "s")
    assert seen[-1] == (10, 10, "t")


def test_a_chunk_that_does_not_exist_is_left_out() -> None:
    citation = Citation(1, "nowhere#0", "r", "s", "", "", None, None, "", 0, 0)
    assert cited_chunks(Echo(), Answer("answer", "en", "x [1]", "q", citations=(citation,))) == {}


def test_every_fact_of_the_real_suites_stands_in_the_documents(
    coach: Coach, index_folder: Path, embedder: SentenceTransformerEmbedder, knowledge: Path
) -> None:
    """A fact that a document no longer holds would fail the coach for the document's change."""
    with Index.open(index_folder, embedder) as index:
        chunks = index.chunks
    suites = load_suites(EVALS / "suites", [role.id for role in coach.roles], load_catalogue(knowledge).ids)
    lost = [
        f"{one.id}: {fact}"
        for suite in suites
        for one in suite.cases
        if one.wants_answer and not OWN_WORDS & set(one.tags)
        for fact in one.facts
        if not any(holds(chunk.text, fact) for chunk in chunks if _may_cite(one, chunk))
    ]
    assert lost == []


def _may_cite(one: Case, chunk: Chunk) -> bool:
    return chunk.language == one.lang and chunk.role in (one.role or (chunk.role,)) and chunk.section in (one.sections or (chunk.section,))


def test_the_real_suites_meet_their_floors(coach: Coach, knowledge: Path) -> None:
    suites = load_suites(EVALS / "suites", [role.id for role in coach.roles], load_catalogue(knowledge).ids)
    report = Report(tuple(run(suites, coach, lambda *_: None)))
    fallen = Floors.read(EVALS / "floors.yaml").fallen(report, suite_names(EVALS / "suites"))
    assert fallen == [], "\n".join(line for outcome in report.failed for line in failure_lines(outcome))


@pytest.fixture(scope="module")
def small_evals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One suite of two cases, of which the Spanish one cannot pass."""
    folder = tmp_path_factory.mktemp("evals")
    common = {"kind": "answer", "role": "data-analyst", "sections": ["tools"]}
    english = {"id": "a-en", "twin": "a-es", "lang": "en", "question": "tools of a data analyst", "facts": ["Excel"], **common}
    spanish = {
        "id": "a-es",
        "twin": "a-en",
        "lang": "es",
        "question": "herramientas de un analista de datos",
        "facts": ["Unobtainium"],
        **common,
    }
    (folder / "suites").mkdir()
    (folder / "suites" / "mini.yaml").write_text(yaml.safe_dump({"about": "Two.", "cases": [english, spanish]}), encoding="utf-8")
    (folder / "floors.yaml").write_text(yaml.safe_dump({"gap": 1, "totals": {}, "suites": {"mini": {"en": 1, "es": 1}}}), encoding="utf-8")
    return folder


def test_the_command_lists_what_failed_and_the_gate_names_what_fell(small_evals: Path, index_folder: Path, tmp_path: Path) -> None:
    given = ["eval", "--index", str(index_folder), "--evals", str(small_evals)]
    plain = CliRunner().invoke(main, [*given, "--report", str(tmp_path)])
    assert plain.exit_code == 0
    assert "mini a-es: herramientas de un analista de datos" in plain.stdout
    assert "facts: expected Unobtainium; came nothing of Unobtainium" in plain.stdout
    assert "a-en:" not in plain.stdout
    assert json.loads((tmp_path / "eval.json").read_text(encoding="utf-8"))["cases"] == 2
    assert "mini a-es" in (tmp_path / "failed.txt").read_text(encoding="utf-8")

    gated = CliRunner().invoke(main, [*given, "mini", "--gate", "--json"])
    assert gated.exit_code == 1
    assert json.loads(gated.stdout)["totals"]["es"]["facts"]["passed"] == 0
    assert "mini es: 0.000 (0 of 1), below 1.000" in gated.stderr
    assert "mini en" not in gated.stderr


def test_an_unknown_suite_is_one_line_on_stderr(small_evals: Path, index_folder: Path) -> None:
    result = CliRunner().invoke(main, ["eval", "maxi", "--index", str(index_folder), "--evals", str(small_evals)])
    assert result.exit_code == 1
    assert "there is no suite 'maxi'; choose from mini" in result.stderr
