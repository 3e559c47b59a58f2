"""Messages as safe HTML.

Documents, models and visitors write the text, so none of it is trusted: Markdown is rendered here with HTML switched off, and each
message is handed to the chat as one line of HTML, which the chat's own Markdown leaves as it is (CommonMark 4.6, HTML blocks).
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
from coach.ui.conversation import Exchange
from coach.ui.strings import Strings

# A space before a marker becomes one that does not break, so that no number starts a line.
MARKER = re.compile(r"\s*\[(\d{1,3})\]")
GLUE = "\N{NO-BREAK SPACE}"
OPEN_MARKER = re.compile(r"\s?\[\d{0,3}$")


def messages(exchanges: Sequence[Exchange], strings: Strings) -> list[dict[str, str]]:
    """The conversation in the form of `gr.Chatbot`: a user and an assistant message per exchange; no user message for an empty question."""
    shown: list[dict[str, str]] = []
    for number, exchange in enumerate(exchanges, start=1):
        if exchange.question:
            shown.append({"role": "user", "content": question_html(exchange.question)})
        shown.append({"role": "assistant", "content": reply_html(number, exchange, strings)})
    return shown


def question_html(question: str) -> str:
    """What the visitor wrote, as they wrote it."""
    return f'<div class="question">{_one_line(escape(question), "<br>")}</div>'


def reply_html(number: int, exchange: Exchange, strings: Strings) -> str:
    """The answer to exchange `number` with its markers as links to `#source-<number>-<marker>`, then the notes under it."""
    # Read once: the stop button changes it from another thread, and a reply must not be drawn half in one state and half in another.
    state = exchange.state
    citations = exchange.answer.citations if exchange.answer else ()
    text = exchange.text if exchange.answer else OPEN_MARKER.sub("", exchange.text)
    parts = [markdown_html(text, _cite(number, citations, strings))] if text else []
    if citations:
        count = len({citation.chunk for citation in citations})
        parts.append(
            f'<p class="sources-line"><a class="sources-open" href="#source-{number}">{escape(strings.sources_count(count))}</a></p>'
        )
    if exchange.answer and exchange.answer.notice:
        parts.append(_note("note", exchange.answer.notice))
    if exchange.problem:
        parts.append(_note("note problem", strings.problems[exchange.problem].format(**exchange.details)))
    if state == "stopped":
        parts.append(_note("note", strings.stopped))
    if state == "waiting" and not text:
        parts.append(_note("thinking", strings.thinking))
    return f'<div class="reply is-{state}">{_one_line("".join(parts), "&#10;")}</div>'


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


def _cite(number: int, citations: Sequence[Citation], strings: Strings) -> Callable[[int], str]:
    known = {citation.marker for citation in citations}

    def cite(marker: int) -> str:
        if marker not in known:
            return f'{GLUE}<sup class="cite">{marker}</sup>'
        # The chat's sanitizer lets no aria-label through, so what a screen reader says more than the number is hidden text.
        spoken = f'<span class="sr">{escape(strings.source_label)} </span>'
        return f'{GLUE}<sup class="cite"><a class="cite-link" href="#source-{number}-{marker}">{spoken}{marker}</a></sup>'

    return cite


def _note(kind: str, text: str) -> str:
    return f'<p class="{kind}">{escape(text)}</p>'


def _one_line(html: str, line_end: str) -> str:
    return html.strip().replace("\r\n", "\n").replace("\r", "\n").replace("\n", line_end)
