"""What visitors found wanting: answers they marked down and questions that got none, one JSON object a line in the data folder.

The file holds questions as they were asked, so only its owner may read it, and it stays on the machine: `coach eval draft` makes
cases of it that hold no words of a visitor.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from coach.errors import DocumentError, ServiceError
from coach.types import Answer, Kind, Language

Reaction = Literal["down", "unanswered"]
LOCK_SECONDS = 5
OWNER_ONLY = 0o600


@dataclass(frozen=True, slots=True)
class Reply:
    """What the coach had said: the text, the roles and sections it was about, and the ids of the chunks it cited."""

    text: str = ""
    roles: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    chunks: tuple[str, ...] = ()
    answered_by: str = "extractive"


@dataclass(frozen=True, slots=True)
class Feedback:
    """A question and what became of it. `turns` are the user's messages before it, `at` is ISO 8601, `reason` is in the visitor's words."""

    at: str
    question: str
    turns: tuple[str, ...]
    language: Language
    kind: Kind
    verdict: Reaction
    reason: str | None = None
    answer: Reply = Reply()

    @classmethod
    def of(
        cls, at: datetime, question: str, turns: Sequence[str], answer: Answer, verdict: Reaction, reason: str | None = None
    ) -> Feedback:
        """The feedback on an answer. Its sections are those it cites, else those the question was understood to be about."""
        cited = tuple(dict.fromkeys(citation.section for citation in answer.citations))
        chunks = tuple(dict.fromkeys(citation.chunk for citation in answer.citations))
        reply = Reply(answer.text, answer.roles, cited or answer.topics, chunks, answer.answered_by)
        return cls(at.isoformat(timespec="seconds"), question, tuple(turns), answer.language, answer.kind, verdict, reason, reply)


def feedback_file(data: Path) -> Path:
    """Where the feedback is kept in the data folder."""
    return data / "feedback.jsonl"


def append(path: Path, feedback: Feedback) -> None:
    """Adds a line to the file, which only its owner may read. Raises ServiceError where that cannot be done.

    Several processes may append at once; a line that a crash cut short is closed first.
    """
    from filelock import FileLock, Timeout

    line = json.dumps(asdict(feedback), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{path}.lock", timeout=LOCK_SECONDS), open(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ONLY), "r+b") as file:
            end = file.seek(0, os.SEEK_END)
            if end:
                file.seek(end - 1)
                line = line if file.read(1) == b"\n" else b"\n" + line
            file.write(line)
    except (OSError, Timeout) as error:
        raise ServiceError(f"{path}: feedback cannot be kept ({error}); set COACH_DATA to a folder that can be written") from error


def read(path: Path) -> tuple[list[Feedback], list[DocumentError]]:
    """All feedback in the file, oldest first, and what is wrong with the lines that cannot be read. Nothing where there is no file."""
    try:
        # Not splitlines(), which also splits at signs that JSON leaves as they are (U+2028).
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
    except FileNotFoundError:
        return [], []
    except OSError as error:
        raise ServiceError(f"{path}: feedback cannot be read ({error.strerror}); make the file readable") from error
    form = TypeAdapter(Feedback)
    found: list[Feedback] = []
    problems: list[DocumentError] = []
    for number, line in enumerate(lines, start=1):
        try:
            if line.strip():
                found.append(form.validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            problem = f"is no feedback ({'.'.join(map(str, first['loc']))} {first['msg']})"
            problems.append(DocumentError(str(path), number, problem, "remove the line"))
    return found, problems
