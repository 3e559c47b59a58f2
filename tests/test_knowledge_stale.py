"""What in the curated documents is to be looked at again."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from small_house import build_house

from coach.errors import CoachError
from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.stale import Stale, months, stale

TODAY = datetime.date(2026, 1, 15)
# Of the small house: documents of 2025-03, sources of 2024-05, figures of 2024 and 2025, projections of 2025.
OLDEST_MONTH = 20


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_house(tmp_path_factory.mktemp("stale") / "house")


@pytest.fixture(scope="module")
def catalogue(house: Path) -> Catalogue:
    return load_catalogue(house)


@pytest.mark.parametrize(("age", "expected"), [("18m", 18), ("2y", 24), ("0m", 0), (" 1Y ", 12)])
def test_an_age_in_months(age: str, expected: int) -> None:
    assert months(age) == expected


@pytest.mark.parametrize("age", ["", "18", "m", "2 years", "1.5y", "-3m", "1w", "99999m"])
def test_anything_else_is_no_age(age: str) -> None:
    with pytest.raises(CoachError) as caught:
        months(age)
    assert str(caught.value) == f"--stale {age}: is no age; write months or years, like 18m or 2y"


def test_nothing_is_older_than_the_oldest(house: Path, catalogue: Catalogue) -> None:
    assert stale(house, catalogue, OLDEST_MONTH, TODAY) == []


def test_a_month_later_it_is(house: Path, catalogue: Catalogue) -> None:
    found = stale(house, catalogue, OLDEST_MONTH - 1, TODAY)
    assert [(one.path, one.what, one.date) for one in found] == [
        (house / role / "facts.yaml", "source guide", "2024-05") for role in ("beekeeper", "tram-driver")
    ]


def test_a_year_alone_counts_as_its_last_month(house: Path, catalogue: Catalogue) -> None:
    def figures(age: int) -> list[str]:
        return [one.what for one in stale(house, catalogue, age, TODAY) if one.date == "2024"]

    assert figures(13) == []
    assert figures(12) == [
        "salary in FR (Bee survey)",
        "salary in CH (Bee survey)",
        "salary in Europe (Bee survey)",
        "salary in DE (Bee survey)",
    ]


def test_everything_dated_is_listed_the_oldest_first_with_its_line(house: Path, catalogue: Catalogue) -> None:
    found = stale(house, catalogue, 0, TODAY)
    assert [one.date for one in found] == ["2024-05"] * 2 + ["2024"] * 4 + ["2025-03"] * 4 + ["2025"] * 3
    assert {one.what for one in found if one.date == "2025-03"} == {"the document"}
    assert sorted(one.what for one in found if one.date == "2025") == ["outlook in US", "outlook in US", "salary in FR (Bee survey)"]
    for one in found:
        line = one.path.read_text(encoding="utf-8").splitlines()[(one.line or 0) - 1]
        assert line.startswith({"t": "---", "s": "-", "o": "-"}[one.what[0]])
    assert country_at(found, "salary in CH (Bee survey)") == "country: CH"
    assert country_at(found, "salary in DE (Bee survey)") == "country: DE"


def country_at(found: list[Stale], what: str) -> str:
    """The country that the row says on the line named or below it."""
    (one,) = [one for one in found if one.what == what]
    lines = one.path.read_text(encoding="utf-8").splitlines()[(one.line or 0) - 1 :]
    return next(line.strip() for line in lines if "country" in line)


def test_what_cannot_be_read_does_not_hide_the_rest(tmp_path: Path) -> None:
    house = build_house(tmp_path / "house")
    (house / "beekeeper" / "facts.yaml").write_text("tools: [")
    (house / "tram-driver" / "es.md").unlink()
    found = stale(house, load_catalogue(house), 0, TODAY)
    assert {str(one.path.relative_to(house)) for one in found} == {
        "beekeeper/en.md",
        "beekeeper/es.md",
        "tram-driver/en.md",
        "tram-driver/facts.yaml",
    }
