"""The Chat tab: the list of conversations, the open one, and its sources.

What a visitor says stays in their session and, under their name, in the store. The browser knows which conversation it shows (`place`),
so that a page finds it again when the server has been restarted. Methods named `on_…` handle events and return updates by component.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from coach.settings import Settings
from coach.storage.records import LONGEST_REASON, LONGEST_TITLE
from coach.types import LANGUAGES, Language
from coach.ui.answers import Answers
from coach.ui.conversation import CoachLike, Exchange, Visitor, cited_passages, refusal
from coach.ui.history import LISTED, History
from coach.ui.identity import owner_of
from coach.ui.messages import Extra, messages
from coach.ui.side import bar_html, list_html
from coach.ui.sources import panel_html
from coach.ui.strings import Strings, preferred_language, strings
from coach.ui.texts import disclaimer_html, welcome_html

# How many exchanges of a long conversation are drawn at first, and more at a time.
DRAWN = 30
Updates = dict[Any, Any]


class ChatTab:
    """The components of the chat, and what happens when they are used."""

    def __init__(
        self, coach: CoachLike, settings: Settings, answers: Answers, history: History, extra: Callable[[Language], Extra]
    ) -> None:
        self.coach, self.settings, self.answers, self.history, self.extra = coach, settings, answers, history, extra

    def components(self, visitor: gr.State, language: gr.Radio) -> None:
        """Build the components, inside the tab; `visitor` and `language` are the page's own."""
        self.visitor, self.language = visitor, language
        text = strings("en")
        # Its script is the way from our buttons to the events: Gradio's own would be as many components as there are messages.
        self.bridge = gr.HTML(
            "", elem_id="bridge", js_on_load="window.coachSend = (event, data) => trigger(event, data);", visible="hidden"
        )
        self.place = gr.Textbox(elem_id="place", visible="hidden", show_label=False, container=False)
        with gr.Row(elem_id="main"):
            with gr.Column(elem_id="side", min_width=0):
                self.clear = gr.Button(text.clear, elem_id="clear", size="sm", min_width=0)
                self.search = gr.Textbox(
                    elem_id="search", lines=1, max_lines=1, container=False, show_label=False, min_width=0, placeholder=text.search_label
                )
                self.list = gr.HTML("", elem_id="chats")
                self.foot = gr.HTML("", elem_id="side-foot")
            with gr.Column(elem_id="talk", min_width=0):
                self.bar = gr.HTML(bar_html(Visitor(), text), elem_id="bar")
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
                    # Messages are made of escaped text (messages.py); Gradio's sanitizer would take away what screen readers need.
                    sanitize_html=False,
                    allow_tags=True,
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
                    self.disclaimer = gr.HTML(disclaimer_html(text, self.keeps), elem_id="disclaimer")
            with gr.Column(elem_id="sources", min_width=0):
                self.panel = gr.HTML(panel_html([], text))

    @property
    def keeps(self) -> bool:
        """Whether there is a store."""
        return self.history.store is not None

    @property
    def talk(self) -> list[Any]:
        """What changes with the conversation."""
        return [self.chat, self.panel, self.bar, self.list, self.place, self.box, self.send, self.stop]

    @property
    def drawn(self) -> list[Any]:
        """What changes with the language, or when a page is opened."""
        return [*self.talk, self.clear, self.search, self.welcome, *self.examples, self.disclaimer]

    def events(self) -> None:
        """Say what happens when a component is used."""
        here = [self.visitor, self.language, self.place]
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asked = gr.on([self.box.submit, self.send.click], self.on_ask, [self.box, *here], self.talk, **quiet)
        chosen = [chip.click(self.on_example, [chip, *here], self.talk, **quiet) for chip in self.examples]
        again = self.bridge.submit(self.on_again, here, self.talk, **quiet)
        for answer in [asked, *chosen, again]:
            answer.failure(self.on_failure, here, self.talk, queue=False, **quiet)
        self.stop.click(self.on_stop, here, self.talk, queue=False, **quiet)
        self.clear.click(self.on_clear, here, self.talk, queue=False, **quiet)
        # Not `input`, which the component does not tell of the first change.
        self.search.change(self.on_search, [self.search, *here], [self.list], queue=False, trigger_mode="always_last", **quiet)
        self.bridge.select(self.on_action, here, self.talk, queue=False, trigger_mode="multiple", **quiet).then(
            self.on_follow, here, self.talk, **quiet
        )
        self.place.change(None, [self.place], js="(place) => window.coachPage?.at(place)", api_visibility="private")

    # Events.

    def on_ask(self, question: str, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Iterator[Updates]:
        self.meet(visitor, choice, place, request)
        yield from self._ask(question, visitor, choice, emptied=True)

    def on_example(self, question: str, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Iterator[Updates]:
        self.meet(visitor, choice, place, request)
        yield from self._ask(question, visitor, choice)

    def on_again(self, event: gr.EventData, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Iterator[Updates]:
        """A suggestion asked, an answer asked for again, or a question changed: what comes from our own buttons and is answered."""
        self.meet(visitor, choice, place, request)
        data = _words(event)
        if data.get("act") == "ask":
            yield from self._ask(data.get("value", ""), visitor, choice)
            return
        # What this page shows may no longer be what the conversation is: nothing that was not seen may be taken back.
        changed = self.history.refresh(visitor)
        exchange = visitor.find(data.get("exchange", ""))
        if changed or exchange is None:
            visitor.bar = visitor.bar or "elsewhere"
            yield self._talk(visitor)
            return
        question = data.get("value", "").strip() if data.get("act") == "edit" else exchange.question
        self.history.take_back(visitor, exchange)
        yield from self._ask(question, visitor, choice)

    def on_action(self, event: gr.EventData, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Updates:
        """What comes from our own buttons and is done at once."""
        self.meet(visitor, choice, place, request)
        data = _words(event)
        act, chat, value = data.get("act"), data.get("chat", ""), data.get("value", "")
        if act == "open":
            visitor.search = visitor.search if self.history.open(visitor, chat) else ""
        elif act == "rename" and value.strip():
            self.history.rename(visitor, chat, value.strip()[:LONGEST_TITLE])
        elif act == "delete":
            self.history.delete(visitor, chat)
        elif act == "more":
            visitor.listed = (visitor.listed or LISTED) + LISTED
        elif act == "earlier":
            visitor.shown = max(visitor.shown, DRAWN) + DRAWN
        elif act == "sources":
            exchange = visitor.find(data.get("exchange", ""))
            return {self.panel: self._panel(visitor, exchange)}
        elif act in ("react", "why"):
            self._react(visitor, data)
            return {self.chat: self._messages(visitor), self.bar: bar_html(visitor, strings(visitor.page), self._first(visitor))}
        return self._talk(visitor)

    def on_follow(self, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Iterator[Updates]:
        """Draw the answer that is being written in a conversation that was just opened, or reloaded in the middle of it."""
        self.meet(visitor, choice, place, request)
        last = visitor.exchanges[-1] if visitor.exchanges else None
        # Gradio takes a generator that yields nothing for one that empties everything.
        yield {self.chat: gr.skip()}
        if last and self.answers.live(visitor.owner).get(last.id) is last:
            yield from self._follow(visitor, last)
        elif visitor.shown_busy:
            # It ended between the drawing and now.
            yield self._talk(visitor)

    def on_stop(self, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Updates:
        self.meet(visitor, choice, place, request)
        visitor.stop()
        self.answers.changed()
        self.history.keep(visitor)
        return self._talk(visitor)

    def on_clear(self, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Updates:
        self.meet(visitor, choice, place, request)
        visitor.clear()
        return self._talk(visitor)

    def on_search(self, search: str, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Updates:
        self.meet(visitor, choice, place, request)
        visitor.search, visitor.listed = search.strip(), 0
        return {self.list: self._list(visitor)}

    def on_failure(self, visitor: Visitor, choice: str, place: str, request: gr.Request) -> Updates:
        # The exchange says itself that it failed; it only has to be drawn, since the event that broke did not get to that.
        self.meet(visitor, choice, place, request)
        return self._talk(visitor)

    # What the events are made of.

    def meet(self, visitor: Visitor, choice: str, place: str, request: gr.Request) -> None:
        """Bring what the session knows of the visitor in line with the request, which alone says who they are and what their page shows."""
        owner = owner_of(request.request.scope) if request.request else None
        if visitor.owner != owner:
            visitor.clear()
            visitor.owner = owner
        visitor.browser = preferred_language(request.headers.get("accept-language"))
        visitor.page = chosen_language(choice) or visitor.browser
        if place and place != visitor.conversation:
            self.history.open(visitor, place)

    def draw(self, visitor: Visitor) -> Updates:
        """Everything of the tab, in the visitor's language."""
        text = strings(visitor.page)
        return {
            self.clear: gr.update(value=text.clear),
            self.search: gr.update(placeholder=text.search_label, label=text.search_label),
            self.welcome: welcome_html(text, self.coach.roles),
            **{chip: gr.update(value=example) for chip, example in zip(self.examples, text.examples, strict=True)},
            self.disclaimer: disclaimer_html(text, self.keeps and visitor.owner is not None),
            **self._talk(visitor),
        }

    def _ask(self, question: str, visitor: Visitor, choice: str, emptied: bool = False) -> Iterator[Updates]:
        self.history.refresh(visitor)
        told = visitor.history()
        exchange = visitor.begin(question)
        if not refusal(exchange, self.settings.max_question_chars):
            self.history.begin(visitor, exchange)
            owner, conversation = visitor.owner, visitor.conversation
            self.answers.begin(owner, exchange, told, chosen_language(choice), lambda: self.history.keep_one(owner, conversation, exchange))
        yield self._talk(visitor) | ({self.box: self._box(visitor, value="")} if emptied else {})
        yield from self._follow(visitor, exchange)

    def _follow(self, visitor: Visitor, exchange: Exchange) -> Iterator[Updates]:
        for _ in self.answers.follow(exchange):
            if exchange in visitor.exchanges:
                yield {self.chat: self._messages(visitor)}
        # A stopped exchange has been drawn by whoever stopped it, and the visitor may have gone on since.
        if exchange in visitor.exchanges and exchange.state != "stopped":
            self.history.keep(visitor)
            yield self._talk(visitor)

    def _react(self, visitor: Visitor, data: dict[str, str]) -> None:
        exchange = visitor.find(data.get("exchange", ""))
        if exchange is None or exchange.answer is None:
            return
        value = data.get("value", "")
        if data["act"] == "why":
            self.history.react(visitor, exchange, exchange.reaction, value.strip()[:LONGEST_REASON] or None)
        elif value in ("up", "down"):
            reaction = None if exchange.reaction == value else value
            self.history.react(visitor, exchange, reaction, None)  # type: ignore[arg-type]

    def _talk(self, visitor: Visitor) -> Updates:
        text = strings(visitor.page)
        latest = next((one for one in reversed(visitor.exchanges) if one.answer and one.answer.citations), None)
        shown = self._list(visitor)
        # Asked once: the answer may end while this is drawn.
        visitor.shown_busy = busy = visitor.busy
        return {
            self.chat: self._messages(visitor),
            self.panel: self._panel(visitor, latest),
            self.list: shown,
            self.bar: bar_html(visitor, text, self._first(visitor)),
            self.place: visitor.conversation or "",
            self.box: self._box(visitor),
            self.send: gr.update(value=text.send, visible=not busy),
            self.stop: gr.update(value=text.stop, visible=busy),
        }

    def _box(self, visitor: Visitor, **changes: Any) -> Any:
        text = strings(visitor.page)
        return gr.update(label=text.question_label, placeholder=text.placeholder, **changes)

    def _list(self, visitor: Visitor) -> str:
        return list_html(self.history.conversations(visitor), visitor, strings(visitor.page))

    def _messages(self, visitor: Visitor) -> Any:
        text = strings(visitor.page)
        shown = messages(visitor.exchanges, text, self.extra(visitor.page), self._first(visitor))
        return gr.update(value=shown, label=text.chat_label)

    @staticmethod
    def _first(visitor: Visitor) -> int:
        """The first exchange that is drawn: of a long conversation only the end is, until more is asked for."""
        return max(0, len(visitor.exchanges) - max(visitor.shown, DRAWN))

    def _panel(self, visitor: Visitor, exchange: Exchange | None) -> str:
        """The sources of one answer: the passages of a restored one are looked up when they are asked for."""
        if exchange is None or exchange.answer is None:
            return ""
        if not exchange.passages:
            exchange.passages = cited_passages(self.coach, exchange.answer)
        return panel_html([(visitor.exchanges.index(exchange) + 1, exchange)], strings(visitor.page))


def _words(event: gr.EventData) -> dict[str, str]:
    """What our script sends along: names and texts, nothing else."""
    data = event._data if isinstance(event._data, dict) else {}
    return {str(name): value for name, value in data.items() if isinstance(value, str)}


def chosen_language(choice: str | None) -> Language | None:
    """The language that `choice` names, None for "auto"."""
    return next((language for language in LANGUAGES if language == choice), None)


def language_texts(text: Strings) -> dict[str, Any]:
    """What the language switch offers."""
    return {"label": text.language_label, "choices": [(text.language_auto, "auto"), ("English", "en"), ("Español", "es")]}
