"""The page: its tabs, what stands around them, and how it is mounted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI

from coach.settings import Settings
from coach.types import Answer, Language
from coach.ui.answers import CONCURRENT_ANSWERS, Answers
from coach.ui.api import Programs
from coach.ui.chat_tab import ChatTab, language_texts
from coach.ui.conversation import CoachLike, Visitor
from coach.ui.dialogs import dialogs_html
from coach.ui.history import History
from coach.ui.identity import USER
from coach.ui.messages import Extra
from coach.ui.pictures import pictures_html
from coach.ui.practice_tab import PracticeTab, practise_html
from coach.ui.roles_tab import RolesTab, deep_link
from coach.ui.side import foot_html
from coach.ui.strings import strings
from coach.ui.texts import header_html, tools_html

if TYPE_CHECKING:
    from coach.storage.store import Store

FOLDER = Path(__file__).parent
LOCALISE = "() => window.coachPage?.localise()"
# What the browser knows when a page is opened: which language was chosen in it, and which conversation it showed before it was reloaded.
OPENED = """(visitor, choice, place, ...states) =>
    [visitor, window.coachRemembered?.("language") ?? choice, window.coachRemembered?.("chat") ?? place, ...states]"""


class Page:
    """The page over `coach`; `store` keeps what visitors say, without one nothing is kept."""

    def __init__(self, coach: CoachLike, settings: Settings, store: Store | None = None) -> None:
        self.coach, self.settings = coach, settings
        answers = Answers(coach)
        self.chat = ChatTab(coach, settings, answers, History(store, answers), self._extra)
        # A coach without documents of interview questions (the tests' own) has nothing to practise.
        practice = getattr(coach, "practice", None)
        self.practice = PracticeTab(coach, store) if practice else None  # type: ignore[arg-type]
        self.roles = RolesTab(coach, settings, self.practice.has_questions if self.practice else None)
        self.blocks = gr.Blocks(title=strings("en").title, analytics_enabled=False, fill_width=True)
        with self.blocks:
            self._components()
            self._events()
            Programs(coach, settings).add()
        self.blocks.queue(default_concurrency_limit=CONCURRENT_ANSWERS, max_size=200, api_open=False)

    def _components(self) -> None:
        text = strings("en")
        self.visitor = gr.State(Visitor())
        with gr.Row(elem_id="top"):
            self.header = gr.HTML(header_html(text), elem_id="header")
            self.language = gr.Radio(value="auto", elem_id="language", container=False, min_width=0, **language_texts(text))
            self.tools = gr.HTML(tools_html(text), elem_id="tools")
        with gr.Tabs(elem_id="tabs", selected="chat") as self.tabs:
            with gr.Tab(text.tab_chat, id="chat", elem_id="tab-chat") as self.chat_tab:
                self.chat.components(self.visitor, self.language)
            with gr.Tab(text.tab_roles, id="roles", elem_id="tab-roles") as self.roles_tab:
                self.roles.components()
            with gr.Tab(text.tab_practice, id="practice", elem_id="tab-practice", visible=self.practice is not None) as self.practice_tab:
                if self.practice:
                    self.practice.components()
        self.dialogs = gr.HTML("", elem_id="dialogs")

    def _events(self) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
        self.chat.events()
        self.roles.events()
        if self.practice:
            self.practice.events()
        drawn = [self.header, self.language, self.tools, self.chat_tab, self.roles_tab, self.practice_tab, self.dialogs, self.chat.foot]
        texts = [*drawn, *self.chat.drawn, *(component for tab in self.others for component in tab.outputs)]
        here = [self.visitor, self.language, self.chat.place, *(tab.state for tab in self.others)]
        self.language.input(self.on_language, here, texts, **quiet).then(None, js=LOCALISE, api_visibility="private")
        opened = self.blocks.load(self.on_load, here, [self.visitor, self.tabs, *texts], js=OPENED, **quiet)
        opened.then(None, js=LOCALISE, api_visibility="private").then(
            self.chat.on_follow, here[:3], self.chat.talk, show_progress="hidden", api_visibility="private"
        )

    @property
    def others(self) -> list[RolesTab | PracticeTab]:
        """The tabs beside the chat."""
        return [self.roles, *([self.practice] if self.practice else [])]

    def on_load(self, visitor: Visitor, choice: str, place: str, request: gr.Request, *states: Any) -> dict[Any, Any]:
        """The page as it is opened: in the visitor's language, with the conversation that it showed before."""
        visitor = Visitor()
        self.chat.meet(visitor, choice, place, request)
        # A conversation that is no longer there is no news to somebody who opens the page.
        visitor.bar = None if visitor.bar == "gone" else visitor.bar
        text = strings(visitor.page)
        return {
            self.visitor: visitor,
            self.tabs: gr.update(selected=deep_link(request)),
            **self._texts(visitor, request),
            self.language: gr.update(value=choice, **language_texts(text)),
            **_together([tab.on_load(text, state, request) for tab, state in zip(self.others, states, strict=True)]),
        }

    def on_language(self, visitor: Visitor, choice: str, place: str, request: gr.Request, *states: Any) -> dict[Any, Any]:
        """The page in another language."""
        self.chat.meet(visitor, choice, place, request)
        text = strings(visitor.page)
        others = [tab.texts(text, state) for tab, state in zip(self.others, states, strict=True)]
        return {**self._texts(visitor, request), **_together(others)}

    def _texts(self, visitor: Visitor, request: gr.Request) -> dict[Any, Any]:
        text = strings(visitor.page)
        user = request.request.scope.get(USER) if request.request else None
        kept = self.chat.keeps and visitor.owner is not None
        return {
            self.header: header_html(text),
            self.language: gr.update(**language_texts(text)),
            self.tools: tools_html(text),
            self.chat_tab: gr.update(label=text.tab_chat),
            self.roles_tab: gr.update(label=text.tab_roles),
            self.practice_tab: gr.update(label=text.tab_practice),
            self.dialogs: dialogs_html(text, self.settings.retention_days, self.settings.max_question_chars, mine=user is not None),
            self.chat.foot: foot_html(text, kept, user),
            **self.chat.draw(visitor),
        }

    def _extra(self, language: Language) -> Extra:
        def extra(answer: Answer, number: int) -> str:
            practise = practise_html(answer, self.coach.practice, language) if self.practice else ""  # type: ignore[attr-defined]
            return pictures_html(answer, self.coach, strings(language), language, number) + practise

        return extra


