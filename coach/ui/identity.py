"""Who asks: decided once for every request, before anything else sees it.

Without accounts a visitor is whoever holds the random key in their browser; with a users file whoever has logged in; behind a proxy whoever
its header names. The owner stands in the scope of the request, and every call to the store carries it. Nobody else decides it.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from coach.errors import ServiceError
from coach.storage.records import owner_of_key, owner_of_user

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from coach.storage.access import ProxyHeader

# Names in the scope of a request.
OWNER, USER = "coach.owner", "coach.user"
KEY = re.compile(r"[\w-]{43}")
KEY_COOKIE, SESSION_COOKIE = "coach-key", "coach-session"
# The longest that browsers keep a cookie; it is given anew at every visit.
KEPT_SECONDS = 400 * 24 * 3600
# What anybody may see: the way in, and what asks whether the machine is well.
OPEN_PATHS = {"/login", "/favicon.ico", "/healthz", "/readyz"}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}


def cookie(name: str, value: str, *, secure: bool, seconds: int = KEPT_SECONDS) -> str:
    """A Set-Cookie header: out of reach of scripts, not sent along by other sites. 0 seconds take it away.

    Over https its name begins with `__Host-`, so that no neighbouring host can set it.
    """
    ends = f"Max-Age={seconds}" if seconds else "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT"
    return f"{cookie_name(name, secure=secure)}={value}; Path=/; {ends}; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}"


def cookie_name(name: str, *, secure: bool) -> str:
    """What the cookie is called on this connection."""
    return f"__Host-{name}" if secure else name


class Proxies:
    """The addresses that may say more of a request than the connection does."""

    def __init__(self, listed: str) -> None:
        try:
            self._networks = [ipaddress.ip_network(entry.strip(), strict=False) for entry in listed.split(",") if entry.strip()]
        except ValueError as error:
            raise ServiceError(f"COACH_TRUSTED_PROXIES: {error}; write for example 127.0.0.1,::1") from error

    def secure(self, request: Request) -> bool:
        """Whether the visitor's browser speaks https, to us or to a proxy in front that we trust."""
        forwarded = request.headers.get("x-forwarded-proto", "") if self._trusts(request.scope) else ""
        return (forwarded.split(",")[0].strip() or request.url.scheme) == "https"

    def address(self, request: Request) -> str:
        """Where the request comes from: the last address that a proxy we trust has added, else the other end of the connection."""
        forwarded = request.headers.get("x-forwarded-for", "").split(",")[-1].strip() if self._trusts(request.scope) else ""
        return forwarded or (request.client.host if request.client else "")

    def _trusts(self, scope: Scope) -> bool:
        try:
            address = ipaddress.ip_address((scope.get("client") or ("", 0))[0])
        except ValueError:
            return False
        return any((getattr(address, "ipv4_mapped", None) or address) in network for network in self._networks)


def from_elsewhere(request: Request) -> bool:
    """Whether a request that changes something comes from a page of another site (a program says neither and is let through).

    A browser says so itself (Fetch Metadata); an old one names the origin, which must be the host that it speaks to.
    """
    if request.method not in UNSAFE:
        return False
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    hosts = {request.headers.get("host", ""), request.headers.get("x-forwarded-host", "")} - {""}
    return origin is not None and origin.partition("://")[2] not in hosts


class Gate:
    """ASGI middleware that lets a request in with its owner, sends a visitor to the login page, or turns it away.

    `user` gives the name of the user of a request that has logged in; `proxy` what a proxy's header says. With neither, everybody comes in.
    """

    def __init__(
        self, app: ASGIApp, proxies: Proxies, proxy: ProxyHeader | None = None, user: Callable[[Request], str | None] | None = None
    ) -> None:
        self.app, self._proxies, self._proxy, self._user = app, proxies, proxy, user

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        from starlette.concurrency import run_in_threadpool
        from starlette.requests import Request

        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        scope[OWNER], scope[USER] = None, None
        if from_elsewhere(request):
            await _refuse(HTTPStatus.FORBIDDEN, "this request comes from another site")(scope, receive, send)
            return
        if self._proxy:
            peer = request.client.host if request.client else None
            scope[OWNER] = self._proxy.owner(peer, request.headers.getlist(self._proxy.name))
            scope[USER] = scope[OWNER]
        elif self._user:
            # In a thread: the users file is read, and a password may be checked.
            scope[USER] = await run_in_threadpool(self._user, request)
            scope[OWNER] = owner_of_user(scope[USER]) if scope[USER] else None
        else:
            await self._known_by_key(request, receive, send)
            return
        browses = request.method == "GET" and "text/html" in request.headers.get("accept", "")
        if scope[OWNER] or request.url.path in OPEN_PATHS:
            await self.app(scope, receive, send)
        elif self._user and browses:
            await _redirect(f"/login?next={quote(request.url.path)}")(scope, receive, send)
        else:
            # A browser would ask with a window of its own, so only programs are told of the other way in.
            basic = self._user is not None and "sec-fetch-mode" not in request.headers
            await _refuse(HTTPStatus.UNAUTHORIZED, "log in first", basic=basic)(scope, receive, send)

    async def _known_by_key(self, request: Request, receive: Receive, send: Send) -> None:
        """Lets anybody in. Only the page itself gives out keys: what a program asks is kept for nobody."""
        secure = self._proxies.secure(request)
        key = request.cookies.get(cookie_name(KEY_COOKIE, secure=secure), "")
        fresh = request.method == "GET" and request.url.path == "/"
        if not KEY.fullmatch(key):
            key = new_key() if fresh else ""
        request.scope[OWNER] = owner_of_key(key) if key else None

        async def send_with_key(message: Message) -> None:
            if message["type"] == "http.response.start" and fresh:
                header = (b"set-cookie", cookie(KEY_COOKIE, key, secure=secure).encode())
                message["headers"] = [*message.get("headers", []), header, (b"cache-control", b"no-store")]
            await send(message)

        await self.app(request.scope, receive, send_with_key)


def new_key() -> str:
    """A visitor's key: 32 random bytes as 43 characters."""
    return secrets.token_urlsafe(32)


def owner_of(scope: Mapping[str, Any]) -> str | None:
    """Whose request it is, None where nothing is kept for it."""
    owner = scope.get(OWNER)
    return str(owner) if owner else None


def _refuse(status: HTTPStatus, why: str, *, basic: bool = False) -> ASGIApp:
    from starlette.responses import PlainTextResponse

    headers = {"www-authenticate": 'Basic realm="coach", charset="UTF-8"'} if basic else {}
    return PlainTextResponse(f"coach: {why}\n", status_code=status, headers=headers)


def _redirect(where: str) -> ASGIApp:
    from starlette.responses import RedirectResponse

    return RedirectResponse(where, status_code=HTTPStatus.SEE_OTHER)
