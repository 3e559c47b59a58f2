"""How far long work is, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

Report = Callable[[int, int, str], None]


@contextmanager
def progress_bar() -> Iterator[Report]:
    """A bar on stderr that names the step at work; where stderr is no terminal, one line per step that begins."""
    if not sys.stderr.isatty():
        seen: set[str] = set()

        def line(done: int, total: int, what: str) -> None:
            if what not in seen:
                seen.add(what)
                click.echo(f"{what} {total} …" if what == "embedding" else f"{what} …", err=True)

        yield line
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    with Progress(
        TextColumn("{task.description:10}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    ) as bar:
        tasks: dict[str, Any] = {}

        def advance(done: int, total: int, what: str) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)

        yield advance
