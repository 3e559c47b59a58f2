"""Whether the sides of a sentence have changed places, or something is said of another subject than the statement's."""

from __future__ import annotations

from collections.abc import Sequence

from coach.answering.checks import structure, subjects
from coach.answering.checks.statement import Said
from coach.answering.checks.structure import Clause, content, offered
from coach.answering.checks.wording import Token


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
    return "side by side" if all(structure.crosses(read, one.tokens) for one in said) else ""


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
        if len(owners) == 1 and rest and all(_is_tied_elsewhere(rest, owners[0], one) for one in said):
            return owners[0]
    return _one_of_several(read, said)


def _is_of(token: Token, owner: Token | None, said: Sequence[Said]) -> bool:
    """Whether some statement says `token` of `owner`, or of nobody in particular; without an owner, of the statement's own role."""
    held = False
    for one in said:
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


def _is_tied_elsewhere(rest: Sequence[Token], owner: Token, said: Said) -> bool:
    """Whether each word that a statement holds once stands there beside another name than `owner`."""
    if said.subject or not subjects.is_proper(owner) or not owner.is_in(offered(said.tokens)) or owner.is_in(offered(said.lead)):
        return False
    places = structure.positions(tuple(token for token in rest if not token.is_name), said.tokens)
    for at in places:
        before, behind = subjects.nearest_names(said.tokens, at)
        if not before or owner.is_in(offered((*before, *behind))):
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
