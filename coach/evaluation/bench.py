"""What `coach bench` does and prints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from coach.evaluation.beir import RankingFigures, measure
from coach.evaluation.published import published
from coach.index.embedding import SentenceTransformerEmbedder
from coach.settings import Settings


def bench_retrieval_command(settings: Settings, folders: Sequence[Path], *, as_json: bool) -> None:
    """Prints the ranking figures of each folder, and below them those published by others for the set of that name."""
    embedder = SentenceTransformerEmbedder.open(settings.embedding_model, settings.threads)
    figures: list[RankingFigures] = []
    for folder in folders:
        click.echo(f"{folder} …", err=True)
        figures.extend(measure(folder, embedder))
    others = published()
    if as_json:
        beside = {name: [one.as_dict() for one in found] for name, found in others.items()}
        click.echo(json.dumps([{**one.as_dict(), "published": beside.get(one.dataset, [])} for one in figures]))
        return
    from rich.console import Console
    from rich.table import Table

    names = list(figures[0].values)
    table = Table("set", "retrieval", *names)
    for place, one in enumerate(figures):
        table.add_row(one.dataset, one.method, *(f"{one.values[name]:.3f}" for name in names))
        if place + 1 == len(figures) or figures[place + 1].dataset != one.dataset:
            for other in others.get(one.dataset, ()):
                cells = (f"{other.values[name]:.3f}" if name in other.values else "" for name in names)
                table.add_row(one.dataset, f"{other.system} ({other.source})", *cells, style="dim")
            table.add_section()
    Console().print(table)
    for source in dict.fromkeys(other.note for one in figures for other in others.get(one.dataset, ())):
        click.echo(source)


def bench_speed_command(settings: Settings, *, as_json: bool) -> None:
    """Prints seconds, memory and throughput."""
    from coach.evaluation.speed import measure_speed

    figures = measure_speed(settings)
    click.echo(json.dumps(figures, indent=None if as_json else 2))
