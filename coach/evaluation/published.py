"""Ranking figures of others on public sets, kept in `evals/published.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from coach.errors import DocumentError
from coach.evaluation.beir import MEASURES
from coach.settings import shipped

FIX = "write `sources` with title and note, and `sets` with system, source and measures"


@dataclass(frozen=True, slots=True)
class Published:
    """What a system reached on a set: `values` by the measure's name, in [0, 1]. `note` says where that stands and what differs."""

    system: str
    source: str
    note: str
    values: Mapping[str, float]

    def as_dict(self) -> dict[str, object]:
        """The figures as plain data."""
        return {"system": self.system, "source": self.source, **self.values}


def published(path: Path | None = None) -> dict[str, list[Published]]:
    """By the name of the set, what others reached on it. Raises DocumentError where the file is missing or broken."""
    path = path or shipped("evals") / "published.yaml"
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {name: [_one(record, raw["sources"]) for record in records] for name, records in raw["sets"].items()}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
        problem = f"cannot be used ({type(error).__name__}: {' '.join(str(error).split())})"
        raise DocumentError(str(path), None, problem, FIX) from error


def _one(record: Mapping[str, object], sources: Mapping[str, Mapping[str, str]]) -> Published:
    values = {key: float(str(value)) for key, value in record.items() if key not in {"system", "source"}}
    if unknown := sorted(set(values) - set(MEASURES)):
        raise ValueError(f"there is no measure {unknown[0]!r}")
    source = sources[str(record["source"])]
    return Published(str(record["system"]), source["title"], source["note"], values)
