"""Every tab in both languages, both colours, on a desktop and a phone: it can be read, fits, and breaks no rule of axe-core.

Leaves screenshots for people to look at in `screenshots/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browser import DESKTOP, LOCALE, PHONE, SCREENSHOTS, Open, ask, contrasts, fits, serious
from fake_coach import FakeCoach

from coach.settings import Settings
from coach.ui.serve import Served, start
from coach.ui.strings import strings

pytestmark = pytest.mark.browser

QUESTIONS = {
    "en": ("How much does a DevOps engineer earn in Germany?", "What will they ask in a data analyst interview?"),
    "es": ("¿Cuánto gana un ingeniero DevOps en Alemania?", "¿Qué preguntan en una entrevista de analista de datos?"),
}


@pytest.fixture(scope="module")
def served_real(coach: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("looks")), coach, port=0)
    yield page
    page.stop()


@pytest.mark.parametrize(
    ("device", "language", "scheme"),
    [("desktop", "en", "light"), ("desktop", "es", "dark"), ("phone", "es", "light"), ("phone", "en", "dark")],
)
def test_every_tab_can_be_read_by_everybody(served_real: Served, visit: Open, device: str, language: str, scheme: str) -> None:
    text = strings(language)  # type: ignore[arg-type]
    page = visit(served_real, LOCALE[language], {"desktop": DESKTOP, "phone": PHONE}[device], scheme)
    SCREENSHOTS.mkdir(exist_ok=True)
    faults: list[Any] = []

    def look(step: str) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=SCREENSHOTS / f"{device}-{language}-{scheme}-{step}.png")
        faults.extend((step, fault) for fault in [*contrasts(page), *serious(page), *([] if fits(page) else ["wider than the screen"])])

    look("1-welcome")
    for number, question in enumerate(QUESTIONS[language], start=2):
        ask(page, question)
        look(f"{number}-answer")
    page.locator("#chat .reply").last.locator("a.cite-link").first.click()
    look("4-sources")
    page.keyboard.press("Escape")
    if device == "phone":
        page.get_by_role("button", name=text.chats_open).click()
    page.get_by_role("button", name=text.data_title).click()
    page.locator("[data-act=erase]").click()
    look("5-data")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.get_by_role("tab", name=text.tab_roles).click()
    page.locator("#roles-found button").first.click()
    page.locator("#doc-title").wait_for()
    look("6-roles")
    page.get_by_role("tab", name=text.tab_practice).click()
    page.locator("#practice-start").wait_for()
    look("7-practice")
    assert faults == []


@pytest.fixture(scope="module")
def served_fake(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("fake")), FakeCoach(suggestions=("What pay?",)), port=0)
    yield page
    page.stop()


def test_colours_follow_the_system_or_the_visitor(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake, scheme="dark")
    dark = "document.body.classList.contains('dark')"
    assert page.evaluate(dark)
    page.emulate_media(color_scheme="light")
    page.wait_for_function(f"!{dark}")
    for label, is_dark in (("light", False), ("dark", True)):
        page.locator("#tools .theme").click()
        page.get_by_role("button", name=strings("en").themes[label]).wait_for()
        assert page.evaluate(dark) is is_dark
    page.reload()
    page.locator("body.localised").wait_for()
    assert page.evaluate(dark), "a choice is forgotten"
    page.locator("#tools .theme").click()
    page.wait_for_function(f"!{dark}")


def test_the_language_that_was_chosen_stays(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    page.locator("#language input[value=es]").check(force=True)
    page.wait_for_function("document.documentElement.lang === 'es'")
    page.reload()
    page.locator("body.localised").wait_for()
    assert page.locator("h1").inner_text() == strings("es").title
    assert page.locator("#language input[value=es]").is_checked()


def test_keys_alone_do_everything(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    page.keyboard.press("Alt+Shift+K")
    page.locator("#dialog-keys").wait_for()
    page.keyboard.press("Escape")
    page.locator("#dialog-keys").wait_for(state="hidden")
    page.keyboard.press("Alt+Shift+N")
    page.locator("#welcome").wait_for()
    page.keyboard.type("What pay?")
    page.keyboard.press("Enter")
    page.locator("#chat .reply.is-done").wait_for()
    page.keyboard.press("Alt+Shift+F")
    page.keyboard.type("skills")
    page.locator("#chats li").nth(1).wait_for(state="detached")
    # On from the search: each control once, in the order in which they stand, and each visibly focused.
    reached = []
    for _ in range(18):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => { const e = document.activeElement, outline = getComputedStyle(e).outlineStyle;
                return [e.dataset.act ?? e.className.split(' ')[0] ?? e.tagName, Boolean(e.closest('#ask-row')) || outline !== 'none']; }"""
            )
        )
    names = [name for name, _ in reached]
    assert names[:3] == ["open", "rename", "delete"]
    assert [name for name in names if name in ("edit", "copy", "retry", "ask", "react")] == [
        "edit",
        "copy",
        "react",
        "react",
        "retry",
        "ask",
    ]
    assert [name for name, focused in reached if not focused] == []


def test_an_answer_is_read_out_once_and_whole(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    assert page.locator("#chat [role=log]").get_attribute("aria-live") in ("off", None)
    ask(page, "What skills?")
    page.locator("#announcer", has_text=strings("en").answered).wait_for(state="attached")
    assert "core skill for querying" in (page.locator("#announcer").text_content() or "")
    assert page.locator("#chat [role=log]").get_attribute("aria-live") == "off"
