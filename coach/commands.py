"""What the commands of the command line do and print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.coach import Coach
from coach.errors import CoachError, IndexMissing, QuestionError
from coach.index.embedding import SentenceTransformerEmbedder
from coach.index.store import Index
from coach.ingest import Inputs, cards
from coach.ingest import ingest as build
from coach.language import say, supported
from coach.progress import progress_bar
from coach.settings import Settings
from coach.types import LANGUAGES, Answer, Chunk, Language, Role, Turn

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

LONGEST_LINE = 1_000_000


def _console() -> Console:
    from rich.console import Console

    return Console()


def ingest_command(settings: Settings, knowledge: Path | None, pages: Path | None, imports: bool | None) -> None:
    """Builds the index and says what was done. Raises CoachError where a folder or a curated document cannot be used."""
    own = not knowledge and not pages
    inputs = Inputs(
        settings.knowledge if own else knowledge,
        pages or (settings.pages if own else None),
        settings.imports_folder if (own if imports is None else imports) else None,
    )
    for folder in (inputs.knowledge, inputs.pages):
        if folder and not folder.is_dir():
            raise CoachError(f"{folder}: there is no such folder; name one that holds documents")
    embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
    with progress_bar() as progress:
        report, collected = build(settings, inputs, embedder, progress)
    for problem in collected.problems:
        click.echo(f"coach: passed over {' '.join(str(problem).split())}", err=True)
    if not report.changed:
        click.echo(f"{settings.index_folder}: up to date, {report.chunks} chunks")
        return
    click.echo(
        f"{settings.index_folder}: {report.chunks} chunks of {len(cards(collected.roles))} roles; "
        f"{report.embedded} texts embedded, {report.reused} reused, {report.removed} chunks gone; {report.seconds:.1f} s"
    )


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """Prints an answer: as JSON, or as text with its sources below."""
    if as_json:
        click.echo(json.dumps(answer.as_dict(), ensure_ascii=False))
        return
    from rich.markdown import Markdown

    console = _console()
    if console.is_terminal:
        console.print(Markdown(answer.text))
    else:
        click.echo(answer.text)
    if answer.citations:
        click.echo()
    for citation in answer.citations:
        link = f" <{citation.url}>" if citation.url else ""
        click.echo(f"[{citation.marker}] {citation.title}. {citation.source}{link} ({citation.chunk} {citation.start}:{citation.end})")
    for licence in dict.fromkeys(citation.licence for citation in answer.citations if citation.licence):
        click.echo(licence)
    if answer.suggestions:
        click.echo(f"\n{say('suggestions', answer.language)}\n" + "\n".join(f"- {question}" for question in answer.suggestions))
    if answer.notice:
        click.echo(answer.notice, err=True)


def answer_lines(coach: Coach, path: Path, lang: str | None, role: str | None) -> None:
    """Answers a file of questions, one JSON object a line in and out, in order. A bad line gives an error object and the rest goes on."""
    try:
        stream = click.open_file(str(path), encoding="utf-8", errors="replace")
    except OSError as error:
        raise CoachError(f"{path}: cannot be read ({error.strerror}); name a file of questions") from error
    with stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                answered = json.dumps(_answer_line(coach, line, number, lang, role), ensure_ascii=False)
                # An id may hold half of a surrogate pair, which is JSON but cannot be written.
                click.echo(answered.encode("utf-8", "replace").decode("utf-8"))


def _answer_line(coach: Coach, line: str, number: int, lang: str | None, role: str | None) -> dict[str, Any]:
    identity: Any = None
    try:
        if len(line) > LONGEST_LINE:
            raise QuestionError(f"line {number}: has {len(line)} characters, more than the {LONGEST_LINE} that are read")
        record = _json_object(line, number)
        identity = record.get("id")
        question = record.get("question")
        if not isinstance(question, str):
            raise QuestionError(f"line {number}: question must be a text")
        meant = record.get("role") or role
        if meant is not None and not isinstance(meant, str):
            raise QuestionError(f"line {number}: role must be the id of a role or null, got {meant!r}")
        language = _line_language(record.get("lang") or lang, number)
        answer = coach.ask(question, _line_history(record.get("history"), number), language, meant)
    except CoachError as error:
        return {"id": identity, "error": str(error)}
    return {"id": identity, **answer.as_dict()}


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise QuestionError(f"line {number}: is not JSON ({error.msg} at column {error.colno})") from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"line {number}: holds a number or a nesting that is too large ({type(error).__name__})") from error
    if not isinstance(record, dict):
        raise QuestionError(f"line {number}: is not a JSON object")
    return record


def _line_language(lang: object, number: int) -> Language | None:
    if lang is None:
        return None
    language = supported(lang) if isinstance(lang, str) else None
    if language is None:
        raise QuestionError(f"line {number}: lang must be one of {', '.join(LANGUAGES)} or null, got {lang!r}")
    return language


def _line_history(history: object, number: int) -> list[Turn]:
    if history is None:
        return []
    if not isinstance(history, list):
        raise QuestionError(f"line {number}: history must be a list of turns")
    turns = []
    for turn in history:
        if not isinstance(turn, dict) or turn.get("role") not in {"user", "assistant"} or not isinstance(turn.get("content"), str):
            raise QuestionError(f"line {number}: a turn of the history needs a role (user or assistant) and a content text")
        turns.append(Turn(turn["role"], turn["content"]))
    return turns


def chat_command(coach: Coach, language: Language | None) -> None:
    """Asks and answers in the terminal until an empty line or the end of the input."""
    history: list[Turn] = []
    while True:
        try:
            question = click.prompt("", prompt_suffix="> ", default="", show_default=False)
        except (click.Abort, EOFError):
            break
        if not question.strip():
            break
        try:
            answer = coach.ask(question, history, language)
        except QuestionError as error:
            click.echo(str(error), err=True)
            continue
        print_answer(answer, as_json=False)
        click.echo()
        history += [Turn("user", question), Turn("assistant", answer.text)]


def search_command(coach: Coach, query: str, k: int, *, as_json: bool) -> None:
    """Prints the hits for a query."""
    hits = coach.search(query, k)
    if as_json:
        click.echo(json.dumps([hit.as_dict() for hit in hits], ensure_ascii=False))
        return
    for hit in hits:
        click.echo(f"{hit.score:.3f}  {hit.chunk.id}  (dense {hit.dense:.3f}, lexical {hit.lexical:.2f})")
        click.echo("       " + " ".join(hit.chunk.text.split())[:160])


def _open_index(settings: Settings) -> Index:
    embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
    return Index.open(settings.index_folder, embedder, settings.chroma_url)


def show_command(settings: Settings, chunk_id: str) -> None:
    """Prints the exact text of a chunk. Raises CoachError for an unknown id."""
    with _open_index(settings) as index:
        chunk = index.by_id.get(chunk_id)
        if chunk is None:
            raise IndexMissing(f"{chunk_id}: there is no such chunk; `coach search` lists ids")
        click.echo(chunk.text)


def roles_command(settings: Settings, *, as_json: bool, coverage: bool, everything: bool) -> None:
    """Prints the roles of the index with their languages, number of sections and newest date, or with `coverage` each section's languages.

    Imported occupations are listed with `everything` only.
    """
    with _open_index(settings) as index:
        chunks: dict[str, list[Chunk]] = {}
        for chunk in index.chunks:
            chunks.setdefault(chunk.role, []).append(chunk)
        known = cards(index.roles)
        records = [_role_record(role, chunks.get(role.id, [])) for role in known if everything or role.origin != "import"]
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False))
        return
    from coach.knowledge.catalogue import load_catalogue

    _wide_console().print(_coverage(records, load_catalogue(settings.knowledge).ids) if coverage else _roles_table(records))
    if len(records) < len(known):
        click.echo(f"and {len(known) - len(records)} imported occupations; --all lists them")


def _role_record(role: Role, chunks: Sequence[Chunk]) -> dict[str, Any]:
    return {
        "id": role.id,
        "title": role.title("en"),
        "languages": sorted({chunk.language for chunk in chunks}),
        "sections": list(dict.fromkeys(chunk.section for chunk in chunks)),
        "coverage": {language: sorted({chunk.section for chunk in chunks if chunk.language == language}) for language in LANGUAGES},
        "updated": max((chunk.updated for chunk in chunks if chunk.updated), default=None),
    }


def _roles_table(records: Sequence[dict[str, Any]]) -> Table:
    from rich.table import Table

    table = Table("role", "title", "languages", "sections", "updated")
    for record in records:
        table.add_row(record["id"], record["title"], " ".join(record["languages"]), str(len(record["sections"])), record["updated"] or "")
    return table


def _coverage(records: Sequence[dict[str, Any]], sections: Sequence[str]) -> Table:
    """Role by section: "●" in both languages, "en" or "es" in one, "·" in none. Headings stand upright to save width."""
    from rich.table import Table

    tallest = max(map(len, sections))
    table = Table("role", *("\n".join(section.rjust(tallest)) for section in sections), padding=(0, 0))
    for record in records:
        held = [[language for language in LANGUAGES if section in record["coverage"][language]] for section in sections]
        table.add_row(record["id"], *("●" if len(one) == len(LANGUAGES) else one[0] if one else "·" for one in held))
    return table


def _wide_console() -> Console:
    """A console that does not squeeze a wide table where the output is no terminal, and so has no width of its own."""
    from rich.console import Console

    console = Console()
    return console if console.is_terminal else Console(width=170)
