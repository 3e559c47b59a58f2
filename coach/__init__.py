"""A bilingual career coach whose every statement is traceable to a passage of a role document.

>>> from coach import Coach
>>> coach = Coach.open()
>>> print(coach.ask("How much does a backend developer earn in France?").text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coach.coach import Coach
    from coach.errors import CoachError
    from coach.settings import Settings
    from coach.types import Answer, Chunk, Citation, Hit, Role, Turn

__all__ = ["Answer", "Chunk", "Citation", "Coach", "CoachError", "Hit", "Role", "Settings", "Turn"]

_HOMES = {
    "Coach": "coach.coach",
    "CoachError": "coach.errors",
    "Settings": "coach.settings",
    **dict.fromkeys(["Answer", "Chunk", "Citation", "Hit", "Role", "Turn"], "coach.types"),
}


def __getattr__(name: str) -> Any:
    """Imports a public name when it is first used, so that `coach --help` need not import everything."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
