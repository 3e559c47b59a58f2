"""How a sentence is built, as far as words tell: its clauses, what is denied in them, and what stands before or above what.

A sentence may hold only words of the statement that it cites and still say the opposite.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from coach.answering.checks.wording import Token

Clause = tuple[Token, ...]

SENTENCE_ENDS = frozenset(".;!?…")
CLAUSE_ENDS = SENTENCE_ENDS | frozenset(":,()—|")
QUOTES = frozenset('“”«»"')
PARTICIPLE = re.compile(r"(?:[ai]d[oa]s?|ed|en|wn|ilt|ld)$")
# How far before "than" the comparative may stand.
REACH_OF_THAN = 8
# A clause is compared word by word only with one that holds this much of it.
MIRRORED_SHARE = 0.7
# How many words "without" takes away.
REACH_OF_WITHOUT = 2


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sides that may not change places: `first` is the earlier, the preferred or the greater one, where one leaves from."""

    kind: str
    first: Clause
    second: Clause


def content(tokens: Iterable[Token]) -> Clause:
    """The tokens that say something."""
    return tuple(token for token in tokens if token.is_content)


def offered(tokens: Iterable[Token]) -> frozenset[str]:
    """All meanings of the tokens."""
    return frozenset(sense for token in tokens for sense in token.senses)


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """The stretches between signs and the words that open a clause, those without content left out."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_stop and token.text in CLAUSE_ENDS:
            found.append([])
        elif "clause" in token.marks and found[-1]:
            found.append([token])
        else:
            found[-1].append(token)
    return [tuple(clause) for clause in found if any(token.is_content for token in clause)]


def sentences(tokens: Sequence[Token]) -> list[Clause]:
    """The stretches between full stops, semicolons and the like."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_stop and token.text in SENTENCE_ENDS:
            found.append([])
        else:
            found[-1].append(token)
    return [tuple(one) for one in found if any(token.is_content for token in one)]


def denials(clause: Clause) -> list[int]:
    """Where the clause is turned round.

    "Not only" does not turn it; an echo ("no … nada", "neither … nor") does so only where it comes first.
    """
    found: list[int] = []
    for at, token in enumerate(clause):
        is_echo = "echo" in token.marks and (found or any(one.is_content for one in clause[:at]))
        if "negator" in token.marks and "affirming" not in token.marks and not is_echo:
            found.append(at)
    return found


def denied(tokens: Sequence[Token]) -> tuple[Clause, Clause]:
    """What is said, and what is denied: behind the negator of a clause that is turned round, behind "without" or "instead of"."""
    said: list[Token] = []
    refused: list[Token] = []
    instead = {id(token) for pair in pairs(tokens) if pair.kind == "instead" for token in pair.second} | _kept_away(tokens)
    for clause in clauses(tokens):
        turns = denials(clause)
        cut = turns[0] if len(turns) % 2 else len(clause)
        lacked = [*_lacked(clause), *_before_object(clause, turns)]
        for at, token in enumerate(clause):
            if token.is_content:
                (refused if (at > cut or id(token) in instead) != (at in lacked) else said).append(token)
    return tuple(said), tuple(refused)


def _lacked(clause: Clause) -> list[int]:
    """Where the words stand that "without" takes away: the next ones."""
    return [
        one
        for lack in (at for at, token in enumerate(clause) if "without" in token.marks)
        for one in [at for at in range(lack + 1, len(clause)) if clause[at].is_content][:REACH_OF_WITHOUT]
    ]


def lacking(tokens: Sequence[Token]) -> Clause:
    """The words that "without" takes away."""
    return tuple(clause[at] for clause in clauses(tokens) for at in _lacked(clause))


def perhaps_lacking(tokens: Sequence[Token]) -> Clause:
    """Those of them behind an "and", which may as well begin something else: "tasks without hints and staying silent"."""
    found: list[Token] = []
    for clause in clauses(tokens):
        places = _lacked(clause)
        found += [clause[at] for first, at in pairwise(places) if any("conjunction" in one.marks for one in clause[first:at])]
    return tuple(found)


