"""`facts.yaml`: what is refused, and how its rows read in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from small_house import SALARIES, facts

from coach.errors import DocumentError
from coach.knowledge.facts import Facts, OutlookRow, SalaryRow, facts_problems, line_of, read_facts
from coach.types import LANGUAGES, Language

ROW: dict[str, Any] = SALARIES[0]


@pytest.mark.parametrize(
    ("changes", "english", "spanish"),
    [
        (
            {},
            "France: EUR 21,000–35,000 per year, gross; all levels; 2024; source: Bee survey.",
            "Francia: 21.000–35.000 EUR al año, brutos; todos los niveles; 2024; fuente: Bee survey.",
        ),
        (
            {"country": "CH", "currency": "CHF", "low": 60000, "high": 90000, "open_high": True, "basis": None, "year": None},
            "Switzerland: CHF 60,000–90,000+ per year, gross or net not stated; all levels; year not stated; source: Bee survey.",
            "Suiza: 60.000–90.000+ CHF al año, sin indicar si es bruto o neto; todos los niveles; año no indicado; fuente: Bee survey.",
        ),
        (
            {"low": None, "high": None, "median": 12.5, "period": "hour", "level": "senior"},
            "France: EUR 12.5 (median) per hour, gross; senior level; 2024; source: Bee survey.",
            "Francia: 12,5 EUR (mediana) por hora, brutos; nivel sénior; 2024; fuente: Bee survey.",
        ),
        (
            {"high": None, "country": None, "region": "Global", "role": {"en": "apprentice", "es": "aprendiz"}},
            "Worldwide (apprentice): EUR from 21,000 per year, gross; all levels; 2024; source: Bee survey.",
            "Todo el mundo (aprendiz): desde 21.000 EUR al año, brutos; todos los niveles; 2024; fuente: Bee survey.",
        ),
        (
            {"low": None, "average": 30000, "note": {"en": "no honey", "es": "sin miel"}},
            "France: EUR up to 35,000 (average 30,000) per year, gross; all levels; 2024; source: Bee survey; no honey.",
            "Francia: hasta 35.000 EUR (media 30.000) al año, brutos; todos los niveles; 2024; fuente: Bee survey; sin miel.",
        ),
    ],
)
def test_a_row_reads_as_one_line_in_both_languages(changes: dict[str, Any], english: str, spanish: str) -> None:
    row = SalaryRow.model_validate(ROW | changes)
    assert (row.statement("en"), row.statement("es")) == (english, spanish)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", SALARIES)
def test_the_amount_as_data_stands_in_the_line(row: dict[str, Any], language: Language) -> None:
    read = SalaryRow.model_validate(row)
    pay = read.pay(language)
    assert pay.amount in read.statement(language)
    assert (pay.low, pay.high, pay.place) == (row.get("low"), row.get("high"), row.get("country") or row["region"])
    assert pay.is_average == ("average" in row)


@given(low=st.integers(1, 10**7), more=st.integers(0, 10**7))
def test_no_figure_is_rounded(low: int, more: int) -> None:
    row = SalaryRow.model_validate(ROW | {"low": low, "high": low + more})
    digits = "".join(char for char in row.pay("en").amount if char.isdigit() or char == "–")
    assert digits == f"{low}–{low + more}"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"low": 50000}, "amounts must rise"),
        ({"low": None, "high": None}, "give low, median, average or high"),
        ({"median": 25000, "average": 25000}, "give median or average, not both"),
        ({"country": "XX"}, "not an ISO 3166 code"),
        ({"country": "Europe"}, "not an ISO 3166 code"),
        ({"country": None}, "give either country or region"),
        ({"region": "Europe"}, "give either country or region"),
        ({"currency": "euro"}, "currency"),
        ({"low": -1}, "greater than 0"),
        ({"period": "decade"}, "period"),
        ({"bonus": 3}, "bonus"),
    ],
)
def test_a_wrong_row_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        SalaryRow.model_validate(ROW | changes)


def test_an_outlook_row_reads_as_one_line_and_knows_its_place() -> None:
    row = {"place": "DE", "value": "+3%", "period": 2030, "source": "BA", "url": None, "year": 2025}
    read = OutlookRow.model_validate(row)
    assert read.statement("en") == "Germany: +3%, 2030; source: BA, 2025."
    assert read.statement("es") == "Alemania: +3%, 2030; fuente: BA, 2025."
    with pytest.raises(ValidationError, match="not an ISO 3166 code"):
        OutlookRow.model_validate(row | {"place": "Atlantis"})


def test_the_source_of_a_section_is_that_of_its_prose() -> None:
    given = facts("beekeeper", ("skills", "salary"))
    url = "http://x.org"
    given["sources"].append({"id": "figures", "title": "Figures Office", "date": 2025, "url": url, "sections": ["salary"]})
    read = Facts.model_validate(given)
    assert (read.section_source("salary", "es").title, read.section_source("salary", "es").date) == ("Guía", "2024-05")
    given["sources"][0]["sections"] = ["skills"]
    assert Facts.model_validate(given).section_source("salary", "en").url == url


ESCO = {"uri": "http://data.europa.eu/esco/occupation/bees", "code": "9002.2", "label": "beekeeper"}


@pytest.mark.parametrize(
    ("codes", "same"),
    [
        ({}, ()),
        ({"onet": ["45-9003.00"]}, ()),
        ({"onet": ["45-9003.00", {"code": "45-9004.00"}, {"code": "45-9005.00", "match": "exact"}]}, ("45-9005.00",)),
        ({"esco": ESCO | {"match": "exact"}, "onet": [{"code": "45-9005.00", "match": "exact"}]}, (ESCO["uri"], "45-9005.00")),
        ({"esco": [ESCO | {"match": "exact"}, ESCO | {"uri": "http://x/y", "match": "close"}]}, (ESCO["uri"],)),
        *(({"esco": ESCO | {"match": match}}, ()) for match in ("close", "broader", "related")),
    ],
)
def test_only_an_exact_code_is_the_very_role(codes: dict[str, Any], same: tuple[str, ...]) -> None:
    assert Facts.model_validate(facts("beekeeper", ("skills",)) | {"codes": codes}).codes.same == same


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"codes": {"onet": ["45-9003"]}}, "String should match pattern"),
        ({"codes": {"onet": [{"code": "45-9003.00", "match": "close"}]}}, "'exact' or 'broader'"),
        ({"codes": {"esco": ESCO}}, "match"),
        ({"path": [{"en": "Apprentice"}, {"en": "Master", "es": "Maestría"}]}, "Field required"),
        ({"path": [{"en": "Apprentice", "es": "Aprendiz"}]}, "at least 2 items"),
    ],
)
def test_a_wrong_code_or_step_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Facts.model_validate(facts("beekeeper", ("skills",)) | changes)


def test_a_step_may_be_another_role() -> None:
    path = [{"en": "Apprentice", "es": "Aprendiz"}, {"en": "Driver", "es": "Conductora", "role": "tram-driver"}]
    steps = Facts.model_validate(facts("beekeeper", ("skills",)) | {"path": path}).path
    assert [(step.words("en"), step.words("es"), step.role) for step in steps] == [
        ("Apprentice", "Aprendiz", None),
        ("Driver", "Conductora", "tram-driver"),
    ]


def problems(tmp_path: Path, text: str) -> list[DocumentError]:
    path = tmp_path / "facts.yaml"
    path.write_text(text, encoding="utf-8")
    found = facts_problems(path)
    assert isinstance(found, list)
    return found


def test_every_problem_has_its_line_and_fix(tmp_path: Path) -> None:
    text = yaml.safe_dump(facts("beekeeper", ("skills",)), sort_keys=False)
    lines = [*text.splitlines(), "colour: blue"]
    low = next(at for at, line in enumerate(lines) if "low: 21000" in line)
    lines[low] = lines[low].replace("21000", "much")
    found = problems(tmp_path, "\n".join(lines))
    assert {(one.line, str(one).partition(": ")[2]) for one in found} == {
        (low + 1, "salaries.0.low: Input should be a valid number, unable to parse string as a number, got 'much'; correct the value"),
        (len(lines), "colour: unknown key, got 'blue'; remove it or correct its name"),
    }


def test_a_missing_key_points_at_its_parent(tmp_path: Path) -> None:
    text = yaml.safe_dump(facts("beekeeper", ("skills",)), sort_keys=False)
    (one,) = problems(tmp_path, text.replace("  basis: gross\n", "", 1))
    assert "salaries.0.basis: is missing; add it" in str(one)
    assert "country: FR" in text.splitlines()[(one.line or 0) - 1] or "currency" in text.splitlines()[(one.line or 0) - 1]


@pytest.mark.parametrize(("text", "line"), [("tools: [a\npath: b", 2), ("a: b: c", 1)])
def test_broken_yaml_is_named_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    (one,) = problems(tmp_path, text)
    assert (one.line, "broken YAML" in str(one)) == (line, True)


def test_a_key_that_stands_twice_is_named_where_it_stands_again(tmp_path: Path) -> None:
    """YAML would keep the last one, and a figure would be lost without a word."""
    (one,) = problems(tmp_path, "tools: [a]\npath:\n- {en: A, es: A}\n- en: B\n  es: B\n  en: C\ntools: [b]\n")
    assert (one.line, str(one).partition(": ")[2]) == (7, "broken YAML: the key 'tools' stands twice; mend the syntax there")
    (one,) = problems(tmp_path, "tools: [a]\npath:\n- {en: A, es: A}\n- en: B\n  es: B\n  en: C\n")
    assert (one.line, "the key 'en' stands twice" in str(one)) == (6, True)


def test_a_file_that_is_missing_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="is missing"):
        read_facts(tmp_path / "facts.yaml")
    (tmp_path / "facts.yaml").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(DocumentError, match="UTF-8"):
        read_facts(tmp_path / "facts.yaml")


def test_lines_are_found_by_keys_and_positions(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a:\n- b: 1\n- b: 2\n  c: 3\n")
    assert [line_of(path, where) for where in [("a",), ("a", 1, "c"), ("a", 1, "z"), ("z",)]] == [1, 4, 3, 1]
