"""Pictures of an answer: salary ranges, a career path, the skills of two roles. They show what the answer cites and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from coach.types import Answer, Language, Role
from coach.ui.conversation import CoachLike
from coach.ui.pictures.cited import Cited, cited_statements
from coach.ui.pictures.path import Step, document_steps, path_figure
from coach.ui.pictures.salary import PayRow, salary_figures
from coach.ui.pictures.skills import Skill, skills_figure
from coach.ui.pictures.words import PictureWords, picture_words
from coach.ui.strings import Strings

SKILLS = frozenset({"skills", "tools"})
# The extractive answer names what two roles share by two markers side by side, one of each role.
TOGETHER = re.compile(r"\[(\d+)\]\[(\d+)\]")

__all__ = ["pictures_html"]


def pictures_html(answer: Answer, coach: CoachLike, strings: Strings, language: Language, number: int | None = None) -> str:
    """The pictures that fit `answer`, as safe HTML in `language`; "" where none does.

    With `number`, that of the exchange, the markers link to its sources, which `strings`, the texts of the page, name.
    It looks every citation up: call it once for an answer, not at every redraw.
    """
    if answer.kind != "answer" or not answer.citations:
        return ""
    words = picture_words(language)
    cited = cited_statements(answer, coach)
    roles = {role.id: role for role in coach.roles if role.id in answer.roles}
    pictures = [
        salary_figures(_pay_rows(cited, roles, language), words, number),
        *(_path(role, cited, coach, words, number) for role in roles.values()),
        _comparison(answer, cited, roles, words, number),
    ]
    html = "".join(pictures)
    return f'<div class="pictures" role="group" aria-label="{escape(words.label)}">{html}</div>' if html else ""


def _pay_rows(cited: Sequence[Cited], roles: dict[str, Role], language: Language) -> list[PayRow]:
    several = len({one.chunk.role for one in cited if one.statement.pay}) > 1
    rows = []
    for one in cited:
        # A long statement is cited in part: its figure is shown only where the cited words hold it.
        if one.statement.pay and one.statement.pay.amount in one.citation.quote:
            source = one.statement.source.title if one.statement.source else one.chunk.source
            role = roles.get(one.chunk.role)
            title = role.title(language) if role else one.chunk.title
            rows.append(PayRow(one.statement.pay, source, one.citation.marker, title if several else ""))
    return rows


def _path(role: Role, cited: Sequence[Cited], coach: CoachLike, words: PictureWords, number: int | None) -> str:
    own = sorted((one for one in cited if one.chunk.role == role.id and one.lead), key=lambda one: one.place)
    steps: list[Step] = []
    branches: list[Step] = []
    for section, found in (("career-path", steps), ("tracks", branches)):
        named = [one for one in own if one.chunk.section == section]
        twins = {step.name: step.twin for step in document_steps(coach, role.id, section, words.language)} if named else {}
        found += [Step(one.lead, one.citation.marker, twins.get(one.lead, "")) for one in named]
    return path_figure(role, steps, branches, coach.roles, words, number)


def _comparison(answer: Answer, cited: Sequence[Cited], roles: dict[str, Role], words: PictureWords, number: int | None) -> str:
    """The skills of exactly two roles. Only the extractive answer says of each skill whether both need it: a model's words need not."""
    pair = [roles[role] for role in answer.roles if role in roles]
    if len(pair) != 2 or answer.answered_by != "extractive":
        return ""
    named = {one.citation.marker: one for one in cited if one.chunk.section in SKILLS and one.lead}
    shared: list[Skill] = []
    taken: set[int] = set()
    for found in TOGETHER.finditer(answer.text):
        one, other = int(found[1]), int(found[2])
        if one in named and other in named and named[one].chunk.role != named[other].chunk.role:
            shared.append(Skill(named[one].lead, (one, other)))
            taken |= {one, other}
    first, second = (
        [Skill(one.lead, (marker,)) for marker, one in named.items() if marker not in taken and one.chunk.role == role.id] for role in pair
    )
    return skills_figure((pair[0], pair[1]), shared, (first, second), words, number)
