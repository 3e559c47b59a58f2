"""How dense and lexical scores become one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.retrieval.fusion import DENSE_WEIGHT, DENSE_WEIGHT_OF_NAMES, fuse, unit_range
from coach.types import LANGUAGES, Language

PAIRS = [(question, passages) for question in LANGUAGES for passages in LANGUAGES]
SCORES = st.lists(st.floats(-1e3, 1e3, width=32), min_size=1, max_size=20)


@given(SCORES)
def test_the_unit_range_keeps_the_order(scores: list[float]) -> None:
    given_scores = np.array(scores, dtype=np.float32)
    scaled = unit_range(given_scores)
    assert scaled.min() >= 0
    assert scaled.max() <= 1
    assert (np.diff(scaled[np.argsort(given_scores, kind="stable")]) >= -1e-6).all()


def test_equal_scores_say_nothing_and_none_stay_none() -> None:
    assert unit_range(np.full(3, 7, dtype=np.float32)).tolist() == [0, 0, 0]
    assert unit_range(np.array([], dtype=np.float32)).shape == (0,)


@given(SCORES, st.sampled_from(PAIRS))
def test_fused_scores_are_shares(scores: list[float], pair: tuple[Language, Language]) -> None:
    dense = np.array(scores, dtype=np.float32)
    fused = fuse(dense, dense[::-1].copy(), *pair)
    assert fused.shape == dense.shape
    assert ((fused >= 0) & (fused <= 1 + 1e-6)).all()


def test_words_count_more_where_the_model_knows_the_language_less() -> None:
    """MiniLM finds half as much in Spanish as in English, BM25 as much."""
    dense, lexical = np.array([1, 0], dtype=np.float32), np.array([0, 1], dtype=np.float32)
    assert fuse(dense, lexical, "es", "es")[0] < fuse(dense, lexical, "en", "en")[0]
    assert fuse(dense, lexical, "es", "es").argmax() == 1


@pytest.mark.parametrize("weights", [DENSE_WEIGHT, DENSE_WEIGHT_OF_NAMES])
def test_every_pair_of_languages_has_a_weight(weights: dict[tuple[Language, Language], float]) -> None:
    assert set(weights) == set(PAIRS)
    assert all(0 < weight < 1 for weight in weights.values())
