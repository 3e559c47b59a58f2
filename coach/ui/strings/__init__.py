"""The page's own texts, one file per language, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from coach.language import read_texts
from coach.types import LANGUAGES, Language

Problem = Literal["empty", "too_long", "refused", "unavailable", "unexpected", "busy", "unanswered"]

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Strings:
    """Every text of the page in one language. A field is a key of the file; braces are filled in by the methods."""

    language: Language
    title: str
    promise: str
    covers: str
    covers_more: str
    welcome: str
    examples: Sequence[str]
    language_label: str
    language_auto: str
    question_label: str
    placeholder: str
    send: str
    stop: str
    retry: str
    clear: str
    chat_label: str
    thinking: str
    stopped: str
    disclaimer: str
    sources_title: str
    sources_hint: str
    sources_open: Mapping[str, str]
    sources_close: str
    cite_label: str
    source_label: str
    document_label: str
    updated_label: str
    licence_label: str
    unknown_date: str
    new_tab: str
    passage_missing: str
    months: Sequence[str]
    month_of_year: str
    tabs_label: str
    tab_chat: str
    tab_roles: str
    tab_practice: str
    language_name: str
    themes: Mapping[str, str]
    you: str
    coach: str
    answered: str
    copy: str
    copied: str
    edit: str
    edit_text: str
    good: str
    bad: str
    why: str
    why_given: str
    why_title: str
    reasons: Sequence[str]
    reason_label: str
    actions_label: str
    suggestions_label: str
    written_by: str
    earlier: str
    chats_title: str
    chats_open: str
    chats_none: str
    chats_not_found: str
    chats_more: str
    search_label: str
    rename: str
    rename_one: str
    delete: str
    delete_one: str
    delete_title: str
    delete_text: str
    title_label: str
    save: str
    cancel: str
    close: str
    export_label: str
    export_markdown: str
    export_pdf: str
    pdf_lost: str
    export_all_json: str
    export_all_markdown: str
    privacy: str
    data_title: str
    data_browser: str
    data_account: str
    data_days: str
    data_forever: str
    erase_title: str
    erase_text: str
    erase_button: str
    erase_sure: str
    erase_now: str
    erase_failed: str
    keys_title: str
    keys: Mapping[str, str]
    logout: str
    connection_lost: str
    login_title: str
    login_name: str
    login_password: str
    login_button: str
    login_wrong: str
    login_wait: str
    bars: Mapping[str, str]
    problems: Mapping[Problem, str]

    def sources_count(self, count: int) -> str:
        """How the button that opens `count` sources is called."""
        return self.sources_open["one" if count == 1 else "other"].format(count=count)

    def date(self, date: str | None) -> str:
        """A document's "YYYY" or "YYYY-MM" (or longer) date as people write it; the date itself where it has another form."""
        year, _, rest = (date or self.unknown_date).partition("-")
        month = rest[:2]
        if not (year.isdigit() and month.isdigit() and 1 <= int(month) <= len(self.months)):
            return date or self.unknown_date
        return self.month_of_year.format(month=self.months[int(month) - 1], year=year)


@cache
def strings(language: Language) -> Strings:
    """The texts of the page in `language`."""
    return read_texts(Strings, FOLDER, language)


def preferred_language(accept_language: str | None) -> Language:
    """The first of our languages that a browser's Accept-Language header asks for (RFC 9110, 12.5.4); English where it names neither."""
    wanted: list[tuple[float, Language]] = []
    for entry in (accept_language or "").split(","):
        tag, _, weight = entry.partition(";q=")
        known = [language for language in LANGUAGES if tag.strip().lower().split("-")[0] == language]
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        if known and quality > 0:
            wanted.append((-quality, known[0]))
    return min(wanted, key=lambda item: item[0])[1] if wanted else "en"
