"""The checks of one sentence of a language model: what it states stands in the statements it cites.

The words decide, not a model: every word that says something must be in a cited statement, itself or as one of its synonyms
(`strings/claims.yaml`), and nothing in how the sentence is built may turn it: a denial, an order, a doubt dropped, another
subject. A true sentence in words of its own may be withheld so; a false one should not pass.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from coach.answering.checks import denial, figures, order, words
from coach.answering.checks.statement import Said, StatementReader, plain
from coach.answering.checks.structure import Clause, content
from coach.answering.checks.wording import Lexicon
from coach.answering.grounding import LIST_MARK, MARKER
from coach.language import telltales, tokens
from coach.retrieval.library import Candidate
from coach.types import Language, Role, other_language

Fault = Literal["markup", "link", "marker", "language", "words", "role", "number", "negation", "doubt", "order", "subject", "empty"]
Found = tuple[Fault, str]

# Raw HTML, links, images, definitions of links, tables, entities: none of them belongs in a sentence.
MARKUP = re.compile(r"<\s*[/!?a-zA-Z]|\]\s*\(|!\[|^\s*\[[^\]\n]*\]:|\|\s*-{2,}|&(?:#|[a-zA-Z]+;)|^\s*\|", re.MULTILINE)
LINK = re.compile(r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|javascript:)\S*|\S+@\S+\.\S+", re.IGNORECASE)
MARKERS = re.compile(r"(?:\s*\[\d{1,3}\](?:\s*[,;]\s*(?=\[\d))?)+")
# Controls, formats (zero-width signs, directions), unassigned, private and combining characters.
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Me", "Mn", "Zl", "Zp"})
# Fewer words that say something than this make no statement.
LEAST_WORDS = 2
# With fewer words of the other language than this share, a sentence only names things in it.
FOREIGN_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checks say of one sentence: the numbers of the statements it cites, in order, and what is wrong with it, if anything.

    `detail` is the word, sign or clause that is wrong.
    """

    markers: tuple[int, ...]
    fault: Fault | None = None
    detail: str = ""

    @property
    def passes(self) -> bool:
        """Whether the sentence may be shown."""
        return self.fault is None


class Checker:
    """Checks sentences of one language against numbered statements. It may be used from several threads."""

    def __init__(self, language: Language, roles: Sequence[Role]) -> None:
        self._language = language
        self._lexicon = Lexicon(language, roles)
        self._statements = StatementReader(language, roles, self._lexicon)

    def check(self, sentence: str, statements: Sequence[Candidate]) -> Verdict:
        """The verdict on `sentence`, whose marker [n] cites the n-th of `statements`."""
        text = LIST_MARK.sub("", unicodedata.normalize("NFC", sentence).strip())
        markers = tuple(dict.fromkeys(int(marker) for marker in MARKER.findall(text)))
        if not markers or not all(1 <= marker <= len(statements) for marker in markers):
            return Verdict(markers, "marker", text[-20:])
        cited = {marker: self._statements.read(statements[marker - 1]) for marker in markers}
        said = list(cited.values())
        if len(said) == 1 and plain(MARKERS.sub(" ", text)) in said[0].sentences:
            return Verdict(markers)
        found = _disguised(text) or _linked(text, said) or self._foreign(text) or self._unfounded(text, cited)
        return Verdict(markers, *found) if found else Verdict(markers)

    def _foreign(self, text: str) -> Found | None:
        """A sentence in the other language. Names of books and bodies in it may stand in one of ours."""
        found = tokens(text)
        theirs, ours = telltales(other_language(self._language)), telltales(self._language)
        other = [word for word in found if word in theirs and word not in ours]
        own = [word for word in found if word in ours and word not in theirs]
        is_other = len(other) > len(own) and len(other) >= FOREIGN_SHARE * len(found)
        return ("language", " ".join(other)) if is_other else None

    def _unfounded(self, text: str, cited: dict[int, Said]) -> Found | None:
        stretches = self._stretches(text, cited)
        for stretch, read, said in stretches:
            found = _fault(stretch, read, said)
            if found:
                return found
        if len(cited) > 1:
            whole = tuple(token for _, read, _ in stretches for token in read)
            lonely = words.not_of_all(whole, list(cited.values()))
            if lonely:
                return "words", lonely.text
        return None

    def _stretches(self, text: str, cited: dict[int, Said]) -> list[tuple[str, Clause, list[Said]]]:
        """The text cut at its markers, each piece with what is cited behind it; all that is cited must say what follows the last one."""
        found = []
        at = 0
        for match in MARKERS.finditer(text):
            piece = text[at : match.start()].strip(" ,")
            said = [cited[int(marker)] for marker in MARKER.findall(match[0])]
            read = _with_names(self._lexicon.read(piece), said)
            if content(read):
                found.append((piece, read, said))
            at = match.end()
        rest = self._lexicon.read(text[at:])
        if content(rest):
            found.extend((text[at:], _with_names(rest, [one]), [one]) for one in cited.values())
        return found


def _with_names(read: Clause, said: Sequence[Said]) -> Clause:
    """`read` with what the statements show to be names as names: a capital at the beginning of a sentence does not tell."""
    names = {token.text.lower() for one in said for token in one.tokens if token.is_name and not token.roles}
    return tuple(replace(token, is_name=True) if token.is_content and token.text.lower() in names else token for token in read)


def _fault(text: str, read: Clause, said: Sequence[Said]) -> Found | None:
    """What is wrong with one stretch of a sentence that cites `said`."""
    stated = content(read)
    if len([token for token in stated if not token.roles]) < LEAST_WORDS and not words.is_lead(stated, said):
        return "empty", text
    read = words.without_light(read, said)
    missing = words.uncarried(read, said)
    if missing:
        return ("role" if missing.roles else "words"), missing.text
    if (figures.has_figures(read) or figures.currencies(text)) and not any(_has_figures(text, read, one, len(said) == 1) for one in said):
        return "number", text
    weight = words.misweighed(read, said)
    if weight:
        return "words", weight.text
    return _denied(read, said) or _moved(read, said)


def _has_figures(text: str, read: Clause, said: Said, alone: bool) -> bool:
    """Whether the figures of a stretch, with all that it says of them, are those of this one statement."""
    statement = said.candidate.statement
    fits = figures.fits(text, read, said.candidate.text, said.tokens, said.subject, statement.pay)
    return fits and (alone or not words.missing(content(read), [said]))


def _denied(read: Clause, said: Sequence[Said]) -> Found | None:
    turned = denial.turned(read, said)
    if turned:
        return "negation", turned
    certain = denial.undoubted(read, said)
    return ("doubt", certain) if certain else None


def _moved(read: Clause, said: Sequence[Said]) -> Found | None:
    moved = order.misplaced(read, said)
    if moved:
        return "order", moved
    other = order.of_another(read, said)
    return ("subject", other.text) if other else None


def _disguised(text: str) -> Found | None:
    """Markup, characters that are not seen, and letters or digits that look like others."""
    match = MARKUP.search(text)
    if match:
        return "markup", match[0]
    for char in text:
        is_latin = char.isascii() or (char.isalpha() and unicodedata.name(char, "").startswith("LATIN"))
        if unicodedata.category(char) in UNSEEN or (char.isalnum() and not is_latin and char not in "ªº"):
            return "markup", f"U+{ord(char):04X}"
    return None


def _linked(text: str, said: Sequence[Said]) -> Found | None:
    """A link or address that is in no statement."""
    for match in LINK.finditer(text):
        if not any(match[0].rstrip(".,;)") in one.candidate.text for one in said):
            return "link", match[0]
    return None
