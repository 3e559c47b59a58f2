"""What a session of practice came to, the sessions so far as a plot, and both to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from coach.practice.export import export_json, export_markdown
from coach.practice.rubric import rubric
from coach.practice.session import Session, SessionResult, Summary
from coach.practice.texts import practice_texts
from coach.ui.pictures.words import figure_html
from coach.ui.practice_feedback import bar_html
from coach.ui.practice_words import PracticeWords

# More bars than these are too thin for their figures, and older sessions say little about today.
SESSIONS_SHOWN = 12
PLOT_HEIGHT, LABELS = 120, 18


def summary_html(session: Session, summary: Summary, words: PracticeWords, titles: Mapping[str, str]) -> str:
    """The summary of `session` in the language in which it was practised, with its plot and its downloads."""
    texts = practice_texts(session.language)
    said = texts.words
    answered = said["answered"].format(count=summary.count, skipped=summary.skipped)
    head = f'<h3 id="summary-title" tabindex="-1">{escape(said["summary"])}</h3><p>{escape(answered)}</p>'
    if summary.score is None:
        return f'<div class="judged" lang="{session.language}">{head}<p>{escape(said["nothing"])}</p></div>'
    label = f"{said['mean']}: {summary.score:.0f} {said['of']}"
    score = f'<div class="judged-score"><p class="summary-mean">{escape(label)}</p>{bar_html(summary.score / 100, label)}</div>'
    names = {one.id: one.name for one in rubric(session.language).criteria}
    marks = "".join(
        f'<li><p><strong>{escape(names.get(name, name))}</strong> <span class="mark-points">{value:.0%}</span></p>{bar_html(value)}</li>'
        for name, value in summary.marks.items()
    )
    weakest = "".join(f"<li>{escape(question.question)} <q>{escape(finding.point.text)}</q></li>" for question, finding in summary.weakest)
    following = "".join(f"<li>{escape(question.question)}</li>" for question in summary.next_questions)
    parts = [
        f'<section><h4>{escape(said["marks"])}</h4><ul class="marks">{marks}</ul></section>',
        f'<section><h4>{escape(said["weakest"])}</h4><ul class="dots">{weakest}</ul></section>' if weakest else "",
        f'<section><h4>{escape(said["next"])}</h4><ul class="dots">{following}</ul></section>' if following else "",
    ]
    return (
        f'<div class="judged" lang="{session.language}">{head}{score}{"".join(parts)}</div>'
        f"{history_html(summary.history, words, titles)}{_downloads(session, summary, words)}"
    )


def history_html(history: Sequence[SessionResult], words: PracticeWords, titles: Mapping[str, str]) -> str:
    """The mean scores of the latest sessions as bars, and in a table with the roles' `titles` by id; "" where there is none."""
    shown = list(history)[-SESSIONS_SHOWN:]
    if not shown:
        return ""
    step = 100 / len(shown)
    bars = []
    for number, result in enumerate(shown):
        height = max(2.0, (PLOT_HEIGHT - 2 * LABELS) * result.score / 100)
        top = PLOT_HEIGHT - LABELS - height
        centre = step * (number + 0.5)
        wide = min(step * 0.7, 9)
        bars.append(
            f'<rect class="plot-bar" x="{centre - wide / 2:.2f}%" y="{top:.1f}" width="{wide:.2f}%" height="{height:.1f}" rx="3"></rect>'
            f'<text class="plot-text" x="{centre:.2f}%" y="{top - 5:.1f}" text-anchor="middle">{result.score:.0f}</text>'
            f'<text class="plot-text" x="{centre:.2f}%" y="{PLOT_HEIGHT - 3}" text-anchor="middle">{result.at:%d/%m}</text>'
        )
    spoken = f"{words.plot_title}: {', '.join(f'{result.score:.0f}' for result in shown)}"
    ground = f'<line class="plot-ground" x1="0" x2="100%" y1="{PLOT_HEIGHT - LABELS}" y2="{PLOT_HEIGHT - LABELS}"></line>'
    plot = (
        f'<svg class="plot" width="100%" height="{PLOT_HEIGHT}" role="img" aria-label="{escape(spoken)}" focusable="false">'
        f"<title>{escape(spoken)}</title>{ground}{''.join(bars)}</svg>"
    )
    rows = "".join(
        f'<tr><th scope="row">{result.at:%Y-%m-%d %H:%M}</th><td>{escape(titles.get(result.role, result.role))}</td>'
        f"<td>{result.count}</td><td>{result.score:.0f}</td></tr>"
        for result in reversed(shown)
    )
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in (words.session_date, words.role, words.answered, words.score))
    table = (
        f'<details class="picture-table"><summary>{escape(words.as_table)}</summary><div class="table" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )
    return figure_html("sessions", words.language, words.plot_title, plot + table, words.plot_hint)


def _downloads(session: Session, summary: Summary, words: PracticeWords) -> str:
    """Both exports as links that hold them: nothing is left on the server for anybody to find."""
    name = f"coach-practice-{session.started:%Y-%m-%d}"
    links = "".join(
        f'<a class="doc-ask" download="{name}.{ending}" href="data:{kind};charset=utf-8,{quote(text, safe="")}">{escape(label)}</a>'
        for ending, kind, text, label in (
            ("md", "text/markdown", export_markdown(session, summary), words.markdown),
            ("json", "application/json", export_json(session, summary), words.json),
        )
    )
    return f'<div class="judged-export"><h4>{escape(words.export)}</h4><p class="doc-links">{links}</p></div>'
