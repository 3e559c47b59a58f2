"""English and Spanish: which of them a text is in, its words without case, accents and endings, and our own strings."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from coach.types import LANGUAGES, Language

if TYPE_CHECKING:
    from lingua import LanguageDetector
    from Stemmer import Stemmer

Texts = TypeVar("Texts")
SPANISH_SIGNS = re.compile(r"[ñáéíóú]")
# Nobody opens an English question so, whatever English titles it holds.
OPENING_SIGNS = re.compile(r"[¿¡]")
TELLTALE_WEIGHT = 0.15

# Shorter words are one slip away from too many others.
SHORTEST_NEAR = 6
SHORTEST_STEM = 4
# A stemmer is not safe to share between threads.
_STEMMING = threading.Lock()
STRINGS = Path(__file__).resolve().parent / "strings"

WORD = re.compile(
    r"""
    \b\w{1,2}(?:\+\+|\#)               # c++ c#
    | \b\w+\.(?:js|ts|io|py|net)\b     # node.js asp.net
    | (?<!\w)\.net\b
    | \b[a-z]{1,4}/[a-z]{1,4}\b        # ci/cd
    | \w+
    """,
    re.VERBOSE,
)


def fold(text: str) -> str:
    """`text` in lower case without accents, of the same length wherever each letter is one code point ("Año" → "ano")."""
    return "".join(char for char in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(char))


def tokens(text: str) -> list[str]:
    """The words of `text`, folded; "node.js", "c++" and "ci/cd" stay whole."""
    return WORD.findall(fold(text))


@cache
def _stemmer(language: Language) -> Stemmer:
    from Stemmer import Stemmer

    return Stemmer({"en": "english", "es": "spanish"}[language])


@lru_cache(maxsize=50_000)
def stem(token: str, language: Language) -> str:
    """The Snowball stem of one folded word; where it would be three letters for want of a vowel ("ide" of "idea"), the singular."""
    if not token.isalpha():
        return token
    with _STEMMING:
        short = fold(_stemmer(language).stemWord(token))
    singular = token.removesuffix("s")
    return singular if len(short) < SHORTEST_STEM and singular[:-1] == short and singular[-1] in "aeo" else short


def stems(text: str, language: Language) -> list[str]:
    """The stems of the words of `text`, in order."""
    return [stem(token, language) for token in tokens(text)]


@cache
def function_words(language: Language) -> frozenset[str]:
    """Folded articles, prepositions, pronouns, auxiliaries and the like."""
    from bm25s import stopwords

    listed: Iterable[str] = stopwords.STOPWORDS_EN_PLUS if language == "en" else stopwords.STOPWORDS_SPANISH
    return frozenset(fold(word) for word in listed)


@cache
def stop_words(language: Language) -> frozenset[str]:
    """Folded words that carry no subject of their own: function words, and what any question may say ("need", "important")."""
    return function_words(language) | frozenset(fold(word) for word in strings(language)["generic_words"].split())


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
    if not balance:
        # Letters swapped or left out ("suledo") still tell.
        balance = sum(_nearly_in(token, "en") - _nearly_in(token, "es") for token in found)
    if OPENING_SIGNS.search(text):
        balance -= 4
    elif SPANISH_SIGNS.search(text.lower()):
        balance -= 2
    return float(_detector().compute_language_confidence(text, Lingua.ENGLISH)) + TELLTALE_WEIGHT * balance


@lru_cache(maxsize=10_000)
def _nearly_in(token: str, language: Language) -> bool:
    """Whether a long word is one slip away from a telltale of `language` of about its length."""
    if len(token) < SHORTEST_NEAR:
        return False
    from rapidfuzz.distance import DamerauLevenshtein

    long = [known for known in telltales(language) if len(known) >= SHORTEST_NEAR]
    return any(DamerauLevenshtein.distance(token, known, score_cutoff=1) <= 1 for known in long)


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


def read_texts(kind: Callable[..., Texts], folder: Path, language: Language) -> Texts:
    """The texts of the file of `language` in `folder` as a `kind`, which has a field for the language and one for each key.

    Raises TypeError where the file lacks a key or holds another one.
    """
    return kind(language=language, **yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8")))


def say(key: str, language: Language, **values: str) -> str:
    """The string `key` in `language` with its {slots} filled. Raises KeyError for an unknown key or a missing slot."""
    return strings(language)[key].format(**values)


def supported(text: str) -> Language | None:
    """`text` as one of our languages ("ES" → "es"), None if it is none of them."""
    wanted = text.strip().lower()
    return next((language for language in LANGUAGES if language == wanted), None)
