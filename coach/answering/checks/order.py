"""Whether the sides of a sentence have changed places, or something is said of another subject than the statement's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations

from coach.answering.checks import structure, subjects
from coach.answering.checks.statement import Said
from coach.answering.checks.structure import Clause, content, offered
from coach.answering.checks.wording import Token

# A sentence that says one thing of one subject and another of another, with the same word, has two halves.
HALVES = 2


def misplaced(read: Clause, said: Sequence[Said]) -> str:
    """What has changed places: a kind of pair ("time", "than"), or the words of a mirrored clause; "" where nothing has."""
    known = [pair for one in said for pair in one.pairs]
    for pair in structure.pairs(read):
        alike = [other for other in known if other.kind == pair.kind]
        if alike and all(structure.is_reversed(pair, other) for other in alike):
            return pair.kind
        if not alike and not any(_in_order(pair, one) for one in said):
            return pair.kind
    for clause in structure.clauses(read):
        near = structure.closest(clause, [known for one in said for known in one.clauses])
        if near and all(structure.is_mirrored(clause, one) for one in near):
            return " ".join(token.text for token in clause)
    if all(structure.crosses(read, one.tokens) for one in said):
        return "side by side"
    return _listed_otherwise(read, said) or _tied_otherwise(read, said) or _bridged(read, said)


def _listed_otherwise(read: Clause, said: Sequence[Said]) -> str:
    """A list whose order is stated ("a fixed order of", "in three steps") and is another one than that of the statements."""
    start = next((at for at, token in enumerate(read) if "ordering" in token.marks), None)
    if start is None:
        return ""
    items = [at for at in range(start + 1, len(read)) if read[at].is_content and _is_item(read, at)]
    for one in said:
        places = structure.positions(tuple(read[at] for at in items), one.tokens)
        if places == sorted(places):
            return ""
    return read[start].text


def _is_item(read: Clause, at: int) -> bool:
    """Whether the word at `at` is one of a list: a comma or "and" stands before or behind it."""
    beside = [read[one] for one in (at - 1, at + 1) if 0 <= one < len(read)]
    return any(token.text == "," or "conjunction" in token.marks for token in beside)


def _tied_otherwise(read: Clause, said: Sequence[Said]) -> str:
    """A name tied to another one by a small word ("SPL in Splunk"), where the statements tie it to others only."""
    for name, other in _ties(read):
        known = [theirs for one in said for own, theirs in _ties(one.tokens) if own.key == name.key]
        if known and all(theirs.key != other.key for theirs in known):
            return f"{name.text} {other.text}"
    return ""


def _ties(tokens: Clause) -> list[tuple[Token, Token]]:
    """The pairs of names between which only a small word stands that is no "and" or "or"."""
    return [
        (before, behind)
        for before, between, behind in zip(tokens, tokens[1:], tokens[2:], strict=False)
        if subjects.is_proper(before) and subjects.is_proper(behind) and between.is_glue and "conjunction" not in between.marks
    ]


def _bridged(read: Clause, said: Sequence[Said]) -> str:
    """A clause that begins as one half of a statement and ends as the other: "A says how big" for "A says how small, B says how big"."""
    for clause in structure.clauses(read):
        if all(_is_bridge(clause, one.clauses) for one in said):
            return " ".join(token.text for token in clause)
    return ""


def _is_bridge(clause: Clause, known: Sequence[Clause]) -> bool:
    for at, pivot in enumerate(clause[:-1]):
        if pivot.is_name or not pivot.is_content:
            continue
        halves = [half for one in known for half in _halves(pivot, clause[at + 1], one)]
        if len(halves) != HALVES:
            continue
        for (subject, said), (other, elsewhere) in permutations(halves):
            opens = [token for token in content(clause[:at]) if token.is_in(subject | other)]
            is_own = bool(opens) and all(token.is_in(subject) and not token.is_in(other | elsewhere) for token in opens)
            if is_own and other and any(token.is_in(elsewhere) and not token.is_in(subject | said) for token in content(clause[at + 1 :])):
                return True
    return False


def _halves(pivot: Token, following: Token, known: Clause) -> list[tuple[frozenset[str], frozenset[str]]]:
    """What stands before and behind `pivot` with the word that follows it in a clause, where they are there once."""
    places = [at for at, token in enumerate(known[:-1]) if pivot.is_in(token.senses) and known[at + 1].key == following.key]
    return [(offered(known[:at]), offered(known[at + 1 :])) for at in places] if len(places) == 1 else []


def _in_order(pair: structure.Pair, said: Said) -> bool:
    """Whether a statement without such a pair mentions the two sides in the pair's order, where time is what orders them."""
    if pair.kind != "time":
        return pair.kind == "from"
    first, second = structure.positions(pair.first, said.tokens), structure.positions(pair.second, said.tokens)
    return bool(first) and bool(second) and max(first) < min(second)


