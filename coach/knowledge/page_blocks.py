"""The lines of a page's text as blocks: headings, list items, paragraphs. What they mean for a role is decided elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

BlockKind = Literal["heading", "line", "lines", "item", "paragraph"]

BULLET = re.compile(r"(?P<indent>\s*)(?P<mark>[-*+•▪◦‣·●○\u2013]|\d{1,2}[.)])\s+(?P<text>\S.*)$")
HEADING = re.compile(r"\s{0,3}(?P<marks>#{1,6})\s+(?P<text>\S.*?)[\s#]*$")
BARE_NUMBER = re.compile(r"\s*(?P<number>\d{1,2})[.)]?\s*$")
BARE_BULLET = re.compile(r"\s*[-*+•▪◦‣·●○]\s*$")
BOLD_LINE = re.compile(r"\s*(\*\*|__)(?P<text>[^*_]+)\1:?\s*$")
TABLE_ROW = re.compile(r"\s*\|.*\|\s*$")
RULE = re.compile(r"\s*(?:[-*_=]\s*){3,}$|\s*(?:\|?\s*:?-{2,}:?\s*)+\|?\s*$")
SENTENCE_END = (".", "!", "…", ".”", '."', ".)", ";")
LONGEST_LINE_WORDS = 10
LONGEST_ANNOUNCEMENT_WORDS = 15


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a page: `level` of a Markdown heading, `number` of a numbered item, `lines` of a block of several lines.

    `lead` is the short line of a list item under which its text stands.
    """

    kind: BlockKind
    text: str
    level: int = 0
    indent: int = 0
    number: int | None = None
    lead: str | None = None
    lines: tuple[str, ...] = ()


def is_short(line: str) -> bool:
    """Whether `line` can be a heading or a label: few words, and not a sentence."""
    longest = LONGEST_ANNOUNCEMENT_WORDS if line.endswith((":", "?")) else LONGEST_LINE_WORDS
    return 0 < len(line.split()) <= longest and not line.endswith((*SENTENCE_END, ","))


def read_blocks(text: str) -> list[Block]:
    """The blocks of `text` in order, numbers joined with what they count and items with the text that stands under them."""
    return _joined(list(_raw(_clean(text).split("\n"))))


def _clean(text: str) -> str:
    text = re.sub(r"[\u200b-\u200f\u2060\ufeff\u00ad]", "", text).replace("\u00a0", " ").replace("\t", "    ")
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    text = re.sub(r"\[([^\]]+)\]\((?:[^()\s]|\([^()]*\))*(?:\s+\"[^\"]*\")?\)", r"\1", text)
    text = re.sub(r"\*\*(\S[^*\n]*?)\s+\*\*(?=\S)", r"**\1** ", text)
    # Escapes that converters put before marks that mean nothing there.
    return re.sub(r"\\([_*#\-+.()\[\]&~>|])", r"\1", text)


def _raw(lines: list[str]) -> Iterator[Block]:
    """Blocks as the lines give them, without looking at their neighbours."""
    pending: list[str] = []
    item: Block | None = None
    at = 0

    def flush() -> Iterator[Block]:
        if pending:
            yield _paragraph(pending)
            pending.clear()

    while at < len(lines):
        line = lines[at]
        at += 1
        heading, bullet = HEADING.match(line), BULLET.match(line)
        if item is not None:
            # A line right under an item, further in or in mid-sentence, goes on with it.
            goes_on = (
                line.strip() and not bullet and not heading and (line.strip()[0].islower() or len(line) - len(line.lstrip()) > item.indent)
            )
            if goes_on:
                item = replace(item, text=f"{item.text} {line.strip()}")
                continue
            yield item
            item = None
        if not line.strip() or RULE.match(line):
            if pending and len(pending) == 1 and line.strip() and set(line.strip()) <= {"=", "-"} and is_short(pending[0].strip()):
                yield Block("heading", pending.pop().strip(), level=1 if "=" in line else 2)
            yield from flush()
        elif heading:
            yield from flush()
            yield Block("heading", _unmarked(heading["text"]), level=len(heading["marks"]))
        elif TABLE_ROW.match(line):
            yield from flush()
            rows = [line]
            while at < len(lines) and TABLE_ROW.match(lines[at]):
                rows.append(lines[at])
                at += 1
            yield from _table(rows)
        elif bullet:
            yield from flush()
            number = bullet["mark"].rstrip(".)")
            item = Block(
                "item", bullet["text"].strip(), indent=len(bullet["indent"]), number=int(number) if number.isdigit() else None
            )  # fmt: skip
        elif BARE_BULLET.match(line):
            yield from flush()
        else:
            pending.append(line.rstrip())
    if item is not None:
        yield item
    yield from flush()


def _unmarked(text: str) -> str:
    return re.sub(r"^(\*\*|__)(.*)\1$", r"\2", text).strip()


def _paragraph(lines: list[str]) -> Block:
    indent = len(lines[0]) - len(lines[0].lstrip())
    stripped = tuple(line.strip() for line in lines)
    if len(stripped) > 1:
        return Block("lines", "\n".join(stripped), indent=indent, lines=stripped)
    bold = BOLD_LINE.match(stripped[0])
    text = bold["text"].strip() if bold and is_short(bold["text"].strip()) else stripped[0]
    return Block("line" if is_short(text) else "paragraph", text, indent=indent)


def _table(rows: list[str]) -> Iterator[Block]:
    """Each row under the first as an item: its first cell, then the others under the words of the first row."""
    cells = [[cell.strip() for cell in row.strip().strip("|").split("|")] for row in rows if not RULE.match(row)]
    if len(cells) == 1:
        yield Block("paragraph", " ".join(filter(None, cells[0])))
        return
    head = cells[0]
    for row in cells[1:]:
        rest = row[1:]
        named = (
            rest if len(rest) == 1 else [f"{name}: {cell}" if name else cell for name, cell in zip(head[1:], rest, strict=False) if cell]
        )
        if row[0] or any(rest):
            yield Block("item", "; ".join(named) or row[0], lead=row[0] if named and row[0] else None)


def _goes_on(text: str, following: str) -> bool:
    """Whether a sentence broken between two paragraphs, as PDF converters do at the end of a line, goes on in `following`."""
    return text[-1].isalnum() and following[0].islower()


def _joined(blocks: list[Block]) -> list[Block]:
    """Numbers that stand alone joined with the block they count, and indented paragraphs with the item above them."""
    joined: list[Block] = []
    number: int | None = None
    for block in blocks:
        bare = BARE_NUMBER.match(block.text) if block.kind in ("line", "paragraph", "item") else None
        above = joined[-1] if joined else None
        if bare and (block.kind == "item" or number is None):
            number = int(bare["number"])
            continue
        if number is not None and block.kind in ("line", "paragraph", "lines"):
            joined.append(Block("item", " ".join(block.lines) or block.text, indent=0, number=number))
        elif above and above.kind == "item" and block.kind in ("line", "paragraph", "lines") and block.indent > above.indent:
            text = " ".join(block.lines) or block.text
            if above.lead is None and is_short(above.text):
                joined[-1] = replace(above, lead=above.text.rstrip(":"), text=text)
            else:
                joined[-1] = replace(above, text=f"{above.text} {text}")
        elif above and above.kind == "paragraph" and block.kind in ("paragraph", "lines") and _goes_on(above.text, block.text):
            joined[-1] = replace(above, text=f"{above.text} {' '.join(block.lines) or block.text}")
        else:
            joined.append(block)
        number = None
    return joined
