"""From folders of documents to an index, and back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from small_house import build_house

from coach.errors import CoachError, DocumentError, ServiceError
from coach.index.embedding import SentenceTransformerEmbedder
from coach.index.store import Index
from coach.ingest import INPUTS, Inputs, build_apart, cards, collect, ingest, needs_build
from coach.settings import Settings
from coach.types import Role

PAGE = "Beekeeper\n\nSkills\n- Reading the weather before a visit to the hives.\n- Lifting heavy boxes without dropping them.\n"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_house(tmp_path_factory.mktemp("ingest") / "house")


@pytest.fixture
def house(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "house")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "bees.txt").write_text(PAGE)
    return tmp_path / "pages"


@pytest.fixture
def settings(house: Path, tmp_path: Path) -> Settings:
    return Settings(knowledge=house, pages=None, index=tmp_path / "index")


def texts(settings: Settings) -> str:
    with Index.open(settings.index_folder, FakeEmbedder()) as index:
        return "\n".join(chunk.text for chunk in index.chunks)


def test_the_index_holds_the_documents_and_remembers_their_folders(settings: Settings) -> None:
    inputs = Inputs(settings.knowledge, None)
    report, collected = ingest(settings, inputs, FakeEmbedder())
    assert report.changed
    assert [role.id for role in collected.roles] == ["beekeeper", "tram-driver"]
    assert "slow hands keep the colony calm" in texts(settings)
    assert Inputs.of(settings) == inputs


def test_curated_documents_and_pages_together(settings: Settings, pages: Path) -> None:
    ingest(settings, Inputs(settings.knowledge, pages), FakeEmbedder())
    assert "Reading the weather" in texts(settings)
    assert "slow hands" in texts(settings)


def test_pages_alone_are_placed_by_the_names_of_curated_roles(settings: Settings, pages: Path) -> None:
    _, collected = ingest(settings, Inputs(None, pages), FakeEmbedder())
    assert {role.id for role in collected.roles} == {"beekeeper"}
    assert "slow hands" not in texts(settings)


def test_a_page_that_cannot_be_read_is_passed_over_and_named(settings: Settings, pages: Path) -> None:
    (pages / "broken.pdf").write_bytes(b"%PDF-1.4 nonsense")
    collected = collect(settings, Inputs(None, pages))
    assert len(collected.roles) == 1
    assert ["broken.pdf" in str(problem) for problem in collected.problems] == [True]


def test_a_bad_curated_document_stops_and_the_old_index_stays(settings: Settings, house: Path) -> None:
    ingest(settings, Inputs(house, None), FakeEmbedder())
    (house / "beekeeper" / "es.md").write_text("nothing")
    with pytest.raises(DocumentError, match=r"beekeeper/es\.md:1: has no front matter"):
        ingest(settings, Inputs(house, None), FakeEmbedder())
    assert "slow hands" in texts(settings)


@pytest.mark.parametrize("kind", ["knowledge", "pages"])
def test_a_folder_with_nothing_in_it_is_refused(settings: Settings, tmp_path: Path, kind: str) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    inputs = Inputs(empty, None) if kind == "knowledge" else Inputs(None, empty)
    with pytest.raises(CoachError, match=r"empty: no role document to index there"):
        collect(settings, inputs)


def test_a_note_that_cannot_be_written_is_named(settings: Settings) -> None:
    (settings.index_folder / INPUTS).mkdir(parents=True)
    with pytest.raises(ServiceError, match="cannot be written"):
        ingest(settings, Inputs(settings.knowledge, None), FakeEmbedder())


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "{}", '{"knowledge": 3, "pages": 4}'])
def test_without_a_readable_note_the_settings_count(settings: Settings, text: str) -> None:
    settings.index_folder.mkdir()
    (settings.index_folder / INPUTS).write_text(text)
    assert Inputs.of(settings) == Inputs(settings.knowledge, None, settings.imports_folder)


def test_an_index_is_built_where_it_is_missing_or_stale_and_not_otherwise(settings: Settings, house: Path) -> None:
    assert needs_build(settings, FakeEmbedder())
    first, _ = ingest(settings, Inputs.of(settings), FakeEmbedder())
    assert not needs_build(settings, FakeEmbedder())
    path = house / "beekeeper" / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("slow hands", "gentle hands"), encoding="utf-8")
    assert needs_build(settings, FakeEmbedder())
    again, _ = ingest(settings, Inputs.of(settings), FakeEmbedder())
    assert 0 < again.embedded < first.embedded
    assert "gentle hands" in texts(settings)


def test_an_index_is_compared_with_the_folders_it_was_made_of(settings: Settings, pages: Path) -> None:
    ingest(settings, Inputs(None, pages), FakeEmbedder())
    assert not needs_build(settings, FakeEmbedder())
    (pages / "bees.txt").write_text(PAGE.replace("heavy", "light"))
    assert needs_build(settings, FakeEmbedder())


def test_an_index_goes_on_serving_where_its_folders_are_gone(settings: Settings, house: Path) -> None:
    ingest(settings, Inputs.of(settings), FakeEmbedder())
    house.rename(house.with_name("moved"))
    assert not needs_build(settings, FakeEmbedder())
    assert "slow hands" in texts(settings)


def test_a_build_in_a_process_of_its_own(settings: Settings, pages: Path, house: Path, capfd: pytest.CaptureFixture[str]) -> None:
    inputs = Inputs(None, pages)
    settings.index_folder.mkdir()
    inputs.save(settings.index_folder)
    build_apart(settings)
    embedder = SentenceTransformerEmbedder.open()
    assert not needs_build(settings, embedder)
    with Index.open(settings.index_folder, embedder) as index:
        assert {chunk.role for chunk in index.chunks} == {"beekeeper"}
    Inputs(house, None).save(settings.index_folder)
    (house / "beekeeper" / "es.md").write_text("nothing")
    with pytest.raises(ServiceError, match="could not be built, as said above"):
        build_apart(settings)
    assert "es.md:1: has no front matter" in capfd.readouterr().err


def test_there_is_one_card_for_each_role_and_it_is_the_curated_one() -> None:
    page = Role("bees", {"en": "Bee page"}, {}, origin="page")
    curated = Role("bees", {"en": "Beekeeper"}, {})
    other = Role("trams", {"en": "Tram"}, {}, origin="page")
    assert [(card.id, card.title("en")) for card in cards([page, other, curated])] == [("bees", "Beekeeper"), ("trams", "Tram")]
