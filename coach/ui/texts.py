"""The page's own words as HTML, outside the conversation."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from coach.types import Role
from coach.ui.icons import icon
from coach.ui.strings import Strings

ROLES_NAMED = 6


def header_html(text: Strings) -> str:
    """The name of the page and its promise. The attributes are what the script needs to know of the language."""
    attributes = {
        "lang": text.language,
        "title": text.title,
        "chat": text.chat_label,
        "question": text.question_label,
        "language": text.language_label,
        "search": text.search_label,
        "tabs": text.tabs_label,
        "answered": text.answered,
        "answering": text.thinking,
        "copied": text.copied,
        "lost": text.connection_lost,
    }
    data = " ".join(f'data-{name}="{escape(value)}"' for name, value in attributes.items())
    return f'<header id="page-texts" {data}><h1>{escape(text.title)}</h1><p>{escape(text.promise)}</p></header>'


def tools_html(text: Strings) -> str:
    """The switch between the colours of the system, light and dark."""
    labels = " ".join(f'data-{name}="{escape(label)}"' for name, label in text.themes.items())
    return (
        f'<button type="button" class="act theme" data-act="theme" {labels} aria-label="{escape(text.themes["system"])}"'
        f' title="{escape(text.themes["system"])}">{icon("theme")}</button>'
        '<div id="announcer" class="sr" role="status" aria-live="polite"></div>'
    )


def welcome_html(text: Strings, roles: Sequence[Role]) -> str:
    """What is shown before the first question: an invitation, the first few roles there are documents about, and what the numbers mean."""
    names = " · ".join(role.title(text.language) for role in roles[:ROLES_NAMED])
    if len(roles) > ROLES_NAMED:
        names = text.covers_more.format(roles=names, count=len(roles) - ROLES_NAMED)
    covers = f"<p>{escape(text.covers.format(roles=names))}</p>" if names else ""
    return f'<h2>{escape(text.welcome)}</h2>{covers}<p class="hint">{escape(text.sources_hint)}</p>'


def disclaimer_html(text: Strings, kept: bool) -> str:
    """The line under the question: what answers are, and what is kept of them."""
    privacy = f' <button type="button" class="words-only" data-act="data">{escape(text.privacy)}</button>' if kept else ""
    return f"<p>{escape(text.disclaimer)}{privacy}</p>"
