"""Finds roles by what they are called, in either language, whatever the accents and capitals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape

from coach.language import fold, tokens
from coach.types import LANGUAGES, Language, Role
from coach.ui.roles_words import RolesWords

# How many roles are drawn at a time: an import brings thousands.
SHOWN = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A role that was found; `name` is the alias by which it was, where its title does not say why."""

    role: Role
    name: str = ""


class RoleSearch:
    """Searches the names of roles. The names are folded at the first search, once for all visitors."""

    def __init__(self, roles: Sequence[Role]) -> None:
        self._roles = roles

    @cached_property
    def _names(self) -> list[tuple[Role, list[tuple[str, list[str]]]]]:
        """For each role its names in both languages, each with its folded words."""
        return [
            (role, [(name, tokens(name)) for name in dict.fromkeys(one for language in LANGUAGES for one in role.names(language))])
            for role in self._roles
        ]

    def find(self, query: str, language: Language) -> list[Found]:
        """The roles of which one name holds every word of `query`, the last of them perhaps unfinished; all of them for an empty one.

        The curated ones stand first, then those whose title is meant rather than another name; then by title in `language`.
        """
        wanted = tokens(query)
        ranked: list[tuple[tuple[bool, int, str], Found]] = []
        for role, names in self._names:
            title = role.title(language)
            name = "" if not wanted else next((name for name, words in names if _holds(words, wanted)), None)
            if name is None:
                continue
            by_title = not wanted or _holds(tokens(title), wanted)
            begins = wanted and fold(title).startswith(" ".join(wanted))
            rank = (role.origin == "import", 0 if begins else 1 if by_title else 2, fold(title))
            ranked.append((rank, Found(role, "" if by_title else name)))
        return [found for _, found in sorted(ranked, key=lambda one: one[0])]


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return all(any(word.startswith(one) for word in words) for one in wanted)


def list_html(found: Sequence[Found], shown: int, current: str | None, words: RolesWords) -> str:
    """The first `shown` roles as a list of buttons, how many there are, and a button for more."""
    items = "".join(_item(one, current, words) for one in found[:shown])
    left = len(found) - shown
    more = f'<button type="button" class="roles-more" data-more="1">{escape(words.more.format(count=left))}</button>' if left > 0 else ""
    listed = f'<ul class="roles-list" aria-label="{escape(words.list_label)}">{items}</ul>' if items else ""
    return f'<p class="roles-count" role="status">{escape(words.count(len(found)))}</p>{listed}{more}'


def _item(found: Found, current: str | None, words: RolesWords) -> str:
    role = found.role
    tag = {"import": words.imported, "page": words.page}.get(role.origin, "")
    notes = [f'<small class="roles-also">{escape(words.also.format(name=found.name))}</small>'] if found.name else []
    notes += [f'<small class="roles-tag">{escape(tag)}</small>'] if tag else []
    chosen = ' aria-current="true"' if role.id == current else ""
    title = f"<span>{escape(role.title(words.language))}</span>"
    return f'<li><button type="button" data-role="{escape(role.id)}"{chosen}>{title}{"".join(notes)}</button></li>'
