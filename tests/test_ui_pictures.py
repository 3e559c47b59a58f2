"""Pictures under an answer: they show what is cited, as it is cited, and nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
import yaml
from test_ui_strings import shape

from coach.types import Answer, Chunk, Citation, Language, Pay, Role, Statement
from coach.ui.pictures import pictures_html
from coach.ui.pictures.path import Step, path_figure, role_named
from coach.ui.pictures.salary import PayRow, salary_figures
from coach.ui.pictures.words import FOLDER, picture_words
from coach.ui.strings import strings

if TYPE_CHECKING:
    from coach.coach import Coach

EVIL = '<img src=x onerror="hacked=1">'


def draw(coach: Any, answer: Answer, number: int | None = 3) -> str:
    return pictures_html(answer, coach, strings(answer.language), answer.language, number)


def found(pattern: str, html: str) -> list[str]:
    return [unescape(re.sub(r"<[^>]+>", "", one)) for one in re.findall(pattern, html, re.DOTALL)]


@dataclass
class OneChunk:
    """A coach that holds one chunk: for words that no document of ours has."""

    held: Chunk
    roles: tuple[Role, ...]

    def chunk(self, chunk_id: str) -> Chunk:
        if chunk_id != self.held.id:
            raise KeyError(chunk_id)
        return self.held

    def passages(self, role: str, language: Language, section: str) -> list[Chunk]:
        return [self.held]


def made_up(section: str, statements: list[tuple[str, Pay | None]], title: str = "Baker") -> tuple[OneChunk, Answer]:
    text, spans = "", []
    for words, pay in statements:
        text += "- "
        spans.append(Statement(len(text), len(text) + len(words), "item", pay=pay))
        text += words + "\n"
    chunk = Chunk(
        f"baker/en/{section}#0", "baker", "en", section, title, "Heading", text, tuple(spans), "A survey, 2026", None, None, "b.md"
    )
    citations = tuple(
        Citation(n, chunk.id, "baker", section, title, chunk.source, None, None, one.within(text), one.start, one.end)
        for n, one in enumerate(spans, start=1)
    )
    role = Role("baker", {"en": title, "es": title}, {"en": (), "es": ()})
    answer = Answer("answer", "en", "text", "question", roles=("baker",), topics=(section,), citations=citations)
    return OneChunk(chunk, (role,)), answer


@pytest.mark.parametrize(
    "question",
    [
        "How much does a data analyst earn?",
        "How much does a backend developer earn in Germany?",
        "¿Cuánto gana una analista de datos en Francia comparado con una científica de datos?",
    ],
)
def test_every_bar_is_a_cited_figure_as_it_is_cited(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    html = draw(coach, answer)
    quotes = {citation.marker: citation.quote for citation in answer.citations}
    bars = re.findall(r'<span class="pay-amount">(.*?)</span></p>', html, re.DOTALL)
    assert bars
    for bar in bars:
        (marker,) = re.findall(r'href="#source-3-(\d+)"', bar)
        assert unescape(bar.split("\xa0<sup")[0]) in quotes[int(marker)]


def test_a_chart_holds_one_currency_and_period() -> None:
    pays = [Pay("EUR 10–20", "EUR", 10, None, 20), Pay("EUR 2–3", "EUR", 2, None, 3, period="month"), Pay("CHF 10–20", "CHF", 10, None, 20)]
    html = salary_figures([PayRow(pay, "S") for pay in [*pays, pays[0]]], picture_words("en"))
    assert found(r'<p class="pay-terms">(.*?)</p>', html) == ["EUR per year", "EUR per month", "CHF per year"]
    assert [group.count('<li class="pay-row"') for group in html.split('class="pay-terms"')[1:]] == [2, 1, 1]


def test_bars_are_as_long_as_their_figures() -> None:
    rows = [PayRow(Pay("EUR 20–40 (median 30)", "EUR", 20, 30, 40), "S"), PayRow(Pay("EUR 10–20", "EUR", 10, None, 20), "S")]
    html = salary_figures(rows, picture_words("en")).split('<ul class="pay-key">')[0]
    spans = [(float(x), float(width)) for x, width in re.findall(r'pay-range" x="([\d.]+)%" y="4" width="([\d.]+)%"', html)]
    assert spans[0][0] == pytest.approx(2 * spans[1][0], abs=0.02)
    assert spans[0] == pytest.approx((spans[0][0], 2 * spans[1][1]), abs=0.02)
    (middle,) = re.findall(r'pay-middle" cx="([\d.]+)%"', html)
    assert float(middle) == pytest.approx(spans[0][0] + spans[0][1] / 2, abs=0.02)


@pytest.mark.parametrize(
    ("pay", "dashes"),
    [
        (Pay("EUR up to 60", "EUR", None, None, 60), 1),
        (Pay("EUR from 48", "EUR", 48, None, None), 1),
        (Pay("EUR 50–90+", "EUR", 50, None, 90), 1),
        (Pay("EUR 50–90", "EUR", 50, None, 90), 0),
        (Pay("EUR 53 (average)", "EUR", None, 53, None, is_average=True), 0),
    ],
)
def test_an_open_end_is_drawn_open(pay: Pay, dashes: int) -> None:
    html = salary_figures([PayRow(pay, "S")], picture_words("en"), whole=True).split('<ul class="pay-key">')[0]
    assert html.count('class="pay-open"') == dashes


def test_the_table_says_what_the_bars_say() -> None:
    pay = Pay("EUR 20–40", "EUR", 20, None, 40, place="FR", level="senior", basis="gross", year=2026, note="only Paris")
    html = salary_figures([PayRow(pay, "ESIEA, a school", 7)], picture_words("es"), number=2)
    cells = found(r"<t[hd][^>]*>(.*?)</t[hd]>", html.split("<tbody>")[1])
    assert cells == ["Francia", "nivel sénior", "EUR 20–40 al año, brutos", "2026", "ESIEA, a school; only Paris", "Fuente 7"]


def test_one_figure_without_a_range_is_no_picture() -> None:
    assert salary_figures([PayRow(Pay("EUR 53", "EUR", None, 53, None), "S")], picture_words("en")) == ""
    assert salary_figures([PayRow(Pay("a good salary", None), "S")], picture_words("en"), whole=True) == ""


@pytest.mark.parametrize(
    "question", ["What is the career path of a network engineer?", "¿Qué trayectoria profesional tiene el rol de ingeniería de redes?"]
)
def test_the_path_follows_the_document_and_leads_to_other_roles(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    html = draw(coach, answer)
    said = [
        one.within(chunk.text) for chunk in coach.passages("network-engineer", answer.language, "career-path") for one in chunk.statements
    ]
    leads = [lead[1] for text in said if (lead := re.match(r"\*\*([^*]+)\*\*", text))]
    names = found(r'<span class="path-name">(.*?)(?:\xa0<sup|</span></li>)', html)
    assert names == leads
    assert html.count('class="path-step is-here"') == 1
    (asked, *_) = [unquote(one) for one in re.findall(r'href="#ask=([^"]+)"', html)]
    followed = coach.ask(asked)
    assert (followed.kind, followed.language) == ("answer", answer.language)
    assert followed.roles == ("it-support-specialist",)


def test_tracks_are_branches(coach: Coach) -> None:
    html = draw(coach, coach.ask("What specialised tracks are there for a Backend Developer?"))
    branches = found(r'<ul class="path-branches">(.*?)</ul>', html)
    assert "DevOps engineer" in branches[0]
    assert "path-steps" not in html


def test_a_step_names_a_role_by_any_of_its_alternatives() -> None:
    roles = [
        Role("data-scientist", {"en": "Data Scientist"}, {"en": ()}),
        Role("x", {"en": "Head of analytics"}, {"en": ()}, origin="import"),
    ]
    named = role_named("Head of analytics or data scientist", roles, "en")
    assert named is roles[0], "thousands of imported occupations are no steps of a path"
    assert role_named("Chief", roles, "en") is None


@pytest.mark.parametrize(
    "question", ["Compare backend developer and devops engineer", "¿En qué se diferencian un analista de datos y un ingeniero de datos?"]
)
def test_skills_stand_where_the_answer_puts_them(coach: Coach, question: str) -> None:
    answer = coach.ask(question)
    html = draw(coach, answer)
    columns = re.findall(r'<div class="skill-set is-(\w+)">(.*?)</div>', html, re.DOTALL)
    assert [side for side, _ in columns] == ["first", "both", "second"]
    owner = {citation.marker: citation.role for citation in answer.citations}
    for side, column in columns:
        for item in re.findall(r"<li>(.*?)</li>", column, re.DOTALL):
            roles = {owner[int(marker)] for marker in re.findall(r"#source-3-(\d+)", item)}
            assert roles == (set(answer.roles) if side == "both" else {answer.roles[0 if side == "first" else 1]})
            assert f"**{unescape(item.split(chr(160))[0])}**" in answer.text


def test_a_models_words_are_not_made_into_two_columns(coach: Coach) -> None:
    answer = coach.ask("Compare backend developer and devops engineer")
    assert "skill-sets" in draw(coach, answer)
    assert "skill-sets" not in draw(coach, replace(answer, answered_by="openai:some-model"))


@pytest.mark.parametrize("question", ["What is the weather like?", "What skills does a backend developer need?", "hello"])
def test_no_picture_where_none_fits(coach: Coach, question: str) -> None:
    assert draw(coach, coach.ask(question)) == ""


def test_a_figure_whose_document_has_changed_is_not_drawn() -> None:
    held, answer = made_up("salary", [("France: EUR 20–40.", Pay("EUR 20–40", "EUR", 20, None, 40, place="FR"))])
    assert "EUR 20–40" in draw(held, answer)
    changed = replace(held.held, text=held.held.text.replace("20–40", "90–99"))
    assert draw(OneChunk(changed, held.roles), answer) == ""
    assert draw(OneChunk(replace(held.held, id="other"), held.roles), answer) == ""


def test_a_figure_outside_of_what_is_cited_is_not_drawn() -> None:
    held, answer = made_up("salary", [("France: EUR 20–40 a year.", Pay("EUR 20–40", "EUR", 20, None, 40, place="FR"))])
    (citation,) = answer.citations
    short = replace(citation, quote="France", end=citation.start + len("France"))
    assert draw(held, replace(answer, citations=(short,))) == ""


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen |= {tag, *(name for name, _ in attrs)}


def test_nothing_of_a_document_becomes_html() -> None:
    pay = Pay(f"EUR 20–40 {EVIL}", f"EUR{EVIL}", 20, None, 40, place="FR", role=EVIL, note=EVIL)
    cases = [
        made_up("salary", [(f"France: EUR 20–40 {EVIL}", pay)]),
        made_up("career-path", [(f"**{EVIL}{n}**: step", None) for n in range(4)], title=f"Baker {EVIL}"),
    ]
    for held, answer in cases:
        held.held = replace(held.held, source=EVIL)
        answer = replace(answer, citations=tuple(replace(one, source=EVIL) for one in answer.citations))
        html = draw(held, answer)
        tags = Tags()
        tags.feed(html)
        assert "figure" in tags.seen
        assert not {"img", "onerror", "script"} & tags.seen
        assert "&lt;img" in html


def test_a_link_that_asks_cannot_break_out_of_its_attribute() -> None:
    evil = 'Baker "><script>1</script>'
    roles = [Role("a", {"en": "A"}, {"en": ()}), Role("b", {"en": evil}, {"en": ()})]
    html = path_figure(roles[0], [Step("One"), Step(evil), Step("Three")], (), roles, picture_words("en"))
    assert "<script" not in html
    (asked,) = re.findall(r'href="#ask=([^"]+)"', html)
    assert evil in unquote(asked)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_are_those_of_the_language(language: Language) -> None:
    english, spanish = (yaml.safe_load((FOLDER / f"{one}.yaml").read_text(encoding="utf-8")) for one in ("en", "es"))
    assert shape(english) == shape(spanish)
    assert [key for key in english if english[key] == spanish[key]] == []
    assert picture_words(language).table == {"en": "As a table", "es": "En forma de tabla"}[language]
