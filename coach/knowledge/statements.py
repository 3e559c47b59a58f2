"""Cuts the text of a section into statements: the sentences and list items that an answer may quote."""

from __future__ import annotations

import re
from collections.abc import Iterator

from coach.types import Language, Statement

ITEM = re.compile(r"(?P<indent>[ \t]*)(?P<bullet>[-*•▪◦]|\d{1,2}[.)])[ \t]+(?P<text>\S.*)")
GROUP = re.compile(r"#{3,6}[ \t]+(?P<title>.+?)[ \t#]*$")
TABLE_RULE = re.compile(r"[ \t]*\|?[ \t:|-]+\|[ \t:|-]*$")
LONGEST_ANSWER_WORDS = 70


def split(text: str, language: Language) -> tuple[Statement, ...]:
    """The statements of `text` in order. Under a `###` heading that is a question, a paragraph is one statement of kind "answer"."""
    return tuple(_statements(text, language))


def _statements(text: str, language: Language) -> Iterator[Statement]:
    group: str | None = None
    for kind, start, end in _blocks(text):
        if kind == "group":
            match = GROUP.match(text[start:end])
            group = match["title"] if match else None
        elif kind == "item":
            yield Statement(start, end, "item", group)
        elif group and group.endswith("?") and len(text[start:end].split()) <= LONGEST_ANSWER_WORDS:
            yield Statement(start, end, "answer", group)
        else:
            answer = bool(group and group.endswith("?"))
            for first, last in sentences(text[start:end], language):
                yield Statement(start + first, start + last, "answer" if answer else "sentence", group)


def _blocks(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of each heading, list item and paragraph. A line that follows an item without a bullet continues it."""
    kind, start, end = "", 0, 0
    position = 0
    for line in text.splitlines(keepends=True):
        content = line.rstrip()
        at, position = position, position + len(line)
        item = ITEM.match(content)
        opens = "group" if GROUP.match(content) else "item" if item else ""
        if not content.strip() or opens or TABLE_RULE.match(content):
            if kind:
                yield kind, start, end
            kind = ""
        if opens == "group":
            yield "group", at, at + len(content)
        elif item:
            kind, start, end = "item", at + item.start("text"), at + len(content)
        elif content.strip() and not TABLE_RULE.match(content):
            if not kind:
                kind, start = "paragraph", at + len(content) - len(content.lstrip())
            end = at + len(content)
    if kind:
        yield kind, start, end


def sentences(text: str, language: Language) -> list[tuple[int, int]]:
    """The (start, end) of each sentence of `text`, without the space around it."""
    import sentencex

    spans = []
    for boundary in sentencex.get_sentence_boundaries(language, text):
        start, end = boundary["start_index"], boundary["end_index"]
        piece = text[start:end]
        stripped = piece.strip()
        if any(char.isalnum() for char in stripped):
            offset = start + piece.index(stripped)
            spans.append((offset, offset + len(stripped)))
    return spans
