"""The language model, where one is configured: opened by name, asked with time limits, retries and a circuit breaker.

Every failure becomes a LanguageModelError that names the model and a reason. Neither it nor a log line holds a key, a prompt, an
answer or an address: libraries put these into their own messages, so none of theirs is passed on.
"""

from __future__ import annotations

import asyncio
import json
import logging
import queue
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from coach.errors import ServiceError
from coach.settings import Settings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

Reason = Literal["down", "slow", "busy", "refused", "failing", "garbled", "empty", "paused"]
WORDS: dict[Reason, str] = {
    "down": "cannot be reached or broke off",
    "slow": "did not answer in time",
    "busy": "takes no more requests for now",
    "refused": "refused the request; check COACH_LLM, its key and its settings",
    "failing": "reported an error of its own",
    "garbled": "answered with something that cannot be read",
    "empty": "gave an empty answer",
    "paused": "failed several times and is left alone for a while",
}
PASSING: frozenset[Reason] = frozenset({"down", "busy", "failing"})
"""What may be over in a second: worth asking again, as long as nothing was answered yet."""
EXTRAS = {"openai": "openai", "azure_openai": "openai", "anthropic": "anthropic", "google_genai": "google", "ollama": "ollama",
          "mistralai": "mistral", "groq": "groq"}  # fmt: skip
# Their messages hold prompts, addresses and keys.
LOGGERS = ("openai", "anthropic", "httpx", "httpx2", "httpcore", "httpcore2", "google_genai", "ollama", "mistralai", "groq")
FAILURES_IN_A_ROW = 3
# More than any answer that is asked for: a server that minds no limit is cut off here, in characters per token allowed.
LONGEST_TOKEN = 12
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
# Longer than the limit itself: a library that cannot be interrupted must not hold the asker.
GRACE_SECONDS = 2.0
NO_KEY = "none"


class LanguageModelError(ServiceError):
    """The language model gave no usable answer. `reason` says why, in one word; `wait` is for how many seconds the server wants to be
    left alone, 0 where it does not say."""

    def __init__(self, name: str, reason: Reason, *, may_pass: bool = False, wait: float = 0.0) -> None:
        self.reason = reason
        self.may_pass = may_pass and reason in PASSING
        self.wait = wait
        super().__init__(f"language model {name}: {WORDS[reason]}")


@dataclass(slots=True)
class Breaker:
    """Leaves a server alone for `pause` seconds after three failures in a row; then one request may try it."""

    pause: float
    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _closed_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self) -> bool:
        """Whether a request may be sent now."""
        with self._lock:
            if self._failures < FAILURES_IN_A_ROW:
                return True
            now = self.clock()
            if now < self._closed_until:
                return False
            self._closed_until = now + self.pause
            return True

    def record(self, *, failed: bool) -> None:
        """Counts a request that failed, or forgets the failures after one that did not."""
        with self._lock:
            self._failures = self._failures + 1 if failed else 0
            self._closed_until = self.clock() + self.pause if self._failures >= FAILURES_IN_A_ROW else 0.0


@cache
def breaker_of(name: str, address: str, pause: float) -> Breaker:
    """The breaker of one model at one address, the same for the whole process."""
    del name, address
    return Breaker(pause)


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """A chat model with limits. `name` is provider:model; seconds are those of the settings. It may be used from several threads."""

    name: str
    # Its representation would show the address.
    chat: BaseChatModel = field(repr=False)
    breaker: Breaker
    first_token_seconds: float
    total_seconds: float
    retries: int
    most_characters: int

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The answer in pieces as they come. Closing the iterator ends the request. Raises LanguageModelError."""
        if not self.breaker.allows():
            raise LanguageModelError(self.name, "paused")
        pieces: queue.SimpleQueue[str | LanguageModelError | None] = queue.SimpleQueue()
        task = asyncio.run_coroutine_threadsafe(self._answer([("system", system), ("human", user)], pieces.put), _loop())
        try:
            while (piece := self._next(pieces)) is not None:
                if isinstance(piece, LanguageModelError):
                    self.breaker.record(failed=True)
                    raise piece
                yield piece
            self.breaker.record(failed=False)
        finally:
            task.cancel()

    def _next(self, pieces: queue.SimpleQueue[str | LanguageModelError | None]) -> str | LanguageModelError | None:
        try:
            return pieces.get(timeout=self.total_seconds + GRACE_SECONDS)
        except queue.Empty:
            return LanguageModelError(self.name, "slow")

    async def _answer(self, messages: list[tuple[str, str]], put: Callable[[str | LanguageModelError | None], None]) -> None:
        """Puts the pieces of the answer, then None or what went wrong."""
        from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_exponential_jitter

        backs_off = wait_exponential_jitter(FIRST_WAIT, LONGEST_WAIT, jitter=FIRST_WAIT)

        def wait(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            return max(backs_off(state), error.wait if isinstance(error, LanguageModelError) else 0.0)

        again = AsyncRetrying(
            stop=stop_after_attempt(self.retries + 1),
            wait=wait,
            # A wait beyond the limit would only keep the asker waiting for the same failure.
            retry=retry_if_exception(
                lambda error: isinstance(error, LanguageModelError) and error.may_pass and error.wait < self.total_seconds
            ),
            reraise=True,
        )
        try:
            async with asyncio.timeout(self.total_seconds):
                async for attempt in again:
                    with attempt:
                        await self._once(messages, put)
        except TimeoutError:
            put(LanguageModelError(self.name, "slow"))
        except LanguageModelError as error:
            # The library's error, which may hold a prompt or a key, hangs on it still.
            error.__context__ = None
            put(error)
        else:
            put(None)

    async def _once(self, messages: list[tuple[str, str]], put: Callable[[str], None]) -> None:
        left = self.most_characters
        has_begun = False
        try:
            async with asyncio.timeout(self.first_token_seconds) as limit:
                async for chunk in self.chat.astream(messages):
                    text = chunk.text
                    if text:
                        limit.reschedule(None)
                        has_begun = True
                        put(text[:left])
                        left -= len(text)
                    if left <= 0:
                        return
        except TimeoutError:
            # Either the first token's time is up or the library's own limit was.
            raise LanguageModelError(self.name, "slow") from None
        except Exception as error:
            raise LanguageModelError(self.name, reason_of(error), may_pass=not has_begun, wait=_wait_wanted(error)) from None
        if not has_begun:
            raise LanguageModelError(self.name, "empty")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop for the process, in a thread of its own: libraries keep connections open, and these belong to a loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="coach-llm", daemon=True).start()
    return loop


def reason_of(error: BaseException) -> Reason:
    """The reason behind a library's error, by its HTTP status, else by its kind and that of its causes."""
    seen: BaseException | None = error
    while seen is not None:
        status = getattr(seen, "status_code", None) or getattr(seen, "code", None)
        if isinstance(status, int) and status >= 400:
            return "busy" if status == 429 else "slow" if status in {408, 504} else "refused" if status < 500 else "failing"
        kind = type(seen).__name__
        if "Timeout" in kind:
            return "slow"
        if isinstance(seen, (json.JSONDecodeError, UnicodeDecodeError)) or "Validation" in kind or "Decod" in kind:
            return "garbled"
        if isinstance(seen, OSError) or "Connect" in kind or "Protocol" in kind or "Read" in kind or "Network" in kind:
            return "down"
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, ValueError) and "No generation" in str(error):
        # LangChain's word for a stream without a piece.
        return "empty"
    # The library stumbled over what it was sent: a key that is missing, a list where a text should be.
    return "garbled" if isinstance(error, (TypeError, ValueError, LookupError, AttributeError)) else "failing"


