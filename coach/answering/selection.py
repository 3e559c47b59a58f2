"""Which statements of a section to show: a fair share of its groups for a broad question, one part of it where the question names it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coach.language import fold, stems
from coach.retrieval.library import Candidate
from coach.retrieval.question import Understanding
from coach.retrieval.signals import LEVEL_WORDS, levels, wants_example, wants_questions
from coach.types import Level

EXAMPLE_GROUPS = frozenset({"example", "examples", "ejemplo", "ejemplos"})
QUESTION_ITEM = re.compile(r"\*\*[^*]+\?\*\*")
# Sections whose statements follow each other: leaving one out of the middle would break the order.
SEQUENCES = frozenset({"career-path", "day"})
SECTIONS_WITH_EXAMPLES = frozenset({"cv", "linkedin", "outreach"})


def is_question(candidate: Candidate) -> bool:
    """Whether the statement is a practice question."""
    return bool(QUESTION_ITEM.match(candidate.text))


def is_example(candidate: Candidate) -> bool:
    """Whether the statement is an example."""
    return fold(candidate.statement.group or "") in EXAMPLE_GROUPS


def level_of(candidate: Candidate) -> Level | None:
    """The level that the statement is about, by the heading above it, else by its own words."""
    for text in (candidate.statement.group or "", candidate.text):
        for word in re.findall(r"[\w-]+", fold(text)):
            if word in LEVEL_WORDS:
                return LEVEL_WORDS[word]
    return None


def broad(candidates: Sequence[Candidate], understanding: Understanding, most: int) -> list[Candidate]:
    """At most `most` statements that stand for a whole section, in their order."""
    section = candidates[0].chunk.section if candidates else ""
    pool = [candidate for candidate in candidates if candidate.statement.kind != "row"]
    if section == "interview":
        pool = _interview(pool, understanding)
    elif section == "seniority" and understanding.level:
        asked = levels(understanding.words) or [understanding.level]
        pool = [candidate for candidate in pool if level_of(candidate) in asked] or pool
    elif section in SEQUENCES:
        return pool[:most]
    elif section in SECTIONS_WITH_EXAMPLES:
        examples = [candidate for candidate in pool if is_example(candidate)]
        advice = [candidate for candidate in pool if not is_example(candidate)]
        if wants_example(understanding.question) and examples:
            return [*examples, *fair(advice, max(0, most - len(examples) - 3))]
        return [*fair(advice, most - len(examples[:1])), *examples[:1]]
    return fair(pool, most)


def _interview(pool: list[Candidate], understanding: Understanding) -> list[Candidate]:
    questions = [candidate for candidate in pool if is_question(candidate)]
    advice = [candidate for candidate in pool if not is_question(candidate)]
    if not questions or not advice or not wants_questions(understanding.question):
        return advice or questions
    asked = set(stems(understanding.question, understanding.spoken))
    by_kind = [candidate for candidate in questions if _kind_stems(candidate) & asked]
    by_level = [candidate for candidate in by_kind or questions if understanding.level in (None, _level_in_brackets(candidate))]
    return by_level or by_kind or questions


# Words of a group's heading that every such heading holds say nothing about the kind.
_COMMON = frozenset({"question", "pregunt", "and", "y", "de"})


def _kind_stems(candidate: Candidate) -> set[str]:
    return set(candidate.group_stems) - _COMMON


def _level_in_brackets(candidate: Candidate) -> Level | None:
    match = re.search(r"\*\*\s*\((\w[\w-]*)\)", fold(candidate.text))
    return LEVEL_WORDS.get(match[1]) if match else None


def fair(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """At most `most` of the statements in their order: each group gives its share by size, and at least its first one while places last."""
    if len(candidates) <= most:
        return list(candidates)
    groups: dict[tuple[str, str | None], list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault((candidate.chunk.document, candidate.statement.group), []).append(candidate)
    taken = dict.fromkeys(groups, 0)
    while sum(taken.values()) < most:
        # The group that is furthest behind its share is next; the first ones win ties.
        behind = min(groups, key=lambda key: (taken[key] >= len(groups[key]), (taken[key] + 0.5) / len(groups[key]) if taken[key] else -1))
        if taken[behind] >= len(groups[behind]):
            break
        taken[behind] += 1
    kept = {id(candidate) for key, count in taken.items() for candidate in groups[key][:count]}
    return [candidate for candidate in candidates if id(candidate) in kept]
