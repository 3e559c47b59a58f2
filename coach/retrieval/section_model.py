"""Which section a question is about, learnt from the example questions in `knowledge/questions/`.

Word lists find what a question names ("salary"); people also ask for pay with "what would they offer me". A linear model over
stems, pairs of stems and runs of letters tells such questions apart. Roles, places, levels and numbers stand as one word each, so that it
learns how people ask and not about what. It is trained once for each set of examples and kept as plain arrays beside the index.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

from coach.errors import DocumentError
from coach.language import fold, stem, tokens
from coach.retrieval.words import Word
from coach.types import LANGUAGES, Language

OFF_TOPIC, SPECIFIC = "offtopic", "specific"
"""Classes beside the sections: what is not ours, and what asks for a subject that must be looked up word by word."""
FORMAT = 1
SLOTS = {"role": "xxrole", "place": "xxplace", "level": "xxlevel", "tool": "xxtool", "topic": "xxtopic"}
SLOT = re.compile(r"\{(\w+)\}")
NUMBER = "xxnumber"
LETTERS = (3, 5)
LEAST_USES = 2
# Of the regularisation of scikit-learn's LogisticRegression; found by cross-validation over the examples.
STRENGTH = 6.0


@dataclass(frozen=True, slots=True)
class _Linear:
    """A linear model of one language: `weights` has shape (features, classes)."""

    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, words: Sequence[str]) -> NDArray[np.float32]:
        counts = Counter(feature for feature in _features(words) if feature in self.vocabulary)
        if not counts:
            scores = self.bias
        else:
            at = np.array([self.vocabulary[feature] for feature in counts])
            values = np.array([1 + math.log(count) for count in counts.values()], dtype=np.float32) * self.idf[at]
            scores = (values / np.linalg.norm(values)) @ self.weights[at] + self.bias
        exponents = np.exp(scores - scores.max())
        return np.asarray(exponents / exponents.sum(), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class SectionModel:
    """Tells how likely a question is about each class."""

    classes: tuple[str, ...]
    _models: Mapping[Language, _Linear]

    def probabilities(self, words: Sequence[Word], language: Language) -> dict[str, float]:
        """How likely the question is about each section, `SPECIFIC` or `OFF_TOPIC`, the likeliest first; nothing without examples."""
        if not self.classes:
            return {}
        found = self._models[language].probabilities([_word(word) for word in _collapsed(words)])
        return {self.classes[at]: float(found[at]) for at in np.argsort(-found, kind="stable")}

    @classmethod
    def open(cls, knowledge: Path, cache: Path) -> SectionModel:
        """The model of the examples in the folder `knowledge`, from the folder `cache` if it was trained before.

        Without examples there is a model that knows nothing. Raises DocumentError where a file of examples is wrong.
        """
        files = sorted((knowledge / "questions").glob("*.yaml"))
        if not files:
            return cls((), {})
        digest = hashlib.sha256(b"".join([f"{FORMAT}".encode(), *(path.name.encode() + path.read_bytes() for path in files)])).hexdigest()
        kept = cache / f"sections-{digest[:16]}.npz"
        try:
            return cls._load(kept)
        except (OSError, ValueError, KeyError):
            pass
        model = cls.train({path.stem: _examples(path) for path in files})
        try:
            cache.mkdir(parents=True, exist_ok=True)
            for old in cache.glob("sections-*.npz"):
                old.unlink()
            model._save(kept)
        except OSError:
            # Where nothing can be written, it is trained again at the next start.
            pass
        return model

    @classmethod
    def train(cls, examples: Mapping[str, Mapping[Language, Sequence[str]]]) -> SectionModel:
        """A model of the examples: by class and language, questions with slots like {role}."""
        classes = tuple(sorted(examples))
        models = {}
        for language in LANGUAGES:
            texts = [(question, name) for name in classes for question in examples[name][language]]
            models[language] = _trained([_words_of(question, language) for question, _ in texts], [name for _, name in texts], classes)
        return cls(classes, models)

    def _save(self, path: Path) -> None:
        arrays: dict[str, Any] = {"classes": np.array(self.classes)}
        for language, model in self._models.items():
            ordered = sorted(model.vocabulary, key=lambda feature: model.vocabulary[feature])
            arrays[f"{language}-vocabulary"] = np.frombuffer(json.dumps(ordered).encode(), dtype=np.uint8)
            arrays |= {
                f"{language}-idf": model.idf,
                f"{language}-weights": model.weights.astype(np.float16),
                f"{language}-bias": model.bias,
            }
        beside = path.with_suffix(".part.npz")
        np.savez_compressed(beside, **arrays)
        beside.replace(path)

    @classmethod
    def _load(cls, path: Path) -> SectionModel:
        with np.load(path, allow_pickle=False) as arrays:
            models: dict[Language, _Linear] = {}
            for language in LANGUAGES:
                ordered = json.loads(arrays[f"{language}-vocabulary"].tobytes())
                vocabulary = {feature: at for at, feature in enumerate(ordered)}
                weights = arrays[f"{language}-weights"].astype(np.float32)
                models[language] = _Linear(vocabulary, arrays[f"{language}-idf"], weights, arrays[f"{language}-bias"])
            return cls(tuple(str(name) for name in arrays["classes"]), models)


def _examples(path: Path) -> dict[Language, list[str]]:
    try:
        listed = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        return {language: [str(question) for question in listed[language]] for language in LANGUAGES}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, KeyError, TypeError) as error:
        raise DocumentError(
            str(path), None, f"is no list of questions in both languages ({type(error).__name__})", "write en: [...] and es: [...]"
        ) from error


def _words_of(question: str, language: Language) -> list[str]:
    return [token if token in SLOTS.values() else _plain(token, language) for token in tokens(SLOT.sub(_slot, question))]


def _slot(match: re.Match[str]) -> str:
    return SLOTS.get(match[1], match[1])


def _plain(token: str, language: Language) -> str:
    return NUMBER if token.isdigit() else stem(token, language)


def _word(word: Word) -> str:
    return SLOTS[word.taken] if word.taken in SLOTS else NUMBER if word.token.isdigit() else word.stem


def _collapsed(words: Sequence[Word]) -> Iterable[Word]:
    """The words, of those that together name one role, place or level the first one only."""
    before = ""
    for word in words:
        if word.taken not in SLOTS or word.taken != before:
            yield word
        before = word.taken


def _features(words: Sequence[str]) -> Iterable[str]:
    yield from words
    for one, other in pairwise(words):
        yield f"{one} {other}"
    for word in words:
        if word.startswith("xx"):
            continue
        framed = f"<{fold(word)}>"
        for size in range(LETTERS[0], LETTERS[1] + 1):
            yield from (f"#{framed[at : at + size]}" for at in range(len(framed) - size + 1))


def _trained(questions: Sequence[Sequence[str]], labels: Sequence[str], classes: Sequence[str]) -> _Linear:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    counted = [Counter(_features(words)) for words in questions]
    uses = Counter(feature for counts in counted for feature in counts)
    vocabulary = {feature: at for at, feature in enumerate(sorted(feature for feature, count in uses.items() if count >= LEAST_USES))}
    idf = np.zeros(len(vocabulary), dtype=np.float32)
    for feature, at in vocabulary.items():
        idf[at] = math.log((1 + len(counted)) / (1 + uses[feature])) + 1
    rows, columns, values = [], [], []
    for row, counts in enumerate(counted):
        known = {vocabulary[feature]: 1 + math.log(count) for feature, count in counts.items() if feature in vocabulary}
        length = math.sqrt(sum((value * idf[at]) ** 2 for at, value in known.items())) or 1.0
        for at, value in known.items():
            rows.append(row)
            columns.append(at)
            values.append(value * idf[at] / length)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(counted), len(vocabulary)), dtype=np.float32)
    fitted = LogisticRegression(C=STRENGTH, max_iter=300).fit(matrix, [classes.index(label) for label in labels])
    return _Linear(vocabulary, idf, fitted.coef_.T.astype(np.float32), fitted.intercept_.astype(np.float32))
