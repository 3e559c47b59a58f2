"""Every word of the practice in both languages, and how it is read (`strings/`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from coach.language import read_texts
from coach.types import Language

FOLDER = Path(__file__).with_name("strings")


@dataclass(frozen=True, slots=True)
class PracticeTexts:
    """The texts in one language. A field is a key of the file; braces are slots."""

    language: Language
    states: Mapping[str, str]
    advice: Mapping[str, str]
    parts: Mapping[str, str]
    part_hints: Mapping[str, str]
    kinds: Mapping[str, str]
    levels: Mapping[str, str]
    covered: Mapping[str, str]
    words: Mapping[str, str]
    terminal: Mapping[str, str]
    told: Mapping[str, str]
    needed: Mapping[str, str]
    wording: Mapping[str, str]


@cache
def practice_texts(language: Language) -> PracticeTexts:
    """The texts of the practice in `language`."""
    return read_texts(PracticeTexts, FOLDER, language)
