"""A role's documents as one page: an outline, then section by section the text, its source and a question to ask about it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol
from urllib.parse import urlsplit

from coach.knowledge.catalogue import Catalogue
from coach.types import Chunk, Language, Role, other_language
from coach.ui.pictures.path import document_steps, path_figure
from coach.ui.pictures.salary import PayRow, salary_figures
from coach.ui.pictures.words import ask_link, picture_words
from coach.ui.render import markdown_html
from coach.ui.roles_words import RolesWords

ALIASES_SHOWN = 8
ITEM = re.compile(r"\s*(?:[-*+]|\d+[.)]|#{1,6})\s")
PAY_LINE = re.compile(r"^[-*+]\s+")
EMPTY_HEADING = re.compile(r"^#{2,6}[^\n]*\n+(?=#{2,6}\s|\Z)", re.MULTILINE)


class DocumentsLike(Protocol):
    """What the Roles tab needs of the coach."""

    @property
    def roles(self) -> Sequence[Role]: ...

    def sections(self, role: str) -> Mapping[Language, Sequence[str]]: ...

    def passages(self, role: str, language: Language, section: str) -> Sequence[Chunk]: ...


def empty_html(words: RolesWords) -> str:
    """What stands where no role is chosen yet."""
    return f'<div class="doc-empty"><h2>{escape(words.empty_title)}</h2><p>{escape(words.empty)}</p></div>'


def document_html(role: Role, coach: DocumentsLike, catalogue: Catalogue, words: RolesWords, practised: bool = False) -> str:
    """Everything the documents say on `role`, in the language of `words`; what exists in the other one only is shown in that, and said.

    `practised` says whether its interview questions can be practised.
    """
    language, covered = words.language, coach.sections(role.id)
    known = {*covered.get("en", ()), *covered.get("es", ())}
    sections = [one for one in catalogue.ids if one in known] + sorted(known - set(catalogue.ids))
    whole = not covered.get(language)
    parts, outline = [], []
    for section in sections:
        spoken = language if section in covered.get(language, ()) else other_language(language)
        chunks = coach.passages(role.id, spoken, section)
        heading = catalogue.heading(section, language) if section in catalogue.ids else chunks[0].heading
        outline.append(f'<li><a href="#doc-{escape(section)}">{escape(heading)}</a></li>')
        note = words.other_language_section if spoken != language and not whole else ""
        parts.append(_section(role, section, heading, chunks, spoken, note, coach, catalogue, words, practised))
    names = [name for name in role.names(language)[1:] if name != role.title(language)][:ALIASES_SHOWN]
    known_as = f'<p class="doc-names">{escape(words.known_as.format(names=", ".join(names)))}</p>' if names else ""
    dated = f'<p class="doc-dated">{escape(words.updated.format(date=words.when(role.updated)))}</p>' if role.updated else ""
    note = f'<p class="doc-note">{escape(words.other_language)}</p>' if whole and sections else ""
    asked = catalogue.question("overview", language, role.title(language)) if "overview" in catalogue.ids else role.title(language)
    hint = words.ask_hint.format(question=asked)
    return (
        f'<article class="doc" data-role="{escape(role.id)}" aria-labelledby="doc-title">'
        f'<button type="button" class="doc-back" data-back="1">{escape(words.back)}</button>'
        f'<header class="doc-head"><h2 id="doc-title" tabindex="-1">{escape(role.title(language))}</h2>{known_as}{dated}{note}'
        f"<p>{ask_link(asked, escape(words.ask_role), hint, 'doc-ask is-main')}</p></header>"
        f'<nav class="doc-outline" aria-label="{escape(words.outline)}"><p>{escape(words.outline)}</p><ol>{"".join(outline)}</ol></nav>'
        f"{''.join(parts)}</article>"
    )


def _section(
    role: Role,
    section: str,
    heading: str,
    chunks: Sequence[Chunk],
    spoken: Language,
    note: str,
    coach: DocumentsLike,
    catalogue: Catalogue,
    words: RolesWords,
    practised: bool,
) -> str:
    links = []
    if section in catalogue.ids:
        asked = catalogue.question(section, words.language, role.title(words.language))
        links.append(ask_link(asked, escape(words.ask_section), words.ask_hint.format(question=asked), "doc-ask"))
    if section == "interview" and practised:
        links.append(f'<a class="practise doc-ask" href="#practise={escape(role.id)}">{escape(words.practise)}</a>')
    by_document: dict[str, list[Chunk]] = {}
    for chunk in chunks:
        by_document.setdefault(chunk.document, []).append(chunk)
    said = f'<p class="doc-note">{escape(note)}</p>' if note else ""
    picture = _picture(role, section, chunks, coach, spoken)
    texts = "".join(f'<div class="doc-text prose" lang="{spoken}">{_text_html(held)}</div>' for held in by_document.values())
    sources = "".join(_sources(held, words) for held in by_document.values())
    return (
        f'<section class="doc-section" id="doc-{escape(section)}" aria-labelledby="doc-h-{escape(section)}">'
        f'<div class="doc-bar"><h3 id="doc-h-{escape(section)}">{escape(heading)}</h3><span class="doc-links">{"".join(links)}</span></div>'
        f"{said}{picture}{texts}{sources}</section>"
    )


def _picture(role: Role, section: str, chunks: Sequence[Chunk], coach: DocumentsLike, spoken: Language) -> str:
    words = picture_words(spoken)
    if section in ("career-path", "tracks"):
        steps = document_steps(coach, role.id, section, spoken)
        is_path = section == "career-path"
        return path_figure(role, steps if is_path else (), () if is_path else steps, coach.roles, words)
    pays = [
        PayRow(one.pay, one.source.title if one.source else chunk.source)
        for chunk in chunks
        for one in chunk.statements
        if one.pay and _drawn(one.pay.low, one.pay.middle, one.pay.high)
    ]
    return salary_figures(pays, words, whole=section == "salary")


def _drawn(*values: float | None) -> bool:
    return any(values)


def _text_html(chunks: Sequence[Chunk]) -> str:
    """The text of one document's section; salary figures are left to the table of the picture, which holds all that their lines say."""
    text = ""
    for chunk in chunks:
        piece = _without_figures(chunk) if chunk.section == "salary" else chunk.text
        if piece.strip():
            # A chunk begins where a statement does: an item or a heading of the list before it, or a sentence.
            text += f"{'' if not text else chr(10) if ITEM.match(piece) else chr(10) * 2}{piece.strip(chr(10))}"
    html = markdown_html(EMPTY_HEADING.sub("", text + "\n"), lambda marker: f"[{marker}]")
    # The document's own headings stand under that of the section.
    return re.sub(r"(</?)h[1-6]>", r"\1h4>", html)


