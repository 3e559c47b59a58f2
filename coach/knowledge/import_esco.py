"""The csv files of the ESCO classification as documents, in both languages.

Source: ESCO, European Commission (https://esco.ec.europa.eu/en/use-esco/download), `occupations_en.csv`, `occupations_es.csv`
and, where it is there, `ISCOGroups_<language>.csv`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from coach.errors import DocumentError
from coach.knowledge.import_files import Row, read_rows
from coach.knowledge.imports import Occupation, Text, slug, spoken_names
from coach.language import say
from coach.types import LANGUAGES, Language, Source

RELEASE = "ESCO 1.1 or later (csv, English and Spanish)"
COLUMNS = ("conceptUri", "iscoGroup", "preferredLabel", "altLabels", "modifiedDate", "regulatedProfessionNote", "description", "code")
GROUP_COLUMNS = ("code", "preferredLabel")
REGULATED = "/regulated-professions/regulated"
MOST_NEIGHBOURS = 10


def read_esco(folder: Path) -> list[Occupation]:
    """Every occupation of the classification in `folder`, in the order of the English file.

    Raises DocumentError where a file is missing, of another version or in another encoding, or where the two languages do
    not hold the same occupations.
    """
    rows = {language: _by_uri(folder / f"occupations_{language}.csv") for language in LANGUAGES}
    lone = set(rows["en"]) ^ set(rows["es"])
    if lone:
        raise DocumentError(
            str(folder / "occupations_es.csv"),
            None,
            f"is of another version than occupations_en.csv: {len(lone)} occupations stand in one of them only ({min(lone)})",
            "give both files of one version",
        )
    groups = {language: _groups(folder / f"ISCOGroups_{language}.csv") for language in LANGUAGES}
    for language in LANGUAGES:
        lost = sorted({row["iscoGroup"] for row in rows[language].values()} - set(groups[language])) if groups[language] else []
        if lost:
            raise DocumentError(
                str(folder / f"ISCOGroups_{language}.csv"),
                None,
                f"lacks the group {lost[0]}, to which an occupation belongs: it is of another version, or cut",
                "give the file as published, or take it away: it only names the groups",
            )
    neighbours: dict[str, list[str]] = defaultdict(list)
    for uri, row in rows["en"].items():
        neighbours[row["iscoGroup"]].append(uri)
    return [_occupation(uri, rows, groups, neighbours[row["iscoGroup"]]) for uri, row in rows["en"].items()]


def _by_uri(path: Path) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for row in read_rows(path, COLUMNS, ",", RELEASE):
        uri = row["conceptUri"]
        if not uri or not _genders(row):
            raise DocumentError(
                str(path), None, f"has an occupation without a URI or a label ({uri or 'no URI'})", "give the file as published"
            )
        if uri in found:
            raise DocumentError(str(path), None, f"holds {uri} twice", "give the file as published")
        found[uri] = row
    return found


def _groups(path: Path) -> dict[str, str]:
    """The labels of the ISCO groups by code; none where the file is not there, which is no error: it only adds their names."""
    return {row["code"]: row["preferredLabel"] for row in read_rows(path, GROUP_COLUMNS, ",", RELEASE)} if path.is_file() else {}


def _occupation(
    uri: str, rows: Mapping[Language, dict[str, Row]], groups: Mapping[Language, dict[str, str]], neighbours: list[str]
) -> Occupation:
    english = rows["en"][uri]
    titles: dict[Language, str] = {}
    aliases: dict[Language, tuple[str, ...]] = {}
    sources: dict[Language, Source] = {}
    texts: list[Text] = []
    for language in LANGUAGES:
        row = rows[language][uri]
        title = _title(row)
        titles[language] = title
        names = spoken_names([*_genders(row), *row["altLabels"].splitlines()], language)
        aliases[language] = tuple(name for name in names if name.lower() != title.lower())
        date = row["modifiedDate"][:7] or None
        sources[language] = Source(
            f"{say('esco', language)}: {row['preferredLabel'].strip('/ ')}", uri, date, say("esco_licence", language)
        )
        texts += _texts(uri, language, rows[language], groups, neighbours)
    return Occupation(
        id=slug(titles["en"]),
        code=uri,
        name=f"esco-{english['code'].replace('.', '-')}",
        titles=titles,
        aliases=aliases,
        updated=english["modifiedDate"][:7] or None,
        sources=sources,
        texts=tuple(texts),
    )


def _texts(
    uri: str, language: Language, rows: Mapping[str, Row], groups: Mapping[Language, dict[str, str]], neighbours: list[str]
) -> list[Text]:
    row = rows[uri]
    texts = []
    # A line of a description that begins with a dash would be taken for an item of a list, which it may be: it stays as it is.
    description = "\n".join(line.strip() for line in row["description"].strip().splitlines() if line.strip())
    if description:
        texts.append(Text(language, "overview", description))
    title = _title(row)
    if row["regulatedProfessionNote"].endswith(REGULATED):
        texts.append(Text(language, "learning", say("esco_regulated", language, title=title)))
    group = _group(row["iscoGroup"], language, groups)
    others = [_title(rows[other]) for other in neighbours if other != uri][:MOST_NEIGHBOURS]
    if others:
        texts.append(Text(language, "tracks", say("esco_neighbours", language, title=title, group=group, others="; ".join(others))))
    return texts


def _group(code: str, language: Language, groups: Mapping[Language, dict[str, str]]) -> str:
    """ "ISCO-08 3251, Dental assistants and therapists"; the code alone where the label exists in English only."""
    label = groups[language].get(code, "")
    is_translated = language == "en" or label != groups["en"].get(code)
    return f"ISCO-08 {code}" + (f", {label}" if label and is_translated else "")


def _genders(row: Row) -> list[str]:
    """The forms of a label with a stroke: "apicultor/apicultora" is said in two ways."""
    return [part.strip() for part in row["preferredLabel"].split("/") if part.strip()]


def _title(row: Row) -> str:
    title = "/".join(_genders(row))
    return title[0].upper() + title[1:]
