"""What can go wrong, as one small tree.

CoachError                 anything a person can act on; the CLI prints it as one line and exits 1
├── DocumentError          a role document or page cannot be used as it is: says the file, the line and the fix
├── IndexMissing           there is no index yet
├── IndexUnusable          the index is damaged or of another model or format
├── ModelError             the embedding model cannot be loaded
├── QuestionError          the question cannot be taken: empty, too long, not text
├── NotFound               there is no such conversation or exchange, or it is somebody else's: the two cannot be told apart
└── ServiceError           a folder, port or server that is needed cannot be used

Only the CLI and the web page turn these into messages; everything else lets them pass.
"""

from __future__ import annotations


class CoachError(Exception):
    """What is wrong, where, and what to do about it, in one line."""


class DocumentError(CoachError):
    """A document cannot be used. `str()` reads `file:line: what; fix`."""

    def __init__(self, path: str, line: int | None, problem: str, fix: str) -> None:
        self.path, self.line, self.problem, self.fix = path, line, problem, fix
        place = f"{path}:{line}" if line else path
        super().__init__(f"{place}: {problem}; {fix}")


class IndexMissing(CoachError):
    """There is no index where one is needed."""


class IndexUnusable(CoachError):
    """The index is damaged, or was made with another embedding model or format."""


class ModelError(CoachError):
    """The embedding model is missing or is not the file it should be."""


class QuestionError(CoachError):
    """The question is empty, too long or not text."""


class NotFound(CoachError):
    """There is nothing of that id that belongs to the one who asks."""


class ServiceError(CoachError):
    """A folder, port or server cannot be used."""
