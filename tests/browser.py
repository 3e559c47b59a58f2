"""A real Chromium for the tests of the page: fixtures, which tests/conftest.py has for all files, and what is asked of a page often."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from coach.ui.serve import Served

CHROMIUM = shutil.which("chromium")
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
LOCALE = {"en": "en-GB", "es": "es-ES"}

Open = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Any) -> Iterator[Open]:
    """`visit(served)` opens the page as a new visitor, `visit(served, context=page.context)` another tab of that one.

    At the end: no request left the machine, no script failed.
    """
    contexts: list[Any] = []
    requests: list[str] = []
    errors: list[str] = []

    def open_page(
        served: Served,
        language: str = "en-GB",
        viewport: dict[str, int] = DESKTOP,
        scheme: str = "light",
        context: Any = None,
        at: str = "/",
    ) -> Any:
        if context is None:
            context = browser.new_context(viewport=viewport, locale=language, color_scheme=scheme, reduced_motion="reduce")
            contexts.append(context)
            context.on("request", lambda request: requests.append(request.url))
            context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.goto(served.url + at)
        ready(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert requests
    assert [url for url in requests if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"] == []
    assert errors == []


def ready(page: Any) -> None:
    """Wait until the page speaks the visitor's language."""
    page.locator("body.localised #question textarea").wait_for(state="attached")


def ask(page: Any, question: str, wait: bool = True) -> None:
    answers = page.locator("#chat .reply.is-done").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    if wait:
        page.locator("#chat .reply.is-done").nth(answers).wait_for()


def questions(page: Any) -> list[str]:
    """What has been asked, as it is shown."""
    return list(page.locator("#chat .question .words").all_inner_texts())


def shown_quote(page: Any) -> str:
    """The text of the highlighted quote, Markdown signs included."""
    page.locator("#sources mark.is-active").first.wait_for()
    return "".join(page.locator("#sources mark.is-active").evaluate_all("marks => marks.map(mark => mark.textContent)"))


def fits(page: Any) -> bool:
    """Whether nothing of the page lies to the right of the screen; what scrolls in a box of its own, and closed drawers, left out."""
    return bool(
        page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll('.gradio-container *')].every(
                element => element.closest('.table, .sr, .sr-only, svg') || getComputedStyle(element).visibility === 'hidden'
                    || element.getBoundingClientRect().right <= innerWidth + 1)"""
        )
    )


def serious(page: Any, part: str = "html", rules: list[str] | None = None) -> list[Any]:
    """What axe-core finds of serious and critical violations in the part that the selector names, each with the elements.

    With `rules` only those are asked.
    """
    axe = pytest.importorskip("axe_playwright_python.base", reason="axe-playwright-python is not installed")
    if not page.evaluate("'axe' in window"):
        page.evaluate((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8"))
    options = {"resultTypes": ["violations"], **({"runOnly": rules} if rules else {})}
    found = page.evaluate("([part, options]) => axe.run(part, options)", [part, options])
    return [
        (one["id"], one["help"], [node["html"][:200] for node in one["nodes"][:4]])
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def contrasts(page: Any) -> list[Any]:
    """Visible texts whose contrast to their ground is below WCAG AA (4.5:1; 3:1 from 24 px), with their ratio."""
    found: list[Any] = page.evaluate(
        """() => {
        const rgb = colour => (colour.match(/[\\d.]+/g) || []).map(Number);
        const light = ([r, g, b]) => [r, g, b].map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
            .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
        const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor);
            if (c.length === 3 || c[3] > .9) return c; } return [255, 255, 255]; };
        const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
        return [...document.querySelectorAll('.gradio-container *')].filter(e => seen(e) &&
            [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('.sr, .sr-only, svg, :disabled')).map(e => {
            const style = getComputedStyle(e), [a, b] = [light(rgb(style.color)), light(ground(e))].sort((x, y) => y - x);
            return [e.textContent.trim().slice(0, 40), (a + .05) / (b + .05), parseFloat(style.fontSize) >= 24 ? 3 : 4.5];
        }).filter(([, ratio, needed]) => ratio < needed);
        }"""
    )
    return found
