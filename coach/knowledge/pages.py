"""Raw pages as role documents: which role a page is about, and what it says in which section and language."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from coach.errors import DocumentError
from coach.knowledge.catalogue import Catalogue
from coach.knowledge.convert import PAGE_KINDS, canonical_url, read_text
from coach.knowledge.page_blocks import Block, read_blocks
from coach.knowledge.page_lines import unfold
from coach.knowledge.page_noise import ALSO_KNOWN, also_known_in, is_noise, is_update_label, read_date, update_date
from coach.knowledge.page_pay import with_pay
from coach.knowledge.page_prose import place
from coach.knowledge.page_sections import Passage, PassageReader, section_of
from coach.knowledge.page_text import bodies, language_of
from coach.knowledge.roles_in_pages import RoleName, RoleNames, bare_name, find_role, has_role_noun, in_both_languages
from coach.knowledge.statements import split
from coach.language import detect, supported, tokens
from coach.types import LANGUAGES, Language, Role, Section, Source

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
# Kinds of documents that people do keep role pages in: leaving one of them out silently would hide it.
OTHER_DOCUMENTS = frozenset({".doc", ".rtf", ".odt", ".pptx", ".ppt", ".xlsx", ".xls", ".epub", ".markdown", ".rst"})


@dataclass(frozen=True, slots=True)
class PagesRead:
    """The roles that the pages of a folder describe, and what is wrong with the pages that could not be used."""

    roles: tuple[Role, ...]
    problems: tuple[DocumentError, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """The front matter of a page."""

    title: str | None = None
    aliases: tuple[str, ...] = ()
    updated: str | None = None
    language: Language | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class _Page:
    role: RoleName
    titles: Mapping[Language, str]
    aliases: Mapping[Language, tuple[str, ...]]
    sections: tuple[Section, ...]
    updated: str | None


def read_pages(folder: Path, catalogue: Catalogue, known_roles: Sequence[Role]) -> PagesRead:
    """The roles of the pages in `folder` and its subfolders, in the order of their names; `known_roles` give names to find roles by.

    A page that cannot be used is a problem of the result and the others go on. Raises DocumentError if `folder` is no folder.
    """
    if not folder.is_dir():
        raise DocumentError(str(folder), None, "is not a folder", "give a folder of pages")
    known_names = RoleNames.of(known_roles)
    cards = {role.id: role for role in known_roles}
    pages: list[_Page] = []
    problems: list[DocumentError] = []
    names: dict[str, str] = {}
    for path in _files(folder):
        document = path.relative_to(folder).as_posix()
        try:
            if path.stem in names:
                raise DocumentError(str(path), None, f"has the same name as {names[path.stem]}", "give each page a name of its own")
            pages.append(_page(path, document, catalogue, known_names, cards))
            names[path.stem] = document
        except DocumentError as problem:
            problems.append(problem)
    return PagesRead(tuple(_merged(pages, cards)), tuple(problems))


def _files(folder: Path) -> list[Path]:
    wanted = PAGE_KINDS | OTHER_DOCUMENTS
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix.lower() in wanted)
    return sorted(path for path in found if not any(part.startswith((".", "~")) for part in path.relative_to(folder).parts))


def _page(path: Path, document: str, catalogue: Catalogue, known_names: RoleNames, cards: Mapping[str, Role]) -> _Page:
    text = read_text(path)
    front, text = _front_matter(path, text)
    blocks, updated = _dated(unfold(read_blocks(text), lambda line: section_of(line, catalogue, None) is not None))
    updated = front.updated or updated
    role = _role(path, text, front, blocks, catalogue, known_names)
    for alias in (front.title, *front.aliases):
        if alias:
            known_names.add(alias, role.id)
    start = _title_at(blocks, role)
    language = front.language or detect(text)
    named = cards[role.id].title(language) if role.id in cards else role.name
    title = front.title or (blocks[start].text if start is not None else named)
    if start is not None:
        blocks = [block for block in blocks[:start] if block.kind == "paragraph"] + blocks[start:]
    passages = _passages(blocks, catalogue, role, language)
    source = Source(f"{title} ({document})", front.url or canonical_url(path), updated)
    sections = tuple(
        Section(role.id, spoken, section, heading, body, split(body, spoken), source, document, updated)
        for section, spoken, heading, body in bodies(passages, catalogue, language, front.language is not None)
    )
    if not sections:
        raise DocumentError(str(path), None, f"says nothing about {role.name}", "give a page with text under its title")
    languages = {section.language for section in sections}
    titles = in_both_languages(role.name, len(languages) > 1) or {language: role.name}
    for name in titles.values():
        known_names.add(name, role.id)
    aliases = _also_known(blocks, language, languages | set(titles))
    aliases[language] = front.aliases + aliases.get(language, ())
    return _Page(role, titles, aliases, with_pay(sections), updated)


def _front_matter(path: Path, text: str) -> tuple[Front, str]:
    match = FRONT_MATTER.match(text) if path.suffix.lower() == ".md" else None
    if not match:
        return Front(), text
    try:
        loaded = yaml.safe_load(match["yaml"])
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise DocumentError(str(path), line, "front matter is not YAML", "quote values that hold a colon") from error
    if not isinstance(loaded, dict):
        raise DocumentError(str(path), 1, "front matter is not a list of keys", "write `title: …` on a line of its own")
    aliases = loaded.get("aliases") or []
    language = supported(str(loaded["language"])) if loaded.get("language") else None
    if loaded.get("language") and language is None:
        raise DocumentError(str(path), 1, f"language {loaded['language']!r} is not known", f"use one of {', '.join(LANGUAGES)}")
    if isinstance(aliases, str):
        aliases = [alias.strip() for alias in aliases.split(",")]
    updated = read_date(str(loaded["updated"])) if loaded.get("updated") else None
    if loaded.get("updated") and updated is None:
        raise DocumentError(str(path), 1, f"updated {loaded['updated']!r} is not a date", "write it as YYYY-MM")
    url = str(loaded.get("url") or "")
    front = Front(
        title=str(loaded["title"]).strip() if loaded.get("title") else None,
        aliases=tuple(str(alias) for alias in aliases),
        updated=updated,
        language=language,
        url=url if url.startswith(("http://", "https://")) else None,
    )
    return front, text[match.end() :]


def _dated(blocks: Sequence[Block]) -> tuple[list[Block], str | None]:
    """`blocks` without the lines that only date the page, and that date."""
    kept: list[Block] = []
    date: str | None = None
    for block in blocks:
        labelled = block.lead is not None and is_update_label(block.lead)
        found = read_date(block.text) if labelled else update_date(block.text) if block.kind != "heading" else None
        date = date or found
        if found is None:
            kept.append(block)
    return kept, date


def _role(path: Path, text: str, front: Front, blocks: Sequence[Block], catalogue: Catalogue, known_names: RoleNames) -> RoleName:
    lines = [block.text for block in blocks if block.kind in ("heading", "line") and not is_noise(block.text)]
    leads = [block.kind == "heading" or (block.kind == "line" and not is_noise(block.text)) for block in blocks]
    top = _top_heading(blocks, catalogue)
    if top and not (lines and (has_role_noun(bare_name(lines[0])) or known_names.exact(bare_name(lines[0])))):
        lines = [top, *(line for line in lines if line != top)]
    # A short line far down in a page of prose is not its title.
    elif not any(leads[:2]):
        lines = []
    sections = [section_of(line, catalogue, None) for line in lines]
    first_opens = bool(lines) and sections[0] is not None and not has_role_noun(lines[0])
    opening = next((block.text for block in blocks if block.kind == "paragraph" and not is_noise(block.text)), "")
    role = find_role(text, front.title, lines, opening, known_names, first_opens, any(sections[1:]))
    if role is None:
        raise DocumentError(str(path), None, "no role found", "name it in a first heading or in front matter `title:`")
    return role


def _top_heading(blocks: Sequence[Block], catalogue: Catalogue) -> str | None:
    """The one heading of the first level: it names the page whatever stands above it. None where it opens a section or there are more."""
    tops = [block.text for block in blocks if block.kind == "heading" and block.level == 1 and not is_noise(block.text)]
    if len(tops) != 1 or (section_of(tops[0], catalogue, None) is not None and not has_role_noun(tops[0])):
        return None
    return tops[0]


def _title_at(blocks: Sequence[Block], role: RoleName) -> int | None:
    """Where the page's title stands: the first short line that names the role."""
    for at, block in enumerate(blocks):
        if block.kind in ("heading", "line") and set(tokens(role.name)) <= set(tokens(block.text)):
            return at
        if block.kind == "paragraph" and at > 3:
            return None
    return None


