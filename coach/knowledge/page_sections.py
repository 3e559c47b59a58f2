"""The blocks of a page as passages: what the page says under one heading, with the section that the heading opens."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from coach.knowledge.catalogue import Catalogue
from coach.knowledge.page_blocks import SENTENCE_END, Block, is_short
from coach.knowledge.page_noise import is_noise, points_elsewhere
from coach.knowledge.pay_text import find_pay
from coach.knowledge.roles_in_pages import ROLE_NOUN, RoleName, bare_name
from coach.language import fold, tokens

TITLE, SECTION, GROUP, LABEL = 1, 2, 3, 4  # levels of headings in pages that have none of Markdown's

PRIORITY = re.compile(
    r"(?P<name>.+?)[\s:\u2013\u2014-]+\(?(?P<priority>essential|important|useful|required|must[- ]have|preferred"
    r"|optional|nice[- ]to[- ]have|imprescindible|importante|útil|esencial|obligatorio|deseable|opcional|recomendable)\)?",
    re.IGNORECASE,
)
LEAD = re.compile(r"(?P<lead>[^\W\d_][^:.!?*]{1,60}?)\s*: +(?P<text>\S.*)", re.DOTALL)
LONGEST_LEAD_WORDS = 6
LONGEST_TAG_WORDS = 4
FIGURE_WORDS = frozenset(
    {"per", "a", "al", "year", "yr", "annum", "annually", "anual", "anuales", "ano", "month", "mes", "monthly", "gross", "net"}
    | {"bruto", "brutos", "neto", "netos", "usd", "eur", "gbp"}
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One paragraph or list item in Markdown, with the group it stands in."""

    text: str
    group: str | None = None
    is_item: bool = False


@dataclass(slots=True)
class Passage:
    """What stands under one heading. `heading` is None where the page has none; `titled` where it is only the page's title."""

    section: str
    heading: str | None
    level: int
    titled: bool = False
    entries: list[Entry] = field(default_factory=list)


def section_of(text: str, catalogue: Catalogue, role: RoleName | None) -> str | None:
    """The section that the short line `text` opens as a heading, None if it is none."""
    words = tokens(text)
    if not is_short(text.strip()) or not words:
        return None
    named = role.words if role else frozenset()
    # "Software Architect" is an occupation: it holds the word "software" without being about software.
    if words[-1] not in named and ROLE_NOUN.fullmatch(words[-1]):
        return None
    return catalogue.section_of_heading(text, named)


