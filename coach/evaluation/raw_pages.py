"""Coaches over nothing but raw pages, for the suites that ask about them: the index of the role documents stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from coach.coach import Coach
from coach.evaluation.cases import Suite
from coach.index.embedding import Embedder
from coach.ingest import Inputs, ingest
from coach.settings import Settings


def open_pages(suites: Sequence[Suite], evals: Path, settings: Settings, embedder: Embedder, stack: ExitStack) -> dict[str, Coach]:
    """A coach for each folder of pages that `suites` name, open until `stack` closes; none where they name none.

    The indexes stand in the data folder, and are brought in step with the pages at each run. Raises CoachError where no page can be used.
    """
    found: dict[str, Coach] = {}
    for name in dict.fromkeys(suite.pages for suite in suites if suite.pages is not None):
        # A server is for the documents that are served.
        apart = {"index": settings.data / "evals" / "indexes" / name, "chroma_url": None}
        own = Settings(**{**settings.model_dump(), **apart})
        ingest(own, Inputs(None, evals / name), embedder)
        found[name] = stack.enter_context(Coach.open(own))
    return found
