"""The Practise tab: choose, answer one question at a time, read the feedback, and see what the sessions come to."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from html import escape
from typing import Any, Protocol
from urllib.parse import quote

import gradio as gr

from coach.errors import QuestionError
from coach.practice.practice import LONGEST_ANSWER, Practice
from coach.practice.questions import KINDS, PRACTICE_LEVELS
from coach.practice.session import Attempts
from coach.practice.texts import practice_texts
from coach.types import LANGUAGES, Answer, Language
from coach.ui.identity import owner_of
from coach.ui.practice_feedback import feedback_html, question_html, rubric_html, worded_html
from coach.ui.practice_state import NOBODY, Kept, PracticeView
from coach.ui.practice_summary import history_html, summary_html
from coach.ui.practice_words import PracticeWords, practice_words
from coach.ui.strings import Strings

COUNTS = (3, 5, 10)
# An answer about junior questions may quote one of another level beside them.
OF_ONE_LEVEL = 0.75
WORDED_AT_ONCE = 4
# What links of the page call (tabs.js): the tab opens with a role, and perhaps a level, chosen.
OPENER = "window.coachPractise = (wanted) => trigger('select', wanted);"
FOCUS = "() => window.coachTabs?.practiseFocus()"


class Practises(Protocol):
    """What the tab needs of the coach."""

    @property
    def practice(self) -> Practice: ...


class PracticeTab:
    """Its components and events. `state` and `outputs` are there after `components()`; without a `store` nothing is kept."""

    state: gr.State
    outputs: list[Any]

    def __init__(self, coach: Practises, store: Attempts | None = None) -> None:
        self._practice, self._store = coach.practice, store

    def has_questions(self, role: str) -> bool:
        """Whether the interview questions of the role of that id can be practised, in either language."""
        return any(role == one.id for language in LANGUAGES for one in self._practice.bank.roles(language))

    def components(self) -> None:
        """Makes the components, inside the tab that is open."""
        view = PracticeView()
        words = view.words
        self.state = gr.State(view)
        with gr.Column(elem_id="practice", min_width=0):
            self.opener = gr.HTML("", elem_id="practice-opener", js_on_load=OPENER)
            self.note = gr.HTML("", elem_id="practice-note")
            with gr.Column(elem_id="practice-choose", min_width=0) as self.choosing:
                self.intro = gr.HTML(_intro(words))
                with gr.Row(elem_id="practice-options"):
                    self.role = gr.Dropdown(elem_id="practice-role", **self._roles(words))
                    self.level = gr.Radio(value="all", elem_id="practice-level", **_levels(words))
                    self.kind = gr.Radio(value="all", elem_id="practice-kind", **_kinds(words))
                    self.count = gr.Radio(COUNTS, value=COUNTS[1], label=words.count, elem_id="practice-count")
                self.start = gr.Button(words.start, variant="primary", elem_id="practice-start")
                self.history = gr.HTML("")
                self.rubric = gr.HTML(rubric_html("en"))
            with gr.Column(elem_id="practice-asked", min_width=0, visible=False) as self.asking:
                self.question = gr.HTML("")
                self.answer = gr.Textbox(
                    label=words.answer, placeholder=words.placeholder, lines=9, max_lines=24, elem_id="practice-answer"
                )
                with gr.Row(elem_classes="practice-buttons"):
                    self.submit = gr.Button(words.submit, variant="primary", elem_id="practice-submit")
                    self.skip = gr.Button(words.skip, elem_id="practice-skip")
                    self.end = gr.Button(words.end, elem_id="practice-end")
            with gr.Column(elem_id="practice-judged", min_width=0, visible=False) as self.judging:
                self.worded = gr.HTML("")
                self.feedback = gr.HTML("")
                with gr.Row(elem_classes="practice-buttons"):
                    self.next = gr.Button(words.next, variant="primary", elem_id="practice-next")
                    self.again = gr.Button(words.again, elem_id="practice-again")
                    self.stop = gr.Button(words.end, elem_id="practice-stop")
            with gr.Column(elem_id="practice-over", min_width=0, visible=False) as self.closing:
                self.summary = gr.HTML("")
                with gr.Row(elem_classes="practice-buttons"):
                    self.new = gr.Button(words.new, variant="primary", elem_id="practice-new")
        stages = [self.choosing, self.asking, self.judging, self.closing]
        buttons = [self.start, self.submit, self.skip, self.end, self.next, self.again, self.stop, self.new]
        texts = [self.note, self.intro, self.history, self.rubric, self.question, self.worded, self.feedback, self.summary]
        self.outputs = [*stages, *buttons, *texts, self.answer, self.role, self.level, self.kind, self.count]

    def events(self) -> None:
        """Wires what happens inside the tab."""
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
        for happens, handler, inputs in (
            (self.start.click, self.on_start, [self.role, self.level, self.kind, self.count]),
            (self.submit.click, self.on_submit, [self.answer]),
            (self.skip.click, self.on_next, []),
            (self.next.click, self.on_next, []),
            (self.again.click, self.on_again, []),
            (self.end.click, self.on_end, []),
            (self.stop.click, self.on_end, []),
            (self.new.click, self.on_new, []),
            (self.opener.select, self.on_open, []),
        ):
            done = happens(handler, [self.state, *inputs], self.outputs, **quiet)
            done.then(None, js=FOCUS, api_visibility="private")
            if handler == self.on_submit and self._practice.is_worded:
                # After the marks are shown: a model may take its time.
                writes: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "concurrency_limit": WORDED_AT_ONCE}
                done.then(self.on_worded, [self.state], [self.worded], **writes)

    def texts(self, strings: Strings, view: PracticeView) -> dict[Any, Any]:
        """The page's words in the language of `strings`; a session goes on in the language in which it began."""
        view.language = strings.language
        words = view.words
        return {
            self.intro: _intro(words),
            self.role: gr.update(**{name: value for name, value in self._roles(words).items() if name != "value"}),
            self.level: gr.update(**_levels(words)),
            self.kind: gr.update(**_kinds(words)),
            self.count: gr.update(label=words.count),
            self.rubric: rubric_html(words.language),
            self.start: gr.update(value=words.start),
            self.submit: gr.update(value=words.submit),
            self.skip: gr.update(value=words.skip),
            self.end: gr.update(value=words.end),
            self.again: gr.update(value=words.again),
            self.stop: gr.update(value=words.end),
            self.new: gr.update(value=words.new),
            **self._drawn(view, None, answer=gr.update(label=words.answer, placeholder=words.placeholder)),
        }

    def on_load(self, strings: Strings, view: PracticeView, request: gr.Request) -> dict[Any, Any]:
        """The tab as it is opened: nothing chosen yet, the earlier sessions drawn."""
        view.stage, view.session, view.note = "choose", None, ""
        texts = self.texts(strings, view)
        return {**texts, **self._drawn(view, request)}

    def on_start(self, view: PracticeView, role: str, level: str, kind: str, count: int, request: gr.Request) -> dict[Any, Any]:
        """The first question of a new session."""
        chosen_level = next((one for one in PRACTICE_LEVELS if one == level), None)
        chosen_kind = next((one for one in KINDS if one == kind), None)
        try:
            session = self._practice.start(
                role,
                view.language,
                now=datetime.now(UTC),
                level=chosen_level,
                kind=chosen_kind,
                count=count if count in COUNTS else COUNTS[1],
                owner=NOBODY,
                attempts=self._kept(view, request),
            )
        except QuestionError as error:
            view.note = view.words.failed.format(detail=error)
            return self._drawn(view, request)
        if session.current is None:
            view.note = view.words.none
            return self._drawn(view, request)
        view.session, view.stage, view.note = session, "asked", ""
        return self._drawn(view, request, answer="")

    def on_submit(self, view: PracticeView, text: str, request: gr.Request) -> dict[Any, Any]:
        """The feedback on an answer. What was said is marked once: a second click finds it marked."""
        view.note = ""
        if view.stage == "asked" and view.session:
            if len(text) > LONGEST_ANSWER:
                view.note = view.words.longest.format(limit=LONGEST_ANSWER)
            else:
                kept = self._kept(view, request)
                self._practice.answer(view.session, text, now=datetime.now(UTC), owner=NOBODY, attempts=kept)
                view.stage, view.worded = "judged", None
        return self._drawn(view, request)

    def on_worded(self, view: PracticeView) -> str:
        """The feedback in a language model's words, unless the visitor has gone on in the meantime."""
        judged = view.session.last if view.session and view.stage == "judged" else None
        if judged is None:
            return ""
        worded = view.worded or self._practice.word(judged)
        if view.session is None or view.stage != "judged" or view.session.last is not judged:
            return ""
        view.worded = worded
        return worded_html(worded, judged.question.language)

    def on_next(self, view: PracticeView, request: gr.Request) -> dict[Any, Any]:
        """The next question, or the summary after the last."""
        view.note = ""
        if view.session and view.stage in ("asked", "judged"):
            view.stage = "asked" if view.session.next() else "over"
        return self._drawn(view, request, answer="")

    def on_again(self, view: PracticeView, request: gr.Request) -> dict[Any, Any]:
        """The same question once more, with what was answered to work on."""
        view.note = ""
        said = ""
        if view.session and view.session.last and view.stage == "judged":
            said = view.session.last.answer
            view.session.again()
            view.stage = "asked"
        return self._drawn(view, request, answer=said)

    def on_end(self, view: PracticeView, request: gr.Request) -> dict[Any, Any]:
        """The summary of what was answered so far."""
        view.note = ""
        if view.session and view.stage in ("asked", "judged"):
            view.session.end()
            view.stage = "over"
        return self._drawn(view, request)

    def on_new(self, view: PracticeView, request: gr.Request) -> dict[Any, Any]:
        """The choice again."""
        view.stage, view.session, view.note = "choose", None, ""
        return self._drawn(view, request)

    def on_open(self, view: PracticeView, event: gr.EventData, request: gr.Request) -> dict[Any, Any]:
        """The choice with a role, and perhaps a level, that a link of the page names."""
        wanted = event._data if isinstance(event._data, dict) else {}
        role, level = wanted.get("role"), wanted.get("level")
        if not isinstance(role, str) or role not in {one.id for one in self._practice.bank.roles(view.language)}:
            return self._drawn(view, request)
        chosen = level if level in PRACTICE_LEVELS else "all"
        return {**self.on_new(view, request), self.role: gr.update(value=role), self.level: gr.update(value=chosen)}

    def _drawn(self, view: PracticeView, request: gr.Request | None, answer: Any = None) -> dict[Any, Any]:
        """What the stage shows. `answer`, if given, is what the box for it becomes."""
        words, session = view.words, view.session
        drawn: dict[Any, Any] = {
            self.choosing: gr.update(visible=view.stage == "choose"),
            self.asking: gr.update(visible=view.stage == "asked"),
            self.judging: gr.update(visible=view.stage == "judged"),
            self.closing: gr.update(visible=view.stage == "over"),
        }
        if answer is not None:
            drawn[self.answer] = answer
        if view.stage == "choose" and request is not None:
            kept = self._kept(view, request)
            drawn[self.history] = history_html(self._practice.history(NOBODY, kept), words, self._titles(view))
            view.note = view.note or ("" if kept.lasts else words.not_kept)
        elif view.stage == "asked" and session and session.current:
            drawn[self.question] = question_html(session.current, session.position + 1, len(session.questions), words)
        elif view.stage == "judged" and session and session.last:
            is_last = session.position + 1 == len(session.questions)
            drawn[self.worded] = worded_html(view.worded, session.language) if self._practice.is_worded else ""
            drawn[self.feedback] = feedback_html(session.last, words)
            drawn[self.next] = gr.update(value=words.finish if is_last else words.next)
        elif view.stage == "over" and session and request is not None:
            summary = self._practice.summary(session, owner=NOBODY, attempts=self._kept(view, request))
            drawn[self.summary] = summary_html(session, summary, words, self._titles(view))
        drawn[self.note] = f'<p class="practice-note" role="status">{escape(view.note)}</p>' if view.note else ""
        return drawn

    def _kept(self, view: PracticeView, request: gr.Request) -> Kept:
        return Kept(view, self._store, owner_of(request.request.scope) if request.request else None)

    def _titles(self, view: PracticeView) -> dict[str, str]:
        return {role.id: role.title(view.language) for role in self._practice.bank.roles(view.language)}

    def _roles(self, words: PracticeWords) -> dict[str, Any]:
        roles = sorted((role.title(words.language), role.id) for role in self._practice.bank.roles(words.language))
        return {"label": words.role, "choices": roles, "value": roles[0][1] if roles else None}