def _wait_wanted(error: BaseException) -> float:
    """The seconds of the `Retry-After` header of the reply behind a library's error; 0 without one, or where it gives a date."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return max(0.0, float(headers.get("retry-after", 0)))
    except (TypeError, ValueError):
        return 0.0


def open_language_model(settings: Settings) -> LanguageModel | None:
    """The model that the settings name, None where they name none. Nothing is sent yet.

    Raises ServiceError where the name is not provider:model, the provider is unknown or its package is missing.
    """
    if settings.llm is None:
        return None
    provider, _, model = settings.llm.partition(":")
    if not provider or not model:
        raise ServiceError(f"COACH_LLM={settings.llm}: is not provider:model; write for example openai:gpt-5-mini or ollama:qwen3")
    chat = _chat(provider, model, settings)
    # After the libraries are loaded, since variables of their own (OPENAI_LOG=debug) set the levels then.
    for name in LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLogger(name).level))
    # Its text quotes what the server sent.
    warnings.filterwarnings("ignore", message="Pydantic serializer warnings", category=UserWarning)
    return LanguageModel(
        name=settings.llm,
        chat=chat,
        breaker=breaker_of(settings.llm, settings.llm_base_url or "", settings.llm_pause_seconds),
        first_token_seconds=settings.llm_first_token_seconds,
        total_seconds=settings.llm_total_seconds,
        retries=settings.llm_retries,
        most_characters=LONGEST_TOKEN * settings.llm_max_tokens,
    )


def _chat(provider: str, model: str, settings: Settings) -> BaseChatModel:
    from langchain.chat_models import init_chat_model

    name = f"{provider}:{model}"
    extra = EXTRAS.get(provider)
    try:
        chat: BaseChatModel = init_chat_model(model, model_provider=provider, **_options(provider, settings))
    except ImportError:
        advice = f"pip install 'career-coach[{extra}]'" if extra else "install its LangChain package"
        raise ServiceError(f"language model {name}: the package of {provider} is not installed; {advice}") from None
    except ValueError as error:
        if "Unsupported" in str(error) or "Unable to infer" in str(error):
            raise ServiceError(f"COACH_LLM={name}: there is no provider {provider}; choose one of {', '.join(EXTRAS)}") from None
        raise ServiceError(f"language model {name}: cannot be opened with these settings; check those named COACH_LLM") from None
    except Exception:
        raise ServiceError(f"language model {name}: cannot be opened; set COACH_LLM_API_KEY or the provider's own variable") from None
    return chat


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    """What the model is opened with. Retries are ours: a library's own would outlast the limits unseen."""
    options: dict[str, Any] = {"max_retries": 0, "num_predict" if provider == "ollama" else "max_tokens": settings.llm_max_tokens}
    if settings.llm_temperature is not None:
        options["temperature"] = settings.llm_temperature
    if settings.llm_base_url:
        options["base_url"] = settings.llm_base_url
    if settings.llm_api_key:
        options["api_key"] = settings.llm_api_key.get_secret_value()
    elif settings.llm_base_url and provider == "openai":
        # A key in the provider's own variable is for the provider, not for whoever answers at another address.
        options["api_key"] = NO_KEY
    return options
