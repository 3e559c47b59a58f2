"""Prompt files: Markdown in `prompts/` with front matter, and two parts, what a model is and what it is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from coach.errors import DocumentError
from coach.settings import shipped

FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.DOTALL)
PARTS = re.compile(r"\A\s*## System\n(?P<system>.*)\n## User\n(?P<user>.*)\Z", re.DOTALL)
SLOT = re.compile(r"\{([a-z_]+)\}")
KEYS = frozenset({"id", "version", "variables"})


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt with open slots. Get one with `load_prompt`."""

    id: str
    version: int
    variables: frozenset[str]
    system: str
    user: str

    def fill(self, **values: str) -> tuple[str, str]:
        """The two parts with their slots filled. Values may hold braces. Raises KeyError for a slot that is missing or unknown."""
        if set(values) != self.variables:
            raise KeyError(f"prompt {self.id}: wants {sorted(self.variables)}, got {sorted(values)}")
        filled = [SLOT.sub(lambda slot: values[slot[1]], part) for part in (self.system, self.user)]
        return filled[0], filled[1]


def load_prompt(name: str, folder: Path | None = None) -> Prompt:
    """The prompt in `<name>.md` of `folder`, by default the coach's own. Raises DocumentError where it is missing or wrong."""
    path = (folder or shipped("prompts")) / f"{name}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(str(path), None, f"cannot be read ({type(error).__name__})", "restore it from the project") from error
    match = FRONT_MATTER.match(text)
    head = _head(path, match[1]) if match else {}
    parts = PARTS.match(match[2]) if match else None
    if set(head) != KEYS or not parts:
        fix = f"give front matter with {', '.join(sorted(KEYS))}, then ## System and ## User"
        raise DocumentError(str(path), 1, "is not a prompt", fix)
    prompt = Prompt(str(head["id"]), int(head["version"]), frozenset(head["variables"]), parts["system"].strip(), parts["user"].strip())
    if prompt.id != name:
        raise DocumentError(str(path), 2, f"has the id {prompt.id!r}", f"call it {name!r}, as the file")
    used = set(SLOT.findall(prompt.system + prompt.user))
    for variable in sorted(used ^ prompt.variables):
        problem = f"uses {{{variable}}} and does not declare it" if variable in used else f"declares {variable} and does not use it"
        raise DocumentError(str(path), None, problem, "make variables and slots agree")
    return prompt


def _head(path: Path, text: str) -> dict[str, Any]:
    try:
        head = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise DocumentError(str(path), 1, "its front matter is not YAML", "correct it") from error
    is_whole = isinstance(head, dict) and isinstance(head.get("variables"), list) and str(head.get("version", "")).isdigit()
    return head if is_whole else {}
