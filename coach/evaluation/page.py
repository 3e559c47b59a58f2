"""A run as one page that needs nothing else: no request leaves it, and it opens from a disk."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coach.evaluation.calibration import HALVES, Calibration
from coach.evaluation.compare import Comparison
from coach.evaluation.figures import CHECKS, Figure
from coach.evaluation.judge import MARKS, Judged
from coach.evaluation.plots import KINDS, WHOLE, Axis, Bin, Coverage, Histogram, calibration, confusion, coverage, histogram, longest_shown
from coach.evaluation.ranking import RANKING
from coach.evaluation.report import Report
from coach.evaluation.sweep import Sweep
from coach.types import LANGUAGES, Kind, Language

if TYPE_CHECKING:
    from jinja2 import Environment
    from markdown_it import MarkdownIt

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class About:
    """What was measured: all there is to know about the coach that answered."""

    at: datetime.datetime
    embedding: str
    workers: int
    roles: tuple[str, ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """All that one command measured: a report for each way of answering, comparisons of them, and a judge's marks."""

    reports: Sequence[Report]
    about: About
    comparisons: Sequence[Comparison] = ()
    judged: Sequence[Judged] = ()
    # By the name of the report.
    calibrations: Mapping[str, Calibration] = field(default_factory=dict)
    sweeps: Mapping[str, Sweep] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """One run with the numbers of its plots."""

    report: Report
    axis: Axis
    checks_axis: Axis
    histograms: Mapping[Language, Histogram]
    calibration: Sequence[Bin]
    confusion: Mapping[Language, Mapping[str, Mapping[Kind, int]]]
    coverage: Coverage

    @classmethod
    def of(cls, report: Report, about: About) -> View:
        """The view of a run."""
        outcomes = report.outcomes
        longest = longest_shown([one.seconds for one in outcomes])
        return cls(
            report=report,
            axis=Axis.of_shares(found["all"][language] for found in report.by_suite.values() for language in LANGUAGES),
            checks_axis=Axis.of_shares(report.total[name][language] for name in (*CHECKS, *RANKING) for language in LANGUAGES),
            histograms={
                language: histogram([one.seconds for one in outcomes if one.case.lang == language], longest) for language in LANGUAGES
            },
            calibration=calibration(outcomes),
            confusion={language: confusion(outcomes, language) for language in LANGUAGES},
            coverage=coverage(outcomes, about.roles, about.sections),
        )


def render(results: Results) -> str:
    """The page as HTML. Whatever comes from cases, answers and documents is escaped."""
    reports, about = results.reports, results.about
    return _environment().get_template("report.html.jinja").render(
        about=about,
        version=version("career-coach"),
        views=[View.of(report, about) for report in reports],
        comparisons=results.comparisons,
        calibrations=results.calibrations, sweeps=results.sweeps, halves=HALVES,
        judged=results.judged,
        failed=[(report.name, outcome) for report in reports for outcome in report.failed],
        suites=list(dict.fromkeys(suite for report in reports for suite in report.suites)),
        tags=sorted({tag for report in reports for tag in report.tags}),
        marks=MARKS, checks=list(CHECKS), ranking=list(RANKING), kinds=KINDS, languages=LANGUAGES, whole=WHOLE,
        style=(HERE / "report.css").read_text(encoding="utf-8"),
        script=(HERE / "report.js").read_text(encoding="utf-8"),
    )  # fmt: skip


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters.update(share=_share, milliseconds=_milliseconds, points=_points, markdown=_markdown, words=_words)
    return environment


def _share(figure: Figure) -> str:
    """ "97.3 %"; "–" where nothing applied."""
    return f"{100 * figure.value:.1f}\u202f%" if figure.cases else "–"


def _milliseconds(figure: Figure) -> str:
    return f"{1000 * figure.value:.0f}\u00a0ms" if figure.cases else "–"


def _points(figure: Figure) -> str:
    return f"{100 * figure.value:+.1f}" if figure.cases else "–"


def _words(name: str) -> str:
    return name.replace("_", " ")


def _markdown(text: str) -> str:
    """Markdown as HTML that holds no markup of the text's own, no picture and no link: it is safe to be shown as it is."""
    return str(_renderer().render(text))


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    options: dict[str, Any] = {"html": False, "linkify": False}
    return (
        MarkdownIt("commonmark", options).enable("table").disable(["image", "link", "autolink", "reference", "html_block", "html_inline"])
    )
