"""Whether the figures of a sentence are those of one statement: the same number of the same thing, in the same currency, for the
same place, level, period and role."""

from __future__ import annotations

import re
from itertools import pairwise

from coach.answering.checks.structure import Clause, content, offered
from coach.answering.checks.wording import Token, parse_number
from coach.answering.grounding import numbers
from coach.language import fold, tokens
from coach.retrieval.signals import CURRENCY_WORDS
from coach.types import Pay

PERCENT = re.compile(r"(\d[\d.,]*)\s*(?:%|percent\b|per cent\b|por ciento\b)", re.IGNORECASE)
OPEN_ENDED = re.compile(r"(\d[\d.,]*)\+")
PERIODS = ("year", "month", "week", "day", "hour")
# How near, in words that say something, what a number counts must stand to it.
NEAR = 6
# How near a number "median" or "average" must stand.
NEAR_LABEL = 5


def currencies(text: str) -> set[str]:
    """The ISO codes of the currencies that `text` names, by sign, code or word."""
    signs = {code for sign, code in CURRENCY_WORDS.items() if not sign.isalpha() and sign in text}
    return signs | {CURRENCY_WORDS[word] for word in tokens(text) if word in CURRENCY_WORDS}


def has_figures(claim: Clause) -> bool:
    """Whether a number above one is stated, in digits or in words."""
    return any(token.value is not None and token.is_content for token in claim)


def fits(claim: str, read: Clause, said: str, said_read: Clause, subject: Clause, pay: Pay | None) -> bool:
    """Whether every figure of `claim` is one of `said`, with what belongs to it.

    `read` and `said_read` are their tokens; `subject` those by which a row opens (its place and role), none for a sentence.
    """
    if not set(numbers(claim)) <= set(numbers(said)) or not currencies(claim) <= currencies(said):
        return False
    if not _percents(claim) <= _percents(said) or not _attached(OPEN_ENDED, claim, said):
        return False
    if not all(_is_bound(at, read, said_read) for at, token in enumerate(read) if token.value is not None and token.is_content):
        return False
    if not all(token.is_in(offered(read)) for token in content(subject)):
        return False
    return _bounds_kept(read, said_read) and (pay is None or _is_pay(claim, read, pay))


def _percents(text: str) -> set[float]:
    return {parse_number(match.rstrip(".,")) for match in PERCENT.findall(text)}


def _attached(pattern: re.Pattern[str], claim: str, said: str) -> bool:
    """Whether the numbers of `claim` that `said` writes with an open end have it too."""
    wanted = set(pattern.findall(said))
    return all(number in set(pattern.findall(claim)) for number in wanted & set(numbers(claim)))


def _is_bound(at: int, claim: Clause, said: Clause) -> bool:
    """Whether the number at `at` counts in `said` what it counts in `claim`, and is no half of a range there."""
    places = [place for place, token in enumerate(said) if token.value == claim[at].value]
    return any(_counts_the_same(at, claim, place, said) and _range_kept(claim, place, said) for place in places)


def _counts_the_same(at: int, claim: Clause, place: int, said: Clause) -> bool:
    counted = _counted(at, claim)
    near = [*_content_before(said, place)[-NEAR:], *_content_after(said, place)[:NEAR]]
    return counted is None or counted.is_in(offered(near))


def _counted(at: int, claim: Clause) -> Token | None:
    """What the number counts: the next word that says something, up to the next sign or a word such as "for" that sets it apart."""
    for token in claim[at + 1 : at + 4]:
        if token.is_stop or "apart" in token.marks:
            return None
        if token.is_content and token.value is None:
            return token
    return None


def _content_before(tokens_: Clause, at: int) -> list[Token]:
    return [token for token in tokens_[:at] if token.is_content]


def _content_after(tokens_: Clause, at: int) -> list[Token]:
    return [token for token in tokens_[at + 1 :] if token.is_content]


def _range_kept(claim: Clause, place: int, said: Clause) -> bool:
    """Whether the other end of the range that `said` gives at `place`, if it gives one, stands in `claim` too."""
    values = {token.value for at, token in enumerate(claim) if token.value is not None and (token.is_content or _partners(claim, at))}
    return all(said[other].value in values for other in _partners(said, place))


def _partners(said: Clause, place: int) -> list[int]:
    found = []
    for step in (1, -1):
        for reach in (1, 2):
            other = place + step * reach
            if 0 <= other < len(said) and said[other].value is not None:
                between = said[min(place, other) + 1 : max(place, other)]
                if all(token.text in {"–", "—"} or ("range" in token.marks and token.is_glue) for token in between):
                    found.append(other)
                break
    return found


def _bounds_kept(claim: Clause, said: Clause) -> bool:
    """Whether "more than", "about" and the like before a number of `claim` stand in `said` too."""
    has_than = any("than" in token.marks for token in said)
    for before, token in pairwise(claim):
        if token.value is None or not before.marks & {"bound", "than"}:
            continue
        if not (has_than if "than" in before.marks else before.is_in(offered(said))):
            return False
    return True


def _is_pay(claim: str, read: Clause, pay: Pay) -> bool:
    """Whether what `claim` states with figures of `pay` agrees with the rest of it."""
    stated = {token.value for token in read if token.value is not None}
    amounts = {value for value in (pay.low, pay.middle, pay.high) if value is not None}
    if not stated & amounts:
        return True
    if currencies(claim) != ({pay.currency} if pay.currency else set()):
        return False
    if {pay.low, pay.high} & stated and not {value for value in (pay.low, pay.high) if value is not None} <= stated:
        return False
    marks = frozenset(mark for token in read for mark in token.marks)
    if any(period in marks for period in PERIODS if period != pay.period):
        return False
    bases = marks & {"gross", "net"}
    if len(bases) == 1 and pay.basis not in bases:
        return False
    levels = frozenset(sense for token in read for sense in token.needs if sense.startswith("level:"))
    if pay.level != "all" and f"level:{pay.level}" not in levels:
        return False
    return _is_labelled(read, pay) and (pay.role is None or _names(claim, pay.role))


def _is_labelled(read: Clause, pay: Pay) -> bool:
    """Whether the middle figure, and no other, is called a median or an average, as it is one."""
    label, wrong = ("average", "median") if pay.is_average else ("median", "average")
    if any(wrong in token.marks for token in read):
        return False
    labels = [at for at, token in enumerate(read) if label in token.marks]
    middles = [at for at, token in enumerate(read) if token.value is not None and token.value == pay.middle]
    if not middles:
        return not labels
    values = [at for at, token in enumerate(read) if token.value is not None and token.value in {pay.low, pay.middle, pay.high}]
    nearest = [min(values, key=lambda value: (abs(value - at), -value)) for at in labels]
    return (
        bool(labels)
        and all(one in middles for one in nearest)
        # Of a figure that stands alone the label may be anywhere: "the median for technical writers in the US is …".
        and (len(values) == 1 or all(any(abs(at - middle) <= NEAR_LABEL for at in labels) for middle in middles))
    )


def _names(claim: str, role: str) -> bool:
    return set(tokens(role)) <= set(tokens(claim)) or fold(role) in fold(claim)
