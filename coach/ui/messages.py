"""Exchanges as the messages of the chat.

Each message is handed to the chat as one line of HTML, which the chat's own Markdown leaves as it is (CommonMark 4.6, HTML blocks).
All that is not ours in it has been escaped or rendered here (render.py), so the chat's own sanitizer, which would take labels and
pictures away, is off.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from html import escape

from coach.types import Answer
from coach.ui.conversation import Exchange
from coach.ui.icons import icon
from coach.ui.render import cite_links, markdown_html, one_line
from coach.ui.strings import Strings

OPEN_MARKER = re.compile(r"\s?\[\d{0,3}$")
EXTRACTIVE = "extractive"

# What stands under the text of an answer, given with its number: pictures, and the way to practise. Safe HTML.
Extra = Callable[[Answer, int], str]


def messages(exchanges: Sequence[Exchange], strings: Strings, extra: Extra = lambda *_: "", first: int = 0) -> list[dict[str, str]]:
    """The exchanges from `first` on in the form of `gr.Chatbot`: two messages each; no user message for an empty question."""
    shown: list[dict[str, str]] = []
    for number, exchange in enumerate(exchanges[first:], start=first + 1):
        last = number == len(exchanges)
        if exchange.question:
            shown.append({"role": "user", "content": question_html(exchange, strings)})
        shown.append({"role": "assistant", "content": _drawn(number, exchange, strings, extra, last)})
    return shown


def question_html(exchange: Exchange, strings: Strings) -> str:
    """What the visitor wrote, as they wrote it, and the button to change it."""
    words = one_line(escape(exchange.question), "<br>")
    said = f'<div class="question"><span class="sr">{escape(strings.you)}</span><div class="words">{words}</div></div>'
    return f'<div class="asked-box" data-exchange="{exchange.id}">{said}{_button("edit", strings.edit, "edit")}</div>'


def _drawn(number: int, exchange: Exchange, strings: Strings, extra: Extra, last: bool) -> str:
    """The reply, drawn anew only where something of it has changed: a long conversation is redrawn at every change of its last answer."""
    if exchange.state == "waiting":
        return reply_html(number, exchange, strings, extra, last)
    key = (number, exchange.state, strings.language, last, exchange.reaction, exchange.reason, exchange.id)
    if key not in exchange.drawn:
        exchange.drawn = {key: reply_html(number, exchange, strings, extra, last)}
    return exchange.drawn[key]


def reply_html(number: int, exchange: Exchange, strings: Strings, extra: Extra = lambda *_: "", last: bool = True) -> str:
    """The answer to exchange `number` with its markers as links to `#source-<number>-<marker>`, and all that stands under it."""
    # Read once: the stop button changes it from another thread, and a reply must not be drawn half in one state and half in another.
    state, answer = exchange.state, exchange.answer
    citations = answer.citations if answer else ()
    text = exchange.text if answer else OPEN_MARKER.sub("", exchange.text)
    lang = f' lang="{answer.language}"' if answer else ""
    parts = [f'<span class="sr">{escape(strings.coach)}</span>']
    if text:
        parts.append(f'<div class="answer"{lang}>{markdown_html(text, cite_links(number, citations, strings))}</div>')
    if answer:
        parts.append(extra(answer, number))
        parts += _notes(answer, strings)
    if exchange.problem:
        parts.append(_note("note problem", strings.problems[exchange.problem].format(**exchange.details)))
    if state == "stopped":
        parts.append(_note("note", strings.stopped))
    if state == "waiting" and not text:
        parts.append(_note("thinking", strings.thinking))
    if state != "waiting":
        parts.append(_actions(number, exchange, strings, last))
    if answer and last and state == "done":
        parts.append(_suggestions(answer, strings))
    copied = f' data-text="{escape(exchange.text)}"' if text and state != "waiting" else ""
    return one_line(f'<div class="reply is-{state}" data-exchange="{exchange.id}" data-number="{number}"{copied}>{"".join(parts)}</div>')


def _notes(answer: Answer, strings: Strings) -> list[str]:
    notes = [_note("note notice", answer.notice)] if answer.notice else []
    if answer.answered_by != EXTRACTIVE:
        notes.append(_note("note", strings.written_by.format(model=answer.answered_by)))
    return notes


def _actions(number: int, exchange: Exchange, strings: Strings, last: bool) -> str:
    """What can be done with an answer. A failed one can only be asked again."""
    buttons = []
    citations = exchange.answer.citations if exchange.answer else ()
    if citations:
        count = len({citation.chunk for citation in citations})
        buttons.append(f'<a class="sources-open" href="#source-{number}">{escape(strings.sources_count(count))}</a>')
    if exchange.text:
        buttons.append(_button("copy", strings.copy, "copy"))
    if exchange.answer:
        buttons += [
            _button("react", strings.good, "up", pressed=exchange.reaction == "up", value="up"),
            _button("react", strings.bad, "down", pressed=exchange.reaction == "down", value="down"),
        ]
        if exchange.reaction:
            said = strings.why_given if exchange.reason else strings.why
            reason = f' data-reason="{escape(exchange.reason or "")}"'
            buttons.append(f'<button type="button" class="act words-only" data-act="why"{reason}>{escape(said)}</button>')
    if last and exchange.question:
        buttons.append(_button("retry", strings.retry, "retry"))
    return (
        f'<div class="reply-actions" role="group" aria-label="{escape(strings.actions_label)}">{"".join(buttons)}</div>' if buttons else ""
    )


def _suggestions(answer: Answer, strings: Strings) -> str:
    if not answer.suggestions:
        return ""
    asked = "".join(
        f'<button type="button" class="suggestion" data-act="ask" data-value="{escape(question)}" lang="{answer.language}">'
        f"{escape(question)}</button>"
        for question in answer.suggestions
    )
    return f'<div class="suggestions" role="group" aria-label="{escape(strings.suggestions_label)}">{asked}</div>'


def _button(act: str, label: str, picture: str, pressed: bool | None = None, value: str = "") -> str:
    state = "" if pressed is None else f' aria-pressed="{str(pressed).lower()}"'
    data = f' data-value="{value}"' if value else ""
    name = escape(label)
    return f'<button type="button" class="act" data-act="{act}"{data}{state} aria-label="{name}" title="{name}">{icon(picture)}</button>'


def _note(kind: str, text: str) -> str:
    return f'<p class="{kind}">{escape(text)}</p>'
