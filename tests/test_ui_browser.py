"""The page in a real browser: what a visitor sees, and that nothing leaves the machine. Needs Debian's chromium; skipped without it.

The main journey uses the real coach (fixture `coach`); what needs a slow, failing or malicious one uses the fake.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from fake_coach import EVIL, FakeCoach

from coach.settings import Settings
from coach.ui.serve import Served, start
from coach.ui.strings import FOLDER, strings

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = {"width": 1366, "height": 820}, {"width": 390, "height": 844}
SCREENSHOTS = Path(__file__).parent.parent / "screenshots"
QUESTIONS = {
    "en": ("What skills does a backend developer need?", "How much does a DevOps engineer earn in Germany?"),
    "es": ("¿Qué habilidades necesita un desarrollador backend?", "¿Cuánto gana un ingeniero DevOps en Alemania?"),
}

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """`visit(served)` opens the page as a new visitor. At the end: no request left the machine, no script failed, nothing ran away."""
    contexts: list[Any] = []
    requests: list[str] = []
    errors: list[str] = []

    def open_page(served: Served, language: str = "en-GB", viewport: dict[str, int] = DESKTOP, scheme: str = "light") -> Any:
        context = browser.new_context(viewport=viewport, locale=language, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(served.url)
        page.locator("body.localised #question textarea").wait_for()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert requests
    assert [url for url in requests if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"] == []
    assert errors == []


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


@pytest.fixture(scope="module")
def served_real(coach: Any) -> Iterator[Served]:
    page = start(Settings(), coach, port=0)
    yield page
    page.stop()


def ask(page: Any, question: str, wait: bool = True) -> None:
    answers = page.locator("#chat .reply.is-done").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    if wait:
        page.locator("#chat .reply.is-done").nth(answers).wait_for()


def shown_quote(page: Any) -> str:
    """The text of the highlighted quote, Markdown signs included."""
    page.locator("#sources mark.is-active").first.wait_for()
    return "".join(page.locator("#sources mark.is-active").evaluate_all("marks => marks.map(mark => mark.textContent)"))


def fits(page: Any) -> bool:
    """Whether nothing of the page lies to the right of the screen, things that scroll in a box of their own left out."""
    return bool(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('.gradio-container *')].every(
                element => element.closest('.table, .sr, .sr-only') || element.getBoundingClientRect().right <= innerWidth + 1)"""
        )
    )


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_journey_of_a_visitor(served_real: Served, coach: Any, visit: Open, language: str) -> None:
    page = visit(served_real, {"en": "en-GB", "es": "es-ES"}[language])
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
    assert page.locator("#chat .question").inner_text() == example
    assert not page.locator("#welcome").is_visible()


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
        absent = ["problems", "months", "covers", "covers_more", "thinking", "stopped", "unknown_date", "passage_missing", "licence_label"]
        for key in absent:
            del texts[key]
        flat = {*texts.pop("examples"), texts.pop("sources_open")["one"].format(count=1), *texts.values()}
        flat -= {texts["month_of_year"], texts["cite_label"], texts["examples_label"], texts["stop"], texts["language_auto"]}
        return flat

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


def test_stop_ends_the_answer_at_once_and_the_chat_goes_on(served_slow: Served, visit: Open) -> None:
    page = visit(served_slow)
    ask(page, "What skills?", wait=False)
    page.locator("#chat .reply.is-waiting strong").wait_for()
    page.get_by_role("button", name="Stop").click()
    page.locator("#chat .reply.is-stopped").wait_for(timeout=2000)
    said = page.locator("#chat .reply").inner_text()
    page.wait_for_timeout(1500)
    assert page.locator("#chat .reply").inner_text() == said
    assert strings("en").stopped in said
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()
    ask(page, "What pay?")
    assert page.locator("#chat .reply").count() == 2


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
    assert page.locator("#chat .question").all_inner_texts() == ["What skills?", "What pay?"]
    assert page.locator("#chat .reply.is-done").count() == 2


