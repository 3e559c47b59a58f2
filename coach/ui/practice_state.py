"""What one visitor practises: the state behind the Practise tab, and where the answers are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from coach.errors import CoachError
from coach.practice.session import Attempts, Session
from coach.practice.wording import Worded
from coach.storage.records import Attempt
from coach.types import Language
from coach.ui.practice_words import PracticeWords, practice_words

Stage = Literal["choose", "asked", "judged", "over"]
NOBODY = "page"


@dataclass(slots=True)
class PracticeView:
    """One visitor's practice, changed in place. `own` are the attempts that could not be kept elsewhere, `note` what is to be told,
    `worded` what a language model made of the last feedback."""

    language: Language = "en"
    stage: Stage = "choose"
    session: Session | None = None
    own: list[Attempt] = field(default_factory=list)
    note: str = ""
    worded: Worded | None = None

    @property
    def words(self) -> PracticeWords:
        """The tab's texts in the language of the page."""
        return practice_words(self.language)


@dataclass(frozen=True, slots=True)
class Kept:
    """Attempts in the store, or else in the view: a store that fails must not take the feedback away."""

    view: PracticeView
    store: Attempts | None
    owner: str | None

    @property
    def lasts(self) -> bool:
        """Whether attempts are kept beyond this page."""
        return bool(self.store and self.owner)

    def add_attempt(self, owner: str, attempt: Attempt) -> None:
        """Keeps the attempt, in the view where the store cannot be had; the view's note then says so."""
        if self.store and self.owner:
            try:
                self.store.add_attempt(self.owner, attempt)
                return
            except CoachError:
                self.view.note = self.view.words.unkept
        self.view.own.append(attempt)

    def attempts(self, owner: str, role: str | None = None, language: Language | None = None) -> Sequence[Attempt]:
        """The visitor's attempts, oldest first, whether kept or not."""
        kept: Sequence[Attempt] = ()
        if self.store and self.owner:
            try:
                kept = self.store.attempts(self.owner, role, language)
            except CoachError:
                self.view.note = self.view.words.unkept
        own = [one for one in self.view.own if role in (None, one.role) and language in (None, one.language)]
        return sorted([*kept, *own], key=lambda one: one.at)
