"""Two runs case by case: what was fixed, what broke, and whether the difference may be chance. Runs are kept in the data folder."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coach.errors import ServiceError
from coach.evaluation.cases import Case
from coach.evaluation.report import Report

NAME = re.compile(r"\w[\w.-]{0,99}")
# What of a case may change without its being another one.
LABELS = {"tags", "twin"}
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether a case passed; `case` is all that was asked and expected of it."""

    passed: bool
    case: str


Marks = Mapping[str, Mark]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ids of the cases that both runs asked alike, by what became of them, and of those that cannot be compared."""

    before: str
    now: str
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    still_right: int
    still_wrong: int
    changed: tuple[str, ...]
    only_before: int
    only_now: int

    @property
    def p(self) -> float:
        """The exact p-value (two-sided) of McNemar's test: how likely so uneven a split of fixed and broken is by chance alone."""
        from scipy.stats import binomtest

        turned = len(self.fixed) + len(self.broken)
        return float(binomtest(len(self.fixed), turned).pvalue) if turned else 1.0

    def lines(self) -> list[str]:
        """The comparison in lines."""
        found = [
            f"{self.now} against {self.before}: {len(self.fixed)} fixed, {len(self.broken)} broken, "
            f"{self.still_right + self.still_wrong} unchanged ({self.still_right} right, {self.still_wrong} wrong); "
            f"McNemar exact p = {self.p:.3g}"
        ]
        for what, ids in (("fixed", self.fixed), ("broken", self.broken), ("not compared, the case was changed", self.changed)):
            if ids:
                found.append(f"  {what}: {' '.join(ids)}")
        if self.only_before or self.only_now:
            found.append(f"  not compared: {self.only_now} cases only now, {self.only_before} only before")
        return found

    def as_dict(self) -> dict[str, Any]:
        """The comparison as plain data."""
        return {
            "before": self.before, "now": self.now, "fixed": self.fixed, "broken": self.broken, "still_right": self.still_right,
            "still_wrong": self.still_wrong, "changed": self.changed, "only_before": self.only_before, "only_now": self.only_now,
            "p": self.p,
        }  # fmt: skip


def compare(before: Marks, now: Marks, names: tuple[str, str]) -> Comparison:
    """Case by case. Where what was asked or expected of a case has changed, its results cannot be held against each other."""
    both = [name for name in now if name in before]
    alike = [name for name in both if now[name].case == before[name].case]
    return Comparison(
        before=names[0],
        now=names[1],
        fixed=tuple(name for name in alike if now[name].passed and not before[name].passed),
        broken=tuple(name for name in alike if before[name].passed and not now[name].passed),
        still_right=sum(now[name].passed and before[name].passed for name in alike),
        still_wrong=sum(not now[name].passed and not before[name].passed for name in alike),
        changed=tuple(name for name in both if now[name].case != before[name].case),
        only_before=len(before) - len(both),
        only_now=len(now) - len(both),
    )


def marks(report: Report) -> dict[str, Mark]:
    """The marks of a run, by the id of the case."""
    return {one.case.id: Mark(one.passed, _wanted(one.case.model_dump(mode="json"))) for one in report.outcomes}


def save(folder: Path, name: str, reports: Sequence[Report]) -> Path:
    """Keeps runs under `name` in `folder` and returns the file; what was kept under that name before is replaced.

    Raises ServiceError where the name cannot be one of a file, or the file cannot be written.
    """
    path = run_file(folder, name)
    text = json.dumps({"format": FORMAT, "runs": [report.as_dict() for report in reports]}, ensure_ascii=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"{path}: cannot be written ({error.strerror}); set COACH_DATA to a folder that can") from error
    return path


def kept(folder: Path, name: str) -> dict[str, dict[str, Mark]]:
    """The runs kept under `name`: by who answered, the marks. Raises ServiceError where there are none, or they cannot be read."""
    path = run_file(folder, name)
    if not path.is_file():
        there = sorted(one.stem for one in folder.glob("*.json"))
        hint = f"choose one of {', '.join(there)}" if there else "keep one with `coach eval --save NAME`"
        raise ServiceError(f"{path}: no run is kept under that name; {hint}")
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        if record["format"] != FORMAT:
            raise ValueError(f"format {record['format']}")
        return {run["answered_by"]: {one["id"]: Mark(one["passed"], _wanted(one)) for one in run["outcomes"]} for run in record["runs"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ServiceError(f"{path}: cannot be read as a run ({type(error).__name__}: {error}); keep it anew with --save") from error


def run_file(folder: Path, name: str) -> Path:
    """The file of the runs kept under `name`. Raises ServiceError where the name cannot be one of a file."""
    if not NAME.fullmatch(name):
        raise ServiceError(f"{name!r}: no name for a run; use letters, digits, dots, dashes")
    return folder / f"{name}.json"


def _wanted(record: Mapping[str, Any]) -> str:
    """All that a case asks and expects, as one text."""
    return json.dumps({key: record.get(key) for key in Case.model_fields if key not in LABELS}, sort_keys=True, ensure_ascii=False)
