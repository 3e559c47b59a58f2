"""Who has logged in, and how often somebody may try.

A session is a signed text in the visitor's cookie: only what was ended is kept, so that logins outlive a restart. It is signed over the
user's password hash too: with another password, or without the account, it is worth nothing.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from coach.errors import ServiceError

SESSION_SECONDS = 14 * 24 * 3600
FREE_TRIES = 5
# A person who mistypes waits seconds; a machine that guesses gets four tries an hour. A name is never closed for long: that would let
# anybody lock its owner out.
LONGEST_WAIT_OF_ADDRESS, LONGEST_WAIT_OF_NAME = 900.0, 60.0
FORGOTTEN_AFTER = 3600.0
REMEMBERED = 10_000


class Sessions:
    """Makes and reads session texts. `fingerprint` gives what changes with a user's password, None without such a user.

    `ended` is a folder that all processes of the server share, as they share the secret: an empty file for each session that was ended
    before its time, dated to when it would be over. Not in the database: it is asked at every request, also while that is away.
    """

    def __init__(
        self, secret: bytes, fingerprint: Callable[[str], str | None], ended: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._secret, self._fingerprint, self._ended, self._clock = secret, fingerprint, ended, clock

    def begin(self, name: str) -> str:
        """A session of the user of that name."""
        ends = int(self._clock()) + SESSION_SECONDS
        body = f"{_encode(name)}.{ends}.{secrets.token_urlsafe(12)}"
        return f"{body}.{self._sign(body, name)}"

    def user(self, token: str) -> str | None:
        """Whose session it is; None for one that is over, ended or not ours."""
        body, _, signature = token.rpartition(".")
        parts = body.split(".")
        if len(parts) != 3:
            return None
        name = _decode(parts[0])
        if name is None or not hmac.compare_digest(signature.encode(), self._sign(body, name).encode()):
            return None
        if int(parts[1]) <= self._clock() or self._fingerprint(name) is None or self._mark(token).exists():
            return None
        return name

    def end(self, token: str) -> None:
        """End a session in every process of the server; nothing for one that is none. Raises ServiceError where that cannot be kept."""
        if self.user(token) is None:
            return
        try:
            self._ended.mkdir(mode=0o700, parents=True, exist_ok=True)
            for old in self._ended.iterdir():
                # Long over: one that another process makes just now is not dated yet. And another may tidy up too.
                with suppress(FileNotFoundError):
                    if old.stat().st_mtime < self._clock() - FORGOTTEN_AFTER:
                        old.unlink()
            mark, ends = self._mark(token), int(token.split(".")[1])
            mark.touch(mode=0o600)
            os.utime(mark, (ends, ends))
        except OSError as error:
            raise ServiceError(
                f"{self._ended}: cannot be written ({error.strerror}), so that nobody can log out; make it writable"
            ) from error

    def _mark(self, token: str) -> Path:
        return self._ended / hashlib.sha256(token.encode()).hexdigest()

    def _sign(self, body: str, name: str) -> str:
        text = f"{body}.{self._fingerprint(name) or ''}".encode()
        return _bare(base64.urlsafe_b64encode(hmac.digest(self._secret, text, hashlib.sha256)))


class Proved:
    """Names and passwords that were found to be right, of programs that send them with every call.

    To check a password is made slow, and every try counts until it is found right: neither is for every call of a program. Only a keyed
    hash is held, in memory; with another password, or without the account, it is worth nothing.
    """

    def __init__(self, fingerprint: Callable[[str], str | None]) -> None:
        self._key, self._fingerprint = secrets.token_bytes(32), fingerprint
        self._found: OrderedDict[bytes, tuple[str, str]] = OrderedDict()

    def get(self, name: str, password: str) -> str | None:
        """The user, where the password was found right and still is."""
        user, fingerprint = self._found.get(self._digest(name, password), (None, None))
        return user if user is not None and self._fingerprint(user) == fingerprint else None

    def remember(self, name: str, password: str, user: str) -> None:
        """Remember that the password is that of `user`."""
        fingerprint = self._fingerprint(user)
        if fingerprint is not None:
            self._found[self._digest(name, password)] = (user, fingerprint)
        while len(self._found) > REMEMBERED:
            self._found.popitem(last=False)

    def _digest(self, name: str, password: str) -> bytes:
        return hmac.digest(self._key, f"{name}\0{password}".encode("utf-8", "replace"), hashlib.sha256)


class Throttle:
    """How long somebody must wait before they may try again: nothing at first, then longer and longer. Seconds throughout."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._failed: OrderedDict[tuple[str, str], tuple[int, float]] = OrderedDict()

    def wait(self, name: str, address: str) -> float:
        """How long still, for this name from this address; 0 if now."""
        with self._lock:
            return max(self._left(key, longest) for key, longest in _keys(name, address))

    def failed(self, name: str, address: str) -> None:
        """Remember a try that failed."""
        with self._lock:
            for key, _ in _keys(name, address):
                tries, at = self._failed.pop(key, (0, self._clock()))
                self._failed[key] = (tries + 1 if self._clock() - at < FORGOTTEN_AFTER else 1, self._clock())
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """Take a try back that was remembered before it was known to be right, and all of the name's; other tries of the address stay."""
        with self._lock:
            (of_name, _), (of_address, _) = _keys(name, address)
            self._failed.pop(of_name, None)
            tries, at = self._failed.pop(of_address, (1, 0.0))
            if tries > 1:
                self._failed[of_address] = (tries - 1, at)

    def _left(self, key: tuple[str, str], longest: float) -> float:
        tries, at = self._failed.get(key, (0, 0.0))
        pause = min(longest, 2.0 ** (tries - FREE_TRIES)) if tries >= FREE_TRIES else 0.0
        return max(0.0, at + pause - self._clock())


def session_secret(path: Path) -> bytes:
    """The secret that sessions are signed with, made at the first use and readable by its owner only. Raises ServiceError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and linked into place: of two processes that begin at once both get the same, and neither half of one.
        fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
        secret = path.read_bytes()
    except OSError as error:
        raise ServiceError(f"{path}: cannot be written or read ({error.strerror}); set COACH_DATA to a folder that can be") from error
    if len(secret) < 32:
        raise ServiceError(f"{path}: is not a secret of 32 bytes; remove it, and everybody logs in again")
    return secret


def _keys(name: str, address: str) -> tuple[tuple[tuple[str, str], float], ...]:
    return (("name", name.strip().lower()), LONGEST_WAIT_OF_NAME), (("address", address), LONGEST_WAIT_OF_ADDRESS)


def _encode(name: str) -> str:
    return _bare(base64.urlsafe_b64encode(name.encode("utf-8")))


def _decode(text: str) -> str | None:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
    except ValueError:
        return None


def _bare(encoded: bytes) -> str:
    return encoded.decode("ascii").rstrip("=")