def _kept_away(tokens: Sequence[Token]) -> set[int]:
    """The ids of the words for what is kept out of something: between the verb and "out", or behind both where they stand together."""
    found: set[int] = set()
    for sentence in sentences(tokens):
        away = next((at for at, token in enumerate(sentence) if "away" in token.marks), None)
        verbs = [at for at, token in enumerate(sentence[:away]) if "keep" in token.marks] if away else []
        if away is None or not verbs:
            continue
        kept = sentence[verbs[-1] + 1 : away]
        if not content(kept):
            end = next((at for at in range(away + 1, len(sentence)) if "clause" in sentence[at].marks), len(sentence))
            kept = sentence[away + 1 : end]
        found.update(id(token) for token in content(kept))
    return found


def _before_object(clause: Clause, turns: list[int]) -> list[int]:
    """Where the verb stands whose object is "nobody" or the like."""
    found = []
    for turn in turns:
        if "object" in clause[turn].marks:
            found += [at for at in range(turn) if clause[at].is_content][-1:]
    return found


def closest(claim: Clause, said: Sequence[Clause]) -> list[Clause]:
    """The clauses of `said` that share most words with `claim`; none where none shares any."""
    shares = [sum(token.is_in(senses) for token in content(claim)) for senses in map(offered, said)]
    most = max(shares, default=0)
    return [clause for clause, share in zip(said, shares, strict=True) if share == most] if most else []


def pairs(tokens: Sequence[Token]) -> list[Pair]:
    """The ordered pairs of a text: by time, by preference, by comparison, and from one thing to another."""
    found = []
    for sentence in sentences(tokens):
        for at, token in enumerate(sentence):
            before, after = sentence[:at], sentence[at + 1 :]
            after = tuple(one for one in after if one.text not in QUOTES)
            is_refusal = token.is_stop and token.text == "," and bool(after) and "negator" in after[0].marks and len(after[0].text) < 4
            preferred = next((at for at, one in enumerate(before) if "prefer" in one.marks), None)
            if "affirming" in token.marks:
                found.append(Pair("addition", *_sides(before, after)))
            elif preferred is not None and ("than" in token.marks or ("to" in token.marks and _opens_with_verb(after))):
                found.append(Pair("instead", content(before[preferred + 1 :]), content(_until_clause(after))))
            elif "instead" in token.marks or is_refusal:
                found.append(Pair("instead", *_sides(before, after[1:] if is_refusal else after)))
            elif "earlier" in token.marks:
                found.append(Pair("time", *_sides(before, after)))
            elif "later" in token.marks:
                first, second = _sides(before, after)
                found.append(Pair("time", second, first))
            elif "sequence" in token.marks and content(before):
                found.append(Pair("time", content(before), content(after)))
            elif "than" in token.marks and (lesser := _behind(before, "lesser")):
                # "Less on tools than on results" is for results.
                found.append(Pair("instead", content(_until_clause(after)), lesser))
            elif "than" in token.marks and any("comparative" in one.marks for one in before[-REACH_OF_THAN:]):
                found.append(Pair("than", content(before), content(_until_clause(after))))
            elif "from" in token.marks:
                found.extend(_from_to(after))
    return [pair for pair in found if pair.first and pair.second]


def _behind(before: Clause, mark: str) -> Clause:
    """What says something behind the last word with that mark."""
    at = next((at for at in range(len(before) - 1, -1, -1) if mark in before[at].marks), None)
    return content(before[at + 1 :]) if at is not None else ()


def _opens_with_verb(after: Clause) -> bool:
    """Whether an infinitive or a gerund comes next: "prefer building to designing", "prefieren construir a diseñar"."""
    return bool(after) and after[0].text.lower().endswith(("ing", "ar", "er", "ir"))


def _sides(before: Clause, after: Clause) -> tuple[Clause, Clause]:
    """What stands on the two sides of a connecting word. Where it opens the sentence, its own side goes up to the comma."""
    if content(before):
        return content(_after_clause(before)), content(_until_clause(after))
    comma = next((at for at, token in enumerate(after) if token.text == ","), len(after))
    return content(after[comma:]), content(after[:comma])


def _until_clause(tokens: Clause) -> Clause:
    end = next((at for at, token in enumerate(tokens) if at and (token.text in CLAUSE_ENDS or "contrast" in token.marks)), len(tokens))
    return tokens[:end]


