"""The way in to the page; Gradio is imported only when a page is built."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coach.settings import Settings
from coach.ui.conversation import CoachLike
from coach.ui.mcp_server import finish_mcp, require_mcp

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI

    from coach.storage.store import Store


def build_page(coach: CoachLike, settings: Settings, store: Store | None = None) -> gradio.Blocks:
    """The page over `coach`: any number of visitors may use it at once. `store` keeps what they say; without one nothing is kept."""
    # Gradio reads this while it is imported: no usage statistics leave the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from coach.ui.view import Page

    return Page(coach, settings, store).blocks


def mount_page(app: FastAPI, coach: CoachLike, settings: Settings, store: Store | None = None) -> FastAPI:
    """`app` with the page at `/` and, where the settings ask for it, the MCP server. Raises ServiceError where that cannot be had."""
    if settings.mcp:
        require_mcp()
    blocks = build_page(coach, settings, store)
    from coach.ui.view import mount

    mounted = mount(app, blocks, mcp=settings.mcp)
    if settings.mcp:
        finish_mcp(blocks)
    return mounted
