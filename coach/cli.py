"""The command line: thin over the facade. Exit 0 done, 1 a stated failure, 2 wrong usage."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coach.practice_command import practice
from coach.user_command import user

if TYPE_CHECKING:
    from coach.coach import Coach
    from coach.settings import Settings
    from coach.types import Language

FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)
INDEX = click.option("--index", type=FOLDER, help="Folder of the index.")
LLM = click.option("--llm", metavar="PROVIDER:MODEL", help="Language model to write the answer under checks, or none.")
LANGUAGE = click.option("--lang", type=click.Choice(["en", "es"]), help="Language of the answer; by default that of the question.")


class Commands(click.Group):
    """Turns the coach's own errors into one line on stderr, and a closed pipe into silence."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command. Errors of ours end it with exit code 1."""
        from coach.errors import CoachError

        try:
            return super().invoke(ctx)
        except CoachError as error:
            click.echo(f"coach: {' '.join(str(error).split())}", err=True)
            ctx.exit(1)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


class DefaultCommand(click.Group):
    """A group whose first command is meant where none is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """The arguments, with the first command before them where they name none."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [next(iter(self.commands)), *args])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="career-coach")
def main() -> None:
    """A career coach that answers from role documents, in English and Spanish, and shows the passage behind each statement."""


@main.command()
@click.option("--knowledge", type=FOLDER, help="Folder of curated role documents.")
@click.option("--pages", type=FOLDER, help="Folder of raw role pages (txt, md, html, pdf, docx). Alone, only these are indexed.")
@click.option(
    "--imports/--no-imports", default=None, help="With or without imported occupations; by default with, unless a folder is given."
)
@INDEX
def ingest(knowledge: Path | None, pages: Path | None, imports: bool | None, index: Path | None) -> None:
    """Bring the index in step with the documents."""
    from coach.commands import ingest_command

    ingest_command(_settings(index=index), knowledge, pages, imports)


@main.group("import")
def import_() -> None:
    """Import the occupations of a public classification into the data folder."""


@import_.command("onet")
@click.argument("folder", type=click.Path(path_type=Path))
def import_onet(folder: Path) -> None:
    """Import the O*NET database: FOLDER holds its tab-separated text files."""
    from coach.document_commands import import_command

    import_command(_settings(), "onet", folder)


@import_.command("esco")
@click.argument("folder", type=click.Path(path_type=Path))
def import_esco(folder: Path) -> None:
    """Import the ESCO classification: FOLDER holds its csv files in English and Spanish."""
    from coach.document_commands import import_command

    import_command(_settings(), "esco", folder)


@import_.command("remove")
@click.argument("scheme", type=click.Choice(["onet", "esco"]))
def import_remove(scheme: str) -> None:
    """Remove what was imported of SCHEME; the next `coach ingest` leaves it out."""
    from coach.document_commands import import_remove_command

    import_remove_command(_settings(), scheme)


@main.command()
@click.option("--knowledge", type=FOLDER, help="Folder of curated role documents.")
@click.option("--stale", metavar="AGE", help="List instead what is older than AGE, like 18m or 2y, and needs review.")
def check(knowledge: Path | None, stale: str | None) -> None:
    """Check the curated role documents: file, line and fix of whatever is wrong."""
    from coach.document_commands import check_command, stale_command

    if stale is not None:
        stale_command(_settings(knowledge=knowledge), stale)
    elif not check_command(_settings(knowledge=knowledge)):
        sys.exit(1)


@main.command()
@click.argument("role")
@click.option("--title", required=True, help="Title in English.")
@click.option("--title-es", help="Title in Spanish; by default the English one, to be translated.")
@click.option("--knowledge", type=FOLDER, help="Folder of curated role documents.")
def new(role: str, title: str, title_es: str | None, knowledge: Path | None) -> None:
    """Begin the documents of a new role with the id ROLE, with guidance in each section."""
    from coach.document_commands import new_command

    new_command(_settings(knowledge=knowledge), role, title, title_es or title)


@main.command()
@click.argument("question", required=False)
@LANGUAGE
@click.option("--role", help="Id of the role that is meant.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option(
    "--jsonl",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Answer the questions of a file (or - for stdin), one JSON object a line.",
)
@LLM
@INDEX
def ask(
    question: str | None, lang: str | None, role: str | None, as_json: bool, jsonl: Path | None, llm: str | None, index: Path | None
) -> None:
    """Answer QUESTION, with its sources."""
    from coach.commands import answer_lines, print_answer

    if (question is None) == (jsonl is None):
        raise click.UsageError("give a QUESTION, or --jsonl FILE")
    coach = _coach(index, llm)
    if jsonl is not None:
        answer_lines(coach, jsonl, lang, role)
        return
    print_answer(coach.ask(question or "", (), _language(lang), role), as_json=as_json)


@main.command()
@LANGUAGE
@LLM
@INDEX
def chat(lang: str | None, llm: str | None, index: Path | None) -> None:
    """Talk with the coach in the terminal; an empty line ends."""
    from coach.commands import chat_command

    chat_command(_coach(index, llm), _language(lang))