def _together(updates: Iterable[dict[Any, Any]]) -> dict[Any, Any]:
    return {part: drawn for one in updates for part, drawn in one.items()}


def mount(app: FastAPI, blocks: gr.Blocks, mcp: bool = False) -> FastAPI:
    """`app` with `blocks` at `/`: our look, no footer, and none of Gradio's side services."""
    styles = "\n".join(path.read_text(encoding="utf-8") for path in [FOLDER / "page.css", *_others("css", {"page.css", "login.css"})])
    scripts = ",\n".join(path.read_text(encoding="utf-8") for path in [FOLDER / "page.js", *_others("js", {"page.js", "early.js"})])
    early = (FOLDER / "early.js").read_text(encoding="utf-8")
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        # Not as `css`: Gradio rewrites the selectors of that, and those about `body` then match nothing.
        head=f"<style>{styles}</style><script>{early}</script>",
        js=f"() => {{ for (const part of [{scripts}]) part(); }}",
        footer_links=[],
        # Gradio would keep every visitor's questions in their browser: on a shared computer the next person could read them.
        run_history=False,
        show_error=False,
        ssr_mode=False,
        mcp_server=mcp,
        pwa=False,
        enable_monitoring=False,
        # The page takes no files, but Gradio's upload route is there all the same.
        max_file_size=1,
    )
    return mounted


def _others(ending: str, first: set[str]) -> list[Path]:
    """The files of the other tabs, each of which brings its own."""
    return [path for path in sorted(FOLDER.glob(f"*.{ending}")) if path.name not in first]


def theme() -> gr.themes.Base:
    """Gradio's plainest theme in system fonts, so that no font is fetched; colours are those of page.css."""
    return gr.themes.Base(
        font=("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Noto Sans", "Arial", "sans-serif"),
        font_mono=("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Liberation Mono", "monospace"),
    )
