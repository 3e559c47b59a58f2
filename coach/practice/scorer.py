"""Marks an answer to a practice question, at once and without a language model."""

from __future__ import annotations

from dataclasses import dataclass

from coach.practice.advice import Found, advice_on
from coach.practice.coverage import Coverage, Matcher
from coach.practice.evidence import Evidence, evidence_of
from coach.practice.findings import Feedback, Mark, State
from coach.practice.questions import PracticeQuestion, QuestionBank
from coach.practice.reading import Reading, read
from coach.practice.rubric import rubric
from coach.practice.states import judge
from coach.practice.structure import parts_of
from coach.practice.texts import practice_texts

# People speak some 140 words a minute in both languages.
WORDS_A_MINUTE = 140
# From so many words on an answer is not too short, and up to so many not too long.
SHORTEST, GOOD, LONGEST, FAR_TOO_LONG = 12, 90, 280, 420
SHORT_MARK, LONG_MARK = 0.1, 0.3
# One filler or doubt is nothing; further ones cost so much of the mark each, by a hundred words.
BEARABLE = 1
FILLER_COST, HEDGE_COST = 0.12, 0.08
# An answer of which it is no surer than this that it is one to the question is about something else.
OFF_TOPIC = 0.1
# Among fillers and doubts structure and facts are hard to make out: so much of them is lost for each in a hundred words.
UNCLEAR, MOST_UNCLEAR = 0.06, 0.5
# Of a few words it cannot be told what they are about: "I would reset it" leaves the subject to the question.
LONG_ENOUGH_TO_TELL = 25
# For what hardly touches the question, a story of figures and names is worth little; from here on it counts in full.
ON_TOPIC = 0.75
# With half of the points an explanation can be middling; the whole mark is for nearly all of them.
ALL_POINTS = 0.8


@dataclass(frozen=True, slots=True)
class Scorer:
    """Marks answers. It may be used from several threads."""

    bank: QuestionBank
    matcher: Matcher

    def score(self, question: PracticeQuestion, answer: str) -> Feedback:
        """The feedback on `answer`. The same answer always gets the same feedback, and nothing that it demands changes it."""
        language = question.language
        whole = read(answer, language)
        others = self.bank.questions(question.role, language)
        judged = judge(question, others, answer, self.matcher.known_share(whole))
        state, left = judged.state, judged.left
        covered = self.matcher.match(question, left if state in ("ok", "keywords") else read("", language))
        if state == "ok" and covered.relevance < OFF_TOPIC and (judged.has_orders or left.words >= LONG_ENOUGH_TO_TELL):
            state = "off_topic"
        parts, structure = parts_of(left, question.kind)
        evidence = evidence_of(left, question.kind)
        marks = self._marks(question, left, covered, structure, evidence, state)
        values = {mark.criterion: mark.value for mark in marks}
        found = Found(question, left, state, values, parts, covered.points, evidence)
        return Feedback(
            question=question,
            answer=answer,
            state=state,
            score=rubric(language).total(values, question.kind, state),
            marks=marks,
            parts=parts,
            points=covered.points,
            numbers=evidence.numbers,
            fillers=tuple(left.found("fillers")),
            hedges=tuple(left.found("hedges")),
            words=whole.words,
            seconds=round(whole.words / WORDS_A_MINUTE * 60),
            own=evidence.own_count,
            we=evidence.we_count,
            remark="" if state == "ok" else practice_texts(language).states[state],
            advice=advice_on(found),
            by_criterion=values,
        )

    def _marks(
        self, question: PracticeQuestion, left: Reading, covered: Coverage, structure: float, evidence: Evidence, state: State
    ) -> tuple[Mark, ...]:
        on_topic = min(1.0, covered.relevance / ON_TOPIC)
        clear = 1 - min(MOST_UNCLEAR, UNCLEAR * _noise(left))
        values = {
            "points": min(1.0, covered.share / ALL_POINTS) * (0.5 + 0.5 * on_topic),
            "structure": structure * on_topic * clear,
            "evidence": evidence.mark * on_topic * clear,
            "relevance": covered.relevance,
            "own": evidence.own * on_topic,
            "delivery": _delivery(left) * on_topic,
        }
        if state not in ("ok", "keywords", "off_topic"):
            values = dict.fromkeys(values, 0.0)
        return tuple(
            Mark(one.id, one.name, round(values[one.id], 3), one.weights[question.kind], one.level(values[one.id]))
            for one in rubric(question.language).criteria
        )


def _noise(reading: Reading) -> float:
    """Fillers and doubts in a hundred words, beyond the bearable ones."""
    return max(0, len(reading.found("fillers")) + len(reading.found("hedges")) - 2 * BEARABLE) * 100 / max(reading.words, 50)


def _delivery(reading: Reading) -> float:
    words = reading.words
    if words < SHORTEST:
        length = 0.0
    elif words < GOOD:
        length = SHORT_MARK + (1 - SHORT_MARK) * (words - SHORTEST) / (GOOD - SHORTEST)
    elif words <= LONGEST:
        length = 1.0
    else:
        length = max(LONG_MARK, 1 - (1 - LONG_MARK) * (words - LONGEST) / (FAR_TOO_LONG - LONGEST))
    share = 100 / max(words, 50)
    fillers = max(0, len(reading.found("fillers")) - BEARABLE) * share
    hedges = max(0, len(reading.found("hedges")) - BEARABLE) * share
    return max(0.0, length - FILLER_COST * fillers - HEDGE_COST * hedges)
