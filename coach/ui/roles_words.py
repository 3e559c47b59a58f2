"""The texts of the Roles tab, and the dates in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from coach.language import read_texts
from coach.types import Language
from coach.ui.strings import FOLDER as PAGE_STRINGS
from coach.ui.strings import strings

FOLDER = PAGE_STRINGS / "roles"


@dataclass(frozen=True, slots=True)
class RolesWords:
    """Every text of the tab in one language; braces are filled where it is drawn."""

    language: Language
    title: str
    intro: str
    search: str
    placeholder: str
    list_label: str
    found: Mapping[str, str]
    more: str
    also: str
    imported: str
    page: str
    back: str
    known_as: str
    outline: str
    updated: str
    ask_role: str
    ask_section: str
    ask_hint: str
    practise: str
    source: str
    document: str
    licence: str
    date: str
    unknown_date: str
    new_tab: str
    other_language: str
    other_language_section: str
    empty_title: str
    empty: str
    path_title: str

    def count(self, count: int) -> str:
        """How many roles were found."""
        return self.found["none" if not count else "one" if count == 1 else "other"].format(count=count)

    def when(self, date: str | None) -> str:
        """A document's date as the page writes dates."""
        return strings(self.language).date(date) if date else self.unknown_date


@cache
def roles_words(language: Language) -> RolesWords:
    """The texts of the Roles tab in `language`."""
    return read_texts(RolesWords, FOLDER, language)