def _without_figures(chunk: Chunk) -> str:
    kept, at = [], 0
    for one in sorted(chunk.statements, key=lambda one: one.start):
        if one.pay and _drawn(one.pay.low, one.pay.middle, one.pay.high):
            start = chunk.text.rfind("\n", 0, one.start) + 1
            lead = PAY_LINE.match(chunk.text[start : one.start])
            kept.append(chunk.text[at : start if lead and start >= at else one.start])
            at = one.end
    return "".join([*kept, chunk.text[at:]])


def _sources(chunks: Sequence[Chunk], words: RolesWords) -> str:
    """Where a document's section comes from: what each of its chunks says, once."""
    lines = []
    for source, url, updated, licence, document in dict.fromkeys(
        (chunk.source, chunk.url, chunk.updated, chunk.licence, chunk.document) for chunk in chunks
    ):
        named = escape(source)
        if url and urlsplit(url).scheme in ("http", "https"):
            hidden = f'<span class="sr"> ({escape(words.new_tab)})</span>'
            named = f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">{named}{hidden}</a>'
        facts = [(words.source, named), (words.document, f"<code>{escape(document)}</code>"), (words.date, escape(words.when(updated)))]
        facts += [(words.licence, escape(licence))] if licence else []
        rows = "".join(f"<div><dt>{escape(name)}</dt><dd>{value}</dd></div>" for name, value in facts)
        lines.append(f'<dl class="doc-source">{rows}</dl>')
    return "".join(lines)
