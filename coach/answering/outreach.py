"""A message to somebody at a company, drafted from the outreach section: its example with the slots to fill in, and the rules for it.

Nothing is written that the section does not hold, so no name and no deed is made up; where there is no example for the occasion, the
answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import yaml

from coach.answering import selection
from coach.answering.draft import Draft, one_line
from coach.knowledge.statements import sentences
from coach.language import STRINGS, fold, say
from coach.retrieval.library import Candidate, Library
from coach.types import Language

SECTION = "outreach"
# Rules shown with a draft, and how many of them those on its occasion may be.
MOST_RULES = 5
MOST_ON_OCCASION = 3
QUOTED = re.compile(r"[«“\"](.+)[»”\"]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Whom or what a message is for: its key in the strings ("recruiter", "follow_up"), how questions and rules speak of it, and
    whether a first message is what is wanted."""

    key: str
    asks: re.Pattern[str]
    rules: re.Pattern[str]
    is_first: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A message that is wanted, and its occasion, if the question names one."""

    occasion: Occasion | None


@dataclass(frozen=True, slots=True)
class _Patterns:
    wants: re.Pattern[str]
    advice: re.Pattern[str]
    occasions: tuple[Occasion, ...]


def wanted(question: str) -> Message | None:
    """The message that `question` wants to have written, None where it wants none or only advice on one."""
    text, patterns = fold(question), _patterns()
    if not patterns.wants.search(text) or patterns.advice.search(text):
        return None
    return Message(next((occasion for occasion in patterns.occasions if occasion.asks.search(text)), None))


def draft_message(library: Library, role: str, reading: Language, language: Language, message: Message) -> Draft | None:
    """The draft and its rules from the documents on `role` in the language `reading`, with our own words in `language`; None where
    they have no example of a message."""
    section = library.section(role, reading, SECTION)
    example = next((one for one in section if selection.is_example(one) and QUOTED.search(one.text)), None)
    if example is None:
        return None
    advice = [one for one in section if not selection.is_example(one) and one.statement.kind != "row"]
    occasion = message.occasion
    fitting = [one for one in advice if occasion and occasion.rules.search(fold(one.text))][:MOST_ON_OCCASION]
    others = selection.fair([one for one in advice if one not in fitting], MOST_RULES - len(fitting))
    draft = Draft()
    if occasion and not occasion.is_first:
        _other_than_first(draft, occasion, fitting, language)
        _add_example(draft, example, reading, language)
        draft.frame(say("outreach_rules", language))
        draft.items(others)
        return draft
    _add_example(draft, example, reading, language)
    if occasion and not fitting:
        draft.frame(say(f"outreach_{occasion.key}_unknown", language))
    draft.frame(say("outreach_rules", language))
    draft.items([*fitting, *others])
    return draft


def _other_than_first(draft: Draft, occasion: Occasion, fitting: Sequence[Candidate], language: Language) -> None:
    """Says that there is no example for the occasion, and what there is on it."""
    draft.frame(say(f"outreach_{occasion.key}_unknown", language))
    if fitting:
        draft.frame(say("outreach_on_this", language))
        draft.items(list(fitting))
    draft.frame(say("outreach_first_instead", language))


def _add_example(draft: Draft, example: Candidate, reading: Language, language: Language) -> None:
    """The message itself as a quotation, a sentence a line, each with its marker."""
    draft.frame(say("outreach_draft", language))
    found = QUOTED.search(example.text)
    text = one_line(found[1] if found else example.text)
    draft.frame("\n".join(f"> {text[start:end]} {draft.cite(example)}" for start, end in sentences(text, reading)))


@cache
def _patterns() -> _Patterns:
    loaded = yaml.safe_load((STRINGS / "outreach.yaml").read_text(encoding="utf-8"))
    occasions = tuple(
        Occasion(key, _any_of(entry["asks"]), _any_of(entry["rules"]), entry["is_first"]) for key, entry in loaded["occasions"].items()
    )
    return _Patterns(_any_of(loaded["wants"]), _any_of(loaded["advice"]), occasions)


def _any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns))
