"""The page's texts: both languages say the same things."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from coach.types import LANGUAGES
from coach.ui.strings import FOLDER, preferred_language, strings


def shape(value: Any) -> Any:
    """The keys of a mapping, the length of a list, and the braces of a text: what both languages must share."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return len(value)
    return sorted(re.findall(r"\{\w*\}", value))


def test_every_language_has_its_file_and_no_other() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == set(LANGUAGES)


def test_languages_have_the_same_keys_and_the_same_braces() -> None:
    english, spanish = (yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8")) for language in ("en", "es"))
    assert shape(english) == shape(spanish)


def test_nothing_was_left_untranslated() -> None:
    english, spanish = (yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8")) for language in ("en", "es"))
    same = {key for key in english if isinstance(english[key], str) and english[key] == spanish[key]}
    assert same <= {"language_auto", "covers", "covers_more", "tab_chat"}, f"the same text in both languages: {same}"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("es-ES,es;q=0.9,en;q=0.8", "es"),
        ("en-GB,en;q=0.9,es;q=0.8", "en"),
        ("fr-FR,fr;q=0.9,es;q=0.5,en;q=0.4", "es"),
        ("en;q=0.3,es;q=0.7", "es"),
        ("es;q=0,en;q=0.1", "en"),
        ("de", "en"),
        ("es;q=x", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browser_decides_the_first_language(header: str | None, language: str) -> None:
    assert preferred_language(header) == language


@pytest.mark.parametrize(
    ("date", "en", "es"),
    [
        ("2026-02", "February 2026", "febrero de 2026"),
        ("2025", "2025", "2025"),
        ("2026-13", "2026-13", "2026-13"),
        (None, "not stated", "no consta"),
    ],
)
def test_dates_are_written_as_people_write_them(date: str | None, en: str, es: str) -> None:
    assert (strings("en").date(date), strings("es").date(date)) == (en, es)


def test_one_source_is_not_called_sources() -> None:
    assert [strings("en").sources_count(count) for count in (1, 2)] == ["1 source", "2 sources"]
