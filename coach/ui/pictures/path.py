"""A career path as steps one after the other, with the directions to specialise in as branches.

An ordered list that looks like a diagram: a screen reader counts its steps, words wrap on a phone, and links stay links.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Protocol

from coach.language import fold
from coach.types import Chunk, Language, Role, other_language
from coach.ui.pictures.cited import lead_of
from coach.ui.pictures.words import GLUE, PictureWords, ask_link, figure_html, marker_html

ALTERNATIVES = re.compile(r",\s*(?:or|o|u)?\s+|\s+(?:or|o|u|/)\s+")
FEWEST = 3


class Passages(Protocol):
    """What a path needs of the coach."""

    def passages(self, role: str, language: Language, section: str) -> Sequence[Chunk]: ...


@dataclass(frozen=True, slots=True)
class Step:
    """A step or a branch as the document names it, with the marker of its citation. `twin` is its name in the other language."""

    name: str
    marker: int | None = None
    twin: str = ""


def document_steps(coach: Passages, role: str, section: str, language: Language) -> list[Step]:
    """The steps that the document of `role` names, in order, with their twins where both languages have as many."""
    own, other = (
        [lead for chunk in coach.passages(role, spoken, section) for one in chunk.statements if (lead := lead_of(one.within(chunk.text)))]
        for spoken in (language, other_language(language))
    )
    twins = other if len(own) == len(other) else [""] * len(own)
    return [Step(name, twin=twin) for name, twin in zip(own, twins, strict=True)]


def path_figure(
    role: Role, steps: Sequence[Step], branches: Sequence[Step], roles: Sequence[Role], words: PictureWords, number: int | None = None
) -> str:
    """The path of `role`, its branches under it; "" where there are neither three steps nor three branches."""
    steps, branches = (steps if len(steps) >= FEWEST else ()), (branches if len(branches) >= FEWEST else ())
    if not steps and not branches:
        return ""
    own = {fold(name) for name in role.names(words.language)}
    title = fold(role.title(words.language))
    others = [one for one in roles if one.id != role.id]
    lines, linked = [], False
    for classes, items in (("path-steps", steps), ("path-branches", branches)):
        cells = []
        for step in items:
            found = None if fold(step.name) in own else role_of(step, others, words.language)
            linked = linked or found is not None
            cells.append(_step(step, found, fold(step.name) == title, words, number))
        if cells:
            tag = "ol" if classes == "path-steps" else "ul"
            head = f'<p class="path-branch">{escape(words.tracks_branch)}</p>' if steps and classes == "path-branches" else ""
            lines.append(f'{head}<{tag} class="{classes}">{"".join(cells)}</{tag}>')
    caption = (words.path_title if steps else words.tracks_title).format(role=role.title(words.language))
    return figure_html("path", words.language, caption, "".join(lines), words.path_hint if linked else "")


def _step(step: Step, found: Role | None, here: bool, words: PictureWords, number: int | None) -> str:
    name = f"<span>{escape(step.name)}</span>"
    if found:
        title = found.title(words.language)
        name = ask_link(words.ask_role.format(role=title), escape(step.name), words.ask_hint.format(role=title))
    marker = f"{GLUE}{marker_html(step.marker, number, words.source)}" if step.marker is not None else ""
    note = f'<small class="path-here">{escape(words.path_here)}</small>' if here else ""
    return f'<li class="path-step{" is-here" if here else ""}"><span class="path-name">{name}{marker}</span>{note}</li>'


def role_of(step: Step, roles: Sequence[Role], language: Language) -> Role | None:
    """The role that the step names in `language`, or else its twin in the other: "Soporte informático" is "IT support"."""
    return role_named(step.name, roles, language) or (role_named(step.twin, roles, other_language(language)) if step.twin else None)


def role_named(name: str, roles: Sequence[Role], language: Language) -> Role | None:
    """The role of our documents that `name` names, or else the first of its alternatives ("Head of analytics or data scientist").

    Imported occupations are passed over: there are thousands, and a step of a path means a role of the house.
    """
    wanted = [fold(name), *(fold(part) for part in ALTERNATIVES.split(name))]
    known: dict[str, Role] = {}
    for role in roles:
        if role.origin != "import":
            for spoken in role.names(language):
                known.setdefault(fold(spoken), role)
    return next((known[one] for one in wanted if one in known), None)