def _after_clause(tokens: Clause) -> Clause:
    start = max((at + 1 for at, token in enumerate(tokens) if token.text in {":", "("} or "contrast" in token.marks), default=0)
    return tokens[start:] if content(tokens[start:]) else tokens


def _from_to(after: Clause) -> Iterable[Pair]:
    first = next((at for at, token in enumerate(after) if token.is_content), None)
    if first is None:
        return
    to = next((at for at in range(first + 1, min(len(after), first + 4)) if "to" in after[at].marks), None)
    if to is not None:
        second = content(after[to:])[:1]
        if second:
            yield Pair("from", (after[first],), second)


def is_reversed(claim: Pair, said: Pair) -> bool:
    """Whether the sides of `claim` stand the other way round in `said`."""
    straight = _shared(claim.first, said.first, said.second) + _shared(claim.second, said.second, said.first)
    crossed = _shared(claim.first, said.second, said.first), _shared(claim.second, said.first, said.second)
    return all(crossed) or sum(crossed) > straight


def _shared(claim: Clause, own: Clause, other: Clause) -> int:
    """How many tokens of `claim` are in `own` and not in `other`."""
    mine, theirs = offered(own), offered(other)
    return sum(token.is_in(mine) and not token.is_in(theirs) for token in claim)


def positions(claim: Clause, said: Clause) -> list[int]:
    """Where in `said` each token of `claim` that occurs there once stands."""
    found = []
    for token in content(claim):
        places = _places(token, said)
        if len(places) == 1:
            found.append(places[0])
    return found


def is_mirrored(claim: Clause, said: Clause) -> bool:
    """Whether `claim` holds the words of `said` in the opposite order around one of them: "A exceeds B" for "B exceeds A".

    A passive is such a mirror and says the same.
    """
    if _is_passive(claim) or _is_passive(said):
        return False
    order = positions(claim, said)
    if len(order) < MIRRORED_SHARE * len(content(claim)):
        return False
    return any(
        any(one > pivot for one in order[:at]) and any(one < pivot for one in order[at + 1 :])
        and not any(one < pivot for one in order[:at] if one + 1 == pivot)
        for at, pivot in enumerate(order)
    )  # fmt: skip


def _is_passive(clause: Clause) -> bool:
    """Whether the one who acts stands behind: "is replaced by", "gets … from"."""
    if any("converse" in token.marks for token in clause):
        return True
    return any("passive" in token.marks and PARTICIPLE.search(before.text.lower()) for before, token in pairwise(clause))


def full_sentences(tokens: Sequence[Token]) -> list[Clause]:
    """The sentences of a text."""
    found: list[list[Token]] = [[]]
    for token in tokens:
        if token.is_stop and token.text in ".!?…":
            found.append([])
        else:
            found[-1].append(token)
    return [tuple(one) for one in found if any(token.is_content for token in one)]


def crosses(claim: Sequence[Token], said: Clause) -> bool:
    """Whether two subjects that `claim` sets side by side have changed what is said of them: "B does x, whereas A does y"."""
    cut = next((at for at, token in enumerate(claim) if "parallel" in token.marks), None)
    if not cut:
        return False
    sides = [content(claim[:cut]), content(claim[cut:])]
    if not all(sides):
        return False
    everywhere = [_places(side[0], said) for side in sides]
    for sentence in _spans(said):
        says = [[min(at) for token in side[1:] if (at := [at for at in _places(token, said) if at in sentence])] for side in sides]
        subjects = [[at for at in places if at in sentence] or places for places in everywhere]
        if all(says) and all(len(places) == 1 for places in subjects):
            (first,), (second,) = subjects
            return (first - second) * (sum(says[0]) / len(says[0]) - sum(says[1]) / len(says[1])) < 0
    return False


def _places(token: Token, said: Clause) -> list[int]:
    return [at for at, one in enumerate(said) if one.is_content and token.is_in(one.senses)]


def _spans(tokens: Clause) -> list[range]:
    """Where the sentences of a text begin and end."""
    ends = [at + 1 for at, token in enumerate(tokens) if token.is_stop and token.text in ".!?…"]
    cuts = [0, *ends, len(tokens)]
    return [range(start, end) for start, end in pairwise(cuts) if start < end]
