"""`coach check`: one thing broken at a time is named with its file, its line and the fix; the real documents have no problem."""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

import pytest
import yaml
from small_house import build_house

from coach.errors import DocumentError
from coach.knowledge.check import check

TODAY = datetime.date(2026, 1, 15)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_house(tmp_path_factory.mktemp("check") / "house")


@pytest.fixture
def house(sound: Path, tmp_path: Path) -> Path:
    return shutil.copytree(sound, tmp_path / "house")


def test_a_sound_house_has_no_problem(sound: Path) -> None:
    report = check(sound, TODAY)
    assert (report.roles, report.problems) == (("beekeeper", "tram-driver"), ())


def test_the_real_documents_have_no_problem(knowledge: Path) -> None:
    report = check(knowledge, datetime.date.today())
    assert len(report.roles) >= 3
    assert [str(problem) for problem in report.problems] == []


# What is replaced in which file, and what must be said: the file, the words of the line that is named (None for no line), problem and fix.
BREAKS = [
    ("beekeeper/en.md", "updated: 2025-03", "updated: 2031-07", "---", "updated 2031-07 lies in the future", "give the month"),
    ("beekeeper/en.md", "title: Beekeeper", "titel: Beekeeper", "---", "front matter title: Field required", "correct it"),
    ("beekeeper/en.md", "aliases: \\[\\]", "aliases: [", "updated", "broken YAML", "mend the syntax"),
    ("beekeeper/en.md", "## Skills", "## Abilities of bees", "## Abilities", "unknown section heading", "use a heading of sections.yaml"),
    ("beekeeper/es.md", "## Habilidades", "## Skills", "## Skills", "unknown section heading 'Skills'", "write ## Habilidades"),
    ("beekeeper/en.md", "## Skills\n", "", None, "section 'skills' is missing", "add ## Skills"),
    ("beekeeper/en.md", "Beekeeper: a plain sentence on day\\.", "", "## ", "section 'day' is empty", "write it or remove"),
    ("beekeeper/en.md", "on day\\.", "on day" + " and night" * 40 + ".", "and night", "statement of 86 words", "cut it to 65"),
    (
        "beekeeper/en.md",
        "Pay depends on the harvest",
        "Pay is about $40,000",
        "Pay is",
        "a figure stands in the prose",
        "move it to facts.yaml",
    ),
    ("beekeeper/en.md", "on day\\.", "on day" + " and night" * 20 + ".", "and night", "sentence of 46 words", "cut it to 42"),
    ("beekeeper/en.md", "on tracks\\.", "on €300 bonuses.", "€300", "a figure stands in the prose", "move it to facts.yaml"),
    ("beekeeper/es.md", "sobre tracks\\.", "sobre 300 euros.", "300 euros", "a figure stands in the prose", "move it to facts.yaml"),
    (
        "tram-driver/en.md",
        "Signals.+rails alone",
        "Shelf turning** (important): spinning the frames without breaking the comb",
        "Shelf turning",
        "says nearly the same as beekeeper does in en.md:",
        "say what is particular to the role",
    ),
    ("beekeeper/es.md", "La demanda crece despacio", "Crece un 12 %", "Crece", "a figure stands in the prose", "move it to facts.yaml"),
    ("beekeeper/es.md", "- Que ocupe una página.\n", "", "## Curr", "has 2 statements, its English twin 3", "make the twins agree"),
    ("beekeeper/es.md", "### Ejemplo\n", "", "## Curr", "has 1 groups, its English twin 2", "make the twins agree"),
    ("beekeeper/facts.yaml", "^tools:", "tulls:", "tulls", "tulls: unknown key", "remove it or correct its name"),
    (
        "beekeeper/facts.yaml",
        "^outlook:",
        "tools: [Veil]\noutlook:",
        "Veil",
        "broken YAML: the key 'tools' stands twice",
        "mend the syntax",
    ),
    ("beekeeper/facts.yaml", "  period: year\n", "  period: year\n  period: month\n", "month", "the key 'period' stands twice", "mend"),
    (
        "beekeeper/facts.yaml",
        "es: Maestría",
        "es: Maestría\n  role: chef",
        "en: Master",
        "step 'Master' names the role 'chef'",
        "name another",
    ),
    ("beekeeper/facts.yaml", "es: Maestría", "es: Maestría\n  role: beekeeper", "en: Master", "names the role 'beekeeper'", "name another"),
    ("beekeeper/facts.yaml", "es: Maestría", "es: Maestría\n  rol: x", "rol: x", "path.1.rol: unknown key", "correct its name"),
    (
        "beekeeper/facts.yaml",
        "^tools:",
        "codes: {onet: [11-12.00]}\ntools:",
        "codes",
        "codes.onet.0.code: String should match",
        "correct the",
    ),
    ("beekeeper/facts.yaml", "  basis: gross\n", "", "salaries|country|- ", "salaries.0.basis: is missing", "add it"),
    ("beekeeper/facts.yaml", "year: 2024", "year: 2044", "year: 2044", "year 2044 lies in the future", "correct the year"),
    ("beekeeper/facts.yaml", "date: 2024-05", "date: 2044-05", "date: 2044", "date 2044-05 lies in the future", "correct it"),
    ("beekeeper/facts.yaml", "- day\n", "", "sources", "section 'day' has no source", "name it under a source's sections"),
    ("beekeeper/facts.yaml", "- day\n", "- day\n  - dinner\n", "sources", "unknown section 'dinner'", "use an id of sections.yaml"),
    ("beekeeper/facts.yaml", "- Smoker", "- Veil", "## Tools", "section 'tools' does not name 'Veil'", "remove it from facts.yaml:"),
    (
        "beekeeper/facts.yaml",
        "en: Master",
        "en: Emperor",
        "## Career",
        "section 'career-path' does not name 'Emperor'",
        "remove it from facts",
    ),
    ("beekeeper/facts.yaml", "- tram-driver", "- tram-diver", "- tram-diver", "related role 'tram-diver' does not exist", "correct the id"),
    ("beekeeper/facts.yaml", "- tram-driver", "[]", None, "does not link back to 'tram-driver'", "add tram-driver to related"),
    (
        "tram-driver/en.md",
        "aliases: \\[\\]",
        "aliases: [BEEKEEPER]",
        None,
        "'beekeeper' belongs to beekeeper and tram-driver",
        "keep it in one role",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "line", "problem", "fix"), BREAKS, ids=[f"{one[4]} {one[0]}" for one in BREAKS])
