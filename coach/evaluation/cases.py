"""Eval cases: fixed questions with what a right answer must be like, read from `evals/suites/*.yaml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, ValidationError, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from coach.errors import DocumentError
from coach.types import Kind, Language

One = TypeVar("One")


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


class _BareOrListed:
    """Tells editors that one value may stand without its brackets."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        listed = handler(core)
        return {"anyOf": [listed["items"], listed]}


# A field of one or several values: a bare value stands for a list of one.
Several = Annotated[tuple[One, ...], BeforeValidator(_listed), _BareOrListed()]


class Means(BaseModel):
    """A fact that may be said in other words: a statement cited by the answer must mean it.

    `least` is the least cosine similarity in [-1, 1] of the two; None takes the one calibrated for the language.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    means: str = Field(min_length=1, description="what a cited statement must mean, in the language of the case")
    least: float | None = Field(default=None, ge=-1, le=1, description="least cosine similarity; by default that of the language")


Fact = int | str | Means


class Case(BaseModel):
    """One question, and what must hold of its answer. What is left out is not checked."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)

    id: str = Field(min_length=1, description="its own name, once in all suites")
    twin: str = Field(description="id of the same case in the other language")
    lang: Language = Field(description="language of the answer")
    question: str = Field(min_length=1, description="what is asked, as people ask it")
    turns: tuple[str, ...] = Field(default=(), description="the user's messages before the question")
    kind: Several[Kind] = Field(min_length=1, description="kind of the reply; several where more than one is right")
    role: Several[str] = Field(default=(), description="role or roles that the answer is about; all it cites must be about them")
    sections: Several[str] = Field(default=(), description="sections one of which the first citation must come from")
    facts: tuple[Fact, ...] = Field(
        default=(),
        description="all must be in the text: a number, found in any grouping, a regular expression, or `means: text`, told by a cited"
        " statement in whatever words",
    )
    absent: tuple[int | str, ...] = Field(default=(), description="none may be in the text: numbers or regular expressions")
    cites: Language | None = Field(default=None, description="language of the documents it cites, where they are not in that of the answer")
    tags: tuple[str, ...] = Field(default=(), description="free; figures are drawn for each")

    @field_validator("facts", "absent")
    @classmethod
    def _compiles(cls, patterns: tuple[int | str | Means, ...]) -> tuple[int | str | Means, ...]:
        for pattern in patterns:
            if isinstance(pattern, Means):
                continue
            try:
                re.compile(str(pattern))
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression ({error})") from error
        return patterns

    @property
    def reads(self) -> Language:
        """The language of the documents that the answer cites."""
        return self.cites or self.lang

    @property
    def wants_answer(self) -> bool:
        """Whether only an answer is right."""
        return self.kind == ("answer",)

    @property
    def forbids_answer(self) -> bool:
        """Whether an answer is wrong."""
        return "answer" not in self.kind


class SuiteFile(BaseModel):
    """What one file of `evals/suites` holds."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str = Field(description="what the suite is about, in one sentence")
    pages: str | None = Field(
        default=None, description="folder of raw pages, beside `suites`, that its questions are about instead of the role documents"
    )
    cases: tuple[Case, ...] = Field(min_length=1)


class Suite(SuiteFile):
    """The cases of one file. `name` is the file's."""

    name: str


