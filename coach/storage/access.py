"""Who may use the page, by COACH_AUTH: everybody, the users of a file, or whom a reverse proxy has let in."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from coach.errors import CoachError, ServiceError
from coach.settings import Settings
from coach.storage.accounts import Accounts
from coach.storage.records import owner_of_user

HEADER = "header:"
# A field name of HTTP.
TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """The header `name` of requests that come from one of `trusted`.

    The address must be that of the connection itself: whoever may choose it (X-Forwarded-For) may choose the user too.
    """

    name: str
    trusted: tuple[Network, ...]

    def owner(self, peer: str | None, values: Sequence[str]) -> str | None:
        """The owner that the `values` of the header name, None for another address, no header or more than one, or no name."""
        if len(values) != 1 or not self._trusts(peer):
            return None
        try:
            return owner_of_user(values[0])
        except CoachError:
            return None

    def _trusts(self, peer: str | None) -> bool:
        try:
            address = ipaddress.ip_address((peer or "").split("%")[0])
        except ValueError:
            return False
        seen = getattr(address, "ipv4_mapped", None) or address
        return any(seen in network for network in self.trusted)


def access(settings: Settings) -> Accounts | ProxyHeader | None:
    """Who may use the page; None: everybody, each with a key of their own.

    Raises ServiceError for a setting that cannot be used, and where there is no user to let in; DocumentError for a broken users file.
    """
    auth = (settings.auth or "").strip()
    if not auth:
        return None
    if auth.lower().startswith(HEADER):
        name = auth[len(HEADER) :].strip()
        if not TOKEN.fullmatch(name):
            raise ServiceError(f"COACH_AUTH={auth}: names no header; write for example header:X-Forwarded-User")
        return ProxyHeader(name, _networks(settings.trusted_proxies))
    accounts = Accounts(Path(auth).expanduser())
    if not accounts.names():
        raise ServiceError(f"{accounts.path}: holds no user; `coach user add NAME` adds one")
    return accounts


def _networks(text: str) -> tuple[Network, ...]:
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError as error:
            raise ServiceError(f"COACH_TRUSTED_PROXIES: {part} is no address or network; write for example 127.0.0.1,::1") from error
    if not found:
        raise ServiceError("COACH_TRUSTED_PROXIES: is empty, so that nobody could be let in; name the proxy's address")
    return tuple(found)
