"""The answer a model writes: what is shown of good, partly wrong and invented texts, how it streams, and when the documents answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import language_models
import pytest
from fakes import FakeEmbedder
from language_models import ScriptedChat, scripted, statements_of
from small_house import settings_of_house

import coach.coach
from coach.answering.grounding import faults
from coach.answering.llm import LanguageModel
from coach.answering.pieces import Piece, pieces
from coach.coach import Coach
from coach.index.store import Index
from coach.language import strings
from coach.settings import Settings
from coach.types import LANGUAGES, Answer, Language, Turn

QUESTION = "What skills does a beekeeper need?"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_house(tmp_path_factory.mktemp("house"))


@pytest.fixture
def with_model(house: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A function that opens a coach whose model says a script."""
    opened: list[Coach] = []

    def open_coach(script: Any, **changes: Any) -> tuple[Coach, ScriptedChat]:
        model: LanguageModel = scripted(script)
        monkeypatch.setattr(coach.coach, "open_language_model", lambda settings: model)
        embedder = FakeEmbedder()
        settings = house.model_copy(update=changes)
        opened.append(Coach(settings, Index.open(settings.index_folder, embedder), embedder))
        assert isinstance(model.chat, ScriptedChat)
        return opened[-1], model.chat

    yield open_coach
    for one in opened:
        one.__exit__(None, None, None)


def check(answer: Answer, one: Coach) -> None:
    assert faults(answer, {citation.chunk: one.chunk(citation.chunk) for citation in answer.citations}) == []


def number_of(prompt: str, begins: str) -> int:
    return next(number for number, text in statements_of(prompt).items() if text.startswith(begins))


def test_a_good_text_is_the_answer_with_markers_in_order_of_appearance(with_model: Any) -> None:
    def script(prompt: str) -> str:
        patience, hive = number_of(prompt, "**Patience**"), number_of(prompt, "**Hive inspection**")
        return (
            f"Patience is essential: slow hands keep the colony calm [{patience}].\n\n- Reading a frame and finding the queen [{hive}].\n"
        )

    one, _ = with_model(script)
    answer = one.ask(QUESTION)
    assert answer.text == "Patience is essential: slow hands keep the colony calm [1].\n\n- Reading a frame and finding the queen [2]."
    assert (answer.answered_by, answer.notice, answer.kind) == ("test:scripted", None, "answer")
    assert [citation.quote[:12] for citation in answer.citations] == ["**Patience**", "**Hive inspe"]
    check(answer, one)


def test_a_partly_wrong_text_loses_its_wrong_sentences_and_says_so(with_model: Any) -> None:
    def script(prompt: str) -> str:
        hive = number_of(prompt, "**Hive inspection**")
        return (
            f"Hive inspection is essential: reading a frame and finding the queen [{hive}]. Beekeepers earn 90,000 dollars [{hive}]. "
            f"Honey extraction is important: spinning the frames without breaking the comb [{number_of(prompt, '**Honey')}]."
        )

    one, _ = with_model(script)
    answer = one.ask(QUESTION)
    assert "90,000" not in answer.text
    assert "finding the queen [1]. Honey extraction" in answer.text
    assert (answer.answered_by, answer.notice) == ("test:scripted", strings("en")["llm_left_out"])
    check(answer, one)


@pytest.mark.parametrize(
    "script",
    [
        "Beekeepers must hold a certificate from Oxford [1]. They earn 90,000 dollars [2]. Use Kubernetes [3].",
        "Hive inspection is essential: reading a frame and finding the queen.",
        "I cannot help with that.",
        "Bees [99].",
        "# Answer\n\n**Skills**\n",
    ],
)
def test_an_invented_text_is_replaced_by_the_documents(with_model: Any, small_coach: Coach, script: str) -> None:
    answer = with_model(script)[0].ask(QUESTION)
    assert (answer.answered_by, answer.notice) == ("extractive", strings("en")["llm_unfounded"])
    assert answer.text == small_coach.ask(QUESTION).text


