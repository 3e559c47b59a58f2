"""The passages of a page as Markdown, one text for each section and language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from coach.knowledge.catalogue import Catalogue
from coach.knowledge.page_noise import also_known_in
from coach.knowledge.page_sections import Entry, Passage
from coach.language import detect, english_evidence, telltales, tokens
from coach.types import Language

SURE_WORDS = 12
TELLING_WORDS = 2


def bodies(passages: Sequence[Passage], catalogue: Catalogue, language: Language, fixed: bool) -> Iterator[tuple[str, Language, str, str]]:
    """(section, language, heading, text) of each section of the page, in the order in which the page opens them."""
    headings: dict[tuple[str, Language], str | None] = {}
    entries: dict[tuple[str, Language], list[Entry]] = {}
    around = language
    for passage in passages:
        whole = "\n".join(entry.text for entry in passage.entries)
        spoken = language if fixed else language_of(_opening(passage.entries) or whole, around, passage.heading)
        # In a page of two languages, names that are of neither belong with the text before them.
        around = spoken if len(_ordinary(whole)) >= TELLING_WORDS else around
        for group, listed in _by_group(passage.entries).items():
            text = _told(listed)
            own = spoken if fixed or len(_ordinary(text)) < TELLING_WORDS else language_of(text, spoken)
            # A second heading of the section, in the other language, opens the section of that language.
            opening = group if group and own != spoken and not group.endswith("?") else passage.heading
            for entry in listed:
                key = (passage.section, own if fixed else _own_language(entry, own))
                heading = headings.setdefault(key, opening)
                title = group
                if title is None and heading and passage.heading and passage.heading != heading:
                    title = passage.heading.rstrip(" :")
                entries.setdefault(key, []).append(replace(entry, group=None if title == heading else title))
    for (section, own), listed in list(entries.items()):
        # Other names of the role belong with the text of their language, where the page has one.
        for entry in list(listed):
            said = also_known_in(entry.text)
            if said and said != own and (section, said) in entries:
                listed.remove(entry)
                entries[section, said].insert(0, replace(entry, group=None))
    for (section, own), listed in ((key, listed) for key, listed in entries.items() if listed):
        yield section, own, headings[section, own] or catalogue.heading(section, own), _markdown(listed)


def _opening(entries: Sequence[Entry]) -> str | None:
    """The text right under the heading of a passage where there is enough to tell its language: a group may be in the other one."""
    text = _told([entry for entry in entries if entry.group is None])
    return text if len(_ordinary(text)) >= TELLING_WORDS else None


def _told(entries: Sequence[Entry]) -> str:
    """The text of `entries` but for lists of the role's names, which may be in another language than what is told around them."""
    return "\n".join(entry.text for entry in entries if not also_known_in(entry.text))


def _by_group(entries: Sequence[Entry]) -> dict[str | None, list[Entry]]:
    groups: dict[str | None, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.group, []).append(entry)
    return groups


def _markdown(entries: Sequence[Entry]) -> str:
    """The entries as Markdown, those without a group first, because a heading cannot be closed."""
    parts: list[str] = []
    for group, listed in sorted(_by_group(entries).items(), key=lambda item: item[0] is not None):
        previous: Entry | None = None
        if group is not None:
            parts.append(f"\n\n### {group}\n\n")
        for entry in listed:
            if previous:
                parts.append("\n" if entry.is_item and previous.is_item else "\n\n")
            parts.append(entry.text)
            previous = entry
    return "".join(parts).strip()


def language_of(text: str, default: Language, heading: str | None = None) -> Language:
    """The language of `text`; of `heading` where the text is only figures, `default` where it is only names such as "Node.js"."""
    words = tokens(re.sub(r"\*\*[^*]+\*\*:", "", text)) or tokens(text)
    spelled = re.search(r"[^\W\d_]{4,}", " ".join(words))
    telling = telltales("en") | telltales("es")
    if not spelled and heading:
        return detect(heading, default)
    return detect(text, default) if len(_ordinary(text)) >= TELLING_WORDS or telling & set(words) else default


def _ordinary(text: str) -> list[str]:
    """The words that are not capitalised. Names of tools and titles are the same in both languages: only other words tell them apart."""
    return re.findall(r"\b[^\W\d_A-ZÁÉÍÓÚÑ][^\W\d_]{2,}\b", text)


def _own_language(entry: Entry, around: Language) -> Language:
    """The language of one entry where it is long enough to be sure that it is not that of the text around it."""
    text = f"{entry.group or ''} {entry.text}"
    if len(entry.text.split()) < SURE_WORDS:
        return around
    evidence = english_evidence(text)
    return "en" if evidence > 0.9 else "es" if evidence < 0.1 else around
