"""Which imported occupation a question names. Their names run to tens of thousands, many of them everyday words or shared by several."""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from coach.language import fold, signals, stem, stems, stop_words, tokens
from coach.retrieval.roles import LETTERS_PER_SLIP, LINKING_WORDS, LONGEST_TITLE, SHORTEST_FUZZY, joined
from coach.retrieval.words import Word, Words
from coach.types import LANGUAGES, Language, Role

PEOPLE_MET = frozenset(signals()["people_met"])
OPENS_A_NAME = frozenset(signals()["opens_an_occupation"])
ASKS_OF_PERSON = re.compile(rf"\b(?:{'|'.join(signals()['asks_of_occupation'])})\b")
# One word alone is taken for a misspelt name only if it is long: a capital is no captain.
SHORTEST_FUZZY_WORD = 8
# A question as short as this is about the one occupation it holds, whatever stands before it.
SHORT_QUESTION = 3
# As many occupations may share a name for each of them to be answered; with more of them, the asker is asked back.
MOST_MEANINGS = 3
MOST_OFFERED = 6


@dataclass(frozen=True, slots=True)
class Meant:
    """Words `start:start + length` name one of `roles`, best first; `is_title` tells that it is the official title of the first one."""

    roles: tuple[str, ...]
    start: int
    length: int
    is_title: bool

    @property
    def is_sure(self) -> bool:
        """Whether the name is that of one occupation, or the title of one."""
        return self.is_title or len(self.roles) == 1


@dataclass(frozen=True, slots=True)
class _Names:
    titles: dict[str, str]
    aliases: dict[str, tuple[str, ...]]
    by_shape: dict[tuple[str, int], list[str]]

    def roles(self, form: str) -> tuple[str, ...]:
        title = self.titles.get(form)
        return (title,) if title else self.aliases.get(form, ())


class ImportedNames:
    """Finds imported occupations by title and alias in either language. The names are read at the first question that needs them."""

    def __init__(self, roles: Sequence[Role]) -> None:
        """Over the imports among `roles`; the others own the ids that an import only adds names to."""
        self._roles = [role for role in roles if role.origin == "import"]
        self._led = {role.id for role in roles if role.origin != "import"}
        self._read: _Names | None = None
        self._reading = threading.Lock()

    def __bool__(self) -> bool:
        return bool(self._roles)

    def warm(self) -> None:
        """Reads the names now."""
        if self._roles:
            self._names()

    def find(self, words: Words) -> Meant | None:
        """The occupation that the words name, the longest name first; its words are marked as taken. None if they name none."""
        if not self._roles:
            return None
        names = self._names()
        for misspelt in (False, True):
            for length in range(min(LONGEST_TITLE + 2, len(words.all)), 0, -1):
                for start in range(len(words.all) - length + 1):
                    window = words.all[start : start + length]
                    if any(word.taken for word in window) or not _may_be_name(window, start, words):
                        continue
                    form = self._misspelt(window, names, words.language) if misspelt else self._exact(window, names)
                    if form:
                        words.take(start, length, "role")
                        return Meant(names.roles(form), start, length, form in names.titles)
        return None

    @staticmethod
    def _exact(window: Sequence[Word], names: _Names) -> str | None:
        whole = joined(word.token for word in window)
        # Of one word alone a stem says too little: an interview is no interviewer.
        forms = (
            (whole, joined(word.stem for word in window)) if len(window) > 1 else (whole, whole.removesuffix("s"), whole.removesuffix("es"))
        )
        return next((form for form in forms if names.roles(form)), None)

    @staticmethod
    def _misspelt(window: Sequence[Word], names: _Names, language: Language) -> str | None:
        form = joined(word.token for word in window)
        stops = stop_words(language)
        if (
            len(form) < (SHORTEST_FUZZY if len(window) > 1 else SHORTEST_FUZZY_WORD)
            or window[0].token in stops
            or window[-1].token in stops
        ):
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        slips = max(1, len(form) // LETTERS_PER_SLIP)
        best: tuple[float, str] | None = None
        for length in range(len(form) - slips, len(form) + slips + 1):
            found = process.extractOne(
                form, names.by_shape.get((form[0], length), ()), scorer=DamerauLevenshtein.distance, score_cutoff=slips
            )
            if found and (best is None or found[1] < best[0]):
                best = (found[1], str(found[0]))
        return best[1] if best else None

    def _names(self) -> _Names:
        with self._reading:
            if self._read is None:
                self._read = _read(self._roles, self._led)
            return self._read


def _may_be_name(window: Sequence[Word], start: int, words: Words) -> bool:
    """Whether these words may be meant as an occupation. One everyday word is, where it stands like one: "a baker", "baker salary"."""
    if window[0].token in LINKING_WORDS or window[-1].token in LINKING_WORDS:
        return False
    if len(window) > 1:
        return True
    word = window[0]
    if word.token in stop_words(words.language):
        return False
    if {word.token, word.stem} & PEOPLE_MET:
        return bool(ASKS_OF_PERSON.search(fold(" ".join(one.token for one in words.all))))
    return start == 0 or word.before in OPENS_A_NAME or len(words.all) <= SHORT_QUESTION


def _read(roles: Sequence[Role], led: set[str]) -> _Names:
    titles: dict[str, str] = {}
    claims: dict[str, dict[str, float]] = defaultdict(dict)
    for role in roles:
        for language in LANGUAGES:
            names = role.names(language)
            heading = set(stems(names[0], language)) if names else set()
            # "Apicultor/apicultora" is a title in two forms.
            titled = set(names[0].split("/")) if names else set()
            for name in [*sorted(titled), *names]:
                words = tokens(name)
                own = {stem(word, language) for word in words}
                likeness = len(own & heading) / len(own | heading) if own | heading else 0.0
                for form in {joined(words), joined(stem(word, language) for word in words) if len(words) > 1 else joined(words)}:
                    if len(form) < 2:
                        continue
                    if name in titled and role.id not in led:
                        titles.setdefault(form, role.id)
                    claims[form][role.id] = max(likeness, claims[form].get(role.id, 0.0))
    aliases = {form: tuple(sorted(owners, key=lambda role: -owners[role])) for form, owners in claims.items()}
    by_shape: dict[tuple[str, int], list[str]] = defaultdict(list)
    for form in aliases:
        if len(form) >= SHORTEST_FUZZY:
            by_shape[form[0], len(form)].append(form)
    return _Names(titles, aliases, by_shape)
