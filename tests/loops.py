"""Coroutines in tests that are no coroutines themselves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio


def in_a_loop_of_its_own(call: Callable[..., Any], *arguments: object) -> Any:
    """What `call` returns, awaited in a thread: Playwright keeps the event loop of the main one running for the whole session."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, call, *arguments).result()
