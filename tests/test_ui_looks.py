"""Every tab in both languages, both colours, on a desktop and a phone: it can be read, fits, and breaks no rule of axe-core.

Leaves screenshots for people to look at in `screenshots/`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from browser import DESKTOP, LOCALE, PHONE, SCREENSHOTS, Open, ask, contrasts, fits, serious
from fake_coach import FakeCoach
from test_ui_practice_tab import ANSWERS

from coach.settings import Settings
from coach.types import Language
from coach.ui.pictures.words import picture_words
from coach.ui.practice_words import practice_words
from coach.ui.serve import Served, start
from coach.ui.strings import strings

pytestmark = pytest.mark.browser

# What is asked for each picture; then a question that leads to practice.
PICTURES: dict[Language, dict[str, str]] = {
    "en": {
        "skills": "Compare backend developer and devops engineer",
        "path": "What is the career path of a network engineer?",
        "salary": "How much does a backend developer earn in Germany?",
    },
    "es": {
        "skills": "¿En qué se diferencian un analista de datos y un ingeniero de datos?",
        "path": "¿Qué trayectoria profesional tiene el rol de ingeniería de redes?",
        "salary": "¿Cuánto gana un desarrollador backend en Alemania?",
    },
}
INTERVIEW = {"en": "What will they ask in a data analyst interview?", "es": "¿Qué preguntan en una entrevista de analista de datos?"}


@pytest.fixture(scope="module")
def served_real(coach: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    page = start(Settings(data=tmp_path_factory.mktemp("looks")), coach, port=0)
    yield page
    page.stop()


class Looks:
    """Looks at a page in both colours at each step, takes its picture, and gathers what is wrong with it."""

    def __init__(self, page: Any, name: str) -> None:
        self.page, self.name, self.faults = page, name, list[Any]()
        SCREENSHOTS.mkdir(exist_ok=True)

    def at(self, step: str, part: str = "") -> None:
        """`part` is what axe-core looks at: what has changed since it did last, nothing where a later step has it all."""
        if not fits(self.page):
            self.faults.append((step, "wider than the screen"))
        if self.page.locator("#top").bounding_box()["y"] != 0:
            self.faults.append((step, "the top of the page has been scrolled away"))
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.wait_for_function("dark => document.body.classList.contains('dark') === dark", arg=scheme == "dark")
            self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{scheme}-{step}.png")
            # But for colours both are the same page.
            rules = ["color-contrast"] if scheme == "dark" else None
            found = [*contrasts(self.page), *(serious(self.page, part, rules) if part else [])]
            self.faults.extend((step, scheme, fault) for fault in found)


@pytest.mark.parametrize("device", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_tab_can_be_read_by_everybody(served_real: Served, visit: Open, device: str, language: Language) -> None:
    text, words, drawn = strings(language), practice_words(language), picture_words(language)
    page = visit(served_real, LOCALE[language], {"desktop": DESKTOP, "phone": PHONE}[device])
    look = Looks(page, f"{device}-{language}")

    look.at("1-welcome", "html")
    for number, (kind, question) in enumerate(PICTURES[language].items(), start=2):
        ask(page, question)
        # Whoever scrolls an answer is no longer taken back to its beginning.
        page.locator("#chat").dispatch_event("wheel")
        page.locator(f"#chat .reply figure.picture-{kind}").evaluate("figure => figure.scrollIntoView()")
        look.at(f"{number}-{kind}")
    chart = page.locator("#chat .picture-salary")
    chart.locator("summary", has_text=drawn.table).press("Enter")
    table = chart.get_by_role("table")
    heads = [drawn.where, drawn.level, drawn.pay, drawn.year, drawn.source, drawn.marker]
    assert table.get_by_role("columnheader").all_inner_texts() == heads
    amounts = [re.sub(r"\s*\d+$", "", one) for one in chart.locator(".pay-amount").all_inner_texts()]
    rows = table.get_by_role("row").filter(has=page.get_by_role("rowheader")).all_inner_texts()
    assert len(rows) == len(amounts) > 0
    assert [amount for amount, row in zip(amounts, rows, strict=True) if amount.split("\n")[0].strip() not in row] == []
    table.scroll_into_view_if_needed()
    look.at("5-table")
    ask(page, INTERVIEW[language])
    page.locator("#chat .reply").last.locator("a.cite-link").first.click()
    page.locator("#sources mark.is-active").first.wait_for()
    look.at("6-sources", "html")
    page.keyboard.press("Escape")

    if device == "phone":
        page.get_by_role("button", name=text.chats_open).click()
        look.at("7-chats", "#side")
    page.get_by_role("button", name=text.data_title).click()
    page.locator("[data-act=erase]").click()
    look.at("8-data", "#dialogs")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    page.get_by_role("tab", name=text.tab_roles).click()
    look.at("9-roles")
    page.locator("#roles-found [data-role=data-analyst]").click()
    page.locator("#doc-title").wait_for()
    look.at("10-role", "#roles")
    # The document scrolls under the wheel and to a link's place, and nothing else does.
    page.locator("#roles-doc").hover()
    page.mouse.wheel(0, 400)
    page.wait_for_function("document.getElementById('roles-doc').scrollTop > 0")
    for section in ("salary", "career-path"):
        page.locator(f'.doc-outline a[href="#doc-{section}"]').press("Enter")
        look.at(f"11-{section}")
        assert page.locator(f"#doc-h-{section}").bounding_box()["y"] < 200

    page.locator("#doc-interview a.practise").click()
    page.locator("#practice-start").wait_for()
    look.at("12-practice", "#practice")
    for choice in ("junior", "technical"):
        page.locator(f"#practice-options input[value={choice}]").check(force=True)
    page.locator("#practice-start").click()
    page.locator("#practice-answer textarea").fill(ANSWERS[language])
    look.at("13-question", "#practice")
    page.locator("#practice-submit").click()
    page.locator("#judged-title").wait_for()
    look.at("14-feedback", "#practice")
    page.locator("#practice-stop").click()
    page.locator("#summary-title").wait_for()
    page.locator("#practice figure", has_text=words.plot_title).wait_for()
    look.at("15-summary", "#practice")
    assert look.faults == []


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
