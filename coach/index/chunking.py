"""Sections to chunks: pieces that fit the embedding model's window and never break a statement that fits by itself."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from pathlib import PurePath

from coach.index.embedding import Embedder
from coach.types import Chunk, Origin, Role, Section, Statement

LEAST_ROOM = 16
"""Tokens of text that a chunk may always hold, however long the title and heading above it are."""
REACH = 6000
"""Characters looked at for the end of one window; more never fit, and tokenising a whole huge statement again and again is slow."""
CLAUSE = re.compile(r"(?<=[;:,.!?…])\s+")
SPACE = re.compile(r"\s+")
UNSAFE = re.compile(r"[^\w-]+")

Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Piece:
    """Characters `start:end` of a section's text that stay together, and the statements inside, in the section's offsets."""

    start: int
    end: int
    statements: tuple[Statement, ...]


def chunk_role(role: Role, embedder: Embedder) -> list[Chunk]:
    """The chunks of all sections of a role, in the order of its sections, with ids that are unique within the role."""
    chunks: list[Chunk] = []
    numbers: dict[str, int] = {}
    for section in role.sections:
        prefix = _id_prefix(section, role.origin)
        made = chunk_section(section, role.title(section.language), embedder, role.origin, first=numbers.get(prefix, 0))
        numbers[prefix] = numbers.get(prefix, 0) + len(made)
        chunks += made
    return chunks


def chunk_section(section: Section, title: str, embedder: Embedder, origin: Origin = "curated", *, first: int = 0) -> list[Chunk]:
    """The chunks of one section, numbered from `first`; none for a section without statements, as nothing could be quoted.

    A chunk's text is an exact substring of the section's text and its statements' offsets refer to the chunk's text.
    Every statement is in exactly one chunk; one that is longer than the window is cut at clauses or spaces into several.
    """
    header = f"{title}: {section.heading}\n"
    above = embedder.count_tokens(header)
    room = max(embedder.window, above + LEAST_ROOM)

    def fits(text: str) -> bool:
        return embedder.count_tokens(header + text) <= room

    prefix = _id_prefix(section, origin)
    chunks = []
    for number, piece in enumerate(_pieces(section, fits, room - above, embedder), first):
        text = section.text[piece.start : piece.end]
        start = piece.start + len(text) - len(text.lstrip())
        chunks.append(
            Chunk(
                id=f"{prefix}{number}",
                role=section.role,
                language=section.language,
                section=section.id,
                title=title,
                heading=section.heading,
                text=text.strip(),
                statements=tuple(replace(one, start=one.start - start, end=one.end - start) for one in piece.statements),
                source=section.source.title,
                url=section.source.url,
                updated=section.updated or section.source.date,
                document=section.document,
                origin=origin,
                licence=section.source.licence,
            )
        )
    return chunks


def content_hash(text: str, fingerprint: str) -> str:
    """The key of a text's vector: SHA-256 over the text and the model's fingerprint."""
    return hashlib.sha256(f"{fingerprint}\0{text}".encode()).hexdigest()


def _id_prefix(section: Section, origin: Origin) -> str:
    """The id of a chunk up to its number. A page's or import's name is in it, so that it does not depend on what others hold."""
    document = "" if origin == "curated" else UNSAFE.sub("-", PurePath(section.document).stem) + "."
    return f"{section.role}/{section.language}/{section.id}#{document}"


def _pieces(section: Section, fits: Fits, room: int, embedder: Embedder) -> list[_Piece]:
    statements = tuple(sorted(section.statements, key=lambda one: one.start))
    if not statements:
        return []
    if fits(section.text):
        return [_Piece(0, len(section.text), statements)]
    return _pack(section.text, list(_units(section.text, statements, fits)), fits, room, embedder)


def _units(text: str, statements: tuple[Statement, ...], fits: Fits) -> Iterator[_Piece]:
    """The text in pieces of one statement each, with the heading and bullet that stand before it."""
    cuts = [0, *(_cut_between(text, one, following) for one, following in pairwise(statements)), len(text)]
    for statement, (start, end) in zip(statements, pairwise(cuts), strict=True):
        if fits(text[start:end].strip()):
            yield _Piece(start, end, (statement,))
        else:
            for part in _cut_statement(text, statement, fits):
                yield _Piece(part.start, part.end, (part,))


def _cut_between(text: str, one: Statement, following: Statement) -> int:
    """Where to cut so that what closes `one` stays with it, and the heading and bullet of `following` go with that."""
    space = SPACE.search(text, one.end, max(one.end, following.start))
    return space.start() if space else max(one.end, following.start)


def _cut_statement(text: str, statement: Statement, fits: Fits) -> Iterator[Statement]:
    """The statement itself if it fits, else parts of it that do, which keep its kind and group; pay stays where its amount is."""
    start = statement.start
    while start < statement.end:
        end = _longest(text, start, statement.end, fits)
        part = text[start:end].rstrip()
        if part:
            pay = statement.pay if statement.pay and statement.pay.amount in part else None
            yield replace(statement, start=start, end=start + len(part), pay=pay)
        start = end


def _longest(text: str, start: int, end: int, fits: Fits) -> int:
    """The end of the longest start of `text[start:end]` that fits: at a clause if that is not half-empty, else a space, else anywhere."""
    reach = min(end, start + REACH)
    if reach == end and fits(text[start:end]):
        return end

    def last(ends: list[int]) -> int:
        count = bisect_right(ends, 0, key=lambda at: 0 if fits(text[start:at].rstrip()) else 1)
        return ends[count - 1] if count else start

    space = last([found.end() for found in SPACE.finditer(text, start, reach) if found.start() > start])
    clause = last([found.end() for found in CLAUSE.finditer(text, start, reach) if found.start() > start])
    if clause > start and 2 * (clause - start) >= space - start:
        return clause
    return space if space > start else max(last(list(range(start + 1, reach + 1))), start + 1)


def _pack(text: str, units: list[_Piece], fits: Fits, room: int, embedder: Embedder) -> list[_Piece]:
    """The units joined into as few pieces as fit; then with as few cuts inside a `###` group, then as even, as can be.

    `room` is how many tokens of text fit. Where two units meet, tokenising them together may give a token more or less than
    apart; only where that could decide are they tokenised together.
    """
    sizes = [embedder.count_tokens(text[unit.start : unit.end]) for unit in units]
    upto = [0, *accumulate(sizes)]
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    joined_from = [0]
    for end in range(1, len(units) + 1):
        options = []
        for start in range(end - 1, -1, -1):
            size, seams = upto[end] - upto[start], end - 1 - start
            tight = seams and size + seams > room
            if tight and (size - seams > room or not fits(text[units[start].start : units[end - 1].end].strip())):
                break
            inside = start > 0 and units[start - 1].statements[0].group == units[start].statements[0].group
            count, broken, uneven = best[start]
            options.append(((count + 1, broken + inside, uneven + (upto[end] - upto[start]) ** 2), start))
        cost, origin = min(options)
        best.append(cost)
        joined_from.append(origin)
    pieces = []
    end = len(units)
    while end:
        start = joined_from[end]
        group = units[start:end]
        pieces.append(_Piece(group[0].start, group[-1].end, tuple(unit.statements[0] for unit in group)))
        end = start
    return pieces[::-1]
