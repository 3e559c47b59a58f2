"""What a machine asks the server: is it up, can it answer, and what else does it serve."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal, Protocol

from coach.errors import CoachError, ModelError

if TYPE_CHECKING:
    from fastapi import FastAPI, Response

# However often it is asked, the parts are tried once in so many seconds.
TRIED_AGAIN_AFTER = 1.0
DESCRIPTION = (
    "What the server of the career coach offers beside its page. The coach itself is asked through Gradio's API (endpoints `ask`, "
    "`search`, `roles` and `salary`, described at `/gradio_api/info`) or, where it is served with `--mcp`, through the Model Context "
    "Protocol at `/gradio_api/mcp/`."
)

log = logging.getLogger(__name__)


class Searches(Protocol):
    """What is tried of the coach: a search needs its index and its embedding model."""

    def search(self, query: str, k: int = 10) -> Sequence[Any]: ...


@dataclass(frozen=True, slots=True)
class Health:
    """The server is up."""

    status: Literal["ok"] = "ok"


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the server can answer; `reason` says what cannot be used, and never where it is."""

    status: Literal["ready", "unavailable"] = "ready"
    reason: str | None = None


class ReadinessCheck:
    """Tries the parts that an answer needs. `ping` tries the database and raises where it cannot be reached."""

    def __init__(self, coach: Searches, ping: Callable[[], object] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._coach, self._ping, self._clock = coach, ping, clock
        self._trying = threading.Lock()
        self._found: tuple[float, Readiness] | None = None

    def __call__(self) -> Readiness:
        """What was found in the last second, or is found now."""
        with self._trying:
            if self._found is None or self._clock() - self._found[0] >= TRIED_AGAIN_AFTER:
                self._found = (self._clock(), self._try())
            return self._found[1]

    def _try(self) -> Readiness:
        try:
            self._coach.search("ready", 1)
        except ModelError as error:
            return _unavailable("the embedding model cannot be used", error)
        except CoachError as error:
            return _unavailable("the index cannot be searched", error)
        try:
            if self._ping:
                self._ping()
        except CoachError as error:
            return _unavailable("the database cannot be reached", error)
        return Readiness()


def about() -> dict[str, Any]:
    """What FastAPI is to know: the description at `/openapi.json`, and no page that shows it: that would load scripts from elsewhere."""
    return {
        "title": "Career coach",
        "version": version("career-coach"),
        "description": DESCRIPTION,
        "openapi_url": "/openapi.json",
        "docs_url": None,
        "redoc_url": None,
    }


def add_health(app: FastAPI, coach: Searches, ping: Callable[[], object] | None = None) -> None:
    """Adds `/healthz` and `/readyz` to `app`. Neither needs a login, and neither says more than its status."""
    from fastapi import Response as PlainResponse

    check = ReadinessCheck(coach, ping)

    @app.get("/healthz", summary="Whether the server is up", tags=["health"])
    def healthz() -> Health:
        return Health()

    def readyz(response: Response) -> Readiness:
        found = check()
        response.status_code = 200 if found.status == "ready" else 503
        response.headers["cache-control"] = "no-store"
        return found

    # FastAPI looks at the types when the route is added, and they are imported here only.
    readyz.__annotations__["response"] = PlainResponse
    app.get(
        "/readyz",
        summary="Whether the server can answer",
        tags=["health"],
        responses={503: {"model": Readiness, "description": "A part that an answer needs cannot be used"}},
    )(readyz)


def _unavailable(reason: str, error: CoachError) -> Readiness:
    log.warning("not ready: %s (%s)", reason, error)
    return Readiness("unavailable", reason)
