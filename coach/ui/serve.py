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
from coach.storage.access import ProxyHeader, access
from coach.ui.conversation import CoachLike
from coach.ui.guard import MCP_PATH, McpGuard
from coach.ui.health import about, add_health
from coach.ui.identity import Gate, Proxies
from coach.ui.sessions import Sessions, Throttle, session_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    import uvicorn
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from coach.storage.accounts import Accounts
    from coach.storage.store import Store

START_SECONDS = 30.0
DAY_SECONDS = 24 * 3600.0
# In bytes. A conversation of the longest kind is some 2 MB of JSON; the page takes no files.
LARGEST_BODY = 4_000_000

log = logging.getLogger(__name__)

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
        "frame-ancestors 'none'",
    ]
)
SECURITY_HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]


def serve(settings: Settings, coach: CoachLike | None = None) -> None:
    """Serve the page on `settings.host:port` until interrupted.

    Without a `coach`, that of the settings is opened, its index built if it is missing or stale.

    Raises ServiceError where the port or the database cannot be had; that is found out before the coach is loaded, which takes seconds.
    """
    from coach.storage.store import Store

    listener = listen(settings.host, settings.port)
    with listener, Store.open(settings) as store:
        allowed = access(settings)
        if coach is None:
            from coach.coach import Coach

            coach = Coach.open_current(settings)
        server = _server(application(coach, settings, store, allowed))
        mcp = f", for MCP clients at {_url(listener)}{MCP_PATH}/" if settings.mcp else ""
        print(f"The coach is at {_url(listener)}{mcp} (Ctrl+C stops it)", flush=True)
        # Open pages hold a connection each; that these are cut when the server is told to stop is not an error worth a traceback.
        logging.getLogger("uvicorn.error").addFilter(lambda _: not server.should_exit)
        with contextlib.suppress(KeyboardInterrupt), expiring(store):
            server.run(sockets=[listener])


@dataclass(slots=True)
class Served:
    """A page that is being served in the background. `url` has no slash at its end."""

    url: str
    server: uvicorn.Server
    thread: threading.Thread
    store: Store

    def stop(self) -> None:
        """Stop serving and free the port and the database."""
        self.server.should_exit = True
        self.thread.join(START_SECONDS)
        self.store.close()


def start(settings: Settings, coach: CoachLike, port: int | None = None) -> Served:
    """Serve the page in a thread, on `port` (0: any free one) instead of the settings' if given; returns when it answers.

    Raises ServiceError where the port or the database cannot be had or the page does not come up in 30 seconds.
    """
    from coach.storage.store import Store

    listener = listen(settings.host, settings.port if port is None else port)
    store = Store.open(settings)
    server = _server(application(coach, settings, store, access(settings)))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True, name="coach-page")
    thread.start()
    waited = threading.Event()
    for _ in range(int(START_SECONDS / 0.05)):
        if server.started:
            return Served(_url(listener), server, thread, store)
        if not thread.is_alive():
            break
        waited.wait(0.05)
    server.should_exit = True
    store.close()
    raise ServiceError(f"{_url(listener)}: the page did not start; see the log above")


def application(coach: CoachLike, settings: Settings, store: Store, allowed: Accounts | ProxyHeader | None = None) -> FastAPI:
    """The web application: the page at `/`, a visitor's own data, the login where there is one, and what machines ask of it."""
    from fastapi import FastAPI
    from fastapi.responses import FileResponse
    from starlette.middleware.body_limit import RequestBodyLimitMiddleware

    from coach.storage.accounts import Accounts
    from coach.ui.login import Login
    from coach.ui.page import mount_page
    from coach.ui.routes import data_routes

    app = FastAPI(**about())
    proxies = Proxies(settings.trusted_proxies)
    login = None
    if isinstance(allowed, Accounts):
        sessions = Sessions(session_secret(settings.data / "session.key"), allowed.fingerprint, settings.data / "ended-sessions")
        login = Login(allowed, sessions, proxies, Throttle())
        app.include_router(login.routes())
    app.include_router(data_routes(store, proxies))
    add_health(app, coach, store.ping)
    # The last one added is the first to see a request.
    proxy = allowed if isinstance(allowed, ProxyHeader) else None
    app.add_middleware(Gate, proxies=proxies, proxy=proxy, user=login.user if login else None)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY)
    app.add_middleware(McpGuard, hosts=settings.known_hosts)
    app.add_middleware(SecurityHeaders)

    @app.get("/favicon.ico", include_in_schema=False)
    def icon() -> FileResponse:
        return FileResponse(Path(__file__).parent / "icon.svg", media_type="image/svg+xml")

    return mount_page(app, coach, settings, store)


@contextlib.contextmanager
def expiring(store: Store) -> Iterator[None]:
    """While inside: what nobody has used for longer than the settings say is erased, at once and then daily."""
    over = threading.Event()

    def expire() -> None:
        while True:
            try:
                store.expire()
            except ServiceError as error:
                log.warning("what is old cannot be erased now: %s", error)
            if over.wait(DAY_SECONDS):
                return

    thread = threading.Thread(target=expire, daemon=True, name="coach-expiry")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(START_SECONDS)


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


def _server(app: FastAPI) -> uvicorn.Server:
    import uvicorn

    # `proxy_headers` off: the address of a request is that of its connection, which nobody can choose (identity.py reads the headers).
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=1, server_header=False, proxy_headers=False
    )
    return uvicorn.Server(config)


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
