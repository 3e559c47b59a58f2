"""A chunk's text as safe HTML with the cited spans in `<mark>`.

Nothing of the text is dropped: Markdown signs (`**`, bullets, `###`) are put in hidden `<span class="sign">`s, so what is seen reads
well while the text content of the marks is still exactly the quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby

from coach.types import Citation

LEAD = re.compile(r"(?P<heading>#{1,6}[ \t]+)|(?P<item>[ \t]*[-*+][ \t]+)|(?P<step>[ \t]*\d+[.)][ \t]+)")
BOLD = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
CODE = re.compile(r"(`)([^`\n]+)\1")


def passage_html(text: str, citations: Sequence[Citation], number: int) -> str:
    """The lines of `text` as paragraphs, headings and items; marks carry `data-cite="<number>-<marker>"` for each citation they show."""
    shown: set[int] = set()
    style = _styles(text)
    lines = []
    for start, end in _lines(text):
        lead = LEAD.match(text, start, end)
        kind = lead.lastgroup if lead else "para"
        # The number of a step is part of what is read; a bullet is drawn by the style sheet.
        if lead and kind != "step":
            style[start : lead.end()] = [style[at] | {"sign"} for at in range(start, lead.end())]
        pieces = []
        for markers, span in groupby(range(start, end), key=lambda at: _markers(at, citations)):
            html = _styled(text, style, list(span))
            pieces.append(_marked(html, markers, number, shown) if markers else html)
        lines.append(f'<p class="{kind}">{"".join(pieces)}</p>')
    return "".join(lines)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """The spans of the lines, line ends included, so that no character is lost; an empty line goes with the line before it."""
    spans: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if spans and not line.strip():
            spans[-1] = (spans[-1][0], at + len(line))
        else:
            spans.append((at, at + len(line)))
        at += len(line)
    yield from spans


def _styles(text: str) -> list[frozenset[str]]:
    """For each character: "sign" for Markdown signs and line ends, "strong" and "code" for what they enclose."""
    styles: list[set[str]] = [set() for _ in text]
    for pattern, name in ((BOLD, "strong"), (CODE, "code")):
        for found in pattern.finditer(text):
            for at in range(*found.span()):
                styles[at].add(name if found.start(2) <= at < found.end(2) else "sign")
    for at, character in enumerate(text):
        if character in "\r\n":
            styles[at].add("sign")
    return [frozenset(style) for style in styles]


def _markers(at: int, citations: Sequence[Citation]) -> tuple[int, ...]:
    return tuple(citation.marker for citation in citations if citation.start <= at < citation.end)


def _styled(text: str, style: Sequence[frozenset[str]], positions: Sequence[int]) -> str:
    """The characters at `positions`, escaped, in the elements of their style; signs in hidden ones."""
    pieces = []
    for looks, span in groupby(positions, key=lambda at: style[at]):
        html = escape("".join(text[at] for at in span))
        if "sign" in looks:
            html = f'<span class="sign">{html}</span>'
        else:
            for name in sorted(looks):
                html = f"<{name}>{html}</{name}>"
        pieces.append(html)
    return "".join(pieces)


def _marked(html: str, markers: Sequence[int], number: int, shown: set[int]) -> str:
    """A highlighted run; the number of each citation stands before the first run that shows it."""
    badges = "".join(f'<sup class="badge" aria-hidden="true" data-marker="{marker}"></sup>' for marker in markers if marker not in shown)
    shown.update(markers)
    names = " ".join(f"{number}-{marker}" for marker in markers)
    return f'{badges}<mark data-cite="{names}">{html}</mark>'


def by_chunk(citations: Sequence[Citation]) -> Mapping[str, list[Citation]]:
    """The citations of an answer grouped by chunk, in the order of their first marker."""
    groups: dict[str, list[Citation]] = {}
    for citation in citations:
        groups.setdefault(citation.chunk, []).append(citation)
    return groups
