"""The index as it is asked."""

from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder, make_role

from coach.errors import IndexMissing, IndexUnusable
from coach.index import Index, RoleName, SentenceTransformerEmbedder, build_index, is_stale
from coach.index.layout import content_hash_of
from coach.types import Pay, Role, Source, Statement

ENGLISH = ["Docker packages services.", "Kubernetes runs containers in clusters.", "Terraform describes servers."]
PAY = Pay("EUR 50,000", "EUR", middle=50000.0, place="ES", year=2025)
SURVEY = Source("Pay survey", "https://example.org/pay", "2025")
SPANISH = ["Docker empaqueta servicios.", "Kubernetes ejecuta contenedores."]


def make_roles() -> list[Role]:
    """Three roles, one of them with a salary row."""
    roles = [
        make_role("backend", {"es": ["SQL consulta bases de datos."], "en": ["SQL queries databases.", "APIs connect services."]}),
        make_role("devops", {"en": ENGLISH, "es": SPANISH}),
        make_role("data", {"en": ["Pandas reads tables."]}),
    ]
    section = roles[0].sections[1]
    row = Statement(0, len(section.text), "row", pay=PAY, source=SURVEY)
    salary = replace(section, id="salary", heading="Salary", statements=(row, *section.statements))
    roles[0] = replace(roles[0], sections=(*roles[0].sections, salary), related=("devops",), updated="2026-11")
    return roles


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("index")
    build_index(make_roles(), made, FakeEmbedder())
    return made


def test_chunks_stand_by_language_and_come_back_whole(folder: Path) -> None:
    with Index.open(folder, FakeEmbedder()) as index:
        assert [chunk.language for chunk in index.chunks] == ["en"] * 4 + ["es"] * 2
        assert (index.rows("en"), index.rows("es")) == (range(4), range(4, 6))
        assert index.by_id["devops/es/skills#0"] is index.chunks[5]
        (salary,) = [chunk for chunk in index.chunks if chunk.section == "salary"]
        assert (salary.statements[0].pay, salary.statements[0].source, salary.statements[1].source) == (PAY, SURVEY, None)
        assert [one.within(salary.text) for one in salary.statements[1:]] == ["SQL queries databases.", "APIs connect services."]


def test_roles_are_cards_without_sections(folder: Path) -> None:
    with Index.open(folder, FakeEmbedder()) as index:
        assert list(index.roles) == [replace(role, sections=()) for role in sorted(make_roles(), key=lambda role: role.id)]
        assert index.content_hash == content_hash_of(make_roles())


def test_dense_and_lexical_find_the_same_chunk(folder: Path) -> None:
    embedder = FakeEmbedder()
    with Index.open(folder, embedder) as index:
        dense = index.dense(embedder.embed(["Kubernetes runs containers"])[0], 3, language="en")
        assert next(iter(dense)) == "devops/en/skills#0"
        assert list(dense.values()) == sorted(dense.values(), reverse=True)
        scores = index.lexical("¿Qué es Kubernetes?", "es", "en")
        assert scores.shape == (4,)
        assert index.chunks[index.rows("en")[int(scores.argmax())]].id == "devops/en/skills#0"
        assert set(index.dense(embedder.embed(["SQL"])[0], 9, roles=["backend"], sections=["salary"])) == {"backend/en/salary#0"}


def test_every_statement_but_a_row_has_the_vector_of_its_words_under_its_group(folder: Path) -> None:
    embedder = FakeEmbedder()
    with Index.open(folder, embedder) as index:
        for chunk in index.chunks:
            texts = ["" if one.kind == "row" else f"{one.group}: {one.within(chunk.text)}" for one in chunk.statements]
            assert np.abs(index.statement_vectors(chunk.id) - embedder.embed(texts)).max() < 1e-3
        assert index.statement_vectors("backend/en/salary#0")[0].tolist() == [0.0] * 32


def test_every_title_and_alias_has_a_vector(folder: Path) -> None:
    embedder = FakeEmbedder()
    with Index.open(folder, embedder) as index:
        assert index.names[:3] == [
            RoleName("backend", "en", "Backend"),
            RoleName("backend", "en", "BACKEND"),
            RoleName("backend", "es", "Puesto backend"),
        ]
        assert np.abs(index.name_vectors() - embedder.embed([one.name for one in index.names])).max() < 1e-3


