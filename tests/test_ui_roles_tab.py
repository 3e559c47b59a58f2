"""The Roles tab: every role is found by any of its names, its documents are shown whole, and a question about it goes to the chat."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import gradio as gr
import pytest
import yaml
from browser import CHROMIUM, DESKTOP, PHONE
from tabs_page import WIDER_THAN_THE_SCREEN, serve_tabs
from test_ui_strings import shape

from coach.knowledge.catalogue import load_catalogue
from coach.settings import Settings
from coach.types import Chunk, Language, Role
from coach.ui.roles_document import document_html
from coach.ui.roles_search import SHOWN, RoleSearch, list_html
from coach.ui.roles_tab import RolesTab, RolesView
from coach.ui.roles_words import FOLDER, roles_words
from coach.ui.strings import strings

if TYPE_CHECKING:
    from coach.coach import Coach

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")
EVIL = '<img src=x onerror="hacked=1">'
LANGUAGES: tuple[Language, ...] = ("en", "es")


def text_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


def squeezed(text: str) -> str:
    """The letters and digits alone: what is read, without the signs of Markdown."""
    return "".join(re.findall(r"\w", text))


@dataclass
class OneRole:
    """A coach with one made-up role; `texts` by language and section."""

    texts: dict[Language, dict[str, str]]
    titles: dict[Language, str] = field(default_factory=lambda: {"en": "Baker", "es": "Panadería"})
    url: str | None = None

    @property
    def roles(self) -> list[Role]:
        return [Role("baker", self.titles, {"en": (), "es": ()})]

    def sections(self, role: str) -> dict[Language, list[str]]:
        return {language: list(self.texts.get(language, {})) for language in LANGUAGES}

    def passages(self, role: str, language: Language, section: str) -> list[Chunk]:
        text = self.texts.get(language, {}).get(section)
        if text is None:
            return []
        chunk_id = f"baker/{language}/{section}#0"
        return [
            Chunk(chunk_id, "baker", language, section, "Baker", section, text, (), f"Guild {EVIL}", self.url, "2026-02", f"b{EVIL}.md")
        ]


@pytest.mark.parametrize(
    ("query", "language", "first"),
    [
        ("data anal", "en", "data-analyst"),
        ("ANALISTA de dat", "en", "data-analyst"),
        ("tecnico de soporte", "es", "it-support-specialist"),
        ("bi analyst", "es", "data-analyst"),
        ("devops", "es", "devops-engineer"),
    ],
)
def test_a_role_is_found_by_any_name_in_either_language(coach: Coach, query: str, language: Language, first: str) -> None:
    assert RoleSearch(coach.roles).find(query, language)[0].role.id == first


def test_what_was_searched_for_is_said_where_the_title_does_not_say_it(coach: Coach) -> None:
    found = RoleSearch(coach.roles).find("bi analyst", "en")
    assert "also: BI Analyst" in text_of(list_html(found, SHOWN, None, roles_words("en")))


def test_nothing_is_found_for_no_name(coach: Coach) -> None:
    assert RoleSearch(coach.roles).find("zzz", "en") == []
    assert "No role has that name" in list_html([], SHOWN, None, roles_words("en"))


def test_thousands_of_imports_come_after_ours_and_a_page_at_a_time() -> None:
    imports = [Role(f"o-{n}", {"en": f"Analyst {n:04}"}, {"en": ()}, origin="import") for n in range(3000)]
    found = RoleSearch([*imports, Role("z", {"en": "Zebra analyst"}, {"en": ()})]).find("analyst", "en")
    assert [found[0].role.id, found[1].role.id, len(found)] == ["z", "o-0", 3001]
    html = list_html(found, SHOWN, None, roles_words("en"))
    assert (html.count("data-role="), html.count("roles-tag"), text_of(html).count(f"{3001 - SHOWN} left")) == (SHOWN, SHOWN - 1, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_document_is_shown_whole(coach: Coach, knowledge: Path, language: Language) -> None:
    """Every word of the file, and every figure of the facts, in the order of the sections."""
    role = next(role for role in coach.roles if role.id == "data-analyst")
    catalogue = load_catalogue(knowledge)
    html = document_html(role, coach, catalogue, roles_words(language))
    parts = dict(re.findall(r'<section class="doc-section" id="doc-([\w-]+)".*?>(.*?)</section>', html, re.DOTALL))
    assert list(parts) == [section for section in catalogue.ids if section in coach.sections(role.id)[language]]
    for section, part in parts.items():
        shown = squeezed(text_of(part))
        for chunk in coach.passages(role.id, language, section):
            for one in chunk.statements:
                said = one.pay.amount if one.pay else one.within(chunk.text)
                assert squeezed(said) in shown, f"{section}: {said}"
            assert chunk.source in text_of(part)
    file = (knowledge / role.id / f"{language}.md").read_text(encoding="utf-8")
    for section in ("overview", "skills", "interview", "faq"):
        words = file.split(f"## {catalogue.heading(section, language)}\n")[1].split("\n## ")[0]
        assert squeezed(words) in squeezed(text_of(parts[section])), section


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_section_offers_a_question_that_the_coach_answers_from_it(coach: Coach, knowledge: Path, language: Language) -> None:
    role = next(role for role in coach.roles if role.id == "backend-developer")
    html = document_html(role, coach, load_catalogue(knowledge), roles_words(language))
    asked = {
        section: unquote(link) for section, link in re.findall(r'doc-section" id="doc-([\w-]+)".*?href="#ask=([^"]+)"', html, re.DOTALL)
    }
    assert set(asked) == set(coach.sections(role.id)[language])
    for section in ("skills", "salary", "interview", "mistakes"):
        answer = coach.ask(asked[section])
        assert (answer.kind, answer.language, answer.roles) == ("answer", language, (role.id,)), asked[section]
        assert section in {citation.section for citation in answer.citations}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_exists_in_the_other_language_only_is_shown_and_said(knowledge: Path, language: Language) -> None:
    other: Language = "es" if language == "en" else "en"
    words, catalogue = roles_words(language), load_catalogue(knowledge)
    only = OneRole({other: {"skills": "- Kneading"}})
    html = document_html(only.roles[0], only, catalogue, words)
    assert html.count(words.other_language) == 1
    assert words.other_language_section not in html
    assert f'<div class="doc-text prose" lang="{other}">' in html
    partly = OneRole({language: {"skills": "- Kneading"}, other: {"tools": "- Oven"}})
    html = document_html(partly.roles[0], partly, catalogue, words)
    assert html.count(words.other_language_section) == 1
    assert words.other_language not in html


def test_nothing_of_a_document_becomes_html(knowledge: Path) -> None:
    evil = OneRole({"en": {"skills": f"- {EVIL}\n\n[link](javascript:alert(1))"}}, {"en": EVIL, "es": EVIL}, "javascript:alert(1)")
    html = document_html(evil.roles[0], evil, load_catalogue(knowledge), roles_words("en"))
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert html.count("&lt;img") > 3
    assert "<img" not in list_html(RoleSearch(evil.roles).find("", "en"), SHOWN, None, roles_words("en"))


@pytest.mark.parametrize("sent", [{"role": "nobody"}, {"role": ["x"]}, {}, None, "role"])
def test_a_made_up_choice_changes_nothing(coach: Coach, sent: Any) -> None:
    tab, view = RolesTab(coach, Settings()), RolesView(role="data-analyst")
    assert 'data-role="data-analyst"' in tab.on_choose(view, gr.EventData(None, sent))


def test_the_words_are_those_of_the_language() -> None:
    english, spanish = (yaml.safe_load((FOLDER / f"{one}.yaml").read_text(encoding="utf-8")) for one in LANGUAGES)
    assert shape(english) == shape(spanish)
    assert [key for key in english if english[key] == spanish[key]] == []


@pytest.fixture(scope="module")
def address(coach: Any) -> Iterator[str]:
    with serve_tabs({"roles": lambda: RolesTab(coach, Settings(), lambda role: True)}) as served:
        yield served


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    context = browser.new_context(viewport=DESKTOP, reduced_motion="reduce")
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    yield opened
    context.close()
    assert errors == []


@in_browser
def test_from_a_search_to_an_answer_with_the_keyboard_alone(address: str, page: Any) -> None:
    page.goto(f"{address}/?tab=roles")
    page.locator("#roles-search :is(input, textarea)").focus()
    page.keyboard.type("análisis de dat")
    page.wait_for_function("document.querySelectorAll('#roles-found [data-role]').length === 1")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.dataset.role") == "data-analyst"
    page.keyboard.press("Enter")
    page.locator("#doc-title").wait_for()
    page.wait_for_function("document.activeElement.id === 'doc-title'")
    assert page.locator("#doc-title").inner_text() == "Data Analyst"
    assert page.url.endswith("?tab=roles&role=data-analyst")
    page.locator('.doc-outline a[href="#doc-interview"]').focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "doc-h-interview"
    assert page.locator("#doc-interview").bounding_box()["y"] < 400
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator("#asked", has_text="How do I prepare for a Data Analyst interview?").wait_for()
    assert page.locator("#question").is_visible()


@in_browser
def test_a_link_opens_a_role_and_the_language_follows_the_page(address: str, page: Any) -> None:
    page.goto(f"{address}/?role=data-analyst&lang=es")
    page.locator("#doc-title", has_text="Analista de datos").wait_for()
    assert page.locator("#roles-found [aria-current]").inner_text() == "Analista de datos"
    page.locator("#language input[value=en]").dispatch_event("click")
    page.locator("#doc-title", has_text="Data Analyst").wait_for()
    page.locator("#roles-count, .roles-count", has_text="26 roles").wait_for()
    own = [yaml.safe_load((FOLDER / f"{one}.yaml").read_text(encoding="utf-8")) for one in LANGUAGES]
    left = [own[1][key] for key in own[0] if isinstance(own[1][key], str) and "{" not in own[1][key]]
    assert [words for words in left if f">{words}<" in page.content() or f'"{words}"' in page.content()] == []


@in_browser
def test_one_at_a_time_on_a_phone(address: str, page: Any) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{address}/?tab=roles")
    page.locator("#roles-found [data-role=qa-engineer]").click()
    page.locator("#doc-title").wait_for()
    assert not page.locator("#roles-found").is_visible()
    assert page.evaluate(WIDER_THAN_THE_SCREEN) == []
    page.locator(".doc-back").click()
    assert page.locator("#roles-found").is_visible()
    assert not page.locator("#doc-title").is_visible()
    assert page.evaluate("document.activeElement.dataset.role") == "qa-engineer"


def test_the_page_s_words_are_used_for_dates() -> None:
    assert roles_words("es").when("2026-02") == strings("es").date("2026-02") == "febrero de 2026"
    assert roles_words("es").when(None) == "no consta"
