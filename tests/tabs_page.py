"""A page with the Roles and Practise tabs and a chat that only echoes: what the tabs do, whatever the rest of the page becomes."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from coach.ui.identity import OWNER
from coach.ui.roles_tab import deep_link
from coach.ui.strings import FOLDER, strings

WIDER_THAN_THE_SCREEN = """() => [...document.querySelectorAll('.gradio-container *')].filter(element =>
    !element.closest('.table, .sr, .sr-only, svg') && element.getBoundingClientRect().right > innerWidth + 1).map(one => one.className)"""

# A tab as the page uses it: made in its gr.Tab, wired, and given the visitor's language.
Make = Callable[[], Any]


@contextmanager
def serve_tabs(tabs: dict[str, Make]) -> Iterator[str]:
    """The address of a page with `tabs` by id, after the chat. `?lang=es` is the visitor's language; a radio changes it."""
    folder = FOLDER.parent
    with gr.Blocks(analytics_enabled=False, fill_width=True) as blocks:
        language = gr.Radio(["en", "es"], value="en", elem_id="language", show_label=False)
        with gr.Tabs(elem_id="tabs") as bar:
            with gr.Tab("Chat", id="chat", elem_id="chat"):
                box = gr.Textbox(elem_id="question", label="Question")
                send = gr.Button("Send", elem_id="send")
                asked = gr.HTML(elem_id="asked")
            made = {}
            for name, make in tabs.items():
                with gr.Tab(name.capitalize(), id=name, elem_id=name + "-tab"):
                    made[name] = make()
                    made[name].components()
        send.click(lambda question: (question, ""), [box], [asked, box], queue=False)
        outputs = [component for tab in made.values() for component in tab.outputs]

        def texts(language: str, *states: Any) -> dict[Any, Any]:
            known = strings("es" if language == "es" else "en")
            return {k: v for tab, state in zip(made.values(), states, strict=True) for k, v in tab.texts(known, state).items()}

        def load(request: gr.Request, *states: Any) -> dict[Any, Any]:
            known = strings("es" if request.query_params.get("lang") == "es" else "en")
            drawn = {k: v for tab, state in zip(made.values(), states, strict=True) for k, v in tab.on_load(known, state, request).items()}
            return {bar: gr.update(selected=deep_link(request)), language_of: known.language, **drawn}

        language_of, states = language, [tab.state for tab in made.values()]
        language.input(texts, [language, *states], outputs, queue=False)
        blocks.load(load, states, [bar, language, *outputs], queue=False)
        for tab in made.values():
            tab.events()
    app = gr.mount_gradio_app(
        FastAPI(),
        blocks,
        path="/",
        head="<style>" + "".join((folder / name).read_text() for name in ("page.css", "pictures.css", "tabs.css")) + "</style>",
        js="() => { document.body.classList.add('localised'); (" + (folder / "tabs.js").read_text() + ")(); }",
        theme=gr.themes.Base(font=("system-ui", "sans-serif"), font_mono=("monospace",)),
        footer_links=[],
    )
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(_owned(app), log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)


def _owned(app: Any) -> Any:
    """`app` as the page's gate hands requests on: with their owner, here the one that a header names."""

    async def gate(scope: Any, receive: Any, send: Any) -> None:
        named = dict(scope.get("headers", ())).get(b"x-owner")
        await app({**scope, OWNER: named.decode() if named else None} if scope["type"] == "http" else scope, receive, send)

    return gate