def test_of_an_import_chunks_and_titles_have_vectors_and_the_rest_is_found_by_words(tmp_path: Path) -> None:
    """Thousands of occupations with tens of thousands of names and statements would take an hour to embed."""
    lamps = ["Lamps burn.", "Terraform moves lamps.", "Logs are kept."]
    imported = make_role("keeper", {"en": lamps, "es": SPANISH}, origin="import", document="esco-9001-1")
    imported = replace(imported, sections=tuple(replace(one, source=replace(SURVEY, licence="CC BY 4.0")) for one in imported.sections))
    embedder = FakeEmbedder()
    build_index([*make_roles(), imported], tmp_path, embedder)
    assert "Keeper" in embedder.embedded
    assert {"KEEPER", *(f"Tips: {one}" for one in lamps)}.isdisjoint(embedder.embedded)
    with Index.open(tmp_path, embedder) as index:
        chunk = index.by_id["keeper/en/skills#esco-9001-1.0"]
        assert (chunk.origin, chunk.licence, chunk.source) == ("import", "CC BY 4.0", "Pay survey")
        assert index.by_id["devops/en/skills#0"].licence is None
        assert index.statement_vectors(chunk.id).shape == (3, 32)
        assert not index.statement_vectors(chunk.id).any()
        assert index.statement_vectors("devops/en/skills#0").any(axis=1).all()
        assert [one for one in index.names if one.role == "keeper"] == [
            RoleName("keeper", "en", "Keeper"),
            RoleName("keeper", "es", "Puesto keeper"),
        ]
        assert index.name_vectors().shape == (len(index.names), 32)
        assert chunk.id in index.dense(embedder.embed([chunk.embedding_text])[0], 1, roles=["keeper"])
        assert index.lexical("Terraform", "en", "en")[list(index.chunks).index(chunk)] > 0
        (card,) = [role for role in index.roles if role.id == "keeper"]
        assert card == replace(imported, sections=())


def test_the_codes_and_the_origin_of_a_role_come_back(tmp_path: Path) -> None:
    roles = [replace(make_roles()[1], codes=("http://data.europa.eu/esco/occupation/x", "15-1244.00"), origin="page")]
    build_index(roles, tmp_path, FakeEmbedder())
    with Index.open(tmp_path, FakeEmbedder()) as index:
        assert [(role.codes, role.origin) for role in index.roles] == [(roles[0].codes, "page")]
    assert is_stale([replace(roles[0], codes=())], tmp_path, FakeEmbedder())


def test_many_threads_read_at_once(folder: Path) -> None:
    embedder = FakeEmbedder()
    questions = [ENGLISH[0], ENGLISH[1], SPANISH[1], "SQL queries databases."] * 40
    vectors = embedder.embed(questions)
    with Index.open(folder, embedder) as index:

        def ask(row: int) -> tuple[dict[str, float], list[float], float]:
            found = index.dense(vectors[row], 4)
            return found, index.lexical(questions[row], "en", "en").tolist(), float(index.statement_vectors(next(iter(found))).sum())

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(ask, range(len(questions))))
        assert found == [ask(row) for row in range(len(questions))]


def test_two_readers_may_open_one_index(folder: Path) -> None:
    vector = FakeEmbedder().embed(["Docker"])[0]
    with Index.open(folder, FakeEmbedder()) as one:
        with Index.open(folder, FakeEmbedder()) as other:
            assert one.dense(vector, 3) == other.dense(vector, 3)
        assert len(one.dense(vector, 3)) == 3


def test_an_open_index_goes_on_answering_while_new_ones_are_built(tmp_path: Path) -> None:
    build_index(make_roles(), tmp_path, FakeEmbedder())
    vector = FakeEmbedder().embed(["Pandas reads tables."])[0]
    with Index.open(tmp_path, FakeEmbedder()) as index:
        before = index.dense(vector, 3)
        build_index(make_roles()[:2], tmp_path, FakeEmbedder())
        assert index.dense(vector, 3) == before
        assert index.statement_vectors("data/en/skills#0").any()


