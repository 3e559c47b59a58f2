"""Each evaluator must fire on an answer that is bad in its way, and keep quiet on a good one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from fakes import FakeEmbedder

from coach.evaluation.cases import Case, Means
from coach.evaluation.evaluators import EVALUATORS, Evidence, Meaning, evaluate, holds
from coach.index.embedding import SentenceTransformerEmbedder
from coach.types import Answer, Chunk, Citation

TEXT = "Excel is for pivot tables. A median of 54,700 GBP is paid."
CHUNK = Chunk(
    id="data-analyst/en/tools#0", role="data-analyst", language="en", section="tools", title="Data Analyst", heading="Tools", text=TEXT,
    statements=(), source="a document", url=None, updated="2026-11", document="en.md",
)  # fmt: skip
CHUNKS = {CHUNK.id: CHUNK}


def citation(start: int = 0, end: int = 26, **changes: Any) -> Citation:
    given: dict[str, Any] = {
        "marker": 1, "chunk": CHUNK.id, "role": CHUNK.role, "section": CHUNK.section, "title": "", "source": "", "url": None,
        "updated": None, "quote": TEXT[start:end], "start": start, "end": end,
    }  # fmt: skip
    return Citation(**{**given, **changes})


GOOD = Answer("answer", "en", "Excel is for pivot tables. [1]", "tools?", roles=("data-analyst",), citations=(citation(),))
CASE = Case(
    id="a-en", twin="a-es", lang="en", question="tools?", kind=("answer",), role=("data-analyst",), sections=("tools", "skills"),
    facts=("excel",), absent=("Tableau", 54700),
)  # fmt: skip


EVIDENCE = Evidence(CHUNKS, lambda text, passages: -1.0)


def bad(answer: Answer, case: Case = CASE, evidence: Evidence = EVIDENCE) -> dict[str, str]:
    return {name: verdict.reason for name, verdict in evaluate(case, answer, evidence).items() if not verdict.passed}


def test_a_good_answer_passes_all_that_apply() -> None:
    assert bad(GOOD) == {}
    assert set(evaluate(CASE, GOOD, EVIDENCE)) == set(EVALUATORS) - {"false_answer"}


@pytest.mark.parametrize(
    ("answer", "fires"),
    [
        (replace(GOOD, language="es"), {"language"}),
        (replace(GOOD, roles=("devops-engineer",)), {"role"}),
        (replace(GOOD, roles=("data-analyst", "devops-engineer")), {"role"}),
        (replace(GOOD, citations=(citation(role="devops-engineer"),)), {"role"}),
        (replace(GOOD, citations=(citation(section="salary"),)), {"section"}),
        (replace(GOOD, text="Pivot tables. [1]"), {"facts"}),
        (replace(GOOD, text="Excel or tableau. [1]"), {"absent", "groundedness"}),
        (replace(GOOD, text="Excel. [2]"), {"citations", "groundedness"}),
        (replace(GOOD, text="Excel, 12 of them. [1]"), {"citations", "groundedness"}),
        (replace(GOOD, text="Excel is for pivot tables. [1] Everybody should learn Oracle."), {"groundedness"}),
        (replace(GOOD, citations=(citation(quote="Excel is for pivot tabels."),)), {"citations", "groundedness"}),
        (replace(GOOD, citations=(citation(start=1, quote=TEXT[:26]),)), {"citations"}),
        (replace(GOOD, text="Excel is for pivot tables. [1]\n\nIt pays. [1]"), {"groundedness"}),
        (replace(GOOD, citations=(citation(chunk="data-analyst/en/tools#9"),)), {"citations"}),
        (replace(GOOD, text="Excel.", citations=()), {"citations", "section", "groundedness"}),
        (replace(GOOD, kind="refuse", text="No.", roles=(), citations=()), {"kind", "false_refusal"}),
        (replace(GOOD, kind="clarify", text="Which?", roles=(), citations=()), {"kind", "false_refusal"}),
    ],
)
def test_a_bad_answer_is_caught(answer: Answer, fires: set[str]) -> None:
    assert set(bad(answer)) == fires


def test_an_answer_from_documents_of_the_other_language_is_caught() -> None:
    assert set(bad(GOOD, evidence=replace(EVIDENCE, chunks={CHUNK.id: replace(CHUNK, language="es")}))) == {"language"}


@pytest.mark.parametrize("kind", ["refuse", "clarify", "smalltalk"])
def test_an_answer_where_none_may_be_given_is_caught(kind: str) -> None:
    case = Case(id="a-en", twin="a-es", lang="en", question="tv?", kind=(kind,))
    assert set(bad(GOOD, case)) == {"kind", "false_answer"}


def test_facts_hold_for_a_refusal_only_where_one_may_come() -> None:
    """A refusal where an answer is wanted is one failure, not two."""
    refusal = Answer("refuse", "en", "No.", "tools?")
    assert "facts" not in evaluate(CASE, refusal, EVIDENCE)
    either = CASE.model_copy(update={"kind": ("refuse", "answer")})
    assert "facts" in bad(refusal, either)


def test_a_reason_says_what_was_expected_and_what_came() -> None:
    assert bad(replace(GOOD, kind="refuse", citations=()))["kind"] == "expected answer; came refuse"
    assert bad(replace(GOOD, text="Pivot tables. [1]"))["facts"] == "expected excel; came nothing of excel"


@pytest.mark.parametrize(
    "text", ["54700", "54,700", "54.700", "54 700", "54\u202f700", "54'700", "(54,700)", "50,000–54,700 GBP", "54.700, 2025"]
)
def test_a_number_is_found_in_any_grouping(text: str) -> None:
    assert holds(text, 54700)


@pytest.mark.parametrize("text", ["154,700", "54,7001", "1.54,700", "54,700.5", "547 00", "5470", "54,701"])
def test_a_part_of_another_number_is_not_taken_for_it(text: str) -> None:
    assert not holds(text, 54700)


def test_a_pattern_sees_text_without_markers_bold_signs_and_line_breaks() -> None:
    assert holds("**Power\nBI** [12] and", "power bi and")
    assert not holds("see [12]", "12")


def meaning_case(fact: Means) -> Case:
    return CASE.model_copy(update={"facts": (fact,)})


def test_a_fact_of_meaning_is_told_in_other_words(embedder: SentenceTransformerEmbedder) -> None:
    evidence = replace(EVIDENCE, nearness=Meaning(embedder.embed))
    assert bad(GOOD, meaning_case(Means(means="Pivot tables are made in Excel.")), evidence) == {}
    reasons = bad(GOOD, meaning_case(Means(means="Night shifts are paid extra.")), evidence)
    assert set(reasons) == {"facts"}
    assert "“Night shifts are paid extra.” in meaning (nearest" in reasons["facts"]


def test_a_fact_of_meaning_may_set_its_own_bar() -> None:
    evidence = replace(EVIDENCE, nearness=lambda text, passages: 0.7)
    assert bad(GOOD, meaning_case(Means(means="x", least=0.69)), evidence) == {}
    assert set(bad(GOOD, meaning_case(Means(means="x", least=0.71)), evidence)) == {"facts"}


def test_nearness_is_that_of_the_best_passage_and_each_text_is_embedded_once() -> None:
    fake = FakeEmbedder()
    meaning = Meaning(fake.embed)
    assert meaning("a b", []) == -1
    assert meaning("a b", ["c d", "a b"]) == pytest.approx(1)
    assert meaning("c d", ["a b"]) < 0.9
    assert fake.embedded == ["a b", "c d"]


def test_groundedness_is_the_share_of_sentences_that_are_carried() -> None:
    answer = replace(GOOD, text="- Excel is for pivot tables. [1]\n- Learn Oracle. [1]\n- A median of 54,700 GBP is paid. [2]")
    answer = replace(answer, citations=(citation(), citation(27, len(TEXT), marker=2)))
    verdict = evaluate(CASE, answer, EVIDENCE)["groundedness"]
    assert verdict.score == pytest.approx(2 / 3)
    assert verdict.reason == "expected every sentence carried by what it cites; came not carried: Learn Oracle."
    assert evaluate(CASE, GOOD, EVIDENCE)["groundedness"].score == 1
    assert evaluate(CASE, GOOD, EVIDENCE)["kind"].score == 1


def test_documents_in_another_language_are_cited_only_where_the_case_says_so() -> None:
    spanish = {CHUNK.id: replace(CHUNK, language="es")}
    evidence = Evidence(spanish, EVIDENCE.nearness)
    reading = CASE.model_copy(update={"cites": "es"})
    assert set(bad(GOOD, evidence=evidence)) == {"language"}
    assert bad(GOOD, reading, evidence) == {}
    assert bad(GOOD, reading)["language"] == "expected en, citing es; came en, citing en"
