"""The feedback on one answer as safe HTML: the score by criterion, what was found in the visitor's words and in the document's."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlsplit

from coach.practice.findings import Feedback, Mark, PartFinding, PointFinding
from coach.practice.questions import PracticeQuestion
from coach.practice.reading import Quote
from coach.practice.rubric import rubric
from coach.practice.texts import PracticeTexts, practice_texts
from coach.practice.wording import Worded
from coach.types import Language
from coach.ui.passage import passage_html
from coach.ui.pictures.words import ask_link
from coach.ui.practice_words import PracticeWords, practice_words

# How a finding is drawn; the word beside it says the same.
SIGNS = {"covered": "✓", "partly": "~", "missed": "–"}


def question_html(question: PracticeQuestion, number: int, count: int, words: PracticeWords) -> str:
    """The question as it is put: where one is, what it is, and the way to the coach."""
    texts = practice_texts(question.language)
    level = f" · {texts.levels[question.level]}" if question.level != "all" else ""
    asked = ask_link(question.question, escape(words.ask), words.ask_hint.format(question=question.question), "doc-ask")
    return (
        f'<div class="put"><p class="put-progress">{escape(words.progress.format(number=number, count=count))}'
        f'<span class="put-kind">{escape(texts.kinds[question.kind] + level)}</span></p>'
        f'<h3 id="put-question" tabindex="-1" lang="{question.language}">{escape(question.question)}</h3><p>{asked}</p></div>'
    )


def feedback_html(feedback: Feedback, words: PracticeWords) -> str:
    """Everything that is said on an answer, in the language in which it was practised."""
    texts = practice_texts(feedback.question.language)
    parts = [
        _score(feedback, texts),
        _advice(feedback, texts),
        _marks(feedback.marks, texts),
        _points(feedback, texts, words),
        _parts(feedback, texts),
        _manner(feedback, texts),
        _origin(feedback.question, words),
    ]
    return f'<div class="judged" lang="{feedback.question.language}">{"".join(parts)}</div>'


def worded_html(worded: Worded | None, language: Language) -> str:
    """What a language model made of the findings; while it writes (None) that it does, and where our own words stand why they do."""
    texts = practice_texts(language).wording
    if worded is None or not worded.by:
        notice = texts["waiting"] if worded is None else worded.notice
        return f'<p class="practice-note" role="status" lang="{language}">{escape(notice)}</p>' if notice else ""
    notes = [texts["by"].format(model=worded.by), worded.notice]
    told = "".join(f'<p class="mark-level">{escape(note)}</p>' for note in notes if note)
    inside = f'<div class="judged-advice"><h4>{escape(texts["title"])}</h4><p>{escape(worded.text)}</p>{told}</div>'
    return f'<div class="judged" lang="{language}">{inside}</div>'


def _score(feedback: Feedback, texts: PracticeTexts) -> str:
    remark = f'<p class="judged-remark">{escape(feedback.remark)}</p>' if feedback.remark else ""
    label = f"{texts.words['score']}: {feedback.score:.0f} {texts.words['of']}"
    return (
        f'<div class="judged-score"><h3 id="judged-title" tabindex="-1">{escape(texts.words["score"])} '
        f"<strong>{feedback.score:.0f}</strong> {escape(texts.words['of'])}</h3>{bar_html(feedback.score / 100, label)}</div>{remark}"
    )


def bar_html(share: float, label: str = "") -> str:
    """A bar of `share` in [0, 1] of the width. With a `label` it speaks for itself, else the words beside it do."""
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    width = f"{100 * min(1.0, max(0.0, share)):.1f}%"
    return (
        f'<svg class="mark-bar" width="100%" height="8" focusable="false" {spoken}>'
        '<rect class="mark-ground" width="100%" height="8" rx="4"></rect>'
        f'<rect class="mark-value" width="{width}" height="8" rx="4"></rect></svg>'
    )


def _advice(feedback: Feedback, texts: PracticeTexts) -> str:
    title = escape(texts.words["better"])
    return f'<div class="judged-advice"><h4>{title}</h4><p>{escape(feedback.advice.text)}</p></div>'


def _marks(marks: Sequence[Mark], texts: PracticeTexts) -> str:
    rows = "".join(
        f'<li><p><strong>{escape(mark.name)}</strong> <span class="mark-points">{mark.value * mark.weight:.0f}/{mark.weight:.0f}</span></p>'
        f'{bar_html(mark.value)}<p class="mark-level">{escape(mark.level)}</p></li>'
        for mark in marks
    )
    return f'<section><h4>{escape(texts.words["marks"])}</h4><ul class="marks">{rows}</ul></section>'


def _points(feedback: Feedback, texts: PracticeTexts, words: PracticeWords) -> str:
    if not feedback.points:
        return ""
    rows = "".join(_point(finding, texts) for finding in feedback.points)
    question = feedback.question
    citations = [question.citation(finding.point, number) for number, finding in enumerate(feedback.points, start=1)]
    passage = passage_html(question.chunk.text, citations, 0)
    shown = f'<details class="picture-table"><summary>{escape(words.document)}</summary><div class="passage">{passage}</div></details>'
    return f'<section><h4>{escape(texts.words["points"])}</h4><ul class="findings">{rows}</ul>{shown}</section>'


def _point(finding: PointFinding, texts: PracticeTexts) -> str:
    return _finding(finding.covered, texts.covered[finding.covered], escape(finding.point.text), finding.quote, texts)


def _parts(feedback: Feedback, texts: PracticeTexts) -> str:
    if not feedback.parts:
        return ""
    title = texts.words["star" if feedback.question.kind == "behavioural" else "explanation"]
    rows = "".join(_part(finding, texts) for finding in feedback.parts)
    return f'<section><h4>{escape(title)}</h4><ul class="findings">{rows}</ul></section>'


def _part(finding: PartFinding, texts: PracticeTexts) -> str:
    name = f"<strong>{escape(texts.parts[finding.part])}</strong>"
    if finding.quote:
        return _finding("covered", "", name, finding.quote, texts)
    return _finding("missed", texts.words["missing"], f"{name}: {escape(texts.part_hints[finding.part])}", None, texts)


def _finding(state: str, said: str, html: str, quote: Quote | None, texts: PracticeTexts) -> str:
    status = f' <span class="finding-state">{escape(said)}</span>' if said else ""
    own = f'<p class="finding-own">{escape(texts.words["you_say"])}: <q>{escape(quote.text)}</q></p>' if quote else ""
    sign = f'<span class="finding-sign" aria-hidden="true">{SIGNS[state]}</span>'
    return f'<li class="finding is-{state}">{sign}<div><p>{html}{status}</p>{own}</div></li>'


def _manner(feedback: Feedback, texts: PracticeTexts) -> str:
    """Length, figures, and the little words."""
    said = texts.words
    rows = [
        ("", said["length"].format(words=feedback.words, seconds=feedback.seconds)),
        (said["numbers"], _quoted(feedback.numbers) or said["no_numbers"]),
        ("", said["we"].format(own=feedback.own, we=feedback.we)),
    ]
    rows += [(said[name], _quoted(quotes)) for name, quotes in (("fillers", feedback.fillers), ("hedges", feedback.hedges)) if quotes]
    items = "".join(f"<li>{escape(name)}{': ' if name else ''}{escape(value)}</li>" for name, value in rows)
    return f'<ul class="manner">{items}</ul>'


def _quoted(quotes: Sequence[Quote]) -> str:
    return ", ".join(f"“{text}”" for text in dict.fromkeys(quote.text for quote in quotes))


def _origin(question: PracticeQuestion, words: PracticeWords) -> str:
    chunk = question.chunk
    named = escape(chunk.source)
    if chunk.url and urlsplit(chunk.url).scheme in ("http", "https"):
        named = f'<a href="{escape(chunk.url)}" target="_blank" rel="noopener noreferrer">{named}</a>'
    licence = f" · {escape(chunk.licence)}" if chunk.licence else ""
    return f'<p class="judged-origin">{escape(words.source)}: {named} · <code>{escape(chunk.document)}</code>{licence}</p>'


def rubric_html(language: Language) -> str:
    """The rubric by which answers are marked, closed until it is wanted."""
    words, texts = practice_words(language), practice_texts(language)
    kinds = list(texts.kinds)
    head = "".join(f'<th scope="col">{escape(texts.kinds[kind])}</th>' for kind in kinds)
    rows = []
    for one in rubric(language).criteria:
        levels = "".join(f"<li>{escape(level)}</li>" for level in one.levels)
        weights = "".join(f"<td>{weight:.0f}</td>" for kind in kinds for weight in [one.weights[kind]])  # type: ignore[index]
        asks = f'<th scope="row">{escape(one.name)}<small>{escape(one.asks)}</small></th>'
        rows.append(f"<tr>{asks}{weights}<td><ol>{levels}</ol></td></tr>")
    names = f'<th scope="col">{escape(texts.words["criterion"])}</th>{head}<th scope="col">{escape(texts.words["meaning"])}</th>'
    table = f"<table><thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    box = f'<div class="table" tabindex="0" role="region" aria-label="{escape(words.rubric)}">{table}</div>'
    return f'<details class="rubric picture-table"><summary>{escape(words.rubric)}</summary>{box}</details>'
