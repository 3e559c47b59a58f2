"""A text as the words that a check compares: what each of them means, and where clauses end.

Two words mean the same if they have a stem in common or stand in one group of `strings/claims.yaml`. What no list holds is
compared as it is written: an unknown word is never taken for another one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from coach.language import STRINGS, WORD, fold, stem, tokens
from coach.types import Language, Role

PIECE = re.compile(
    rf"(?P<number>\d+(?:[.,\u00a0\u202f]\d+)*)(?![\w#+])|(?P<word>{WORD.pattern})|(?P<stop>[.,;:!?()\[\]…«»“”\"–—|/])", re.VERBOSE
)
# "don't" is "do not"; "can't" and "won't" lose a letter more.
CONTRACTIONS = ((re.compile(r"\bcan['’]?t\b|\bcannot\b", re.I), "can not"), (re.compile(r"\bwon['’]t\b", re.I), "will not"),
                (re.compile(r"n['’]t\b", re.I), " not"))  # fmt: skip
LONGEST_PHRASE = 5
SENTENCE_STOPS = frozenset(".!?…")


@dataclass(frozen=True, slots=True)
class Token:
    """One word, phrase, number or sign.

    `senses` are the meanings that it offers to another text, `needs` those of which the other text must have one. `is_name`
    tells a proper name: a role, a tool, a level, whatever is written with a capital or a digit. `value` is that of a number.
    """

    text: str
    key: str
    senses: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    is_glue: bool = False
    is_stop: bool = False
    is_name: bool = False
    value: float | None = None

    @property
    def is_content(self) -> bool:
        """Whether it says something that must be carried."""
        return not self.is_glue and not self.is_stop

    def matches(self, senses: Iterable[str]) -> bool:
        """Whether one of its meanings is among `senses`."""
        return not self.needs.isdisjoint(senses)


@cache
def word_lists() -> Mapping[Language, Mapping[str, Any]]:
    """The lists of `strings/claims.yaml`."""
    loaded: Mapping[Language, Mapping[str, Any]] = yaml.safe_load((STRINGS / "claims.yaml").read_text(encoding="utf-8"))
    return loaded


class Lexicon:
    """Reads texts of one language. `roles` are those whose names it knows."""

    def __init__(self, language: Language, roles: Sequence[Role]) -> None:
        self.language = language
        self.lists = word_lists()[language]
        self.glue = frozenset(fold(word) for word in self.lists["glue"].split())
        self.numbers: Mapping[str, float] = {fold(word): value for word, value in self.lists["numbers"].items()}
        self._glue_phrases = {self._stems(phrase) for phrase in self.lists["glue_phrases"]}
        self._words: dict[str, set[str]] = {}
        self._phrases: dict[tuple[str, ...], set[str]] = {}
        self._roles: dict[tuple[str, ...], set[str]] = {}
        for at, group in enumerate(self.lists["groups"]):
            for entry in group:
                self._add(entry, f"={at}")
        for level, entries in self.lists["levels"].items():
            for entry in entries:
                self._add(entry, f"level:{level}")
        for role in roles:
            for name in {*role.names(language), *(title for title in role.titles.values())}:
                key = self._stems(name)
                if key:
                    self._roles.setdefault(key, set()).add(f"@{role.id}")
        self._occupations = self.senses_of(self.lists["occupations"], stems_only=True)

    def _stems(self, phrase: str) -> tuple[str, ...]:
        return tuple(stem(token, self.language) for token in tokens(phrase))

    def _add(self, entry: str, sense: str) -> None:
        key = self._stems(entry)
        if len(key) == 1:
            self._words.setdefault(key[0], set()).add(sense)
        elif key:
            self._phrases.setdefault(key, set()).add(sense)

    def senses_of(self, entries: Iterable[str], *, stems_only: bool = False) -> frozenset[str]:
        """The stems of single words and the keys of phrases, to find the entries of a list among the tokens of a text."""
        del stems_only
        return frozenset(" ".join(self._stems(entry)) for entry in entries)

    def read(self, text: str, *, names: bool = False) -> tuple[Token, ...]:
        """The tokens of `text` in order. With `names`, every word of it is one: the lead of a tool, for instance."""
        for pattern, plain in CONTRACTIONS:
            text = pattern.sub(plain, text)
        text = unicodedata.normalize("NFC", text).replace("**", "").replace("`", "")
        folded = fold(text)
        as_written = text if len(folded) == len(text) else folded
        raw = []
        opens = True
        for match in PIECE.finditer(folded):
            written = as_written[match.start() : match.end()]
            if match["stop"]:
                raw.append(Token(written, written, is_stop=True))
                opens = opens or written in SENTENCE_STOPS or written in ':–—«“"'
                continue
            if match["number"]:
                raw.append(self._number(written))
            else:
                raw.append(self._word(match[0], written, opens, names))
            opens = False
        return tuple(self._joined(raw))

    def _number(self, written: str) -> Token:
        value = parse_number(written)
        return Token(written, written, frozenset({f"#{value:g}"}), frozenset({f"#{value:g}"}), value=value)

    def _word(self, word: str, written: str, opens: bool, names: bool) -> Token:
        key = stem(word, self.language)
        value = self.numbers.get(word)
        if value is not None:
            senses = frozenset({f"#{value:g}", key})
            return Token(written, key, senses, senses, value=value)
        senses = frozenset({key, self._spelling(key), *self._words.get(key, ())})
        capital = written[:1].isupper() and not opens
        inner = any(char.isupper() for char in written[1:]) or not word.isalpha()
        is_name = names or capital or inner or key in self._occupations or any(sense.startswith("level:") for sense in senses)
        return Token(written, key, senses, senses, is_glue=word in self.glue, is_name=is_name and word not in self.glue)

    def _spelling(self, key: str) -> str:
        """The stem without what varies: British and American endings, diphthongs of Spanish verbs ("muestra", "mostrar")."""
        if self.language == "es":
            return "~" + key.replace("ie", "e").replace("ue", "o")
        return "~" + key.replace("yz", "ys").replace("iz", "is").replace("our", "or")

    def _joined(self, raw: list[Token]) -> Iterable[Token]:
        """`raw` with names of roles and phrases of the lists as one token each, the longest first."""
        at = 0
        while at < len(raw):
            for length in range(min(LONGEST_PHRASE, len(raw) - at), 0, -1):
                run = raw[at : at + length]
                if any(token.is_stop for token in run):
                    continue
                key = tuple(token.key for token in run)
                text = " ".join(token.text for token in run)
                offered = frozenset(sense for token in run for sense in token.senses)
                if key in self._roles:
                    names = frozenset(self._roles[key])
                    yield Token(text, " ".join(key), offered | names, names, is_name=True)
                elif length > 1 and key in self._glue_phrases:
                    yield Token(text, " ".join(key), offered, is_glue=True)
                elif length > 1 and key in self._phrases:
                    meant = frozenset(self._phrases[key])
                    level = any(sense.startswith("level:") for sense in meant)
                    yield Token(text, " ".join(key), offered | meant, meant, is_name=level)
                else:
                    continue
                at += length
                break
            else:
                yield raw[at]
                at += 1


def parse_number(written: str) -> float:
    """The value of a number as English and Spanish texts write it: groups of three digits are thousands, any other part decimals."""
    digits = re.split(r"[.,\u00a0\u202f]", written)
    if len(digits) > 1 and all(len(part) == 3 for part in digits[1:]):
        return float("".join(digits))
    return float("".join(digits[:-1]) + "." + digits[-1]) if len(digits) > 1 else float(written)
