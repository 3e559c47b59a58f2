"""Builds: nothing is embedded twice, and the old index answers until the new one is whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, make_role

from coach.errors import DocumentError, ServiceError
from coach.index import Index, build_index
from coach.types import Role

ROOT = Path(__file__).parents[1]


def roles_with(*english: str) -> list[Role]:
    return [make_role("backend", {"en": list(english), "es": ["Aprende SQL."]}), make_role("data", {"en": ["Pandas reads tables."]})]


def snapshot(folder: Path) -> dict[str, tuple[int, int]]:
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_size) for path in folder.rglob("*") if path.name != ".lock"}


def answer(folder: Path) -> str:
    """The text of the chunk that the index in `folder` finds for a question, and a check that all its parts can be read."""
    embedder = FakeEmbedder()
    with Index.open(folder, embedder) as index:
        (best,) = index.dense(embedder.embed(["Fact"])[0], 1, roles=["backend"], language="en")
        assert index.lexical("fact", "en", "en").shape == (len(index.rows("en")),)
        assert np.linalg.norm(index.statement_vectors(best), axis=1) == pytest.approx(1.0, abs=1e-2)
        return index.by_id[best].text


def test_the_first_build_embeds_each_distinct_text_once(tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    calls: list[tuple[int, int, str]] = []
    report = build_index(roles_with("Fact one.", "Fact one."), tmp_path, embedder, progress=lambda *call: calls.append(call))
    assert (report.chunks, report.reused, report.removed, report.changed) == (3, 0, 0, True)
    assert report.embedded == len(embedder.embedded) == len(set(embedder.embedded))
    assert "Tips: Fact one." in embedder.embedded
    assert (tmp_path / "CURRENT").read_text() == report.generation
    assert list(dict.fromkeys(what for _, _, what in calls)) == ["embedding", "writing", "publishing"]
    assert (report.embedded, report.embedded, "embedding") in calls
    assert all(0 <= done <= total for done, total, _ in calls)


def test_the_same_documents_change_nothing(tmp_path: Path) -> None:
    build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    before = snapshot(tmp_path)
    embedder = FakeEmbedder()
    report = build_index(roles_with("Fact.")[::-1], tmp_path, embedder)
    assert (report.changed, report.embedded, report.chunks) == (False, 0, 3)
    assert embedder.embedded == []
    after = snapshot(tmp_path)
    # Chroma's database may touch its own files when it is opened.
    assert {path: state for path, state in after.items() if "chroma" not in path and path != str(tmp_path)} == {
        path: state for path, state in before.items() if "chroma" not in path and path != str(tmp_path)
    }


def test_only_what_is_new_is_embedded_and_the_rest_keeps_its_vectors(tmp_path: Path) -> None:
    build_index(roles_with("Fact one.", "Fact two."), tmp_path, FakeEmbedder())
    embedder = FakeEmbedder()
    report = build_index(roles_with("Fact one.", "Fact three."), tmp_path, embedder)
    assert report.changed
    assert sorted(embedder.embedded) == ["Backend: Skills\n### Tips\n\n- Fact one.\n- Fact three.", "Tips: Fact three."]
    assert report.embedded == 2
    fresh = tmp_path / "fresh"
    build_index(roles_with("Fact one.", "Fact three."), fresh, FakeEmbedder())
    with Index.open(tmp_path, embedder) as index, Index.open(fresh, embedder) as expected:
        ids = [chunk.id for chunk in expected.chunks]
        assert [chunk.id for chunk in index.chunks] == ids
        assert np.abs(index.vectors.vectors_of(ids) - expected.vectors.vectors_of(ids)).max() < 1e-3
        assert np.abs(index.name_vectors() - expected.name_vectors()).max() < 1e-3
        for one in ids:
            assert np.abs(index.statement_vectors(one) - expected.statement_vectors(one)).max() < 1e-3


def test_imports_that_come_and_go_leave_the_vectors_of_the_rest(tmp_path: Path) -> None:
    """Statements of imports have no vector: none must be taken for theirs, nor theirs for that of one of ours with the same words."""
    build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    imported = make_role("apiarist", {"en": ["Bees one.", "Bees two."]}, origin="import", document="onet-45")
    embedder = FakeEmbedder()
    build_index([imported, *roles_with("Fact.")], tmp_path, embedder)
    assert set(embedder.embedded) == {"Apiarist: Skills\n### Tips\n\n- Bees one.\n- Bees two.", "Apiarist", "Puesto apiarist"}
    embedder = FakeEmbedder()
    report = build_index([imported, *roles_with("Fact.", "Bees one.")], tmp_path, embedder)
    assert sorted(embedder.embedded) == ["Backend: Skills\n### Tips\n\n- Fact.\n- Bees one.", "Tips: Bees one."]
    assert report.removed == 0
    with Index.open(tmp_path, embedder) as index:
        expected = FakeEmbedder().embed(["Tips: Fact.", "Tips: Bees one."])
        assert np.abs(index.statement_vectors("backend/en/skills#0") - expected).max() < 1e-3
    report = build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    assert report.removed == 1


def test_chunks_that_are_gone_are_counted_and_no_longer_found(tmp_path: Path) -> None:
    build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    report = build_index(roles_with("Fact.")[:1], tmp_path, FakeEmbedder())
    assert (report.chunks, report.removed, report.embedded) == (2, 1, 0)
    with Index.open(tmp_path, FakeEmbedder()) as index:
        assert "data/en/skills#0" not in index.by_id
        assert len(index.dense(np.ones(32, dtype=np.float32), 10)) == 2


def test_another_model_reuses_nothing(tmp_path: Path) -> None:
    build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    other = FakeEmbedder(fingerprint="other/16/l2", dimension=16)
    report = build_index(roles_with("Fact."), tmp_path, other)
    assert (report.changed, report.reused) == (True, 0)
    assert report.embedded == len(other.embedded) > 0


@pytest.mark.parametrize("victim", ["chunks.jsonl", "manifest.json", "statements.npy", "chroma/chroma.sqlite3", "bm25-en/rows.json"])
def test_a_damaged_index_is_built_anew(tmp_path: Path, victim: str) -> None:
    report = build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    (tmp_path / report.generation / victim).write_bytes(b"garbage")
    again = build_index(roles_with("Fact."), tmp_path, FakeEmbedder())
    assert (again.changed, again.reused) == (True, 0)
    assert "Fact." in answer(tmp_path)


def test_the_previous_generation_is_kept_and_older_ones_are_not(tmp_path: Path) -> None:
    made = [build_index(roles_with(f"Fact {number}."), tmp_path, FakeEmbedder()).generation for number in range(4)]
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == made[2:]


def test_no_roles_make_an_empty_index(tmp_path: Path) -> None:
    report = build_index([], tmp_path, FakeEmbedder())
    assert (report.chunks, report.embedded) == (0, 0)
    with Index.open(tmp_path, FakeEmbedder()) as index:
        assert index.dense(np.ones(32, dtype=np.float32), 5) == {}
        assert index.lexical("fact", "en", "en").shape == (0,)
        assert index.name_vectors().shape == (0, 32)


def test_two_pages_that_would_share_an_id_are_named(tmp_path: Path) -> None:
    page = make_role("backend", {"en": ["Fact."]}, origin="page", document="a/page.txt")
    twin = make_role("backend", {"en": ["Other."]}, origin="page", document="b/page.txt")
    with pytest.raises(DocumentError, match=r"b/page\.txt: gives the chunk id backend/en/skills#page\.0, as a/page\.txt does; rename"):
        build_index([page, twin], tmp_path, FakeEmbedder())


KILLED = """
import os, signal, sys
from pathlib import Path
from fakes import FakeEmbedder
from test_index_build import roles_with
from coach.index import build_index
point = (int(sys.argv[2]), sys.argv[3])
def progress(done, total, what):
    if (done, what) == point:
        os.kill(os.getpid(), signal.SIGKILL)
