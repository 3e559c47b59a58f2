"""Whether the files of a classification are whole, as far as one tells of the other: cut at the end of a line, a file still reads well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from coach.errors import DocumentError
from coach.knowledge.import_files import Row

# How unlikely the end of a file must be before it counts as cut.
NEVER = 0.001
FIX = "give all files of one release, as published"


def require_whole(folder: Path, tables: Mapping[str, Sequence[Row]], key: str, listing: str) -> None:
    """Raises DocumentError where a table of `folder` speaks of something that the table `listing` has not, or ends too early.

    The rows are sorted by `key`. A table that has nearly everything the others have, up to its last row, and then nothing of all
    that the others still have, has been cut: if it has the share s so far, it lacks the n that follow with the chance (1 - s)^n.
    """
    listed = {row[key] for row in tables[listing]}
    found = {name: {row[key] for row in rows} for name, rows in tables.items() if name != listing and rows and key in rows[0]}
    for name, keys in found.items():
        if strange := sorted(keys - listed):
            raise DocumentError(
                str(folder / name), None, f"has {strange[0]}, which {listing} has not: one of them is of another release, or cut", FIX
            )
    for name, keys in found.items():
        others = {one for other, theirs in found.items() if other != name and len(theirs) < len(listed) for one in theirs}
        last = max(keys)
        before = [one for one in others if one <= last]
        after = len(others) - len(before)
        # The rule of succession: what has been there every time so far may still be lacking once.
        share = (sum(one in keys for one in before) + 1) / (len(before) + 2)
        if after and (1 - share) ** after < NEVER:
            raise DocumentError(str(folder / name), None, f"ends at {last}, where other files go on to {max(others)}: it has been cut", FIX)


def require_named(folder: Path, tables: Mapping[str, Sequence[Row]], table: str, column: str, reference: str) -> None:
    """Raises DocumentError where `table` has a value in `column` that the table `reference` does not explain, if both are there."""
    if not (tables[table] and tables[reference]):
        return
    unknown = sorted({row[column] for row in tables[table]} - {row[column] for row in tables[reference]})
    if unknown:
        raise DocumentError(
            str(folder / reference), None, f"lacks {column} {unknown[0]} of {table}: one of them is of another release, or cut", FIX
        )