def test_no_index_is_missing_not_empty(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="there is no index here; run `coach ingest`"):
        Index.open(tmp_path / "none", FakeEmbedder())
    assert not (tmp_path / "none").exists()


def test_another_model_cannot_read_the_index(folder: Path) -> None:
    with pytest.raises(IndexUnusable, match="made with the embedding model fake/32/l2, not other; run `coach ingest`"):
        Index.open(folder, FakeEmbedder(fingerprint="other"))


def test_another_format_cannot_be_read(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    (manifest,) = copy.glob("*/manifest.json")
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 0}))
    with pytest.raises(IndexUnusable, match="the index has format 0, this version of the coach reads"):
        Index.open(copy, FakeEmbedder())
    assert is_stale(make_roles(), copy, FakeEmbedder())


FILES = ["CURRENT", "manifest.json", "chunks.jsonl", "roles.json", "statements.npy", "names.npy", "chroma/chroma.sqlite3"]
FILES += ["bm25-en/rows.json", "bm25-es/vocab.index.json", "bm25-en/data.csc.index.npy"]


@pytest.mark.parametrize("damage", ["gone", "torn", "garbage"])
@pytest.mark.parametrize("name", FILES)
def test_damage_is_told_with_the_fix(folder: Path, tmp_path: Path, name: str, damage: str) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    path = copy / name if name == "CURRENT" else next(copy.glob(f"0*/{name}"))
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(content[: len(content) // 2] if damage == "torn" else b"\x00\xff" * 64)
    with pytest.raises((IndexUnusable, IndexMissing), match="run `coach ingest`"):
        Index.open(copy, FakeEmbedder())


def test_a_word_changed_behind_our_back_is_noticed(folder: Path, tmp_path: Path) -> None:
    """It would still be read without an error, and be quoted."""
    copy = shutil.copytree(folder, tmp_path / "copy")
    (path,) = copy.glob("0*/chunks.jsonl")
    path.write_bytes(path.read_bytes().replace(b"Terraform", b"Terrafarm"))
    with pytest.raises(IndexUnusable, match=r"chunks\.jsonl: the file is missing or not as it was written; run `coach ingest`"):
        Index.open(copy, FakeEmbedder())


def test_vectors_that_do_not_match_the_chunks_are_told(folder: Path, tmp_path: Path) -> None:
    copy = shutil.copytree(folder, tmp_path / "copy")
    with Index.open(copy, FakeEmbedder()) as index:
        index.vectors.add(["stray"], np.ones((1, 32), dtype=np.float32), [{"role": "x"}], ["x"])
    with pytest.raises(IndexUnusable, match="holds 7 vectors for 6 chunks"):
        Index.open(copy, FakeEmbedder())


def test_staleness_follows_content_and_model_and_embeds_nothing(folder: Path, tmp_path: Path) -> None:
    embedder, roles = FakeEmbedder(), make_roles()
    assert not is_stale(roles, folder, embedder)
    assert not is_stale(roles[::-1], folder, embedder)
    assert is_stale(roles[:2], folder, embedder)
    assert is_stale([replace(roles[0], updated="2027-01"), *roles[1:]], folder, embedder)
    assert is_stale(roles, folder, FakeEmbedder(fingerprint="other"))
    assert is_stale(roles, tmp_path, embedder)
    assert embedder.embedded == []


def test_the_real_model_finds_by_meaning(tmp_path: Path, embedder: SentenceTransformerEmbedder) -> None:
    build_index(make_roles(), tmp_path, embedder)
    with Index.open(tmp_path, embedder) as index:
        question = embedder.embed(["What runs my containers on many machines?"])[0]
        (best,) = index.dense(question, 1, language="en")
        assert best == "devops/en/skills#0"
        assert int((index.statement_vectors(best) @ question).argmax()) == 1
        name = index.names[int((index.name_vectors() @ embedder.embed(["server side backend developer"])[0]).argmax())]
        assert name.role == "backend"
