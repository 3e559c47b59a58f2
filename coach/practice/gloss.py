"""Spanish in English words, for an embedding model that knows little Spanish.

A gloss is no translation that anybody reads: it is the words that say something, one by one, so that the meaning of what was said can be
compared. Over the points of good answers this tells the right ones from others nearly as well as in English (area under the ROC curve
.60 without, .77 with, .81 in English). `python -m coach.practice.gloss knowledge` learns the words of the documents anew.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import yaml

from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.language import fold, function_words, stem, tokens
from coach.types import Language, Role

FILE = Path(__file__).with_name("gloss.yaml")
ROUNDS = 12
SURE, SURE_OF_ONE = 0.15, 0.5


def glossed(text: str, language: Language) -> str:
    """`text` itself in English; in Spanish its words in English, with those that are not known left as they are."""
    if language == "en":
        return text
    small, known = function_words("es"), _known()
    words = [token for token in tokens(text) if token not in small]
    return " ".join(known.get(stem(word, "es"), word) for word in words) or text


@cache
def _known() -> Mapping[str, str]:
    loaded: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    by_hand = {stem(fold(word), "es"): english for english, spanish in loaded["by_hand"].items() for word in spanish.split()}
    return {**loaded["learned"], **by_hand}


def learn(twins: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The English word for each Spanish stem, from texts that say the same in both languages (English first).

    IBM model 1: Brown et al., The Mathematics of Statistical Machine Translation, 1993.
    """
    pairs = [(_words(english, "en"), _words(spanish, "es")) for english, spanish in twins]
    surfaces = Counter((stem(word, "en"), word) for english, _ in pairs for word in english)
    spoken = {form: word for (form, word), _ in sorted(surfaces.items(), key=lambda item: item[1])}
    texts = [([stem(word, "en") for word in english], [stem(word, "es") for word in spanish]) for english, spanish in pairs]
    texts = [(english, spanish) for english, spanish in texts if english and spanish]
    english_ids = {form: number for number, form in enumerate(sorted(spoken))}
    counts = Counter(form for _, spanish in texts for form in spanish)
    spanish_ids = {form: number for number, form in enumerate(sorted(counts))}
    rows, groups, group = [], [], 0
    for english, spanish in texts:
        for form in english:
            rows += [spanish_ids[other] * len(english_ids) + english_ids[form] for other in spanish]
            groups += [group] * len(spanish)
            group += 1
    keys, place = np.unique(np.array(rows, dtype=np.int64), return_inverse=True)
    owner = keys // len(english_ids)
    chance = np.ones(len(keys))
    for _ in range(ROUNDS):
        weight = chance[place]
        weight /= np.bincount(groups, weight, group)[groups]
        expected = np.bincount(place, weight, len(keys))
        chance = expected / np.bincount(owner, expected, len(spanish_ids))[owner]
    english_forms, spanish_forms = sorted(english_ids), sorted(spanish_ids)
    best: dict[str, tuple[float, str]] = {}
    for key, value in zip(keys, chance, strict=True):
        form = spanish_forms[int(key) // len(english_ids)]
        best[form] = max(best.get(form, (0.0, "")), (float(value), english_forms[int(key) % len(english_ids)]))
    return {form: spoken[word] for form, (value, word) in best.items() if value > (SURE if counts[form] > 1 else SURE_OF_ONE)}


def learned_from(roles: Iterable[Role]) -> dict[str, str]:
    """What the documents of `roles` teach, by Spanish stem: the statements of a section say the same in both languages, in one order."""
    twins: list[tuple[str, str]] = []
    for role in roles:
        sections = {(section.language, section.id): section for section in role.sections}
        for (language, name), english in sections.items():
            spanish = sections.get(("es", name)) if language == "en" else None
            if spanish and len(spanish.statements) == len(english.statements):
                pairs = zip(english.statements, spanish.statements, strict=True)
                twins += [(one.within(english.text), other.within(spanish.text)) for one, other in pairs]
    return {form: word for form, word in sorted(learn(twins).items()) if form.isalpha() and form != word}


def main(knowledge: Path) -> None:
    """Writes what the documents in the folder `knowledge` teach into the file, below the words that were put there by hand."""
    by_hand = FILE.read_text(encoding="utf-8").partition("learned:\n")[0]
    learned = learned_from(read_roles(knowledge, load_catalogue(knowledge)))
    FILE.write_text(by_hand + yaml.safe_dump({"learned": learned}, allow_unicode=True, width=200), encoding="utf-8")


def _words(text: str, language: Language) -> list[str]:
    small = function_words(language)
    return [token for token in tokens(text) if token not in small and not token.isdigit()]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
