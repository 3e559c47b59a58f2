"""What a request to the MCP endpoint must be like before Gradio sees it: meant for this server, and in the one transport that is spoken."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

MCP_PATH = "/gradio_api/mcp"


class McpGuard:
    """ASGI middleware for the MCP endpoint: the checks that its specification asks of a server, and no transport but streamable HTTP.

    A page of another site that has its name resolve to this machine ("DNS rebinding") sends that name as Host, which must be an address,
    localhost or one of `hosts`: nobody has a bare address resolve to something else. One that merely posts here sends its own Origin
    (MCP 2025-06-18, Transports: "Servers MUST validate the Origin header"), which the gate compares with Host for every request.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self.app = app
        self.hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or not (path == MCP_PATH or path.startswith(f"{MCP_PATH}/")):
            await self.app(scope, receive, send)
            return
        host = _header(scope, b"host")
        if not self.answers_to(host):
            await refuse(send, 421, f"this server is not known as {host[:100]!r}; its COACH_HOSTS can name it")
        elif path.rstrip("/") != MCP_PATH:
            await refuse(send, 404, f"MCP is spoken at {MCP_PATH}/")
        elif scope["method"] != "POST":
            # Nothing is ever sent that was not asked for, so there is no stream to open and no session to end (405, as MCP has it).
            await refuse(send, 405, "MCP is spoken by POST here", ((b"allow", b"POST"),))
        else:
            await self.app(scope, receive, send)

    def answers_to(self, host: str) -> bool:
        """Whether the Host header `host` is one under which this server may be reached."""
        name = _hostname(f"//{host}")
        return name is not None and (name == "localhost" or name in self.hosts or _is_address(name))


def _hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _header(scope: Scope, name: bytes) -> str:
    return next((value.decode("latin-1") for key, value in scope["headers"] if key == name), "")


async def refuse(send: Send, status: int, reason: str, headers: Iterable[tuple[bytes, bytes]] = ()) -> None:
    """Answers a request with `status` and one line of text."""
    body = f"{reason}\n".encode()
    plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *headers]})
    await send({"type": "http.response.body", "body": body})
