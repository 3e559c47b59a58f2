"""Reads the delimited text files of public classifications, with one clear line for whatever is wrong with one."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from coach.errors import DocumentError

LONGEST_FIELD = 1_000_000
Row = dict[str, str]


def read_rows(path: Path, columns: Sequence[str], delimiter: str, of: str) -> list[Row]:
    """The rows of the file `path` with a heading line that has at least `columns`. `of` names the release that is expected.

    Raises DocumentError where it is missing, is not UTF-8, lacks a column or has a row of another length.
    """
    rows = list(_rows(path, columns, delimiter, of))
    if not rows:
        raise DocumentError(str(path), None, "has no rows", f"give the whole file of {of}")
    return rows


def _rows(path: Path, columns: Sequence[str], delimiter: str, of: str) -> Iterator[Row]:
    text = _text(path, of)
    # The tab-separated files of O*NET know no quoting; a quotation mark there is a mark of the text.
    quoting: Literal[0, 3] = csv.QUOTE_NONE if delimiter == "\t" else csv.QUOTE_MINIMAL
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    csv.field_size_limit(LONGEST_FIELD)
    try:
        heading = next(reader, [])
        missing = [column for column in columns if column not in heading]
        if missing:
            raise DocumentError(
                str(path), 1, f"lacks the column {missing[0]!r}: it is not of {of}", f"download the files of {of} and give their folder"
            )
        for fields in reader:
            if not fields:
                continue
            if len(fields) != len(heading):
                raise DocumentError(
                    str(path),
                    reader.line_num,
                    f"has {len(fields)} fields where the heading has {len(heading)}",
                    "give the file as published",
                )
            yield dict(zip(heading, fields, strict=True))
    except csv.Error as error:
        raise DocumentError(str(path), reader.line_num, f"cannot be read as {of} ({error})", "give the file as published") from error


def _text(path: Path, of: str) -> str:
    try:
        raw = path.read_bytes()
    except FileNotFoundError as error:
        raise DocumentError(str(path), None, "is missing", f"give the folder with the files of {of}") from error
    except OSError as error:
        raise DocumentError(str(path), None, f"cannot be read ({error.strerror})", "make it readable") from error
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise DocumentError(str(path), line, "is not UTF-8 text", "save it as UTF-8, or download it again") from error
