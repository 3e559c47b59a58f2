"""`coach practice`: interview practice in the terminal, or with answers that are piped in."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from coach.practice.practice import Practice
    from coach.practice.session import Attempts, Session, SessionResult
    from coach.practice.texts import PracticeTexts
    from coach.settings import Settings
    from coach.types import Language

OWNER = "local"
BARS = "▁▂▃▄▅▆▇█"
WIDTH = 30


@click.command("practice")
@click.option("--role", default=None, help="Id of the role to practise for; `coach roles` lists them.")
@click.option("--level", type=click.Choice(["junior", "mid", "senior"]), help="Only questions of this level.")
@click.option("--kind", type=click.Choice(["technical", "case", "behavioural"]), help="Only questions of this kind.")
@click.option("-n", "count", default=5, show_default=True, type=click.IntRange(1, 50), help="How many questions.")
@click.option("--lang", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Language to practise in.")
@click.option("--rubric", "show_rubric", is_flag=True, help="Show how answers are marked, and end.")
@click.option("--history", "show_history", is_flag=True, help="Show the sessions so far, and end.")
@click.option("--export", type=click.Path(path_type=Path, dir_okay=False), help="File to write the session to: .md or .json.")
@click.option("--llm", metavar="PROVIDER:MODEL", help="Language model to word the feedback under checks, or none.")
@click.option("--index", type=click.Path(path_type=Path, file_okay=False), help="Folder of the index.")
def practice(
    role: str | None,
    lang: str,
    show_rubric: bool,
    show_history: bool,
    llm: str | None,
    index: Path | None,
    export: Path | None,
    **options: Any,
) -> None:
    """Practise interview questions: one at a time, with feedback at once. It needs no language model, and none marks.

    An answer ends with an empty line. `:skip` passes over a question, `:again` answers it once more, `:quit` ends.
    """
    from coach.settings import read_settings

    language: Language = "es" if lang == "es" else "en"
    if export is not None and export.suffix not in (".md", ".json"):
        raise click.UsageError("--export wants a file that ends in .md or .json")
    if show_rubric:
        _print_rubric(_console(), language)
        return
    settings = read_settings(index=index, llm=llm)
    store = _store(settings)
    if show_history:
        _print_history(_console(), store, role, language)
        return
    if role is None:
        raise click.UsageError("give --role ID, --rubric or --history; `coach roles` lists the roles")
    _run(settings, store, role, language, export, options)


def _run(settings: Settings, store: Attempts, role: str, language: Language, export: Path | None, options: dict[str, Any]) -> None:
    from coach.coach import Coach
    from coach.errors import QuestionError
    from coach.practice.texts import practice_texts

    texts = practice_texts(language)
    with Coach.open(settings) as coach:
        session = coach.practice.start(role, language, now=_now(), owner=OWNER, attempts=store, **options)
        if not session.questions:
            raise QuestionError(texts.terminal["no_questions"].format(role=role))
        console = _console()
        title = next(known.title(language) for known in coach.roles if known.id == role)
        console.print(texts.terminal["intro"].format(count=len(session.questions), role=title), markup=False)
        _ask_all(coach.practice, session, store, console, texts)
        session.end()
        _print_summary(coach.practice, session, store, console, texts)
        if export is not None:
            _write(export, coach.practice, session, store)


def _ask_all(practice: Practice, session: Session, store: Attempts, console: Console, texts: PracticeTexts) -> None:
    from rich.markdown import Markdown

    from coach.practice.export import feedback_markdown, worded_markdown

    shown = None
    while True:
        question = session.current
        if question is None and not session.answered:
            return
        if question is not None and session.waiting and shown is not question:
            number, kind, level = session.position + 1, texts.kinds[question.kind], texts.levels[question.level]
            head = texts.terminal["question"].format(number=number, count=len(session.questions), kind=kind, level=level)
            console.print(f"\n{head}\n{question.question}\n", markup=False)
            shown = question
        if question is None:
            console.print(f"\n{texts.terminal['last']}", markup=False)
        given = _read_answer()
        if given is None or given == ":quit":
            return
        if given == ":again":
            if session.last is None:
                console.print(texts.terminal["again_nothing"])
            else:
                session.position = session.questions.index(session.last.question)
                session.again()
                shown = None
            continue
        if question is None:
            return
        if given == ":skip":
            session.skip()
            console.print(texts.terminal["skipped"])
        else:
            feedback = practice.answer(session, given, now=_now(), owner=OWNER, attempts=store)
            page = "\n\n".join(filter(None, (worded_markdown(practice.word(feedback), texts), feedback_markdown(feedback))))
            console.print(Markdown(page) if console.is_terminal else page, markup=False)
            session.next()
        if session.current is None and not console.is_terminal:
            return


def _read_answer() -> str | None:
    """The lines up to an empty one (leading empty ones passed over), a command as soon as it is given, None at the end of the input."""
    lines: list[str] = []
    while True:
        line = sys.stdin.readline()
        if not line:
            return "\n".join(lines) if lines else None
        text = line.rstrip("\n")
        if not lines and text.strip() in (":skip", ":quit", ":again"):
            return text.strip()
        if not text.strip():
            # An empty line right away is an empty answer only where somebody sits in front: pipes may begin with one.
            if lines or sys.stdin.isatty():
                return "\n".join(lines)
            continue
        lines.append(text)


def _print_summary(practice: Practice, session: Session, store: Attempts, console: Console, texts: PracticeTexts) -> None:
    from coach.practice.rubric import rubric

    summary = practice.summary(session, owner=OWNER, attempts=store)
    words = texts.words
    console.print(f"\n{words['summary']}: {words['answered'].format(count=summary.count, skipped=summary.skipped)}", markup=False)
    if summary.score is None:
        console.print(words["nothing"])
        return
    console.print(f"{words['mean']}: {summary.score:.0f} {words['of']}")
    width = max(len(criterion.name) for criterion in rubric(texts.language).criteria)
    for criterion in rubric(texts.language).criteria:
        value = summary.marks.get(criterion.id, 0.0)
        console.print(f"  {criterion.name:<{width}}  {'█' * round(value * WIDTH):<{WIDTH}} {value:.0%}", markup=False, highlight=False)
    for question, finding in summary.weakest:
        console.print(f"{words['weakest']}: {question.question} «{finding.point.text}»", markup=False)
    for question in summary.next_questions:
        console.print(f"{words['next']}: {question.question}", markup=False)
    console.print(f"{words['over_sessions']}: {_sparkline(summary.history)}", markup=False, highlight=False)


def _sparkline(history: Any) -> str:
    """One bar a session, oldest first, and the scores of the first and the last."""
    bars = "".join(BARS[min(len(BARS) - 1, int(one.score / 100 * len(BARS)))] for one in history)
    return f"{bars} {history[0].score:.0f} → {history[-1].score:.0f}" if history else ""


def _print_history(console: Console, store: Attempts, role: str | None, language: Language) -> None:
    from coach.practice.session import results
    from coach.practice.texts import practice_texts

    texts = practice_texts(language)
    found: list[SessionResult] = results(store.attempts(OWNER, role))
    if not found:
        console.print(texts.terminal["history_empty"], markup=False)
        return
    for one in found:
        bar = "█" * round(one.score / 100 * WIDTH)
        console.print(
            f"{one.at:%Y-%m-%d %H:%M}  {one.role:<26} {one.count:>3}  {bar:<{WIDTH}} {one.score:.0f}", markup=False, highlight=False
        )
    console.print(f"{texts.words['over_sessions']}: {_sparkline(found)}", markup=False, highlight=False)


def _print_rubric(console: Console, language: Language) -> None:
    from rich.table import Table

    from coach.practice.rubric import LEVELS_FROM, rubric
    from coach.practice.texts import practice_texts

    texts = practice_texts(language)
    table = Table(title=texts.words["rubric"], show_lines=True)
    for name in (texts.words["criterion"], texts.words["weight"], texts.words["meaning"]):
        table.add_column(name)
    for criterion in rubric(language).criteria:
        weights = "\n".join(f"{texts.kinds[kind]}: {weight}" for kind, weight in criterion.weights.items())
        levels = "\n".join(f"≥ {least:.0%}: {level}" for least, level in zip(LEVELS_FROM, criterion.levels, strict=True))
        table.add_row(f"{criterion.name}\n{criterion.asks}", weights, levels)
    console.print(table)


def _write(path: Path, practice: Practice, session: Session, store: Attempts) -> None:
    from coach.errors import ServiceError
    from coach.practice.export import export_json, export_markdown

    summary = practice.summary(session, owner=OWNER, attempts=store)
    try:
        path.write_text((export_json if path.suffix == ".json" else export_markdown)(session, summary), encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"{path}: cannot be written ({error.strerror}); name a file in a folder that exists") from error


def _store(settings: Settings) -> Attempts:
    from coach.storage.store import Store

    return Store.open(settings)


def _console() -> Console:
    from rich.console import Console

    return Console(soft_wrap=not sys.stdout.isatty())


def _now() -> datetime:
    return datetime.now(UTC)
