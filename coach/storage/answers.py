"""Answers as text in the database, and back."""

from __future__ import annotations

import json
from functools import cache

from pydantic import TypeAdapter, ValidationError

from coach.errors import ServiceError
from coach.storage.texts import clean
from coach.types import Answer


@cache
def _form() -> TypeAdapter[Answer]:
    return TypeAdapter(Answer)


def write(answer: Answer) -> str:
    """The answer as JSON without its hits and seconds."""
    record = answer.as_dict()
    for passing in ("hits", "seconds"):
        del record[passing]
    return clean(json.dumps(record, ensure_ascii=False))


def read(text: str) -> Answer:
    """The answer that `write` wrote. Raises ServiceError where it is none."""
    try:
        return _form().validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ServiceError(f"a kept answer cannot be read ({place}: {first['msg']}); the database was changed by hand") from error
