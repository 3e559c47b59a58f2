"""A language model's marks for fluency and helpfulness. They stand beside the checks and are no part of the gate: models like their
own kind, and long answers, and give other marks tomorrow.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.answering.llm import LanguageModel, LanguageModelError, open_language_model
from coach.errors import ServiceError
from coach.evaluation.figures import Figure, mean
from coach.evaluation.report import Report
from coach.evaluation.suites import Outcome, Progress
from coach.prompts import Prompt, load_prompt
from coach.settings import Settings
from coach.types import LANGUAGES, Language

MARKS = ("fluency", "helpfulness")
UNREADABLE = "unreadable"
JSON = re.compile(r"\{.*\}", re.DOTALL)
LANGUAGE_NAMES: Mapping[Language, str] = {"en": "English", "es": "Spanish"}
LOW = 2
LONGEST_REASON = 300


class Judgement(BaseModel):
    """Two marks from 1 to 5, and why."""

    model_config = ConfigDict(frozen=True, strict=True)

    fluency: int = Field(ge=1, le=5)
    helpfulness: int = Field(ge=1, le=5)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """The judgements on one run, by the id of the case. `without` counts the answers that got none, by the reason."""

    name: str
    judge: str
    judgements: Mapping[str, Judgement]
    languages: Mapping[str, Language]
    without: Mapping[str, int] = field(default_factory=dict)

    def mark(self, name: str, language: Language) -> Figure:
        """The mean of a mark, from 1 to 5, in one language."""
        return mean([getattr(one, name) for case, one in self.judgements.items() if self.languages[case] == language])

    @property
    def low(self) -> list[tuple[str, Judgement]]:
        """The cases with a mark of 2 or less, lowest first."""
        found = [(case, one) for case, one in self.judgements.items() if min(one.fluency, one.helpfulness) <= LOW]
        return sorted(found, key=lambda pair: pair[1].fluency + pair[1].helpfulness)

    def as_dict(self) -> dict[str, Any]:
        """The marks as plain data."""
        return {
            "answered_by": self.name,
            "judge": self.judge,
            "marks": {name: {language: self.mark(name, language).as_dict() for language in LANGUAGES} for name in MARKS},
            "without": dict(self.without),
            "judgements": {case: one.model_dump() for case, one in self.judgements.items()},
        }

    def lines(self) -> list[str]:
        """The means in lines."""
        head = f"{self.name} judged by {self.judge}: {len(self.judgements)} answers (no part of the gate)"
        without = [f"  without marks: {', '.join(f'{count} {reason}' for reason, count in self.without.items())}"] if self.without else []
        return [head, *(f"  {name}: {', '.join(f'{one} {_words(self.mark(name, one))}' for one in LANGUAGES)}" for name in MARKS), *without]


@dataclass(frozen=True, slots=True)
class Judge:
    """A language model that marks answers. Get one with `open`; it may be used from several threads."""

    model: LanguageModel
    prompt: Prompt

    @classmethod
    def open(cls, settings: Settings, name: str) -> Self:
        """The judge `name` (provider:model). Raises ServiceError where it cannot be had, DocumentError where its prompt cannot."""
        model = open_language_model(settings.model_copy(update={"llm": name, "llm_temperature": None}))
        if model is None:
            raise ServiceError(f"--judge {name}: is no model; write provider:model")
        return cls(model, load_prompt("judge"))

    def of(self, report: Report, progress: Progress, workers: int) -> Judged:
        """The judgements on all answers of a run; what is refused or asked back is not judged."""
        answered = [outcome for outcome in report.outcomes if outcome.answer.kind == "answer"]
        found: dict[str, Judgement] = {}
        without: Counter[str] = Counter()
        with ThreadPoolExecutor(workers) as pool:
            for done, (outcome, result) in enumerate(zip(answered, pool.map(self._one, answered), strict=True), start=1):
                if isinstance(result, Judgement):
                    found[outcome.case.id] = result
                else:
                    without[result] += 1
                progress(done, len(answered), f"judging {report.name}")
        return Judged(report.name, self.model.name, found, {one.case.id: one.case.lang for one in answered}, without)

    def _one(self, outcome: Outcome) -> Judgement | str:
        """The judgement, or the reason why there is none."""
        case, answer = outcome.case, outcome.answer
        system, user = self.prompt.fill(
            language=LANGUAGE_NAMES[answer.language],
            conversation="\n".join(case.turns),
            question=case.question,
            answer=answer.text,
        )
        try:
            said = "".join(self.model.stream(system, user))
        except LanguageModelError as error:
            return error.reason
        return judgement(said) or UNREADABLE


def judgement(said: str) -> Judgement | None:
    """The marks in what a model said, None where there are none to be read."""
    match = JSON.search(said)
    if not match:
        return None
    try:
        found = Judgement.model_validate_json(match[0])
    except ValidationError:
        return None
    return found.model_copy(update={"reason": found.reason[:LONGEST_REASON]})


def _words(figure: Figure) -> str:
    return f"{figure.value:.2f} [{figure.low:.2f}–{figure.high:.2f}] of 5" if figure.cases else "–"
