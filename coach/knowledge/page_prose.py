"""Where a sentence of a page without headings belongs, by the words of the catalogue and by what it says."""

from __future__ import annotations

import re

from coach.knowledge.catalogue import Catalogue
from coach.knowledge.pay_text import find_pay
from coach.knowledge.statements import sentences
from coach.language import fold, stems
from coach.types import Language

SUMMARY = re.compile(
    r"(?:in (?:short|summary|conclusion)|to sum up|overall|all in all"
    r"|en (?:resumen|conclusion|definitiva|suma)|para (?:resumir|concluir))\b"
)


def place(text: str, language: Language, catalogue: Catalogue) -> list[tuple[str, str]]:
    """The sentences of `text` in order as (section, sentences that follow one another in it).

    A sentence that names no section goes with the one before it, unless it sums up; without one before, it is `overview`.
    A sentence that says as much about several sections, with two of their words or more, stands in each of them.
    """
    placed: list[tuple[str, str]] = []
    current = ["overview"]
    for start, end in sentences(text, language):
        sentence = text[start:end]
        if SUMMARY.match(fold(sentence)):
            current = ["overview"]
        current = _sections(sentence, language, catalogue) or current[:1]
        for section in current:
            if placed and placed[-1][0] == section and len(current) == 1:
                placed[-1] = (section, f"{placed[-1][1]} {sentence}")
            else:
                placed.append((section, sentence))
    return placed


def _sections(sentence: str, language: Language, catalogue: Catalogue) -> list[str]:
    if find_pay(sentence, language):
        return ["salary"]
    found = stems(sentence, language)
    scores: dict[str, tuple[int, int]] = {}
    for entry in catalogue.entries:
        starts = [at for words in entry.words(language).text if (at := _find(found, stems(words, language))) is not None]
        if starts:
            scores[entry.id] = (len(set(starts)), -min(starts))
    if not scores:
        return []
    most = max(count for count, _ in scores.values())
    best = [section for section, (count, _) in scores.items() if count == most]
    return best if most > 1 else [max(scores, key=lambda section: scores[section])]


def _find(found: list[str], needle: list[str]) -> int | None:
    size = len(needle)
    return next((at for at in range(len(found) - size + 1) if found[at : at + size] == needle), None) if needle else None
