"""The whole page with Tab, Enter, Escape and the arrows alone: everything is reached, the focus is always seen and never lost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import DESKTOP, PHONE, Open, questions, shown_quote
from test_ui_practice_tab import ANSWERS

from coach.settings import Settings
from coach.ui.serve import Served, start

pytestmark = pytest.mark.browser
FOCUS = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const outlined = one => one && getComputedStyle(one).outlineStyle !== 'none' && parseFloat(getComputedStyle(one).outlineWidth) > 0;
    const ringed = e.closest('#ask-row') && getComputedStyle(e.closest('#ask-row')).boxShadow !== 'none';
    const box = e.getBoundingClientRect();
    // Headings take it for screen readers: nothing can be done with them.
    const text = e.tabIndex < 0 || e.closest('[tabindex="-1"]') === e;
    return {name: e.id || e.dataset.act || e.className || e.tagName,
        seen: Boolean(text || outlined(e) || outlined(e.closest('label')) || ringed),
        inside: box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth};
}"""


@pytest.fixture(scope="module")
def served(coach: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("keys")), coach, port=0)
    yield page
    page.stop()


def to(page: Any, selector: str, key: str = "Tab", most: int = 90) -> None:
    """Press the key until what the selector names has the focus; wherever that is on the way, it is seen."""
    for _ in range(most):
        page.keyboard.press(key)
        focus = page.evaluate(FOCUS)
        if focus is None:
            # Past the last control, where a browser has its own.
            continue
        assert focus["seen"], f"the focus is not to be seen on {focus['name']}"
        assert focus["inside"], f"the focus is outside of the screen on {focus['name']}"
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached by {key}")


def held(page: Any, selector: str) -> None:
    """Wait until what the selector names has the focus."""
    page.wait_for_function("selector => document.activeElement?.matches(selector)", arg=selector)


def asked(page: Any, question: str) -> None:
    done = page.locator("#chat .reply.is-done").count()
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    page.locator("#chat .reply.is-done").nth(done).wait_for()
    held(page, "#question textarea")


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_chat(served: Served, visit: Open, size: dict[str, int]) -> None:
    page = visit(served, viewport=size)
    held(page, "#question textarea")
    asked(page, "What skills does a backend developer need?")
    to(page, "#chat .cite-link", "Shift+Tab")
    page.keyboard.press("Enter")
    assert shown_quote(page)
    held(page, ".source-card")
    page.keyboard.press("Escape")
    held(page, "#chat .cite-link")

    def into_the_list() -> None:
        if size is PHONE:
            to(page, ".chats-open", "Shift+Tab")
            page.keyboard.press("Enter")
            held(page, "#clear")
            to(page, "#chats [data-act=rename]")
        else:
            to(page, "#chats [data-act=rename]", "Shift+Tab")

    into_the_list()
    page.keyboard.press("Enter")
    held(page, "#dialog-rename [name=value]")
    page.keyboard.press("Escape")
    held(page, "#chats [data-act=rename]")
    page.keyboard.press("Enter")
    held(page, "#dialog-rename [name=value]")
    page.keyboard.type("Skills of a backend")
    page.keyboard.press("Enter")
    page.locator("#bar h2", has_text="Skills of a backend").wait_for()
    held(page, "#chats [data-act=rename]")
    to(page, "#chats [data-act=delete]")
    page.keyboard.press("Enter")
    page.locator("#dialog-delete").wait_for()
    to(page, "#dialog-delete button[type=submit]")
    page.keyboard.press("Enter")
    page.locator("#welcome").wait_for()
    page.wait_for_function("document.querySelector('#chats .chats-none')")
    held(page, "#clear")
    page.keyboard.press("Enter")
    to(page, "#question textarea")
    asked(page, "What tools does a data analyst use?")
    to(page, "#chat [data-act=retry]", "Shift+Tab")
    page.keyboard.press("Enter")
    held(page, "#chat [data-act=retry], #question textarea")
    to(page, "#chat [data-act=edit]", "Shift+Tab")
    page.keyboard.press("Enter")
    held(page, "#dialog-edit [name=value]")
    page.keyboard.type("What does a data analyst earn?")
    to(page, "#dialog-edit button[type=submit]")
    page.keyboard.press("Enter")
    page.locator("#chat .picture-salary").wait_for()
    page.locator("#chat .reply.is-done").wait_for()
    held(page, "#chat [data-act=edit], #question textarea")
    assert questions(page) == ["What does a data analyst earn?"]


def test_a_role(served: Served, visit: Open) -> None:
    page = visit(served)
    to(page, "#tabs [role=tab][aria-selected=true]", "Shift+Tab")
    page.keyboard.press("ArrowRight")
    held(page, "#tab-roles-button[aria-selected=true]")
    to(page, "#roles-search :is(input, textarea)")
    page.keyboard.type("qa")
    page.wait_for_function("document.querySelectorAll('#roles-found [data-role]').length < 10")
    to(page, "#roles-found [data-role=qa-engineer]")
    page.keyboard.press("Enter")
    held(page, "#doc-title")
    to(page, '.doc-outline a[href="#doc-tools"]')
    page.keyboard.press("Enter")
    held(page, "#doc-h-tools")
    to(page, "#doc-tools a.doc-ask")
    page.keyboard.press("Enter")
    page.locator("#chat .reply.is-done").wait_for()
    held(page, "#question textarea")


def test_a_question_of_practice(served: Served, visit: Open) -> None:
    page = visit(served, at="/?tab=practice&role=data-analyst")
    page.locator("#practice-start").wait_for()
    to(page, "#practice-role input")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("data anal")
    page.get_by_role("option").nth(1).wait_for(state="detached")
    page.keyboard.press("Enter")
    page.wait_for_function("document.querySelector('#practice-role input').value === 'Data Analyst'")
    to(page, "#practice-level input")
    page.keyboard.press("ArrowRight")
    to(page, "#practice-kind input")
    page.keyboard.press("ArrowRight")
    to(page, "#practice-start")
    page.keyboard.press("Enter")
    held(page, "#put-question")
    to(page, "#practice-answer textarea")
    page.keyboard.insert_text(ANSWERS["en"])
    to(page, "#practice-submit")
    page.keyboard.press("Enter")
    held(page, "#judged-title")
    to(page, "#practice-again")
    page.keyboard.press("Enter")
    held(page, "#put-question")
    to(page, "#practice-end")
    page.keyboard.press("Enter")
    held(page, "#summary-title")
    to(page, "#practice-new")
    page.keyboard.press("Enter")
    to(page, "#practice-start", most=40)
