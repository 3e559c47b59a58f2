"""What a stretch of a sentence is about: the names with which it opens, and the names beside its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coach.answering.checks.structure import Clause, full_sentences
from coach.answering.checks.wording import Token


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a sentence about `owners`, the names with which it opens; none where it opens with no name."""

    tokens: Clause
    owners: Clause


def parts(tokens: Sequence[Token], role: str) -> list[Part]:
    """The stretches of a text on `role` about one name each. One that opens with no name is about what the one before it is about,
    up to the end of the sentence or a word of contrast."""
    found: list[Part] = []
    for sentence in full_sentences(tokens):
        owners: Clause = ()
        start = 0
        for at in range(1, len(sentence) + 1):
            if at < len(sentence) and not _cuts(sentence, start, at, owners or _opening_names(sentence[start:at]), role):
                continue
            stretch = sentence[start:at]
            if any(token.is_content for token in stretch):
                contrasts = "contrast" in stretch[0].marks
                opening = _opening_names(stretch)
                if owners and all(role in name.roles for name in opening):
                    # "Communication: backend developers explain …" is still about communication.
                    opening = ()
                elif owners and opening and stretch[0].text == ":" and not any(name in owners for name in opening):
                    # "Cypress: JavaScript tool for …" is about Cypress.
                    opening = (*owners, *opening)
                owners = opening or (() if contrasts else owners)
                found.append(Part(stretch, owners))
            start = at
    return found


def _cuts(sentence: Clause, start: int, at: int, owners: Clause, role: str) -> bool:
    """Whether another stretch begins at `at`: behind a sign, at a word of contrast, or where the next name gets a predicate of its own."""
    token = sentence[at]
    if token.text in {";", ":"} or "contrast" in token.marks:
        return True
    if not owners or not (token.text == "," or "conjunction" in token.marks):
        return False
    has_predicate = any(one.is_content and not one.is_name for one in sentence[start:at])
    is_list = sentence[at - 1].is_name
    return has_predicate and not is_list and _opens_with_predicate(sentence[at + 1 :], role)


def _opens_with_predicate(rest: Clause, role: str) -> bool:
    """Whether `rest` goes on with a name that something is said about, and not with the next name of a list."""
    names = _opening_names(rest)
    if not names or all(role in name.roles for name in names):
        return False
    end = next((at for at, token in enumerate(rest) if token.is_stop), len(rest))
    return any(token.is_content and not token.is_name for token in rest[:end])


def _opening_names(stretch: Clause) -> Clause:
    """The names with which a stretch opens, joined by commas and "and".

    Behind a comma alone stands the subject: "With Python, Django …".
    """
    groups: list[list[Token]] = [[]]
    is_list = False
    for at, token in enumerate(stretch):
        if token.is_name:
            groups[-1].append(token)
        elif "clause" in token.marks and not groups[-1]:
            continue
        elif token.is_content or (token.is_stop and token.text != "," and at):
            break
        elif "conjunction" in token.marks:
            is_list = True
        elif token.text == ",":
            groups.append([])
        elif groups[-1]:
            break
    named = [group for group in groups if group]
    return tuple(name for group in (named if is_list else named[-1:]) for name in group)


def is_proper(token: Token) -> bool:
    """Whether it is the name of one thing: no role, no occupation, no level."""
    return token.is_name and not token.roles and not token.levels and "occupation" not in token.marks


def _joins(token: Token) -> bool:
    return token.text == "," or "conjunction" in token.marks


def nearest_names(said: Clause, at: int) -> tuple[Clause, Clause]:
    """The group of names in front of the word at `at`, and the one behind it where a small word ("in", "with") ties it to the word."""
    before: list[Token] = []
    for token in reversed(said[:at]):
        if is_proper(token):
            before.append(token)
        elif before and (token.is_content or not _joins(token)):
            break
    behind: list[Token] = []
    tied = False
    for token in said[at + 1 :]:
        if is_proper(token):
            if not behind and not tied:
                break
            behind.append(token)
        elif behind and (token.is_content or not _joins(token)):
            break
        elif not behind:
            tied = token.is_glue and "conjunction" not in token.marks
    return tuple(before), tuple(behind)


def alternatives(said: Sequence[Token]) -> list[Clause]:
    """The lists of names of which only one is meant: "AWS or Azure"."""
    found: list[Clause] = []
    run: list[Token] = []
    either = False
    for token in (*said, Token(".", ".", is_stop=True)):
        if token.is_name:
            run.append(token)
        elif run and "either" in token.marks:
            either = True
        elif token.is_content or (token.is_stop and token.text != ",") or (run and not token.is_stop):
            if either and len(run) > 1:
                found.append(tuple(run))
            run, either = [], False
    return found
