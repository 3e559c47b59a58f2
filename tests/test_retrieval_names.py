"""Names of roles, ranked for a name."""

from __future__ import annotations

import numpy as np
import pytest

from coach.retrieval.names import NameMatcher, fuse_names
from coach.types import Language

NAMES: dict[Language, list[str]] = {
    "en": ["back-end developer", "data analyst", "database administrator", "school teacher"],
    "es": ["programador de servidor", "analista de datos", "administradora de bases de datos", "maestra de escuela"],
}


@pytest.mark.parametrize(
    ("language", "name", "best"),
    [
        ("en", "backend developers", 0),
        ("en", "analyst, data", 1),
        ("en", "databse adminstrator", 2),
        ("en", "teaching at a school", 3),
        ("es", "Programadora de servidores", 0),
        ("es", "ANALISTAS DE DATOS", 1),
        ("es", "administrador base datos", 2),
        ("es", "maestro escolar", 3),
    ],
)
def test_endings_order_and_slips_are_forgiven(language: Language, name: str, best: int) -> None:
    similarities = NameMatcher.of(NAMES[language], language).similarities([name])
    assert similarities.shape == (1, 4)
    assert int(similarities[0].argmax()) == best


def test_the_same_name_is_fully_alike_and_a_strange_one_is_not() -> None:
    same, strange = NameMatcher.of(NAMES["en"], "en").similarities(["Data Analyst", "zzz"])
    assert same.max() == pytest.approx(1, abs=1e-5)
    assert strange.max() == 0


def test_both_parts_count() -> None:
    dense, lexical = np.array([0.9, 0.1], dtype=np.float32), np.array([0.1, 0.9], dtype=np.float32)
    assert fuse_names(dense, lexical, "en", "en").argmax() == 0
    assert fuse_names(dense, lexical, "es", "es").argmax() == 1
