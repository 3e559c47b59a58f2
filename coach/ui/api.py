"""The endpoints for programs: asked through Gradio's API and, with `coach serve --mcp`, as tools of the Model Context Protocol.

Gradio makes names, schemas and descriptions of both from the signatures and docstrings here, so these speak to the programs' authors.
"""

# No `from __future__ import annotations` here: Gradio makes the schema of a result from the annotation as it stands.

import logging
from collections.abc import Callable, Sequence
from typing import Literal, TypeVar, cast

import anyio
import gradio as gr

from coach.errors import CoachError
from coach.language import fold
from coach.settings import Settings
from coach.types import LANGUAGES, Answer, Language, Level, Role, Turn
from coach.ui.api_types import AnswerData, CoachForPrograms, HitData, HitsData, Message, RoleData, RolesData, SalariesData

T = TypeVar("T")
ENDPOINTS = ("ask", "search", "roles", "salary")
LEVELS: tuple[Level, ...] = ("junior", "mid", "senior")
# Programs have threads of their own: however many call, visitors of the page are answered.
CALLS_AT_ONCE, MOST_WAITING = 8, 200
MOST_HITS = 100
MOST_MESSAGES, LONGEST_HISTORY = 400, 400_000
LONGEST_NAME = 200

log = logging.getLogger(__name__)


class WrongCall(gr.Error):
    """What was wrong with a call, in one line that reaches the program as it is."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()), print_exception=False)

    def __str__(self) -> str:
        # Gradio's own gives the repr, which MCP would pass on with its quotes.
        return str(self.message)


class Programs:
    """The four endpoints over `coach`. `add` makes them part of a page."""

    def __init__(self, coach: CoachForPrograms, settings: Settings) -> None:
        self._coach, self._settings = coach, settings
        self._threads = anyio.CapacityLimiter(CALLS_AT_ONCE)

    def add(self) -> None:
        """Adds the endpoints to the `gr.Blocks` that is being built."""
        for name in ENDPOINTS:
            # Not queued: MCP calls what is not queued in this process, and the rest through a client to the host that the caller names.
            gr.events.api(getattr(self, name), api_name=name, queue=False, concurrency_limit=CALLS_AT_ONCE, concurrency_id="programs")

    async def ask(
        self,
        question: str,
        language: Literal["en", "es"] | None = None,
        history: list[Message] | None = None,
        role: str | None = None,
    ) -> AnswerData:
        """Answer a career question about a role from the role documents, in English or Spanish: skills, tasks, tools, salaries, interviews,
        outreach, CV, LinkedIn, a day at work, career paths, mistakes. Every statement of the answer carries a marker [n]; the
        citation with that marker holds the exact quote, its source and link. What the documents do not say is said to be unknown.

        Parameters:
            question: The question, in English or Spanish. It may be a follow-up to `history`.
            language: Language of the answer, "en" or "es"; null for that of the question.
            history: Earlier messages of the conversation, oldest first, each with a role ("user" or "assistant") and its content.
            role: Id or name of the role that is meant, where the question does not name it; null otherwise.

        Returns:
            The answer as in `coach ask --json`: kind, text, citations with quote, source and url, suggestions, notice.
        """
        turns = _turns(history)
        spoken = _language(language)
        asked = self._question(question, "question")
        meant = _name(role, "role") if role else None

        def answer() -> Answer:
            return self._coach.ask(asked, turns, spoken, self._coach.role_named(meant) if meant else None)

        answered = await self._run(answer)
        return cast(AnswerData, answered.as_dict())

    async def search(self, query: str, k: int = 10) -> HitsData:
        """Find the passages of the role documents that fit a query best, in English or Spanish, with their whole text and source.
        For a ready answer use `ask`; this is for reading the documents themselves.

        Parameters:
            query: What to look for, in words or as a question.
            k: How many passages, from 1 to 100.

        Returns:
            The passages, best first, each with the id of its chunk, role, section, language, text, source, url and scores.
        """
        if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= MOST_HITS:
            raise WrongCall(f"k: must be a whole number from 1 to {MOST_HITS}, got {_shown(k)}")
        wanted = self._question(query, "query")
        found = await self._run(lambda: self._coach.search(wanted, k))
        return {"hits": [cast(HitData, hit.as_dict()) for hit in found]}

    async def roles(self, name: str | None = None, imported: bool = False) -> RolesData:
        """List the roles that there are documents about: ids, titles and aliases in English and Spanish, and the sections of each.
        The ids serve as `role` of the other tools.

        Parameters:
            name: Only roles with these words in a title, alias or id; null for all.
            imported: With the occupations that were imported from public classifications, which may be thousands.

        Returns:
            The roles, each with id, titles, aliases, sections by language, the month of the last update and where it comes from.
        """
        wanted = fold(_name(name, "name")).split() if name else []
        if not isinstance(imported, bool):
            raise WrongCall(f"imported: must be true or false, got {_shown(imported)}")
        listed = [role for role in self._coach.roles if (imported or role.origin != "import") and _is_called(role, wanted)]
        return {"roles": await self._run(lambda: [self._card(role) for role in listed])}

    async def salary(
        self,
        role: str,
        place: str | None = None,
        level: Literal["junior", "mid", "senior"] | None = None,
        language: Literal["en", "es"] | None = None,
    ) -> SalariesData:
        """Give the salary figures for a role as data: low, median or average, and high with currency, period, gross or net, level, year and
        source, each with the exact quote that states it. Figures of different sources stand side by side; none is estimated or
        converted. Without a figure for the place asked for, `rows` is empty and `places` says where there are figures.

        Parameters:
            role: Id, title or alias of the role, in English or Spanish.
            place: Country or region, by name or ISO 3166 alpha-2 code; a city stands for its country; null for all.
            level: "junior", "mid" or "senior"; where there is no figure for it, those for all levels are given. Null for every level.
            language: Language of quotes and names, "en" or "es"; null for that in which the role is named.

        Returns:
            The role, its rows, and the places that there are figures for. What a source does not say is null.
        """
        named, spoken = _name(role, "role"), _language(language)
        where = _name(place, "place") if place else None
        if level is not None and level not in LEVELS:
            raise WrongCall(f"level: {_shown(level)} is not known; give junior, mid, senior or null")
        found = await self._run(lambda: self._coach.salaries(named, where, level, spoken))
        return cast(SalariesData, found.as_dict())

    async def _run(self, work: Callable[[], T]) -> T:
        """What `work` gives, in a thread of the programs' own. Raises WrongCall, with what went wrong only where it is an error of ours."""
        if self._threads.statistics().tasks_waiting >= MOST_WAITING:
            raise WrongCall(f"busy: {MOST_WAITING} calls are waiting already; try again in a few seconds")
        try:
            return await anyio.to_thread.run_sync(work, limiter=self._threads)
        except CoachError as error:
            raise WrongCall(str(error)) from error
        except Exception as error:
            log.exception("a program's call failed")
            raise WrongCall("the coach failed at this call; its log says why") from error

    def _question(self, text: object, name: str) -> str:
        if not isinstance(text, str):
            raise WrongCall(f"{name}: must be a text, got {_shown(text)}")
        most = self._settings.max_question_chars
        if len(text) > most:
            raise WrongCall(f"{name}: has {len(text)} characters, more than the {most} that are read")
        return text

    def _card(self, role: Role) -> RoleData:
        return {
            "id": role.id,
            "titles": {language: role.titles[language] for language in LANGUAGES if language in role.titles},
            "aliases": {language: list(role.aliases.get(language, ())) for language in LANGUAGES},
            "sections": {language: list(ids) for language, ids in self._coach.sections(role.id).items()},
            "updated": role.updated,
            "origin": role.origin,
        }


