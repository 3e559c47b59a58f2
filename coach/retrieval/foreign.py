"""What a question asks for that is not for a career coach to say, or that no role document holds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from coach.language import fold
from coach.retrieval.signals import any_of, year
from coach.retrieval.words import Word

NOT_OURS = any_of("not_ours")
LEFT_TO_OTHERS = any_of("left_to_others")
ADVICE = any_of("advice")
NOT_HELD = any_of("not_held")
OWN_WORK = any_of("own_work")
RULES = any_of("rules")
NEWS = any_of("news")
TIMES_TO_COME = any_of("times_to_come")
DECEIT = any_of("deceit")
ASKED_PART = re.compile(r"[^.!?¿]+\?\s*$")
GROWS = re.compile(r"\b(?:grow|expected|increase|rise|crec|aument|subi)")
# Before a role these ask how many there are of it.
COUNTED = frozenset(["many", "number", "cuantos", "cuantas", "numero"])


def left_to_others(text: str) -> str:
    """The words of `text` for a matter that role documents leave to others, such as parental leave; "" where there are none."""
    found = LEFT_TO_OTHERS.search(fold(text))
    return found[0] if found else ""


def not_held(text: str, words: Sequence[Word]) -> bool:
    """Whether `text` asks for a fact that no role document holds: how many there are of a role, what they eat, whom to call."""
    spoken = [word for word in words if word.token not in ("of", "de")]
    counted = any(word.taken == "role" and before.taken != "role" and before.token in COUNTED for before, word in pairwise(spoken))
    return (counted and not GROWS.search(fold(text))) or bool(NOT_HELD.search(fold(text)))


def of_own_work(text: str) -> bool:
    """Whether `text` is about the asker's own work, and so ours, whatever else it says."""
    return bool(OWN_WORK.search(fold(text)))


def wants_advice(text: str) -> bool:
    """Whether `text` wants advice on law, medicine or investment, which is not ours whatever role it names."""
    return bool(ADVICE.search(fold(text)))


def changes_rules(text: str) -> bool:
    """Whether `text` tries to change the rules of the coach or to get its prompt."""
    return bool(RULES.search(fold(text)))


def wants_deceit(text: str) -> bool:
    """Whether `text` wants help with deceiving an employer."""
    return bool(DECEIT.search(fold(text)))


def of_times_to_come(text: str, this_year: int) -> bool:
    """Whether `text` is about a year after `this_year`."""
    # "We move next year. What do they earn?" asks for what is paid now.
    asked = _asked_part(text)
    named = year(asked)
    return (named is not None and named > this_year) or bool(TIMES_TO_COME.search(fold(asked).rstrip(" ?!.")))


def of_news(text: str) -> bool:
    """Whether `text` is about news of the day, such as who is hiring now, or about permits to work abroad."""
    return bool(NEWS.search(fold(_asked_part(text))))


def is_not_ours(text: str) -> bool:
    """Whether `text` is about law, tax, health, investing or the like."""
    return bool(NOT_OURS.search(fold(text)))


def _asked_part(text: str) -> str:
    """The last question of `text`, without the story before it; all of it where it does not end with a question."""
    part = ASKED_PART.search(text)
    return part[0] if part else text
