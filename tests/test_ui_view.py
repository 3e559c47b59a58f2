"""What the page's handlers do to a visitor, without a browser."""

from __future__ import annotations

from fake_coach import FakeCoach

from coach.settings import Settings
from coach.ui.conversation import Visitor
from coach.ui.page import build_page
from coach.ui.strings import strings
from coach.ui.view import Page


def test_stop_reaches_the_answer_that_is_being_written() -> None:
    page, visitor = Page(FakeCoach(), Settings()), Visitor()
    drawing = page.on_ask("What skills?", visitor, "auto")
    assert next(drawing)[page.stop]["visible"] is True
    drawn = page.on_stop(visitor)
    assert visitor.exchanges[0].state == "stopped"
    assert (drawn[page.stop]["visible"], drawn[page.send]["visible"]) == (False, True)
    assert list(drawing) == [], "a stopped answer draws over what the visitor has done since"


def test_a_second_question_stops_the_first() -> None:
    page, visitor = Page(FakeCoach(), Settings()), Visitor()
    next(page.on_ask("What skills?", visitor, "auto"))
    list(page.on_ask("What pay?", visitor, "auto"))
    assert [exchange.state for exchange in visitor.exchanges] == ["stopped", "done"]


def test_retry_with_nothing_asked_does_nothing() -> None:
    page, visitor = Page(FakeCoach(), Settings()), Visitor()
    assert len(list(page.on_retry(visitor, "auto"))) == 1
    assert visitor.exchanges == []


def test_many_roles_are_counted_not_listed() -> None:
    coach = FakeCoach()
    roles = coach.roles * 4
    from coach.ui.texts import welcome_html

    shown = welcome_html(strings("en"), roles)
    assert shown.count("DevOps Engineer") == 2
    assert "and 6 more" in shown


def test_build_page_gives_gradio_blocks_without_telemetry() -> None:
    import gradio as gr

    blocks = build_page(FakeCoach(), Settings())
    assert isinstance(blocks, gr.Blocks)
    assert blocks.analytics_enabled is False