@pytest.mark.parametrize("how", ["clear", "reload"])
def test_a_clean_page(served_fake: Served, visit: Open, how: str) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    if how == "clear":
        page.get_by_role("button", name="New chat").click()
    else:
        page.reload()
    page.locator("#welcome").wait_for()
    assert page.locator("#chat .reply").count() == 0
    assert page.locator("#sources .source-card").count() == 0
    ask(page, "What pay?")
    assert page.locator("#chat .question").all_inner_texts() == ["What pay?"]


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
    assert first.locator("#chat .question").all_inner_texts() == ["What skills?", "What pay?"]
    assert second.locator("#chat .question").all_inner_texts() == ["¿Cuánto gana?"]
    assert (first.locator("h1").inner_text(), second.locator("h1").inner_text()) == (strings("en").title, strings("es").title)


def test_visitors_do_not_wait_for_each_other(served_slow: Served, visit: Open) -> None:
    pages = [visit(served_slow) for _ in range(3)]
    for page in pages:
        ask(page, "What skills?", wait=False)
    for page in pages:
        page.locator("#chat .reply.is-waiting strong").wait_for(timeout=4000)


def test_nothing_that_is_written_runs(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, f"evil {EVIL}")
    page.locator("a.cite-link").first.click()
    assert EVIL in shown_quote(page)
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.locator("#chat img, #sources img, #chat .message script, #sources script").count() == 0
    assert EVIL in page.locator("#chat .question").inner_text()
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
    page = visit(served_fake, {"en": "en-GB", "es": "es-ES"}[language], PHONE)
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


def test_the_keyboard_is_enough(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake, viewport=PHONE)
    ask(page, "What skills?")
    link = page.locator("a.cite-link").first
    link.focus()
    page.keyboard.press("Enter")
    assert shown_quote(page).startswith("**SQL**")
    assert page.evaluate("document.activeElement.className").startswith("source-card")
    page.keyboard.press("Escape")
    page.locator("#sources .source-card").wait_for(state="hidden")
    assert link.evaluate("link => link === document.activeElement")


def test_no_control_is_without_a_name_and_nothing_advertises(served_fake: Served, visit: Open) -> None:
    page = visit(served_fake)
    ask(page, "What skills?")
    nameless = page.locator("button:visible, textarea:visible, input:visible, a:visible").evaluate_all(
        "all => all.filter(e => !(e.innerText || e.ariaLabel || e.labels?.[0]?.innerText || '').trim()).map(e => e.outerHTML)"
    )
    assert nameless == []
    assert page.locator("footer:visible").count() == 0
    assert "gradio" not in page.locator("body").inner_text().lower()


def contrasts(page: Any) -> list[Any]:
    """Visible texts whose contrast to their ground is below WCAG AA (4.5:1; 3:1 from 24 px), with their ratio."""
    found: list[Any] = page.evaluate(
        """() => {
        const rgb = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > .9) return c; } return [255, 255, 255]; };
        return [...document.querySelectorAll('.gradio-container *')].filter(e => e.checkVisibility({opacityProperty: true}) &&
            [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('.sr, .sr-only, :disabled')).map(e => {
            const style = getComputedStyle(e), [a, b] = [light(rgb(style.color)), light(ground(e))].sort((x, y) => y - x);
            return [e.textContent.trim().slice(0, 40), (a + .05) / (b + .05), parseFloat(style.fontSize) >= 24 ? 3 : 4.5];
        }).filter(([, ratio, needed]) => ratio < needed);
        }"""
    )
    return found


@pytest.mark.parametrize("device", ["desktop", "phone"])
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read(served_real: Served, visit: Open, device: str, language: str, scheme: str) -> None:
    """Contrast in every look of the page; leaves a screenshot of each for people to look at."""
    page = visit(served_real, {"en": "en-GB", "es": "es-ES"}[language], {"desktop": DESKTOP, "phone": PHONE}[device], scheme)
    SCREENSHOTS.mkdir(exist_ok=True)

    def look(step: str) -> None:
        page.wait_for_timeout(300)
        page.screenshot(path=SCREENSHOTS / f"{device}-{language}-{scheme}-{step}.png")
        assert contrasts(page) == []
        assert fits(page)

    look("1-welcome")
    ask(page, QUESTIONS[language][0])
    look("2-answer")
    ask(page, QUESTIONS[language][1])
    page.locator("#chat .reply").last.locator("a.cite-link").first.click()
    look("3-sources")
