"""The way in to the page; Gradio is imported only when a page is built."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from coach.settings import Settings
from coach.ui.conversation import CoachLike

if TYPE_CHECKING:
    import gradio
    from fastapi import FastAPI


def build_page(coach: CoachLike, settings: Settings) -> gradio.Blocks:
    """The page over `coach`. It holds no conversation itself: any number of visitors may use it at once."""
    # Gradio reads this while it is imported: no usage statistics leave the machine.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    from coach.ui.view import Page

    return Page(coach, settings).blocks


def mount_page(app: FastAPI, coach: CoachLike, settings: Settings) -> FastAPI:
    """`app` with the page at `/`."""
    blocks = build_page(coach, settings)
    from coach.ui.view import mount

    return mount(app, blocks)
