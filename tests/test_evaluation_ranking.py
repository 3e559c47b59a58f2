"""Where the expected sections stand among the hits, with figures worked out by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from coach.evaluation.cases import Case
from coach.evaluation.ranking import RANKING, rank
from coach.types import Answer, Chunk, Hit, Language


def chunk(section: str, language: Language = "en", role: str = "data-analyst", number: int = 0) -> Chunk:
    return Chunk(
        id=f"{role}/{language}/{section}#{number}", role=role, language=language, section=section, title="", heading="", text="",
        statements=(), source="", url=None, updated=None, document="",
    )  # fmt: skip


def answer(*chunks: Chunk) -> Answer:
    return Answer("answer", "en", "x", "q", hits=tuple(Hit(one, 0.5, 0.1, 0.1) for one in chunks))


def case(*sections: str, role: tuple[str, ...] = ("data-analyst",)) -> Case:
    return Case(id="a", twin="b", lang="en", question="q", kind=("answer",), role=role, sections=sections)


def test_the_first_hit_right_is_a_full_score() -> None:
    assert rank([(case("tools"), answer(chunk("tools"), chunk("skills")))]) == [dict.fromkeys(RANKING, 1.0)]


def test_the_second_section_is_half_a_reciprocal_rank_and_chunks_of_one_section_count_once() -> None:
    hits = answer(chunk("skills"), chunk("skills", number=1), chunk("tools"))
    (found,) = rank([(case("tools"), hits)])
    assert found == pytest.approx({"R@3": 1, "R@10": 1, "MRR": 0.5, "nDCG@10": 1 / math.log2(3)})


def test_sections_are_expected_in_the_language_of_the_documents() -> None:
    asked = case("tools").model_copy(update={"cites": "es"})
    assert [found["MRR"] for found in rank([(asked, answer(chunk("tools", "es"))), (asked, answer(chunk("tools")))])] == [1, 0]


def test_recall_counts_every_expected_section_and_role() -> None:
    (found,) = rank([(case("tools", "skills"), answer(chunk("tools"), chunk("faq"), chunk("day"), chunk("skills")))])
    assert (found["R@3"], found["R@10"], found["MRR"]) == (0.5, 1, 1)
    (found,) = rank([(case("tools", role=("data-analyst", "devops-engineer")), answer(chunk("tools")))])
    assert found["R@10"] == 0.5


def test_the_right_section_of_another_role_or_language_is_wrong() -> None:
    for wrong in (chunk("tools", "es"), chunk("tools", role="devops-engineer")):
        assert rank([(case("tools"), answer(wrong))]) == [dict.fromkeys(RANKING, 0.0)]
    assert rank([(case("tools"), answer())]) == [dict.fromkeys(RANKING, 0.0)]


def test_nothing_is_measured_where_no_section_is_expected_or_no_answer_came() -> None:
    good = answer(chunk("tools"))
    assert rank([(case(), good), (case("tools"), replace(good, kind="refuse", hits=())), (case("tools"), good)]) == [
        {}, {}, dict.fromkeys(RANKING, 1.0),
    ]  # fmt: skip
    assert rank([]) == []


def test_hits_of_one_score_keep_their_order() -> None:
    (found,) = rank([(case("zoo"), answer(chunk("zoo"), chunk("art")))])
    assert found["MRR"] == 1
