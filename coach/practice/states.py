"""Answers that are none: empty, copied, a list of words, nonsense, another language, "I don't know"; and what is left to be marked."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from coach.answering.checks.wording import gives_orders
from coach.language import function_words, stems, tokens
from coach.practice.findings import State
from coach.practice.questions import PracticeQuestion
from coach.practice.reading import Quote, Reading, has, read
from coach.types import Language, other_language

# So many words in a row that stand in the document or the question were not found by oneself.
COPIED_RUN = 6
# A sentence of which this share stands in the question says nothing more.
ECHO = 0.8
# With less than this share left after what was copied is taken out, the answer is a copy.
LEFT = 0.5
# In running text two of five words are small ones ("the", "of"), in a list hardly any.
SMALL_WORDS_IN_LIST = 0.20
SMALL_WORDS_IN_TEXT = 0.30
IN_LIST = 0.6
LIST_ITEM_WORDS = 3
LIST_ITEMS = 4
KNOWN_IN_LIST = 0.4
SHORTEST_TEXT = 4
# Words of the other language that speak for it.
FOREIGN = 0.12
LONGEST_DONT_KNOW = 30
REPEATED = 0.3
ITEM = re.compile(r"[,;\n•|/]|(?:^|\s)[-*]\s|\.\s")


@dataclass(frozen=True, slots=True)
class Judged:
    """The state of an answer, and what is left to be marked: without copied words, and without orders to whoever marks (`has_orders`)."""

    state: State
    left: Reading
    has_orders: bool = False


def judge(question: PracticeQuestion, others: Sequence[PracticeQuestion], answer: str, known_share: float) -> Judged:
    """The state of `answer` as far as its form shows it ("off_topic" is for the scorer to tell).

    `others` are the questions of the role, whose good answers can be copied too; `known_share` is the share of the answer's content words
    that our documents know.
    """
    language = question.language
    whole = read(answer, language)
    words = [token for sentence in whole.sentences for token in tokens(sentence.text)]
    if not any(char.isalnum() for char in answer):
        return Judged("empty", whole)
    state = _form(words, answer, known_share, language)
    if state != "ok":
        return Judged(state, whole)
    left, copied = _without_copied(whole, question, others)
    if copied and left.words < LEFT * whole.words:
        return Judged(copied, left)
    ours = read(answer, language, [one for one in left.sentences if not gives_orders(one.text)])
    if not ours.sentences:
        return Judged("off_topic", ours)
    if ours.words <= LONGEST_DONT_KNOW and any(has(one, language, "dont_know") for one in ours.sentences):
        return Judged("dont_know", ours)
    return Judged("ok", ours, has_orders=len(ours.sentences) < len(left.sentences))


def _form(words: Sequence[str], answer: str, known_share: float, language: Language) -> State:
    if _is_foreign(words, language):
        return "other_language"
    small = sum(word in function_words(language) for word in words) / len(words)
    listed = _share_in_list(answer, language)
    if len(words) >= SHORTEST_TEXT and (small < SMALL_WORDS_IN_LIST or (listed > IN_LIST and small < SMALL_WORDS_IN_TEXT)):
        return "keywords" if known_share >= KNOWN_IN_LIST else "nonsense"
    if len(words) >= 12 and len(set(words)) < REPEATED * min(len(words), 100):
        return "nonsense"
    if len(words) < SHORTEST_TEXT and not small and known_share < KNOWN_IN_LIST:
        return "nonsense"
    return "ok"


def _is_foreign(words: Sequence[str], language: Language) -> bool:
    """Whether the small words are those of the other language."""
    own, other = function_words(language), function_words(other_language(language))
    ours = sum(word in own and word not in other for word in words)
    theirs = sum(word in other and word not in own for word in words)
    return theirs > ours and theirs >= FOREIGN * len(words) and theirs >= 2


def _share_in_list(answer: str, language: Language) -> float:
    """The share of words in runs of at least LIST_ITEMS pieces of at most LIST_ITEM_WORDS words between commas or lines."""
    small = function_words(language)
    pieces = [tokens(piece) for piece in ITEM.split(answer)]
    pieces = [piece for piece in pieces if piece]
    inside = run = run_words = 0
    for piece in [*pieces, ["x"] * 99]:
        if len(piece) <= LIST_ITEM_WORDS + sum(word in small for word in piece[:1]):
            run, run_words = run + 1, run_words + len(piece)
            continue
        inside += run_words if run >= LIST_ITEMS else 0
        run = run_words = 0
    return inside / max(1, sum(map(len, pieces)))


def _without_copied(reading: Reading, question: PracticeQuestion, others: Sequence[PracticeQuestion]) -> tuple[Reading, State | None]:
    """The sentences without those that are mostly copied, and what they were copied from."""
    asked = tokens(question.question)
    models = [tokens(other.model.text) for other in (question, *others) if other.model]
    kept: list[Quote] = []
    taken: Counter[State] = Counter()
    for sentence in reading.sentences:
        words = tokens(sentence.text)
        from_question = max(_copied(words, [asked]), _echoed(sentence.text, question.question, reading.language))
        from_model = _copied(words, models)
        if max(from_question, from_model) > LEFT * len(words):
            taken["copied_question" if from_question >= from_model else "copied_model"] += len(words)
        else:
            kept.append(sentence)
    return read(reading.text, reading.language, kept), (taken.most_common(1)[0][0] if taken else None)


def _echoed(said: str, asked: str, language: Language) -> int:
    """How many words of `said` stand in the question, whatever their endings; 0 where they are not nearly all of them."""
    words, known = stems(said, language), set(stems(asked, language))
    held = sum(word in known for word in words)
    return len(words) if held >= ECHO * len(words) else 0


def _copied(words: Sequence[str], sources: Sequence[Sequence[str]]) -> int:
    """How many of `words` stand in runs of COPIED_RUN or more (or all of a shorter source) that are in one of `sources`."""
    best = 0
    for source in sources:
        length = min(COPIED_RUN, len(source))
        runs = {tuple(source[at : at + length]) for at in range(len(source) - length + 1)}
        marked: set[int] = set()
        for at in range(len(words) - length + 1):
            if tuple(words[at : at + length]) in runs:
                marked.update(range(at, at + length))
        best = max(best, len(marked))
    return best
