"""The commands that bring documents in, begin them and look after them: import, ingest, new, check --stale, roles."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import CITATION, Run, invoke, one_line
from fakes import FakeEmbedder
from occupations import change, claim, write, write_esco, write_onet
from small_house import build_house

from coach.index.embedding import SentenceTransformerEmbedder
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.knowledge.imports import join, read_imports
from coach.language import say
from coach.retrieval.imported import ImportedNames
from coach.retrieval.words import Words

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command with a made-up embedder; index and imports are in a data folder of its own."""
    monkeypatch.setattr(SentenceTransformerEmbedder, "open", lambda *_: FakeEmbedder())
    monkeypatch.setenv("COACH_DATA", str(tmp_path / "data"))
    return invoke


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The small house as the knowledge of every command; its beekeeper is that of both classifications."""
    folder = build_house(tmp_path / "house")
    claim(folder)
    monkeypatch.setenv("COACH_KNOWLEDGE", str(folder))
    return folder


def imports(house: Path) -> set[str]:
    """What is in the folder of imports."""
    folder = house.parent / "data" / "imports"
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def test_classifications_are_imported_indexed_asked_about_and_removed(run: Run, house: Path, tmp_path: Path) -> None:
    for scheme, folder, count in (("onet", write_onet(tmp_path / "onet"), 5), ("esco", write_esco(tmp_path / "esco"), 6)):
        result = run("import", scheme, folder)
        assert (result.exit_code, result.stderr) == (0, "")
        path = tmp_path / "data" / "imports" / f"{scheme}.jsonl"
        assert result.stdout == f"{path}: {count} occupations, 1 of them names of curated roles; now run `coach ingest`\n"
    assert " of 10 roles" in run("ingest").stdout
    answer = json.loads(run("ask", "¿Qué hace una cometera?", "--json").stdout)
    assert (answer["kind"], answer["roles"]) == ("answer", ["kite-maker"])
    assert all(set(citation) == CITATION and "© Unión Europea" in citation["licence"] for citation in answer["citations"])
    for citation in answer["citations"]:
        assert run("show", citation["chunk"]).stdout[citation["start"] : citation["end"]] == citation["quote"]
    assert " of 2 roles" in run("ingest", "--no-imports").stdout
    assert " of 2 roles" in run("ingest", "--knowledge", house, "--index", tmp_path / "given").stdout
    assert " of 10 roles" in run("ingest", "--knowledge", house, "--imports", "--index", tmp_path / "given").stdout
    for scheme in ("esco", "onet"):
        result = run("import", "remove", scheme)
        assert result.stdout == f"{tmp_path / 'data' / 'imports' / scheme}.jsonl: removed; now run `coach ingest`\n"
    assert imports(house) == set()
    assert "nothing was imported there; `coach import esco FOLDER` does" in one_line(run("import", "remove", "esco"))


def test_imported_occupations_are_counted_or_listed_with_all(run: Run, house: Path, tmp_path: Path) -> None:
    run("import", "esco", write_esco(tmp_path / "esco"))
    run("ingest")
    assert "lighthouse-keeper" not in run("roles").stdout
    assert run("roles").stdout.splitlines()[-1] == "and 5 imported occupations; --all lists them"
    everything = run("roles", "--all").stdout
    assert "lighthouse-keeper" in everything
    assert "--all" not in everything
    assert [record["id"] for record in json.loads(run("roles", "--json").stdout)] == ["beekeeper", "tram-driver"]
    records = {record["id"]: record for record in json.loads(run("roles", "--all", "--json").stdout)}
    assert len(records) == 7
    assert records["kite-maker"]["coverage"] == {"en": ["overview", "tracks"], "es": ["overview", "tracks"]}
    assert records["beekeeper"]["title"] == "Beekeeper"


def test_coverage_shows_which_section_there_is_in_which_language(run: Run, house: Path, tmp_path: Path) -> None:
    run("import", "onet", write_onet(tmp_path / "onet"))
    run("ingest")
    lines = run("roles", "--coverage", "--all").stdout.splitlines()
    rows = {line.split("│")[1].strip(): [cell.strip() for cell in line.split("│")[2:-1]] for line in lines if line.startswith("│")}
    assert set(rows["beekeeper"]) == {"●"}
    assert len(rows["beekeeper"]) == 21
    assert (rows["lighthouse-keepers"].count("en"), rows["lighthouse-keepers"].count("·")) == (6, 15)


def test_an_optional_file_that_is_absent_is_said(run: Run, house: Path, tmp_path: Path) -> None:
    folder = write_onet(tmp_path / "onet")
    (folder / "Work Styles.txt").unlink()
    result = run("import", "onet", folder)
    assert (result.exit_code, result.stderr) == (0, f"coach: {folder / 'Work Styles.txt'} is not there; what it holds is left out\n")
    assert imports(house) == {"onet.jsonl"}


BAD: list[tuple[str, str, Callable[[Path], object], str]] = [
    ("onet", "Task Statements.txt", lambda path: path.unlink(), "Task Statements.txt: is missing; give the folder"),
    ("onet", "Task Statements.txt", lambda path: change(path, "\tPaint the railing.", ""), "4: has 6 fields where the heading has 7"),
    ("onet", "Work Styles.txt", lambda path: path.write_bytes(path.read_bytes().replace(b"Calm", b"Calm\xe9")), "2: is not UTF-8 text"),
    ("esco", "occupations_es.csv", lambda path: change(path, "iscoGroup", "group"), "lacks the column 'iscoGroup': it is not of ESCO 1.1"),
    ("esco", "occupations_es.csv", lambda path: change(path, "occupation/kites", "occupation/kytes"), "is of another version than"),
    ("esco", "occupations_es.csv", lambda path: write(path, ""), "lacks the column"),
    (
        "esco",
        "occupations_en.csv",
        lambda path: change(path, "kite maker", "tram driver"),
        "'tram-driver' of a curated role that does not name",
    ),
    ("esco", "occupations_en.csv", lambda path: change(path, "kite maker", "bell founder"), "has the role id 'bell-founder' of esco-9002-"),
]


@pytest.mark.parametrize(("scheme", "name", "spoil", "said"), BAD, ids=[one[3][:40] for one in BAD])
def test_a_wrong_file_is_one_line_and_nothing_is_half_imported(
    run: Run, house: Path, tmp_path: Path, scheme: str, name: str, spoil: Callable[[Path], object], said: str
) -> None:
    folder = (write_onet if scheme == "onet" else write_esco)(tmp_path / scheme)
    spoil(folder / name)
    assert said in one_line(run("import", scheme, folder))
    assert imports(house) == set()


@pytest.mark.parametrize("scheme", ["onet", "esco"])
def test_a_file_in_place_of_the_folder_is_one_line(run: Run, house: Path, scheme: str) -> None:
    """As a folder that is not there: the command is used rightly, what it is pointed at is wrong."""
    said = one_line(run("import", scheme, house / "sections.yaml"))
    assert said.endswith("sections.yaml: is a file; name the folder with the files of the classification")
    assert imports(house) == set()


@pytest.mark.shared
def test_the_real_classifications_stand_beside_the_real_roles(run: Run, knowledge: Path, tmp_path: Path) -> None:
    """Every role that has an occupation's id names its code, every code named is there, and what both describe is one role."""
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared/data is not beside the repository")
    for scheme, folder, count in (("onet", SHARED / "onet27", 1016), ("esco", SHARED / "esco", 3039)):
        result = run("import", scheme, folder)
        assert (result.exit_code, result.stderr) == (0, "")
        assert f"{scheme}.jsonl: {count} occupations, " in result.stdout
    catalogue = load_catalogue(knowledge)
    curated, read = read_roles(knowledge, catalogue), read_imports(tmp_path / "data" / "imports", catalogue)
    assert {code for role in curated for code in role.codes} <= {role.codes[0] for role in read}
    roles = join(curated, read)
    assert len(roles) == 1016 + 3039
    hygienist = [role for role in roles if role.id == "dental-hygienist"]
    assert [role.titles["en"] for role in hygienist] == ["Dental hygienist", "Dental Hygienists"]
    texts = {(one.language, one.source.licence) for role in hygienist for one in role.sections if one.id == "overview" and one.text}
    assert texts == {("en", say("esco_licence", "en")), ("es", say("esco_licence", "es")), ("en", say("onet_licence", "en"))}
    names = ImportedNames([*curated, *roles])
    for question, language, role in (
        ("What does a dental hygienist do?", "en", "dental-hygienist"),
        ("¿Qué hace un apicultor?", "es", "bee-breeder"),
    ):
        meant = names.find(Words.of(question, language))
        assert meant is not None
        assert (meant.roles, meant.is_sure) == ((role,), True)


