"""The sources panel: for every answer of the conversation, the cited passages with their quotes highlighted and where they come from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from urllib.parse import urlsplit

from coach.types import Chunk, Citation
from coach.ui.conversation import Exchange
from coach.ui.passage import by_chunk, passage_html
from coach.ui.strings import Strings

CLOSE_ICON = '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path d="M5 5l10 10M15 5L5 15" /></svg>'


def panel_html(shown: Sequence[tuple[int, Exchange]], strings: Strings) -> str:
    """The panel: one group for each answer of `shown` that cites something, given with its number; nothing where there is none.

    The last one is open. A page holds that of one answer at a time: those of a long conversation would be megabytes.
    """
    cited = [(number, exchange) for number, exchange in shown if exchange.answer and exchange.answer.citations]
    if not cited:
        return ""
    groups = [_group(number, exchange, strings, shown=number == cited[-1][0]) for number, exchange in cited]
    close = f'<button type="button" class="sources-close" aria-label="{escape(strings.sources_close)}">{CLOSE_ICON}</button>'
    return (
        f'<section class="sources-panel" aria-label="{escape(strings.sources_title)}">'
        f'<div class="sources-head"><h2>{escape(strings.sources_title)}</h2>{close}</div>{"".join(groups)}</section>'
    )


def _group(number: int, exchange: Exchange, strings: Strings, shown: bool) -> str:
    assert exchange.answer
    cards = [
        _card(number, citations, exchange.passages.get(chunk), strings) for chunk, citations in by_chunk(exchange.answer.citations).items()
    ]
    hidden = "" if shown else " hidden"
    return (
        f'<div class="sources-group" id="source-{number}" data-answer="{number}"{hidden}>'
        f'<p class="asked">{escape(exchange.question)}</p>{"".join(cards)}</div>'
    )


def _card(number: int, citations: Sequence[Citation], chunk: Chunk | None, strings: Strings) -> str:
    first = citations[0]
    markers = list(dict.fromkeys(citation.marker for citation in citations))
    badges = _badges(markers)
    title = f"{chunk.title} · {chunk.heading}" if chunk else first.title
    if chunk and all(chunk.text[citation.start : citation.end] == citation.quote for citation in citations):
        passage, lang = passage_html(chunk.text, citations, number), f' lang="{chunk.language}"'
    else:
        # The documents were ingested again since: the spans no longer fit, but the quotes are what the answer was built on.
        marks = "".join(f'<p class="para"><mark data-cite="{number}-{c.marker}">{escape(c.quote)}</mark></p>' for c in citations)
        passage, lang = f'{marks}<p class="note">{escape(strings.passage_missing)}</p>', ""
    facts = [(strings.source_label, _by_value(citations, lambda citation: _source(citation, strings)))]
    if chunk:
        facts.append((strings.document_label, f"<code>{escape(chunk.document)}</code>"))
    facts.append((strings.updated_label, _by_value(citations, lambda citation: escape(strings.date(citation.updated)))))
    if any(citation.licence for citation in citations):
        facts.append((strings.licence_label, _by_value(citations, lambda citation: escape(citation.licence or ""))))
    rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
    label = escape(strings.cite_label.format(marker=", ".join(map(str, markers)), title=title))
    return (
        f'<article class="source-card" tabindex="-1" data-markers="{" ".join(map(str, markers))}" aria-label="{label}">'
        f'<h3><span class="badges">{badges}</span><span>{escape(title)}</span></h3>'
        f'<div class="passage"{lang}>{passage}</div><dl>{rows}</dl></article>'
    )


def _by_value(citations: Sequence[Citation], html: Callable[[Citation], str]) -> str:
    """What the citations of one passage say, once where they agree; else each with its numbers: salary figures have their own sources."""
    values: dict[str, list[int]] = {}
    for citation in citations:
        values.setdefault(html(citation), []).append(citation.marker)
    if len(values) == 1:
        return next(iter(values))
    return "".join(f'<p><span class="badges">{_badges(markers)}</span> {value}</p>' for value, markers in values.items())


def _badges(markers: Sequence[int]) -> str:
    return "".join(f'<span class="badge">{marker}</span>' for marker in markers)


def _source(citation: Citation, strings: Strings) -> str:
    if citation.url and urlsplit(citation.url).scheme in ("http", "https"):
        hint = escape(f"{citation.source} ({strings.new_tab})")
        return (
            f'<a href="{escape(citation.url)}" target="_blank" rel="noopener noreferrer" aria-label="{hint}">{escape(citation.source)}</a>'
        )
    return escape(citation.source)
