"""Words that mean the same to us in a question and in a document (`knowledge/synonyms.yaml`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import yaml

from coach.language import fold, signals, stem, stop_words, strings, tokens
from coach.retrieval.words import ARTICLES, Phrases, Word, nearest
from coach.types import LANGUAGES, Language


@dataclass(frozen=True, slots=True)
class Term:
    """A subject of the question: its words, and what counts as the same (each alternative a tuple of stems that must all be there).

    `is_action` tells a word used as a verb ("should I brush up"), which says less about the subject than a noun does.
    """

    words: str
    is_action: bool
    alternatives: frozenset[tuple[str, ...]]


class Thesaurus:
    """Finds the groups of synonyms that the words of a question belong to."""

    def __init__(self, groups: list[dict[Language, list[str]]]) -> None:
        self._groups = groups
        self._phrases = {
            language: Phrases(language, ((phrase, at) for at, group in enumerate(groups) for phrase in group[language]))
            for language in LANGUAGES
        }

    @classmethod
    def open(cls, knowledge: Path) -> Thesaurus:
        """The groups in `synonyms.yaml` of the folder `knowledge`; none if it is missing."""
        path = knowledge / "synonyms.yaml"
        return cls((yaml.safe_load(path.read_text(encoding="utf-8")) or []) if path.is_file() else [])

    def terms(self, words: Sequence[Word], question_language: Language, language: Language) -> list[Term]:
        """The terms among `words`, each with what counts as the same in a document of `language`.

        A phrase of the thesaurus is one term, even one made of small words ("from home"); a single small word is none.
        """
        terms: list[Term] = []
        words = [word for word in words if word.token not in ARTICLES]
        run_of = {at: (length, ids) for at, length, ids in self._phrases[question_language].find(words, fuzzy=False)}
        at = 0
        while at < len(words):
            length, ids = run_of.get(at, (1, []))
            run = tuple(words[at : at + length])
            at += length
            if (not ids or length == 1) and is_small(run[0], question_language):
                continue
            own = {tuple(stem(word.token, language) for word in run)}
            others = {tuple(stem(token, language) for token in tokens(phrase)) for group in ids for phrase in self._groups[group][language]}
            terms.append(
                Term(" ".join(word.token for word in run), not ids and _is_action(run[0], question_language), frozenset(own | others))
            )
        return terms


def is_small(word: Word, language: Language) -> bool:
    """Whether a word carries no subject of its own in a question of `language`."""
    if not any(char.isalpha() for char in word.token):
        return True
    # Short stems are shared by unlike words: "IDE" and "idea".
    inflected = len(word.token) > SHORT_WORD and word.stem in generic_stems(language)
    return (
        word.token in stop_words(language)
        or inflected
        or _is_misspelt(word.token, language)
        or word.token in stop_words("en") & stop_words("es")
    )


SHORT_WORD = 4
SPANISH_VERB_ENDINGS = ("ar", "er", "ir", "ando", "iendo", "arme", "erme", "irme", "arte", "erte", "irte")


def _is_action(word: Word, language: Language) -> bool:
    infinitive = language == "es" and word.token.endswith(SPANISH_VERB_ENDINGS) and word.before in signals()["before_infinitives"]
    return infinitive or word.before in signals()["before_verbs"]


@lru_cache(maxsize=10_000)
def _is_misspelt(token: str, language: Language) -> bool:
    """Whether a long word is a slip for a word without a subject; kept, as every question asks it of each of its words."""
    return len(token) > 5 and nearest(token, stop_words(language)) is not None


@cache
def generic_stems(language: Language) -> frozenset[str]:
    """The stems of the words that any question may hold."""
    return frozenset(stem(fold(word), language) for word in strings(language)["generic_words"].split())
