"""Whether a sentence denies what its statements say, says what they deny, or drops a doubt of theirs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.answering.checks import structure
from coach.answering.checks.statement import MISTAKES, Said
from coach.answering.checks.structure import Clause, content, offered
from coach.answering.checks.wording import Token

DOUBTS = frozenset({"hedge", "unsure"})
# How a deed is named, in English and Spanish, and no order is given.
DEED = re.compile(r"(?:ing|[aei]r(?:l[aeo]s?|se)?)$")
# From this share of their words on, in both directions, and from so many words on, two clauses say the same.
NEARLY_ALL = 0.75
LEAST_ALIKE = 3


def turned(read: Clause, said: Sequence[Said]) -> str:
    """The words of `read` that are denied there and not in the statements, or the other way round; "" where there are none."""
    refused = {id(token) for token in structure.denied(read)[1]}
    for clause in structure.clauses(read):
        stated = [token for token in content(clause) if id(token) not in refused]
        found = _said_though_denied(clause, stated, said) or _denied_though_said(clause, said) or _same_but_turned(clause, said)
        if found:
            return found
    return _mistaken(read, said)


def undoubted(read: Clause, said: Sequence[Said]) -> str:
    """The clause of `read` that states for certain what the statements put in doubt ("may", "some"); "" where there is none."""
    for clause in structure.clauses(read):
        near = _near(clause, said)
        if near and not _has(clause, DOUBTS) and all(_has(one, {"hedge"}) for one in near):
            return _text(clause)
    return ""


def _near(clause: Clause, said: Sequence[Said]) -> list[Clause]:
    return structure.closest(clause, [known for one in said for known in one.clauses])


def _has(clause: Clause, marks: frozenset[str] | set[str]) -> bool:
    return any(token.marks & marks for token in clause)


def _text(clause: Clause) -> str:
    return " ".join(token.text for token in clause)


def _sides(clause: Clause, said: Sequence[Said]) -> tuple[frozenset[str], frozenset[str]]:
    """What the sentences nearest to `clause` say, and what they deny."""
    both = [structure.denied(sentence) for one in said for sentence in one.sentences_near(clause)]
    return offered(token for stated, _ in both for token in stated), offered(token for _, refused in both for token in refused)


def _said_though_denied(clause: Clause, stated: Sequence[Token], said: Sequence[Said]) -> str:
    agreed, against = _sides(clause, said)
    # "Do not release without tests" and "releasing without tests is a mistake" are of one mind.
    turns = structure.denials(clause)
    twice = {id(token) for token in structure.lacking(clause[turns[0] :])} if turns else set()
    for token in stated:
        if id(token) in twice and token.is_in(offered(lack for one in said for lack in structure.lacking(one.tokens))):
            continue
        if token.is_in(against) and not token.is_in(agreed) and not token.is_in(_context(said)):
            return token.text
    return ""


def _denied_though_said(clause: Clause, said: Sequence[Said]) -> str:
    """What `clause` denies first, where the statements do not deny it; all of it where they limit their denial and it does not."""
    near = _near(clause, said)
    turns = structure.denials(clause) if len(structure.denials(clause)) % 2 else []
    if turns and near and not any(_limits_kept(clause, one) for one in near):
        return _text(clause)
    # "Avoid changes without tests" is for tests.
    lacks = [at for at, token in enumerate(clause) if "without" in token.marks and not (turns and turns[0] < at)]
    _, against = _sides(clause, said)
    # In "tasks without hints and staying silent" it is not told whether the silence is missing too.
    against -= offered(token for one in said for token in structure.perhaps_lacking(one.tokens))
    for start in (*turns, *lacks):
        first = next((token for token in clause[start + 1 :] if token.is_content and not token.is_in(_context(said))), None)
        if first is None and near and not any(len(structure.denials(one)) % 2 for one in near):
            return _text(clause)
        if first and not first.is_in(against) and not any(_is_deed(first, one) for one in said):
            return first.text
    return ""


def _same_but_turned(clause: Clause, said: Sequence[Said]) -> str:
    """All of `clause` where the statements say the same in nearly the same words and turn it the other way."""
    if any(one.candidate.chunk.section == MISTAKES for one in said):
        return ""
    stated = content(clause)
    alike = [
        near
        for near in _near(clause, said)
        if _share(stated, near) >= NEARLY_ALL and _share(content(near), clause) >= NEARLY_ALL and len(stated) >= LEAST_ALIKE
    ]
    return _text(clause) if alike and all(_turns(near) != _turns(clause) for near in alike) else ""


def _share(tokens: Clause, of: Clause) -> float:
    """How much of `tokens` stands in `of`, in [0, 1]."""
    return sum(token.is_in(offered(of)) for token in tokens) / max(1, len(tokens))


def _turns(clause: Clause) -> int:
    """Whether a clause is turned round, 0 or 1; what denies at its end, as in "evita que", turns the next one."""
    turns = [at for at in structure.denials(clause) if at + 1 < len(clause) or "object" in clause[at].marks]
    return (len(turns) + sum("without" in token.marks for token in clause)) % 2


def _context(said: Sequence[Said]) -> frozenset[str]:
    return frozenset(sense for one in said for sense in one.context)


def _limits_kept(claim: Clause, said: Clause) -> bool:
    """Whether what limits the denial of `said` ("not always", "not only") stands in `claim` too."""
    limits = [follower for at, token in enumerate(said) if "negator" in token.marks for follower in said[at + 1 : at + 3]]
    return all(limit.is_in(offered(claim)) for limit in limits if "universal" in limit.marks)


def _is_deed(token: Token, said: Said) -> bool:
    """Whether `token` belongs to what a statement on mistakes tells not to do: to deny it is what the statement means."""
    if said.candidate.chunk.section != MISTAKES:
        return False
    end = next((at for at, one in enumerate(said.tokens) if one.text == ":"), None)
    deed = content(said.tokens[:end] if end and not said.lead else structure.sentences(said.tokens)[0])
    return token.is_in(offered(deed[: (len(deed) + 1) // 2]))


def _is_ordered(first: Token, said: Said) -> bool:
    """Whether a clause that opens with `first` tells to do what a statement on mistakes names as a deed: "Open …" for "Opening … is"."""
    if said.candidate.chunk.section != MISTAKES or not first.is_content or DEED.search(first.text):
        return False
    return any(first.is_in(deed.senses) for deed in _deeds(said))


def _is_excused(clause: Clause, said: Said) -> bool:
    """Whether a clause names the deed as such a statement does and turns what is said of it: "Opening … is not a mistake"."""
    if said.candidate.chunk.section != MISTAKES or not any(clause[0].text == deed.text for deed in _deeds(said)):
        return False
    near = _near(clause, [said])
    return bool(near) and all(_turns(one) != _turns(clause) for one in near)


def _deeds(said: Said) -> list[Token]:
    """The words by which a statement on mistakes, or what stands behind its lead, names a deed."""
    openings = [*content(said.tokens)[:1], *content(said.tokens[len(said.lead) + 1 :])[:1]]
    return [deed for deed in openings if DEED.search(deed.text)]


def _mistaken(read: Clause, said: Sequence[Said]) -> str:
    """A mistake given as advice: its deed as an order, or its opening words and nothing of what is wrong with it."""
    for clause in structure.clauses(read):
        if any(_is_ordered(clause[0], one) or _is_excused(clause, one) for one in said):
            return _text(clause)
    if any(structure.denials(clause) for clause in structure.clauses(read)):
        return ""
    for one in said:
        body = content(one.tokens)
        verdict = offered(body[len(body) // 2 :]) - offered(body[: len(body) // 2])
        if one.candidate.chunk.section == MISTAKES and not any(token.is_in(verdict) for token in content(read)):
            return _text(read)
    return ""