class PassageReader:
    """Walks over the blocks of one page and keeps the heading, group and label that are open."""

    def __init__(self, blocks: Sequence[Block], catalogue: Catalogue, role: RoleName) -> None:
        self.blocks, self.catalogue, self.role = blocks, catalogue, role
        self.passages: list[Passage] = []
        self.stack: list[Passage] = []
        self.group: str | None = None
        self.group_level = GROUP
        self.label: str | None = None
        self.tagged: list[Block] = []
        self.skipping = False
        lines = Counter(fold(block.text) for block in blocks if block.kind in ("line", "heading"))
        self.repeated = {line for line, count in lines.items() if count > 1}

    def read(self) -> list[Passage]:
        """The passages of the page in order; those without text are left out."""
        at = 0
        while at < len(self.blocks):
            at += self._take(at)
        self._close_label()
        return [passage for passage in self.passages if passage.entries]

    @property
    def current(self) -> Passage:
        """The passage that is open; one of `overview` where the page has not opened any."""
        if not self.stack:
            self._open("overview", None, TITLE, titled=True)
        return self.stack[-1]

    def _take(self, at: int) -> int:
        """Reads block `at`; returns how many blocks it used."""
        block = self.blocks[at]
        if is_noise(block.text) or (block.kind == "item" and block.lead and is_noise(block.lead)):
            return 1
        if block.kind in ("heading", "line"):
            if points_elsewhere(block.text):
                self.skipping = True
                return 1
            return self._heading(at)
        if self.skipping:
            return 1
        if block.kind == "item":
            self._item(block)
        else:
            self._add(block.text)
        return 1

    def _heading(self, at: int) -> int:
        block = self.blocks[at]
        text = block.text.strip()
        level = block.level or SECTION
        section = section_of(text, self.catalogue, self.role)
        title = fold(bare_name(text)) == fold(self.role.name)
        if self.skipping and not section and not title:
            return 1
        self.skipping = False
        if self._asks(block):
            self._open_group(text, block.level or GROUP)
        elif title and (block.level <= 1 or not section):
            self._open(section or "overview", text, block.level or TITLE, titled=section is None)
        elif self._is_label(block, section is not None):
            self._close_label()
            self.label = text.rstrip(":")
        elif section and not (block.kind == "line" and find_pay(text, "en")):
            self._open(section, text, level)
        elif block.kind == "heading":
            self._unknown_heading(text, block.level)
        else:
            return self._line(at)
        return 1

    def _asks(self, block: Block) -> bool:
        """Whether `block` is a question of the FAQ, which would else open the section that it asks about."""
        in_faq = bool(self.stack) and self.stack[-1].section == "faq"
        return in_faq and block.text.endswith("?") and (not block.level or block.level > self.stack[-1].level)

    def _is_label(self, block: Block, known: bool) -> bool:
        """Whether `block` is a label inside a group: one that the page repeats in group after group, or a heading further in."""
        if not self.stack or not self.group:
            return False
        if block.level:
            return block.level > self.group_level and (not known or self.stack[-1].section == "tracks")
        return fold(block.text) in self.repeated and (not known or self.stack[-1].section == "tracks")

    def _open(self, section: str, heading: str | None, level: int, titled: bool = False) -> None:
        self._close_label()
        while self.stack and self.stack[-1].level >= level and not (self.stack[-1].section == section and not titled):
            self.stack.pop()
        above = self.stack[-1] if self.stack else None
        if above and above.section == section and not titled:
            if above.titled:
                above.heading, above.titled, self.group = heading, False, None
            else:
                self._open_group(heading or "", max(level, above.level + 1))
            return
        passage = Passage(section, heading, level, titled)
        self.passages.append(passage)
        self.stack.append(passage)
        self.group = None

    def _open_group(self, title: str, level: int) -> None:
        self._close_label()
        self.group, self.group_level = title.rstrip(" :"), level

    def _unknown_heading(self, text: str, level: int) -> None:
        self._close_label()
        while self.stack and self.stack[-1].level >= level:
            self.stack.pop()
        if not self.stack:
            self._open("overview", text, level)
        elif self.stack[-1] is not self.passages[-1]:
            # Back under an earlier heading: what follows is a passage of its own there.
            above = self.stack.pop()
            self._open(above.section, above.heading, above.level, titled=True)
        self._open_group(text, level)

    def _line(self, at: int) -> int:
        """A short line that opens no section: a figure, a label with its value, an item and what is said of it, a group, a plain item."""
        block, following = self.blocks[at], self._following(at)
        text = block.text
        priority, lead = PRIORITY.fullmatch(text), LEAD.fullmatch(text)
        if self._announces(at):
            return 1
        if lead:
            self._pair_or_item(block, lead)
        elif find_pay(text, "en"):
            self._item(block)
        elif priority and not text.endswith("?"):
            explained = following is not None and following.kind == "paragraph"
            self._item(Block("item", following.text if explained and following else "", lead=text))
            return 2 if explained else 1
        elif following and (following.kind in ("paragraph", "item") or self._stands_under(following)):
            self._open_group(text, GROUP)
        else:
            self._item(block)
        return 1

    def _following(self, at: int) -> Block | None:
        return self.blocks[at + 1] if at + 1 < len(self.blocks) else None

    def _stands_under(self, block: Block) -> bool:
        """Whether the short line `block` stands under the short line before it rather than beside it."""
        return fold(block.text) in self.repeated or bool(PRIORITY.fullmatch(block.text)) or bool(find_pay(block.text, "en"))

    def _announces(self, at: int) -> bool:
        """Whether line `at` is a row of tags that the page lists again right below."""
        rest = list(self.blocks[at + 1 :])
        if rest and rest[0].kind in ("line", "heading"):
            rest = rest[1:]
        listed: list[str] = []
        for block in rest:
            if block.kind != "item":
                break
            listed += tokens(block.text)
        return bool(listed) and listed == tokens(self.blocks[at].text)

    def _pair_or_item(self, block: Block, lead: re.Match[str]) -> None:
        section = section_of(lead["lead"], self.catalogue, self.role)
        stands_alone = self.current.section == "overview" or (self.current.section != "tracks" and find_pay(block.text, "en") is not None)
        section = section if stands_alone and section != self.current.section else None
        self._item(replace(block, text=lead["text"], lead=lead["lead"], level=-1 if section else 0))

    def _item(self, block: Block) -> None:
        if block.level == -1 and block.lead:
            section = section_of(block.lead, self.catalogue, self.role)
            if section:
                entry = Entry(_item_text(block), None, True)
                self.passages.append(Passage(section, block.lead.rstrip(":"), SECTION, entries=[entry]))
                # The heading above stays open, but what follows it must not be written above the pair.
                return
        if self.label:
            self.tagged.append(block)
        else:
            self._add(_item_text(self._led_by_heading(block)), is_item=True)

    def _led_by_heading(self, block: Block) -> Block:
        """A figure without a word is led by its heading: "$50k - $150k /year" says what it is only under "Salary Range"."""
        heading = self.group or self.current.heading
        pay = find_pay(block.text, "en")
        bare = pay and not set(tokens(block.text.replace(pay.amount, " "))) - FIGURE_WORDS
        return replace(block, lead=heading.rstrip(" :")) if bare and heading and not block.lead and not self.current.titled else block

    def _close_label(self) -> None:
        """Writes the items under a label: short ones as one list, others each with the label as its lead."""
        items, self.tagged = self.tagged, []
        label, self.label = self.label, None
        if label and items and all(len(item.text.split()) <= LONGEST_TAG_WORDS and not item.lead for item in items):
            self._add(f"- **{label}**: {', '.join(item.text for item in items)}", is_item=True)
            return
        for item in items:
            led = item.lead or LEAD.fullmatch(item.text)
            self._add(_item_text(item if led else replace(item, lead=label)), is_item=True)

    def _add(self, text: str, is_item: bool = False) -> None:
        current = self.current
        group = None if self.group and current.heading and fold(self.group) == fold(current.heading.rstrip(" :")) else self.group
        entry = Entry(text, group, is_item)
        if entry not in current.entries:
            current.entries.append(entry)


def _item_text(block: Block) -> str:
    """The item in Markdown, with its lead in bold and the priority of a skill in brackets."""
    lead, text = block.lead, block.text
    if lead is None and (found := LEAD.fullmatch(text)) and len(found["lead"].split()) <= LONGEST_LEAD_WORDS and "**" not in text:
        lead, text = found["lead"], found["text"]
    if lead is None and (pay := find_pay(text, "en")):
        before, after = text.split(pay.amount, 1)
        if before and before[-1].isalpha() and len(before.split()) <= LONGEST_LEAD_WORDS:
            lead, text = before, pay.amount + after
    mark = f"{block.number}." if block.number is not None else "-"
    if lead is None:
        return f"{mark} {text}"
    lead = lead.strip().rstrip(":").replace("**", "")
    priority = PRIORITY.fullmatch(lead)
    named = f"**{priority['name'].strip(' :')}** ({priority['priority'].lower()})" if priority else f"**{lead}**"
    joint = "" if not text else " " if lead.endswith(("?", *SENTENCE_END)) else ": "
    return f"{mark} {named}{joint}{text}"