build_index(roles_with("Fact new."), Path(sys.argv[1]), FakeEmbedder(), progress=progress)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(
    ("done", "what", "answers"),
    [
        *[(0, "embedding", "old"), (1, "writing", "old"), (2, "writing", "old"), (3, "writing", "old"), (4, "writing", "old")],
        *[(0, "publishing", "old"), (1, "publishing", "old"), (2, "publishing", "new")],
    ],
)
def test_killed_at_any_moment_the_index_answers_and_the_next_build_cleans_up(tmp_path: Path, done: int, what: str, answers: str) -> None:
    first = build_index(roles_with("Fact old."), tmp_path, FakeEmbedder())
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), str(done), what], env=environment, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert f"Fact {answers}." in answer(tmp_path)
    last = build_index(roles_with("Fact new."), tmp_path, FakeEmbedder())
    assert last.changed == (answers == "old")
    assert "Fact new." in answer(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {first.generation, last.generation, "CURRENT", ".lock"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_a_first_build_that_was_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "1", "publishing"], env=environment, capture_output=True)
    last = build_index(roles_with("Fact new."), tmp_path, FakeEmbedder())
    assert {path.name for path in tmp_path.iterdir()} == {last.generation, "CURRENT", ".lock"}


def test_a_second_build_at_the_same_time_is_refused(tmp_path: Path) -> None:
    refused: list[str] = []

    def meddle(done: int, total: int, what: str) -> None:
        if (done, what) == (0, "writing"):
            with pytest.raises(ServiceError, match="another `coach ingest` is building the index") as caught:
                build_index(roles_with("Other."), tmp_path, FakeEmbedder(), lock_wait=0.1)
            refused.append(str(caught.value))

    build_index(roles_with("Fact."), tmp_path, FakeEmbedder(), progress=meddle)
    assert len(refused) == 1
    assert "Fact." in answer(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ServiceError, match=r"file/index: the index cannot be written .*set COACH_INDEX"):
        build_index(roles_with("Fact."), tmp_path / "file" / "index", FakeEmbedder())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(ServiceError, match="the index cannot be written"):
            build_index(roles_with("Fact."), tmp_path / "index", FakeEmbedder())
    finally:
        tmp_path.chmod(0o700)


def test_a_change_of_what_is_cited_alone_is_a_change(tmp_path: Path) -> None:
    """The texts are the same and nothing is embedded, but the new date must be shown."""
    roles = roles_with("Fact.")
    build_index(roles, tmp_path, FakeEmbedder())
    dated = [replace(role, sections=tuple(replace(section, updated="2027-01") for section in role.sections)) for role in roles]
    report = build_index(dated, tmp_path, FakeEmbedder())
    assert (report.changed, report.embedded) == (True, 0)
    with Index.open(tmp_path, FakeEmbedder()) as index:
        assert {chunk.updated for chunk in index.chunks} == {"2027-01"}
