"""What is checked of an answer: each evaluator gives a verdict with a reason, or nothing where it does not apply."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.answering.grounding import MARKER, faults
from coach.evaluation.cases import Case, Means
from coach.evaluation.groundedness import SAME_MEANING, Nearness, claims, is_carried
from coach.types import Answer, Chunk

WITHHELD = frozenset({"refuse", "clarify"})
# What may stand between the groups of digits of a number: "54,700", "54.700", "54 700", "54 700" with a narrow space, "54'700".
GROUPING = "[.,'’ \u00a0\u202f]?"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a check passed; `reason` says what was expected and what came, and is empty where it passed.

    `share` is how much of the answer passed, in [0, 1], for a check of many sentences; None where it is all or nothing.
    """

    passed: bool
    reason: str = ""
    share: float | None = None

    @property
    def score(self) -> float:
        """The share, or 1 for passed and 0 for failed."""
        return float(self.passed) if self.share is None else self.share


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer is held against: the chunks it cites, by id, and how near in meaning a text is to passages."""

    chunks: Mapping[str, Chunk]
    nearness: Nearness


class Meaning:
    """The best cosine similarity of a text with any of some passages, by an embedding function. Each text is embedded once."""

    def __init__(self, embed: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        self._embed = embed
        self._vectors: dict[str, NDArray[np.float32]] = {}

    def __call__(self, text: str, passages: Sequence[str]) -> float:
        """A cosine in [-1, 1]; -1 without a passage."""
        if not passages:
            return -1.0
        new = [one for one in dict.fromkeys((text, *passages)) if one not in self._vectors]
        if new:
            self._vectors.update(zip(new, self._embed(new), strict=True))
        return max(float(self._vectors[text] @ self._vectors[passage]) for passage in passages)


Evaluator = Callable[[Case, Answer, Evidence], Verdict | None]


def kind(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """The kind of the reply is the expected one."""
    return _verdict(answer.kind in case.kind, " or ".join(case.kind), answer.kind)


def language(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """The reply is in the expected language, and all that it cites in that or, where the case says so, in that of the documents."""
    cited = {evidence.chunks[citation.chunk].language for citation in answer.citations if citation.chunk in evidence.chunks}
    came = f"{answer.language}, citing {', '.join(sorted(cited))}" if cited else answer.language
    wanted = case.lang if case.reads == case.lang else f"{case.lang}, citing {case.reads}"
    return _verdict(answer.language == case.lang and cited <= {case.reads}, wanted, came)


def role(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """The reply is about the expected roles, and cites no other one."""
    if not case.role or answer.kind != "answer":
        return None
    cited = {citation.role for citation in answer.citations}
    right = set(answer.roles) == set(case.role) and cited <= set(case.role)
    return _verdict(right, ", ".join(case.role), f"{', '.join(answer.roles)}, citing {', '.join(sorted(cited))}")


def section(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """The first citation is from one of the expected sections."""
    if not case.sections or answer.kind != "answer":
        return None
    first = answer.citations[0].section if answer.citations else "no citation"
    return _verdict(first in case.sections, " or ".join(case.sections), first)


def facts(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """Every expected fact is in the text, or, where it is one of meaning, in what a cited statement means."""
    if not case.facts or (answer.kind != "answer" and case.wants_answer):
        return None
    missing = []
    for fact in case.facts:
        if isinstance(fact, Means):
            least = SAME_MEANING[case.lang] if fact.least is None else fact.least
            near = evidence.nearness(fact.means, [citation.quote for citation in answer.citations])
            if near < least:
                missing.append(f"{_named(fact)} (nearest {near:.2f}, not {least:.2f})")
        elif not holds(answer.text, fact):
            missing.append(_named(fact))
    return _verdict(not missing, " and ".join(map(_named, case.facts)), f"nothing of {', '.join(missing)}")


def absent(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """Nothing forbidden is in the text."""
    if not case.absent:
        return None
    found = [str(fact) for fact in case.absent if holds(answer.text, fact)]
    return _verdict(not found, f"no {', '.join(str(fact) for fact in case.absent)}", ", ".join(found))


def citations(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """An answer cites, each quote is its span to the character, and each number stands in a span cited on its line."""
    found = [fault.problem for fault in faults(answer, dict(evidence.chunks))]
    if answer.kind == "answer" and not answer.citations:
        found.append("an answer without a citation")
    return _verdict(not found, "valid citations", "; ".join(found))


def groundedness(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """Every sentence of an answer is carried by the spans it cites; the share is that of the sentences that are."""
    if answer.kind != "answer":
        return None
    stated = list(claims(answer))
    loose = [claim.text for claim in stated if not is_carried(claim, answer.language, evidence.nearness, case.reads)]
    share = 1 - len(loose) / len(stated) if stated else 0.0
    came = "nothing stated" if not stated else f"not carried: {' | '.join(loose)}"
    return Verdict(share == 1, "" if share == 1 else f"expected every sentence carried by what it cites; came {came}", share)


def false_answer(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """No answer is given where there is none to give."""
    if not case.forbids_answer:
        return None
    return _verdict(answer.kind != "answer", " or ".join(case.kind), answer.kind)


def false_refusal(case: Case, answer: Answer, evidence: Evidence) -> Verdict | None:
    """No refusal and no question back where the documents hold the answer."""
    if not case.wants_answer:
        return None
    return _verdict(answer.kind not in WITHHELD, "answer", answer.kind)


EVALUATORS: Mapping[str, Evaluator] = {
    "kind": kind, "language": language, "role": role, "section": section, "facts": facts, "absent": absent,
    "citations": citations, "groundedness": groundedness, "false_answer": false_answer, "false_refusal": false_refusal,
}  # fmt: skip


def evaluate(case: Case, answer: Answer, evidence: Evidence) -> dict[str, Verdict]:
    """The verdicts of all evaluators that apply, by name."""
    verdicts = {name: check(case, answer, evidence) for name, check in EVALUATORS.items()}
    return {name: verdict for name, verdict in verdicts.items() if verdict is not None}


def holds(text: str, fact: int | str) -> bool:
    """Whether `fact` is in `text`, whose markers and bold signs do not count and whose spaces are all alike."""
    if isinstance(fact, int):
        return re.search(_number(fact), MARKER.sub(" ", text)) is not None
    plain = " ".join(MARKER.sub(" ", text).replace("**", "").split())
    return re.search(fact, plain, re.IGNORECASE) is not None


def _named(fact: int | str | Means) -> str:
    return f"“{fact.means}” in meaning" if isinstance(fact, Means) else str(fact)


def _number(number: int) -> str:
    """A pattern of `number` in any grouping, not as a part of a longer one."""
    grouped = GROUPING.join(f"{number:_}".split("_"))
    return rf"(?<!\d)(?<!\d[.,]){grouped}(?![.,]?\d)"


def _verdict(passed: bool, expected: str, came: str) -> Verdict:
    return Verdict(passed, "" if passed else f"expected {expected}; came {came}")
