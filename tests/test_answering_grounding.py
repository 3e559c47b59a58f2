"""The check behind the promise must fire on whatever an answer's citations do not carry."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coach.answering.grounding import faults, numbers
from coach.types import Answer, Chunk, Citation

TEXT = "France: EUR 21,000–35,000 per year. Bees need 3 visits."
CHUNK = Chunk("b/en/salary#0", "b", "en", "salary", "Bees", "Salary", TEXT, (), "Guide", None, None, "b/en.md")
CITATION = Citation(1, CHUNK.id, "b", "salary", "Bees", "Guide", None, None, TEXT[:35], 0, 35)
SECOND = replace(CITATION, marker=2, quote=TEXT[36:], start=36, end=len(TEXT))


def said(text: str, *citations: Citation) -> list[str]:
    return [fault.problem for fault in faults(Answer("answer", "en", text, "q", citations=citations), {CHUNK.id: CHUNK})]


@pytest.mark.parametrize(
    "text",
    [
        "EUR 21,000–35,000 [1]",
        "1. Three visits [2]\n2. EUR 35,000 [1]",
        "- **3** visits, EUR 21,000 [1] [2]",
        "No figure at all.",
        "What they do have:\n\n| 21,000 | 3 [1] [2] |",
    ],
)
def test_what_stands_in_the_cited_spans_is_no_fault(text: str) -> None:
    assert said(text, CITATION, SECOND) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("EUR 36,000 [1]", "number 36,000 is in no cited span"),
        ("EUR 21,000", "number 21,000 is in no cited span"),
        ("3 visits [1]", "number 3 is in no cited span"),
        ("EUR 21.000 [1]", "number 21.000 is in no cited span"),
        ("EUR 21 [1]", "number 21 is in no cited span"),
        ("12 [1]\n21,000", "number 21,000 is in no cited span"),
        ("Honey [7]", "marker [7] has no citation"),
    ],
)
def test_what_no_cited_span_holds_is_a_fault(text: str, problem: str) -> None:
    assert problem in said(text, CITATION, SECOND)


def test_a_number_is_a_fault_even_where_it_only_repeats_the_question() -> None:
    def problems(text: str) -> list[str]:
        return [fault.problem for fault in faults(Answer("answer", "en", text, "Do I need web3 and k9s?"), {})]

    assert problems("The documents do not mention “web3”.") == ["number 3 is in no cited span"]
    assert problems("The documents do not mention “web4”.") == ["number 4 is in no cited span"]
    assert problems("It takes web3.") == ["number 3 is in no cited span"]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"start": 1}, "is not characters 1:35 of b/en/salary#0"),
        ({"end": 34}, "is not characters 0:34 of b/en/salary#0"),
        ({"quote": "France pays well."}, "is not characters 0:35"),
        ({"chunk": "b/en/salary#9"}, "chunk b/en/salary#9 does not exist"),
    ],
)
def test_a_quote_that_is_not_its_span_is_a_fault(changes: dict, problem: str) -> None:
    assert any(problem in one for one in said("Honey [1]", replace(CITATION, **changes)))


def test_numbers_as_they_are_written() -> None:
    assert numbers("70,000–150.000+ in 2024 [3], 1\u00a0200 or 12.5%.") == ["70,000", "150.000", "2024", "1\u00a0200", "12.5"]
