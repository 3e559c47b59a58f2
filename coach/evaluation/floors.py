"""The gate: shares that no run of the suites may fall below, kept in `evals/floors.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import DocumentError
from coach.evaluation.report import Report, Score
from coach.types import LANGUAGES, Language

Share = Annotated[float, Field(ge=0, le=1)]
Check = Literal["all", "kind", "language", "role", "section", "facts", "absent", "citations", "false_answer", "false_refusal"]


class Floors(BaseModel):
    """The least shares, in [0, 1]. `totals` are by language and check over all suites ("all": every check passed), `suites` by suite
    and language over the cases that pass every check; `gap` is the most that English may be ahead of Spanish, or behind it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    gap: Share
    totals: Mapping[Language, Mapping[Check, Share]]
    suites: Mapping[str, Mapping[Language, Share]]

    @classmethod
    def read(cls, path: Path) -> Floors:
        """The floors of a file. Raises DocumentError where it is missing or broken."""
        try:
            return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise DocumentError(str(path), None, f"cannot be read ({' '.join(str(error).split())})", "correct the file") from error
        except ValidationError as error:
            first = error.errors()[0]
            place = " ".join(str(step) for step in first["loc"])
            raise DocumentError(str(path), None, f"{place}: {first['msg']}, got {first['input']!r}", "give a share from 0 to 1") from error

    def fallen(self, report: Report, known: frozenset[str]) -> list[str]:
        """What of `report` is below its floor, one line each; none where all holds. `known` are the names of all the suites there are.

        Totals and gap are judged only where all of them were run: those of a part say something else.
        """
        return [*self._suites(report), *(self._totals(report) if known == frozenset(report.suites) else ())]

    def _suites(self, report: Report) -> Iterator[str]:
        for suite in report.suites:
            for language in LANGUAGES:
                score, floor = report.passed(language, suite), self.suites.get(suite, {}).get(language)
                if floor is None:
                    yield f"{suite} {language}: has no floor"
                elif score.share < floor:
                    yield _line(f"{suite} {language}", score, floor)

    def _totals(self, report: Report) -> Iterator[str]:
        for language, floors in self.totals.items():
            for check, floor in floors.items():
                score = report.passed(language) if check == "all" else report.score(check, language)
                if score.share < floor:
                    yield _line(f"all suites {language}, {check.replace('_', ' ')}", score, floor)
        if abs(report.gap) > self.gap:
            yield f"gap between en and es: {report.gap:+.3f}, more than {self.gap:.3f}"


def _line(what: str, score: Score, floor: float) -> str:
    return f"{what}: {score.share:.3f} ({score.passed} of {score.applied}), below {floor:.3f}"
