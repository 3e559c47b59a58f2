"""Where the line runs between answering, asking back and refusing: questions near it, labelled by people, and the errors made with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import DocumentError
from coach.evaluation.cases import Case, Suite
from coach.evaluation.figures import exact
from coach.evaluation.suites import Outcome
from coach.types import LANGUAGES, Kind, Language

FILE = "calibration.yaml"
SUITE = "calibration"
HELD_OUT = "held out"
Label = Literal["answer", "clarify", "refuse"]
LABELS: tuple[Label, ...] = ("answer", "clarify", "refuse")
Half = Literal["seen", "held out"]
HALVES: tuple[Half, ...] = ("seen", "held out")
# What came where it should not have, by the name of the error.
ERRORS: Mapping[str, Label] = {"false answer": "answer", "false refusal": "refuse", "wrong clarification": "clarify"}


class Question(BaseModel):
    """One question in both languages, and the one kind of reply that is right. `tag` says what makes it hard."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)
    kind: Label
    tag: str = Field(min_length=1)
    held_out: bool = Field(default=False, description="labelled before it was ever asked, and not looked at when thresholds are chosen")
    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def case(self, language: Language) -> Case:
        """The question in one language as a case."""
        tags = (self.tag, HELD_OUT) if self.held_out else (self.tag,)
        text: str = getattr(self, language)
        others = {"en": "es", "es": "en"}
        return Case(
            id=f"{self.id}-{language}", twin=f"{self.id}-{others[language]}", lang=language, question=text, kind=(self.kind,), tags=tags
        )


class QuestionFile(BaseModel):
    """What `evals/calibration.yaml` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    questions: tuple[Question, ...] = Field(min_length=1)


def labelled(evals: Path) -> Suite | None:
    """The labelled questions of the folder as a suite; None where it has none. Raises DocumentError for a file that cannot be used."""
    path = evals / FILE
    if not path.is_file():
        return None
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        held = QuestionFile.model_validate(raw)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentError(str(path), None, f"cannot be read ({' '.join(str(error).split())})", "correct the file") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = " ".join(str(step) for step in first["loc"])
        raise DocumentError(str(path), None, f"{place}: {first['msg']}, got {first['input']!r}", "correct the value") from error
    ids = [question.id for question in held.questions]
    twice = next((one for one in ids if ids.count(one) > 1), None)
    if twice:
        raise DocumentError(str(path), None, f"question {twice}: the id stands there twice", "give each question its own id")
    return Suite(name=SUITE, about=held.about, cases=tuple(one.case(language) for one in held.questions for language in LANGUAGES))


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of `cases` questions went wrong in one way, with the exact interval of 95 % (Clopper-Pearson)."""

    wrong: int
    cases: int
    low: float
    high: float

    @classmethod
    def of(cls, wrong: int, cases: int) -> Rate:
        """The rate with its interval; of no case nothing is known."""
        return cls(wrong, cases, *(exact(wrong, cases) if cases else (0.0, 1.0)))

    @property
    def value(self) -> float:
        """The share, in [0, 1]; 0 of none."""
        return self.wrong / self.cases if self.cases else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The rate as plain data."""
        return {
            "wrong": self.wrong, "of": self.cases, "rate": round(self.value, 4), "low": round(self.low, 4), "high": round(self.high, 4),
        }  # fmt: skip

    def __str__(self) -> str:
        return f"{self.value:.0%} ({self.wrong} of {self.cases}) [{100 * self.low:.0f}–{100 * self.high:.0f}]" if self.cases else "–"


@dataclass(frozen=True, slots=True)
class Calibration:
    """What became of the labelled questions of one run."""

    outcomes: tuple[Outcome, ...]

    def of(self, language: Language, half: Half) -> list[Outcome]:
        """The outcomes in one language of the questions that were seen when the thresholds were chosen, or of those held out."""
        return [one for one in self.outcomes if one.case.lang == language and (HELD_OUT in one.case.tags) == (half == "held out")]

    def confusion(self, language: Language, half: Half) -> dict[Label, dict[Kind, int]]:
        """How many questions of each label got which kind of reply."""
        chosen = self.of(language, half)
        kinds: tuple[Kind, ...] = (*LABELS, "smalltalk")
        return {
            label: {kind: sum(one.case.kind == (label,) and one.answer.kind == kind for one in chosen) for kind in kinds}
            for label in LABELS
        }

    def errors(self, language: Language, half: Half) -> dict[str, Rate]:
        """The rate of each error among the questions with which it could be made."""
        chosen = self.of(language, half)
        return {
            name: Rate.of(
                sum(one.answer.kind == came and one.case.kind != (came,) for one in chosen), sum(one.case.kind != (came,) for one in chosen)
            )
            for name, came in ERRORS.items()
        }

    @property
    def failed(self) -> list[Outcome]:
        """The questions that got another kind of reply than their label, those held out left out: they are not to be tuned on."""
        return [one for one in self.outcomes if one.answer.kind not in one.case.kind and HELD_OUT not in one.case.tags]

    def as_dict(self) -> dict[str, Any]:
        """Tables and rates as plain data, and what came of each question."""
        return {
            "figures": {
                language: {
                    half: {
                        "confusion": self.confusion(language, half),
                        "errors": {name: rate.as_dict() for name, rate in self.errors(language, half).items()},
                    }
                    for half in HALVES
                }
                for language in LANGUAGES
            },
            "questions": [
                {"id": one.case.id, "tags": one.case.tags, "label": one.case.kind[0], "came": one.answer.kind} for one in self.outcomes
            ],
        }

    def lines(self) -> list[str]:
        """The tables in lines, and the questions, not held out, that got another kind of reply than their label."""
        found = ["calibration: what labelled questions near the line got, and the rates of errors"]
        for half in HALVES:
            for language in LANGUAGES:
                table = self.confusion(language, half)
                rows = [f"{label} → {', '.join(f'{n} {kind}' for kind, n in came.items() if n) or 'none'}" for label, came in table.items()]
                found.append(f"  {half} {language}: {'; '.join(rows)}")
                found.append("    " + "; ".join(f"{name} {rate}" for name, rate in self.errors(language, half).items()))
        for one in self.failed:
            found.append(f"  {one.case.id} ({one.case.tags[0]}): {one.case.question}: {one.case.kind[0]} → {one.answer.kind}")
        return found


def divided(outcomes: Sequence[Outcome]) -> tuple[list[Outcome], Calibration | None]:
    """The outcomes of the suites, and those of the labelled questions; None where none were asked."""
    own = tuple(one for one in outcomes if one.suite == SUITE)
    return [one for one in outcomes if one.suite != SUITE], Calibration(own) if own else None
