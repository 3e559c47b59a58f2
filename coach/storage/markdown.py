"""What is kept, as Markdown to read and to keep. The headings are ours, in either language; everything else is the visitor's or quoted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from coach.language import say
from coach.storage.records import Attempt, Conversation, SavedExchange
from coach.types import Citation, Language


def conversation_markdown(conversation: Conversation, said: Sequence[SavedExchange], language: Language) -> str:
    """One conversation under its title, each answer with its sources."""
    blocks = [f"# {conversation.title}", _date(conversation.created)]
    for exchange in said:
        blocks += [f"**{say('export_visitor', language)}**", _quoted(exchange.question), f"**{say('export_coach', language)}**"]
        blocks += _answered(exchange, language)
    return "\n\n".join(blocks) + "\n"


def everything(kept: Iterable[tuple[Conversation, Sequence[SavedExchange]]], attempts: Sequence[Attempt], language: Language) -> str:
    """All conversations and all practice."""
    pages = [conversation_markdown(conversation, said, language) for conversation, said in kept]
    if attempts:
        pages.append(_practice(attempts, language))
    return "\n---\n\n".join(pages) or say("export_nothing", language) + "\n"


def _answered(exchange: SavedExchange, language: Language) -> list[str]:
    blocks = [exchange.text] if exchange.text else []
    if exchange.state != "done":
        blocks.append(f"*{say(f'export_{exchange.state}', language)}*")
    answer = exchange.answer
    if answer and answer.notice:
        blocks.append(f"*{answer.notice}*")
    if answer and answer.citations:
        blocks.append("\n".join(_source(citation) for citation in answer.citations))
        blocks += [f"*{licence}*" for licence in dict.fromkeys(one.licence for one in answer.citations if one.licence)]
    if exchange.reaction:
        mark = say(f"export_{exchange.reaction}", language)
        blocks.append(_quoted(f"{mark}: {exchange.reason}" if exchange.reason else mark))
    return blocks


def _source(citation: Citation) -> str:
    link = f" <{citation.url}>" if citation.url else ""
    date = f" ({citation.updated})" if citation.updated else ""
    return f"- [{citation.marker}] {citation.title}. {citation.source}{link}{date}"


def _practice(attempts: Sequence[Attempt], language: Language) -> str:
    blocks = [f"# {say('export_practice', language)}"]
    for one in attempts:
        blocks.append(f"## {one.role}: {one.question} ({_date(one.at)})")
        blocks += [_quoted(one.answer)] if one.answer else []
        marks = "".join(f"\n- {name}: {mark:g}" for name, mark in one.marks.items())
        blocks.append(f"- {say('export_score', language)}: {one.score:.0f}/100{marks}")
    return "\n\n".join(blocks) + "\n"


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines() or [""])


def _date(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