def of_another(read: Clause, said: Sequence[Said]) -> Token | None:
    """The word that the statements say of another subject than `read` does, or one of "A or B" stated as if it were the only one."""
    for part in subjects.parts(read, said[0].role):
        owners = [owner for owner in part.owners if any(owner.is_in(offered(one.tokens)) for one in said)]
        rest = [token for token in content(part.tokens) if token not in part.owners and "clause" not in token.marks]
        wanted: list[Token | None] = [*owners] or [None]
        for owner in wanted:
            other = next((token for token in rest if not _is_of(token, owner, said)), None)
            if other:
                return other
        if len(owners) == 1 and rest and all(_is_tied_elsewhere(rest, owners[0], one, read) for one in said):
            return owners[0]
    return _one_of_several(read, said)


def _is_of(token: Token, owner: Token | None, said: Sequence[Said]) -> bool:
    """Whether some statement says `token` of `owner`, or of nobody in particular; without an owner, of the statement's own role."""
    held = False
    for one in said:
        if owner and token.is_in(offered(one.lead)) and owner.is_in(offered(one.tokens)) and not owner.roles:
            # "Falcon, an EDR platform, …": the entry itself, called by what it is.
            return True
        for part in one.parts:
            if not token.is_in(offered(part.tokens)):
                continue
            held = True
            levels = frozenset(level for name in part.owners for level in name.levels)
            if owner and owner.levels and levels:
                if owner.levels & levels:
                    return True
                continue
            if not part.owners or (owner and owner.is_in(offered((*part.tokens, *part.owners)))):
                return True
            if (owner is None or one.role in owner.roles) and not _is_foreign(part, one):
                return True
    return not held


def _is_foreign(part: subjects.Part, said: Said) -> bool:
    """Whether a stretch of a statement is about another occupation than the statement's role."""
    if any(said.role in name.roles for name in part.owners):
        return False
    return any((name.roles or "occupation" in name.marks) and not name.is_in(said.context) for name in part.owners)


def _is_tied_elsewhere(rest: Sequence[Token], owner: Token, said: Said, read: Clause) -> bool:
    """Whether each word that a statement holds once stands there beside another name than `owner`, and than it does in `read`."""
    if said.subject or not subjects.is_proper(owner) or not owner.is_in(offered(said.tokens)) or owner.is_in(offered(said.lead)):
        return False
    places = structure.positions(tuple(token for token in rest if not token.is_name), said.tokens)
    for at in places:
        before, behind = subjects.nearest_names(said.tokens, at)
        if not before or owner.is_in(offered((*before, *behind))):
            return False
        own = next((place for place, token in enumerate(read) if token.is_content and token.is_in(said.tokens[at].senses)), None)
        if own is not None and any(name.is_in(offered(before)) for name in subjects.nearest_names(read, own)[0]):
            return False
    return bool(places)


def _one_of_several(read: Clause, said: Sequence[Said]) -> Token | None:
    if any(token.marks & {"either", "example"} for token in read):
        return None
    for one in said:
        for names in subjects.alternatives(one.tokens):
            elsewhere = offered(token for token in one.tokens if token.is_name and token not in names)
            once = [name for name in names if not name.roles and not name.is_in(elsewhere)]
            taken = [name for name in once if any(name.is_in(token.senses) for token in read)]
            if taken and len(taken) < len(once):
                return taken[0]
    return None
