"""The skills of two roles: what both need in the middle, what is more one's own at the sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from coach.types import Role
from coach.ui.pictures.words import GLUE, PictureWords, figure_html, marker_html


@dataclass(frozen=True, slots=True)
class Skill:
    """A skill or tool as a document names it, with the markers of the statements that do."""

    name: str
    markers: tuple[int, ...] = ()


def skills_figure(
    pair: tuple[Role, Role],
    shared: Sequence[Skill],
    only: tuple[Sequence[Skill], Sequence[Skill]],
    words: PictureWords,
    number: int | None = None,
) -> str:
    """Two overlapping sets; "" where one of the roles has nothing to show."""
    if not all(shared or one for one in only) or not any(only):
        return ""
    first, second = (role.title(words.language) for role in pair)
    columns = (
        ("first", words.skills_more.format(role=first), only[0]),
        ("both", words.skills_both, shared),
        ("second", words.skills_more.format(role=second), only[1]),
    )
    body = "".join(_column(side, head, skills, words, number) for side, head, skills in columns if skills)
    title = words.skills_title.format(first=first, second=second)
    return figure_html("skills", words.language, title, f'<div class="skill-sets">{body}</div>', words.skills_hint)


def _column(side: str, head: str, skills: Sequence[Skill], words: PictureWords, number: int | None) -> str:
    items = "".join(
        f"<li>{escape(skill.name)}{GLUE}{''.join(marker_html(one, number, words.source) for one in skill.markers)}</li>" for skill in skills
    )
    return f'<div class="skill-set is-{side}"><p class="skill-head">{escape(head)}</p><ul>{items}</ul></div>'