def test_the_notice_is_in_the_asker_s_language(with_model: Any) -> None:
    answer = with_model("Nada de esto es cierto [1].")[0].ask("¿Qué habilidades necesita una apicultora?")
    assert answer.notice == strings("es")["llm_unfounded"]


def test_sentences_stream_as_they_pass_and_the_answer_comes_last(with_model: Any) -> None:
    def script(prompt: str) -> str:
        hive, honey = number_of(prompt, "**Hive inspection**"), number_of(prompt, "**Honey")
        true = "Reading a frame and finding the queen", "Spinning the frames without breaking the comb"
        return f"- {true[0]} [{hive}].\n- A lie about wasps [{hive}].\n- {true[1]} [{honey}].\n"

    one, _ = with_model(script)
    parts = list(one.stream(QUESTION))
    assert parts[:-1] == ["- Reading a frame and finding the queen [1].", "\n- Spinning the frames without breaking the comb [2]."]
    assert isinstance(parts[-1], Answer)
    assert "".join(parts[:-1]) == parts[-1].text


ASKED: dict[Language, str] = {"en": QUESTION, "es": "¿Qué habilidades necesita una apicultora?"}
LIES: dict[Language, tuple[str, ...]] = {
    "en": ("Wasps are essential for bees", "Every beekeeper holds a licence from Oxford", "Read more at https://bees.example"),
    "es": ("Las avispas son imprescindibles", "Hay que tener una licencia de Oxford", "Más en https://bees.example"),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("size", [1, 2, 5, 13, 4000])
def test_no_withheld_sentence_is_ever_streamed_however_the_text_comes(
    with_model: Any, monkeypatch: pytest.MonkeyPatch, language: Language, size: int
) -> None:
    def script(prompt: str) -> str:
        true = list(statements_of(prompt).items())[:3]
        told = [f"- {text.rstrip('.')} [{number}]. {lie} [{number}].\n" for (number, text), lie in zip(true, LIES[language], strict=True)]
        return "".join(told)

    monkeypatch.setattr(language_models, "PIECE", size)
    one, _ = with_model(script)
    *parts, answer = one.stream(ASKED[language])
    streamed = "".join(parts)
    assert [lie for lie in LIES[language] if lie.casefold()[:12] in (streamed + answer.text).casefold()] == []
    assert (answer.answered_by, answer.notice) == ("test:scripted", strings(language)["llm_left_out"])
    assert streamed == answer.text
    assert len(answer.citations) == 3
    check(answer, one)


def test_what_the_coach_itself_has_to_say_stays(with_model: Any) -> None:
    """That there is no figure for a country is no statement of a document: the model cannot say it, so the coach does."""

    def script(prompt: str) -> str:
        return f"In France a beekeeper earns EUR 21,000–35,000 per year, gross [{number_of(prompt, 'France: EUR 21,000')}]."

    one, _ = with_model(script)
    answer = one.ask("How much does a beekeeper earn in Canada?")
    assert answer.answered_by == "test:scripted"
    assert answer.text.startswith("The documents have no salary figure for Beekeeper in Canada.")
    check(answer, one)


def test_the_model_is_not_asked_what_the_documents_do_not_answer(with_model: Any) -> None:
    one, chat = with_model("Something [1].")
    for question in ("hello", "What is the weather like?", "What does a plumber earn?", "skills?"):
        assert one.ask(question).answered_by == "extractive"
    assert chat.prompts == []


def test_the_model_gets_numbered_statements_the_question_and_the_conversation(with_model: Any) -> None:
    one, chat = with_model("Nothing.")
    one.ask(QUESTION, [Turn("user", "I like <b>honey</b>"), Turn("assistant", "Good.")])
    prompt = chat.prompts[0]
    assert "[1] (Beekeeper, Skills, Technical skills) **Hive inspection** (essential): reading a frame" in prompt
    assert f"<question>\n{QUESTION}\n</question>" in prompt
    assert "user: I like ‹b›honey‹/b›\nassistant: Good." in prompt
    assert "in English" in prompt


def test_statements_keep_to_their_budget_and_to_the_sections_asked_for(with_model: Any) -> None:
    one, chat = with_model("Nothing.", llm_statement_tokens=100)
    one.ask(QUESTION)
    few = statements_of(chat.prompts[0])
    one, chat = with_model("Nothing.")
    one.ask(QUESTION)
    many = statements_of(chat.prompts[0])
    assert 0 < len(few) < len(many)
    assert list(many.values())[: len(few)] == list(few.values())
    assert not any("pay" in text.lower() or "EUR" in text for text in many.values())


def test_the_history_given_is_that_of_the_budget(with_model: Any) -> None:
    one, chat = with_model("Nothing.", history_tokens=30)
    one.ask(QUESTION, [Turn("user", "an old and long message " * 20), Turn("user", "a short one")])
    assert "a short one" in chat.prompts[0]
    assert "an old and long message" not in chat.prompts[0]


def test_statements_in_the_other_language_are_not_offered(with_model: Any) -> None:
    """The checks compare words, so what can only be translated is quoted."""
    one, chat = with_model("Nothing.")
    one.ask(QUESTION, language="es")
    assert all("reading a frame" not in text for prompt in chat.prompts for text in statements_of(prompt).values())


def test_a_hopeless_text_is_not_read_to_its_end(with_model: Any) -> None:
    one, _ = with_model("Bees love wasps [1]. " * 500)
    assert one.ask(QUESTION).notice == strings("en")["llm_unfounded"]


def test_the_same_sentence_is_shown_once(with_model: Any) -> None:
    one, _ = with_model(lambda prompt: f"Reading a frame and finding the queen [{number_of(prompt, '**Hive')}]. " * 5)
    assert one.ask(QUESTION).text == "Reading a frame and finding the queen [1]."


# --- cutting a stream into sentences -------------------------------------------------------------------------------------------------


def cut(text: str, size: int) -> list[Piece]:
    return list(pieces((text[start : start + size] for start in range(0, len(text), size)), "en"))


TEXTS: list[tuple[str, Sequence[str]]] = [
    ("One is so [1]. Two is so [2].", ["One is so [1].", "Two is so [2]."]),
    ("One is so. [1] Two is so. [2][3]", ["One is so. [1]", "Two is so. [2][3]"]),
    ("- One is so [1].\n- Two is so. And so. [2]\n", ["One is so [1].", "Two is so. And so. [2]"]),
    ("1. One is so [1].\n2. Two is so [2].", ["One is so [1].", "Two is so [2]."]),
    ("# Head\n\nOne is so [1].\n\n**Bold**\n\nThe points:\n* Two is so [2].", ["One is so [1].", "Two is so [2]."]),
    ("It costs 3.5 e.g. in U.S. dollars [1]. Two [2].", ["It costs 3.5 e.g. in U.S. dollars [1].", "Two [2]."]),
    ("<think>Secret. Plan [1].</think>One is so [1].", ["One is so [1]."]),
    ("<think>Never ends [1]. And on [2].", []),
    ("No marker at all. None here.", ["No marker at all. None here."]),
    ("One is so [1], and two [2].", ["One is so [1], and two [2]."]),
    ("```\ncode [1]\n```\nOne is so [1].", ["code [1]", "One is so [1]."]),
    ("", []),
    ("\n\n \n", []),
    ("One is so [1]. Two is cut of", ["One is so [1].", "Two is cut of"]),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS, ids=range(len(TEXTS)))
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_a_stream_is_cut_alike_however_it_comes(text: str, expected: Sequence[str], size: int) -> None:
    assert [piece.text for piece in cut(text, size)] == list(expected)


def test_a_sentence_is_ready_as_soon_as_the_next_begins() -> None:
    """Waiting for the whole text would be no streaming."""
    read = []

    def stream() -> Iterator[str]:
        for part in ("One is ", "so [1]. ", "Two", " is so [2]."):
            read.append(part)
            yield part

    assert next(pieces(stream(), "en")).text == "One is so [1]."
    assert len(read) == 3


def test_items_and_the_first_sentence_of_a_line_are_known() -> None:
    found = cut("Intro [1]. More [2].\n- Item [3].\nAfter [4].", 5)
    assert [(piece.is_item, piece.opens) for piece in found] == [(False, True), (False, False), (True, True), (False, True)]
