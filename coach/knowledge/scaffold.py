"""Begins a new role: its folder, with what belongs into each section said in comments that the reader of documents passes over."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import yaml

from coach.errors import DocumentError, ServiceError
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.documents import ROLE_ID
from coach.types import LANGUAGES, Language

GUIDANCE = "guidance.yaml"
FACTS = """\
# What has no language. `coach check` says what is missing; knowledge/README.md explains every key.
codes: {{}}
# Each tool is named in the Tools section of both languages: [Docker, PostgreSQL]
tools: []
# The steps of the career path, each named in its section: - {{en: Junior …, es: … júnior}}
path: []
# Ids of other roles here, which link back.
related: []
# Every section rests on a source. For common professional knowledge, that is you.
sources:
  - id: editorial
    title: {{en: {title}, es: {spanish}}}
    url: null
    date: {month}
    sections: [{sections}]
# At least one salary figure, with its source:
#  - {{country: ES, currency: EUR, low: 30000, median: null, average: null, high: 45000, period: year, level: all, basis: gross,
#      year: {year}, source: "…", url: "https://…", note: null}}
salaries: []
outlook: []
"""


def begin_role(knowledge: Path, catalogue: Catalogue, role: str, titles: dict[Language, str], today: datetime.date) -> Path:
    """Writes the folder of a new role and returns it.

    Raises DocumentError where the id is none or is taken, ServiceError where the folder cannot be written.
    """
    folder = knowledge / role
    if not ROLE_ID.fullmatch(role):
        raise DocumentError(role, None, "is not a role id", "use lower-case letters, digits and hyphens, like data-analyst")
    if folder.exists():
        raise DocumentError(str(folder), None, "is there already", "choose another id, or write on in that folder")
    guidance = yaml.safe_load((knowledge / GUIDANCE).read_text(encoding="utf-8")) if (knowledge / GUIDANCE).is_file() else {}
    month = today.isoformat()[:7]
    editors = {
        "title": json.dumps(f"{titles['en']}: editors", ensure_ascii=False),
        "spanish": json.dumps(f"{titles['es']}: equipo editorial", ensure_ascii=False),
    }
    facts = FACTS.format(**editors, month=month, year=today.year - 1, sections=", ".join(catalogue.ids))
    try:
        folder.mkdir(parents=True)
        (folder / "facts.yaml").write_text(facts, encoding="utf-8")
        for language in LANGUAGES:
            text = _document(catalogue, guidance, language, titles[language], month)
            (folder / f"{language}.md").write_text(text, encoding="utf-8")
    except OSError as error:
        raise ServiceError(f"{folder}: cannot be written ({error.strerror}); name a folder of yours with --knowledge") from error
    return folder


def _document(catalogue: Catalogue, guidance: dict[str, dict[str, str]], language: Language, title: str, month: str) -> str:
    head = yaml.safe_dump({"title": title, "aliases": [], "updated": month}, allow_unicode=True, sort_keys=False)
    parts = [f"---\n{head}---\n"]
    for section in catalogue.ids:
        advice = guidance.get(section, {}).get(language, "").strip()
        parts.append(f"## {catalogue.heading(section, language)}\n" + (f"\n<!-- {advice} -->\n" if advice else ""))
    return "\n".join(parts)
