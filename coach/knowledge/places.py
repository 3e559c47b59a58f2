"""Countries and regions: their names in both languages (CLDR, through Babel) and the words by which questions mean them."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from coach.language import fold, say, tokens
from coach.types import LANGUAGES, Language

# With one of these, "usa" is a verb.
VERB_AFTER = frozenset({"que", "quien", "como", "cual", "cuales", "se"})
REGIONS = ("Europe", "Global")
LONGEST_NAME = 5
# Shorter names are too near other words: "medico" is one letter from "Mexico".
SHORTEST_FUZZY = 7
# Country names that are everyday words or first names of something else in a career question.
AMBIGUOUS = frozenset({"jersey", "chad", "mali", "guinea", "turkey", "georgia", "man", "niger", "cuba libre"})


@cache
def _territories(language: Language) -> Mapping[str, str]:
    from babel import Locale

    names: Mapping[str, str] = Locale(language).territories
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}


def place_name(place: str, language: Language) -> str:
    """The name of an ISO 3166 alpha-2 code or of a region, in `language`; the code itself where it is unknown."""
    if place in REGIONS:
        return say(place, language)
    return _territories(language).get(place, place)


def is_place(code: str) -> bool:
    """Whether `code` is a country we can name or one of the regions."""
    return code in REGIONS or code in _territories("en")


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place that a text names, with the words that name it and whether they name a city of it."""

    place: str
    words: tuple[str, ...]
    is_city: bool = False


class Gazetteer:
    """Finds places in a question."""

    def __init__(self, names: Mapping[tuple[str, ...], PlaceMention], exact: Mapping[str, str]) -> None:
        self._names = names
        self._exact = exact

    @classmethod
    def open(cls, knowledge: Path) -> Gazetteer:
        """The gazetteer of CLDR's country names and of `places.yaml` in the folder `knowledge`, if it is there."""
        names: dict[tuple[str, ...], PlaceMention] = {}
        exact: dict[str, str] = {}

        def add(place: str, name: str, is_city: bool = False) -> None:
            words = tuple(tokens(name))
            if name.isupper() and len(name) <= 3:
                exact[name] = place
            elif words and fold(name) not in AMBIGUOUS:
                names.setdefault(words, PlaceMention(place, words, is_city))

        for language in LANGUAGES:
            for code, name in _territories(language).items():
                add(code, name)
            add("Europe", place_name("Europe", language))
        path = knowledge / "places.yaml"
        listed = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        for place, words in listed.items():
            for language in LANGUAGES:
                for name in words[language]:
                    add(place, name)
            for city in words["cities"]:
                add(place, city, is_city=True)
        return cls(names, exact)

    def find(self, text: str, known: Container[str] = frozenset()) -> list[PlaceMention]:
        """The places that `text` names, in order, longest names first taken. One slip in a long name is forgiven, but none of the
        `known` words (folded) is taken for a slip."""
        from rapidfuzz.distance import DamerauLevenshtein

        found: list[PlaceMention] = []
        capitals = {fold(word): self._exact[word] for word in re.findall(r"\w+", text) if word in self._exact}
        words = tokens(text)
        at = 0
        while at < len(words):
            for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
                mention = self._names.get(tuple(words[at : at + length]))
                # "Usa" is "uses" in a Spanish question like "qué herramientas usa".
                if mention and not (mention.words == ("usa",) and VERB_AFTER.intersection(words) and words[at - 1 : at] != ["en"]):
                    found.append(mention)
                    at += length
                    break
            else:
                word = words[at]
                # "US dollars" names a currency.
                if word in capitals and not "".join(words[at + 1 : at + 2]).startswith("dollar"):
                    found.append(PlaceMention(capitals[word], (word,)))
                elif len(word) >= SHORTEST_FUZZY - 1 and word not in known:
                    near = next(
                        (
                            mention
                            for names, mention in self._names.items()
                            if len(names) == 1
                            and len(names[0]) >= SHORTEST_FUZZY
                            and names[0][0] == word[0]
                            and DamerauLevenshtein.distance(names[0], word, score_cutoff=1) <= 1
                        ),
                        None,
                    )
                    if near:
                        found.append(PlaceMention(near.place, (word,)))
                at += 1
        return found
