"""The catalogue of sections (`knowledge/sections.yaml`): their order, their headings, and the words that ask for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from coach.errors import DocumentError
from coach.language import fold, stop_words, tokens
from coach.types import LANGUAGES, Language

# Titles that begin with these take "an"; not U, as in "UX designer".
VOWELS = frozenset("AEIO")
NUMBERING = re.compile(r"^[\W\d_]+|[\W_]+$")


class SectionWords(BaseModel):
    """What is said of a section in one language."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heading: str
    question: str
    synonyms: tuple[str, ...] = ()
    words: tuple[str, ...]
    details: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


class SectionEntry(BaseModel):
    """One section of the catalogue."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z][a-z-]*$")
    en: SectionWords
    es: SectionWords

    def words(self, language: Language) -> SectionWords:
        """The section's words in `language`."""
        return self.en if language == "en" else self.es


@dataclass(frozen=True)
class Catalogue:
    """The sections in their order."""

    entries: tuple[SectionEntry, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The section ids in order."""
        return tuple(entry.id for entry in self.entries)

    def entry(self, section: str) -> SectionEntry:
        """The entry of `section`. Raises KeyError for an unknown id."""
        for entry in self.entries:
            if entry.id == section:
                return entry
        raise KeyError(section)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The folded words of all phrases that ask for a section, in both languages."""
        phrases = [
            phrase
            for entry in self.entries
            for language in LANGUAGES
            for words in (entry.words(language),)
            for phrase in (*words.words, *words.details, *words.hints)
        ]
        return frozenset(token for phrase in phrases for token in tokens(phrase))

    def question(self, section: str, language: Language, title: str) -> str:
        """The section asked for in one full question about the role `title`."""
        asked = self.entry(section).words(language).question
        if language == "en" and title[:1] in VOWELS:
            asked = asked.replace("a {role}", "an {role}")
        return asked.format(role=title)

    def heading(self, section: str, language: Language) -> str:
        """The heading of `section` in `language`."""
        return self.entry(section).words(language).heading

    def section_of_heading(self, heading: str, role_words: Iterable[str] = ()) -> str | None:
        """The section that a page's heading opens, in either language, or None.

        `role_words` (of the titles of the page's role) do not count: "Un día como Backend Developer" opens the day.
        The heading must hold the whole of a known heading; the longest known heading wins.
        """
        ignored = {fold(word) for word in role_words}
        # A heading is a label: with more words than this it is a sentence that happens to hold one.
        found = [token for token in tokens(heading) if token not in ignored]
        best: tuple[int, int, str] | None = None
        for entry in self.entries:
            for language in LANGUAGES:
                words = entry.words(language)
                for name in (words.heading, *words.synonyms):
                    needle = tokens(name)
                    content = [token for token in found if token not in stop_words(language) or token in needle]
                    if not needle or not _holds(found, needle):
                        continue
                    spare = len(content) - len(needle)
                    if spare > 3:
                        continue
                    rank = (len(needle), -spare, entry.id)
                    if best is None or rank[:2] > best[:2]:
                        best = rank
        return best[2] if best else None


def _holds(found: list[str], needle: list[str]) -> bool:
    return any(found[at : at + len(needle)] == needle for at in range(len(found) - len(needle) + 1))


def load_catalogue(knowledge: Path) -> Catalogue:
    """The catalogue in the folder `knowledge`. Raises DocumentError if it is missing or wrong."""
    path = knowledge / "sections.yaml"
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = tuple(SectionEntry.model_validate(entry) for entry in loaded)
    except OSError as error:
        raise DocumentError(
            str(path), None, f"cannot be read ({error.strerror})", "give a knowledge folder that holds sections.yaml"
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError, TypeError) as error:
        raise DocumentError(str(path), None, f"is not a YAML list ({type(error).__name__})", "restore it from the project") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise DocumentError(
            str(path), None, f"{'.'.join(map(str, first['loc']))}: {first['msg']}", "restore it from the project"
        ) from error
    _refuse_twice(path, [entry.id for entry in entries])
    return Catalogue(entries)


def _refuse_twice(path: Path, ids: list[str]) -> None:
    counts: Mapping[str, int] = {section: ids.count(section) for section in ids}
    for section, count in counts.items():
        if count > 1:
            raise DocumentError(str(path), None, f"section {section!r} stands twice", "keep one of them")
