"""More on a point of the answer before."""

from __future__ import annotations

from coach.answering.draft import Draft, one_line
from coach.answering.search import Asked, StatementSearch
from coach.answering.thresholds import NEAR_IN_MEANING, PER_PART
from coach.language import say
from coach.retrieval.library import Library

# A statement that names the subject of the point asked about is that much nearer to it.
ABOUT_THE_SAME = 0.25


def further(library: Library, asked: Asked, point: str) -> Draft:
    """More on `point`: the point itself, and what else the documents say on its subject; a question back where there is no such point."""
    language = asked.understanding.language
    everything = StatementSearch(library).quotable(asked, library.sections(asked.role.id, asked.language))
    meant = next((one for one in everything if one_line(one.text) == point), None)
    if meant is None:
        draft = Draft("clarify")
        draft.frame(say("fewer_points", language))
        return draft
    draft = Draft()
    draft.statement(meant)
    lead = set(meant.lead_stems)
    near = library.vectors(everything) @ library.vectors([meant])[0]
    scored = [
        (float(likeness) + (ABOUT_THE_SAME if lead and lead <= set(one.stems) else 0.0), one)
        for one, likeness in zip(everything, near, strict=True)
        if one is not meant
    ]
    scored.sort(key=lambda pair: -pair[0])
    draft.items([one for score, one in scored[:PER_PART] if score >= NEAR_IN_MEANING[asked.language]])
    return draft
