"""Markdown as safe HTML.

Documents, models and visitors write the text, so none of it is trusted: Markdown is rendered here with HTML switched off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from coach.types import Citation
from coach.ui.strings import Strings

# A space before a marker becomes one that does not break, so that no number starts a line.
MARKER = re.compile(r"\s*\[(\d{1,3})\]")
GLUE = "\N{NO-BREAK SPACE}"


def markdown_html(text: str, cite: Callable[[int], str]) -> str:
    """Markdown as HTML: `cite` gives the HTML of a marker; a table stands in a box of its own, which can scroll."""
    html: str = _markdown().render(text, {"cite": cite})
    return html


@cache
def _markdown() -> MarkdownIt:
    # Images and reference definitions are off: an image would be fetched from elsewhere, and "[1]: …" would swallow a marker.
    markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable(["image", "reference"])
    markdown.core.ruler.push("citations", _split_markers)
    markdown.add_render_rule("citation", _render_citation)
    markdown.add_render_rule("table_open", lambda *_: '<div class="table"><table>')
    markdown.add_render_rule("table_close", lambda *_: "</table></div>")
    markdown.add_render_rule("link_open", _render_link_open)
    return markdown


def _split_markers(state: StateCore) -> None:
    for token in state.tokens:
        if token.children:
            token.children = [piece for child in token.children for piece in _markers_of(child)]


def _markers_of(token: Token) -> list[Token]:
    if token.type != "text":
        return [token]
    pieces = []
    for index, piece in enumerate(MARKER.split(token.content)):
        if piece:
            pieces.append(Token("citation" if index % 2 else "text", "", 0, content=piece))
    return pieces


def _render_citation(_: RendererHTML, tokens: Sequence[Token], index: int, __: Any, env: Any) -> str:
    return str(env["cite"](int(tokens[index].content)))


def _render_link_open(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("target", "_blank")
    tokens[index].attrSet("rel", "noopener noreferrer nofollow")
    return str(renderer.renderToken(tokens, index, options, env))


def cite_links(number: int, citations: Sequence[Citation], strings: Strings) -> Callable[[int], str]:
    """How the markers of answer `number` are drawn: as links to `#source-<number>-<marker>`, plain where there is no such citation."""
    known = {citation.marker: citation for citation in citations}

    def cite(marker: int) -> str:
        if marker not in known:
            return f'{GLUE}<sup class="cite">{marker}</sup>'
        spoken = f'<span class="sr">{escape(strings.source_label)} </span>'
        return f'{GLUE}<sup class="cite"><a class="cite-link" href="#source-{number}-{marker}">{spoken}{marker}</a></sup>'

    return cite


def one_line(html: str, line_end: str = "&#10;") -> str:
    """`html` without line ends, which would end it as a block of HTML within Markdown."""
    return html.strip().replace("\r\n", "\n").replace("\r", "\n").replace("\n", line_end)
