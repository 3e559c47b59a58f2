"""The page in a real browser: what a visitor sees, and that nothing leaves the machine. Needs Debian's chromium; skipped without it.

The main journey uses the real coach (fixture `coach`); what needs a slow, failing or malicious one uses the fake.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from browser import LOCALE, PHONE, Open, ask, fits, questions, shown_quote
from fake_coach import EVIL, FakeCoach

from coach.settings import Settings
from coach.ui.serve import Served, start
from coach.ui.strings import FOLDER, strings

pytestmark = pytest.mark.browser

QUESTIONS = {
    "en": ("What skills does a backend developer need?", "How much does a DevOps engineer earn in Germany?"),
    "es": ("¿Qué habilidades necesita un desarrollador backend?", "¿Cuánto gana un ingeniero DevOps en Alemania?"),
}


@pytest.fixture(scope="module")
def served_fake() -> Iterator[Served]:
    page = start(Settings(), FakeCoach(notice="Answered from the documents."), port=0)
    yield page
    page.stop()


@pytest.fixture(scope="module")
def served_slow() -> Iterator[Served]:
    page = start(Settings(), FakeCoach(delay=0.25), port=0)
    yield page
    page.stop()


@pytest.fixture
def served_held() -> Iterator[tuple[Served, threading.Event]]:
    """A page whose answers stop in their middle until the event is set."""
    go_on = threading.Event()
    page = start(Settings(), FakeCoach(go_on=go_on), port=0)
    yield page, go_on
    go_on.set()
    page.stop()


@pytest.fixture(scope="module")
def served_real(coach: Any) -> Iterator[Served]:
    page = start(Settings(), coach, port=0)
    yield page
    page.stop()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_journey_of_a_visitor(served_real: Served, coach: Any, visit: Open, language: str) -> None:
    page = visit(served_real, LOCALE[language])
    text = strings(language)  # type: ignore[arg-type]
    assert page.locator("h1").inner_text() == text.title
    assert page.evaluate("document.documentElement.lang") == language
    for number, question in enumerate(QUESTIONS[language], start=1):
        ask(page, question)
        answer = coach.ask(question)
        assert answer.language == language
        assert answer.citations, f"nothing is cited for {question!r}"
        link = page.locator(f'#chat a.cite-link[href="#source-{number}-{answer.citations[0].marker}"]').first
        link.click()
        assert shown_quote(page) == answer.citations[0].quote
        card = page.locator("#sources .source-card.is-active")
        assert card.is_visible()
        chunk = coach.chunk(answer.citations[0].chunk)
        for part in (chunk.title, chunk.heading, answer.citations[0].source, chunk.document, text.date(answer.citations[0].updated)):
            assert part in card.inner_text()


def test_an_earlier_answer_opens_its_own_sources(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    ask(page, "What pay?")
    page.locator('a[href="#source-1-2"]').click()
    assert shown_quote(page).startswith("**APIs**")
    page.locator('a[href="#source-2-1"]').click()
    page.locator('#sources .sources-group[data-answer="2"]:not([hidden])').wait_for()
    assert shown_quote(page).startswith("Germany")
    assert page.locator("#sources mark.is-active").first.is_visible()


def test_a_notice_stands_under_the_answer(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    assert page.locator("#chat .note").inner_text() == "Answered from the documents."


def test_an_example_is_asked_by_a_click(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    example = strings("en").examples[0]
    page.get_by_role("button", name=example).click()
    page.locator("#chat .reply.is-done").wait_for()
    assert questions(page) == [example]
    assert not page.locator("#welcome").is_visible()


# Texts of other occasions: what is wrong, dates, the login, a long list.
NOT_SHOWN_NOW = [
    *("problems", "bars", "months", "month_of_year", "covers", "covers_more", "thinking", "stop", "stopped", "unknown_date"),
    *("passage_missing", "licence_label", "cite_label", "language_auto", "language_name", "tab_chat", "tab_practice"),
    *("login_title", "login_name", "login_password", "login_button", "login_wrong", "login_wait", "logout", "data_account", "data_days"),
    *(
        "answered",
        "copied",
        "connection_lost",
        "why",
        "why_given",
        "written_by",
        "earlier",
        "suggestions_label",
        "rename_one",
        "delete_one",
    ),
    *("chats_none", "chats_not_found", "chats_more", "pdf_lost"),
]


def test_the_language_switch_changes_every_text(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")

    def words() -> str:
        return str(
            page.evaluate(
                """() => document.title + '|' + document.documentElement.lang + '|' + document.body.textContent + '|' +
                [...document.querySelectorAll('[aria-label], [placeholder]')].map(e => [e.ariaLabel, e.placeholder].join('|')).join('|')"""
            )
        )

    def own(language: str) -> set[str]:
        """The page's texts that are on display now, braces filled by what the fake answered."""
        texts = yaml.safe_load((FOLDER / f"{language}.yaml").read_text(encoding="utf-8"))
        for key in NOT_SHOWN_NOW:
            del texts[key]
        one_source = texts.pop("sources_open")["one"].format(count=1)
        lists = [*texts.pop("examples"), *texts.pop("reasons"), *texts.pop("keys").values(), texts.pop("themes")["system"], one_source]
        return {*lists, *texts.values()}

    only = {"en": own("en") - own("es"), "es": own("es") - own("en")}
    for choice, other in (("es", "en"), ("en", "es")):
        page.locator(f"#language input[value={choice}]").check(force=True)
        page.wait_for_function(f"document.documentElement.lang === '{choice}'")
        assert {text for text in only[choice] if text not in words()} == set()
        assert {text for text in only[other] if f"{text}|" in words() or f"|{text}" in words() or f">{text}<" in page.content()} == set()


