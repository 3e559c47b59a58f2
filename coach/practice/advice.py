"""The one thing to do better: what would raise the score most, said with the visitor's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coach.practice.evidence import Evidence
from coach.practice.findings import Advice, AdviceKind, PartFinding, PointFinding, State
from coach.practice.questions import PracticeQuestion
from coach.practice.reading import Quote, Reading, has
from coach.practice.rubric import rubric
from coach.practice.texts import practice_texts

# With less to gain than this, in points of 100, nothing is found fault with.
WORTH_SAYING = 4.0
TOO_SHORT = 45
LONGEST_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in an answer so far. `values` are the marks in [0, 1] by criterion."""

    question: PracticeQuestion
    reading: Reading
    state: State
    values: Mapping[str, float]
    parts: Sequence[PartFinding]
    points: Sequence[PointFinding]
    evidence: Evidence


def advice_on(found: Found) -> Advice:
    """The advice that would raise the score most."""
    texts = practice_texts(found.question.language).advice
    if found.state != "ok":
        point = (
            found.question.points[0] if found.question.points and found.state in ("dont_know", "empty", "off_topic", "keywords") else None
        )
        quote = _short(found.reading.sentences[0], found.reading) if found.reading.sentences else None
        text = texts[f"state_{found.state}"].format(point=point.text if point else "", quote=quote.text if quote else "")
        return Advice("state", text, quote, point)
    weights = {one.id: one.weights[found.question.kind] for one in rubric(found.question.language).criteria}
    gains = sorted(((weights[name] * (1 - value), name) for name, value in found.values.items()), reverse=True)
    for gain, name in gains:
        if gain < WORTH_SAYING:
            break
        made = _ADVISERS[name](found)
        if made:
            kind, quote, values = made
            point = next((one.point for one in found.points if one.point.text == values.get("point")), None)
            return Advice(kind, texts[kind].format(**{"quote": quote.text if quote else "", **values}), quote, point)
    best = _short(_longest(found.reading), found.reading)
    return Advice("good", texts["good"].format(quote=best.text), best)


Made = tuple[AdviceKind, Quote | None, dict[str, str]]


def _points(found: Found) -> Made | None:
    missed = [one for one in found.points if one.covered == "missed"] or [one for one in found.points if one.covered == "partly"]
    if not missed:
        return None
    nearest = max(missed, key=lambda one: one.strength)
    quote = _short(nearest.quote or _longest(found.reading), found.reading)
    if found.reading.words < TOO_SHORT:
        return "short", quote, {"point": nearest.point.text, "words": str(found.reading.words)}
    return "points", quote, {"point": nearest.point.text}


def _structure(found: Found) -> Made | None:
    missing = [one.part for one in found.parts if one.quote is None]
    last = _short(found.reading.sentences[-1], found.reading)
    if found.question.kind == "behavioural" and "result" in missing:
        return "result", last, {}
    if not missing:
        return None
    names = practice_texts(found.question.language).parts
    quote = _short(found.reading.sentences[0], found.reading)
    return "part", quote, {"part": names[missing[0]].lower(), "hint": practice_texts(found.question.language).part_hints[missing[0]]}


def _evidence(found: Found) -> Made | None:
    vague = [one for one in found.reading.found("vague") if one.text]
    if len(found.evidence.numbers) >= 2:
        return None
    quote = vague[0] if vague else _short(_longest(found.reading), found.reading)
    return "numbers", quote, {}


def _own(found: Found) -> Made | None:
    for sentence in found.reading.sentences:
        if has(sentence, found.reading.language, "we") and not has(sentence, found.reading.language, "own"):
            return "own", _short(sentence, found.reading), {}
    return None


def _delivery(found: Found) -> Made | None:
    fillers = found.reading.found("fillers")
    if found.reading.words > 280:
        return (
            "long",
            _short(found.reading.sentences[len(found.reading.sentences) // 2], found.reading),
            {"words": str(found.reading.words)},
        )
    if len(fillers) >= 2:
        return "fillers", fillers[0], {"count": str(len(fillers))}
    return None


def _relevance(found: Found) -> Made | None:
    return "relevance", _short(found.reading.sentences[0], found.reading), {"question": found.question.question}


_ADVISERS = {
    "points": _points,
    "structure": _structure,
    "evidence": _evidence,
    "own": _own,
    "delivery": _delivery,
    "relevance": _relevance,
}


def _longest(reading: Reading) -> Quote:
    return max(reading.sentences, key=lambda one: len(one.text))


def _short(quote: Quote, reading: Reading) -> Quote:
    """`quote`, cut at a word where it is long: still an exact piece of the answer."""
    if len(quote.text) <= LONGEST_QUOTE:
        return quote
    end = quote.start + quote.text.rfind(" ", 0, LONGEST_QUOTE)
    return Quote(reading.text[quote.start : end], quote.start, end)
