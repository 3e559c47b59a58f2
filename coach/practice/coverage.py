"""Which points of a good answer an answer covers, by meaning and by word, and how near it is to the question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coach.answering.checks.wording import word_lists
from coach.index.embedding import Embedder
from coach.language import fold, function_words, stem, tokens
from coach.practice.findings import Covered, PointFinding
from coach.practice.gloss import glossed
from coach.practice.questions import PracticeQuestion, QuestionBank
from coach.practice.reading import Quote, Reading
from coach.retrieval.library import Library
from coach.types import Language

Vectors = NDArray[np.float32]

# Cosine similarity, plus WORDS for all of a point's words, from which a point counts at all and fully. Unrelated answers of the same
# length reach .22 in the middle and .34 in one of ten cases; fitted on evals/practice/.
NOTHING, FULL = 0.20, 0.44
WORDS = 0.15
PARTLY, COVERED = 0.35, 0.62
SYNONYM = 0.8
# One point takes about so many words to make; an answer of fewer words cannot make more of them.
WORDS_PER_POINT = 11
# How sure it is that an answer is one to this very question and not to another: a logistic model over how much nearer it is than all other
# questions (in standard deviations, by meaning and by word), its likeness to the bare question (its nearest piece and as a whole), and the
# mean over the points of a good answer. Fitted on evals/practice/ against the same answers given to the other questions.
UNUSUAL_MEANING, UNUSUAL_WORDS, NEAREST_PIECE, WHOLE_ANSWER, MEAN_OF_POINTS = 0.61, 0.64, 4.24, 9.44, 7.06
OFFSET: dict[Language, float] = {"en": -9.34, "es": -8.63}
# Where relevance begins and where it is full, on the scale of that model: low, as a right answer in words of its own that is told to be
# about something else does more harm than a wrong one that is marked. In Spanish less is recognised.
RELEVANT: dict[Language, tuple[float, float]] = {"en": (-5.4, -2.2), "es": (-6.0, -3.2)}
# Who makes the points speaks of the question, in whatever words; so much of them may be chance.
BY_POINTS, NOT_BY_CHANCE = 1.8, 0.1


@dataclass(frozen=True, slots=True)
class Coverage:
    """`points` in the order of the document; `share` of them that is covered and `relevance` are in [0, 1]."""

    points: tuple[PointFinding, ...]
    share: float
    relevance: float


class Matcher:
    """Compares answers with questions. The vectors of the questions are those of the index."""

    def __init__(self, bank: QuestionBank, library: Library, embedder: Embedder) -> None:
        self._bank, self._library, self._embedder = bank, library, embedder
        self._background: dict[Language, tuple[Vectors, Mapping[str, int]]] = {}
        self._counts: dict[Language, Counter[str]] = {}
        self._words: dict[Language, tuple[Sequence[Mapping[str, float]], Mapping[str, int]]] = {}
        self._groups: dict[Language, Mapping[str, frozenset[int]]] = {}

    def match(self, question: PracticeQuestion, reading: Reading) -> Coverage:
        """What `reading` covers of the points of `question`."""
        language = question.language
        pieces = reading.pieces()
        if not pieces:
            return Coverage(tuple(PointFinding(point, "missed", 0.0, None) for point in question.points), 0.0, 0.0)
        texts = [point.text for point in question.points] + [question.question, reading.text] + [piece.text for piece in pieces]
        vectors = self._embedder.embed([glossed(text, language) for text in texts])
        count = len(question.points)
        points, asked, answer, said = vectors[:count], vectors[count], vectors[count + 1], vectors[count + 2 :]
        likeness = points @ said.T
        findings = self._points(question, pieces, likeness) if count else ()
        mean = float(likeness.max(axis=1).mean()) if count else float((said @ asked).max())
        relevance = self._relevance(question, reading, answer, float((said @ asked).max()), float(answer @ asked), mean)
        most = max(1.0, reading.words / WORDS_PER_POINT)
        total = sum(finding.strength for finding in findings)
        share = min(total, most) / count if count else relevance
        return Coverage(findings, share, max(relevance, min(1.0, BY_POINTS * share - NOT_BY_CHANCE)))

    def known_share(self, reading: Reading) -> float:
        """The share of the answer's words that say something which stand in some question or good answer of its language."""
        counts = self._frequencies(reading.language)
        content = reading.content
        return sum(word in counts for word in content) / len(content) if content else 0.0

    def _points(self, question: PracticeQuestion, pieces: Sequence[Quote], likeness: Vectors) -> tuple[PointFinding, ...]:
        language = question.language
        said = [self._content(piece.text, language) for piece in pieces]
        found = []
        for row, point in zip(likeness, question.points, strict=True):
            wanted = self._content(point.text, language)
            scores = [float(value) + WORDS * self._shared(wanted, words, language) for value, words in zip(row, said, strict=True)]
            best = max(range(len(scores)), key=scores.__getitem__)
            strength = min(1.0, max(0.0, (scores[best] - NOTHING) / (FULL - NOTHING)))
            covered: Covered = "covered" if strength >= COVERED else "partly" if strength >= PARTLY else "missed"
            found.append(PointFinding(point, covered, round(strength, 3), pieces[best] if covered != "missed" else None))
        return tuple(found)

    def _shared(self, wanted: frozenset[str], said: frozenset[str], language: Language) -> float:
        """The share of the words `wanted`, rare ones counting more, that are said, themselves or by a synonym."""
        if not wanted:
            return 0.0
        groups = self._synonyms(language)
        counts = self._frequencies(language)
        meant = frozenset(group for word in said for group in groups.get(word, ()))
        weights = {word: _weight(counts[word], len(self._bank.statements(language))) for word in wanted}
        hit = sum(
            weight * (1.0 if word in said else SYNONYM if groups.get(word, frozenset()) & meant else 0.0)
            for word, weight in weights.items()
        )
        return hit / sum(weights.values())

    def _relevance(
        self, question: PracticeQuestion, reading: Reading, answer: Vectors, nearest: float, whole: float, mean_of_points: float
    ) -> float:
        """How sure it is that the answer is one to this question, in [0, 1]."""
        language = question.language
        vectors, rows = self._vectors(language)
        words, word_rows = self._bags(language)
        said = frozenset(reading.content)
        shared = np.array([sum(weight for word, weight in bag.items() if word in said) / math.sqrt(sum(bag.values())) for bag in words])
        logit = (
            OFFSET[language]
            + UNUSUAL_MEANING * _unusual(vectors @ answer, rows.get(question.id))
            + UNUSUAL_WORDS * _unusual(shared, word_rows.get(question.id))
            + NEAREST_PIECE * nearest
            + WHOLE_ANSWER * whole
            + MEAN_OF_POINTS * mean_of_points
        )
        low, high = RELEVANT[language]
        return min(1.0, max(0.0, (logit - low) / (high - low)))

    def _vectors(self, language: Language) -> tuple[Vectors, Mapping[str, int]]:
        """The vectors of the questions with their good answers, in English where they have a twin, as answers are glossed."""
        if language not in self._background:
            entries = self._bank.statements("en" if self._bank.statements("en") else language)
            vectors = self._library.vectors([candidate for _, candidate in entries])
            self._background[language] = (vectors, {question.id: row for row, (question, _) in enumerate(entries)})
        return self._background[language]

    def _bags(self, language: Language) -> tuple[Sequence[Mapping[str, float]], Mapping[str, int]]:
        """The words of each question with its good answer, with their weights."""
        if language not in self._words:
            counts = self._frequencies(language)
            entries = self._bank.statements(language)
            bags = [{word: _weight(counts[word], len(entries)) for word in self._content(one.text, language)} for _, one in entries]
            self._words[language] = (bags, {question.id: row for row, (question, _) in enumerate(entries)})
        return self._words[language]

    def _frequencies(self, language: Language) -> Counter[str]:
        if language not in self._counts:
            self._counts[language] = Counter(
                word for _, candidate in self._bank.statements(language) for word in self._content(candidate.text, language)
            )
        return self._counts[language]

    def _synonyms(self, language: Language) -> Mapping[str, frozenset[int]]:
        """The groups of words that say the same, by stem."""
        if language not in self._groups:
            groups: dict[str, set[int]] = {}
            for number, group in enumerate(word_lists()[language]["groups"]):
                for word in group:
                    parts = tokens(str(word))
                    if len(parts) == 1:
                        groups.setdefault(stem(parts[0], language), set()).add(number)
            self._groups[language] = {word: frozenset(numbers) for word, numbers in groups.items()}
        return self._groups[language]

    def _content(self, text: str, language: Language) -> frozenset[str]:
        return frozenset(_stems(tokens(text), language))


def _weight(count: int, texts: int) -> float:
    """The weight of a word that stands in `count` of so many texts."""
    return math.log(1 + texts / (1 + count))


def _unusual(values: NDArray[np.floating], row: int | None) -> float:
    """By how many standard deviations the value in `row` is above the mean of all; 0 for a question that is not among them."""
    spread = float(values.std())
    return (float(values[row]) - float(values.mean())) / spread if row is not None and spread else 0.0


def _stems(words: Iterable[str], language: Language) -> list[str]:
    small = function_words(language)
    return [stem(fold(word), language) for word in words if word not in small]
