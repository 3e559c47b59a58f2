"""The report as a page: in a real Chromium, where there is one, and as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from browser import CHROMIUM

from coach.evaluation.calibration import ERRORS, HELD_OUT, SUITE, Calibration
from coach.evaluation.cases import Case, Means
from coach.evaluation.compare import compare, marks
from coach.evaluation.evaluators import Verdict
from coach.evaluation.judge import Judged, Judgement
from coach.evaluation.page import About, Results, render
from coach.evaluation.report import Report
from coach.evaluation.suites import Outcome
from coach.evaluation.sweep import STEPS, Point, Sweep
from coach.types import LANGUAGES, Answer, Citation, Language

in_browser = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)")
DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
EVIL = '<script>window.hacked = 1</script><img src="https://evil.example/x" onerror="window.hacked = 2">'
LINK = "![x](https://evil.example/y) [y](javascript:window.hacked=3) <https://evil.example/z>"
ABOUT = About(datetime(2026, 11, 21, tzinfo=UTC), "all-MiniLM-L6-v2", 2, ("data-analyst", "devops-engineer"), ("tools", "salary"))


def outcome(suite: str, name: str, language: Language, *tags: str, passed: bool = False, text: str = "It is so. [1]") -> Outcome:
    other = "es" if language == "en" else "en"
    case = Case(
        id=f"{name}-{language}", twin=f"{name}-{other}", lang=language, question=f"{name}? {EVIL}", turns=("before",), kind=("answer",),
        role=("data-analyst",), sections=("tools",), facts=("Excel", 54700, Means(means="People use Excel")), tags=tags,
    )  # fmt: skip
    quote = f"It is so {EVIL}"
    citation = Citation(1, "data-analyst/en/tools#0", "data-analyst", "tools", "Data Analyst: Tools", "Editors", None, None, quote, 3, 44)
    reason = f"expected Excel; came {EVIL}"
    verdicts = {"kind": Verdict(True), "facts": Verdict(passed, "" if passed else reason), "groundedness": Verdict(True, share=1.0)}
    answer = Answer("answer", language, text, "q", ("data-analyst",), ("tools",), (citation,), seconds={"answer": 0.02})
    return Outcome(suite, case, answer, verdicts, {"MRR": 0.5}, nearest=0.55)


OUTCOMES = (
    outcome("one", "plain", "en", "short"), outcome("one", "plain", "es", "short", "typos"),
    outcome("two", "marked", "en", text=f"{EVIL} {LINK} [1]\n\n| a | b |\n| --- | --- |\n| {EVIL} | 2 [1] |"),
    outcome("two", "marked", "es", passed=True),
    *(outcome("two", f"right{n}", language, passed=True) for n in range(6) for language in LANGUAGES),
)  # fmt: skip
REPORT = Report(OUTCOMES)
MODEL = Report(tuple(replace(one, verdicts={"facts": Verdict(True)}) for one in OUTCOMES), "fake:model")


CALIBRATION = Calibration(
    tuple(
        replace(one, suite=SUITE, case=one.case.model_copy(update={"kind": (label,), "tags": ("gossip", *held)}))
        for one, label, held in zip(OUTCOMES, ("answer", "refuse", "clarify", "refuse"), ((), (), (HELD_OUT,), (HELD_OUT,)), strict=False)
    )
)
SWEEP = Sweep({language: tuple(Point(at, dict.fromkeys(ERRORS, 1 - at)) for at in STEPS) for language in LANGUAGES}, chosen=0.5)


def page_text(*reports: Report) -> str:
    turned = compare(marks(MODEL), marks(REPORT), ("last-week (extractive)", "extractive"))
    return render(Results(reports or (REPORT,), ABOUT, (turned,), (), {REPORT.name: CALIBRATION}, {REPORT.name: SWEEP}))


def test_the_page_names_figures_gap_and_comparison() -> None:
    text = page_text()
    for words in ("75.0\u202f%", "87.5\u202f%", "-12.5", "last-week (extractive)", "3 broken", "McNemar exact p = 0.25", "20\u00a0ms"):
        assert words in text


def test_several_models_stand_side_by_side() -> None:
    text = page_text(REPORT, MODEL)
    assert "Side by side" in text
    assert text.count('class="run"') == 2
    assert 'value="fake:model"' in text
    assert "Side by side" not in page_text()


def test_a_judges_marks_stand_apart() -> None:
    given = {"marked-en": Judgement(fluency=2, helpfulness=5, reason=EVIL), "plain-es": Judgement(fluency=5, helpfulness=4)}
    judged = Judged("extractive", "fake:judge", given, {"marked-en": "en", "plain-es": "es"}, {"slow": 1})
    text = render(Results([REPORT], ABOUT, (), [judged]))
    for words in ("extractive, judged by fake:judge", "2.00", "5.00", "2 answers; 1 without marks (slow)", "Low marks (1)"):
        assert words in text
    assert "<img" not in text
    assert "judged by" not in page_text()


def test_nothing_of_a_case_answer_or_document_is_markup() -> None:
    text = page_text()
    assert "<img" not in text
    assert text.count("<script") == 1
    assert re.findall(r'(?:href|src)="(?!#)[^"]*"', text) == []


@pytest.fixture
def visit(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """`visit(…)` opens the page from disk. At the end: it asked for nothing but itself, and no script failed."""
    contexts, requests, errors = [], [], []

    def open_page(*reports: Report, viewport: dict[str, int] = DESKTOP, scheme: str = "light", script: bool = True) -> Any:
        path = tmp_path / "report.html"
        path.write_text(page_text(*reports), encoding="utf-8")
        context = browser.new_context(viewport=viewport, color_scheme=scheme, java_script_enabled=script)
        contexts.append(context)
        context.on("request", lambda request: requests.append(request.url))
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert set(requests) == {(tmp_path / "report.html").as_uri()}
    assert errors == []


def shown(page: Any) -> list[str]:
    """The ids of the failed cases that can be seen."""
    cases = page.locator(".case:visible code:first-of-type")
    return [case.split()[0] for case in page.locator(".case:visible .badges > code").all_inner_texts()] if cases.count() else []


@in_browser
def test_filters_by_suite_language_and_tag(visit: Callable[..., Any]) -> None:
    page = visit()
    assert shown(page) == ["plain-en", "plain-es", "marked-en"]
    page.locator("select[name=suite]").select_option("one")
    assert shown(page) == ["plain-en", "plain-es"]
    page.locator("select[name=language]").select_option("es")
    assert shown(page) == ["plain-es"]
    page.locator("select[name=language]").select_option("")
    page.locator("select[name=tag]").select_option("typos")
    assert shown(page) == ["plain-es"]
    assert page.locator("#count").inner_text() == "1 of 3 failed cases."
    page.locator("select[name=suite]").select_option("two")
    assert shown(page) == []
    page.get_by_role("button", name="show all").click()
    page.locator("#count", has_text=re.compile("^3 failed cases.$")).wait_for()
    page.locator("select[name=check]").select_option("kind")
    assert shown(page) == []
    page.locator("select[name=check]").select_option("facts")
    page.locator("input[name=words]").fill("MARKED")
    assert shown(page) == ["marked-en"]


@in_browser
def test_a_model_is_a_filter_too(visit: Callable[..., Any]) -> None:
    page = visit(REPORT, replace(REPORT, name="fake:model"))
    assert len(shown(page)) == 6
    page.locator("select[name=run]").select_option("fake:model")
    assert shown(page) == ["plain-en", "plain-es", "marked-en"]


@in_browser
def test_a_failed_case_tells_all_and_runs_nothing(visit: Callable[..., Any]) -> None:
    page = visit()
    case = page.locator(".case").nth(2)
    case.locator("summary").click()
    text = case.inner_text()
    for words in (
        "marked? <script>",
        "before",
        "facts: expected Excel; came <script>",
        "54700",
        "in meaning “People use Excel”",
        "data-analyst/en/tools#0 3:44",
    ):
        assert words in text
    assert case.locator(".spans q").inner_text() == f"It is so {EVIL}"
    assert case.locator(".answer table td").first.inner_text() == EVIL
    assert page.evaluate("window.hacked") is None
    assert case.locator("a, img").count() == 0


@in_browser
def test_without_scripts_every_case_can_be_read(visit: Callable[..., Any]) -> None:
    page = visit(script=False)
    assert not page.locator("#filters").is_visible()
    assert page.locator(".case").count() == 3


CONTRAST = """() => {
  const parse = text => { const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number); return {r, g, b, a}; };
  const light = ({r, g, b}) => { const [x, y, z] = [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z; };
  const ground = element => { for (let one = element; one; one = one.parentElement) {
      const colour = parse(getComputedStyle(one).backgroundColor); if (colour.a) return colour; } return {r: 255, g: 255, b: 255}; };
  const poor = [];
  for (const element of document.querySelectorAll('main *, header *')) {
    const own = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.getClientRects().length || element.closest('select')) continue;
    const style = getComputedStyle(element);
    const ink = parse(element.namespaceURI.endsWith('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(element))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 4.5) poor.push(`${element.outerHTML.slice(0, 80)}`);
  }
  return [...new Set(poor)];
}"""


@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_can_be_read_on_a_phone_by_day_and_by_night(visit: Callable[..., Any], scheme: str) -> None:
    page = visit(REPORT, MODEL, viewport=PHONE, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    smallest = page.evaluate(
        """Math.min(...[...document.querySelectorAll('body *')]
            .filter(one => one.textContent.trim() && one.getClientRects().length && !one.closest('.cell'))
            .map(one => parseFloat(getComputedStyle(one).fontSize)))"""
    )
    assert smallest >= 12
    assert page.evaluate(CONTRAST) == []
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 22, 28)"
    assert dark == (scheme == "dark")


@in_browser
def test_plots_show_each_suite_check_and_place(visit: Callable[..., Any]) -> None:
    page = visit()
    label = page.get_by_role("img", name=re.compile("^one: en 0.0.%, es 0.0.%$"))
    assert label.is_visible()
    assert page.get_by_role("img", name=re.compile("^similarity 0.5 to 0.6, 16 questions: 0 % should be withheld, 0 % were$")).is_visible()
    assert page.get_by_title("data-analyst, tools, en: 6 of 8 pass").inner_text() == "2"
    assert page.locator(".coverage tbody tr").count() == 2
    assert "6 of 8 places have none" in page.locator("main").inner_text()
    box, plot = label.locator(".mark.en circle").bounding_box(), label.bounding_box()
    assert plot["x"] - 6 <= box["x"] <= plot["x"] + 6, "0 % stands at the left end of the axis"


@in_browser
def test_labelled_questions_have_their_tables_rates_and_curves(visit: Callable[..., Any]) -> None:
    page = visit()
    labelled = page.locator(".labelled")
    assert labelled.get_by_role("img", name=re.compile("^false answer: en –, es 100.0.%$")).count() == 1
    assert labelled.get_by_role("img", name=re.compile("^false answer: en 100.0.%, es 100.0.%$")).count() == 1
    table = labelled.get_by_role("table", name="Spanish, seen: label, and what came")
    assert table.locator("td.wrong").all_inner_texts() == ["1"]
    curves = labelled.get_by_role(
        "img", name="false answer with 0.5: 50 %, false refusal with 0.5: 50 %, wrong clarification with 0.5: 50 %"
    )
    assert curves.count() == 2
    line, box = curves.first.locator(".percentile").bounding_box(), curves.first.bounding_box()
    assert abs((line["x"] - box["x"]) / box["width"] - 0.5) < 0.02, "0.5 stands in the middle of 0.05 to 0.95"
    labelled.locator("summary").click()
    assert "gossip: refuse → answer" in labelled.inner_text()
    assert "plain? <script>" in labelled.inner_text()
    assert "marked?" not in labelled.inner_text(), "what is held out is not shown"
