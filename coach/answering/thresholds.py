"""Where the line runs between answering, asking back and refusing, and how long answers are.

OFF_TOPIC was chosen with the seen half of `evals/calibration.yaml` (`coach eval --calibration --report DIR` draws what another one would
do); the others were set with the suites in `evals/`. `coach eval` says what all of them are worth on the half that is held out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from coach.types import Language

# A statement answers a narrow question if it holds this share of the question's terms, weighed by rarity …
TERMS_HELD = 0.5
# … and answers it without more around it if it holds this much.
HELD_WELL = 0.8
# A practice question is quoted outside its section if it holds this much.
DRILL_HELD = 0.6
# … or is this near in meaning (cosine). The model knows little Spanish, so there only a very near one counts.
NEAR_IN_MEANING: Mapping[Language, float] = {"en": 0.55, "es": 0.72}
# Without any word in common with the question, nearness must be closer still.
NEAR_WITHOUT_WORDS: Mapping[Language, float] = {"en": 0.70, "es": 0.80}
# Further statements stand beside the best one if their score is at least this share of its.
BESIDE_THE_BEST = 0.65
BESIDE_AN_ANSWER = 0.9
# An entry of the FAQ answers a question that shares this much of their words (F1, weighed by rarity).
SAME_QUESTION = 0.6
# Without a role, a question that is asked like what is not ours is refused where the model is this sure of it. From .4 down to .3 no
# labelled question and none of the suites is refused that should not be, and fewer are asked back; below .3 some are refused in Spanish.
OFF_TOPIC = 0.3
# … and with a role, where it is all but certain.
OFF_TOPIC_WITH_ROLE = 0.85
# … and where a word may mean several of our roles ("engineer").
OFF_TOPIC_NEAR_ROLES = 0.6
# Without a role, a question is asked back, and not refused, where it is so little likely not ours and so likely about some section.
SURELY_OURS, LIKELY_OURS = 0.1, 0.6
# Below this likelihood, a section learnt from the way of asking gives way to a tool that the question names, and to an honest no
# where the documents do not know what it is about.
SURE_OF_SECTION = 0.5
# What a role is, is told from here on where it is named, whatever story stands around the question.
LIKELY_OVERVIEW = 0.15


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a section, each times its value: the logarithm of how likely the way of asking makes it; how like the question is
    to one that the section answers, and how far ahead of all other sections in that; the score of its best statement; how strongly words
    of the catalogue ask for it."""

    chance: float
    alike: float
    ahead: float
    statement: float
    heard: float


# Fitted by multinomial logistic regression over the sections of the role that is asked about, to questions on which nothing else was
# set. A section other than the one understood is taken only where it is ahead by so much; by more, where a word names that one.
EVIDENCE = Evidence(chance=1.15, alike=3.2, ahead=1.8, statement=3.1, heard=0.55)
CLEARLY, CLEARLY_NAMED = 0.5, 1.5
# A question that is like one known to be answered by a section, and so much less like those of all others, is about that section,
# whatever the way of asking says.
AHEAD, KNOWN = 0.15, 10.0
# Below this likeness, a section that the way of asking makes hardly likely is not looked at.
MAYBE_ALIKE = 0.35
# The entry of the FAQ nearest to a question that asks for one (words and meaning, in [0, 1.2]) is an answer from here on.
FAQ_ENTRY = 0.2
# … and without a look at the other sections if it holds this share of the question's terms.
ENTRY_HELD = 0.34
# A question about nothing we know: this share of its subject (weighed) occurs nowhere in the documents.
UNKNOWN_SHARE = 0.5
# … or this share, where a statement is about the very subject that the rest surrounds.
UNKNOWN_BESIDE_SUBJECT = 0.7

# How much is said: statements in a broad answer, in a narrow one, and per part of an answer with several parts.
BROAD, NARROW, PER_PART = 8, 4, 4
SALARY_ROWS = 8
# A statement answers a question that is so like one it is known to answer.
ALIKE_ENOUGH = 0.5
# Of a section that is asked for, the statement stands first that is known to answer so like a question, and so much liker than the next.
POINTED, POINTED_AHEAD = 0.3, 0.06
