"""What may be asked next: questions that the documents can answer, in the language of the answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from coach.knowledge.catalogue import Catalogue
from coach.language import say
from coach.retrieval.library import Library
from coach.retrieval.question import Understanding
from coach.types import Kind, Language, Role

MOST = 3
# After a question about a section, people go on to these.
NEXT: Mapping[str, tuple[str, ...]] = {
    "overview": ("responsibilities", "skills", "salary"),
    "responsibilities": ("skills", "day", "tools"),
    "skills": ("learning", "tools", "interview"),
    "tools": ("skills", "learning", "interview"),
    "seniority": ("career-path", "salary", "skills"),
    "salary": ("outlook", "career-path", "seniority"),
    "outlook": ("salary", "sectors", "learning"),
    "linkedin": ("cv", "outreach", "brand"),
    "cv": ("linkedin", "interview", "outreach"),
    "outreach": ("linkedin", "networking", "interview"),
    "interview": ("mistakes", "cv", "employers"),
    "day": ("responsibilities", "tools", "career-path"),
    "career-path": ("tracks", "seniority", "learning"),
    "tracks": ("career-path", "skills", "learning"),
    "mistakes": ("interview", "employers", "learning"),
    "employers": ("interview", "cv", "skills"),
    "sectors": ("outlook", "salary", "employers"),
    "networking": ("outreach", "brand", "linkedin"),
    "brand": ("linkedin", "networking", "cv"),
    "learning": ("skills", "tools", "career-path"),
    "faq": ("learning", "skills", "salary"),
}
FIRST = ("skills", "salary", "interview")


class Suggestions:
    """Proposes the next questions over a library."""

    def __init__(self, catalogue: Catalogue, roles: Sequence[Role], library: Library) -> None:
        self._catalogue = catalogue
        self._roles = {role.id: role for role in roles}
        self._first = [role.id for role in roles if role.origin != "import"][:MOST] or list(self._roles)[:MOST]
        self._library = library

    def after(self, understanding: Understanding, kind: Kind, near: Sequence[str] = ()) -> tuple[str, ...]:
        """At most three questions to ask next, none that was just asked. `near` are roles offered instead of one there is nothing on."""
        language = understanding.language
        section = understanding.section
        found: list[str] = []
        if understanding.roles:
            role = understanding.roles[-1]
            others = (*NEXT.get(section or "overview", FIRST), *FIRST) if kind == "answer" else FIRST
            asked = set(understanding.topics.sections)
            if understanding.move is None and len(understanding.roles) == 1:
                found = [*self._questions(role, [one for one in others if one not in asked], language)]
            else:
                found = [*self._of_both(understanding)]
        else:
            for role in list(near) or list(understanding.near) or self._first:
                found += self._questions(role, [section] if section else ["overview", "responsibilities"], language, most=1)
        return tuple(dict.fromkeys(found))[:MOST]

    def _questions(self, role: str, sections: Sequence[str], language: Language, most: int = MOST) -> Iterator[str]:
        """The catalogue's questions on those sections that the role's documents have."""
        have = {section for spoken in self._library.languages(role) for section in self._library.sections(role, spoken)}
        title = self._roles[role].title(language)
        for section in list(dict.fromkeys(one for one in sections if one in have))[:most]:
            yield self._catalogue.question(section, language, title)

    def _of_both(self, understanding: Understanding) -> Iterator[str]:
        """The other things in which two roles can be compared, then one of each."""
        language = understanding.language
        if understanding.compares and len(understanding.roles) == 2:
            first, second = (self._roles[role].title(language) for role in understanding.roles)
            for section in ("salary", "skills", "day"):
                held = all(self._library.section(role, spoken, section) for role in understanding.roles for spoken in (language,))
                if held and section not in understanding.topics.sections:
                    yield say(f"suggest_compare_{section}", language, first=first, second=second)
        for role in reversed(understanding.roles):
            yield from self._questions(role, ["learning", "interview", "overview"], language, most=1)