def test_a_role_is_begun_and_what_it_lacks_is_said(run: Run, house: Path) -> None:
    result = run("new", "night-baker", "--title", "Night Baker", "--title-es", "Panadera nocturna")
    assert result.stdout.startswith(f"{house / 'night-baker'}: begun; write en.md, es.md and facts.yaml")
    assert "title: Panadera nocturna" in (house / "night-baker" / "es.md").read_text(encoding="utf-8")
    checked = run("check")
    assert checked.exit_code == 1
    assert checked.stderr.count("night-baker/") == 45
    assert checked.stderr.splitlines()[-1] == "45 problems in 3 roles"
    assert "is there already; choose another id" in one_line(run("new", "night-baker", "--title", "Night Baker"))
    assert "is not a role id" in one_line(run("new", "Night Baker", "--title", "Night Baker"))


def test_what_is_stale_is_listed_with_its_line(run: Run, house: Path) -> None:
    path = house / "tram-driver" / "facts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("date: 2024-05", "date: 1999-05"), encoding="utf-8")
    result = run("check", "--stale", "20y")
    line = next(at for at, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1) if "id: guide" in text)
    assert (result.exit_code, result.stdout, result.stderr) == (0, f"{path}:{line}: source guide is of 1999-05\n", "1 to review\n")
    assert run("check", "--stale", "99y").stderr == "nothing is older\n"
    assert "--stale soon: is no age; write months or years" in one_line(run("check", "--stale", "soon"))
