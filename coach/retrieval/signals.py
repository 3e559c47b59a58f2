"""What else a question says: level, currency, the language wanted for the answer, small talk, that it follows on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, Protocol

from coach.language import fold, signals, tokens
from coach.retrieval.words import Word, Words
from coach.types import Language, Level

SmallTalk = Literal["greeting", "thanks", "bye", "who", "how_are_you"]

LEVEL_WORDS: dict[str, Level] = {fold(word): level for level, words in signals()["levels"].items() for word in words}
CURRENCY_WORDS: dict[str, str] = {word: code for code, words in signals()["currencies"].items() for word in words}
ANSWER_IN: tuple[tuple[re.Pattern[str], Language], ...] = (
    (re.compile(r"\b(?:in spanish|en (?:espanol|castellano))\b"), "es"),
    (re.compile(r"\b(?:in english|en ingles)\b"), "en"),
)


def any_of(key: str, *, before: str = r"\b", after: str = r"\b", flags: int = 0) -> re.Pattern[str]:
    """What matches any of the patterns that `signals.yaml` gives under `key`."""
    return re.compile(f"{before}(?:{'|'.join(signals()[key])}){after}", flags)


SHORTHAND: dict[Language, dict[str, str]] = {
    language: {short: whole for whole, shorts in words.items() for short in shorts} for language, words in signals()["shorthand"].items()
}
WORD = re.compile(r"(?<![\w/+.-])\w+(?![/+#-]?\w)")
SMALL_TALK: dict[SmallTalk, re.Pattern[str]] = {
    kind: re.compile(f"(?:{'|'.join(patterns)})(?= |$)") for kind, patterns in signals()["small_talk"].items()
}
FILLERS = any_of("fillers")
POLITE_OPENING = any_of("polite_openings", before="^", after=r"\b[\s,.!:;]*", flags=re.IGNORECASE)
FOLLOW_ON = any_of("follow_on", before="^")
POINTS_BACK = any_of("points_back")
SAYING = any_of("saying")
# The same wish at the end of what stands before "in Spanish", to be cut off with it.
SAYING_WISH = any_of("saying", before=r"[,.;(]?\s*(?:please |por favor )?", after=r"(?:\s+(?:it|that|lo|me))?\s*$")
WANTS_EXAMPLE = any_of("wants_example")
WANTS_QUESTIONS = any_of("wants_questions")
COMPARES = any_of("compares")
MOVES = any_of("moves")
LEAVES, ENTERS = frozenset(signals()["leaves"]), frozenset(signals()["enters"])
MORE_ABOUT = any_of("more_about")
OF_PAY = any_of("of_pay")
ASKS_THEM = any_of("asks_them")
NEGOTIATES = any_of("negotiates")
WANTS_AMOUNT = any_of("wants_amount")
OF_BOTH = any_of("of_both")
THE_OTHER = any_of("the_other")
SET_BESIDE = any_of("set_beside", after=r"")
ORDINALS: dict[str, int] = {word: at for at, words in enumerate(signals()["ordinals"], start=1) for word in words}
ORDINAL = re.compile(rf"\b(?:{'|'.join(sorted(ORDINALS, key=len, reverse=True))})\b(?:\s+(?:{'|'.join(signals()['points'])})\b)?")
POINT_WORDS = any_of("points")
LONGEST_POINTING = 9
POINTED = re.compile(r"\b(?:the|that|el|la|lo|los|las|del|al|ese|esa)\s*$")
EITHER = frozenset(signals()["either"])
# How far before a role the word may stand that says whether it is left or wanted: "from being a data analyst".
REACH_BEFORE = 3
WANTS_COUNT = any_of("wants_count")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NUMBER = any_of("number_words", after="")


def small_talk(text: str) -> SmallTalk | None:
    """The kind of small talk that `text` is from end to end, None if it says anything else."""
    plain = re.sub(r"[^\w\s']", " ", fold(text))
    plain = " ".join(FILLERS.sub(" ", plain).split())
    if not plain:
        return None
    rest = plain
    first: SmallTalk | None = None
    while rest:
        for kind, pattern in SMALL_TALK.items():
            match = pattern.match(rest)
            if match:
                # "hi, how are you?" is about the last thing said.
                first = kind
                rest = rest[match.end() :].strip()
                break
        else:
            return None
    return first


def without_politeness(text: str) -> str:
    """`text` without greetings, thanks and the like in front of the question itself."""
    shorter = text.strip()
    while (rest := POLITE_OPENING.sub("", shorter)) not in ("", shorter):
        shorter = rest
    return shorter


def spelt_out(text: str, language: Language) -> str:
    """`text` with what people shorten in chat written out ("q tools usa 1 dev" → "que tools usa 1 developer")."""
    return WORD.sub(lambda word: SHORTHAND[language].get(fold(word[0]), word[0]), text)


def answer_language(text: str) -> tuple[Language | None, str]:
    """The language in which `text` wants the answer, and the text without that wish."""
    folded = fold(text)
    if len(folded) != len(text):
        return None, text
    for pattern, language in ANSWER_IN:
        for match in pattern.finditer(folded):
            before, after = folded[: match.start()].rstrip(), folded[match.end() :].strip(" ?!.,")
            if SAYING.search(before) or (not before.strip(" ,") and after) or before.endswith((",", "(", "?")):
                wish = SAYING_WISH.search(before)
                kept = text[: wish.start() if wish else match.start()] + text[match.end() :]
                return language, kept.strip(" ,.") or text
    return None, text


def level(words: Words) -> Level | None:
    """The level that the words name; marks them as taken."""
    found: Level | None = None
    for word in words.all:
        known = LEVEL_WORDS.get(word.token)
        if known or (word.token == "level" and word.before in LEVEL_WORDS):
            found = known or found
            word.taken = word.taken or "level"
    return found


def currency(text: str, words: Words) -> str | None:
    """The ISO code of the currency that the text names; marks its words as taken."""
    found: str | None = next((code for sign, code in CURRENCY_WORDS.items() if not sign.isalpha() and sign in text), None)
    for word in words.all:
        known = CURRENCY_WORDS.get(word.token)
        if known:
            found = known
            word.taken = word.taken or "currency"
    return found


def wants_example(text: str) -> bool:
    """Whether `text` wants an example or a draft."""
    return bool(WANTS_EXAMPLE.search(fold(text)))


def compares(text: str) -> bool:
    """Whether `text` sets two roles side by side, or asks for the way from one to the other."""
    return bool(COMPARES.search(fold(text)))


def of_both(text: str) -> bool:
    """Whether `text` speaks of two roles named before."""
    return bool(OF_BOTH.search(fold(text)))


def the_other(text: str) -> bool:
    """Whether `text` speaks of the other one of two roles named before."""
    return bool(THE_OTHER.search(fold(text)))


def more_about(text: str) -> bool:
    """Whether `text` wants to hear more on something that was named before."""
    return bool(MORE_ABOUT.search(fold(text)))


def of_pay(text: str) -> bool:
    """Whether `text` has a word that, beside a place, speaks of pay."""
    return bool(OF_PAY.search(fold(text)))


def negotiates(text: str) -> bool:
    """Whether a question about pay is about the talk on it, and not about an amount."""
    return bool(NEGOTIATES.search(fold(text))) and not WANTS_AMOUNT.search(fold(text))


def sets_beside(text: str) -> bool:
    """Whether `text` sets the role it names beside the one named before."""
    return bool(SET_BESIDE.search(fold(text)))


class Span(Protocol):
    """Words `start:start + length` of a question."""

    @property
    def start(self) -> int:
        """The first of the words."""

    @property
    def length(self) -> int:
        """How many they are."""


def are_joined(words: Sequence[Word], spans: Sequence[Span]) -> bool:
    """Whether some two of the spans that follow each other have nothing but "or", "and" and the like between them."""
    ordered = sorted(spans, key=lambda span: span.start)
    between = [[word.token for word in words[one.start + one.length : other.start]] for one, other in pairwise(ordered)]
    return any(0 < len(tokens_between) <= 2 and tokens_between[0] in EITHER for tokens_between in between)


def wants_move(text: str) -> bool:
    """Whether `text` asks for the way into a role."""
    return bool(MOVES.search(fold(text)))


def point(text: str) -> int | None:
    """Which point of the answer before a short question asks about, from 1 on; None where it asks about none."""
    folded = " ".join(tokens(text))
    found = ORDINAL.search(folded)
    if not found or len(folded.split()) > LONGEST_POINTING:
        return None
    named = found[0].split()[-1]
    is_alone = len(found[0].split()) == 1 and not POINT_WORDS.search(folded)
    if is_alone and len(folded.split()) > 2 and not POINTED.search(folded[: found.start()]):
        # "First React or Angular?" counts nothing.
        return None
    return ORDINALS[found[0]] if found[0] in ORDINALS else ORDINALS[found[0].removesuffix(f" {named}")]


def direction(text: str, words: Sequence[Word], spans: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
    """Which of two named roles is left and which is wanted, as indexes into `spans`, the first word and the number of words of
    each name; None where `text` does not ask for the way from one to the other."""
    if len(spans) != 2 or not MOVES.search(fold(text)):
        return None
    starts = [start for start, _ in spans]
    between = [word.token for word in words[sum(spans[0]) : starts[1]]]
    if between[:1] and between[0] in EITHER and len(between) <= REACH_BEFORE and not any(token in LEAVES for token in between):
        return None
    before = [[word.token for word in words[max(0, start - REACH_BEFORE) : start]][::-1] for start in starts]
    for index, other in ((0, 1), (1, 0)):
        cue = next((token for token in before[index] if token in LEAVES or token in ENTERS), None)
        if cue in LEAVES:
            return index, other
    # "Become a data engineer after years in support" names the wanted one first.
    first = next((token for token in before[0] if token in ENTERS), None)
    return (1, 0) if first and first not in LEAVES and not any(token in ENTERS for token in before[1]) else (0, 1)


def is_background(words: Sequence[Word]) -> bool:
    """Whether the occupation marked among `words` is the one that the asker has or had: "I am a waitress", "trabajo de camarera"."""
    first = next((at for at, word in enumerate(words) if word.taken == "occupation"), 0)
    return any(word.token in LEAVES for word in words[max(0, first - REACH_BEFORE) : first])


def wants_count(text: str) -> bool:
    """Whether `text` asks how many there are of something."""
    return bool(WANTS_COUNT.search(fold(text)))


def year(text: str) -> int | None:
    """The year that `text` names, None if it names none."""
    match = YEAR.search(text)
    return int(match[0]) if match else None


def levels(words: Sequence[Word]) -> list[Level]:
    """The levels that the words name, in order."""
    return list(dict.fromkeys(LEVEL_WORDS[word.token] for word in words if word.token in LEVEL_WORDS))


def has_number(text: str) -> bool:
    """Whether `text` holds a number, in digits or as a small number's word."""
    return bool(NUMBER.search(fold(text)))


def wants_questions(text: str) -> bool:
    """Whether `text` wants interview questions rather than advice."""
    return bool(WANTS_QUESTIONS.search(fold(text))) and not ASKS_THEM.search(fold(text))


def follows_on(text: str) -> bool:
    """Whether `text` opens like a question that leans on what was said before."""
    return bool(FOLLOW_ON.match(" ".join(tokens(text))))


def points_back(text: str) -> bool:
    """Whether `text` holds a word that points to something said before."""
    return bool(POINTS_BACK.search(fold(text)))
