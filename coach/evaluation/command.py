"""What `coach eval` and `coach bench` do and print."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from coach.answering.llm import open_language_model
from coach.coach import Coach
from coach.errors import DocumentError, ServiceError
from coach.evaluation.calibration import FILE, SUITE, Calibration, divided, labelled
from coach.evaluation.cases import Suite, case_schema, check_names, read_suites, suite_names
from coach.evaluation.compare import Comparison, compare, kept, marks, run_file, save
from coach.evaluation.drafts import add_drafts, draft_key, drafts
from coach.evaluation.evaluators import Meaning
from coach.evaluation.floors import Floors
from coach.evaluation.judge import Judge, Judged
from coach.evaluation.masking import words_of_documents
from coach.evaluation.page import About, Results, render
from coach.evaluation.raw_pages import open_pages
from coach.evaluation.report import Report, failures
from coach.evaluation.runner import Asker, Helpers, run_beside
from coach.evaluation.suites import WORKERS, Outcome, Progress, look_up_nearest, run
from coach.evaluation.sweep import Sweep, sweep
from coach.index.embedding import SentenceTransformerEmbedder
from coach.knowledge.catalogue import load_catalogue
from coach.progress import progress_bar
from coach.settings import Settings
from coach.storage.store import Store

EXTRACTIVE = "extractive"
WIDE = 200


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks of a run. `report` is a folder; `keep` and `against` are names of kept runs; `models` answer beside the
    extractive mode, `judge` marks all answers, each as provider:model. `calibration` asks the labelled questions, and without `suites`
    nothing else.
    """

    suites: tuple[str, ...] = ()
    as_json: bool = False
    gate: bool = False
    report: Path | None = None
    keep: str | None = None
    against: str | None = None
    models: tuple[str, ...] = ()
    judge: str | None = None
    calibration: bool = False
    workers: int = WORKERS

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Options:
        """The options of the command line; None stands for the default."""
        named = {{"save": "keep"}.get(key, key): value for key, value in given.items() if value is not None}
        return cls(**named)


def print_schema() -> None:
    """Prints the JSON Schema of a suite."""
    click.echo(json.dumps(case_schema(), ensure_ascii=False, indent=1))


def eval_command(settings: Settings, folder: Path, options: Options) -> bool:
    """Runs the suites of `folder` and prints how they went; with `gate`, says on stderr what fell below its floor.

    False where something did.

    Raises DocumentError where a suite or the floors cannot be used, ServiceError where a run cannot be kept or found.
    """
    floors = Floors.read(folder / "floors.yaml") if options.gate else None
    runs = settings.data / "evals"
    before = kept(runs, options.against) if options.against else {}
    if options.keep:
        run_file(runs, options.keep)
    if options.report:
        _write(options.report, {})
    judge = Judge.open(settings, options.judge) if options.judge else None
    measured = _run(settings, folder, options)
    judged = [_marks(judge, report, options) for report in measured.reports] if judge else []
    results = replace(measured, comparisons=_comparisons(measured.reports, before, options.against), judged=judged)
    if options.keep:
        click.echo(f"kept as {save(runs, options.keep, results.reports)}", err=True)
    if options.report:
        _write(options.report, _files(results))
    if options.as_json:
        click.echo(json.dumps(_plain(results), ensure_ascii=False))
    else:
        _print(results)
    fallen = floors.fallen(results.reports[0], suite_names(folder / "suites")) if floors else []
    for line in fallen:
        click.echo(f"coach: fell below its floor: {line}", err=True)
    return not fallen


def draft_command(settings: Settings, out: Path | None, *, keep_text: bool) -> None:
    """Adds a draft of a case for each question of the feedback that has none yet, and says how many.

    Raises ServiceError or DocumentError where a file cannot be used.
    """
    with Store.open(settings) as store:
        feedback = store.feedback()
    path = out or settings.data / "evals" / "drafts.yaml"
    known = words_of_documents([settings.knowledge]) if keep_text else None
    found = drafts(feedback, draft_key(settings.data / "feedback.key"), known) if feedback else []
    added = add_drafts(path, found)
    click.echo(f"{path}: {added} drafts added of {len(found)} questions")
    if added and keep_text:
        click.echo("coach: read each question for what may tell who asked it before the file leaves this machine", err=True)


