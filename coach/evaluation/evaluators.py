"""What is checked of an answer: each evaluator gives a verdict with a reason, or nothing where it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coach.answering.grounding import MARKER, faults
from coach.evaluation.cases import Case
from coach.types import Answer, Chunk

WITHHELD = frozenset({"refuse", "clarify"})
# What may stand between the groups of digits of a number: "54,700", "54.700", "54 700", "54 700" with a narrow space, "54'700".
GROUPING = "[.,'’ \u00a0\u202f]?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a check passed; `reason` says what was expected and what came, and is empty where it passed."""

    passed: bool
    reason: str = ""


Evaluator = Callable[[Case, Answer, Mapping[str, Chunk]], Verdict | None]


def kind(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """The kind of the reply is the expected one."""
    return _verdict(answer.kind in case.kind, " or ".join(case.kind), answer.kind)


def language(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """The reply is in the expected language, and so is all that it cites."""
    cited = {chunks[citation.chunk].language for citation in answer.citations if citation.chunk in chunks}
    came = f"{answer.language}, citing {', '.join(sorted(cited))}" if cited else answer.language
    return _verdict(answer.language == case.lang and cited <= {case.lang}, case.lang, came)


def role(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """The reply is about the expected roles, and cites no other one."""
    if not case.role or answer.kind != "answer":
        return None
    cited = {citation.role for citation in answer.citations}
    right = set(answer.roles) == set(case.role) and cited <= set(case.role)
    return _verdict(right, ", ".join(case.role), f"{', '.join(answer.roles)}, citing {', '.join(sorted(cited))}")


def section(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """The first citation is from one of the expected sections."""
    if not case.sections or answer.kind != "answer":
        return None
    first = answer.citations[0].section if answer.citations else "no citation"
    return _verdict(first in case.sections, " or ".join(case.sections), first)


def facts(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """Every expected fact is in the text."""
    if not case.facts or (answer.kind != "answer" and case.wants_answer):
        return None
    missing = [str(fact) for fact in case.facts if not holds(answer.text, fact)]
    return _verdict(not missing, " and ".join(str(fact) for fact in case.facts), f"nothing of {', '.join(missing)}")


def absent(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """Nothing forbidden is in the text."""
    if not case.absent:
        return None
    found = [str(fact) for fact in case.absent if holds(answer.text, fact)]
    return _verdict(not found, f"no {', '.join(str(fact) for fact in case.absent)}", ", ".join(found))


def citations(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """An answer cites, each quote is its span to the character, and each number stands in a span cited on its line."""
    found = [fault.problem for fault in faults(answer, dict(chunks))]
    if answer.kind == "answer" and not answer.citations:
        found.append("an answer without a citation")
    return _verdict(not found, "valid citations", "; ".join(found))


def false_answer(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """No answer is given where there is none to give."""
    if not case.forbids_answer:
        return None
    return _verdict(answer.kind != "answer", " or ".join(case.kind), answer.kind)


def false_refusal(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> Verdict | None:
    """No refusal and no question back where the documents hold the answer."""
    if not case.wants_answer:
        return None
    return _verdict(answer.kind not in WITHHELD, "answer", answer.kind)


EVALUATORS: Mapping[str, Evaluator] = {
    "kind": kind, "language": language, "role": role, "section": section, "facts": facts, "absent": absent,
    "citations": citations, "false_answer": false_answer, "false_refusal": false_refusal,
}  # fmt: skip


def evaluate(case: Case, answer: Answer, chunks: Mapping[str, Chunk]) -> dict[str, Verdict]:
    """The verdicts of all evaluators that apply, by name. `chunks` are those that the answer cites, by id."""
    verdicts = {name: check(case, answer, chunks) for name, check in EVALUATORS.items()}
    return {name: verdict for name, verdict in verdicts.items() if verdict is not None}


def holds(text: str, fact: int | str) -> bool:
    """Whether `fact` is in `text`, whose markers and bold signs do not count and whose spaces are all alike."""
    if isinstance(fact, int):
        return re.search(_number(fact), MARKER.sub(" ", text)) is not None
    plain = " ".join(MARKER.sub(" ", text).replace("**", "").split())
    return re.search(fact, plain, re.IGNORECASE) is not None


def _number(number: int) -> str:
    """A pattern of `number` in any grouping, not as a part of a longer one."""
    grouped = GROUPING.join(f"{number:_}".split("_"))
    return rf"(?<!\d)(?<!\d[.,]){grouped}(?![.,]?\d)"


def _verdict(passed: bool, expected: str, came: str) -> Verdict:
    return Verdict(passed, "" if passed else f"expected {expected}; came {came}")
