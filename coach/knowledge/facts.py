"""The schema of `facts.yaml`, and its rows written out as statements in English and Spanish."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from coach.errors import DocumentError
from coach.knowledge.places import REGIONS, is_place, place_name
from coach.language import say
from coach.types import Language, Pay, Source


class Strict(BaseModel):
    """Refuses unknown keys, so that a slip of the pen is not silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bilingual(Strict):
    """The same words in both languages."""

    en: str = Field(min_length=1)
    es: str = Field(min_length=1)

    def words(self, language: Language) -> str:
        """The words in `language`."""
        return self.en if language == "en" else self.es


def _both(value: Any) -> Any:
    return {"en": value, "es": value} if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    return str(value) if isinstance(value, (int, datetime.date)) and not isinstance(value, bool) else value


Text = Annotated[Bilingual, BeforeValidator(_both)]
YearMonth = Annotated[str, BeforeValidator(_as_text), Field(pattern=r"^\d{4}(-\d{2})?$")]


class FactSource(Strict):
    """A source and the sections that rest on it."""

    id: str
    title: Text
    url: str | None = None
    date: YearMonth | None = None
    sections: tuple[str, ...] = Field(min_length=1)


class SalaryRow(Strict):
    """One salary figure. Amounts are in units of `currency` per `period`."""

    country: str | None = None
    region: Literal["Europe", "Global"] | None = None
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    low: float | None = Field(default=None, gt=0)
    median: float | None = Field(default=None, gt=0)
    average: float | None = Field(default=None, gt=0)
    high: float | None = Field(default=None, gt=0)
    open_high: bool = False
    period: Literal["year", "month", "week", "day", "hour"]
    level: Literal["junior", "mid", "senior", "all"]
    basis: Literal["gross", "net"] | None
    year: int | None = Field(ge=1990)
    role: Bilingual | None = None
    source: Text
    url: str | None
    note: Bilingual | None = None

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        if value is not None and (value in REGIONS or not is_place(value)):
            raise ValueError(f"{value!r} is not an ISO 3166 code; write for example CH, or use region: Europe")
        return value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.country is None) == (self.region is None):
            raise ValueError("give either country or region")
        amounts = [amount for amount in (self.low, self.median or self.average, self.high) if amount is not None]
        if not amounts:
            raise ValueError("give low, median, average or high")
        if amounts != sorted(amounts):
            raise ValueError(f"amounts must rise from low to high, got {amounts}")
        if self.median is not None and self.average is not None:
            raise ValueError("give median or average, not both")
        return self

    @property
    def place(self) -> str:
        """The country's ISO code or the region."""
        return self.country or self.region or "Global"

    def pay(self, language: Language) -> Pay:
        """The figure as data, with its amount as `statement` writes it."""
        return Pay(
            amount=_amount(self, language),
            currency=self.currency,
            low=self.low,
            middle=self.median or self.average,
            high=self.high,
            is_average=self.average is not None,
            place=self.place,
            period=self.period,
            level=self.level,
            basis=self.basis,
            year=self.year,
            role=self.role.words(language) if self.role else None,
            note=self.note.words(language) if self.note else None,
        )

    def statement(self, language: Language) -> str:
        """The figure as one line that stands on its own."""
        place = place_name(self.place, language)
        place = place[0].upper() + place[1:]
        about = f" ({self.role.words(language)})" if self.role else ""
        basis = say(self.basis or "basis_unknown", language)
        parts = [
            f"{place}{about}: {_amount(self, language)} {say(f'per_{self.period}', language)}, {basis}",
            say(f"level_{self.level}", language),
            str(self.year) if self.year else say("year_unknown", language),
            f"{say('source', language)}: {self.source.words(language)}",
        ]
        if self.note:
            parts.append(self.note.words(language))
        return "; ".join(parts) + "."


class OutlookRow(Strict):
    """One projected change of employment."""

    place: str
    value: str
    period: Annotated[str, BeforeValidator(_as_text)]
    source: Text
    url: str | None
    year: int = Field(ge=1990)
    note: Bilingual | None = None

    @field_validator("place")
    @classmethod
    def _known_place(cls, value: str) -> str:
        if not is_place(value):
            raise ValueError(f"{value!r} is not an ISO 3166 code, Europe or Global")
        return value

    def statement(self, language: Language) -> str:
        """The projection as one line that stands on its own."""
        note = f"; {self.note.words(language)}" if self.note else ""
        place = place_name(self.place, language)
        return f"{place}: {self.value}, {self.period}; {say('source', language)}: {self.source.words(language)}, {self.year}{note}."


class EscoCode(Strict):
    """The closest ESCO occupation."""

    uri: str
    code: str
    label: str
    match: Literal["exact", "close", "broader", "related"]


class PathStep(Bilingual):
    """A step of the career path; `role` is the id of the role it is, where that is another one we have."""

    role: str | None = None


class OnetCode(Strict):
    """An O*NET-SOC occupation that the role belongs to."""

    code: str = Field(pattern=r"^\d{2}-\d{4}\.\d{2}$")
    match: Literal["exact", "broader"] = "broader"


def _as_onet_code(value: Any) -> Any:
    return {"code": value} if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