def _run(settings: Settings, folder: Path, options: Options) -> Results:
    """A report for each way of answering, the extractive one first. Raises ServiceError where a model cannot be used."""
    chosen = [settings.model_copy(update={"llm": model}) for model in (None, *dict.fromkeys(options.models))]
    for one in chosen:
        open_language_model(one)
    suites = _asked(folder, options)
    reports: list[Report] = []
    calibrations: dict[str, Calibration] = {}
    sweeps: dict[str, Sweep] = {}
    own: tuple[str, ...] = ()
    sections = tuple(load_catalogue(settings.knowledge).ids)
    with ExitStack() as stack:
        alone = chosen[0].model_copy(update={"threads": 1})
        helpers = stack.enter_context(Helpers.start(alone, options.workers, sum(len(suite.cases) for suite in suites)))
        embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
        for one in chosen:
            answerer = alone if one is chosen[0] and helpers.there else one
            with ExitStack() as coaches:
                coach = coaches.enter_context(Coach.open(answerer))
                check_names(suites, folder / "suites", [role.id for role in coach.roles], sections)
                own = tuple(role.id for role in coach.roles if role.origin != "import")
                asked = _Asked(coach, open_pages(suites, folder, answerer, embedder, coaches), Meaning(embedder.embed))
                name = one.llm or EXTRACTIVE
                outcomes, calibration = divided(_outcomes(asked, name, suites, options, helpers if one is chosen[0] else None))
                # A plot for the page alone, and another model would change nothing of it.
                if calibration and options.report and one is chosen[0]:
                    sweeps[name] = sweep(next(suite for suite in suites if suite.name == SUITE), coach)
            reports.append(Report(tuple(outcomes), name))
            if calibration:
                calibrations[name] = calibration
    about = About(datetime.datetime.now(datetime.UTC), embedder.fingerprint, options.workers, own, sections)
    return Results(reports, about, calibrations=calibrations, sweeps=sweeps)


def _asked(folder: Path, options: Options) -> list[Suite]:
    """The suites named, or all with the labelled questions. Raises DocumentError where one cannot be used."""
    alone = options.calibration and not options.suites
    suites = [] if alone else read_suites(folder / "suites", options.suites)
    calibrating = labelled(folder) if options.calibration or not options.suites else None
    if options.calibration and not calibrating:
        raise DocumentError(str(folder / FILE), None, "there is no such file", "name the folder that has it with --evals")
    return [*suites, calibrating] if calibrating else suites


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who is asked: the coach over the role documents, and those over raw pages, by folder."""

    coach: Coach
    pages: Mapping[str, Coach]
    meaning: Meaning


def _outcomes(asked: _Asked, name: str, suites: Sequence[Suite], options: Options, helpers: Helpers | None) -> list[Outcome]:
    nearest = options.report is not None
    with progress_bar() as progress:
        if helpers and helpers.there:
            pages = {folder: Asker(coach, asked.meaning, nearest) for folder, coach in asked.pages.items()}
            return run_beside(suites, Asker(asked.coach, asked.meaning, nearest), pages, helpers, progress)
        outcomes: list[Outcome] = []
        for suite in suites:
            coach = asked.pages[suite.pages] if suite.pages is not None else asked.coach
            found = run([suite], coach, asked.meaning, _named(progress, name), options.workers)
            outcomes += look_up_nearest(found, coach, options.workers) if nearest else found
        return outcomes


def _named(progress: Progress, name: str) -> Progress:
    """`progress` that names who answers, where it is a model."""
    return progress if name == EXTRACTIVE else lambda done, total, suite: progress(done, total, f"{name} {suite}")


def _marks(judge: Judge, report: Report, options: Options) -> Judged:
    with progress_bar() as progress:
        return judge.of(report, progress, options.workers)


def _comparisons(reports: Sequence[Report], before: dict[str, dict[str, Any]], against: str | None) -> list[Comparison]:
    """Each run against the kept one of the same name, and each model against the extractive answers."""
    now = {report.name: marks(report) for report in reports}
    found = [compare(before[name], now[name], (f"{against} ({name})", name)) for name in now if name in before]
    if before and not found:
        raise ServiceError(f"--against {against}: holds runs of {', '.join(before)}, none of {', '.join(now)}; keep one with --save")
    return found + [compare(now[EXTRACTIVE], now[name], (EXTRACTIVE, name)) for name in now if name != EXTRACTIVE]


def _plain(results: Results) -> dict[str, Any]:
    """The first run, with the others, the comparisons and the marks beside it."""
    first, *others = (report.as_dict() for report in results.reports)
    return {
        **first,
        "others": others,
        "calibration": {name: calibration.as_dict() for name, calibration in results.calibrations.items()},
        "sweeps": {name: one.as_dict() for name, one in results.sweeps.items()},
        "comparisons": [comparison.as_dict() for comparison in results.comparisons],
        "judged": [judged.as_dict() for judged in results.judged],
    }


def _files(results: Results) -> dict[str, str]:
    """What a report consists of: the text of each file by its name."""
    return {
        "report.html": render(results),
        "eval.json": json.dumps(_plain(results), ensure_ascii=False, indent=1),
        "failed.txt": "\n".join(failures(results.reports)) + "\n",
    }


def _write(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files into a folder, which is made; without a file only that, before a long run that would be in vain."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"{folder}: the report cannot be written ({error.strerror}); name another folder") from error


def _print(results: Results) -> None:
    from rich.console import Console

    console = Console()
    # Where the output is no terminal, it has no width of its own.
    console = console if console.is_terminal else Console(width=WIDE)
    for report in results.reports:
        if len(results.reports) > 1:
            own, answers = report.written
            console.rule(f"{report.name}: {own} of {answers} answers its own")
        for table in report.tables() if report.outcomes else ():
            console.print(table)
        if report.name in results.calibrations:
            click.echo("\n".join(results.calibrations[report.name].lines()))
    for line in failures(results.reports):
        click.echo(line)
    for judged in results.judged:
        click.echo("\n".join(judged.lines()))
    for comparison in results.comparisons:
        click.echo("\n".join(comparison.lines()))
