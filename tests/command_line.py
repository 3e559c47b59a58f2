"""What tests of the command line share. The fixture `run` is in conftest.py."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from click.testing import CliRunner, Result

from coach.cli import main

Run = Callable[..., Result]
CITATION = {"marker", "chunk", "role", "section", "title", "source", "url", "updated", "quote", "start", "end", "licence"}


def invoke(*arguments: str | Path, given: str | None = None) -> Result:
    """Runs a command in this process. An error that is none of ours is raised."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], input=given)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def one_line(result: Result, code: int = 1) -> str:
    """The single line on stderr of a command that failed as it should."""
    assert (result.exit_code, result.stdout) == (code, "")
    assert result.stderr.startswith("coach: ")
    (line,) = result.stderr.splitlines()
    assert "Traceback" not in line
    return line
