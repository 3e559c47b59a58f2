"""Where the expected sections stand among the hits of an answer, by the measures of trec_eval."""

from __future__ import annotations

from collections.abc import Sequence

from coach.evaluation.cases import Case
from coach.types import Answer

# Names in reports, and what ir-measures calls them. A document is a section of a role in a language, ranked by its first chunk.
RANKING = {"R@3": "R@3", "R@10": "R@10", "MRR": "RR", "nDCG@10": "nDCG@10"}


def rank(pairs: Sequence[tuple[Case, Answer]]) -> list[dict[str, float]]:
    """For each case and its answer the measures by name, each in [0, 1]; none where no section is expected or no answer came.

    Every expected section is right, so recall counts the alternatives too.
    """
    import ir_measures

    qrels: dict[str, dict[str, int]] = {}
    runs: dict[str, dict[str, float]] = {}
    for number, (case, answer) in enumerate(pairs):
        if case.role and case.sections and answer.kind == "answer":
            key = str(number)
            qrels[key] = {f"{role}/{case.reads}/{section}": 1 for role in case.role for section in case.sections}
            runs[key] = _ranked(answer)
    found: list[dict[str, float]] = [{} for _ in pairs]
    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in RANKING.items()}
    for metric in ir_measures.iter_calc(list(measures), qrels, runs) if qrels else ():
        found[int(metric.query_id)][measures[metric.measure]] = float(metric.value)
    return found


def _ranked(answer: Answer) -> dict[str, float]:
    sections = list(dict.fromkeys(f"{hit.chunk.role}/{hit.chunk.language}/{hit.chunk.section}" for hit in answer.hits))
    # Only the order counts: two sections of one score would be ordered by their names.
    return {section: float(len(sections) - place) for place, section in enumerate(sections)} or {"": 0.0}
