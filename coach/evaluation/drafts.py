"""Drafts of eval cases from what visitors found wanting. A person completes each, writes its twin and moves it to a suite.

A draft holds the language, the kind of reply, role and sections, and a hash; of what the visitor wrote nothing, unless it is asked
for, and then without what may tell who it was. The hash is keyed with a secret of this machine: without it nobody can find out a
short question by hashing guesses, with it the same question is drafted once.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from coach.errors import DocumentError, ServiceError
from coach.evaluation.masking import Known, mask
from coach.storage.records import Feedback
from coach.types import other_language

WITHHELD = "[withheld: write here a question like the one that was asked]"
HEADER = """\
# Drafts of cases from feedback. Complete each one: question, kind and sections that would be right, facts; write its twin; move the
# two to a suite. Read every question for what may tell who asked it before this file leaves the machine.
about: Drafts from feedback.
cases:
"""
TAG = "feedback"
HASH_BYTES = 6
KEY_BYTES = 32
OWNER_ONLY = 0o600


def draft_key(path: Path) -> bytes:
    """The secret that keys the hashes, made at first use and readable by its owner only. Raises ServiceError where it cannot be kept."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
        except FileExistsError:
            pass
        return path.read_bytes()
    except OSError as error:
        raise ServiceError(f"{path}: the key of the drafts cannot be kept ({error.strerror}); set COACH_DATA to another folder") from error


def drafts(feedback: Sequence[Feedback], key: bytes, known: Known | None = None) -> list[dict[str, Any]]:
    """A draft for each question that was asked, once, in the order of the first feedback on it.

    With `known` (whether a word is one of the documents) the words of the question and its turns are kept, masked.
    """
    found: dict[str, dict[str, Any]] = {}
    for one in feedback:
        digest = _digest(one, key)
        if digest not in found:
            found[digest] = _draft(one, digest, known)
    return list(found.values())


def _digest(feedback: Feedback, key: bytes) -> str:
    asked = "\n".join(" ".join(text.casefold().split()) for text in (*feedback.turns, feedback.question))
    return hashlib.blake2b(asked.encode(), key=key, digest_size=HASH_BYTES).hexdigest()


def _draft(feedback: Feedback, digest: str, known: Known | None) -> dict[str, Any]:
    name, language = f"draft-{digest}", feedback.language
    turns = [mask(turn, known) for turn in feedback.turns] if known else [WITHHELD] * len(feedback.turns)
    case: dict[str, Any] = {
        "id": f"{name}-{language}",
        "twin": f"{name}-{other_language(language)}",
        "lang": language,
        "turns": turns,
        "question": mask(feedback.question, known) if known else WITHHELD,
        "kind": feedback.kind,
        "role": list(feedback.roles),
        "sections": list(feedback.sections),
        "tags": [TAG, feedback.verdict],
    }
    return {key: value for key, value in case.items() if value != []}


def add_drafts(path: Path, new: Sequence[dict[str, Any]]) -> int:
    """Adds to a file of drafts those that it does not hold yet, and returns how many. Raises DocumentError where it is no such file,
    ServiceError where it cannot be written.
    """
    held = _ids(path)
    added = [one for one in new if one["id"] not in held]
    if not added:
        return 0
    text = "" if held else HEADER
    text += "".join(yaml.safe_dump([one], allow_unicode=True, sort_keys=False, width=140) + "\n" for one in added)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise ServiceError(f"{path}: drafts cannot be written ({error.strerror}); name another file with --out") from error
    return len(added)


def _ids(path: Path) -> set[str]:
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        return {case["id"] for case in raw["cases"]}
    except FileNotFoundError:
        return set()
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError) as error:
        problem = f"is no file of drafts ({type(error).__name__})"
        raise DocumentError(str(path), None, problem, "correct it, or name another one with --out") from error
