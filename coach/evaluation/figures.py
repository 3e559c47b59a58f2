"""Means, percentiles and the gap between the languages, each with a bootstrap interval of 95 %."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from coach.evaluation.evaluators import EVALUATORS
from coach.evaluation.ranking import RANKING
from coach.evaluation.suites import Outcome
from coach.types import LANGUAGES

Scope = Literal["en", "es", "both", "gap"]
SCOPES: tuple[Scope, ...] = ("en", "es", "both", "gap")
CHECKS = tuple(EVALUATORS)
# Shares and ranking measures, in [0, 1]; "all" is the share of cases that pass every check.
SCORES = ("all", *CHECKS, *RANKING)
# Seconds of one answer.
SECONDS: Mapping[str, float] = {"p50": 50, "p95": 95}

SAMPLES = 1000
LEVELS = (2.5, 97.5)
# Fixed, so that the same run gives the same interval.
SEED = 20_26


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure over `cases` cases with its interval; of the cases, `short` did not reach 1. A gap is English less Spanish.

    Where nothing applied, value and interval are those of a thing that cannot fail.
    """

    value: float
    cases: int = 0
    short: int = 0
    low: float = 0.0
    high: float = 1.0

    def as_dict(self) -> dict[str, Any]:
        """The figure as plain data."""
        return {
            "share": round(self.value, 4), "applied": self.cases, "passed": self.cases - self.short,
            "low": round(self.low, 4), "high": round(self.high, 4),
        }  # fmt: skip


Figures = Mapping[str, Mapping[Scope, Figure]]


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Every score and percentile of `outcomes`, by name and scope.

    Cases are drawn with their twins: what a pair asks is alike, so the two are no independent witnesses of the gap.
    """
    if not outcomes:
        return {name: dict.fromkeys(SCOPES, Figure(1.0)) for name in (*SCORES, *SECONDS)}
    return {**_scores(outcomes), **_seconds(outcomes)}


def mean(marks: Sequence[float]) -> Figure:
    """The mean of marks of any scale, with its interval."""
    if not marks:
        return Figure(0.0, high=0.0)
    drawn = np.random.default_rng(SEED).integers(len(marks), size=(SAMPLES, len(marks)))
    low, high = np.percentile(np.asarray(marks)[drawn].mean(axis=1), LEVELS)
    return Figure(float(np.mean(marks)), len(marks), 0, float(low), float(high))


def values(outcome: Outcome) -> dict[str, float]:
    """What one outcome contributes to each score that applies to it."""
    checks = {name: verdict.score for name, verdict in outcome.verdicts.items()}
    return {"all": float(outcome.passed), **checks, **outcome.ranking}


def _scores(outcomes: Sequence[Outcome]) -> dict[str, dict[Scope, Figure]]:
    pairs: dict[str, int] = {}
    rows = [pairs.setdefault(min(one.case.id, one.case.twin), len(pairs)) for one in outcomes]
    shape = (len(pairs), len(LANGUAGES), len(SCORES))
    total, applied, short = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for row, outcome in zip(rows, outcomes, strict=True):
        for name, value in values(outcome).items():
            at = row, LANGUAGES.index(outcome.case.lang), SCORES.index(name)
            total[at] += value
            applied[at] += 1
            short[at] += value < 1
    drawn = _draw(len(pairs))
    sums, counts = (_with_both(np.tensordot(drawn, of, axes=1)) for of in (total, applied))
    total, applied, short = (_with_both(of.sum(axis=0)) for of in (total, applied, short))
    found = {}
    for column, name in enumerate(SCORES):
        measured = _Sums(total[:, column], applied[:, column], short[:, column])
        found[name] = _by_scope(measured, sums[..., column], counts[..., column])
    return found


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of one score in English, Spanish and both (shape (3,)): the sum of its values, and how many cases had one or fell short of 1."""

    total: NDArray[np.float64]
    applied: NDArray[np.float64]
    short: NDArray[np.float64]