def case_schema() -> dict[str, Any]:
    """The JSON Schema of a suite file, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **SuiteFile.model_json_schema()}


def load_suites(folder: Path, roles: Collection[str], sections: Collection[str], names: Sequence[str] = ()) -> list[Suite]:
    """The suites of `folder`, all or those called `names`, in the order of their names.

    Raises DocumentError, which names file, case and fix, for an unknown suite, key, role or section, a repeated id, or a case
    without its twin. The roles of a suite over pages are not checked: which role a page is about is among what it measures.
    """
    suites = read_suites(folder, names)
    check_names(suites, folder, roles, sections)
    return suites


def read_suites(folder: Path, names: Sequence[str] = ()) -> list[Suite]:
    """As `load_suites`, before roles and sections are checked: it needs no index."""
    paths = {path.stem: path for path in sorted(folder.glob("*.yaml"))}
    if not paths:
        raise DocumentError(str(folder), None, "holds no suite", "name the folder with the *.yaml files of the suites")
    for name in names:
        if name not in paths:
            raise DocumentError(str(folder), None, f"there is no suite {name!r}", f"choose from {', '.join(paths)}")
    suites = [_read(path) for name, path in paths.items() if not names or name in names]
    _check_ids(suites, paths)
    for suite in suites:
        if suite.pages is not None and not (folder.parent / suite.pages).is_dir():
            raise DocumentError(str(paths[suite.name]), None, f"pages {suite.pages!r} is no folder beside {folder.name}", "name one")
    return suites


def suite_names(folder: Path) -> frozenset[str]:
    """The names of all suites in `folder`."""
    return frozenset(path.stem for path in folder.glob("*.yaml"))


def _read(path: Path) -> Suite:
    try:
        # The C loader reads the same YAML ten times as fast; not every build of PyYAML has it.
        raw = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise DocumentError(str(path), None, f"cannot be read ({' '.join(str(error).split())})", "correct the file") from error
    if not isinstance(raw, dict):
        raise DocumentError(str(path), None, "is not a mapping", "write `about` and `cases`")
    try:
        return Suite.model_validate({**raw, "name": path.stem})
    except ValidationError as error:
        first = error.errors()[0]
        raise DocumentError(str(path), None, f"{_place(raw, first['loc'])}: {first['msg']}, got {first['input']!r}", _fix(first)) from error


def _place(raw: dict[str, Any], loc: tuple[int | str, ...]) -> str:
    """Where in a suite an error is: by the id of the case, where it has one."""
    steps = list(loc)
    if len(steps) > 1 and steps[0] == "cases" and isinstance(steps[1], int):
        case = raw["cases"][steps[1]]
        name = case.get("id") if isinstance(case, dict) else None
        steps[:2] = [f"case {name or steps[1] + 1}"]
    return " ".join(str(step) for step in steps)


def _fix(error: Any) -> str:
    fixes = {
        "extra_forbidden": f"remove the key, or use one of {', '.join(Case.model_fields)}",
        "missing": "add the key",
        "literal_error": "use one of these values",
    }
    return fixes.get(error["type"], "correct the value")


def _check_ids(suites: Sequence[Suite], paths: dict[str, Path]) -> None:
    """Each id once in all the suites, and each case with a twin in its own suite, in the other language, that names it back."""
    seen: dict[str, str] = {}
    for suite in suites:
        path = str(paths[suite.name])
        own = {case.id: case for case in suite.cases}
        for case in suite.cases:
            if case.id in seen:
                raise DocumentError(path, None, f"case {case.id}: the id is also in suite {seen[case.id]}", "give each case its own id")
            seen[case.id] = suite.name
            twin = own.get(case.twin)
            if twin is None or twin.twin != case.id or twin.lang == case.lang:
                problem = f"case {case.id}: {case.twin!r} is not its twin"
                raise DocumentError(path, None, problem, "name the same case in the other language, which must name this one")


def check_names(suites: Sequence[Suite], folder: Path, roles: Collection[str], sections: Collection[str]) -> None:
    """Raises DocumentError for a role or section that there is not."""
    for suite in suites:
        path = str(folder / f"{suite.name}.yaml")
        for case in suite.cases:
            for key, given, known in (("role", () if suite.pages else case.role, roles), ("sections", case.sections, sections)):
                for name in given:
                    if name not in known:
                        raise DocumentError(path, None, f"case {case.id}: {key} {name!r} is unknown", f"use one of {', '.join(known)}")
