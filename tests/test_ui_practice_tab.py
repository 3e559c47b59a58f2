"""The Practise tab: one question at a time, feedback that quotes, sessions that are kept for their owner alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import gradio as gr
import pytest
import yaml
from browser import CHROMIUM, DESKTOP, PHONE
from tabs_page import serve_tabs
from test_ui_strings import shape

from coach.errors import ServiceError
from coach.settings import Settings
from coach.storage.records import Attempt
from coach.storage.store import Store
from coach.types import Language
from coach.ui.identity import OWNER
from coach.ui.practice_state import PracticeView
from coach.ui.practice_tab import PracticeTab, practise_html
from coach.ui.practice_words import FOLDER, practice_words
from coach.ui.roles_tab import RolesTab
from coach.ui.strings import strings

if TYPE_CHECKING:
    from coach.coach import Coach

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")
EVIL = '<img src=x onerror="hacked=1">'
ANSWERS = {
    "en": "WHERE filters the rows before they are grouped, and HAVING filters the groups afterwards. In my last job I needed the customers "
    "with more than 3 orders: I put the year in WHERE and the count in HAVING, and the report ran 40% faster.",
    "es": "WHERE filtra las filas antes de agruparlas y HAVING filtra los grupos después. En mi último trabajo necesitaba los clientes con "
    "más de 3 pedidos: puse el año en WHERE y el recuento en HAVING, y el informe tardó un 40 % menos.",
}


def asked_by(owner: str | None) -> Any:
    return SimpleNamespace(request=SimpleNamespace(scope={OWNER: owner}), query_params={})


def made(coach: Any, store: Any = None) -> PracticeTab:
    tab = PracticeTab(coach, store)
    with gr.Blocks():
        tab.components()
    return tab


def words_of(html: str) -> str:
    return unescape(re.sub(r"<[^>]+>", "", html))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(Settings(data=tmp_path)) as opened:
        yield opened


class Broken:
    """A store that cannot be reached."""

    def add_attempt(self, owner: str, attempt: Attempt) -> None:
        raise ServiceError("the database cannot be reached")

    def attempts(self, owner: str, role: str | None = None, language: Language | None = None) -> list[Attempt]:
        raise ServiceError("the database cannot be reached")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_session_from_the_first_question_to_the_summary(coach: Coach, store: Store, language: Language) -> None:
    tab, view, me = made(coach, store), PracticeView(language=language), asked_by("key:me")
    drawn = tab.on_start(view, "data-analyst", "junior", "technical", 3, me)
    assert view.session is not None
    assert [question.level for question in view.session.questions] == ["junior"] * 3
    first = view.session.questions[0]
    assert first.question in words_of(drawn[tab.question])
    drawn = tab.on_submit(view, ANSWERS[language], me)
    feedback = view.session.last
    assert feedback is not None
    shown = words_of(drawn[tab.feedback])
    for finding in feedback.points:
        assert finding.point.text in shown
        assert finding.quote is None or finding.quote.text in shown
    assert feedback.advice.text in shown
    marks = re.findall(r"<mark[^>]*>(.*?)</mark>", drawn[tab.feedback], re.DOTALL)
    assert {words_of(mark) for mark in marks} >= {point.text for point in first.points if "`" not in point.text}
    drawn = tab.on_next(view, me)
    assert "2" in words_of(drawn[tab.question])
    tab.on_next(view, me)
    drawn = tab.on_next(view, me)
    assert (view.stage, len(view.session.skipped)) == ("over", 2)
    links = [unquote(link.split(",", 1)[1]) for link in re.findall(r'href="(data:[^"]+)"', unescape(drawn[tab.summary]))]
    assert links[0].startswith("# ")
    assert json.loads(links[1])["answers"][0]["answer"] == ANSWERS[language]
    kept = store.attempts("key:me")
    assert [(one.question, one.answer, one.score) for one in kept] == [(first.id, ANSWERS[language], feedback.score)]


def test_another_visitor_sees_nothing_of_it(coach: Coach, store: Store) -> None:
    tab, view = made(coach, store), PracticeView()
    tab.on_start(view, "data-analyst", "all", "all", 3, asked_by("key:me"))
    tab.on_submit(view, ANSWERS["en"], asked_by("key:me"))
    mine = tab.on_new(view, asked_by("key:me"))[tab.history]
    assert "Data Analyst" in mine
    assert tab.on_new(PracticeView(), asked_by("key:you"))[tab.history] == ""
    assert tab.on_new(PracticeView(), asked_by(None))[tab.history] == ""


def test_a_second_click_does_not_mark_twice(coach: Coach, store: Store) -> None:
    tab, view, me = made(coach, store), PracticeView(), asked_by("key:me")
    tab.on_start(view, "data-analyst", "all", "all", 3, me)
    tab.on_submit(view, ANSWERS["en"], me)
    tab.on_submit(view, ANSWERS["en"], me)
    assert len(store.attempts("key:me")) == 1


def test_answering_again_begins_with_what_was_said(coach: Coach, store: Store) -> None:
    tab, view, me = made(coach, store), PracticeView(), asked_by("key:me")
    tab.on_start(view, "data-analyst", "all", "all", 3, me)
    tab.on_submit(view, "I would ask.", me)
    assert tab.on_again(view, me)[tab.answer] == "I would ask."
    tab.on_submit(view, ANSWERS["en"], me)
    assert len({one.question for one in store.attempts("key:me")}) == 1
    assert len(store.attempts("key:me")) == 2


def test_feedback_is_given_while_nothing_can_be_kept(coach: Coach) -> None:
    tab, view, me = made(coach, Broken()), PracticeView(), asked_by("key:me")
    tab.on_start(view, "data-analyst", "all", "all", 3, me)
    drawn = tab.on_submit(view, ANSWERS["en"], me)
    assert "Score" in drawn[tab.feedback]
    assert practice_words("en").unkept in unescape(drawn[tab.note])
    assert "Your sessions" in tab.on_end(view, me)[tab.summary]


@pytest.mark.parametrize(
    ("role", "level", "kind", "count"), [("nobody", "all", "all", 5), (None, "x", None, None), ("data-analyst", "king", "odd", 999)]
)
def test_a_made_up_choice_is_no_error(coach: Coach, role: Any, level: Any, kind: Any, count: Any) -> None:
    tab, view = made(coach), PracticeView()
    drawn = tab.on_start(view, role, level, kind, count, asked_by(None))
    assert view.note or (view.session and len(view.session.questions) == 5)
    assert "Traceback" not in drawn[tab.note]


def test_nothing_that_is_written_becomes_html(coach: Coach) -> None:
    tab, view, me = made(coach), PracticeView(), asked_by(None)
    tab.on_start(view, "data-analyst", "all", "all", 3, me)
    drawn = tab.on_submit(view, f"{EVIL} I did {EVIL} and {ANSWERS['en']} {EVIL}", me)
    over = tab.on_end(view, me)
    assert "<img" not in drawn[tab.feedback] + over[tab.summary]


def test_a_much_too_long_answer_is_said_to_be(coach: Coach) -> None:
    tab, view, me = made(coach), PracticeView(), asked_by(None)
    tab.on_start(view, "data-analyst", "all", "all", 3, me)
    assert "10000" in tab.on_submit(view, "word " * 3000, me)[tab.note]
    assert view.stage == "asked"


@pytest.mark.parametrize(
    ("question", "link"),
    [
        ("What interview questions for a junior data analyst?", "#practise=data-analyst/junior"),
        ("¿Qué preguntas de entrevista hay para una analista de datos júnior?", "#practise=data-analyst/junior"),
        ("What do they ask in a DevOps interview?", "#practise=devops-engineer/"),
        ("What skills does a data analyst need?", None),
        ("What is the weather like?", None),
    ],
)
def test_answers_about_interviews_lead_to_practice(coach: Coach, question: str, link: str | None) -> None:
    html = practise_html(coach.ask(question), coach.practice, "es")
    assert re.findall(r'href="([^"]+)"', html) == ([link] if link else [])
    assert bool(html) == (practice_words("es").practise_these in html)


def test_the_words_are_those_of_the_language() -> None:
    english, spanish = (yaml.safe_load((FOLDER / f"{one}.yaml").read_text(encoding="utf-8")) for one in ("en", "es"))
    assert shape(english) == shape(spanish)
    assert [key for key in english if english[key] == spanish[key]] == []


@pytest.fixture(scope="module")
def address(coach: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with Store.open(Settings(data=tmp_path_factory.mktemp("practice"))) as store:
        practice = PracticeTab(coach, store)
        tabs = {"roles": lambda: RolesTab(coach, Settings(), practice.has_questions), "practice": lambda: practice}
        with serve_tabs(tabs) as served:
            yield served


@in_browser
@pytest.mark.parametrize(("language", "size", "scheme"), [("en", DESKTOP, "light"), ("es", PHONE, "dark")])
def test_a_visitor_practises_and_comes_back(browser: Any, address: str, language: Language, size: dict[str, int], scheme: str) -> None:
    words = practice_words(language)
    context = browser.new_context(
        viewport=size, color_scheme=scheme, reduced_motion="reduce", extra_http_headers={"x-owner": f"key:{language}"}
    )
    page = context.new_page()
    page.set_default_timeout(20_000)

    page.goto(f"{address}/?role=data-analyst&lang={language}")
    page.locator("#doc-interview a.practise").click()
    page.locator("#practice-start", has_text=words.start).wait_for()
    title = next(role for role in strings_of_roles(language) if role)
    page.wait_for_function("title => document.querySelector('#practice-role input').value === title", arg=title)
    page.locator("#practice-count label").first.click()
    page.locator("#practice-start").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'put-question'")
    page.locator("#practice-answer textarea").fill(ANSWERS[language])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'judged-title'")
    page.locator("#practice-next").click()
    page.locator("#put-question").wait_for()
    page.locator("#practice-skip").click()
    page.locator(".put-progress", has_text=words.progress.format(number=3, count=3)).wait_for()
    page.locator("#practice-end").click()
    page.locator("#summary-title").wait_for()
    with page.expect_download() as download:
        page.get_by_text(words.markdown, exact=True).click()
    assert ANSWERS[language][:20] in Path(download.value.path()).read_text(encoding="utf-8")
    page.goto(f"{address}/?tab=practice&lang={language}")
    page.locator("#practice .plot").wait_for()
    assert page.locator(".plot-bar").count() == 1
    page.locator("#practice-start").click()
    asked = page.locator("#put-question").inner_text()
    page.locator(".put a.ask-about").click()
    page.locator("#asked", has_text=asked).wait_for()
    context.close()


def strings_of_roles(language: Language) -> list[str]:
    return {"en": ["Data Analyst"], "es": ["Analista de datos"]}[strings(language).language]
