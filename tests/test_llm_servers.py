"""Real sockets: a server that speaks OpenAI's streaming and misbehaves, and `transformers serve` with a tiny Llama of random weights."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
import subprocess
import sys
import traceback
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder
from language_models import serving
from pydantic import SecretStr
from small_house import settings_of_house

from coach.answering.llm import LOGGERS, LanguageModelError, open_language_model
from coach.coach import Coach
from coach.index.store import Index
from coach.language import strings
from coach.settings import Settings
from coach.types import Answer

pytest.importorskip("langchain_openai", reason="langchain-openai is not installed")

QUESTION = "What skills does a beekeeper need?"
GOOD = (
    "- **Hive inspection** (essential): reading a frame and finding the queen [1].\n"
    "- **Patience** is essential: slow hands keep the colony calm [3]."
)
KEY = "sk-very-secret"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return settings_of_house(tmp_path_factory.mktemp("house"))


def with_model(house: Settings, url: str, **limits: Any) -> Settings:
    fast: dict[str, Any] = {"llm_first_token_seconds": 1.0, "llm_total_seconds": 2.0, "llm_retries": 0} | limits
    return house.model_copy(update={"llm": "openai:m", "llm_base_url": url, "llm_api_key": SecretStr(KEY)} | fast)


def ask(settings: Settings, question: str = QUESTION) -> Answer:
    embedder = FakeEmbedder()
    with Coach(settings, Index.open(settings.index_folder, embedder), embedder) as coach:
        return coach.ask(question)


@pytest.fixture(scope="module")
def extractive(house: Settings) -> Answer:
    return ask(house)


def test_a_good_server_s_text_is_the_answer(house: Settings) -> None:
    with serving("good", text=GOOD) as server:
        answer = ask(with_model(house, server.url))
    assert (answer.answered_by, answer.notice) == ("openai:m", None)
    assert "slow hands keep the colony calm" in answer.text
    assert [citation.marker for citation in answer.citations] == [1, 2]
    sent = server.requests[0]
    assert sent["stream"] is True
    assert sent["model"] == "m"
    assert "reading a frame and finding the queen" in sent["messages"][1]["content"]
    assert server.headers[0]["authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("behaviour", "notice"),
    [
        ("silent", "llm_slow"),
        ("stall", "llm_slow"),
        ("midway", "llm_slow"),
        ("drip", "llm_slow"),
        ("drop", "llm_down"),
        ("broken", "llm_garbled"),
        ("shapeless", "llm_garbled"),
        ("html", "llm_garbled"),
        ("empty", "llm_empty"),
        ("429", "llm_busy"),
        ("429 1", "llm_busy"),
        ("500", "llm_failing"),
        ("401", "llm_refused"),
        ("404", "llm_refused"),
    ],
)
def test_whatever_goes_wrong_the_documents_answer(house: Settings, extractive: Answer, behaviour: str, notice: str) -> None:
    with serving(behaviour, text=GOOD) as server:
        answer = ask(with_model(house, server.url))
    assert (answer.answered_by, answer.text, answer.citations) == ("extractive", extractive.text, extractive.citations)
    # A page of HTML has no event in it: whether that is garbled or empty is a matter of the library's version.
    assert answer.notice in {strings("en")[notice], strings("en")["llm_empty" if behaviour == "html" else notice]}


def test_no_server_at_all(house: Settings, extractive: Answer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    answer = ask(with_model(house, f"http://127.0.0.1:{port}/v1"))
    assert (answer.answered_by, answer.text, answer.notice) == ("extractive", extractive.text, strings("en")["llm_down"])


def test_a_busy_server_is_asked_again_and_then_answers(house: Settings) -> None:
    with serving("429", "500", "good", text=GOOD) as server:
        answer = ask(with_model(house, server.url, llm_retries=2, llm_total_seconds=10.0))
        assert (answer.answered_by, len(server.requests)) == ("openai:m", 3)


def test_a_busy_server_is_left_alone_as_long_as_it_asks_for(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    sleep = asyncio.sleep

    async def briefly(seconds: float) -> None:
        waits.extend([seconds] if seconds else [])
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", briefly)
    with serving("429 7", "good", text=GOOD) as server:
        answer = ask(with_model(house, server.url, llm_retries=2, llm_total_seconds=10.0))
        assert (answer.answered_by, len(server.requests)) == ("openai:m", 2)
    assert waits == [7.0]


def test_a_server_that_asks_for_longer_than_the_limit_is_not_waited_for(house: Settings) -> None:
    with serving("429 60", "good", text=GOOD) as server:
        answer = ask(with_model(house, server.url, llm_retries=2, llm_total_seconds=30.0))
        assert (answer.notice, len(server.requests)) == (strings("en")["llm_busy"], 1)


def test_a_server_that_refuses_is_not_asked_again(house: Settings) -> None:
    with serving("401", "good", text=GOOD) as server:
        answer = ask(with_model(house, server.url, llm_retries=2))
        assert (answer.answered_by, len(server.requests)) == ("extractive", 1)


def test_after_three_failures_the_server_is_left_alone(house: Settings) -> None:
    with serving("500", "500", "500", "good", text=GOOD) as server:
        settings = with_model(house, server.url)
        notices = [ask(settings).notice for _ in range(4)]
        assert notices == [strings("en")["llm_failing"]] * 3 + [strings("en")["llm_paused"]]
        assert len(server.requests) == 3


def test_text_that_breaks_off_was_shown_and_is_replaced(house: Settings, extractive: Answer) -> None:
    """What a reader saw is no promise: the Answer at the end is what counts."""
    embedder = FakeEmbedder()
    with serving("drop", text=f"{GOOD}\n{GOOD}") as server:
        settings = with_model(house, server.url)
        with Coach(settings, Index.open(settings.index_folder, embedder), embedder) as coach:
            parts = list(coach.stream(QUESTION))
    shown = "".join(part for part in parts if isinstance(part, str))
    assert "reading a frame" in shown
    assert isinstance(parts[-1], Answer)
    assert (parts[-1].answered_by, parts[-1].text) == ("extractive", extractive.text)


def test_neither_key_nor_prompt_nor_address_is_logged_or_in_an_error(
    house: Settings, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Not even where a variable of a library's own (OPENAI_LOG=debug) has asked for all that it has to say."""
    caplog.set_level(logging.DEBUG)
    for name in LOGGERS:
        caplog.set_level(logging.DEBUG, logger=name)
    with serving("401", "good", "broken", "shapeless", "500", text=GOOD) as server:
        settings = with_model(house, server.url.replace("http://", "http://someone:pass-word@"), llm_pause_seconds=0.0)
        for _ in range(4):
            ask(settings)
        model = open_language_model(settings)
        assert model is not None
        with pytest.raises(LanguageModelError) as caught:
            list(model.stream("a secret prompt", "a secret question"))
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    shown = "".join(traceback.format_exception(caught.value))
    told = caplog.text + "".join(capfd.readouterr()) + shown + repr(settings) + repr(model) + repr(caught.value)
    for secret in (KEY, "pass-word", "reading a frame and finding", "a secret prompt'", "secret question'", "sk-secret-key"):
        assert secret not in told.replace('model.stream("a secret prompt", "a secret question")', "")