def test_the_chosen_language_is_the_language_of_the_answers(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    page.locator("#language input[value=es]").check(force=True)
    page.wait_for_function("document.documentElement.lang === 'es'")
    ask(page, "skills")
    assert "imprescindible" in page.locator("#chat .reply").inner_text()
    page.locator("#language input[value=auto]").check(force=True)
    page.wait_for_function("document.documentElement.lang === 'en'")
    ask(page, "What skills?")
    assert "essential" in page.locator("#chat .reply").nth(1).inner_text()


def test_stop_ends_the_answer_at_once_and_the_chat_goes_on(served_held: tuple[Served, threading.Event], visit: Open) -> None:
    served, go_on = served_held
    page = visit(served)
    ask(page, "What skills?", wait=False)
    page.locator("#chat .reply.is-waiting strong").first.wait_for()
    page.get_by_role("button", name="Stop").click()
    # The coach is still in the middle of it: nobody waits for that.
    page.locator("#chat .reply.is-stopped").wait_for()
    said = page.locator("#chat .reply").inner_text()
    go_on.set()
    assert strings("en").stopped in said
    page.get_by_role("button", name="Ask", exact=True).wait_for()
    ask(page, "What pay?")
    assert page.locator("#chat .reply").count() == 2
    assert page.locator("#chat .reply.is-stopped .answer").inner_text() in said


def test_an_answer_streams(served_slow: Served, visit: Open) -> None:
    page = visit(served_slow)
    ask(page, "What pay?", wait=False)
    page.locator("#chat .reply.is-waiting .thinking").wait_for()
    lengths = set()
    while page.locator("#chat .reply.is-done").count() == 0:
        lengths.add(len(page.locator("#chat .reply").inner_text()))
        page.wait_for_timeout(150)
    assert len(lengths) > 4


def test_an_answer_is_read_from_its_question_on(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake, viewport={"width": 390, "height": 480})
    for question in ("What skills?", "What pay?", "What skills then?"):
        ask(page, question)
        page.wait_for_timeout(400)
    log, question = page.locator("#chat [role=log]").bounding_box(), page.locator("#chat .user-row").last.bounding_box()
    assert log["y"] <= question["y"] < log["y"] + log["height"] / 2
    page.locator("#chat [role=log]").hover()
    page.mouse.wheel(0, -2000)
    page.wait_for_timeout(600)
    assert page.locator("#chat .user-row").first.bounding_box()["y"] >= log["y"]


def test_retry_asks_the_last_question_again(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    ask(page, "What pay?")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_timeout(1000)
    assert questions(page) == ["What skills?", "What pay?"]
    assert page.locator("#chat .reply.is-done").count() == 2


def test_a_new_chat_begins_clean(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    page.get_by_role("button", name="New chat").click()
    page.locator("#welcome").wait_for()
    assert page.locator("#chat .reply").count() == 0
    assert page.locator("#sources .source-card").count() == 0
    ask(page, "What pay?")
    assert questions(page) == ["What pay?"]


def test_clearing_forgets_what_the_coach_was_told(visit: Open) -> None:
    coach = FakeCoach()
    served = start(Settings(), coach, port=0)
    page = visit(served)
    ask(page, "What skills?")
    ask(page, "And the pay?")
    page.get_by_role("button", name="New chat").click()
    page.locator("#welcome").wait_for()
    ask(page, "What pay?")
    served.stop()
    assert [len(history) for _, history, _ in coach.asked] == [0, 2, 0]


def test_visitors_see_only_their_own_chat(served_fake: Served, visit: Open) -> None:
    first, second = visit(served_fake), visit(served_fake, "es-ES")
    ask(first, "What skills?")
    ask(second, "¿Cuánto gana?")
    ask(first, "What pay?")
    assert questions(first) == ["What skills?", "What pay?"]
    assert questions(second) == ["¿Cuánto gana?"]
    assert (first.locator("h1").inner_text(), second.locator("h1").inner_text()) == (strings("en").title, strings("es").title)


def test_visitors_do_not_wait_for_each_other(served_held: tuple[Served, threading.Event], visit: Open) -> None:
    served, _ = served_held
    pages = [visit(served) for _ in range(3)]
    for page in pages:
        ask(page, "What skills?", wait=False)
    for page in pages:
        page.locator("#chat .reply.is-waiting strong").first.wait_for()


def test_nothing_that_is_written_runs(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, f"evil {EVIL}")
    page.locator("a.cite-link").first.click()
    assert EVIL in shown_quote(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#chat img, #sources img, #chat .message script, #sources script").count() == 0
    assert EVIL in questions(page)[0]
    assert page.locator("#sources a").count() == 0


@pytest.mark.parametrize(
    ("question", "problem"),
    [
        ("   ", strings("en").problems["empty"]),
        ("x" * 4001, strings("en").problems["too_long"].format(limit=4000)),
        ("unreadable", "the question is not text: send words"),
        ("broken", strings("en").problems["unexpected"]),
    ],
    ids=["empty", "too long", "refused", "broken"],
)
@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_is_a_friendly_line(served_fake: Served, visit: Open, question: str, problem: str) -> None:
    page = visit(served_fake)
    ask(page, question, wait=False)
    page.locator("#chat .problem").wait_for()
    assert problem in page.locator("#chat .problem").inner_text()
    assert "secret" not in page.content()
    assert "Traceback" not in page.content()
    ask(page, "What skills?")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_phone(served_fake: Served, visit: Open, language: str) -> None:
    page = visit(served_fake, LOCALE[language], PHONE)
    assert fits(page)
    ask(page, {"en": "What pay?", "es": "¿Cuánto gana?"}[language])
    assert fits(page)
    table = page.locator("#chat .table")
    assert table.evaluate("box => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX === 'auto'")
    box = page.locator("#question textarea").bounding_box()
    assert box["y"] + box["height"] <= PHONE["height"]
    assert not page.locator("#sources .source-card").is_visible()
    page.locator("a.cite-link").first.click()
    shown_quote(page)
    mark = page.locator("#sources mark.is-active").first.bounding_box()
    assert 0 <= mark["y"] <= PHONE["height"]
    assert fits(page)
    page.get_by_role("button", name=strings(language).sources_close).click()  # type: ignore[arg-type]
    page.locator("#sources .source-card").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.classList.contains('cite-link')")


def test_no_control_is_without_a_name_and_nothing_advertises(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    nameless = page.locator("button:visible, textarea:visible, input:visible, a:visible").evaluate_all(
        "all => all.filter(e => !(e.innerText || e.ariaLabel || e.labels?.[0]?.innerText || '').trim()).map(e => e.outerHTML)"
    )
    assert nameless == []
    assert page.locator("footer:visible").count() == 0
    assert "gradio" not in page.locator("body").inner_text().lower()
