"""The texts of the Practise tab that are the page's; those of the feedback itself are the practice's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from coach.language import read_texts
from coach.types import Language
from coach.ui.strings import FOLDER as PAGE_STRINGS

FOLDER = PAGE_STRINGS / "practice"


@dataclass(frozen=True, slots=True)
class PracticeWords:
    """Every text of the tab in one language; braces are filled where it is drawn."""

    language: Language
    title: str
    intro: str
    role: str
    level: str
    kind: str
    count: str
    any_kind: str
    start: str
    progress: str
    answer: str
    placeholder: str
    submit: str
    skip: str
    again: str
    next: str
    finish: str
    end: str
    new: str
    ask: str
    ask_hint: str
    practise_these: str
    none: str
    unkept: str
    not_kept: str
    longest: str
    failed: str
    rubric: str
    document: str
    source: str
    plot_title: str
    plot_hint: str
    session_date: str
    score: str
    answered: str
    as_table: str
    export: str
    markdown: str
    json: str


@cache
def practice_words(language: Language) -> PracticeWords:
    """The texts of the Practise tab in `language`."""
    return read_texts(PracticeWords, FOLDER, language)
