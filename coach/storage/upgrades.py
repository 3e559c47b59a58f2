"""The tables of an older coach, brought to the form of this one step by step. A step may rest on nothing but what it says itself:
`schema.py` is the form of today.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import sqlalchemy as sa

from coach.storage.schema import METADATA, meta

Step = Callable[[sa.Connection], None]
# The first brings version 1 to 2, the next 2 to 3, and so on; each keeps what is there. Every change of schema.py adds one.
STEPS: Sequence[Step] = ()


def newest() -> int:
    """The version of the tables that this coach reads and writes."""
    return len(STEPS) + 1


def version(connection: sa.Connection) -> int | None:
    """The version of the tables of a database, None where it has none yet."""
    if not sa.inspect(connection).has_table(meta.name):
        return None
    return connection.execute(sa.select(meta.c.value).where(meta.c.name == "version")).scalar()


def bring_up(connection: sa.Connection) -> None:
    """Make the tables, or change older ones into those of today; newer ones are left alone.

    All within the transaction of `connection`, which both databases undo whole where a step fails.
    """
    found = version(connection)
    if found is None:
        METADATA.create_all(connection)
        connection.execute(sa.insert(meta).values(name="version", value=newest()))
        return
    for step in STEPS[found - 1 :]:
        step(connection)
    if found < newest():
        connection.execute(sa.update(meta).where(meta.c.name == "version").values(value=newest()))
