"""The page on a port: one process, no telemetry, nothing fetched from anywhere else."""

from __future__ import annotations

import contextlib
import errno
import logging
import socket
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import ServiceError
from coach.settings import Settings
from coach.ui.conversation import CoachLike

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

START_SECONDS = 30.0

# Gradio's page needs inline scripts and evaluates its handlers' JavaScript. The rest says: whatever a document or a model may smuggle
# into an answer, the browser loads nothing from and sends nothing to another host.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "worker-src 'self' blob:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
    ]
)
SECURITY_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


def serve(settings: Settings, coach: CoachLike | None = None) -> None:
    """Serve the page on `settings.host:port` until interrupted.

    Without a `coach`, that of the settings is opened, its index built if it is missing or stale.

    Raises ServiceError where the port cannot be had; that is found out before the coach is loaded, which takes seconds.
    """
    listener = listen(settings.host, settings.port)
    with listener:
        if coach is None:
            from coach.coach import Coach

            coach = Coach.open_current(settings)
        server = _server(coach, settings)
        print(f"The coach is at {_url(listener)} (Ctrl+C stops it)", flush=True)
        # Open pages hold a connection each; that these are cut when the server is told to stop is not an error worth a traceback.
        logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
        with contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listener])


@dataclass(slots=True)
class Served:
    """A page that is being served in the background. `url` has no slash at its end."""

    url: str
    server: uvicorn.Server
    thread: threading.Thread

    def stop(self) -> None:
        """Stop serving and free the port."""
        self.server.should_exit = True
        self.thread.join(START_SECONDS)


def start(settings: Settings, coach: CoachLike, port: int | None = None) -> Served:
    """Serve the page in a thread, on `port` (0: any free one) instead of the settings' if given; returns when it answers.

    Raises ServiceError where the port cannot be had or the page does not come up in 30 seconds.
    """
    listener = listen(settings.host, settings.port if port is None else port)
    server = _server(coach, settings)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="coach-page")
    thread.start()
    waited = threading.Event()
    for _ in range(int(START_SECONDS / 0.05)):
        if server.started:
            return Served(_url(listener), server, thread)
        if not thread.is_alive():
            break
        waited.wait(0.05)
    server.should_exit = True
    raise ServiceError(f"{_url(listener)}: the page did not start; see the log above")


def application(coach: CoachLike, settings: Settings) -> FastAPI:
    """The web application: the page at `/`, its icon, and `/healthz`, which says that it is up."""
    from fastapi import FastAPI
    from fastapi.responses import FileResponse

    from coach.ui.page import mount_page

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)

    @app.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> FileResponse:
        return FileResponse(Path(__file__).parent / "icon.svg", media_type="image/svg+xml")

    return mount_page(app, coach, settings)


class SecurityHeaders:
    """ASGI middleware that adds the headers above. It touches the first message only, so that streams pass unbuffered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *SECURITY_HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens on `host:port`. Raises ServiceError where that cannot be had; no other port is tried instead."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServiceError(f"port {port} is in use on {host}: choose another with --port or COACH_PORT") from error
        raise ServiceError(
            f"{host}:{port}: cannot be listened on ({error.strerror or error}); choose another with COACH_HOST and --port or COACH_PORT"
        ) from error


def _server(coach: CoachLike, settings: Settings) -> uvicorn.Server:
    import uvicorn

    config = uvicorn.Config(
        application(coach, settings), log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False
    )
    return uvicorn.Server(config)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
