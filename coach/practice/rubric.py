"""The rubric: criteria, their weights by kind of question, and what a mark means in words (`rubric.yaml`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from coach.practice.questions import QuestionKind
from coach.types import Language

FILE = Path(__file__).with_name("rubric.yaml")
LEVELS_FROM = (0.0, 0.25, 0.5, 0.8)
"""From which mark on each of a criterion's four levels holds."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion in one language. `weights` are points of 100 by kind of question; `levels` go from the lowest mark to the highest."""

    id: str
    name: str
    asks: str
    weights: Mapping[QuestionKind, float]
    levels: Sequence[str]

    def level(self, value: float) -> str:
        """What the mark `value` in [0, 1] means."""
        return self.levels[max(at for at, least in enumerate(LEVELS_FROM) if value >= least)]


@dataclass(frozen=True, slots=True)
class Rubric:
    """The whole rubric. `at_most` limits the score of an answer that is none, by its state."""

    criteria: tuple[Criterion, ...]
    at_most: Mapping[str, float]

    def total(self, marks: Mapping[str, float], kind: QuestionKind, state: str = "ok") -> float:
        """The score in [0, 100] of marks in [0, 1], rounded to whole points."""
        score = sum(criterion.weights[kind] * marks.get(criterion.id, 0.0) for criterion in self.criteria)
        return float(round(min(score, self.at_most.get(state, 100.0))))


@cache
def rubric(language: Language) -> Rubric:
    """The rubric with its texts in `language`."""
    loaded: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    criteria = tuple(
        Criterion(one["id"], one["name"][language], one["asks"][language], one["weights"], one["levels"][language])
        for one in loaded["criteria"]
    )
    return Rubric(criteria, loaded["at_most"])
