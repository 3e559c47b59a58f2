"""The gate: figures that no run of the suites may fall below, kept in `evals/floors.yaml`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from coach.errors import DocumentError
from coach.evaluation.figures import SCORES, Figure
from coach.evaluation.report import Report
from coach.types import LANGUAGES, Language


def _score(name: str) -> str:
    if name not in SCORES:
        raise ValueError(f"there is no such figure: use one of {', '.join(SCORES)}")
    return name


Share = Annotated[float, Field(ge=0, le=1)]
Score = Annotated[str, AfterValidator(_score)]


class Floors(BaseModel):
    """The least figures, in [0, 1]. `totals` are by language and name over all suites ("all": the share of cases that pass every check,
    a check, groundedness, a ranking measure), `suites` by suite and language the share of cases that pass every check; `gap` is the
    most that English may be ahead of Spanish in that share, or behind it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    gap: Share
    totals: Mapping[Language, Mapping[Score, Share]]
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
        for suite, figures in report.by_suite.items():
            for language in LANGUAGES:
                floor = self.suites.get(suite, {}).get(language)
                if floor is None:
                    yield f"{suite} {language}: has no floor"
                elif figures["all"][language].value < floor:
                    yield _line(f"{suite} {language}", figures["all"][language], floor)

    def _totals(self, report: Report) -> Iterator[str]:
        for language, floors in self.totals.items():
            for name, floor in floors.items():
                figure = report.total[name][language]
                if figure.value < floor:
                    yield _line(f"all suites {language}, {name.replace('_', ' ')}", figure, floor)
        if abs(report.gap.value) > self.gap:
            yield f"gap between en and es: {report.gap.value:+.3f}, more than {self.gap:.3f}"


def _line(what: str, figure: Figure, floor: float) -> str:
    return f"{what}: {figure.value:.3f} ({figure.short} of {figure.cases} cases fall short), below {floor:.3f}"