class Codes(Strict):
    """The role in public classifications. A bare O*NET-SOC code names an occupation that holds other roles too."""

    esco: Annotated[tuple[EscoCode, ...], BeforeValidator(_as_list)] = ()
    onet: tuple[Annotated[OnetCode, BeforeValidator(_as_onet_code)], ...] = ()

    @property
    def same(self) -> tuple[str, ...]:
        """The ESCO URIs and O*NET-SOC codes of the occupations that are this very role."""
        return (*(esco.uri for esco in self.esco if esco.match == "exact"), *(onet.code for onet in self.onet if onet.match == "exact"))


class Facts(Strict):
    """Everything a role document says that has no language."""

    codes: Codes = Codes()
    tools: tuple[str, ...] = Field(min_length=1)
    path: tuple[PathStep, ...] = Field(min_length=2)
    related: tuple[str, ...] = ()
    sources: tuple[FactSource, ...] = Field(min_length=1)
    salaries: tuple[SalaryRow, ...] = Field(min_length=1)
    outlook: tuple[OutlookRow, ...] = ()

    def section_source(self, section: str, language: Language) -> Source:
        """What the prose of `section` rests on. A source of figures alone is named by its rows, not here."""
        naming = [source for source in self.sources if section in source.sections]
        figures = {"salary", "outlook"}
        prose = [source for source in naming if not figures.issuperset(source.sections)] or naming
        dates = sorted(source.date for source in prose if source.date)
        urls = {source.url for source in prose if source.url}
        return Source(
            title="; ".join(source.title.words(language) for source in prose),
            url=urls.pop() if len(urls) == 1 and len(prose) == 1 else None,
            date=dates[-1] if dates else None,
        )


def _number(amount: float, language: Language) -> str:
    from babel.numbers import format_decimal

    return str(format_decimal(amount, format="#,##0.##", locale=language))


def _amount(row: SalaryRow, language: Language) -> str:
    """The figure of a row in the usual way of the language: "CHF 70,000–150,000+", "35.000–85.000+ EUR"."""
    low, high = (_number(value, language) if value else "" for value in (row.low, row.high))
    plus = "+" if row.open_high else ""
    if low and high:
        span = f"{low}–{high}{plus}"
    elif low:
        span = f"{say('from', language)} {low}"
    elif high:
        span = f"{say('up_to', language)} {high}{plus}"
    else:
        span = ""
    middle = row.median or row.average
    kind = say("median" if row.median else "average", language)
    if middle and not span:
        span, kind = _number(middle, language), f" ({kind})"
    else:
        kind = f" ({kind} {_number(middle, language)})" if middle else ""
    return (f"{row.currency} {span}" if language == "en" else f"{span} {row.currency}") + kind


class _UniqueKeys(yaml.SafeLoader):
    """Refuses a key that stands twice: YAML would keep the last one and lose the other without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As the loader's own, after looking at the keys."""
        seen: set[Any] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"the key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else id(key))
        return super().construct_mapping(node, deep=deep)


def line_of(path: Path, location: tuple[int | str, ...]) -> int | None:
    """The line on which the YAML node at `location` (keys and positions) stands in `path`; its nearest parent's where it is missing."""
    node = yaml.compose(path.read_text(encoding="utf-8"))
    line = node.start_mark.line + 1 if node else None
    for step in location:
        child = None
        if isinstance(node, yaml.MappingNode):
            child = next(((key, value) for key, value in node.value if key.value == step), None)
            if child:
                line, node = child[0].start_mark.line + 1, child[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def read_facts(path: Path) -> Facts:
    """The facts in the file `path`. Raises DocumentError with the line of the first thing that is wrong."""
    problems = facts_problems(path)
    if isinstance(problems, Facts):
        return problems
    raise problems[0]


def facts_problems(path: Path) -> Facts | list[DocumentError]:
    """The facts in `path`, or everything that is wrong with them."""
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_UniqueKeys)
    except FileNotFoundError:
        return [DocumentError(str(path), None, "is missing", "write it as knowledge/README.md says")]
    except (OSError, UnicodeDecodeError) as error:
        return [DocumentError(str(path), None, f"cannot be read ({error})", "save it as UTF-8 text")]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or "is not YAML"
        return [DocumentError(str(path), mark.line + 1 if mark else None, f"broken YAML: {problem}", "mend the syntax there")]
    try:
        return Facts.model_validate(loaded)
    except ValidationError as error:
        return [_problem(path, entry) for entry in error.errors()]


def _problem(path: Path, entry: Any) -> DocumentError:
    location = tuple(entry["loc"])
    where = ".".join(str(step) for step in location) or "the file"
    add = "add it (see knowledge/README.md)"
    fixes = {"extra_forbidden": "remove it or correct its name", "missing": add, "too_short": add}
    said = {
        "extra_forbidden": "unknown key",
        "missing": "is missing",
        "too_short": f"needs {entry.get('ctx', {}).get('min_length')} or more entries",
    }
    problem = said.get(entry["type"], entry["msg"])
    echoed = (
        f", got {entry['input']!r}"
        if entry["type"] not in {"missing", "value_error"} and not isinstance(entry["input"], (dict, list))
        else ""
    )
    return DocumentError(str(path), line_of(path, location), f"{where}: {problem}{echoed}", fixes.get(entry["type"], "correct the value"))
