"""The error tree."""

from __future__ import annotations

import pytest

from coach import errors

ALL = [value for value in vars(errors).values() if isinstance(value, type) and issubclass(value, Exception)]


@pytest.mark.parametrize("error", ALL)
def test_every_error_is_a_coach_error_that_the_module_explains(error: type[Exception]) -> None:
    assert issubclass(error, errors.CoachError)
    assert error.__name__ in (errors.__doc__ or "")
    assert error.__doc__


@pytest.mark.parametrize(("line", "text"), [(7, "a.md:7: is empty; write it"), (None, "a.md: is empty; write it")])
def test_a_document_error_says_place_problem_and_fix(line: int | None, text: str) -> None:
    error = errors.DocumentError("a.md", line, "is empty", "write it")
    assert str(error) == text
    assert (error.path, error.line) == ("a.md", line)