def _passages(blocks: list[Block], catalogue: Catalogue, role: RoleName, language: Language) -> list[Passage]:
    reader = PassageReader(blocks, catalogue, role)
    passages = reader.read()
    if any(not passage.titled and passage.heading for passage in passages):
        return passages
    return [spread for passage in passages for spread in _spread(passage, catalogue, language)]


def _spread(passage: Passage, catalogue: Catalogue, language: Language) -> Iterator[Passage]:
    """The text of a page without headings, sentence by sentence where it belongs."""
    for entry in passage.entries:
        for section, text in place(entry.text, language_of(entry.text, language), catalogue):
            heading = passage.heading if section == passage.section else None
            yield Passage(section, heading, passage.level, entries=[replace(entry, text=text)])


def _also_known(blocks: Sequence[Block], language: Language, spoken: Collection[Language]) -> dict[Language, tuple[str, ...]]:
    """The page's other names for its role: those of a line in a language that the page speaks, `spoken`, in it, the rest in `language`."""
    found: dict[Language, tuple[str, ...]] = {}
    for line in (line for block in blocks if not block.lead for line in block.lines or (block.text,)):
        match = ALSO_KNOWN.fullmatch(line)
        said = also_known_in(line)
        if match and said:
            own = said if said in spoken else language
            found[own] = found.get(own, ()) + tuple(name.strip() for name in match["names"].split(",") if name.strip())
    return found


def _merged(pages: Sequence[_Page], cards: Mapping[str, Role]) -> Iterator[Role]:
    for identity in dict.fromkeys(page.role.id for page in pages):
        own = [page for page in pages if page.role.id == identity]
        card = cards.get(identity)
        titles: dict[Language, str] = dict(card.titles) if card else {}
        aliases: dict[Language, tuple[str, ...]] = dict(card.aliases) if card else {}
        for page in own:
            if card is None:
                titles = {**page.titles, **titles}
            for language, names in page.aliases.items():
                listed = aliases.get(language, ())
                fresh = [name for name in names if name not in listed and name not in titles.values()]
                aliases[language] = (*listed, *dict.fromkeys(fresh))
        yield Role(
            identity, titles, aliases, tuple(section for page in own for section in page.sections), card.related if card else (),
            max((page.updated for page in own if page.updated), default=None), "page",
        )  # fmt: skip