# --- transformers serve -------------------------------------------------------------------------------------------------------------

TEMPLATE = "{% for message in messages %}{{ message.content }} {% endfor %}"


def make_llama(folder: Path) -> Path:
    """A Llama of two layers with random weights, and a tokenizer over words of a hundred."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    words = ["<unk>", "<s>", "</s>", ".", "[", "]", *"0123456789", *(f"word{n}" for n in range(80)), "hive", "queen", "essential", "is"]
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>", bos_token="<s>", eos_token="</s>", pad_token="</s>")
    fast.chat_template = TEMPLATE
    fast.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        max_position_embeddings=8192, bos_token_id=1, eos_token_id=2, pad_token_id=2,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", autouse=True)
def starting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int, subprocess.Popen[bytes]] | None]:
    """`transformers serve` on its way up, a slow one: it starts while the other tests run. Its model, port and process."""
    from transformers.utils.import_utils import is_serve_available

    if not is_serve_available():
        yield None
        return
    folder = make_llama(tmp_path_factory.mktemp("llama"))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    program = str(Path(sys.executable).parent / "transformers")
    command = [program, "serve", str(folder), "--host", "127.0.0.1", "--port", str(port), "--device", "cpu"]
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    with (folder / "serve.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, env=environment)
        try:
            yield folder, port, server
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture
def llama(starting: tuple[Path, int, subprocess.Popen[bytes]] | None) -> tuple[str, str]:
    """The model's name and the address of a `transformers serve` that serves it."""
    if starting is None:
        pytest.skip("the extras of `transformers serve` are not installed")
    folder, port, server = starting
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).close()
            return str(folder), f"http://127.0.0.1:{port}/v1"
        except OSError:
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(0.2)
                break
    pytest.fail((folder / "serve.log").read_text()[-2000:])


def test_the_nonsense_of_a_real_model_never_reaches_the_user(house: Settings, extractive: Answer, llama: tuple[str, str]) -> None:
    name, url = llama
    settings = with_model(house, url, llm=f"openai:{name}", llm_first_token_seconds=60.0, llm_total_seconds=120.0, llm_max_tokens=60)
    model = open_language_model(settings)
    assert model is not None
    said = "".join(model.stream("You are a coach.", QUESTION))
    assert len(said.split()) > 3, "the server has to say something for the checks to have something to do"
    embedder = FakeEmbedder()
    with Coach(settings, Index.open(settings.index_folder, embedder), embedder) as coach:
        parts = list(coach.stream(QUESTION))
    answer = parts[-1]
    assert isinstance(answer, Answer)
    assert (answer.answered_by, answer.text) == ("extractive", extractive.text)
    assert answer.notice == strings("en")["llm_unfounded"]
    assert "word" not in "".join(part for part in parts if isinstance(part, str)).replace("words", "")
