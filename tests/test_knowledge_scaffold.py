"""A role that is begun: unfilled, `coach check` names it section by section; filled in, it has no problem."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
import yaml
from small_house import BEEKEEPER, build_house, facts

from coach.errors import DocumentError, ServiceError
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.check import check
from coach.knowledge.documents import read_roles
from coach.knowledge.scaffold import GUIDANCE, begin_role
from coach.types import LANGUAGES, Language

TODAY = datetime.date(2026, 1, 15)
TITLES: dict[Language, str] = {"en": "Night Baker", "es": "Panadera nocturna"}
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The small house without its beekeeper, whose prose is free to fill the new role with."""
    shutil.rmtree(build_house(tmp_path / "house") / "beekeeper")
    path = tmp_path / "house" / "tram-driver" / "facts.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("related:\n- beekeeper", "related: []"), encoding="utf-8")
    return tmp_path / "house"


@pytest.fixture
def catalogue(house: Path) -> Catalogue:
    return load_catalogue(house)


def begin(house: Path, role: str = "night-baker") -> Path:
    return begin_role(house, load_catalogue(house), role, TITLES, TODAY)


def said(house: Path) -> list[str]:
    """The problems, each as file and words."""
    return [f"{Path(one.path).name}: {one.problem}" for one in check(house, TODAY).problems]


def test_the_house_is_sound_before(house: Path) -> None:
    assert said(house) == []


def test_a_role_that_is_only_begun_is_named_section_by_section(house: Path, catalogue: Catalogue) -> None:
    assert begin(house) == house / "night-baker"
    assert said(house) == [
        "facts.yaml: tools: needs 1 or more entries",
        "facts.yaml: path: needs 2 or more entries",
        "facts.yaml: salaries: needs 1 or more entries",
        *(f"{language}.md: section {section!r} is empty" for language in LANGUAGES for section in catalogue.ids),
    ]
    for one in check(house, TODAY).problems:
        line = Path(one.path).read_text(encoding="utf-8").splitlines()[(one.line or 0) - 1]
        assert line.startswith("## ") or line in ("tools: []", "path: []", "salaries: []")
    with pytest.raises(DocumentError, match="needs 1 or more entries"):
        read_roles(house, catalogue)


def fill(folder: Path, catalogue: Catalogue) -> None:
    """Writes every section below its guidance, and the facts in place of the empty ones."""
    for language in LANGUAGES:
        path = folder / f"{language}.md"
        text = path.read_text(encoding="utf-8")
        for section in catalogue.ids:
            heading = f"## {catalogue.heading(section, language)}\n"
            filler = "A plain sentence on " if language == "en" else "Una frase sobre "
            before, after = text.split(heading)
            comment = COMMENT.match(after.lstrip())
            assert comment
            rest = after.lstrip()[comment.end() :]
            text = f"{before}{heading}\n{comment[0]}\n\n{BEEKEEPER.get(section, {}).get(language, filler + section + '.')}\n{rest}"
        path.write_text(text, encoding="utf-8")
    path = folder / "facts.yaml"
    begun, given = yaml.safe_load(path.read_text(encoding="utf-8")), facts("beekeeper", catalogue.ids)
    path.write_text(
        yaml.safe_dump(begun | {key: given[key] for key in ("tools", "path", "salaries")}, allow_unicode=True), encoding="utf-8"
    )


def test_a_role_that_is_filled_in_has_no_problem_and_its_guidance_is_not_read(house: Path, catalogue: Catalogue) -> None:
    folder = begin(house)
    advice = " ".join(COMMENT.findall((folder / "en.md").read_text(encoding="utf-8")))
    fill(folder, catalogue)
    assert said(house) == []
    (role,) = [role for role in read_roles(house, catalogue) if role.id == "night-baker"]
    assert (dict(role.titles), role.updated) == (TITLES, "2026-01")
    assert len(role.sections) == 2 * len(catalogue.ids)
    assert "<!--" in advice
    assert "<!--" not in "".join(section.text for section in role.sections)
    assert {section.source.title for section in role.sections if section.language == "es"} == {"Panadera nocturna: equipo editorial"}


def test_each_section_left_out_of_a_filled_role_is_named_alone(house: Path, catalogue: Catalogue) -> None:
    fill(begin(house), catalogue)
    path = house / "night-baker" / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("A plain sentence on day.", ""), encoding="utf-8")
    assert said(house) == ["en.md: section 'day' is empty"]


def test_every_section_has_its_guidance_in_the_language_of_the_file(house: Path, catalogue: Catalogue) -> None:
    folder = begin(house)
    guidance = yaml.safe_load((house / GUIDANCE).read_text(encoding="utf-8"))
    assert set(guidance) == set(catalogue.ids)
    for language in LANGUAGES:
        text = (folder / f"{language}.md").read_text(encoding="utf-8")
        for section in catalogue.ids:
            assert f"## {catalogue.heading(section, language)}\n\n<!-- {guidance[section][language].strip()} -->" in text


def test_without_guidance_the_headings_stand_alone(house: Path, catalogue: Catalogue) -> None:
    (house / GUIDANCE).unlink()
    text = (begin(house) / "en.md").read_text(encoding="utf-8")
    assert "<!--" not in text
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == [catalogue.heading(one, "en") for one in catalogue.ids]


@pytest.mark.parametrize("role", ["", "Baker", "night baker", "night_baker", "-baker", "baker-", "../baker", "panadería"])
def test_what_is_no_id_is_refused(house: Path, role: str) -> None:
    before = sorted(house.rglob("*"))
    with pytest.raises(DocumentError) as caught:
        begin(house, role)
    assert str(caught.value) == f"{role}: is not a role id; use lower-case letters, digits and hyphens, like data-analyst"
    assert sorted(house.rglob("*")) == before


def test_what_is_there_is_not_written_over(house: Path) -> None:
    before = (house / "tram-driver" / "en.md").read_bytes()
    with pytest.raises(DocumentError, match="tram-driver: is there already; choose another id, or write on in that folder"):
        begin(house, "tram-driver")
    assert (house / "tram-driver" / "en.md").read_bytes() == before


def test_a_folder_that_cannot_be_written_is_named(house: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ServiceError, match=r"night-baker: cannot be written \(.+\); name a folder of yours with --knowledge"):
        begin_role(tmp_path / "file", catalogue, "night-baker", TITLES, TODAY)
