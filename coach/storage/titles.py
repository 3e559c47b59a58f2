"""Titles of conversations, from their first question."""

from __future__ import annotations

import re

from coach.language import say
from coach.types import Language

LONGEST = 60
# What people say before the question itself. Never all of it: "Hello" alone stays.
OPENINGS: dict[Language, re.Pattern[str]] = {
    "en": re.compile(
        r"(?:(?:hi|hello|hey|good (?:morning|afternoon|evening))(?: there| coach)?|please|thanks"
        r"|(?:can|could|would) you (?:please )?(?:tell|explain to|show) me|(?:i would|i'd|i want) (?:like )?to know"
        r"|tell me|so|ok)\b[\s,.!:-]*",
        re.IGNORECASE,
    ),
    "es": re.compile(
        r"(?:hola|buenos días|buenos dias|buen día|buenas(?: tardes| noches)?|por favor|gracias"
        r"|(?:me )?(?:puedes|podrías|podrias|puede|podría) (?:decir|explicar|contar)(?:me)?"
        r"|(?:quisiera|quiero|me gustaría|me gustaria) saber|dime|oye)\b[\s,.!:-]*",
        re.IGNORECASE,
    ),
}
SIGNS = "¿¡ \t-–—,;:."


def title_of(question: str, language: Language) -> str:
    """A title of at most 60 characters: the question without greeting and courtesy, cut at a word. Always the same one."""
    whole = " ".join(question.split())
    text = whole.lstrip(SIGNS)
    while (opening := OPENINGS[language].match(text)) and (rest := text[opening.end() :].lstrip(SIGNS)):
        text = rest
    if not any(map(str.isalnum, text)):
        return say("untitled", language)
    asks = "¿" if language == "es" and text.endswith("?") else ""
    text = asks + text[:1].upper() + text[1:]
    if len(text) <= LONGEST:
        return text
    cut = text[:LONGEST]
    at_word = cut[: cut.rfind(" ")] if " " in cut[LONGEST // 2 :] else cut[:-1]
    return at_word.rstrip(SIGNS).lstrip("¿") + "…"
