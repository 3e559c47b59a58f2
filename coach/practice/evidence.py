"""What is concrete in an answer: figures with what they count, names, a case of one's own; and who acts in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from coach.practice.questions import QuestionKind
from coach.practice.reading import Quote, Reading, has, pattern

DIGITS = re.compile(r"(?<![\w.])[€$£]?\d[\d.,:]*\d?\s?(?:%|€|k\b|ms\b|x\b)?|(?<![\w.])\d\s?%?")
NAME = re.compile(r"\b(?:[A-Z]{2,}\w*|[A-Z][a-z]+[A-Z]\w*|\w+\.(?:js|io|py|net)|[A-ZÁÉÍÓÚÑ][\w+#-]{2,})")
# Words between a number and what it counts.
REACH = 3
ENOUGH_FIGURES, ENOUGH_NAMES = 2, 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """Figures and names as they stand in the answer; `mark` in [0, 1] for how concrete it is; `own` in [0, 1] for who acts."""

    numbers: tuple[Quote, ...]
    names: tuple[str, ...]
    mark: float
    own_count: int
    we_count: int
    own: float


def evidence_of(reading: Reading, kind: QuestionKind) -> Evidence:
    """What is concrete in `reading`."""
    numbers = numbers_in(reading)
    names = _names(reading)
    figures = min(1.0, len(numbers) / ENOUGH_FIGURES)
    named = min(1.0, len(names) / ENOUGH_NAMES)
    case = 1.0 if _tells_a_case(reading) else 0.5 if any(has(one, reading.language, "example") for one in reading.sentences) else 0.0
    weights = (0.5, 0.15, 0.35) if kind == "behavioural" else (0.35, 0.25, 0.4)
    mark = sum(weight * value for weight, value in zip(weights, (figures, named, case), strict=True))
    own, we = len(reading.found("own")), len(reading.found("we"))
    acts = 0.0 if not own and not we else 0.35 if not own else min(1.0, 0.35 + 0.75 * own / (own + we)) * min(1.0, own / 3)
    # Two concrete things of three are much; few good answers have all of them.
    return Evidence(numbers, names, min(1.0, mark / 0.8), own, we, acts)


def numbers_in(reading: Reading) -> tuple[Quote, ...]:
    """Figures that measure something: digits, or a number in words with what it counts; no ages and no years of experience."""
    language = reading.language
    found: dict[int, Quote] = {}
    for sentence in reading.sentences:
        low = sentence.text.lower()
        spans = [(match.start(), match.end()) for match in DIGITS.finditer(sentence.text)]
        for match in pattern(language, "numbers").finditer(low):
            following = re.match(rf"(?:[\s-]+[\w%-]+){{0,{REACH}}}", low[match.end() :])
            if following and pattern(language, "units").search(following[0]):
                unit = pattern(language, "units").search(following[0])
                spans.append((match.start(), match.end() + (unit.end() if unit else 0)))
        for start, end in spans:
            around = low[max(0, start - 4) : end + 24]
            year = re.fullmatch(r"(?:19|20)\d\d", sentence.text[start:end].strip(" .,"))
            if pattern(language, "age").search(around) or year:
                continue
            text = sentence.text[start:end].strip(" .,:")
            begin = sentence.start + start + sentence.text[start:end].find(text)
            overlapping = [at for at, one in found.items() if at < begin + len(text) and begin < one.end]
            if text and not overlapping:
                found[begin] = Quote(text, begin, begin + len(text))
    return tuple(found[at] for at in sorted(found))


def _names(reading: Reading) -> tuple[str, ...]:
    """Words that are written as names, the first word of a sentence aside unless it has capitals inside."""
    found: dict[str, None] = {}
    for sentence in reading.sentences:
        for match in NAME.finditer(sentence.text):
            word = match[0]
            if match.start() == 0 and not re.search(r"\w[A-Z]|\.", word):
                continue
            if word not in {"I'd", "I'm"}:
                found[word] = None
    return tuple(found)


def _tells_a_case(reading: Reading) -> bool:
    """Whether something that happened is told: a situation, and an act of the past."""
    return reading.sentence_with("situation") is not None and any(has(one, reading.language, "past") for one in reading.sentences)
