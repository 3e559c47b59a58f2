"""Vectors that come with the documents, packed small, so that the first build need not make them.

A file holds a basis of the directions in which its vectors differ most, and of each vector its place along these in steps of one
byte: 192 bytes of a vector instead of 1,536. What is unpacked has a cosine of about .95 with the vector as it was, enough to
compare questions with questions, and not what statements are checked with.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.index.chunking import content_hash
from coach.index.embedding import Embedder

DIRECTIONS = 192
STEPS = 127
# Of the SHA-256 of a text so much tells it from the others of a file.
KEY = 16


def write_vectors(path: Path, texts: Sequence[str], embedder: Embedder) -> None:
    """Embeds the texts, each once, and writes their vectors to `path`."""
    distinct = sorted(set(texts))
    vectors = embedder.embed(distinct)
    _, _, directions = np.linalg.svd(vectors, full_matrices=False)
    basis = directions[:DIRECTIONS].astype(np.float16)
    places = vectors @ basis.astype(np.float32).T
    scale = np.abs(places).max(axis=0) / STEPS
    np.savez_compressed(
        path,
        fingerprint=np.array(embedder.fingerprint),
        keys=np.array([content_hash(text, embedder.fingerprint)[:KEY] for text in distinct]),
        basis=basis,
        scale=scale.astype(np.float32),
        places=np.rint(places / scale).astype(np.int8),
    )


def read_vectors(path: Path, texts: Sequence[str], embedder: Embedder) -> dict[str, NDArray[np.float32]]:
    """The vectors of those of `texts` that the file holds, by content hash, each of shape (d,) and unit length.

    None where there is no such file, or one of another embedding model.
    """
    if not path.is_file():
        return {}
    with np.load(path, allow_pickle=False) as packed:
        if str(packed["fingerprint"]) != embedder.fingerprint:
            return {}
        row = {str(key): at for at, key in enumerate(packed["keys"])}
        basis, places = packed["basis"].astype(np.float32), packed["places"] * packed["scale"]
    found = {}
    for text in texts:
        key = content_hash(text, embedder.fingerprint)
        if (at := row.get(key[:KEY])) is not None:
            vector = places[at] @ basis
            found[key] = np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)
    return found
