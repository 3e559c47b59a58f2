"""What a language model makes of the findings: each sentence is shown only if the findings it cites carry it.

Marks and findings are never the model's. Where it fails, or too much of its text is not in the findings, our own words stand.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from coach.answering.checks.statement import plain
from coach.answering.claims import MARKERS, Checker
from coach.answering.generative import LANGUAGE_NAMES, Tally
from coach.answering.grounding import MARKER
from coach.answering.llm import LanguageModel, LanguageModelError
from coach.answering.pieces import pieces
from coach.knowledge.statements import sentences
from coach.practice.findings import Feedback
from coach.practice.questions import PracticeQuestion
from coach.practice.texts import practice_texts
from coach.practice.told import QUOTATION, SLOT, Told, straight, told
from coach.prompts import Prompt
from coach.retrieval.library import Candidate
from coach.types import Chunk, Language, Role, Statement

# Why a model failed, where there are words for it; "failed" for the rest.
TOLD_REASONS = frozenset({"down", "slow"})
STOPS = (".", "!", "?", '."', ".”", ".»")
SPACE_BEFORE_STOP = re.compile(r"\s+([.,;:!?])")


@dataclass(frozen=True, slots=True)
class Worded:
    """The findings in running text, without markup. `by` is the model's name, None where the words are our own; `notice` says what
    was left out or went wrong, "" for nothing."""

    text: str
    by: str | None = None
    notice: str = ""


class Wording:
    """Lets a language model word feedback. It keeps nothing of any, and may be used from several threads."""

    def __init__(self, model: LanguageModel, prompt: Prompt, roles: Sequence[Role]) -> None:
        self._model = model
        self._prompt = prompt
        self._roles = tuple(roles)

    def word(self, feedback: Feedback) -> Worded:
        """The model's words for the findings, or our own with a notice. An empty answer is not worth a request."""
        own = " ".join(filter(None, (feedback.remark, feedback.advice.text)))
        if feedback.state == "empty":
            return Worded(own)
        language = feedback.question.language
        notices = practice_texts(language).wording
        check = _FindingsCheck(feedback.question, told(feedback), self._roles)
        system, user = self._prompt.fill(
            language=LANGUAGE_NAMES[language],
            question=straight(feedback.question.question),
            findings="\n".join(f"[{number}] {one.shown}" for number, one in enumerate(check.findings, start=1)),
        )
        passed: list[str] = []
        tally = Tally()
        try:
            for piece in pieces(self._model.stream(system, user), language):
                if check.passes(piece.text):
                    passed.append(_shown(piece.text))
                    tally.passed += 1
                else:
                    tally.withheld += 1
                if tally.is_enough:
                    break
        except LanguageModelError as error:
            return Worded(own, notice=notices[error.reason if error.reason in TOLD_REASONS else "failed"])
        if tally.is_unfounded:
            return Worded(own, notice=notices["unfounded"])
        return Worded(" ".join(dict.fromkeys(passed)), self._model.name, notices["left_out"] if tally.withheld else "")


class _FindingsCheck:
    """The checks of answers (coach/answering/claims.py) on sentences about findings, and what findings need beyond them."""

    def __init__(self, question: PracticeQuestion, findings: Sequence[Told], roles: Sequence[Role]) -> None:
        self.findings = tuple(findings)
        self._language: Language = question.language
        # One for each feedback: it remembers what it has read.
        self._checker = Checker(question.language, roles)
        self._candidates = [_candidate(question, number, one.text) for number, one in enumerate(findings)]

    def passes(self, sentence: str) -> bool:
        """Whether `sentence` may be shown."""
        numbers = list(dict.fromkeys(int(marker) for marker in MARKER.findall(sentence)))
        if not numbers or not all(1 <= number <= len(self.findings) for number in numbers):
            return False
        cited = [self.findings[number - 1] for number in numbers]
        if len({one.sort for one in cited}) > 1:
            return False
        text = _with_slots(straight(sentence), cited)
        if text is None:
            return False
        if cited[0].sort == "own":
            return len(cited) == 1 and plain(MARKERS.sub(" ", text)) in self._sentences(cited[0])
        rest = text.casefold()
        for one in cited:
            if one.repeated.casefold() not in rest:
                return False
            rest = rest.replace(one.repeated.casefold(), " ", 1) if one.repeated else rest
        if not all(re.search(one.needed, rest) for one in cited):
            return False
        return self._checker.check(text, self._candidates).passes

    def _sentences(self, finding: Told) -> set[str]:
        spans = [(0, len(finding.text)), *sentences(finding.text, self._language)]
        return {plain(finding.text[start:end]) for start, end in spans}


def _with_slots(text: str, cited: Sequence[Told]) -> str | None:
    """`text` with SLOT for the visitor's words; None where a quotation is neither theirs nor in the findings, word by word."""
    theirs = [quote.casefold() for one in cited for quote in one.quotes]
    ours = " ".join(one.text for one in cited).casefold()
    made, at = [], 0
    for match in QUOTATION.finditer(text):
        quoted = match[1].strip(" .,;:").casefold()
        if not quoted or not (any(quoted in quote for quote in theirs) or quoted in ours) or SLOT.casefold() in quoted:
            return None
        is_theirs = any(quoted in quote for quote in theirs)
        made += [text[at : match.start()], f'"{SLOT}"' if is_theirs else match[0]]
        at = match.end()
    rest = text[at:]
    return None if '"' in rest or SLOT.casefold() in "".join(made[::2]).casefold() + rest.casefold() else "".join([*made, rest])


def _candidate(question: PracticeQuestion, number: int, text: str) -> Candidate:
    """A finding as the checks take statements."""
    statement = Statement(0, len(text))
    chunk = Chunk(f"feedback#{number}", question.role, question.language, "interview", "", "", text, (statement,), "", None, None, "")
    return Candidate(chunk, 0, (), (), ())


def _shown(sentence: str) -> str:
    """The sentence without its markers and emphasis: the findings themselves stand below it."""
    text = SPACE_BEFORE_STOP.sub(r"\1", " ".join(MARKERS.sub(" ", sentence).replace("**", "").split()))
    return text if text.endswith(STOPS) else f"{text}."
