"""Ranking figures on folders in BEIR form: dense, lexical and our fusion side by side.

Passages are ranked as chunks are (BM25 with dense, weights by language), names of occupations as names of roles are.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coach.errors import DocumentError
from coach.index.embedding import Embedder
from coach.index.lexical import LexicalIndex
from coach.language import detect
from coach.retrieval.fusion import fuse
from coach.retrieval.names import NameMatcher, fuse_names
from coach.types import Language

# Names in reports, and what ir-measures calls them. RR is the mean reciprocal rank of the first right document.
MEASURES = {"nDCG@10": "nDCG@10", "MRR": "RR", "R@1": "R@1", "R@5": "R@5", "R@10": "R@10", "R@100": "R@100", "Success@10": "Success@10"}
METHODS = ("dense", "lexical", "fused")
DEPTH = 1000
# Texts of fewer words on average are names.
NAME_WORDS = 12
SAMPLE = 400
ROWS_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class RankingFigures:
    """The mean of each measure over the queries of one set, for one way of ranking."""

    dataset: str
    method: str
    queries: int
    documents: int
    values: dict[str, float]

    def as_dict(self) -> dict[str, object]:
        """The figures as plain data."""
        return {"dataset": self.dataset, "method": self.method, "queries": self.queries, "documents": self.documents, **self.values}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Documents, queries and which documents are right for which query."""

    name: str
    documents: dict[str, str]
    queries: dict[str, str]
    relevant: dict[str, dict[str, int]]

    @classmethod
    def read(cls, folder: Path) -> Dataset:
        """The set in `folder`: corpus.jsonl, queries.jsonl and qrels/test.tsv. Raises DocumentError where one is missing or broken."""
        documents = {record["_id"]: f"{record.get('title') or ''} {record['text']}".strip() for record in _lines(folder / "corpus.jsonl")}
        queries = {record["_id"]: record["text"] for record in _lines(folder / "queries.jsonl")}
        relevant: dict[str, dict[str, int]] = {}
        path = folder / "qrels" / "test.tsv"
        try:
            for line in path.read_text(encoding="utf-8").splitlines()[1:]:
                query, document, grade = line.split("\t")
                relevant.setdefault(query, {})[document] = int(grade)
        except (OSError, ValueError) as error:
            raise DocumentError(str(path), None, f"cannot be read ({error})", "give a folder in BEIR form") from error
        return cls(folder.name, documents, {query: text for query, text in queries.items() if query in relevant}, relevant).distinct()

    def distinct(self) -> Dataset:
        """The set with documents of the very same text as one, right where any of them is.

        No ranking by text can tell them apart, so their order would be chance: MELO holds over a thousand such labels.
        """
        first: dict[str, str] = {}
        stands_for = {document: first.setdefault(text, document) for document, text in self.documents.items()}
        relevant: dict[str, dict[str, int]] = {}
        for query, grades in self.relevant.items():
            merged = relevant.setdefault(query, {})
            for document, grade in grades.items():
                kept = stands_for.get(document, document)
                merged[kept] = max(grade, merged.get(kept, 0))
        return Dataset(self.name, {kept: text for text, kept in first.items()}, self.queries, relevant)


def measure(folder: Path, embedder: Embedder) -> list[RankingFigures]:
    """The figures of the set in `folder` for each way of ranking. Raises DocumentError where the set cannot be read."""
    import ir_measures

    data = Dataset.read(folder)
    ids = list(data.documents)
    texts, questions = list(data.documents.values()), list(data.queries.values())
    spoken, written = _language(questions), _language(texts)
    documents, vectors = embedder.embed(texts), embedder.embed(questions)
    lexical, fusion = _names(texts, written) if _are_names(texts) else _passages(texts, spoken, written)
    runs: dict[str, dict[str, dict[str, float]]] = {method: {} for method in METHODS}
    for start in range(0, len(questions), ROWS_AT_ONCE):
        part = slice(start, start + ROWS_AT_ONCE)
        dense = vectors[part] @ documents.T
        words = lexical(questions[part])
        for query, near, said in zip(list(data.queries)[part], dense, words, strict=True):
            for method, scores in zip(METHODS, (near, said, fusion(near, said, spoken, written)), strict=True):
                runs[method][query] = _top(scores, ids)
    measures = {name: ir_measures.parse_measure(theirs) for name, theirs in MEASURES.items()}
    found = {method: ir_measures.calc_aggregate(list(measures.values()), data.relevant, run) for method, run in runs.items()}
    return [
        RankingFigures(
            data.name, method, len(questions), len(texts), {name: float(found[method][theirs]) for name, theirs in measures.items()}
        )
        for method in METHODS
    ]


Scores = Callable[[Sequence[str]], NDArray[np.float32]]
Fusion = Callable[[NDArray[np.float32], NDArray[np.float32], Language, Language], NDArray[np.float32]]


def _names(texts: Sequence[str], written: Language) -> tuple[Scores, Fusion]:
    return NameMatcher.of(texts, written).similarities, fuse_names


def _passages(texts: Sequence[str], spoken: Language, written: Language) -> tuple[Scores, Fusion]:
    index = LexicalIndex.build(texts, written)
    return lambda questions: np.array([index.scores(question, spoken) for question in questions], dtype=np.float32), fuse


def _top(scores: NDArray[np.float32], ids: Sequence[str]) -> dict[str, float]:
    """The best documents with a score that only tells their order: texts that score the same stay in the order of the corpus,
    where trec_eval would order them by their ids."""
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    return {ids[row]: float(DEPTH - place) for place, row in enumerate(best)}


def _are_names(texts: Sequence[str]) -> bool:
    sample = texts[:: max(1, len(texts) // SAMPLE)]
    return sum(len(text.split()) for text in sample) / max(1, len(sample)) < NAME_WORDS


def _language(texts: Sequence[str]) -> Language:
    """The language of most of the texts: one short text alone may be misjudged."""
    sample = texts[:: max(1, len(texts) // SAMPLE)]
    return Counter(detect(text) for text in sample).most_common(1)[0][0]


def _lines(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                record = json.loads(line)
                if not isinstance(record, dict) or not isinstance(record.get("_id"), str) or not isinstance(record.get("text"), str):
                    raise DocumentError(str(path), number, "has no _id and text", "give a folder in BEIR form")
                yield record
    except (OSError, ValueError) as error:
        raise DocumentError(str(path), None, f"cannot be read ({error})", "give a folder in BEIR form") from error
