"""The figures of others: what the file holds, and that they stand beside ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from coach.cli import main
from coach.errors import DocumentError
from coach.evaluation.published import published


def test_the_published_figures_are_those_of_the_sets_and_near_what_can_be() -> None:
    found = published()
    assert {"melo-en-en", "melo-es-es", "melo-es-en", "xquad-es-es"} <= set(found)
    by_system = {one.system: one for one in found["melo-es-es"] if "MELO" in one.source}
    assert dict(by_system["OpenAI"].values) == {"MRR": 0.537, "Success@10": 0.747}
    assert all(0 < value < 1 for figures in found.values() for one in figures for value in one.values.values())


@pytest.mark.parametrize(
    "text",
    [
        "", "- x", "sources: {}", "sources: {}\nsets: {a: [{system: x, source: nowhere, MRR: 0.5}]}",
        "sources: {m: {title: M, note: N}}\nsets: {a: [{system: x, source: m, MRB: 0.5}]}",
        "sources: {m: {title: M, note: N}}\nsets: {a: [{system: x, source: m, MRR: high}]}",
    ],
)  # fmt: skip
def test_a_broken_file_is_a_stated_failure(tmp_path: Path, text: str) -> None:
    path = tmp_path / "published.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"published\.yaml: cannot be used"):
        published(path)


@pytest.fixture
def named_as_a_public_set(tmp_path: Path) -> Path:
    folder = tmp_path / "melo-es-es"
    (folder / "qrels").mkdir(parents=True)
    texts = {"d1": "panadero", "d2": "soldadora", "d3": "apicultora"}
    (folder / "corpus.jsonl").write_text("".join(json.dumps({"_id": one, "text": text}) + "\n" for one, text in texts.items()))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "panadera"}) + "\n")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    return folder


def test_they_are_printed_beside_ours(named_as_a_public_set: Path) -> None:
    shown = CliRunner().invoke(main, ["bench", "retrieval", str(named_as_a_public_set)], env={"COLUMNS": "200"})
    assert shown.exit_code == 0, shown.output
    rows = [line for line in shown.stdout.splitlines() if "melo-es-es" in line]
    assert len(rows) == 3 + len(published()["melo-es-es"])
    assert any("OpenAI (MELO repository)" in row and "0.537" in row for row in rows)
    assert "github.com/Avature/melo-benchmark" in shown.stdout


def test_they_stand_in_the_data_beside_ours(named_as_a_public_set: Path) -> None:
    records = json.loads(CliRunner().invoke(main, ["bench", "retrieval", "--json", str(named_as_a_public_set)]).stdout)
    assert [record["method"] for record in records] == ["dense", "lexical", "fused"]
    assert {"system": "OpenAI", "source": "MELO repository", "MRR": 0.537, "Success@10": 0.747} in records[0]["published"]
