"""Messages as HTML: nothing a visitor, a document or a model writes becomes markup of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from fake_coach import EVIL, FakeCoach

from coach.types import Citation
from coach.ui.conversation import Exchange
from coach.ui.messages import messages, reply_html
from coach.ui.passage import passage_html
from coach.ui.sources import panel_html
from coach.ui.strings import strings


def answered(question: str, number: int = 1) -> Exchange:
    coach = FakeCoach()
    answer = coach.ask(question)
    return Exchange(question, answer.text, "done", answer, {c.chunk: coach.chunk(c.chunk) for c in answer.citations})


def soup(html: str) -> BeautifulSoup:
    # Beautiful Soup would shorten runs of line ends, which a browser keeps in `textContent`.
    return BeautifulSoup(html, "html.parser", preserve_whitespace_tags={"p", "pre"})


def test_markers_link_to_the_citation_of_their_own_answer() -> None:
    page = soup(reply_html(7, answered("What skills?"), strings("en")))
    assert [(link["href"], link.get_text()) for link in page.select("a.cite-link")][:2] == [
        ("#source-7-1", "Source 1"),
        ("#source-7-2", "Source 2"),
    ]


def test_a_marker_without_a_citation_is_no_link() -> None:
    exchange = Exchange("q", "Only this [9].", "stopped")
    page = soup(reply_html(1, exchange, strings("en")))
    assert page.select("a") == []
    assert page.select_one("sup.cite").get_text() == "9"  # type: ignore[union-attr]


def test_markers_in_code_and_reference_definitions_stay_text() -> None:
    exchange = Exchange("q", "Use `a[1]`.\n\n[1]: https://example.org", "stopped")
    page = soup(reply_html(1, exchange, strings("en")))
    assert page.select_one("code").get_text() == "a[1]"  # type: ignore[union-attr]
    assert "https://example.org" in page.get_text()


def test_half_a_marker_is_not_shown_while_streaming() -> None:
    assert "[" not in soup(reply_html(1, Exchange("q", "SQL is needed [1"), strings("en"))).get_text()


def test_what_a_visitor_writes_is_text() -> None:
    user = messages([answered(f"**evil** {EVIL}\n\nsecond line")], strings("en"))[0]["content"]
    words = soup(user).select_one(".words")
    assert words is not None
    assert [tag.name for tag in words.find_all()] == ["br", "br"]
    assert EVIL in words.get_text()
    assert "**evil**" in words.get_text()
    assert soup(user).select("script, img") == []


@pytest.mark.parametrize("text", [EVIL, "![x](https://example.org/x.png)", "[x](javascript:alert(1))", "<b onclick=alert(1)>x</b>"])
def test_an_answer_carries_no_html_image_or_script_link(text: str) -> None:
    page = soup(reply_html(1, Exchange("q", text, "stopped"), strings("en")))
    assert page.select("script, img, b, [onerror], [onclick]") == []
    assert [link for link in page.select("a") if not str(link["href"]).startswith(("#", "http"))] == []


def test_each_message_is_one_line_so_that_the_chat_leaves_it_alone() -> None:
    exchange = Exchange("a\r\nb", "para\n\n- item\n\n```\ncode\n\nmore\n```\n\n| a |\n|---|\n| b |", "stopped")
    shown = messages([exchange], strings("en"))
    assert all("\n" not in message["content"] and "\r" not in message["content"] for message in shown)
    assert soup(shown[1]["content"]).select_one("pre").get_text() == "code\n\nmore\n"  # type: ignore[union-attr]
    assert soup(shown[1]["content"]).select_one("div.table > table") is not None


def test_problems_and_notes_speak_the_language_of_the_page() -> None:
    exchange = Exchange("")
    exchange.fail("too_long", limit=4000)
    assert [message["role"] for message in messages([exchange], strings("es"))] == ["assistant"]
    assert "4000 caracteres" in messages([exchange], strings("es"))[0]["content"]
    assert "4000 characters" in messages([exchange], strings("en"))[0]["content"]


@pytest.mark.parametrize("question", ["What skills?", "¿Qué habilidades?", "What pay?", "evil"])
def test_the_marks_of_a_citation_are_exactly_its_quote(question: str) -> None:
    exchange = answered(question)
    assert exchange.answer
    page = soup(panel_html([(2, exchange)], strings("en")))
    for citation in exchange.answer.citations:
        marks = page.select(f'mark[data-cite~="2-{citation.marker}"]')
        assert "".join(mark.get_text() for mark in marks) == citation.quote


def test_marks_may_overlap_and_cross_lines() -> None:
    text = "First **line** here.\n\n- Second `line` here.\n"
    spans = [(6, 30), (0, 20), (25, len(text))]
    citations = [Citation(n, "c", "r", "s", "t", "src", None, None, text[a:b], a, b) for n, (a, b) in enumerate(spans, 1)]
    page = soup(passage_html(text, citations, 1))
    assert page.get_text() == text
    for citation in citations:
        assert "".join(mark.get_text() for mark in page.select(f'mark[data-cite~="1-{citation.marker}"]')) == citation.quote
    assert [badge["data-marker"] for badge in page.select(".badge")] == ["2", "1", "3"]


def test_a_card_says_where_its_passage_comes_from() -> None:
    page = soup(panel_html([(1, answered("What skills?"))], strings("es")))
    card = page.select_one("article.source-card")
    assert card is not None
    text = card.get_text(" ")
    for part in ("Backend Developer · Skills", "Example labour survey", "backend-developer/en.md", "febrero de 2026"):
        assert part in text
    assert card.select_one("dl a")["href"] == "https://example.org/skills?a=1&b=2"  # type: ignore[index]


def test_figures_of_one_passage_keep_their_own_sources() -> None:
    exchange = answered("What pay?")
    assert exchange.answer
    first, second = exchange.answer.citations
    exchange.answer = replace(exchange.answer, citations=(first, replace(second, source="Another survey", url="https://example.org/b")))
    card = soup(panel_html([(1, exchange)], strings("en"))).select_one("article.source-card")
    assert card is not None
    assert [line.get_text(" ", strip=True) for line in card.select("dd p")] == ["1 Example labour survey", "2 Another survey"]


def test_a_panel_runs_nothing_and_links_only_to_the_web() -> None:
    page = soup(panel_html([(1, answered(f"evil {EVIL}"))], strings("en")))
    assert page.select("script, img") == []
    assert page.select("article a") == []
    assert EVIL in page.get_text()


def test_the_latest_sources_are_open_and_the_others_are_kept() -> None:
    page = soup(panel_html([(1, answered("What skills?")), (2, answered("What pay?")), (3, Exchange("more"))], strings("en")))
    assert [(group["id"], group.has_attr("hidden")) for group in page.select(".sources-group")] == [("source-1", True), ("source-2", False)]


def test_without_its_chunk_a_citation_still_shows_its_quote() -> None:
    exchange = answered("What skills?")
    exchange.passages = {}
    page = soup(panel_html([(1, exchange)], strings("en")))
    assert exchange.answer
    assert [mark.get_text() for mark in page.select("mark")] == [citation.quote for citation in exchange.answer.citations]
    assert strings("en").passage_missing in page.get_text()


def test_nothing_cited_means_no_panel() -> None:
    assert panel_html([(1, Exchange("hello", "Hello!", "stopped"))], strings("en")) == ""


def test_only_the_last_answer_suggests_and_can_be_asked_again() -> None:
    exchanges = [answered("What skills?"), answered("What pay?")]
    for exchange in exchanges:
        assert exchange.answer
        exchange.answer = replace(exchange.answer, suggestions=("What pay?", f"And {EVIL}?"))
    first, last = (soup(message["content"]) for message in messages(exchanges, strings("en"))[1::2])
    assert (len(first.select("[data-act=ask]")), len(first.select("[data-act=retry]"))) == (0, 0)
    assert [button["data-value"] for button in last.select("[data-act=ask]")] == ["What pay?", f"And {EVIL}?"]
    assert len(last.select("[data-act=retry]")) == 1


def test_a_mark_is_shown_and_its_reason_can_be_changed() -> None:
    exchange = answered("What skills?")
    exchange.reaction, exchange.reason = "down", 'too "long"'
    page = soup(reply_html(1, exchange, strings("es")))
    assert [(button["data-value"], button["aria-pressed"]) for button in page.select("[data-act=react]")] == [
        ("up", "false"),
        ("down", "true"),
    ]
    assert page.select_one("[data-act=why]")["data-reason"] == 'too "long"'  # type: ignore[index]


def test_who_worded_an_answer_is_said() -> None:
    exchange = answered("What skills?")
    assert exchange.answer
    exchange.answer = replace(exchange.answer, answered_by="openai:gpt", notice="Answered from the documents.")
    notes = [note.get_text() for note in soup(reply_html(1, exchange, strings("en"))).select(".note")]
    assert notes == ["Answered from the documents.", strings("en").written_by.format(model="openai:gpt")]


def test_what_did_not_change_is_not_drawn_again() -> None:
    exchanges, drawn = [answered("What skills?"), answered("What pay?")], []

    def extra(answer: object, number: int) -> str:
        drawn.append(number)
        return f'<div class="pictures">{number}</div>'

    shown = messages(exchanges, strings("en"), extra)
    assert messages(exchanges, strings("en"), extra) == shown
    assert drawn == [1, 2]
    assert "pictures" in shown[1]["content"]
    exchanges[0].reaction = "up"
    assert messages(exchanges, strings("en"), extra) != shown
    messages(exchanges, strings("es"), extra)
    assert drawn == [1, 2, 1, 1, 2]


def test_of_a_long_conversation_the_end_is_drawn_under_its_own_numbers() -> None:
    exchanges = [answered("What skills?") for _ in range(5)]
    shown = messages(exchanges, strings("en"), first=3)
    assert [soup(message["content"]).select_one(".reply")["data-number"] for message in shown[1::2]] == ["4", "5"]  # type: ignore[index]
