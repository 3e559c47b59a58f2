"""Statements chosen, as the blocks of an answer."""

from __future__ import annotations

from collections.abc import Sequence

from coach.answering.draft import Draft
from coach.answering.thresholds import BESIDE_AN_ANSWER, BESIDE_THE_BEST, NARROW, PER_PART
from coach.knowledge.places import place_name
from coach.language import say
from coach.retrieval.library import Candidate
from coach.retrieval.question import Understanding
from coach.retrieval.ranking import Scored


def best_of(scored: Sequence[Scored], most: int, beside: Sequence[Candidate] = ()) -> Draft:
    """The best statement and those nearly as good; a single item of a list stands with some of `beside`."""
    best = scored[0]
    # An entry of the FAQ is an answer by itself: only what is as good stands beside it.
    share = BESIDE_AN_ANSWER if best.candidate.statement.kind == "answer" else BESIDE_THE_BEST
    chosen = [one.candidate for one in scored if one.score >= share * best.score][:most]
    if len({candidate.statement.group for candidate in chosen}) == 1 and chosen[0].statement.group:
        # The question asks for the group as a whole ("soft skills"): it keeps its order.
        return quoted(sorted(chosen, key=lambda candidate: (candidate.chunk.id, candidate.position)), most)
    if len(chosen) == 1 and best.candidate.statement.kind == "item":
        chosen += [one for one in beside if one is not chosen[0]]
    return quoted(chosen, NARROW)


def quoted(chosen: Sequence[Candidate], most: int) -> Draft:
    """Statements as a list; one alone, or an answer of the FAQ in front, as a paragraph."""
    draft = Draft()
    chosen = chosen[:most]
    if len(chosen) == 1 or chosen[0].statement.kind == "answer":
        draft.statement(chosen[0])
        chosen = chosen[1:]
    draft.items(list(chosen))
    return draft


def with_projections(draft: Draft, prose: list[Candidate], section: Sequence[Candidate], understanding: Understanding) -> list[Candidate]:
    """Prose and projections of an outlook; those of the place asked for first."""
    rows = [candidate for candidate in section if candidate.statement.kind == "row"]
    if not understanding.place:
        return [*prose[:PER_PART], *rows]
    name = place_name(understanding.place, understanding.language)
    here = [row for row in rows if row.text.startswith(name)]
    if not here:
        draft.frame(say("no_outlook_place", understanding.language, place=name))
    return [*(here or rows), *prose[:PER_PART]]
