"""What a block of several lines is: labels with values, questions with answers, a list, a heading over text, or wrapped prose."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from coach.knowledge.page_blocks import BARE_NUMBER, SENTENCE_END, Block, is_short
from coach.knowledge.page_noise import is_noise, is_update_label, update_date

Known = Callable[[str], bool]

LONGEST_VALUE_WORDS = 8
LONGEST_QUESTION_WORDS = 25
LIST_LINE_WORDS = 8


def unfold(blocks: Sequence[Block], is_heading: Known) -> list[Block]:
    """`blocks` with every block of several lines replaced by what it is made of. `is_heading` tells the headings of sections.

    A label with its value becomes an item with `lead`, `level` -1: it stands for a section of its own.
    """
    unfolded: list[Block] = []
    for block in blocks:
        if block.kind != "lines":
            unfolded.append(block)
            continue
        lines = list(block.lines)
        # The first line of a page is its title, even with text right under it.
        if not unfolded and is_short(lines[0]) and not _is_list(lines) and not _pairs(lines, is_heading):
            unfolded.append(Block("line", lines.pop(0)))
        unfolded += _unfolded(lines, is_heading)
    return unfolded


def _unfolded(lines: list[str], is_heading: Known) -> Iterator[Block]:
    lines = [line for line in lines if not is_noise(line)]
    if not lines:
        return
    if len(lines) == 1:
        yield Block("line" if is_short(lines[0]) else "paragraph", lines[0])
    elif (at := next((at for at, line in enumerate(lines) if update_date(line)), None)) is not None:
        yield from _unfolded(lines[:at], is_heading)
        yield Block("line", lines[at])
        yield from _unfolded(lines[at + 1 :], is_heading)
    elif _numbered(lines):
        for number, text in zip(lines[::2], lines[1::2], strict=True):
            yield Block("item", text, number=int(number.strip(".)")))
    elif _pairs(lines, is_heading):
        for label, value in zip(lines[::2], lines[1::2], strict=True):
            # A bare count beside the label of a list ("Skills / 5") is the site's counter.
            if not BARE_NUMBER.match(value) or is_update_label(label):
                yield Block("item", value, level=-1, lead=label)
    elif (at := _question(lines)) is not None:
        yield from _unfolded(lines[:at], is_heading)
        yield from _answered(lines[at:])
    elif (at := _heading(lines, is_heading)) is not None:
        yield from _unfolded(lines[:at], is_heading)
        yield Block("line", lines[at])
        yield from _unfolded(lines[at + 1 :], is_heading)
    elif _is_list(lines):
        for line in lines:
            yield Block("item", line)
    else:
        yield Block("paragraph", _unwrapped(lines))


def _unwrapped(lines: Sequence[str]) -> str:
    return re.sub(r"(?<=[a-záéíóúñ])- (?=[a-záéíóúñ])", "", " ".join(lines)) if _hyphenated(lines) else " ".join(lines)


def _hyphenated(lines: Sequence[str]) -> bool:
    return any(re.search(r"[a-záéíóúñ]-$", line) for line in lines[:-1])


def _numbered(lines: list[str]) -> bool:
    return (
        len(lines) % 2 == 0
        and all(BARE_NUMBER.match(line) for line in lines[::2])
        and not any(BARE_NUMBER.match(line) for line in lines[1::2])
    )


def _pairs(lines: list[str], is_heading: Known) -> bool:
    labels, values = lines[::2], lines[1::2]
    return (
        len(labels) == len(values)
        and all(is_heading(label) or is_update_label(label) for label in labels)
        and not any(is_heading(value) and len(lines) == 2 for value in values)
        and all(len(value.split()) <= LONGEST_VALUE_WORDS and not value.endswith(SENTENCE_END) for value in values)
        # One label over one line is a heading over text unless the line is a value: a figure, a word or two.
        and (len(lines) > 2 or len(values[0].split()) <= 3 or any(char.isdigit() for char in values[0]))
    )


def _is_question(lines: list[str], at: int) -> bool:
    line = lines[at]
    after_sentence = at == 0 or lines[at - 1].endswith((*SENTENCE_END, "?", ":"))
    return line.endswith("?") and len(line.split()) <= LONGEST_QUESTION_WORDS and not line[0].islower() and after_sentence


def _question(lines: list[str]) -> int | None:
    """Where the first question with an answer under it stands."""
    return next((at for at in range(len(lines) - 1) if _is_question(lines, at) and not _is_question(lines, at + 1)), None)


def _answered(lines: list[str]) -> Iterator[Block]:
    answer: list[str] = []
    for at, line in enumerate(lines):
        if _is_question(lines, at):
            if answer:
                yield Block("paragraph", _unwrapped(answer))
                answer = []
            yield Block("line", line)
        else:
            answer.append(line)
    if answer:
        yield Block("paragraph", _unwrapped(answer))


def _heading(lines: list[str], is_heading: Known) -> int | None:
    """Where a heading of a section stands that has text right under it, as in text taken from a PDF."""
    for at in range(len(lines) - 1):
        opens = at == 0 or lines[at - 1].endswith(SENTENCE_END) or _is_list(lines[:at])
        if opens and is_short(lines[at]) and not lines[at][0].islower() and not lines[at + 1][0].islower() and is_heading(lines[at]):
            return at
    return None


def _is_list(lines: list[str]) -> bool:
    if any(line[0].islower() or line.endswith((*SENTENCE_END, ",", ":")) for line in lines[:-1]) or lines[-1].endswith((".", ",")):
        return False
    short = all(len(line.split()) <= LIST_LINE_WORDS for line in lines)
    return short or (len(lines) > 2 and not any(line[0].islower() for line in lines))
