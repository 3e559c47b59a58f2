"""What visitors write, in a form that both databases take."""

from __future__ import annotations

from coach.errors import CoachError


def clean(text: str) -> str:
    """`text` without NUL and halves of surrogate pairs, which PostgreSQL or UTF-8 cannot hold."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def within(text: str, longest: int, what: str) -> str:
    """`text`, cleaned. Raises CoachError where it is longer than `longest` characters."""
    cleaned = clean(text)
    if len(cleaned) > longest:
        raise CoachError(f"{what}: has {len(cleaned)} characters, more than the {longest} that are kept; shorten it")
    return cleaned
