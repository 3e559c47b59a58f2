"""Which section a question is about, learnt from the example questions in `knowledge/questions/`.

Word lists find what a question names ("salary"); people also ask for pay with "what would they offer me". A linear model over
stems, pairs of stems, runs of letters and the meaning of the whole question tells such questions apart: ridge regression on
the classes, solved in its dual form (there are fewer examples than features), its scores turned into probabilities. Roles,
places, levels and numbers stand as one word each among the stems, so that it learns how people ask and not about what.

The model of the shipped examples is shipped too; one of other examples, or for another embedding model, is trained at the
first start and kept in the data folder. `python -m coach.retrieval.section_model knowledge` renews the shipped one.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import sys
import zlib
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
from coach.index.embedding import Embedder
from coach.language import fold, stem, tokens
from coach.retrieval.words import Word
from coach.types import LANGUAGES, Language

OFF_TOPIC, SPECIFIC = "offtopic", "specific"
"""Classes beside the sections: what is not ours, and what asks for a subject that must be looked up word by word."""
Examples = Mapping[str, Mapping[Language, Sequence[str]]]
FORMAT = 1
MODEL = "model.npz"
SLOTS = {"role": "xxrole", "place": "xxplace", "level": "xxlevel", "tool": "xxtool", "topic": "xxtopic"}
SLOT = re.compile(r"\{(\w+)\}")
# What stands in the slots where the whole question is embedded: roles of many kinds, so that none of them is learnt.
FILLED: Mapping[Language, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "role": ("backend developer", "data analyst", "UX designer", "network engineer", "product manager", "QA engineer", "DBA", "nurse"),
        "place": ("Spain", "Germany", "the US"),
        "level": ("junior", "senior"),
        "tool": ("SQL", "Docker", "Figma"),
        "topic": ("databases", "testing", "security"),
    },
    "es": {
        "role": (
            "desarrollador backend",
            "analista de datos",
            "diseñadora UX",
            "ingeniero de redes",
            "product manager",
            "QA",
            "DBA",
            "enfermera",
        ),
        "place": ("España", "Alemania", "México"),
        "level": ("júnior", "sénior"),
        "tool": ("SQL", "Docker", "Figma"),
        "topic": ("bases de datos", "pruebas", "seguridad"),
    },
}
NUMBER = "xxnumber"
LETTERS = (3, 5)
LEAST_USES = 2
# Ridge penalty, and the weight of the meaning beside the words; found by cross-validation over the examples.
PENALTY, MEANING = 1.0, 1.0
SHARPNESSES = (4.0, 6.0, 8.0, 10.0, 12.0, 15.0)


@dataclass(frozen=True, slots=True)
class _Linear:
    """A linear model of one language: `words` has shape (features, classes), `meaning` (dimension, classes), `bias` (classes,)."""

    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    words: NDArray[np.float32]
    meaning: NDArray[np.float32]
    bias: NDArray[np.float32]
    sharpness: float

    def probabilities(self, words: Sequence[str], vector: NDArray[np.float32] | None) -> NDArray[np.float32]:
        scores = self.bias.copy()
        weighed = _weighed(Counter(_features(words)), self.vocabulary, self.idf)
        if weighed:
            at = np.fromiter(weighed, dtype=np.intp)
            scores += np.fromiter(weighed.values(), dtype=np.float32) @ self.words[at]
        if vector is not None:
            scores += vector @ self.meaning
        return _probabilities(scores, self.sharpness)


@dataclass(frozen=True, slots=True)
class SectionModel:
    """Tells how likely a question is about each class."""

    classes: tuple[str, ...]
    _models: Mapping[Language, _Linear]

    def probabilities(self, words: Sequence[Word], language: Language, vector: NDArray[np.float32] | None) -> dict[str, float]:
        """How likely the question is about each section, `SPECIFIC` or `OFF_TOPIC`, the likeliest first; nothing without examples.

        `vector` is the embedding of the question, shape (d,); without it the words alone speak.
        """
        if not self.classes:
            return {}
        found = self._models[language].probabilities([_word(word) for word in _collapsed(words)], vector)
        return {self.classes[at]: float(found[at]) for at in np.argsort(-found, kind="stable")}

    @classmethod
    def open(cls, knowledge: Path, cache: Path, embedder: Embedder) -> SectionModel:
        """The model of the examples in the folder `knowledge`: the one shipped with them, else one from the folder `cache`, else a new one.

        Without examples there is a model that knows nothing. Raises DocumentError where a file of examples is wrong.
        """
        folder = knowledge / "questions"
        files = sorted(folder.glob("*.yaml"))
        if not files:
            return cls((), {})
        digest = digest_of(files, embedder)
        kept = cache / f"sections-{digest[:16]}.npz"
        for path in (folder / MODEL, kept):
            try:
                return cls._load(path, digest)
            except (OSError, ValueError, KeyError):
                continue
        model = cls.train(read_examples(files), embedder)
        try:
            cache.mkdir(parents=True, exist_ok=True)
            for old in cache.glob("sections-*.npz"):
                old.unlink()
            model.save(kept, digest)
        except OSError:
            # Where nothing can be written, it is trained again at the next start.
            pass
        return model

    @classmethod
    def train(cls, examples: Examples, embedder: Embedder) -> SectionModel:
        """A model of the examples: by class and language, questions with slots like {role}."""
        classes = tuple(sorted(examples))
        models = {}
        for language in LANGUAGES:
            texts = [(question, name) for name in classes for question in examples[name][language]]
            vectors = embedder.embed([_filled(question, language) for question, _ in texts])
            words = [_words_of(question, language) for question, _ in texts]
            models[language] = _trained(words, vectors, np.array([classes.index(name) for _, name in texts]), len(classes))
        return cls(classes, models)

    def save(self, path: Path, digest: str) -> None:
        """Writes the model to `path` as plain arrays, with the digest of what it was made of."""
        arrays: dict[str, Any] = {"classes": np.array(self.classes), "digest": np.array(digest)}
        for language, model in self._models.items():
            ordered = sorted(model.vocabulary, key=lambda feature: model.vocabulary[feature])
            arrays |= {
                f"{language}-vocabulary": np.frombuffer(json.dumps(ordered).encode(), dtype=np.uint8),
                f"{language}-idf": model.idf.astype(np.float16),
                f"{language}-words": model.words.astype(np.float16),
                f"{language}-meaning": model.meaning.astype(np.float16),
                f"{language}-bias": model.bias,
                f"{language}-sharpness": np.array(model.sharpness),
            }
        beside = path.with_suffix(".part.npz")
        np.savez_compressed(beside, **arrays)
        beside.replace(path)

    @classmethod
    def _load(cls, path: Path, digest: str) -> SectionModel:
        with np.load(path, allow_pickle=False) as arrays:
            if str(arrays["digest"]) != digest:
                raise ValueError(f"{path} was made of other examples")
            models: dict[Language, _Linear] = {}
            for language in LANGUAGES:
                vocabulary = {feature: at for at, feature in enumerate(json.loads(arrays[f"{language}-vocabulary"].tobytes()))}
                idf, words, meaning = (arrays[f"{language}-{part}"].astype(np.float32) for part in ("idf", "words", "meaning"))
                sharpness = float(arrays[f"{language}-sharpness"])
                models[language] = _Linear(vocabulary, idf, words, meaning, arrays[f"{language}-bias"], sharpness)
            return cls(tuple(str(name) for name in arrays["classes"]), models)


def digest_of(files: Sequence[Path], embedder: Embedder) -> str:
    """The key of a model: SHA-256 over its examples, its embedding model and the form of its features."""
    parts = [f"{FORMAT} {embedder.fingerprint}".encode(), *(path.name.encode() + path.read_bytes() for path in files)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def read_examples(files: Sequence[Path]) -> Examples:
    """The example questions by class and language. Raises DocumentError where a file is wrong."""
    return {path.stem: _examples(path) for path in files}


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


def _filled(question: str, language: Language) -> str:
    """The question with its slots filled, the same way at each training."""
    chosen = zlib.crc32(question.encode())
    return SLOT.sub(lambda slot: FILLED[language][slot[1]][chosen % len(FILLED[language][slot[1]])], question)


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


def _weighed(counts: Mapping[str, int], vocabulary: Mapping[str, int], idf: NDArray[np.float32]) -> dict[int, float]:
    """The features of one question by their place in the vocabulary, weighed by rarity, as a vector of length 1."""
    known = {
        vocabulary[feature]: (1 + math.log(count)) * float(idf[vocabulary[feature]])
        for feature, count in counts.items()
        if feature in vocabulary
    }
    length = math.sqrt(sum(value * value for value in known.values()))
    return {at: value / length for at, value in known.items()}


def _probabilities(scores: NDArray[np.float32], sharpness: float) -> NDArray[np.float32]:
    exponents = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(exponents / exponents.sum(axis=-1, keepdims=True), dtype=np.float32)


def _trained(questions: Sequence[Sequence[str]], vectors: NDArray[np.float32], labels: NDArray[np.intp], classes: int) -> _Linear:
    from scipy.sparse import csr_matrix

    counted = [Counter(_features(words)) for words in questions]
    uses = Counter(feature for counts in counted for feature in counts)
    vocabulary = {feature: at for at, feature in enumerate(sorted(feature for feature, count in uses.items() if count >= LEAST_USES))}
    idf = np.array([math.log((1 + len(counted)) / (1 + uses[feature])) + 1 for feature in vocabulary], dtype=np.float32)
    weighed = [_weighed(counts, vocabulary, idf) for counts in counted]
    cells = [(row, at, value) for row, found in enumerate(weighed) for at, value in found.items()]
    rows, columns, values = zip(*cells, strict=True)
    matrix = csr_matrix((values, (rows, columns)), shape=(len(counted), len(vocabulary)), dtype=np.float64)
    kernel = (matrix @ matrix.T).toarray() + MEANING * vectors @ vectors.T
    bias = np.bincount(labels, minlength=classes) / len(labels)
    inverse = np.linalg.inv(kernel + PENALTY * np.eye(len(labels)))
    targets = np.eye(classes)[labels] - bias
    dual = inverse @ targets
    # What each example would be given by a model trained without it (leave-one-out of ridge regression, in closed form).
    unseen = targets - dual / np.diag(inverse)[:, None] + bias
    found = np.arange(len(labels)), labels
    sharpness = max(SHARPNESSES, key=lambda one: float(np.log(_probabilities(unseen.astype(np.float32), one)[found] + 1e-9).sum()))
    words = np.asarray((matrix.T @ dual), dtype=np.float32)
    return _Linear(vocabulary, idf, words, (MEANING * vectors.T @ dual).astype(np.float32), bias.astype(np.float32), sharpness)


def main(knowledge: Path) -> None:
    """Trains the model of the examples in the folder `knowledge` and writes it beside them."""
    from coach.index.embedding import SentenceTransformerEmbedder

    embedder = SentenceTransformerEmbedder.open(None, None)
    files = sorted((knowledge / "questions").glob("*.yaml"))
    SectionModel.train(read_examples(files), embedder).save(knowledge / "questions" / MODEL, digest_of(files, embedder))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
