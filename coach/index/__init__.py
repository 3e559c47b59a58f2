"""Sections to chunks, chunks to vectors and words, and the index that is asked with them."""

from coach.index.build import BuildReport, Progress, build_index
from coach.index.embedding import Embedder, SentenceTransformerEmbedder, as_langchain
from coach.index.layout import RoleName
from coach.index.lexical import LexicalIndex, tokenize
from coach.index.store import Index, is_stale

__all__ = [
    "BuildReport",
    "Embedder",
    "Index",
    "LexicalIndex",
    "Progress",
    "RoleName",
    "SentenceTransformerEmbedder",
    "as_langchain",
    "build_index",
    "is_stale",
    "tokenize",
]