def _with_both(by_language: NDArray[np.float64]) -> NDArray[np.float64]:
    """The languages, last axis but one, with their sum behind them."""
    return np.concatenate([by_language, by_language.sum(axis=-2, keepdims=True)], axis=-2)


def _draw(pairs: int) -> NDArray[np.float64]:
    """How often each pair is drawn, shape (samples, pairs)."""
    return np.random.default_rng(SEED).multinomial(pairs, np.full(pairs, 1 / pairs), size=SAMPLES).astype(np.float64)


def _by_scope(measured: _Sums, sums: NDArray[np.float64], counts: NDArray[np.float64]) -> dict[Scope, Figure]:
    """The figures of one score. `sums` and `counts` are those of the samples, shape (samples, 3)."""
    means = np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)
    found: dict[Scope, Figure] = {}
    for place, scope in enumerate(SCOPES[:-1]):
        cases, short = int(measured.applied[place]), int(measured.short[place])
        if not cases:
            found[scope] = Figure(1.0)
            continue
        low, high = np.nanpercentile(means[:, place], LEVELS)
        if low == high and short in (0, cases):
            low, high = exact(cases - short, cases)
        found[scope] = Figure(float(measured.total[place] / cases), cases, short, float(low), float(high))
    found["gap"] = _gap(found["en"], found["es"], means[:, 0] - means[:, 1])
    return found


def exact(right: int, cases: int) -> tuple[float, float]:
    """The interval of Clopper and Pearson. Where all cases are alike, so is every sample, and the bootstrap knows no doubt."""
    from scipy.special import betaincinv

    low, high = (level / 100 for level in LEVELS)
    return (
        float(betaincinv(right, cases - right + 1, low)) if right else 0.0,
        float(betaincinv(right + 1, cases - right, high)) if right < cases else 1.0,
    )


def _gap(english: Figure, spanish: Figure, differences: NDArray[np.float64]) -> Figure:
    if not english.cases or not spanish.cases:
        return Figure(0.0, low=0.0, high=0.0)
    low, high = np.nanpercentile(differences, LEVELS)
    if low == high and all(one.short in (0, one.cases) for one in (english, spanish)):
        low, high = english.low - spanish.high, english.high - spanish.low
    return Figure(english.value - spanish.value, english.cases + spanish.cases, english.short + spanish.short, float(low), float(high))


def _seconds(outcomes: Sequence[Outcome]) -> dict[str, dict[Scope, Figure]]:
    by_scope: dict[Scope, NDArray[np.float64]] = {
        "en": np.array([one.seconds for one in outcomes if one.case.lang == "en"]),
        "es": np.array([one.seconds for one in outcomes if one.case.lang == "es"]),
        "both": np.array([one.seconds for one in outcomes]),
    }
    levels = list(SECONDS.values())
    found: dict[str, dict[Scope, Figure]] = {name: {} for name in SECONDS}
    samples: dict[Scope, NDArray[np.float64]] = {}
    for scope, seconds in by_scope.items():
        if not len(seconds):
            found = {name: {**figure, scope: Figure(0.0, high=0.0)} for name, figure in found.items()}
            continue
        measured = np.percentile(seconds, levels)
        # One seed for both languages: twins stand in the same order, and are drawn together where none is missing.
        drawn = np.random.default_rng(SEED).integers(len(seconds), size=(SAMPLES, len(seconds)))
        samples[scope] = np.percentile(seconds[drawn], levels, axis=1)
        for place, name in enumerate(SECONDS):
            low, high = np.percentile(samples[scope][place], LEVELS)
            found[name][scope] = Figure(float(measured[place]), len(seconds), 0, float(low), float(high))
    for place, name in enumerate(SECONDS):
        english, spanish = found[name]["en"], found[name]["es"]
        differences = samples["en"][place] - samples["es"][place] if english.cases and spanish.cases else np.zeros(1)
        low, high = np.percentile(differences, LEVELS)
        found[name]["gap"] = Figure(english.value - spanish.value, english.cases + spanish.cases, 0, float(low), float(high))
    return found
