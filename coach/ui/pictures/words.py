"""The words of the pictures, and the bits of HTML that all of them use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from urllib.parse import quote

from coach.language import read_texts
from coach.types import Language
from coach.ui.strings import FOLDER as PAGE_STRINGS

FOLDER = PAGE_STRINGS / "pictures"
# Before a marker, so that no number begins a line.
GLUE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class PictureWords:
    """Every text of the pictures in one language; braces are filled where a picture is drawn."""

    language: Language
    label: str
    salary_title: str
    no_currency: str
    salary_hint: str
    key_range: str
    key_middle: str
    key_open: str
    more_figures: str
    table: str
    where: str
    level: str
    pay: str
    year: str
    source: str
    marker: str
    path_title: str
    path_hint: str
    path_here: str
    tracks_title: str
    tracks_branch: str
    ask_role: str
    ask_hint: str
    skills_title: str
    skills_both: str
    skills_more: str
    skills_hint: str


@cache
def picture_words(language: Language) -> PictureWords:
    """The texts of the pictures in `language`."""
    return read_texts(PictureWords, FOLDER, language)


def ask_link(question: str, html: str, title: str = "", classes: str = "") -> str:
    """A link that asks the coach `question`; tabs.js follows it. A link, since the chat's sanitizer takes the data off a button."""
    hint = f' title="{escape(title)}"' if title else ""
    return f'<a class="ask-about {classes}" href="#ask={quote(question, safe="")}"{hint}>{html}</a>'


def marker_html(marker: int, number: int | None, spoken: str) -> str:
    """The marker of a citation, a link to its source where the `number` of the exchange is known."""
    if number is None:
        return f'<sup class="cite">{marker}</sup>'
    hidden = f'<span class="sr">{escape(spoken)} </span>'
    return f'<sup class="cite"><a class="cite-link" href="#source-{number}-{marker}">{hidden}{marker}</a></sup>'


def figure_html(kind: str, language: Language, title: str, body: str, hint: str = "") -> str:
    """A picture under its title, in `language`."""
    note = f'<p class="picture-hint">{escape(hint)}</p>' if hint else ""
    caption = f'<figcaption class="picture-title">{escape(title)}</figcaption>'
    return f'<figure class="picture picture-{kind}" lang="{language}">{caption}{body}{note}</figure>'