@main.command()
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="How many hits.")
@click.option("--json", "as_json", is_flag=True, help="Print the hits as one JSON array.")
@INDEX
def search(query: str, k: int, as_json: bool, index: Path | None) -> None:
    """List the chunks found for QUERY, best first."""
    from coach.commands import search_command

    search_command(_coach(index), query, k, as_json=as_json)


@main.command()
@click.argument("chunk")
@INDEX
def show(chunk: str, index: Path | None) -> None:
    """Print the exact text of CHUNK, to which the spans of citations refer."""
    from coach.commands import show_command

    show_command(_settings(index=index), chunk)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print the roles as one JSON array.")
@click.option("--coverage", is_flag=True, help="Show which section there is in which language, role by role.")
@click.option("--all", "everything", is_flag=True, help="With the imported occupations, which are only counted otherwise.")
@INDEX
def roles(as_json: bool, coverage: bool, everything: bool, index: Path | None) -> None:
    """List the roles that the index knows."""
    from coach.commands import roles_command

    roles_command(_settings(index=index), as_json=as_json, coverage=coverage, everything=everything)


@main.command()
@click.option("--host", help="Address to serve on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to serve on.")
@click.option("--mcp", is_flag=True, default=None, help="Serve programs too, by the Model Context Protocol at /gradio_api/mcp/.")
@LLM
@INDEX
def serve(host: str | None, port: int | None, mcp: bool | None, llm: str | None, index: Path | None) -> None:
    """Serve the web page, after building the index if it is missing or stale."""
    from coach.ui.serve import serve as serve_page

    serve_page(_settings(index=index, host=host, port=port, mcp=mcp, llm=llm))


main.add_command(practice)
main.add_command(user)


@main.group("eval", cls=DefaultCommand)
def evals() -> None:
    """Ask fixed questions and compare the answers with what is expected."""


@evals.command("run", epilog="`coach eval draft` turns what visitors reported into drafts of cases.")
@click.argument("suites", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="Print figures, cases and answers as one JSON object.")
@click.option("--gate", is_flag=True, help="Exit 1 if a figure is below its floor in floors.yaml.")
@click.option("--report", type=FOLDER, help="Folder to write report.html, eval.json and failed.txt to.")
@click.option("--save", metavar="NAME", help="Keep the run in the data folder under NAME.")
@click.option("--against", metavar="NAME", help="Compare with the run kept under NAME, case by case.")
@click.option("--llm", "models", multiple=True, metavar="PROVIDER:MODEL", help="Let a model answer too; may be given several times.")
@click.option("--judge", metavar="PROVIDER:MODEL", help="Let a model mark fluency and helpfulness, beside the gate.")
@click.option("--calibration", is_flag=True, help="Ask the labelled questions of calibration.yaml too; without SUITES nothing else.")
@click.option("--workers", type=click.IntRange(1, 64), help="Conversations at once; by default the cores, at most 4. 1 gives true seconds.")
@click.option("--evals", type=FOLDER, help="Folder with suites/*.yaml and floors.yaml; by default the coach's own.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of a suite, for editors, and end.")
@INDEX
def evaluate(schema: bool, evals: Path | None, index: Path | None, **options: Any) -> None:
    """Ask the fixed questions of SUITES, by default of all, and compare the answers with what is expected."""
    from coach.evaluation.command import Options, eval_command, print_schema
    from coach.settings import shipped

    if schema:
        print_schema()
    elif not eval_command(_settings(index=index), evals or shipped("evals"), Options.of(options)):
        sys.exit(1)


@evals.command("draft")
@click.option("--keep-text", is_flag=True, help="Keep the words of the questions, without addresses, numbers and names that introduce.")
@click.option("--out", type=FILE, help="File to add the drafts to; by default evals/drafts.yaml in the data folder.")
def draft(keep_text: bool, out: Path | None) -> None:
    """Make drafts of cases from what visitors marked down or got no answer to."""
    from coach.evaluation.command import draft_command

    draft_command(_settings(), out, keep_text=keep_text)


@main.group()
def bench() -> None:
    """Measure retrieval and speed."""


@bench.command("retrieval")
@click.argument("folders", nargs=-1, required=True, type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
def bench_retrieval(folders: tuple[Path, ...], as_json: bool) -> None:
    """Ranking figures of dense, lexical and fused retrieval on FOLDERS in BEIR form."""
    from coach.evaluation.bench import bench_retrieval_command

    bench_retrieval_command(_settings(), folders, as_json=as_json)


@bench.command("speed")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as one JSON object.")
@INDEX
def bench_speed(as_json: bool, index: Path | None) -> None:
    """Seconds, memory and throughput, with plain LangChain beside it in the same run."""
    from coach.evaluation.bench import bench_speed_command

    bench_speed_command(_settings(index=index), as_json=as_json)


def _settings(**given: Any) -> Settings:
    """The settings of the environment, with what the command line gives instead."""
    from coach.settings import read_settings

    return read_settings(**given)


def _coach(index: Path | None, llm: str | None = None) -> Coach:
    from coach.coach import Coach

    return Coach.open(_settings(index=index, llm=llm))


def _language(lang: str | None) -> Language | None:
    from coach.language import supported

    return supported(lang) if lang else None
