"""ESCO csv files as documents in both languages, and one clear line for whatever is wrong with a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from occupations import ESCO_COLUMNS, REGULATED, URI, change, write, write_esco

from coach.errors import DocumentError
from coach.knowledge.import_esco import read_esco
from coach.knowledge.imports import Occupation
from coach.types import LANGUAGES, Language

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "esco"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_esco(tmp_path / "esco")


@pytest.fixture(scope="module")
def occupations(tmp_path_factory: pytest.TempPathFactory) -> list[Occupation]:
    return read_esco(write_esco(tmp_path_factory.mktemp("sound") / "esco"))


@pytest.fixture(scope="module")
def real() -> list[Occupation]:
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared/data is not beside the repository")
    return read_esco(SHARED)


def by_id(occupations: Sequence[Occupation], wanted: str) -> Occupation:
    (found,) = [one for one in occupations if one.id == wanted]
    return found


def sections(occupation: Occupation, language: Language) -> dict[str, str]:
    return {text.section: text.text for text in occupation.texts if text.language == language}


def test_every_occupation_has_its_words_in_both_languages(occupations: list[Occupation]) -> None:
    assert [one.id for one in occupations] == ["lighthouse-keeper", "beekeeper", "kite-maker", "bell-founder", "crew-scout", "ship-s-baker"]
    for one in occupations:
        assert [list(sections(one, language)) for language in LANGUAGES] in (
            [["overview", "tracks"]] * 2,
            [["overview", "learning", "tracks"]] * 2,
        )


def test_descriptions_regulation_and_neighbours(occupations: list[Occupation]) -> None:
    keeper = by_id(occupations, "lighthouse-keeper")
    assert sections(keeper, "en") == {
        "overview": "Lighthouse keepers guard the light of a harbour.\nThey call the pilot.",
        "learning": "Lighthouse keeper is a regulated profession in the European Union: national law says which qualification it asks for.",
        "tracks": "Occupations of the same group as Lighthouse keeper (ISCO-08 9001, Hands at sea): Crew scout; Ship's baker.",
    }
    assert sections(keeper, "es") == {
        "overview": "Los fareros guardan la luz de un puerto.\nAvisan al práctico.",
        "learning": "Farero/farera es una profesión regulada en la Unión Europea: la ley de cada país dice qué titulación exige.",
        "tracks": "Ocupaciones del mismo grupo que Farero/farera (ISCO-08 9001, Manos en el mar): "
        "Ojeador de tripulaciones/ojeadora de tripulaciones; Panadero de barco/panadera de barco.",
    }


def test_a_group_that_has_no_name_in_spanish_goes_by_its_code(occupations: list[Occupation]) -> None:
    maker = by_id(occupations, "kite-maker")
    assert "(ISCO-08 9002, Hands ashore)" in sections(maker, "en")["tracks"]
    assert "(ISCO-08 9002)" in sections(maker, "es")["tracks"]
    assert sections(maker, "en")["overview"] == 'Kite makers cut sails, "bows" and tails, and glue them.'


def test_both_genders_are_names(occupations: list[Occupation]) -> None:
    founder = by_id(occupations, "bell-founder")
    assert founder.titles == {"en": "Bell founder", "es": "Fundidor de campanas/fundidora de campanas"}
    assert founder.aliases == {"en": ("winder",), "es": ("fundidor de campanas", "fundidora de campanas", "campanero", "campanera")}


def test_the_source_names_classification_page_and_licence_in_its_language(occupations: list[Occupation]) -> None:
    keeper = by_id(occupations, "lighthouse-keeper")
    assert (keeper.code, keeper.name, keeper.updated) == (f"{URI}light", "esco-9001-1", "2024-03")
    assert keeper.sources["en"].title == "ESCO classification, European Commission: lighthouse keeper"
    assert keeper.sources["es"].title == "Clasificación ESCO, Comisión Europea: farero/farera"
    assert {(source.url, source.date) for source in keeper.sources.values()} == {(f"{URI}light", "2024-03")}
    assert "© European Union" in (keeper.sources["en"].licence or "")
    assert "© Unión Europea" in (keeper.sources["es"].licence or "")


def test_without_the_groups_only_their_names_are_missing(folder: Path, occupations: list[Occupation]) -> None:
    for language in LANGUAGES:
        (folder / f"ISCOGroups_{language}.csv").unlink()
    read = read_esco(folder)
    assert [one.id for one in read] == [one.id for one in occupations]
    assert "(ISCO-08 9001):" in sections(read[0], "en")["tracks"]
    assert "(ISCO-08 9001):" in sections(read[0], "es")["tracks"]


def test_an_occupation_alone_in_its_group_and_one_without_a_description(folder: Path) -> None:
    for language in LANGUAGES:
        change(folder / f"occupations_{language}.csv", f"{URI}kites,9002", f"{URI}kites,9003")
        change(folder / f"ISCOGroups_{language}.csv", "9002,", "9003,Kites\n9002,")
    change(folder / "occupations_es.csv", "Los cometeros cortan telas y varas.", " ")
    maker = by_id(read_esco(folder), "kite-maker")
    assert (list(sections(maker, "en")), list(sections(maker, "es"))) == (["overview"], [])


@pytest.mark.parametrize("name", ["occupations_en.csv", "occupations_es.csv"])
def test_a_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DocumentError) as caught:
        read_esco(folder)
    assert (
        str(caught.value) == f"{folder / name}: is missing; give the folder with the files of ESCO 1.1 or later (csv, English and Spanish)"
    )


def drop(path: Path, column: str) -> None:
    """Takes the column away, as an older version has it."""
    assert column in ESCO_COLUMNS
    write(path, path.read_text("utf-8").replace(column, "internal" + column, 1))


ES, EN = "occupations_es.csv", "occupations_en.csv"


def cut(path: Path) -> None:
    """Takes the last row away: what is left reads well."""
    *rows, _ = csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    write(path, stream.getvalue())


WRONG: list[tuple[str, Callable[[Path], object], int | None, str]] = [
    (
        EN,
        lambda path: drop(path, "regulatedProfessionNote"),
        1,
        "lacks the column 'regulatedProfessionNote': it is not of ESCO 1.1 or later",
    ),
    (ES, lambda path: drop(path, "iscoGroup"), 1, "lacks the column 'iscoGroup'"),
    (ES, lambda path: write(path, path.read_text("utf-8").replace(",", ";")), 1, "lacks the column 'conceptUri'"),
    ("ISCOGroups_es.csv", lambda path: change(path, "code", "key"), 1, "lacks the column 'code'"),
    ("ISCOGroups_en.csv", cut, None, "lacks the group 9002, to which an occupation belongs: it is of another version, or cut; give"),
    (ES, cut, None, f"is of another version than {EN}: 1 occupations stand in one of them only"),
    (ES, lambda path: path.write_bytes(path.read_text("utf-8").encode("latin-1")), 2, "is not UTF-8 text; save it as UTF-8"),
    (ES, lambda path: change(path, "cometero/cometera,", ""), 8, "has 13 fields where the heading has 14; give the file as published"),
    (EN, lambda path: change(path, '""bows""', '"bows"'), 6, "cannot be read as ESCO 1.1 or later"),
    (ES, lambda path: write(path, ",".join(ESCO_COLUMNS) + "\n"), None, "has no rows; give the whole file"),
    (EN, lambda path: change(path, f"{URI}kites", f"{URI}bells"), None, f"holds {URI}bells twice"),
    (EN, lambda path: change(path, f"{URI}kites", ""), None, "has an occupation without a URI or a label (no URI)"),
    (ES, lambda path: change(path, "cometero/cometera", " "), None, f"has an occupation without a URI or a label ({URI}kites)"),
    (
        ES,
        lambda path: change(path, f"{URI}kites", f"{URI}kytes"),
        None,
        f"is of another version than {EN}: 2 occupations stand in one of them only ({URI}kites); give both files of one version",
    ),
]


@pytest.mark.parametrize(("name", "spoil", "line", "said"), WRONG, ids=[one[3][:60] for one in WRONG])
def test_what_is_wrong_with_a_file_is_one_clear_line(
    folder: Path, name: str, spoil: Callable[[Path], object], line: int | None, said: str
) -> None:
    spoil(folder / name)
    with pytest.raises(DocumentError) as caught:
        read_esco(folder)
    assert said in str(caught.value)
    assert caught.value.path == str(folder / name)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


@pytest.mark.shared
def test_the_real_classification_is_read_whole(real: list[Occupation]) -> None:
    assert len(real) == 3039
    assert len({one.id for one in real}) == 3039
    assert all(one.id and sections(one, "en")["overview"] and sections(one, "es")["overview"] for one in real)
    breeder = by_id(real, "bee-breeder")
    assert (breeder.titles["en"], breeder.titles["es"]) == ("Bee breeder", "Apicultor/apicultora")
    assert "apicultor" in breeder.aliases["es"]
    assert "bees" in sections(breeder, "en")["overview"]
    assert "abejas" in sections(breeder, "es")["overview"]
    midwife = by_id(real, "midwife")
    assert "regulated profession" in sections(midwife, "en")["learning"]
    assert "profesión regulada" in sections(midwife, "es")["learning"]
    for one in (breeder, midwife, by_id(real, "dental-hygienist")):
        assert "© European Union" in (one.sources["en"].licence or "")
        assert "© Unión Europea" in (one.sources["es"].licence or "")


@pytest.mark.shared
def test_what_the_real_files_call_regulated_is_what_this_one_does(real: list[Occupation]) -> None:
    """The made-up folder would be no test if its columns and values were not those of the real one."""
    text = (SHARED / EN).read_text("utf-8")
    assert text.splitlines()[0] == ",".join(ESCO_COLUMNS)
    assert REGULATED in text
