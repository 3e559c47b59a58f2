"""Imported occupations: kept whole in one file a classification, read back as roles, and set beside the curated ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from occupations import BEES, BEES_SOC, URI, write_esco, write_onet
from small_house import build_house

from coach.errors import DocumentError, ServiceError
from coach.knowledge import imports
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.import_esco import read_esco
from coach.knowledge.import_onet import read_onet
from coach.knowledge.imports import Occupation, imported_roles, join, read_imports, save_occupations, slug, spoken_names
from coach.types import LANGUAGES, Role


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return load_catalogue(build_house(tmp_path_factory.mktemp("imports") / "house"))


@pytest.fixture(scope="module")
def esco(tmp_path_factory: pytest.TempPathFactory) -> list[Occupation]:
    return read_esco(write_esco(tmp_path_factory.mktemp("sound") / "esco"))


@pytest.fixture(scope="module")
def onet(tmp_path_factory: pytest.TempPathFactory) -> list[Occupation]:
    return list(read_onet(write_onet(tmp_path_factory.mktemp("sound") / "onet")).occupations)


def curated(role: str, *codes: str) -> Role:
    return Role(role, {"en": role.title(), "es": f"Puesto {role}"}, {"en": (), "es": ()}, codes=codes)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Bee breeder", "bee-breeder"),
        ("Ship's cook (night)", "ship-s-cook-night"),
        ("Señal/Señala", "senal-senala"),
        ("3D artist", "3d-artist"),
    ],
)
def test_a_title_makes_an_id(title: str, expected: str) -> None:
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("name", "spoken"),
    [
        ("Chief Honey Officer (CHO)", ("Chief Honey Officer", "CHO")),
        ("Hive Hand (North)", ("Hive Hand",)),
        ("Scrub Technician (OR)", ("Scrub Technician",)),
        ("Grip (of a film) operator", ("Grip operator",)),
        ("(empty)", ()),
    ],
)
def test_a_name_is_said_without_its_brackets_and_by_its_own_initials(name: str, spoken: tuple[str, ...]) -> None:
    assert spoken_names([name, name], "en") == spoken


def test_initials_are_those_of_english(esco: list[Occupation]) -> None:
    assert spoken_names(["Casa de Oro (CDO)"], "es") == ("Casa de Oro",)


def test_what_is_saved_is_read_back(tmp_path: Path, catalogue: Catalogue, esco: list[Occupation]) -> None:
    path = save_occupations(tmp_path / "data" / "imports", "esco", esco)
    assert path == tmp_path / "data" / "imports" / "esco.jsonl"
    assert [one.name for one in path.parent.iterdir()] == ["esco.jsonl"]
    roles = read_imports(path.parent, catalogue)
    assert roles == imported_roles(esco, catalogue)
    keeper = roles[0]
    assert (keeper.id, keeper.origin, keeper.codes, keeper.updated) == ("lighthouse-keeper", "import", (f"{URI}light",), "2024-03")
    assert keeper.names("es") == ("Farero/farera", "farero", "farera", "guardián de la luz", "guardiana de la luz")
    assert [(one.language, one.id) for one in keeper.sections] == [
        (language, section) for language in LANGUAGES for section in ("overview", "learning", "tracks")
    ]
    assert all(one.heading == catalogue.heading(one.id, one.language) for one in keeper.sections)


def test_sections_carry_document_date_source_and_exact_statements(catalogue: Catalogue, onet: list[Occupation]) -> None:
    keeper = imported_roles(onet, catalogue)[0]
    sections = {one.id: one for one in keeper.sections}
    tasks = sections["responsibilities"]
    assert [(one.within(tasks.text), one.kind, one.group) for one in tasks.statements] == [
        ("Polish the lens every morning.", "item", "Core tasks"),
        ("Note passing ships in the log.", "item", "Core tasks"),
        ("Paint the railing.", "item", "Further tasks"),
        ("Check the solar panels of the lamp.", "item", "Further tasks"),
    ]
    overview = sections["overview"]
    assert [one.within(overview.text) for one in overview.statements] == [
        "Tend the lamp of a tower on the coast.",
        "May guide tours by day.",
    ]
    for section in keeper.sections:
        assert (section.role, section.document, section.updated) == ("lighthouse-keepers", "onet-53-9001-00", "2025-02")
        assert "CC BY 4.0" in (section.source.licence or "")


def test_both_classifications_stand_beside_each_other_and_esco_comes_first(
    tmp_path: Path, catalogue: Catalogue, esco: list[Occupation], onet: list[Occupation]
) -> None:
    assert read_imports(tmp_path, catalogue) == read_imports(tmp_path / "nowhere", catalogue) == []
    save_occupations(tmp_path, "onet", onet)
    save_occupations(tmp_path, "esco", esco)
    assert [role.id for role in read_imports(tmp_path, catalogue)] == [one.id for one in (*esco, *onet)]


def test_a_new_import_takes_the_place_of_the_old_one(tmp_path: Path, catalogue: Catalogue, esco: list[Occupation]) -> None:
    save_occupations(tmp_path, "esco", esco)
    save_occupations(tmp_path, "esco", esco[:2])
    assert [role.id for role in read_imports(tmp_path, catalogue)] == ["lighthouse-keeper", "beekeeper"]


def test_two_occupations_with_one_id_are_refused_and_the_old_file_stays(
    tmp_path: Path, catalogue: Catalogue, esco: list[Occupation]
) -> None:
    save_occupations(tmp_path, "esco", esco)
    twin = replace(esco[1], name="esco-9009-9", code=f"{URI}twin")
    with pytest.raises(DocumentError, match="esco-9009-9: has the role id 'beekeeper' of esco-9002-2; give the files of one release"):
        save_occupations(tmp_path, "esco", [*esco, twin])
    assert read_imports(tmp_path, catalogue) == imported_roles(esco, catalogue)


class Killed(BaseException):
    """The process is gone."""


def test_a_killed_import_leaves_the_old_file_and_the_next_one_is_whole(
    tmp_path: Path, catalogue: Catalogue, esco: list[Occupation], monkeypatch: pytest.MonkeyPatch
) -> None:
    save_occupations(tmp_path, "esco", esco)
    real, moments = Path.write_text, []

    def half(path: Path, text: str, encoding: str) -> int:
        moments.append("writing")
        real(path, text[: len(text) // 2], encoding)
        raise Killed

    def before(old: Path, new: Path) -> None:
        moments.append("replacing")
        raise Killed

    for patched in ((Path, "write_text", half), (imports.os, "replace", before)):
        with monkeypatch.context() as patch:
            patch.setattr(*patched)
            with pytest.raises(Killed):
                save_occupations(tmp_path, "esco", esco[:1])
        assert read_imports(tmp_path, catalogue) == imported_roles(esco, catalogue)
    assert moments == ["writing", "replacing"]
    save_occupations(tmp_path, "esco", esco[:1])
    assert read_imports(tmp_path, catalogue) == imported_roles(esco[:1], catalogue)
    assert [one.name for one in tmp_path.iterdir()] == ["esco.jsonl"]


@pytest.mark.parametrize("blocked", ["folder", "file"])
def test_a_folder_that_cannot_be_written_is_named_and_the_old_file_stays(tmp_path: Path, esco: list[Occupation], blocked: str) -> None:
    folder = tmp_path / "imports"
    if blocked == "folder":
        folder.write_text("a file")
    else:
        before = save_occupations(folder, "esco", esco).read_bytes()
        (folder / "esco.part").mkdir()
    with pytest.raises(ServiceError) as caught:
        save_occupations(folder, "esco", esco[:1])
    assert str(caught.value).startswith(f"{folder}: cannot be written (")
    assert str(caught.value).endswith("set COACH_DATA to a folder that can")
    assert folder.read_text() == "a file" if blocked == "folder" else (folder / "esco.jsonl").read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "garbage", "another shape", "another section", "another source"])
def test_a_damaged_file_is_named_with_its_line_and_what_to_do(
    tmp_path: Path, catalogue: Catalogue, esco: list[Occupation], damage: str
) -> None:
    path = save_occupations(tmp_path, "esco", esco)
    first, second, *others = path.read_bytes().splitlines(keepends=True)
    second = {
        "cut": second[: len(second) // 2],
        "garbage": b"\xff\xfe\x00\n",
        "another shape": b"[1, 2]\n",
        "another section": second.replace(b'"overview"', b'"underview"'),
        "another source": second.replace(b'"licence"', b'"license"'),
    }[damage]
    path.write_bytes(b"".join([first, second] if damage == "cut" else [first, second, *others]))
    with pytest.raises(DocumentError) as caught:
        read_imports(tmp_path, catalogue)
    assert (caught.value.path, str(caught.value).rpartition("; ")[2]) == (str(path), "run `coach import esco` again")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("cut at the end of a line", "ends too early"),
        ("without its last line", "ends too early"),
        ("empty", "ends too early"),
        ("a line less", "has been changed since it was written"),
        ("a line twice", "has been changed since it was written"),
        ("another word", "has been changed since it was written"),
        ("of another file", "has been changed since it was written"),
    ],
)
def test_a_file_that_reads_well_but_is_not_what_was_imported_is_refused(
    tmp_path: Path, catalogue: Catalogue, esco: list[Occupation], damage: str, said: str
) -> None:
    """Cut at the end of a line, a file is still one JSON object a line: only its seal tells that something is missing."""
    path = save_occupations(tmp_path, "esco", esco)
    *lines, seal = path.read_bytes().splitlines(keepends=True)
    other = save_occupations(tmp_path / "other", "esco", esco[:-1]).read_bytes().splitlines(keepends=True)[-1]
    spoilt = {
        "cut at the end of a line": lines[:3],
        "without its last line": lines,
        "empty": [],
        "a line less": [*lines[:-1], seal],
        "a line twice": [*lines, lines[-1], seal],
        "another word": [lines[0].replace(b"harbour", b"Harbour"), *lines[1:], seal],
        "of another file": [*lines, other],
    }[damage]
    path.write_bytes(b"".join(spoilt))
    with pytest.raises(DocumentError) as caught:
        read_imports(tmp_path, catalogue)
    assert str(caught.value) == f"{path}: {said}; run `coach import esco` again"


@pytest.mark.parametrize("codes", [(BEES,), (BEES_SOC,), (BEES, BEES_SOC)])
def test_a_curated_role_that_names_the_code_leads_and_the_import_adds_names_only(
    catalogue: Catalogue, esco: list[Occupation], onet: list[Occupation], codes: tuple[str, ...]
) -> None:
    imported = [role for role in imported_roles([*esco, *onet], catalogue) if role.codes[0] in codes]
    joined = join([curated("tram-driver"), curated("beekeeper", *codes)], imported)
    assert [(role.id, role.sections, role.origin) for role in joined] == [("beekeeper", (), "import")] * len(codes)
    assert [role.names(language) for role in joined for language in ("en", "es")] == [
        role.names(language) for role in imported for language in ("en", "es")
    ]


def test_a_curated_role_that_does_not_name_the_code_is_not_overrun(catalogue: Catalogue, esco: list[Occupation]) -> None:
    with pytest.raises(DocumentError) as caught:
        join([curated("beekeeper", BEES_SOC)], imported_roles(esco, catalogue))
    assert str(caught.value) == (
        f"{BEES}: has the role id 'beekeeper' of a curated role that does not name this code; "
        "name the code in facts.yaml of beekeeper, with match: exact, or rename the curated role"
    )


def test_an_occupation_of_the_same_title_joins_the_one_read_earlier(
    catalogue: Catalogue, esco: list[Occupation], onet: list[Occupation]
) -> None:
    """ "Lighthouse Keepers" of O*NET and "lighthouse keeper" of ESCO are one role, with the texts of both."""
    roles = imported_roles([*esco, *onet], catalogue)
    joined = join([], roles)
    keepers = [role for role in joined if role.id == "lighthouse-keeper"]
    assert [role.codes for role in keepers] == [(f"{URI}light",), ("53-9001.00",)]
    assert {section.role for role in keepers for section in role.sections} == {"lighthouse-keeper"}
    assert keepers[1].titles == {"en": "Lighthouse Keepers"}
    assert [section.text for section in keepers[1].sections] == [section.text for section in roles[len(esco)].sections]
    others = [role for role in joined if role.id not in ("lighthouse-keeper", "beekeeper")]
    assert others == [role for role in roles if role.id in {other.id for other in others}]
    assert len({role.id for role in joined}) == len(esco) + len(onet) - 2


def test_nothing_to_join(catalogue: Catalogue, esco: list[Occupation]) -> None:
    assert join([curated("beekeeper")], []) == []
    roles = imported_roles(esco, catalogue)
    assert join([], roles) == roles
