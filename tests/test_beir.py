"""Ranking figures on folders in BEIR form, and the floors of the fused retrieval on public sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder

from coach.errors import DocumentError
from coach.evaluation.beir import METHODS, Dataset, RankingFigures, measure
from coach.index.embedding import SentenceTransformerEmbedder

BENCHMARKS = Path(__file__).resolve().parents[2] / "shared" / "benchmarks"
# A floor is a measured figure less what another build of torch may change.
XQUAD_FLOORS = {"xquad-en-en": 0.945, "xquad-es-es": 0.92}
BELOW_THE_BETTER_PART = 0.005
# Sixty titles are too few to tell methods apart that are near each other.
MELO_SAMPLE, MELO_MRR_FLOOR, MELO_BELOW = 60, 0.76, 0.05

PASSAGES = {
    "p1": "Bees collect nectar from flowers in the spring and turn it slowly into golden honey for winter.",
    "p2": "A tram runs on rails through the town and is driven by an electric motor under the floor.",
    "p3": "The baker gets up at three in the morning, kneads the dough and bakes the bread before dawn.",
}
QUESTIONS = {"q1": "What do bees turn nectar into?", "q2": "What drives the tram through the town?", "q3": "When does the baker get up?"}
RIGHT = {"q1": "p1", "q2": "p2", "q3": "p3"}


def write(folder: Path, documents: dict[str, str], queries: dict[str, str], relevant: dict[str, str]) -> Path:
    def lines(texts: dict[str, str], **more: Any) -> str:
        return "".join(json.dumps({"_id": key, "text": text, **more}) + "\n" for key, text in texts.items())

    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(lines(documents, title=""))
    (folder / "queries.jsonl").write_text(lines(queries))
    rows = "".join(f"{query}\t{document}\t1\n" for query, document in relevant.items())
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + rows)
    return folder


def by_method(figures: list[RankingFigures]) -> dict[str, dict[str, float]]:
    return {one.method: one.values for one in figures}


def test_right_answers_are_perfect_for_every_method(tmp_path: Path) -> None:
    figures = measure(write(tmp_path / "bees", PASSAGES, QUESTIONS, RIGHT), FakeEmbedder())
    assert [one.method for one in figures] == list(METHODS)
    assert {(one.dataset, one.queries, one.documents) for one in figures} == {("bees", 3, 3)}
    assert by_method(figures)["lexical"] == pytest.approx(dict.fromkeys(figures[0].values, 1.0))
    assert set(figures[0].as_dict()) >= {"dataset", "method", "nDCG@10", "MRR", "R@1", "R@5", "R@10", "R@100"}


def test_wrong_judgements_are_seen(tmp_path: Path) -> None:
    wrong = {"q1": "p2", "q2": "p3", "q3": "p1"}
    values = by_method(measure(write(tmp_path / "bees", PASSAGES, QUESTIONS, wrong), FakeEmbedder()))["fused"]
    assert values["R@1"] == 0
    assert 0 < values["MRR"] <= 0.5
    assert values["R@10"] == 1


def test_a_set_of_names_is_ranked_as_names(tmp_path: Path) -> None:
    names = {"n1": "backend developer", "n2": "school teacher", "n3": "tram driver"}
    folder = write(tmp_path / "names", names, {"a": "back-end developers", "b": "teachers"}, {"a": "n1", "b": "n2"})
    assert by_method(measure(folder, FakeEmbedder()))["lexical"]["R@1"] == 1


def test_only_judged_queries_count(tmp_path: Path) -> None:
    assert list(Dataset.read(write(tmp_path / "bees", PASSAGES, QUESTIONS, {"q2": "p2"})).queries) == ["q2"]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("corpus.jsonl", None),
        ("queries.jsonl", "nonsense"),
        ("qrels/test.tsv", None),
        ("qrels/test.tsv", "head\nq1 p1 1\n"),
        ("corpus.jsonl", "{}\n"),
    ],
)
def test_what_is_missing_or_broken_is_named(tmp_path: Path, file: str, content: str | None) -> None:
    folder = write(tmp_path / "bees", PASSAGES, QUESTIONS, RIGHT)
    (folder / file).unlink()
    if content:
        (folder / file).write_text(content)
    with pytest.raises(DocumentError, match="BEIR form") as caught:
        measure(folder, FakeEmbedder())
    assert file in str(caught.value)


@pytest.fixture
def benchmarks() -> Path:
    if not BENCHMARKS.is_dir():
        pytest.skip(f"{BENCHMARKS} is not there: the public sets lie beside the project, not in it")
    return BENCHMARKS


@pytest.mark.shared
@pytest.mark.parametrize("name", XQUAD_FLOORS)
def test_fused_retrieval_keeps_its_floor_and_never_harms(name: str, benchmarks: Path, embedder: SentenceTransformerEmbedder) -> None:
    values = by_method(measure(benchmarks / name, embedder))
    assert values["fused"]["R@1"] >= XQUAD_FLOORS[name]
    assert values["fused"]["R@1"] >= max(values["dense"]["R@1"], values["lexical"]["R@1"]) - BELOW_THE_BETTER_PART


@pytest.mark.shared
def test_names_of_occupations_keep_their_floor(benchmarks: Path, embedder: SentenceTransformerEmbedder, tmp_path: Path) -> None:
    """A sample of the Spanish job titles, with every occupation that is right for one of them and twice as many that are not."""
    whole = Dataset.read(benchmarks / "melo-es-es")
    queries = dict(list(whole.queries.items())[:: max(1, len(whole.queries) // MELO_SAMPLE)][:MELO_SAMPLE])
    right = {document for query in queries for document in whole.relevant[query]}
    others = [document for document in whole.documents if document not in right]
    chosen = right | set(others[:: max(1, len(others) // (2 * len(right)))])
    folder = write(tmp_path / "melo", {key: text for key, text in whole.documents.items() if key in chosen}, queries, {})
    rows = [f"{query}\t{document}\t{grade}\n" for query in queries for document, grade in whole.relevant[query].items()]
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(rows))
    values = by_method(measure(folder, embedder))
    assert values["fused"]["MRR"] >= MELO_MRR_FLOOR
    assert values["fused"]["MRR"] >= max(values["dense"]["MRR"], values["lexical"]["MRR"]) - MELO_BELOW
