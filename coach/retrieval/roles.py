"""Which of our roles a text names, misspelt or shortened as it may be, and whether it names an occupation that we do not have."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from coach.language import fold, signals, stem, stop_words, tokens
from coach.retrieval.words import Word, Words, allowed_slips
from coach.types import LANGUAGES, Language, Role

LINKING_WORDS = frozenset(["de", "del", "of", "the", "a", "an", "y", "and", "en", "in", "f", "m", "x", "d", "w"])
LONGEST_TITLE = 8
# One slip in so many letters of a title is forgiven: "backnd enginer" is a backend engineer, "data engineer" is no data analyst.
LETTERS_PER_SLIP = 6
SHORTEST_FUZZY = 6
# Words for people that name no field of their own.
ANY_PERSON = frozenset(signals()["any_person"])
# People met on the way to a job, not jobs asked about.
SUBJECTS, QUALITIES = frozenset({"matematicas"}), frozenset({"tecnico", "tecnica", "tecnicos", "tecnicas"})
NOT_OCCUPATIONS = frozenset({("hiring", "manager"), ("line", "manager")})


@dataclass(frozen=True, slots=True)
class RoleMention:
    """Words `start:start + length` of a text name the role `role`."""

    role: str
    start: int
    length: int


def joined(words: Iterable[str]) -> str:
    """The form under which a name is looked up: its words in one, without articles, prepositions and signs."""
    return "".join(char for word in words if word not in LINKING_WORDS for char in word if char.isalnum() or char in "+#")


class RoleLinker:
    """Finds the roles that a text names, by title and alias in either language."""

    def __init__(self, forms: dict[str, str], spelt: dict[str, tuple[str, ...]]) -> None:
        """`forms` are names as looked up, by words and by stems; `spelt` those by words, of which others are misspellings."""
        self._forms = forms
        self._fuzzy = {form: words for form, words in spelt.items() if len(form) >= SHORTEST_FUZZY}

    @classmethod
    def of(cls, roles: Sequence[Role]) -> RoleLinker:
        """A linker over the titles and aliases of `roles`; where two roles share a name, the first one has it."""
        forms: dict[str, str] = {}
        spelt: dict[str, tuple[str, ...]] = {}
        for role in roles:
            for language in LANGUAGES:
                for name in role.names(language):
                    words = tokens(name)
                    spelt[joined(words)] = tuple(word for word in words if word not in LINKING_WORDS)
                    for form in {joined(words), joined(stem(word, language) for word in words)}:
                        if len(form) > 1:
                            forms.setdefault(form, role.id)
        return cls(forms, spelt)

    def find(self, words: Words) -> list[RoleMention]:
        """The roles named, in order, the longest name at each place; the words are marked as taken.

        Names spelt right are taken first, so that a misspelling never reaches over the words beside a right one.
        """
        found: list[RoleMention] = []
        for lookup in (self._exact, self._misspelt):
            for length in range(min(LONGEST_TITLE, len(words.all)), 0, -1):
                for start in range(len(words.all) - length + 1):
                    window = words.all[start : start + length]
                    if any(word.taken for word in window) or window[0].token in LINKING_WORDS or window[-1].token in LINKING_WORDS:
                        continue
                    role = lookup(window, words.language)
                    if role:
                        found.append(RoleMention(role, start, length))
                        words.take(start, length, "role")
        return sorted(found, key=lambda mention: mention.start)

    def _exact(self, window: Sequence[Word], language: Language) -> str | None:
        form = joined(word.token for word in window)
        # A stemmer leaves short names in the plural ("SREs") as they are.
        return self._forms.get(form) or self._forms.get(joined(word.stem for word in window)) or self._forms.get(form.removesuffix("s"))

    def _misspelt(self, window: Sequence[Word], language: Language) -> str | None:
        form = joined(word.token for word in window)
        if len(form) < SHORTEST_FUZZY or window[0].token in stop_words(language) or window[-1].token in stop_words(language):
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import DamerauLevenshtein

        slips = max(1, len(form) // LETTERS_PER_SLIP)
        candidates = [known for known in self._fuzzy if known[0] == form[0] and abs(len(known) - len(form)) <= slips]
        best = process.extractOne(form, candidates, scorer=DamerauLevenshtein.distance, score_cutoff=slips)
        if not best:
            return None
        written, meant = [word.token for word in window if word.token not in LINKING_WORDS], self._fuzzy[best[0]]
        # Written apart or together ("back end"), the words cannot be compared one by one; then one slip is all that is forgiven.
        if len(written) != len(meant):
            return self._forms[best[0]] if best[1] <= 1 else None
        pairs = zip(written, meant, strict=True)
        near = all(DamerauLevenshtein.distance(ours, theirs) <= allowed_slips(max(len(ours), len(theirs))) for ours, theirs in pairs)
        return self._forms[best[0]] if near else None


def _is_quality(word: Word) -> bool:
    """Whether the word is a subject, or says of what kind the thing before it is ("prueba técnica"), and so names nobody."""
    return word.token in SUBJECTS or (word.token in QUALITIES and bool(word.before) and word.before not in stop_words("es"))


class Occupations:
    """Recognises that a text names an occupation, ours or not, and says with which words."""

    def __init__(self, heads: dict[Language, frozenset[str]]) -> None:
        self._heads = heads

    @classmethod
    def open(cls, knowledge: Path) -> Occupations:
        """The occupations of `occupations.yaml` in the folder `knowledge`; none if it is missing."""
        path = knowledge / "occupations.yaml"
        listed = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else {}
        return cls(
            {
                language: frozenset(form for word in listed.get(language, ()) for form in (fold(word), f"{fold(word)}s", f"{fold(word)}es"))
                for language in LANGUAGES
            }
        )

    def find(self, words: Words, asking: Collection[str] = ()) -> str | None:
        """The words of an occupation that no role has taken, as the text writes them ("data scientist"). None if there is none.

        `asking` are words that ask for a section, and so belong to no occupation: "mistakes testers make", "preguntas técnicas".
        """
        for at, word in enumerate(words.all):
            if word.taken or word.token in asking or (word.before, word.token) in NOT_OCCUPATIONS or _is_quality(word):
                continue
            for language in LANGUAGES:
                if word.token in self._heads[language]:
                    return self._phrase(words, at, language, asking)
        return None

    def with_persons(self, mentions: Sequence[RoleMention], words: Words) -> list[RoleMention]:
        """`mentions`, each with the word for a person that stands beside it and only says that it is one: "tech support" in
        "tech support specialist", "redes" in "especialista en redes". That word is marked as taken too."""
        found = []
        for mention in mentions:
            start, end = mention.start, mention.start + mention.length
            if end < len(words.all) and self._is_any_person(words.all[end]):
                end += 1
            else:
                before = start - 1
                while before >= 0 and words.all[before].token in LINKING_WORDS:
                    before -= 1
                if 0 <= before < start - 1 and self._is_any_person(words.all[before]):
                    start = before
            if end - start > mention.length:
                words.take(start, end - start, "role")
            found.append(RoleMention(mention.role, start, end - start))
        return found

    @staticmethod
    def _is_any_person(word: Word) -> bool:
        return not word.taken and word.token in ANY_PERSON

    def names_person(self, words: Sequence[Word]) -> bool:
        """Whether the words hold that of an occupation ("developer"), and so name a person rather than a field ("UX")."""
        return any(word.token in self._heads[language] for word in words for language in LANGUAGES)

    @staticmethod
    def _phrase(words: Words, at: int, language: Language, asking: Collection[str]) -> str:
        """The head with its modifiers: words before it in English ("data scientist"), words after it in Spanish ("ingeniera de datos")."""
        stops = stop_words("en") | stop_words("es") | frozenset(asking)
        start = end = at
        if language == "en":
            while start > 0 and at - start < 2 and not words.all[start - 1].taken and words.all[start - 1].token not in stops:
                start -= 1
        following = [word.token for word in words.all[at + 1 : at + 3]]
        if (
            language == "es"
            and len(following) == 2
            and following[0] in {"de", "del"}
            and not words.all[at + 2].taken
            and following[1] not in stops
        ):
            end = at + 2
        elif language == "es" and following and not words.all[at + 1].taken and following[0] not in stops:
            end = at + 1
        words.take(start, end - start + 1, "occupation")
        return " ".join(word.token for word in words.all[start : end + 1])
