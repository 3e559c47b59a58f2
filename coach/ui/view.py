"""The only module that imports Gradio: the page's components and events.

A chat, its examples and controls, and the sources panel. Everything a visitor says stays in that visitor's session state.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI

from coach.errors import CoachError
from coach.settings import Settings
from coach.types import LANGUAGES, Language, Turn
from coach.ui.conversation import CoachLike, Visitor, reply
from coach.ui.render import messages
from coach.ui.sources import panel_html
from coach.ui.strings import Strings, preferred_language, strings
from coach.ui.texts import disclaimer_html, header_html, welcome_html

# Answers wait for a model or a server most of the time; Gradio's own limit of one at a time would make visitors queue for each other.
CONCURRENT_ANSWERS = 16


class Page:
    """The components and what happens when they are used. Methods named `on_…` are event handlers and return updates by component."""

    def __init__(self, coach: CoachLike, settings: Settings) -> None:
        self.coach, self.settings = coach, settings
        self.blocks = gr.Blocks(title=strings("en").title, analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._components()
            self._events()
        self.blocks.queue(default_concurrency_limit=CONCURRENT_ANSWERS, max_size=200, api_open=False)

    def _components(self) -> None:
        text = strings("en")
        self.visitor = gr.State(Visitor())
        with gr.Row(elem_id="top"):
            self.header = gr.HTML(header_html(text), elem_id="header")
            self.language = gr.Radio(value="auto", elem_id="language", container=False, min_width=0, **self._language_texts(text))
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="talk", min_width=0):
                self.chat = gr.Chatbot(
                    elem_id="chat",
                    label=text.chat_label,
                    show_label=False,
                    container=False,
                    height="100%",
                    buttons=[],
                    feedback_options=None,
                    # The script scrolls: to the question, so that an answer is read from its beginning, not to its end.
                    autoscroll=False,
                    latex_delimiters=[],
                    allow_tags=False,
                    layout="bubble",
                    group_consecutive_messages=False,
                )
                with gr.Column(elem_id="welcome", min_width=0):
                    self.welcome = gr.HTML(welcome_html(text, self.coach.roles))
                    with gr.Row(elem_id="examples"):
                        self.examples = [gr.Button(example, elem_classes="chip", min_width=0, size="sm") for example in text.examples]
                with gr.Column(elem_id="composer", min_width=0):
                    with gr.Row(elem_id="ask-row"):
                        self.box = gr.Textbox(
                            elem_id="question",
                            lines=1,
                            max_lines=6,
                            container=False,
                            show_label=False,
                            autofocus=True,
                            scale=1,
                            min_width=0,
                        )
                        self.send = gr.Button(text.send, elem_id="send", variant="primary", scale=0, min_width=0)
                        self.stop = gr.Button(text.stop, elem_id="stop", variant="stop", scale=0, min_width=0, visible=False)
                    with gr.Row(elem_id="actions"):
                        self.retry = gr.Button(text.retry, elem_id="retry", size="sm", scale=0, min_width=0)
                        self.clear = gr.Button(text.clear, elem_id="clear", size="sm", scale=0, min_width=0)
                        self.disclaimer = gr.HTML(disclaimer_html(text), elem_id="disclaimer")
            with gr.Column(elem_id="sources", min_width=0):
                self.panel = gr.HTML(panel_html([], text))

    def _events(self) -> None:
        talk = [self.chat, self.panel, self.box, self.send, self.stop, self.retry, self.clear]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asked = gr.on([self.box.submit, self.send.click], self.on_ask, [self.box, self.visitor, self.language], talk, **quiet)
        chosen = [chip.click(self.on_example, [chip, self.visitor, self.language], talk, **quiet) for chip in self.examples]
        again = self.retry.click(self.on_retry, [self.visitor, self.language], talk, **quiet)
        answers = [asked, *chosen, again]
        for answer in answers:
            answer.failure(self.on_failure, [self.visitor], talk, queue=False, **quiet)
        self.stop.click(self.on_stop, [self.visitor], talk, cancels=answers, queue=False, **quiet)
        self.clear.click(self.on_clear, [self.visitor], talk, cancels=answers, queue=False, **quiet)

        texts = [self.header, self.language, self.welcome, *self.examples, self.disclaimer, *talk]
        self.language.input(self.on_language, [self.visitor, self.language], texts, queue=False, **quiet).then(
            None, js="() => window.coachPage?.localise()", api_visibility="private"
        )
        self.blocks.load(self.on_load, None, [self.visitor, *texts], queue=False, **quiet).then(
            None, js="() => window.coachPage?.localise()", api_visibility="private"
        )
        gr.events.api(self.ask, api_name="ask", concurrency_limit=CONCURRENT_ANSWERS)

    def on_load(self, request: gr.Request) -> dict[Any, Any]:
        language = preferred_language(request.headers.get("accept-language"))
        visitor = Visitor(browser=language, page=language)
        return {self.visitor: visitor, **self._texts(visitor)}

    def on_language(self, visitor: Visitor, choice: str) -> dict[Any, Any]:
        visitor.page = chosen_language(choice) or visitor.browser
        return self._texts(visitor)

    def on_ask(self, question: str, visitor: Visitor, choice: str) -> Iterator[dict[Any, Any]]:
        yield from self._reply(question, visitor, choice, emptied=True)

    def on_example(self, question: str, visitor: Visitor, choice: str) -> Iterator[dict[Any, Any]]:
        yield from self._reply(question, visitor, choice)

    def on_retry(self, visitor: Visitor, choice: str) -> Iterator[dict[Any, Any]]:
        question = visitor.take_back()
        if question is None:
            yield self._talk(visitor)
        else:
            yield from self._reply(question, visitor, choice)

    def on_stop(self, visitor: Visitor) -> dict[Any, Any]:
        visitor.stop()
        return self._talk(visitor)

    def on_clear(self, visitor: Visitor) -> dict[Any, Any]:
        visitor.stop()
        visitor.exchanges = []
        return self._talk(visitor)

    def on_failure(self, visitor: Visitor) -> dict[Any, Any]:
        # The exchange says itself that it failed; it only has to be drawn, since the event that broke did not get to that.
        return self._talk(visitor)

    def ask(self, question: str, language: str | None = None, history: list[dict[str, str]] | None = None) -> dict[str, Any]:
        """The coach's answer as plain data, in the shape of `coach ask --json`.

        `language` is "en", "es" or None for that of the question; `history` holds earlier messages, each with a "role"
        ("user" or "assistant") and a "content".
        """
        try:
            turns = [Turn("assistant" if turn["role"] == "assistant" else "user", turn["content"]) for turn in history or []]
        except KeyError as missing:
            raise gr.Error(f"history: a message has no {missing}; give each one a role and a content", print_exception=False) from None
        if language not in (None, *LANGUAGES):
            raise gr.Error(f"language: {language!r} is not known; give en, es or null", print_exception=False)
        try:
            return self.coach.ask(question, turns, chosen_language(language)).as_dict()
        except CoachError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def _reply(self, question: str, visitor: Visitor, choice: str, emptied: bool = False) -> Iterator[dict[Any, Any]]:
        exchange = visitor.begin(question)
        first = True
        for _ in reply(self.coach, visitor, exchange, chosen_language(choice), self.settings.max_question_chars):
            if first:
                yield self._talk(visitor) | ({self.box: gr.update(value="")} if emptied else {})
                first = False
            else:
                yield {self.chat: messages(visitor.exchanges, strings(visitor.page))}
        # A stopped exchange has been drawn by whoever stopped it, and the visitor may have gone on since.
        if exchange in visitor.exchanges and exchange.state != "stopped":
            yield self._talk(visitor)

    def _talk(self, visitor: Visitor) -> dict[Any, Any]:
        text = strings(visitor.page)
        busy = any(exchange.state == "waiting" for exchange in visitor.exchanges)
        return {
            self.chat: gr.update(value=messages(visitor.exchanges, text), label=text.chat_label),
            self.panel: panel_html(visitor.exchanges, text),
            self.box: gr.update(label=text.question_label, placeholder=text.placeholder),
            self.send: gr.update(value=text.send, visible=not busy),
            self.stop: gr.update(value=text.stop, visible=busy),
            self.retry: gr.update(value=text.retry, interactive=not busy),
            self.clear: gr.update(value=text.clear, interactive=not busy),
        }

    def _texts(self, visitor: Visitor) -> dict[Any, Any]:
        text = strings(visitor.page)
        return {
            self.header: header_html(text),
            self.language: gr.update(**self._language_texts(text)),
            self.welcome: welcome_html(text, self.coach.roles),
            **{chip: gr.update(value=example) for chip, example in zip(self.examples, text.examples, strict=True)},
            self.disclaimer: disclaimer_html(text),
            **self._talk(visitor),
        }

    @staticmethod
    def _language_texts(text: Strings) -> dict[str, Any]:
        return {"label": text.language_label, "choices": [(text.language_auto, "auto"), ("English", "en"), ("Español", "es")]}


def chosen_language(choice: str | None) -> Language | None:
    """The language that `choice` names, None for "auto"."""
    return next((language for language in LANGUAGES if language == choice), None)


def mount(app: FastAPI, blocks: gr.Blocks) -> FastAPI:
    """`app` with `blocks` at `/`: our look, no footer, and none of Gradio's side services."""
    folder = Path(__file__).parent
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        # Not as `css`: Gradio rewrites the selectors of that, and those about `body` then match nothing.
        head=f"<style>{(folder / 'page.css').read_text(encoding='utf-8')}</style>",
        js=(folder / "page.js").read_text(encoding="utf-8"),
        footer_links=[],
        # Gradio would keep every visitor's questions in their browser: on a shared computer the next person could read them.
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=False,
        pwa=False,
        enable_monitoring=False,
        # The page takes no files, but Gradio's upload route is there all the same.
        max_file_size=1,
    )
    return mounted


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in system fonts, so that no font is fetched; colours are those of page.css."""
    return gr.themes.Base(
        font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif"),
        font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"),
    )
