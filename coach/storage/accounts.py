"""The users file: one `name:hash` a line, hashes by Argon2id, each with a salt of its own. `coach user` writes it."""

from __future__ import annotations

import os
import re
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import CoachError, DocumentError, ServiceError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

NAME = re.compile(r"[^\W_][\w.@+-]{0,63}")
SHORTEST_PASSWORD = 8
# Longer ones only cost time.
LONGEST_PASSWORD = 1024
LOCK_SECONDS = 10
HASH = re.compile(r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Accounts:
    """The users of the file `path`, which is read anew at every call, so that a change counts at once."""

    path: Path

    def names(self) -> list[str]:
        """All names, in order. Raises DocumentError for a line that is broken, ServiceError where the file cannot be read."""
        return sorted(self._hashes())

    def add(self, name: str, password: str, *, replace: bool = False) -> str:
        """Add a user and return the name as it is kept, in lower case. With `replace` a user there is gets the new password.

        Raises CoachError for a name or password that cannot be taken, or a name that is there already.
        """
        name, hashed = user_name(name), _hasher().hash(_password(password))
        with self._changing() as hashes:
            if name in hashes and not replace:
                raise CoachError(f"{self.path}: {name} is there already; give --replace for a new password")
            hashes[name] = hashed
        return name

    def remove(self, name: str) -> str:
        """Remove a user and return the name as it was kept. Raises CoachError where there is none of that name."""
        name = user_name(name)
        with self._changing() as hashes:
            if hashes.pop(name, None) is None:
                raise CoachError(f"{self.path}: there is no user {name}; `coach user list` names them")
        return name

    def verify(self, name: str, password: str) -> str | None:
        """The name as it is kept if the password is theirs, else None. It takes as long for names that are not there."""
        from argon2.exceptions import InvalidHashError, VerificationError

        stand_in = _stand_in()
        try:
            known = user_name(name)
        except CoachError:
            known = ""
        hashed = self._hashes().get(known)
        try:
            _hasher().verify(hashed or stand_in, _normal(password)[:LONGEST_PASSWORD])
        except (VerificationError, InvalidHashError):
            return None
        return known if hashed and len(_normal(password)) <= LONGEST_PASSWORD else None

    def fingerprint(self, name: str) -> str | None:
        """Something that changes with the user's password, None where there is no user of that name. It must not be shown."""
        return self._hashes().get(name)

    def _hashes(self) -> dict[str, str]:
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError as error:
            raise ServiceError(f"{self.path}: there is no users file; `coach user add NAME` begins it") from error
        except (OSError, UnicodeDecodeError) as error:
            raise ServiceError(f"{self.path}: the users cannot be read ({_why(error)}); make it a readable file") from error
        hashes: dict[str, str] = {}
        for number, line in enumerate(lines, start=1):
            if not line.strip() or line.startswith("#"):
                continue
            name, _, hashed = line.strip().partition(":")
            # The line itself is not repeated: it may hold a password that somebody wrote there.
            if not NAME.fullmatch(name) or name != name.lower() or not HASH.fullmatch(hashed):
                raise DocumentError(str(self.path), number, "is no user", "remove the line and use `coach user add NAME`")
            if name in hashes:
                raise DocumentError(str(self.path), number, f"{name} is there twice", "remove one of the lines")
            hashes[name] = hashed
        return hashes

    @contextmanager
    def _changing(self) -> Iterator[dict[str, str]]:
        """The users, to be changed in place; the file is replaced in one step, so that who reads it finds the old or the new one whole."""
        from filelock import FileLock, Timeout

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(f"{self.path}.lock", timeout=LOCK_SECONDS):
                hashes = self._hashes() if self.path.exists() else {}
                yield hashes
                handle, new = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
                try:
                    with open(handle, "w", encoding="utf-8") as file:
                        file.writelines(f"{name}:{hashed}\n" for name, hashed in sorted(hashes.items()))
                        file.flush()
                        os.fsync(file.fileno())
                    os.replace(new, self.path)
                except OSError:
                    os.unlink(new)
                    raise
        except (OSError, Timeout) as error:
            raise ServiceError(f"{self.path}: the users cannot be kept ({_why(error)}); name a file that can be written") from error


def user_name(name: str) -> str:
    """`name` as it is kept: in lower case. Raises CoachError for one that cannot be taken."""
    folded = unicodedata.normalize("NFC", name.strip()).lower()
    if not NAME.fullmatch(folded):
        raise CoachError("a user's name has 1 to 64 letters, digits and . _ @ + -, and begins with a letter or digit; choose another")
    return folded


def _password(password: str) -> str:
    normal = _normal(password)
    if not SHORTEST_PASSWORD <= len(normal) <= LONGEST_PASSWORD:
        raise CoachError(f"a password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; choose another")
    return normal


def _normal(password: str) -> str:
    """The same password from every keyboard: "ñ" may come as one sign or two."""
    return unicodedata.normalize("NFC", password).encode("utf-8", "replace").decode("utf-8")


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _stand_in() -> str:
    """The hash of nobody's password, checked for names that are not there."""
    return _hasher().hash("nobody has this password")


def _why(error: Exception) -> str:
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
