"""English and Spanish: which of them a text is in, its words without case, accents and endings, and our own strings."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from coach.types import LANGUAGES, Language

if TYPE_CHECKING:
    from lingua import LanguageDetector

SPANISH_SIGNS = re.compile(r"[¿¡ñ]|[áéíóú]")
TELLTALE_WEIGHT = 0.15

STRINGS = Path(__file__).resolve().parent / "strings"

WORD = re.compile(r"c\+\+|c#|\.net\b|\w+(?:[./+-]\w+)*|\w+", re.UNICODE)


def fold(text: str) -> str:
    """`text` in lower case without accents, of the same length wherever each letter is one code point ("Año" → "ano")."""
    return "".join(char for char in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """The words of `text`, folded; "node.js", "c++" and "ci/cd" stay whole."""
    return WORD.findall(fold(text))


@cache
def _stemmer(language: Language) -> object:
    import Stemmer

    return Stemmer.Stemmer({"en": "english", "es": "spanish"}[language])


@lru_cache(maxsize=50_000)
def stem(token: str, language: Language) -> str:
    """The Snowball stem of one folded word."""
    if not token.isalpha():
        return token
    return fold(_stemmer(language).stemWord(token))  # type: ignore[attr-defined]


def stems(text: str, language: Language) -> list[str]:
    """The stems of the words of `text`, in order."""
    return [stem(token, language) for token in tokens(text)]


@cache
def stop_words(language: Language) -> frozenset[str]:
    """Folded words that carry no subject of their own: articles, prepositions, auxiliaries, question words."""
    from bm25s import stopwords

    listed: Iterable[str] = stopwords.STOPWORDS_EN_PLUS if language == "en" else stopwords.STOPWORDS_SPANISH
    return frozenset(fold(word) for word in listed) | frozenset(fold(word) for word in strings(language)["generic_words"].split())


@cache
def signals() -> Mapping[str, Any]:
    """Words and patterns of questions in both languages, by what they tell (`strings/signals.yaml`)."""
    loaded: Mapping[str, Any] = yaml.safe_load((STRINGS / "signals.yaml").read_text(encoding="utf-8"))
    return loaded


@cache
def telltales(language: Language) -> frozenset[str]:
    """Folded words that stand in `language` and not in the other one."""
    return frozenset(fold(word) for word in signals()["telltales"][language].split())


@cache
def _detector() -> LanguageDetector:
    from lingua import Language as Lingua
    from lingua import LanguageDetectorBuilder

    return LanguageDetectorBuilder.from_languages(Lingua.ENGLISH, Lingua.SPANISH).build()


def english_evidence(text: str) -> float:
    """How much speaks for English: above 0.5 it is English, below it Spanish; values run past [0, 1] when words settle it."""
    from lingua import Language as Lingua

    found = tokens(text)
    balance = sum((token in telltales("en")) - (token in telltales("es")) for token in found)
    if SPANISH_SIGNS.search(text.lower()):
        balance -= 2
    return float(_detector().compute_language_confidence(text, Lingua.ENGLISH)) + TELLTALE_WEIGHT * balance


def detect(text: str, default: Language = "en") -> Language:
    """The language of `text`; `default` where it has no letters."""
    if not any(char.isalpha() for char in text):
        return default
    return "en" if english_evidence(text) >= 0.5 else "es"


@cache
def strings(language: Language) -> Mapping[str, str]:
    """Our own words in `language`, by key. Both languages hold the same keys."""
    text = (STRINGS / f"{language}.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, str] = yaml.safe_load(text)
    return loaded


def say(key: str, language: Language, **values: str) -> str:
    """The string `key` in `language` with its {slots} filled. Raises KeyError for an unknown key or a missing slot."""
    return strings(language)[key].format(**values)


def supported(text: str) -> Language | None:
    """`text` as one of our languages ("ES" → "es"), None if it is none of them."""
    wanted = text.strip().lower()
    return next((language for language in LANGUAGES if language == wanted), None)
