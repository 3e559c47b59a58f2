"""The findings of a feedback as numbered statements in our own words, for a language model to word and to be checked against.

The visitor's words stand in them as quotations: they may be repeated between quotation marks and carry nothing else, so that nobody
can write praise into an answer and have it told back as a finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from coach.answering.checks.wording import gives_orders
from coach.practice.findings import Feedback
from coach.practice.reading import Quote
from coach.practice.texts import practice_texts
from coach.types import Language

Sort = Literal["score", "mark", "there", "partly", "missing", "manner", "own"]
# Stands for the visitor's words where statements are compared.
SLOT = "Visitorwords"
QUOTATION = re.compile(r'"([^"]*)"')
MARKS = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
LONGEST_QUOTE = 160
MOST_QUOTES = 4


@dataclass(frozen=True, slots=True)
class Told:
    """One finding. `text` holds SLOT for each of `quotes`. A sentence on it must hold `repeated` word by word, and beside it what the
    pattern `needed` finds; one on our `own` words repeats them."""

    sort: Sort
    text: str
    quotes: tuple[str, ...] = ()
    needed: str = ""
    repeated: str = ""

    @property
    def shown(self) -> str:
        """The finding with the visitor's words in it."""
        quotes = iter(self.quotes)
        return re.sub(SLOT, lambda _: next(quotes, ""), self.text)


def straight(text: str) -> str:
    """`text` on one line, with straight quotation marks, and without signs that are not seen or could end a part of a prompt."""
    line = " ".join(text.replace("<", "‹").replace(">", "›").split()).translate(MARKS)
    return "".join(char for char in line if char.isprintable())


def told(feedback: Feedback) -> list[Told]:
    """The findings, the advice last."""
    return list(_told(feedback))


def _told(feedback: Feedback) -> Iterator[Told]:
    language = feedback.question.language
    texts = practice_texts(language)
    say, needed = texts.told, texts.needed
    yield _one("score", say["score"].format(score=f"{feedback.score:.0f}"))
    for mark in feedback.marks:
        yield _one("mark", say["mark"].format(name=mark.name, level=mark.level), repeated=mark.level)
    for part in feedback.parts:
        name = texts.parts[part.part]
        if part.quote is None:
            yield _one("missing", say["part_missing"].format(part=name), needed=needed["missing"])
        else:
            saying = _saying(part.quote, say["saying"], language)
            yield _one("there", say["part"].format(part=name) + saying, _offered(language, part.quote))
    for finding in feedback.points:
        if finding.covered == "covered":
            saying = _saying(finding.quote, say["saying"], language)
            yield _one("there", say["covered"].format(point=finding.point.text) + saying, _offered(language, finding.quote))
        else:
            # A point half repeated could turn what is missing into what is there.
            sort: Sort = "partly" if finding.covered == "partly" else "missing"
            point = finding.point.text
            yield _one(sort, say[finding.covered].format(point=point), needed=needed[sort], repeated=point)
    if not feedback.numbers:
        yield _one("manner", say["no_numbers"], needed=needed["no_numbers"])
    for name, found in (("numbers", feedback.numbers), ("fillers", feedback.fillers), ("hedges", feedback.hedges)):
        quotes = _offered(language, *found)
        if quotes:
            yield _one("manner", say[name].format(quotes=", ".join(f'"{SLOT}"' for _ in quotes)), quotes)
    yield _one("manner", say["length"].format(words=feedback.words, seconds=feedback.seconds))
    if feedback.remark:
        yield _one("own", feedback.remark)
    advice = feedback.advice
    quotes = _offered(language, advice.quote)
    if quotes and advice.quote:
        yield _one("own", advice.text.replace(advice.quote.text, SLOT, 1), quotes)
    elif not advice.quote or not advice.quote.text:
        yield _one("own", advice.text)


def _one(sort: Sort, text: str, quotes: tuple[str, ...] = (), *, needed: str = "", repeated: str = "") -> Told:
    return Told(sort, straight(text), quotes, needed, straight(repeated))


def _saying(quote: Quote | None, template: str, language: Language) -> str:
    return f" {template.format(quote=SLOT)}" if _offered(language, quote) else ""


def _offered(language: Language, *quotes: Quote | None) -> tuple[str, ...]:
    """The visitor's words as they may be repeated: none that give orders or speak of marks, and none that would end a quotation."""
    marking = re.compile(practice_texts(language).needed["marking"], re.IGNORECASE)
    found = []
    for quote in quotes:
        text = straight(quote.text).strip(" .,;:") if quote else ""
        if len(text) > LONGEST_QUOTE:
            text = text[: text.rfind(" ", 0, LONGEST_QUOTE)]
        if text and not re.search(r'["\[\]]', text) and not marking.search(text) and not gives_orders(text):
            found.append(text)
    return tuple(dict.fromkeys(found))[:MOST_QUOTES]
