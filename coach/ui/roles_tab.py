"""The Roles tab: find a role by any of its names, read its documents, ask about them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import gradio as gr

from coach.knowledge.catalogue import load_catalogue
from coach.settings import Settings
from coach.types import Language, Role
from coach.ui.roles_document import DocumentsLike, document_html, empty_html
from coach.ui.roles_search import SHOWN, RoleSearch, list_html
from coach.ui.roles_words import RolesWords, roles_words
from coach.ui.strings import Strings

# One listener on the component's element, which stays while its content changes.
ON_LOAD = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (!button || !element.contains(button)) return;
  if (button.dataset.more) return trigger('expand');
  if (!button.dataset.role) return;
  element.querySelectorAll('[aria-current]').forEach((old) => old.removeAttribute('aria-current'));
  button.setAttribute('aria-current', 'true');
  trigger('select', {role: button.dataset.role});
});
"""
SHOW = "() => window.coachTabs?.showRole()"


@dataclass(slots=True)
class RolesView:
    """What one visitor looks at: changed in place, one per session."""

    language: Language = "en"
    query: str = ""
    shown: int = SHOWN
    role: str | None = None

    @property
    def words(self) -> RolesWords:
        """The tab's texts in the language of the page."""
        return roles_words(self.language)


class RolesTab:
    """Its components and events. `state` and `outputs` are there after `components()`.

    `practised(role)` says whether the role's interview questions can be practised; without it none can.
    """

    state: gr.State
    outputs: list[Any]

    def __init__(self, coach: DocumentsLike, settings: Settings, practised: Callable[[str], bool] | None = None) -> None:
        self.coach = coach
        self._catalogue = load_catalogue(settings.knowledge)
        self._roles: dict[str, Role] = {role.id: role for role in coach.roles}
        self._search = RoleSearch(list(self._roles.values()))
        self._practised = practised or (lambda _: False)

    def components(self) -> None:
        """Makes the components, inside the tab that is open."""
        view = RolesView()
        words = view.words
        self.state = gr.State(view)
        with gr.Row(elem_id="roles"):
            with gr.Column(elem_id="roles-side", min_width=0):
                self.intro = gr.HTML(self._intro(words))
                self.box = gr.Textbox(
                    elem_id="roles-search", label=words.search, placeholder=words.placeholder, container=False, max_lines=1, min_width=0
                )
                self.found = gr.HTML(self._list(view), elem_id="roles-found", js_on_load=ON_LOAD)
            with gr.Column(elem_id="roles-doc", min_width=0):
                self.document = gr.HTML(empty_html(words))
        self.outputs = [self.intro, self.box, self.found, self.document]

    def events(self) -> None:
        """Wires what happens inside the tab."""
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private", "queue": False}
        self.box.input(self.on_search, [self.box, self.state], [self.found], trigger_mode="always_last", **quiet)
        self.found.expand(self.on_more, [self.state], [self.found], **quiet)
        self.found.select(self.on_choose, [self.state], [self.document], **quiet).then(None, js=SHOW, api_visibility="private")

    def texts(self, strings: Strings, view: RolesView) -> dict[Any, Any]:
        """Everything in the language of `strings`."""
        view.language = strings.language
        words = view.words
        return {
            self.intro: self._intro(words),
            self.box: gr.update(label=words.search, placeholder=words.placeholder),
            self.found: self._list(view),
            self.document: self._document(view),
        }

    def on_load(self, strings: Strings, view: RolesView, request: gr.Request) -> dict[Any, Any]:
        """The tab as the address asks for it: `?role=data-analyst` opens that role."""
        role = request.query_params.get("role")
        view.role = role if role in self._roles else None
        return self.texts(strings, view)

    def on_search(self, query: str, view: RolesView) -> str:
        """The roles found for `query`."""
        view.query, view.shown = query, SHOWN
        return self._list(view)

    def on_more(self, view: RolesView) -> str:
        """The list with as many roles more."""
        view.shown += SHOWN
        return self._list(view)

    def on_choose(self, view: RolesView, event: gr.EventData) -> str:
        """The documents of the role that was chosen."""
        role = event._data.get("role") if isinstance(event._data, dict) else None
        if isinstance(role, str) and role in self._roles:
            view.role = role
        return self._document(view)

    def _list(self, view: RolesView) -> str:
        return list_html(self._search.find(view.query, view.language), view.shown, view.role, view.words)

    def _document(self, view: RolesView) -> str:
        if view.role is None:
            return empty_html(view.words)
        return document_html(self._roles[view.role], self.coach, self._catalogue, view.words, self._practised(view.role))

    @staticmethod
    def _intro(words: RolesWords) -> str:
        return f'<div id="roles-intro" data-search="{words.search}"><h2>{words.title}</h2><p>{words.intro}</p></div>'


def deep_link(request: gr.Request) -> str:
    """The tab that the address asks for: "roles" (also by a role alone) or "practice"; "chat" elsewhere."""
    asked: str | None = request.query_params.get("tab")
    if asked in ("roles", "practice"):
        return asked
    return "roles" if asked is None and request.query_params.get("role") else "chat"
