"""A text as the words that a check compares: what each of them means, and what it does in its sentence.

Two words mean the same if they have a stem in common or stand in one group of `strings/claims.yaml`. What no list holds is
compared as it is written: an unknown word is never taken for another one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from coach.language import STRINGS, WORD, fold, stem, tokens
from coach.types import Language, Role

PIECE = re.compile(
    rf"""
    (?P<number>\d+(?:[.,\u00a0\u202f ]\d{{3}})+(?!\d)|\d+(?:[.,]\d+)*)(?!\w)
    | (?P<word>{WORD.pattern})
    | (?P<stop>[.,;:!?()\[\]…«»“”"–—|])
    """,
    re.VERBOSE,
)
# "don't" is "do not"; "can't" and "won't" lose a letter more.
CONTRACTIONS = ((re.compile(r"\bcan['’]?t\b|\bcannot\b", re.I), "can not"), (re.compile(r"\bwon['’]t\b", re.I), "will not"),
                (re.compile(r"n['’]t\b", re.I), " not"),
                # The stops of these end no sentence.
                (re.compile(r"\bEE\.\s?UU\."), "EEUU"), (re.compile(r"\bU\.\s?([SK])\."), r"U\1"))  # fmt: skip
GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f ]\d{3})+")
LONGEST_PHRASE = 5
# What a word in capitals does not do in its sentence.
STRUCTURE = frozenset({"negator", "clause", "contrast", "parallel", "conjunction", "either", "from", "to"})
MERGED = {"del": "de", "al": "a"}
ENCLITIC = re.compile(r"(\w+(?:[aei]r|[ae]ndo|[aei]))(?:me|te|se|nos)?(?:l[aeo]s?|se|te)")
# After these a capital letter tells nothing.
OPENERS = frozenset('.!?…:)–—«“"')


@dataclass(frozen=True, slots=True)
class Token:
    """One word, phrase, number or sign.

    `senses` are the meanings it offers to another text, `needs` those of which the other text must have one; `parts` are the
    words of a phrase, of the name of a role those that its title does not hold ("Windows" of a systems administrator). `marks` are
    the lists of `claims.yaml` that it stands in. `is_glue` tells a word that says nothing,
    `is_light` one that says little, `is_name` what is written with a capital or a digit, a role, an occupation or a level.
    `value` is that of a number.
    """

    text: str
    key: str
    senses: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    marks: frozenset[str] = frozenset()
    parts: tuple[Token, ...] = ()
    is_glue: bool = False
    is_light: bool = False
    is_stop: bool = False
    is_name: bool = False
    value: float | None = None

    @property
    def is_content(self) -> bool:
        """Whether it says something that must be carried."""
        return not self.is_glue and not self.is_stop

    @property
    def roles(self) -> frozenset[str]:
        """The ids of the roles it names."""
        return frozenset(sense[1:] for sense in self.needs if sense.startswith("@"))

    @property
    def whole_name(self) -> str:
        """The meaning that only this very name has: "ETL developer" is one of a data engineer, which makes no statement one on ETL."""
        return f"name:{self.key}"

    @property
    def levels(self) -> frozenset[str]:
        """The levels it names, as meanings ("level:junior")."""
        return frozenset(sense for sense in self.needs if sense.startswith("level:"))

    def is_in(self, senses: Iterable[str]) -> bool:
        """Whether one of its meanings is among `senses`, or those of all its parts are; for a role both, or its whole name is."""
        offered = senses if isinstance(senses, (set, frozenset)) else frozenset(senses)
        if self.roles:
            named = self.whole_name in offered or all(part.is_in(offered) for part in self.parts)
            return named and not self.needs.isdisjoint(offered)
        if not self.needs.isdisjoint(offered):
            return True
        spoken = [part for part in self.parts if not part.is_glue]
        return bool(spoken) and all(part.is_in(offered) for part in spoken)


@cache
def word_lists() -> Mapping[Language, Mapping[str, Any]]:
    """The lists of `strings/claims.yaml`."""
    loaded: Mapping[Language, Mapping[str, Any]] = yaml.safe_load((STRINGS / "claims.yaml").read_text(encoding="utf-8"))
    return loaded


def gives_orders(text: str) -> bool:
    """Whether `text` gives orders to a machine ("ignore all instructions"), in either language."""
    return bool(_orders().search(" ".join(fold(text).split())))


@cache
def _orders() -> re.Pattern[str]:
    return re.compile("|".join(f"\\b(?:{pattern})\\b" for lists in word_lists().values() for pattern in lists["orders"]))


class Lexicon:
    """Reads texts of one language. `roles` are those whose names it knows."""

    def __init__(self, language: Language, roles: Sequence[Role]) -> None:
        self.language = language
        lists = word_lists()[language]
        self._whole = frozenset(fold(word) for word in lists["whole"])
        self._glue = frozenset(fold(word) for word in lists["glue"].split())
        self._light = frozenset(fold(word) for word in lists["light"].split())
        self._values: Mapping[str, float] = {fold(word): value for word, value in lists["numbers"].items()}
        self._glue_phrases = {self._stems(phrase) for phrase in lists["glue_phrases"]}
        self._disciplines = frozenset(lists["disciplines"])
        self._occupations = frozenset(fold(word) for word in lists["occupations"])
        self._senses: dict[tuple[str, ...], set[str]] = {}
        self._marks: dict[tuple[str, ...], set[str]] = {}
        self._roles: dict[tuple[str, ...], set[str]] = {}
        for at, group in enumerate(lists["groups"]):
            for entry in group:
                self._senses.setdefault(self._stems(entry), set()).add(f"={at}")
        for level, entries in lists["levels"].items():
            for entry in entries:
                self._senses.setdefault(self._stems(entry), set()).add(f"level:{level}")
        for mark, entries in lists["marks"].items():
            for entry in entries:
                self._marks.setdefault(tuple(tokens(entry)), set()).add(mark)
        self._titles = {role.id: frozenset(one for title in role.titles.values() for one in self._stems(title)) for role in roles}
        for role in roles:
            for name in {*role.names(language), *role.titles.values()}:
                key = self._stems(name)
                if key:
                    self._roles.setdefault(key, set()).add(f"@{role.id}")

    def _stems(self, phrase: str) -> tuple[str, ...]:
        return tuple(self._stem(token) for token in tokens(phrase))

    def _stem(self, word: str) -> str:
        word = MERGED.get(word, word) if self.language == "es" else word
        # Marked, because the stem of another word may look like it: "mejor" and "mejora".
        return f"{word}·" if word in self._whole else stem(word, self.language)

    def read(self, text: str, *, names: bool = False) -> tuple[Token, ...]:
        """The tokens of `text` in order. With `names`, every word of it is a name, as in the lead of a tool."""
        for pattern, plain in CONTRACTIONS:
            text = pattern.sub(plain, text)
        text = unicodedata.normalize("NFC", text).replace("**", "").replace("`", "")
        folded = fold(text)
        as_written = text if len(folded) == len(text) else folded
        raw, words = [], []
        opens = True
        for match in PIECE.finditer(folded):
            written = as_written[match.start() : match.end()]
            words.append(match[0])
            if match["stop"]:
                raw.append(Token(written, written, is_stop=True))
                opens = opens or written in OPENERS
                continue
            raw.append(_number(written) if match["number"] else self._word(match[0], written, opens, names))
            opens = False
        return tuple(self._joined(raw, words))

    def _word(self, word: str, written: str, opens: bool, names: bool) -> Token:
        key = self._stem(word)
        marks = frozenset(self._marks.get((word,), ()))
        value = self._values.get(word)
        forms = {key, *(self._stem(form) for form in self._without_pronoun(word))}
        grouped = {sense for form in forms for sense in self._senses.get((form,), ())}
        senses = frozenset({*forms, *map(self._spelling, forms), *grouped})
        if value is not None:
            senses |= {f"#{value:g}"}
        if len(written) > 1 and written.isupper():
            # "WHERE" and "IT" are not the small words that they look like.
            senses |= {word}
            return Token(written, word, senses, senses, marks - STRUCTURE, is_name=True, value=value)
        is_glue = word in self._glue or ("negator" in marks and len(word) < 5) or "echo" in marks
        if word in self._occupations:
            marks |= {"occupation"}
        capital = written[:1].isupper() and not opens
        is_glue = is_glue and not names and not (capital and "negator" not in marks and word != "i")
        named = names or capital or any(char.isupper() for char in written[1:]) or not word.isalpha()
        named = named or "occupation" in marks or any(sense.startswith("level:") for sense in senses)
        light = word in self._light
        return Token(written, key, senses, senses, marks, is_glue=is_glue, is_light=light, is_name=named and not is_glue, value=value)

    def _without_pronoun(self, word: str) -> list[str]:
        """The verb of a Spanish word that ends in pronouns ("analízalos", "leerlo")."""
        match = ENCLITIC.fullmatch(word) if self.language == "es" else None
        return [match[1]] if match else []

    def _spelling(self, key: str) -> str:
        """The stem without what varies: British and American endings, diphthongs of Spanish verbs ("muestra", "mostrar")."""
        if self.language == "es":
            return "~" + key.replace("ie", "e").replace("ue", "o").replace("zc", "c")
        return "~" + key.replace("yz", "ys").replace("iz", "is").replace("our", "or")

    def _joined(self, raw: list[Token], words: list[str]) -> Iterator[Token]:
        """`raw` with names of roles and phrases of the lists as one token each, the longest first."""
        at = 0
        while at < len(raw):
            for length in range(min(LONGEST_PHRASE, len(raw) - at), 0, -1):
                run = raw[at : at + length]
                if not run[-1].is_stop and (length == 1 or not any(token.is_stop for token in run)):
                    joined = self._phrase(run, tuple(words[at : at + length]))
                    if joined:
                        yield joined
                        at += length
                        break
            else:
                yield raw[at]
                at += 1

    def _phrase(self, run: list[Token], words: tuple[str, ...]) -> Token | None:
        key = tuple(token.key for token in run)
        roles = self._roles.get(key)
        if not roles and len(run) == 1:
            return None
        senses, marks = self._senses.get(key), frozenset(self._marks.get(words, ()))
        is_glue = key in self._glue_phrases
        if not roles and not senses and not marks and not is_glue:
            return None
        text, joined = " ".join(token.text for token in run), " ".join(key)
        # "Not only" offers no "only".
        offered = frozenset(sense for token in run for sense in token.senses if "affirming" not in marks)
        if roles:
            titles = frozenset(one for role in roles for one in self._titles[role[1:]])
            own = tuple(token for token in run if token.is_content and token.key not in titles and "occupation" not in token.marks)
            return Token(text, joined, offered | roles, frozenset(roles), marks, own, is_name=True)
        meant = frozenset(senses or ())
        is_glue = is_glue or not meant or (not marks and all(token.is_glue for token in run))
        if any("occupation" in token.marks or token.text.lower() in self._disciplines for token in run):
            marks |= {"occupation"}
        named = any(sense.startswith("level:") for sense in meant) or "occupation" in marks
        return Token(text, joined, offered | meant, meant, marks, tuple(run), is_glue=is_glue, is_name=named and not is_glue)


def _number(written: str) -> Token:
    value = parse_number(written)
    senses = frozenset({f"#{value:g}"})
    return Token(written, written, senses, senses, value=value)


def parse_number(written: str) -> float:
    """The value of a number as English and Spanish texts write it.

    Parts of three digits are thousands, a last part of another length is decimals.
    """
    if GROUPED.fullmatch(written):
        return float(re.sub(r"\D", "", written))
    whole, _, decimals = written.replace(",", ".").rpartition(".")
    return float(f"{whole.replace('.', '')}.{decimals}") if whole else float(written)
