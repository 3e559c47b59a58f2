"""A visitor's conversations in a real browser: kept over reloads and restarts, found, named, changed, marked, taken away and erased."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser import PHONE, Open, ask, questions, ready, shown_quote
from fake_coach import FakeCoach
from pydantic import SecretStr

from coach.settings import Settings
from coach.storage.records import SavedExchange
from coach.ui.conversation import Exchange
from coach.ui.serve import Served, start
from coach.ui.strings import strings

if TYPE_CHECKING:
    from postgresql import PostgreSQL

pytestmark = pytest.mark.browser
TEXT = strings("en")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("chats")), FakeCoach(suggestions=("What pay?", "And in Spain?")), port=0)
    yield page
    page.stop()


def titles(page: Any) -> list[str]:
    return list(page.locator("#chats .chat-open").all_inner_texts())


def owners(served: Served) -> list[str]:
    """All whose conversations the store has."""
    import sqlalchemy as sa

    from coach.storage.schema import conversations

    with served.store.reading() as connection:
        return list(connection.execute(sa.select(conversations.c.owner).distinct()).scalars())


def kept(page: Any, served: Served) -> list[SavedExchange]:
    """What the store has of the conversation that `page` shows."""
    place = page.evaluate("sessionStorage.getItem('coach-chat')")
    for owner in owners(served):
        if place in {one.id for one in served.store.conversations(owner, limit=200)}:
            return served.store.exchanges(owner, place)
    return []


def confirm(page: Any, name: str, value: str | None = None) -> None:
    """Fill in and send the dialog that is open."""
    dialog = page.locator(f"#dialog-{name}")
    dialog.wait_for()
    if value is not None:
        dialog.locator("[name=value]").fill(value)
    dialog.locator("button[type=submit]").click()


def test_chats_are_listed_found_named_opened_and_deleted(served: Served, visit: Open) -> None:
    page = visit(served)
    assert page.locator(".chats-none").inner_text() == TEXT.chats_none
    ask(page, "What skills does a backend developer need?")
    page.get_by_role("button", name="New chat").click()
    page.locator("#welcome").wait_for()
    ask(page, "What pay?")
    assert titles(page) == ["What pay?", "What skills does a backend developer need?"]
    assert page.locator("#chats [aria-current]").inner_text() == "What pay?"

    page.locator("#search :is(input, textarea)").fill("SKILLS DEVELOPER")
    page.locator("#chats li").nth(1).wait_for(state="detached")
    assert titles(page) == ["What skills does a backend developer need?"]
    page.locator("#chats .chat-open").click()
    page.get_by_text("SQL").first.wait_for()
    assert questions(page) == ["What skills does a backend developer need?"]
    page.locator("#search :is(input, textarea)").fill("zebra")
    page.get_by_text(TEXT.chats_not_found).wait_for()
    page.locator("#search :is(input, textarea)").fill("")
    page.locator("#chats li").nth(1).wait_for()

    page.get_by_role("button", name="Rename “What skills").click()
    confirm(page, "rename", "<b>Mine</b> & yours")
    page.locator("#bar h2", has_text="<b>Mine</b> & yours").wait_for()
    assert titles(page) == ["What pay?", "<b>Mine</b> & yours"]

    page.get_by_role("button", name="Delete “<b>Mine").click()
    assert page.locator("#dialog-delete .about").inner_text() == "<b>Mine</b> & yours"
    confirm(page, "delete")
    page.locator("#welcome").wait_for()
    assert titles(page) == ["What pay?"]


def test_a_chat_is_there_after_a_reload_and_in_another_tab(served: Served, visit: Open) -> None:
    page = visit(served)
    ask(page, "What skills?")
    ask(page, "What pay?")
    page.reload()
    page.locator("#chat .reply.is-done").nth(1).wait_for()
    assert questions(page) == ["What skills?", "What pay?"]
    page.locator('a[href="#source-1-2"]').click()
    assert shown_quote(page).startswith("**APIs**"), "the sources of a restored answer"

    other = visit(served, context=page.context)
    assert questions(other) == []
    other.locator("#chats .chat-open").first.click()
    other.locator("#chat .reply.is-done").nth(1).wait_for()
    ask(other, "And a third?")
    # The first tab has not seen the third exchange: it must neither lose it nor take it back unseen.
    page.locator("#chat [data-act=retry]").click()
    page.get_by_text(TEXT.bars["elsewhere"]).wait_for()
    assert questions(page) == ["What skills?", "What pay?", "And a third?"]
    ask(page, "And a fourth?")
    assert questions(page) == ["What skills?", "What pay?", "And a third?", "And a fourth?"]
    assert [one.question for one in kept(page, served)] == questions(page)


def test_an_answer_goes_on_while_its_page_is_reloaded(visit: Open, tmp_path: Path) -> None:
    go_on = threading.Event()
    served = start(Settings(data=tmp_path), FakeCoach(go_on=go_on), port=0)
    page = visit(served)
    ask(page, "What skills?", wait=False)
    page.locator("#chat .reply.is-waiting strong").first.wait_for()
    page.reload()
    ready(page)
    page.locator("#chat .reply.is-waiting strong").first.wait_for()
    go_on.set()
    page.locator("#chat .reply.is-done").wait_for()
    assert questions(page) == ["What skills?"]
    whole = FakeCoach().ask("What skills?").text
    assert [(one.state, one.text) for one in kept(page, served)] == [("done", whole)]
    go_on.clear()
    ask(page, "What pay?", wait=False)
    page.locator("#chat .reply.is-waiting .answer", has_text="Country").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator("#chat .reply.is-stopped").wait_for()
    page.reload()
    page.locator("#chat .reply.is-stopped").wait_for()
    assert TEXT.stopped in page.locator("#chat .reply").last.inner_text()
    go_on.set()
    served.stop()


def test_an_answer_that_ends_while_its_page_is_being_opened_is_drawn(visit: Open, tmp_path: Path) -> None:
    go_on = threading.Event()
    served = start(Settings(data=tmp_path), FakeCoach(go_on=go_on), port=0)
    page = visit(served)
    ask(page, "What skills?", wait=False)
    page.locator("#chat .reply.is-waiting strong").first.wait_for()
    # What follows an answer asks through the queue; drawing the page does not.
    held: list[Any] = []
    released = threading.Event()
    page.route("**/queue/join**", lambda route: route.continue_() if released.is_set() else held.append(route))
    page.reload()
    page.locator("#chat .reply.is-waiting strong").first.wait_for()
    go_on.set()
    while not [one for one in kept(page, served) if one.state == "done"]:
        page.wait_for_timeout(20)
    assert page.locator("#chat .reply.is-done").count() == 0, "drawn before anything asked for it: the test holds back nothing"
    released.set()
    for route in held:
        route.continue_()
    page.locator("#chat .reply.is-done").wait_for()
    served.stop()


def test_a_server_may_be_restarted_between_two_questions(visit: Open, tmp_path: Path) -> None:
    coach, settings = FakeCoach(), Settings(data=tmp_path)
    served = start(settings, coach, port=0)
    page = visit(served)
    ask(page, "What skills?")
    served.stop()
    ask(page, "What pay?", wait=False)
    page.locator("#lost", has_text=TEXT.connection_lost).wait_for()
    again = start(settings, coach, port=int(served.url.rsplit(":", 1)[1]))
    # The page finds the new server by itself and loads anew; the conversation and what was being written are still there.
    page.locator("#lost").wait_for(state="detached")
    page.locator("#chat .reply.is-done").wait_for()
    page.wait_for_function("document.querySelector('#question textarea')?.value === 'What pay?'")
    page.locator("#question textarea").press("Enter")
    page.locator("#chat .reply.is-done").nth(1).wait_for()
    assert questions(page) == ["What skills?", "What pay?"]
    assert [len(history) for _, history, _ in coach.asked] == [0, 2]
    again.stop()


def test_a_question_is_changed_an_answer_asked_again_and_a_suggestion_asked(served: Served, visit: Open) -> None:
    page = visit(served)
    ask(page, "What skills?")
    page.get_by_role("button", name="And in Spain?").click()
    page.locator("#chat .reply.is-done").nth(1).wait_for()
    assert questions(page) == ["What skills?", "And in Spain?"]
    assert page.locator("#chat .suggestion").count() == 2, "an answer that is not the last still suggests"
    first, second = (one.id for one in kept(page, served))
    page.locator("#chat [data-act=retry]").click()
    page.locator(f'#chat .reply.is-done[data-number="2"]:not([data-exchange="{second}"])').wait_for()
    assert questions(page) == ["What skills?", "And in Spain?"]
    page.locator("#chat .asked-box").first.hover()
    page.locator("#chat [data-act=edit]").first.click()
    assert page.locator("#dialog-edit [name=value]").input_value() == "What skills?"
    confirm(page, "edit", "What pay, and <i>where</i>?")
    page.locator(f'#chat .reply.is-done:not([data-exchange="{first}"])').wait_for()
    page.locator("#chat .message-row").nth(2).wait_for(state="detached")
    assert questions(page) == ["What pay, and <i>where</i>?"]
    assert [one.question for one in kept(page, served)] == ["What pay, and <i>where</i>?"]


def test_an_answer_is_marked_with_a_reason_and_copied(served: Served, visit: Open) -> None:
    page = visit(served)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, "What skills?")
    page.get_by_role("button", name=TEXT.bad).click()
    page.locator("#dialog-why").get_by_text(TEXT.reasons[1]).click()
    page.locator("#dialog-why button[type=submit]").click()
    page.get_by_text(TEXT.why_given).wait_for()
    (exchange,) = kept(page, served)
    assert (exchange.reaction, exchange.reason) == ("down", f"{TEXT.reasons[1]}.")
    assert any(one.question == "What skills?" and one.reason == exchange.reason for one in served.store.feedback())
    page.get_by_role("button", name=TEXT.good).click()
    page.locator("[data-act=react][data-value=up][aria-pressed=true]").wait_for()
    page.get_by_role("button", name=TEXT.good).click()
    page.locator("[data-act=react][data-value=up][aria-pressed=false]").wait_for()
    assert kept(page, served)[0].reaction is None
    page.get_by_role("button", name=TEXT.copy).click()
    page.locator("#announcer", has_text=TEXT.copied).wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == FakeCoach().ask("What skills?").text


def test_everything_can_be_taken_away_and_erased(served: Served, visit: Open) -> None:
    page, stranger = visit(served), visit(served)
    ask(page, "What skills?")
    ask(stranger, "What pay?")
    page.locator("details.export summary").click()
    with page.expect_download() as download:
        page.get_by_role("link", name=TEXT.export_markdown, exact=True).click()
    assert download.value.suggested_filename == "what-skills.md"
    assert "> What skills?" in Path(download.value.path()).read_text(encoding="utf-8")
    page.get_by_role("button", name=TEXT.data_title).click()
    with page.expect_download() as download:
        page.get_by_role("link", name=TEXT.export_all_json).click()
    exported = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    (one,) = exported["conversations"]
    assert (one["title"], one["exchanges"][0]["text"]) == ("What skills?", FakeCoach().ask("What skills?").text)
    with page.expect_download() as download:
        page.get_by_role("link", name=TEXT.export_all_markdown).click()
    assert download.value.suggested_filename == "career-coach.md"
    written = Path(download.value.path()).read_text(encoding="utf-8")
    for part in ("# What skills?", "> What skills?", FakeCoach().ask("What skills?").text, "Example labour survey"):
        assert part in written
    assert "Switzerland" not in json.dumps(exported) + written, "a stranger's"
    key = page.context.cookies()[0]["value"]
    page.locator("[data-act=erase]").click()
    page.locator("[data-act=erase-now]").click()
    page.get_by_text(TEXT.chats_none).wait_for()
    ready(page)
    assert questions(page) == []
    assert page.context.cookies()[0]["value"] != key
    stranger.reload()
    stranger.locator("#chat .reply.is-done").wait_for()
    assert titles(stranger) == ["What pay?"]


def test_a_chat_that_is_deleted_elsewhere_gives_way_to_a_new_one(served: Served, visit: Open) -> None:
    page = visit(served)
    ask(page, "What skills?")
    other = visit(served, context=page.context)
    other.get_by_role("button", name="Delete “What skills").click()
    confirm(other, "delete")
    other.get_by_text(TEXT.chats_none).wait_for()
    ask(page, "What pay?", wait=False)
    page.locator("#chat .reply.is-done td").first.wait_for()
    assert questions(page) == ["What pay?"]
    assert titles(page) == ["What pay?"]


def test_a_chat_of_two_hundred_exchanges_sends_its_end_only(served: Served, visit: Open) -> None:
    page = visit(served)
    ask(page, "What skills?")
    place = page.evaluate("sessionStorage.getItem('coach-chat')")
    owner = next(one for one in owners(served) if place in {chat.id for chat in served.store.conversations(one, limit=200)})
    coach = FakeCoach()
    answer = coach.ask("What skills?")
    for number in range(200):
        served.store.save(owner, place, Exchange(f"Question {number}", answer.text, "done", answer).saved())
    page.reload()
    page.locator("#chat .question .words", has_text="Question 199").wait_for()
    assert len(questions(page)) == 30
    assert page.locator(".source-card").count() == 1
    ask(page, "What pay?", wait=False)
    page.locator("#chat .reply.is-done td").first.wait_for()
    page.get_by_role("button", name="Show earlier messages").click()
    page.locator("#chat .question .words", has_text="Question 150").wait_for()
    assert len(questions(page)) == 60
    assert len(kept(page, served)) == 202


def test_the_list_of_chats_is_a_drawer_on_a_phone(served: Served, visit: Open) -> None:
    page = visit(served, viewport=PHONE)
    ask(page, "What skills?")
    assert not page.locator("#side").is_visible()
    page.get_by_role("button", name=TEXT.chats_open).click()
    page.locator("#chats .chat-open").wait_for()
    page.keyboard.press("Escape")
    page.locator("#side").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('chats-open')")


def test_a_database_may_be_away_for_a_while(postgresql: PostgreSQL, visit: Open, tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, database_url=SecretStr(postgresql.new_database()))
    served = start(settings, FakeCoach(), port=0)
    try:
        page = visit(served)
        ask(page, "What skills?")
        postgresql.stop()
        try:
            ask(page, "What pay?")
            page.get_by_text(TEXT.bars["unkept"]).wait_for()
            assert questions(page) == ["What skills?", "What pay?"]
        finally:
            postgresql.start()
        ask(page, "And then?")
        page.get_by_text(TEXT.bars["unkept"]).wait_for(state="detached")
        assert [one.question for one in kept(page, served)] == ["What skills?", "What pay?", "And then?"]
    finally:
        served.stop()
