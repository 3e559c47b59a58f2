"""What several test files share."""

from __future__ import annotations

import pytest

from coach.index import SentenceTransformerEmbedder


@pytest.fixture(scope="session")
def embedder() -> SentenceTransformerEmbedder:
    """The real embedding model that comes with the coach."""
    return SentenceTransformerEmbedder.open()
