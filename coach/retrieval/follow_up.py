"""What a follow-up takes from the questions before it."""

from __future__ import annotations

from dataclasses import replace

from coach.retrieval import signals
from coach.retrieval.question import Understanding
from coach.retrieval.topics import Topics

SECTIONS_WITH_PLACES = frozenset({"salary", "outlook"})


def merge(now: Understanding, before: Understanding) -> Understanding:
    """`now` with what it leaves out taken from `before`. A question whole in itself takes nothing."""
    if now.occupation:
        return now
    same_role = not now.roles or now.roles == before.roles
    topics = now.topics
    # "And for seniors?" names a level, which only hints at the section on levels.
    names_topic = topics.certain or bool(topics.sections and not now.level)
    if not names_topic and (now.follows or not now.focus):
        topics = before.topics
    inherits = topics is before.topics and bool(topics.sections)
    if now.place and not names_topic and same_role and before.section not in SECTIONS_WITH_PLACES and (now.follows or not now.focus):
        topics = Topics(("salary",), (1.0,), ((),), certain=True)
    about_figures = bool(topics.sections) and topics.sections[0] in SECTIONS_WITH_PLACES and (inherits or now.follows)
    roles, compares, move = _roles_of_both(now, before)
    return replace(
        now,
        roles=roles,
        compares=compares,
        move=move,
        mentioned=tuple(dict.fromkeys([*(one for one in before.mentioned if one not in roles), *roles])),
        topics=topics,
        places=now.places or (before.places if about_figures else ()),
        city=now.city if now.place else (before.city if about_figures else None),
        level=now.level or (before.level if inherits else None),
        currency=now.currency or (before.currency if about_figures and not now.place else None),
        rest=before.rest if inherits and not now.focus else now.rest,
    )


def _roles_of_both(now: Understanding, before: Understanding) -> tuple[tuple[str, ...], bool, tuple[str, str] | None]:
    """The roles that are asked about after what was said before, whether to set them side by side, and the way between them."""
    if not now.roles:
        others = [one for one in before.mentioned if one not in before.roles]
        if others and len(before.roles) == 1 and signals.the_other(now.question):
            return (others[-1],), False, None
        if len(before.mentioned) > 1 and signals.of_both(now.question):
            return before.mentioned[-2:], True, None
        return before.roles, before.compares, before.move if not now.topics.sections else None
    earlier = before.roles[:1]
    if len(now.roles) == 1 and earlier and earlier != now.roles:
        if signals.sets_beside(now.question):
            return (*earlier, *now.roles), True, None
        if signals.wants_move(now.question) and not now.topics.certain:
            return (*earlier, *now.roles), True, (earlier[0], now.roles[0])
    return now.roles, now.compares, now.move