def _is_called(role: Role, words: Sequence[str]) -> bool:
    names = [fold(name) for language in LANGUAGES for name in (*role.names(language), role.id)]
    return any(all(word in name for word in words) for name in names)


def _turns(history: object) -> list[Turn]:
    """The messages of `history`. Raises WrongCall where it is none, or is too long to be a conversation."""
    if history is None:
        return []
    if not isinstance(history, list):
        raise WrongCall(f"history: must be a list of messages, got {_shown(history)}")
    if len(history) > MOST_MESSAGES:
        raise WrongCall(f"history: has {len(history)} messages, more than the {MOST_MESSAGES} that are read; leave out the oldest")
    turns = []
    for number, message in enumerate(history, start=1):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            raise WrongCall(f"history: message {number} needs a role, user or assistant, and a content, got {_shown(message)}")
        if not isinstance(message.get("content"), str):
            raise WrongCall(f"history: message {number} needs a content text, got {_shown(message.get('content'))}")
        turns.append(Turn(message["role"], message["content"]))
    if (length := sum(len(turn.content) for turn in turns)) > LONGEST_HISTORY:
        raise WrongCall(f"history: has {length} characters, more than the {LONGEST_HISTORY} that are read; leave out the oldest messages")
    return turns


def _language(language: object) -> Language | None:
    known = next((one for one in LANGUAGES if one == language), None)
    if language is not None and known is None:
        raise WrongCall(f"language: {_shown(language)} is not known; give en, es or null")
    return known


def _name(name: object, parameter: str) -> str:
    if not isinstance(name, str) or not name.strip():
        raise WrongCall(f"{parameter}: must be a name, got {_shown(name)}")
    if len(name) > LONGEST_NAME:
        raise WrongCall(f"{parameter}: has {len(name)} characters, more than the {LONGEST_NAME} that are read")
    return name.strip()


def _shown(value: object) -> str:
    """The value as an error may repeat it."""
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