def test_one_thing_broken_is_named(house: Path, file: str, old: str, new: str, line: str | None, problem: str, fix: str) -> None:
    path = house / file
    text = path.read_text(encoding="utf-8")
    if new == "[]":
        text, count = text.replace("related:\n- tram-driver", "related: []"), 1
    else:
        text, count = re.subn(old, lambda _: new, text, count=1, flags=re.MULTILINE)
    assert count == 1
    path.write_text(text, encoding="utf-8")
    found = [one for one in check(house, TODAY).problems if problem in str(one)]
    assert found, [str(one) for one in check(house, TODAY).problems]
    assert fix in str(found[0])
    lines = Path(found[0].path).read_text(encoding="utf-8").splitlines() if Path(found[0].path).is_file() else []
    assert Path(found[0].path) in (path, path.parent, *path.parent.glob("*.md"))
    if line is None:
        assert found[0].line is None
    else:
        assert re.search(line, lines[(found[0].line or 0) - 1])


@pytest.mark.parametrize("file", ["en.md", "es.md", "facts.yaml"])
def test_a_missing_file_is_named(house: Path, file: str) -> None:
    (house / "beekeeper" / file).unlink()
    (first, *_) = check(house, TODAY).problems
    assert str(first).startswith(f"{house / 'beekeeper' / file}: is missing")
    assert "; write" in str(first)


def test_a_folder_name_that_is_no_id_is_named(house: Path) -> None:
    (house / "beekeeper").rename(house / "Bee Keeper")
    assert "the folder's name is not a role id; use lower-case letters" in str(check(house, TODAY).problems[0])


def test_every_problem_is_reported_not_only_the_first(house: Path) -> None:
    path = house / "beekeeper" / "facts.yaml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["salaries"][0]["currency"] = "euro"
    content["salaries"][1]["level"] = "king"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    (house / "tram-driver" / "es.md").unlink()
    said = " ".join(str(problem) for problem in check(house, TODAY).problems)
    assert all(words in said for words in ("salaries.0.currency", "salaries.1.level", "tram-driver/es.md: is missing"))


# Nothing is wrong with these: the words of a line of the beekeeper, and what stands there instead.
SOUND = [
    ("facts.yaml", "es: Maestría", "es: Maestría\n  role: tram-driver"),
    ("facts.yaml", "tools:", "codes: {onet: [45-9003.00, {code: 45-9004.00, match: exact}]}\ntools:"),
    ("en.md", "on day.", "on day" + " and night" * 18 + "."),
    ("en.md", "How do you spot a swarm?", "How do you" + " really" * 45 + " spot a swarm?"),
    ("en.md", "Raised forty colonies", "Dear [name], I raised" + " many, many" * 18 + " and forty colonies"),
    ("en.md", "on tracks.", "on 20% of 300 hives, in 12 places."),
    ("en.md", "on tracks.", "on tracks. <!-- The survey says €300. -->"),
    ("en.md", "slow hands keep the colony calm.", "an announcement."),
]


@pytest.mark.parametrize(("file", "old", "new"), SOUND, ids=[f"{one[2][:40]}" for one in SOUND])
def test_what_is_allowed_is_not_named(house: Path, file: str, old: str, new: str) -> None:
    path = house / "beekeeper" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert [str(problem) for problem in check(house, TODAY).problems] == []


def test_this_month_is_not_the_future(house: Path) -> None:
    path = house / "beekeeper" / "en.md"
    path.write_text(path.read_text(encoding="utf-8").replace("2025-03", "2026-01"), encoding="utf-8")
    assert check(house, TODAY).problems == ()


def test_a_folder_without_a_catalogue_cannot_be_checked(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match=r"sections\.yaml: cannot be read"):
        check(tmp_path, TODAY)
