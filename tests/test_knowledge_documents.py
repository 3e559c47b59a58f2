"""Role documents: read into sections whose statements, sources and figures are right to the character."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_house import TITLES, build_house

from coach.errors import DocumentError
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.documents import build_role, read_document, read_folder, read_roles
from coach.types import LANGUAGES, Language, Role, Section


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_house(tmp_path_factory.mktemp("documents") / "house")


@pytest.fixture(scope="module")
def catalogue(house: Path) -> Catalogue:
    return load_catalogue(house)


@pytest.fixture(scope="module")
def roles(house: Path, catalogue: Catalogue) -> dict[str, Role]:
    return {role.id: role for role in read_roles(house, catalogue)}


def section(role: Role, language: Language, wanted: str) -> Section:
    (found,) = [one for one in role.sections if (one.language, one.id) == (language, wanted)]
    return found


def test_every_section_is_read_in_both_languages(roles: dict[str, Role], catalogue: Catalogue) -> None:
    assert list(roles) == list(TITLES)
    for role in roles.values():
        for language in LANGUAGES:
            assert [one.id for one in role.sections if one.language == language] == list(catalogue.ids)


def test_a_section_knows_its_source_its_file_and_its_date(roles: dict[str, Role]) -> None:
    skills = section(roles["beekeeper"], "es", "skills")
    assert (skills.source.title, skills.source.date, skills.document, skills.updated) == ("Guía", "2024-05", "beekeeper/es.md", "2025-03")
    assert skills.text.startswith("### Habilidades técnicas\n\n- **Inspección")


@pytest.mark.parametrize("language", LANGUAGES)
def test_figures_are_written_under_the_prose_with_their_own_source(roles: dict[str, Role], language: Language) -> None:
    salary = section(roles["beekeeper"], language, "salary")
    rows = [one for one in salary.statements if one.kind == "row"]
    assert len(rows) == 4
    for row in rows:
        assert row.pay is not None
        assert row.pay.amount in row.within(salary.text)
        assert row.source is not None
        assert row.source.title == "Bee survey"
    assert (rows[0].source and rows[0].source.date, rows[1].pay and rows[1].pay.level) == ("2024", "senior")
    assert salary.statements[0].within(salary.text) in {"Pay depends on the harvest.", "El sueldo depende de la cosecha."}


def test_the_outlook_has_its_figures_too(roles: dict[str, Role]) -> None:
    outlook = section(roles["beekeeper"], "en", "outlook")
    assert [one.within(outlook.text) for one in outlook.statements] == [
        "Demand grows slowly.",
        "United States: +3%, 2024-2034; source: BLS, 2025.",
    ]


def test_titles_relations_and_newest_date(roles: dict[str, Role]) -> None:
    role = roles["tram-driver"]
    assert (dict(role.titles), role.related, role.updated, role.origin) == (TITLES["tram-driver"], ("beekeeper",), "2025-03", "curated")


HEAD = "---\ntitle: Beekeeper\nupdated: 2025-03\n---\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("## Skills\n", 1, "has no front matter"),
        ("---\ntitle: [\n---\n", 2, "broken YAML"),
        ("---\nupdated: 2025-03\n---\n", 1, "front matter title: Field required"),
        ("---\ntitle: Bee\nupdated: soon\n---\n", 1, "front matter updated"),
        ("---\ntitle: Bee\nupdated: 2025-03\ncolour: red\n---\n", 1, "front matter colour"),
        (HEAD + "lost text\n\n## Skills\n", 5, "text before the first ## heading"),
        (HEAD + "\n## Key skills\n\nx\n", 6, "unknown section heading 'Key skills'; write ## Skills"),
        (HEAD + "\n## Bananas\n", 6, "use a heading of sections.yaml"),
        (HEAD + "\n## Skills\n\nA.\n\n## Skills\n\nB.\n", 10, "stands twice"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(tmp_path: Path, catalogue: Catalogue, text: str, line: int, said: str) -> None:
    path = tmp_path / "en.md"
    path.write_text(text, encoding="utf-8")
    _, problems = read_document(path, "en", catalogue)
    assert [(one.line, said in str(one)) for one in problems] == [(line, True)]


def test_windows_line_ends_change_nothing(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "en.md"
    path.write_bytes((HEAD + "\n## Skills\n\n- One.\n- Two.\n").replace("\n", "\r\n").encode())
    document, problems = read_document(path, "en", catalogue)
    assert problems == []
    assert document is not None
    assert [passage.text for passage in document.passages] == ["- One.\n- Two."]


def test_comments_are_passed_over_and_every_line_keeps_its_number(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "en.md"
    path.write_text(
        HEAD + "<!-- one\n## Tools\n-->\n## Skills\n<!-- two\n\nthree -->\n\n- One. <!-- aside -->\n\n## Bananas\n", encoding="utf-8"
    )
    document, problems = read_document(path, "en", catalogue)
    assert document is not None
    (skills,) = document.passages
    assert (skills.section, skills.text, skills.line, skills.first_line) == ("skills", "- One.", 8, 13)
    assert [(problem.line, "'Bananas'" in str(problem)) for problem in problems] == [(15, True)]


def test_a_file_that_is_not_text_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    (tmp_path / "en.md").write_bytes(b"\xff\xfe\x00\x01")
    document, problems = read_document(tmp_path / "en.md", "en", catalogue)
    assert document is None
    assert "save it as UTF-8 text" in str(problems[0])


def test_a_role_with_a_problem_is_not_indexed(tmp_path: Path, catalogue: Catalogue) -> None:
    folder = build_house(tmp_path / "house") / "beekeeper"
    (folder / "es.md").unlink()
    read = read_folder(folder, catalogue)
    assert list(read.documents) == ["en"]
    with pytest.raises(DocumentError, match=r"es\.md: is missing: a role is written in both languages"):
        build_role(read, catalogue)
    with pytest.raises(DocumentError):
        read_roles(tmp_path / "house", catalogue)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(DocumentError, match="--knowledge"):
        read_roles(tmp_path / "nowhere", catalogue)