def _intro(words: PracticeWords) -> str:
    return f'<div class="practice-intro"><h2>{escape(words.title)}</h2><p>{escape(words.intro)}</p></div>'


def _levels(words: PracticeWords) -> dict[str, Any]:
    names = practice_texts(words.language).levels
    return {"label": words.level, "choices": [(_capital(names[level]), level) for level in ("all", *PRACTICE_LEVELS)]}


def _kinds(words: PracticeWords) -> dict[str, Any]:
    names = practice_texts(words.language).kinds
    return {"label": words.kind, "choices": [(words.any_kind, "all"), *((_capital(names[kind]), kind) for kind in KINDS)]}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def practise_html(answer: Answer, practice: Practice, language: Language) -> str:
    """A link from an answer about interviews to the practice of its questions, in `language`; "" for other answers.

    The level is chosen with the role where nearly all questions that the answer quotes are of one.
    """
    cited = [citation for citation in answer.citations if citation.section == "interview"]
    roles = {citation.role for citation in cited}
    if answer.kind != "answer" or len(roles) != 1:
        return ""
    (role,) = roles
    quoted = [
        question
        for question in practice.bank.questions(role, answer.language)
        if any(citation.chunk == question.chunk.id and f"**{question.question}**" in citation.quote for citation in cited)
    ]
    if not quoted:
        return ""
    common, count = Counter(question.level for question in quoted).most_common(1)[0]
    level = common if common in PRACTICE_LEVELS and count >= OF_ONE_LEVEL * len(quoted) else ""
    said = escape(practice_words(language).practise_these)
    return f'<p class="practise-line"><a class="practise" href="#practise={quote(role, safe="")}/{level}">{said}</a></p>'
