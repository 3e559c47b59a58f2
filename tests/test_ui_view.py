"""What the page's handlers do to a visitor, without a browser."""

from __future__ import annotations

from typing import Any

import gradio as gr
from fake_coach import FakeCoach
from starlette.requests import Request

from coach.settings import Settings
from coach.ui.chat_tab import ChatTab
from coach.ui.conversation import Visitor
from coach.ui.page import build_page
from coach.ui.strings import strings
from coach.ui.texts import welcome_html
from coach.ui.view import Page


def a_request(**headers: str) -> gr.Request:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return gr.Request(Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}))


def a_chat(**settings: Any) -> ChatTab:
    return Page(FakeCoach(**settings), Settings()).chat


def test_stop_reaches_the_answer_that_is_being_written() -> None:
    chat, visitor = a_chat(delay=0.2), Visitor()
    drawing = chat.on_ask("What skills?", visitor, "auto", "", a_request())
    assert next(drawing)[chat.stop]["visible"] is True
    drawn = chat.on_stop(visitor, "auto", "", a_request())
    assert visitor.exchanges[0].state == "stopped"
    assert (drawn[chat.stop]["visible"], drawn[chat.send]["visible"]) == (False, True)
    assert list(drawing) == [], "a stopped answer draws over what the visitor has done since"


def test_a_second_question_stops_the_first() -> None:
    chat, visitor = a_chat(delay=0.02), Visitor()
    next(chat.on_ask("What skills?", visitor, "auto", "", a_request()))
    list(chat.on_ask("What pay?", visitor, "auto", "", a_request()))
    assert [exchange.state for exchange in visitor.exchanges] == ["stopped", "done"]


def test_the_page_speaks_the_language_of_the_request_unless_one_is_chosen() -> None:
    chat, visitor = a_chat(), Visitor()
    chat.on_clear(visitor, "auto", "", a_request(accept_language="es-ES,en;q=0.5"))
    assert (visitor.browser, visitor.page) == ("es", "es")
    chat.on_clear(visitor, "en", "", a_request(accept_language="es-ES,en;q=0.5"))
    assert (visitor.browser, visitor.page) == ("es", "en")


def test_what_the_script_sends_is_taken_for_words_only() -> None:
    chat, visitor = a_chat(), Visitor()
    list(chat.on_ask("What skills?", visitor, "auto", "", a_request()))
    exchange = visitor.exchanges[0]
    for data in (None, "react", ["react"], {"act": "react"}, {"act": 7}, {"act": "react", "exchange": exchange.id, "value": "sideways"}):
        chat.on_action(gr.EventData(None, data), visitor, "auto", "", a_request())
    assert exchange.reaction is None
    chat.on_action(gr.EventData(None, {"act": "react", "exchange": exchange.id, "value": "up"}), visitor, "auto", "", a_request())
    chat.on_action(gr.EventData(None, {"act": "why", "exchange": exchange.id, "value": "x" * 5000}), visitor, "auto", "", a_request())
    assert (exchange.reaction, len(exchange.reason or "")) == ("up", 1000)


def test_asking_again_for_what_is_not_there_asks_nothing() -> None:
    chat, visitor = a_chat(), Visitor()
    event = gr.EventData(None, {"act": "retry", "exchange": "another"})
    assert len(list(chat.on_again(event, visitor, "auto", "", a_request()))) == 1
    assert visitor.exchanges == []


def test_many_roles_are_counted_not_listed() -> None:
    shown = welcome_html(strings("en"), FakeCoach().roles * 4)
    assert shown.count("DevOps Engineer") == 2
    assert "and 6 more" in shown


def test_build_page_gives_gradio_blocks_without_telemetry() -> None:
    blocks = build_page(FakeCoach(), Settings())
    assert isinstance(blocks, gr.Blocks)
    assert blocks.analytics_enabled is False
