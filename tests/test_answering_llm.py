"""Opening a language model, its limits, and that its errors hold no secret. Servers that misbehave: test_llm_servers.py."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from language_models import ScriptedChat, scripted
from pydantic import Field, SecretStr, ValidationError

from coach.answering.llm import Breaker, LanguageModel, LanguageModelError, breaker_of, open_language_model, reason_of
from coach.errors import CoachError, ServiceError
from coach.settings import Settings


@pytest.mark.parametrize("name", [None, "none", "None", ""])
def test_no_model_is_configured_by_default(name: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if name is not None:
        monkeypatch.setenv("COACH_LLM", name)
    assert open_language_model(Settings()) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gpt", "COACH_LLM=gpt: is not provider:model"),
        ("openai:", "is not provider:model"),
        (":gpt", "is not provider:model"),
        ("nobody:gpt", "there is no provider nobody; choose one of openai,"),
        ("groq:x", r"the package of groq is not installed; pip install 'career-coach\[groq\]'"),
        ("cohere:x", "the package of cohere is not installed; install its LangChain package"),
    ],
)
def test_what_cannot_be_opened_is_one_clear_line(name: str, message: str) -> None:
    with pytest.raises(ServiceError, match=message) as caught:
        open_language_model(Settings(llm=name))
    assert "\n" not in str(caught.value)


def test_a_missing_key_is_said_without_the_library_s_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(ServiceError, match="openai:gpt: cannot be opened"):
        open_language_model(Settings(llm="openai:gpt"))


def test_the_provider_s_own_key_is_not_sent_to_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-for-the-provider-only")
    model = open_language_model(Settings(llm="openai:m", llm_base_url="http://localhost:9/v1"))
    assert model is not None
    key: Any = model.chat.openai_api_key  # type: ignore[attr-defined]
    assert key.get_secret_value() == "none"


def test_settings_show_neither_key_nor_address() -> None:
    settings = Settings(llm="openai:m", llm_api_key=SecretStr("sk-1"), llm_base_url="http://me:pw@host/v1")
    assert "sk-1" not in repr(settings)
    assert "pw@" not in repr(settings)


def test_limits_out_of_range_are_refused() -> None:
    for wrong in ({"llm_total_seconds": 0}, {"llm_retries": -1}, {"llm_first_token_seconds": -1}, {"llm_max_tokens": 0}):
        with pytest.raises(ValidationError):
            Settings(**wrong)  # type: ignore[arg-type]


def test_the_answer_comes_in_pieces_and_whole() -> None:
    pieces = list(scripted("One two three four [1].").stream("system", "user"))
    assert len(pieces) > 1
    assert "".join(pieces) == "One two three four [1]."


class SlowChat(ScriptedChat):
    """Waits before its first piece, and between pieces."""

    before: float = 0.0
    between: float = 0.0
    closed: threading.Event = Field(default_factory=threading.Event)

    async def _astream(self, messages: Any, *_: Any, **__: Any) -> Any:
        from langchain_core.messages import AIMessageChunk
        from langchain_core.outputs import ChatGenerationChunk

        try:
            await asyncio.sleep(self.before)
            for word in str(self.script).split():
                yield ChatGenerationChunk(message=AIMessageChunk(content=word + " "))
                await asyncio.sleep(self.between)
        finally:
            self.closed.set()


def slow(before: float = 0.0, between: float = 0.0, **limits: Any) -> tuple[LanguageModel, SlowChat]:
    chat = SlowChat(script="one two three four five six seven eight", before=before, between=between)
    settings: dict[str, Any] = {"first_token_seconds": 0.2, "total_seconds": 0.5, "retries": 2, "most_characters": 1000} | limits
    return LanguageModel("test:slow", chat, Breaker(60.0), **settings), chat


def test_a_first_token_too_late_is_slow_and_ends_the_request() -> None:
    model, chat = slow(before=60.0, total_seconds=30.0)
    with pytest.raises(LanguageModelError, match="test:slow: did not answer in time"):
        list(model.stream("s", "u"))
    assert chat.closed.wait(5)


def test_tokens_that_keep_coming_end_with_the_total_limit() -> None:
    model, _ = slow(between=1.0, first_token_seconds=0.4)
    got: list[str] = []
    with pytest.raises(LanguageModelError) as caught:
        got.extend(model.stream("s", "u"))
    assert caught.value.reason == "slow"
    assert got == ["one "]


def test_later_tokens_are_not_bound_by_the_limit_of_the_first() -> None:
    model, _ = slow(between=0.15, first_token_seconds=1.0, total_seconds=60.0)
    assert "".join(model.stream("s", "u")).split() == ["one", "two", "three", "four", "five", "six", "seven", "eight"]


def test_closing_the_stream_ends_the_request() -> None:
    model, chat = slow(between=1.0, first_token_seconds=5.0, total_seconds=30.0)
    stream = model.stream("s", "u")
    assert next(stream) == "one "
    stream.close()  # type: ignore[attr-defined]
    assert chat.closed.wait(5)


def test_an_answer_without_end_is_cut() -> None:
    model = scripted("word " * 5000, most_characters=200)
    assert len("".join(model.stream("s", "u"))) <= 200


def test_an_empty_answer_is_an_error() -> None:
    with pytest.raises(LanguageModelError) as caught:
        list(scripted("").stream("s", "u"))
    assert caught.value.reason == "empty"


def test_errors_of_a_library_pass_on_nothing_of_theirs() -> None:
    def fails(prompt: str) -> str:
        raise RuntimeError(f"key sk-secret and prompt {prompt}")

    with pytest.raises(LanguageModelError) as caught:
        list(scripted(fails).stream("the system prompt", "the question"))
    assert str(caught.value) == "language model test:scripted: reported an error of its own"
    assert isinstance(caught.value, CoachError)
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)


def test_what_is_shown_of_a_model_names_it_and_no_more() -> None:
    settings = Settings(llm="openai:m", llm_api_key=SecretStr("sk-1"), llm_base_url="http://me:pw@host/v1")
    assert re.search("sk-1|pw@|host", repr(open_language_model(settings))) is None


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("0.5", 0.5), ("-2", 0.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), (None, 0.0)]
)
def test_how_long_a_server_wants_to_be_left_alone_is_read_from_its_reply(header: str | None, seconds: float) -> None:
    asked = 0

    def fails(prompt: str) -> str:
        nonlocal asked
        asked += 1
        raise Refusal({"retry-after": header} if header else {})

    with pytest.raises(LanguageModelError) as caught:
        list(scripted(fails).stream("s", "u"))
    assert (caught.value.reason, caught.value.wait, asked) == ("busy", seconds, 1)


class Refusal(Exception):
    status_code = 429

    def __init__(self, headers: dict[str, str]) -> None:
        self.response = SimpleNamespace(headers=headers)


class Status(Exception):
    def __init__(self, status_code: int) -> None:
        self.status_code = status_code


class ConnectError(Exception):
    pass


class ReadTimeout(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (Status(429), "busy"),
        (Status(500), "failing"),
        (Status(503), "failing"),
        (Status(401), "refused"),
        (Status(404), "refused"),
        (Status(408), "slow"),
        (Status(504), "slow"),
        (ConnectError(), "down"),
        (ConnectionResetError(), "down"),
        (ReadTimeout(), "slow"),
        (TypeError(), "garbled"),
        (json.JSONDecodeError("x", "y", 0), "garbled"),
        (RuntimeError(), "failing"),
    ],
)
def test_a_reason_is_found_for_every_error(error: Exception, reason: str) -> None:
    assert reason_of(error) == reason
    outer = RuntimeError("wrapped")
    outer.__cause__ = error
    assert reason_of(outer) == (reason if reason != "garbled" or isinstance(error, json.JSONDecodeError) else "failing")


def test_the_breaker_pauses_after_three_failures_and_then_lets_one_try() -> None:
    now = [0.0]
    breaker = Breaker(10.0, clock=lambda: now[0])
    for _ in range(2):
        breaker.record(failed=True)
    assert breaker.allows()
    breaker.record(failed=True)
    assert not breaker.allows()
    now[0] = 10.5
    assert breaker.allows()
    assert not breaker.allows()
    breaker.record(failed=False)
    assert breaker.allows()


def test_a_paused_model_is_not_asked() -> None:
    asked = []

    def fails(prompt: str) -> str:
        asked.append(prompt)
        raise RuntimeError("no")

    model = scripted(fails)
    for reason in ("failing", "failing", "failing", "paused", "paused"):
        with pytest.raises(LanguageModelError) as caught:
            list(model.stream("s", "u"))
        assert caught.value.reason == reason
    assert len(asked) == 3


def test_one_breaker_for_the_process_and_each_address() -> None:
    assert breaker_of("a:b", "http://x", 5.0) is breaker_of("a:b", "http://x", 5.0)
    assert breaker_of("a:b", "http://x", 5.0) is not breaker_of("a:b", "http://y", 5.0)


def test_several_threads_get_their_own_answers() -> None:
    model = scripted(lambda prompt: prompt * 3)
    got: dict[int, str] = {}
    threads = [threading.Thread(target=lambda n=n: got.update({n: "".join(model.stream("s", f"u{n}"))})) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {n: f"s\nu{n}" * 3 for n in range(6)}
