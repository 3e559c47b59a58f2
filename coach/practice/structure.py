"""The parts of a story (STAR) or of an explanation that an answer has, each with the sentence that shows it."""

from __future__ import annotations

from collections.abc import Mapping

from coach.practice.findings import REASONED, STAR, Part, PartFinding
from coach.practice.questions import QuestionKind
from coach.practice.reading import Quote, Reading, has

# What each part is worth. The task is often told with the situation, so it weighs least.
STAR_WEIGHTS: Mapping[Part, float] = {"situation": 0.2, "task": 0.15, "action": 0.35, "result": 0.3}
# Three of the four parts make an explanation whole: not every question has another side.
REASONED_PARTS = 3
# An explanation of fewer words than this cannot have unfolded its parts.
UNFOLDED = 60
# A habit, told in the present, is an action, but not one that was taken.
HABIT = 0.6


def parts_of(reading: Reading, kind: QuestionKind) -> tuple[tuple[PartFinding, ...], float]:
    """The parts that fit the kind of question, and the mark in [0, 1] for them."""
    if kind == "behavioural":
        return _star(reading)
    parts = tuple(PartFinding(part, reading.sentence_with(part)) for part in REASONED)
    found = sum(part.quote is not None for part in parts)
    return parts, min(1.0, found / REASONED_PARTS) * min(1.0, reading.words / UNFOLDED)


def _star(reading: Reading) -> tuple[tuple[PartFinding, ...], float]:
    language, sentences = reading.language, reading.sentences
    situation = reading.sentence_with("situation")
    task = reading.sentence_with("task", [situation] if situation and len(sentences) > 1 else [])
    task = task or (situation if situation and has(situation, language, "task") else None)
    acted = [one for one in sentences if has(one, language, "past") and one not in (situation, task)] or [
        one for one in sentences if has(one, language, "past")
    ]
    action = acted[0] if acted else reading.sentence_with("would") or reading.sentence_with("we")
    result = _result(reading, action)
    found: dict[Part, Quote | None] = {"situation": situation, "task": task, "action": action, "result": result}
    mark = sum(weight for part, weight in STAR_WEIGHTS.items() if found[part])
    if action and not acted:
        mark -= STAR_WEIGHTS["action"] * (1 - HABIT)
    return tuple(PartFinding(part, found[part]) for part in STAR), max(0.0, mark) * min(1.0, reading.words / UNFOLDED)


def _result(reading: Reading, action: Quote | None) -> Quote | None:
    """The last sentence after the beginning that tells what came of it; figures speak before words."""
    later = [one for one in reading.sentences[1:] if has(one, reading.language, "result")]
    with_figures = [one for one in later if any(char.isdigit() for char in one.text) or has(one, reading.language, "numbers")]
    candidates = [one for one in with_figures or later if one is not action]
    return candidates[-1] if candidates else None
