"""Feedback and sessions as Markdown and JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from coach.practice.findings import Feedback
from coach.practice.rubric import rubric
from coach.practice.session import Session, Summary
from coach.practice.texts import PracticeTexts, practice_texts
from coach.practice.wording import Worded
from coach.types import Language

SPECIAL = re.compile(r"([\\`*_\[\]<>#|])")


def feedback_markdown(feedback: Feedback) -> str:
    """The feedback in the question's language. The document's and the visitor's words stand in quotation marks, escaped."""
    return "\n".join(_feedback_lines(feedback))


def worded_markdown(worded: Worded | None, texts: PracticeTexts) -> str:
    """What a language model made of the findings, and what is told of it. Our own words stand in the feedback: of them only the notice."""
    if worded is None:
        return ""
    made = f"{_plain(worded.text)}\n\n{_plain(texts.wording['by'].format(model=worded.by))}" if worded.by else ""
    return "\n\n".join(filter(None, (made, worded.notice)))


def export_markdown(session: Session, summary: Summary) -> str:
    """The whole session as one Markdown page."""
    texts = practice_texts(session.language)
    words = texts.words
    lines = [f"# {words['practice']}", "", words["session_of"].format(date=session.started.strftime("%Y-%m-%d %H:%M")), ""]
    for answered in session.answered:
        feedback = answered.feedback
        quoted = "\n".join(f"> {_plain(line)}" for line in feedback.answer.splitlines())
        lines += [
            f"## {_plain(feedback.question.question)}",
            "",
            f"**{words['your_answer']}**",
            "",
            quoted or ">",
            "",
            feedback_markdown(feedback),
            "",
        ]
    return "\n".join([*lines, *_summary_lines(summary, texts)]).strip() + "\n"


def export_json(session: Session, summary: Summary) -> str:
    """The whole session as a JSON object."""
    data = {
        "session": session.id,
        "started": session.started.isoformat(),
        "role": session.role,
        "language": session.language,
        "answers": [{"at": answered.at.isoformat(), **as_dict(answered.feedback)} for answered in session.answered],
        "skipped": list(session.skipped),
        "score": summary.score,
        "marks": dict(summary.marks),
        "next": [question.id for question in summary.next_questions],
        "history": [
            {
                "session": one.session,
                "at": one.at.isoformat(),
                "role": one.role,
                "count": one.count,
                "score": one.score,
                "marks": dict(one.marks),
            }
            for one in summary.history
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def as_dict(feedback: Feedback) -> dict[str, Any]:
    """The feedback as plain data. Spans `start:end` of points refer to the text of the chunk, those of quotes to the answer."""
    question = feedback.question
    return {
        "question": question.id,
        "text": question.question,
        "level": question.level,
        "kind": question.kind,
        "answer": feedback.answer,
        "state": feedback.state,
        "score": feedback.score,
        "marks": {mark.criterion: {"value": mark.value, "weight": mark.weight, "level": mark.level} for mark in feedback.marks},
        "parts": {one.part: _quote(one.quote) for one in feedback.parts},
        "points": [
            {
                "chunk": question.chunk.id,
                "start": one.point.start,
                "end": one.point.end,
                "quote": one.point.text,
                "covered": one.covered,
                "by": _quote(one.quote),
            }
            for one in feedback.points
        ],
        "numbers": [_quote(one) for one in feedback.numbers],
        "fillers": [_quote(one) for one in feedback.fillers],
        "words": feedback.words,
        "seconds": feedback.seconds,
        "advice": {"kind": feedback.advice.kind, "text": feedback.advice.text, "quote": _quote(feedback.advice.quote)},
    }


def _feedback_lines(feedback: Feedback) -> Iterator[str]:
    texts = practice_texts(feedback.question.language)
    words = texts.words
    yield f"**{words['score']}: {feedback.score:.0f} {words['of']}**"
    if feedback.remark:
        yield f"\n{feedback.remark}"
    yield f"\n**{words['better']}**: {_plain(feedback.advice.text)}\n"
    for mark in feedback.marks:
        yield f"- {mark.name}: {mark.value * mark.weight:.0f}/{mark.weight:.0f}. {mark.level}."
    if feedback.parts:
        yield f"\n**{words['star' if feedback.question.kind == 'behavioural' else 'explanation']}**\n"
        for part in feedback.parts:
            yield f"- {texts.parts[part.part]}: {_said(part.quote.text, feedback.question.language) if part.quote else words['missing']}"
    if feedback.points:
        yield f"\n**{words['points']}** ({_plain(feedback.question.chunk.source)}, `{feedback.question.chunk.id}`)\n"
        for finding in feedback.points:
            line = f"- {_said(finding.point.text, feedback.question.language)}: {texts.covered[finding.covered]}"
            yield f"{line}, {words['you_say']} {_said(finding.quote.text, feedback.question.language)}" if finding.quote else line
    numbers = ", ".join(_plain(one.text) for one in feedback.numbers) or words["no_numbers"]
    yield f"\n{words['numbers']}: {numbers}. {words['length'].format(words=feedback.words, seconds=feedback.seconds)}."
    for name, found in (("fillers", feedback.fillers), ("hedges", feedback.hedges)):
        if found:
            yield f"{words[name]}: {', '.join(dict.fromkeys(_plain(one.text) for one in found))}."


def _summary_lines(summary: Summary, texts: PracticeTexts) -> Iterator[str]:
    words = texts.words
    yield f"## {words['summary']}\n"
    yield words["answered"].format(count=summary.count, skipped=summary.skipped) + "."
    if summary.score is None:
        yield words["nothing"]
        return
    yield f"\n**{words['mean']}: {summary.score:.0f} {words['of']}**\n"
    names = {criterion.id: criterion.name for criterion in rubric(texts.language).criteria}
    for name, value in summary.marks.items():
        yield f"- {names.get(name, name)}: {value:.0%}"
    if summary.weakest:
        yield f"\n**{words['weakest']}**\n"
        for question, finding in summary.weakest:
            yield f"- {_plain(question.question)} {_said(finding.point.text, texts.language)}"
    if summary.next_questions:
        yield f"\n**{words['next']}**\n"
        yield from (f"- {_plain(question.question)}" for question in summary.next_questions)


def _quote(quote: Any) -> dict[str, Any] | None:
    return {"text": quote.text, "start": quote.start, "end": quote.end} if quote else None


def _said(text: str, language: Language) -> str:
    one_line = _plain(" ".join(text.split()))
    return f"“{one_line}”" if language == "en" else f"«{one_line}»"


def _plain(text: str) -> str:
    """`text` with the signs of Markdown and HTML as signs."""
    return SPECIAL.sub(r"\\\1", text)
