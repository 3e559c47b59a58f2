"""Whether the cited statements carry the words of a sentence, and give them the weight that it gives them."""

from __future__ import annotations

from collections.abc import Sequence

from coach.answering.checks import structure
from coach.answering.checks.statement import LEAD, Said
from coach.answering.checks.structure import Clause, content, offered
from coach.answering.checks.subjects import is_proper
from coach.answering.checks.wording import Token
from coach.retrieval.signals import CURRENCY_WORDS

# Beside this many words that are carried, one that says little may stand.
WORDS_BESIDE_A_LIGHT_ONE = 4
# Within how many words that say something a neighbour stands.
NEIGHBOURS = 2
RANKS = frozenset({"essential", "important", "useful"})
# Words that may not move to another clause: "all", "must", "more".
WEIGHTS = RANKS | {"universal", "duty", "comparative", "occupation"}


def without_light(read: Clause, said: Sequence[Said]) -> Clause:
    """`read` without those words that say little and that no statement carries, as many of them as its other words allow."""
    everything = _everything(said)
    stated = content(read)
    missing = [token for token in stated if not token.is_in(everything)]
    allowed = (len(stated) - len(missing)) // WORDS_BESIDE_A_LIGHT_ONE
    left = {id(token) for token in [token for token in missing if token.is_light][:allowed]}
    return tuple(token for token in read if id(token) not in left)


def uncarried(read: Clause, said: Sequence[Said]) -> Token | None:
    """The first word that the statements do not carry: none of them, not together with the rest of its clause, or not so often."""
    stated = content(read)
    return missing(stated, said) or _mixed(read, said) or _repeated(stated, said)


def missing(stated: Clause, said: Sequence[Said]) -> Token | None:
    """The first word that no statement holds. Where they are about different roles, each of them must hold it."""
    everything = _everything(said)
    several = len({one.role for one in said}) > 1
    for token in stated:
        if not token.is_in(everything):
            return token
        if several and not token.roles and not all(token.is_in(one.senses) for one in said):
            return token
    return None


def _everything(said: Sequence[Said]) -> frozenset[str]:
    return frozenset(sense for one in said for sense in one.senses)


def _mixed(read: Clause, said: Sequence[Said]) -> Token | None:
    """A word of a clause that only some of several statements hold, where others hold the rest.

    Names may come from each of them, if all of them hold the rest: "SQL and Git are essential".
    """
    for clause in structure.clauses(read) if len(said) > 1 else ():
        stated = content(clause)
        if any(all(token.is_in(one.senses) for token in stated) for one in said):
            continue
        leads = offered(token for one in said for token in one.lead)
        names = [token for token in stated if is_proper(token) or token.is_in(leads)]
        naming = [one for one in said if any(name.is_in(one.senses) for name in names)] or said
        for token in stated:
            if token not in names and not all(token.is_in(one.senses) for one in naming):
                return token
    return None


def _repeated(stated: Clause, said: Sequence[Said]) -> Token | None:
    """A word that is stated more often than the statements say it: one of two opposites put in the place of the other."""
    everything = [token for one in said for token in content(one.tokens)]
    for token in stated:
        # A currency may stand beside each of the figures; that it is theirs is checked with them.
        times = 0 if token.text.lower() in CURRENCY_WORDS else sum(token.key == other.key for other in stated)
        if times > 1 and not token.roles and not token.is_light and times > sum(token.is_in(other.senses) for other in everything):
            return token
    return None


def is_lead(stated: Clause, said: Sequence[Said]) -> bool:
    """Whether a stretch is only the name of what a statement is about: an entry of a list of skills or tools."""
    leads = [found[1].lower() for one in said if (found := LEAD.match(one.candidate.text))]
    return bool(stated) and all(any(token.text.lower() in lead for lead in leads) for token in stated)


def misweighed(read: Clause, said: Sequence[Said]) -> Token | None:
    """A word that gives another weight than the statements do: another rank, or "all", "must", "more" from elsewhere in them; or a
    word that comes from another sentence of a statement than the rest of its clause."""
    refused = {id(token) for token in structure.denied(read)[1]}
    context = frozenset(sense for one in said for sense in one.context)
    for at, token in enumerate(read):
        if any(_is_ranked_otherwise(token, one) for one in said) or _is_interval_lost(read, at, said):
            return token
    for clause in structure.clauses(read):
        for token in content(clause):
            if token.marks & WEIGHTS and id(token) not in refused and not token.is_in(context) and not _is_near(token, clause, said):
                return token
        near = [sentence for one in said for sentence in (*one.sentences_near(clause), one.lead, one.asked)]
        together = context | offered(token for sentence in near for token in sentence)
        for token in content(clause):
            if not token.is_in(together):
                return token
    return None


def _is_ranked_otherwise(token: Token, said: Said) -> bool:
    """Whether `token` gives another rank than the one behind the lead of the statement: "essential" for "useful"."""
    ranks = frozenset(mark for other in said.rank for mark in other.marks & RANKS)
    own = token.marks & RANKS
    if "advice" in token.marks:
        return "useful" in ranks
    return bool(own) and bool(said.rank) and not own & ranks


def _is_interval_lost(read: Clause, at: int, said: Sequence[Said]) -> bool:
    """Whether "every" stands alone where the statements say "every few" or "every two"."""
    if "universal" not in read[at].marks or _is_counted(read, at):
        return False
    known = [_is_counted(one.tokens, place) for one in said for place, other in enumerate(one.tokens) if other.key == read[at].key]
    return bool(known) and all(known)


def _is_counted(tokens: Clause, at: int) -> bool:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    return following is not None and (following.value is not None or "interval" in following.marks)


def _is_near(token: Token, clause: Clause, said: Sequence[Said]) -> bool:
    """Whether a word that weighs stands beside one of its neighbours in the statements too, or is the rank of the item it speaks of."""
    stated = content(clause)
    at = next(at for at, one in enumerate(stated) if one is token)
    others = [other for other in stated[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1] if other is not token]
    for one in said:
        lead = offered(one.lead)
        if token.is_in(lead) or (token.is_in(offered(one.rank)) and (not others or any(other.is_in(lead) for other in stated))):
            return True
    held = [senses for one in said for senses in map(offered, one.clauses) if token.is_in(senses)]
    return bool(held) and (not others or any(other.is_in(senses) for senses in held for other in others))


def not_of_all(whole: Clause, cited: Sequence[Said]) -> Token | None:
    """What a sentence with several markers says of all it names at once and not all of its statements say: a level, how important it is."""
    if any("contrast" in token.marks for token in whole):
        return None
    for token in content(whole):
        if (token.levels or token.marks & WEIGHTS) and not all(token.is_in(one.senses) for one in cited):
            return token
    return None
