"""The list of a visitor's conversations, and what stands above the one that is open."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from coach.storage.records import Conversation
from coach.ui.conversation import Visitor
from coach.ui.history import LISTED
from coach.ui.icons import icon
from coach.ui.strings import Strings


def list_html(conversations: Sequence[Conversation], visitor: Visitor, text: Strings) -> str:
    """The conversations as buttons, the open one marked, each with its own two for name and end; "show more" where there are more."""
    most = visitor.listed or LISTED
    shown = conversations[:most]
    if not shown:
        return f'<p class="chats-none">{escape(text.chats_not_found if visitor.search else text.chats_none)}</p>'
    items = "".join(_item(one, one.id == visitor.conversation, text) for one in shown)
    more = ""
    if len(conversations) > most:
        more = f'<button type="button" class="chats-more" data-act="more">{escape(text.chats_more)}</button>'
    return f'<nav aria-label="{escape(text.chats_title)}"><ul class="chats">{items}</ul></nav>{more}'


def _item(one: Conversation, current: bool, text: Strings) -> str:
    title = escape(one.title)
    here = ' aria-current="true"' if current else ""
    data = f'data-chat="{escape(one.id)}" data-title="{title}"'
    return (
        f'<li><button type="button" class="chat-open" data-act="open" {data}{here} title="{title}">{title}</button>'
        f'<button type="button" class="act" data-act="rename" {data} aria-label="{escape(text.rename_one.format(title=one.title))}"'
        f' title="{escape(text.rename)}">{icon("edit")}</button>'
        f'<button type="button" class="act" data-act="delete" {data} aria-label="{escape(text.delete_one.format(title=one.title))}"'
        f' title="{escape(text.delete)}">{icon("delete")}</button></li>'
    )


def bar_html(visitor: Visitor, text: Strings, earlier: int = 0) -> str:
    """The way to the list where it is a drawer, the title, the ways to take the conversation away, and what there is to be said of it.

    `earlier` is how many exchanges are not drawn.
    """
    chats = (
        f'<button type="button" class="chats-open" data-act="chats" aria-label="{escape(text.chats_open)}" aria-expanded="false">'
        f"{icon('chats')}</button>"
    )
    title = f"<h2>{escape(visitor.title or text.clear)}</h2>" if visitor.exchanges else "<span></span>"
    export = _export(visitor.conversation, text) if visitor.conversation and visitor.exchanges else ""
    note = f'<p class="bar-note" role="status">{escape(text.bars[visitor.bar])}</p>' if visitor.bar else ""
    more = ""
    if earlier:
        more = f'<button type="button" class="earlier" data-act="earlier">{escape(text.earlier.format(count=earlier))}</button>'
    return f'<div class="chat-bar">{chats}{title}{export}</div>{note}{more}'


def _export(conversation: str, text: Strings) -> str:
    links = "".join(
        f'<a href="export/{escape(conversation)}.{ending}?lang={text.language}" download>{escape(label)}</a>'
        for ending, label in (("md", text.export_markdown), ("pdf", text.export_pdf))
    )
    label = escape(text.export_label)
    summary = f'<summary aria-label="{label}">{icon("export")}<span>{label}</span></summary>'
    return f'<details class="export">{summary}<div>{links}</div></details>'


def foot_html(text: Strings, kept: bool, user: str | None) -> str:
    """Under the list: what is kept of a visitor, the keys, and the way out."""
    buttons = []
    if kept:
        buttons.append(_foot("data", "lock", text.data_title))
    buttons.append(_foot("keys", "keys", text.keys_title))
    if user:
        leave = escape(text.logout.format(name=user))
        buttons.append(f'<form method="post" action="logout"><button class="foot">{icon("leave")}<span>{leave}</span></button></form>')
    return "".join(buttons)


def _foot(act: str, picture: str, label: str) -> str:
    return f'<button type="button" class="foot" data-act="{act}">{icon(picture)}<span>{escape(label)}</span></button>'
