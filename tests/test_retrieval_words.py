"""Words of a question: found as phrases by their stems, marked as used, small slips forgiven."""

from __future__ import annotations

import pytest

from coach.retrieval.words import Phrases, Words, allowed_slips, nearest


def test_words_know_what_stands_before_them_and_who_took_them() -> None:
    words = Words.of("Should I learn machine learning?", "en")
    assert [(word.token, word.before) for word in words.all][1:3] == [("i", "should"), ("learn", "i")]
    words.take_tokens(["machine", "learning"], "topic")
    words.take(3, 1, "role")
    assert [word.token for word in words.free()] == ["should", "i", "learn"]
    assert words.all[3].taken == "topic", "the first to take a word keeps it"


@pytest.fixture
def phrases() -> Phrases[str]:
    listed = [("career path", "path"), ("path", "road"), ("salary", "pay"), ("the interviews", "talk"), ("tool", "tools")]
    return Phrases("en", listed)


def found(phrases: Phrases[str], text: str, fuzzy: bool = True) -> list[tuple[int, int, list[str]]]:
    return list(phrases.find(Words.of(text, "en").all, fuzzy))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which career paths", [(1, 2, ["path"])]),
        ("career then path", [(2, 1, ["road"])]),
        ("interviewing and salaries", [(0, 1, ["talk"]), (2, 1, ["pay"])]),
        ("slary", [(0, 1, ["pay"])]),
        ("salry", [(0, 1, ["pay"])]),
        ("tols", []),
        ("nothing here", []),
        ("", []),
    ],
)
def test_the_longest_phrase_at_each_place(phrases: Phrases[str], text: str, expected: list[tuple[int, int, list[str]]]) -> None:
    assert found(phrases, text) == expected


def test_slips_are_forgiven_only_where_asked(phrases: Phrases[str]) -> None:
    assert found(phrases, "salry", fuzzy=False) == []


def test_a_word_with_a_life_of_its_own_is_no_misspelling() -> None:
    phrases = Phrases("en", [("theirs", "pronoun"), ("worked", "past")])
    assert list(phrases.find(Words.of("there", "en").all)) == []


@pytest.mark.parametrize(("length", "slips"), [(4, 0), (5, 1), (7, 1), (20, 2)])
def test_longer_words_may_be_more_wrong(length: int, slips: int) -> None:
    assert allowed_slips(length) == slips


@pytest.mark.parametrize(
    ("word", "meant"),
    [("kubernets", "kubernetes"), ("dokcer", "docker"), ("locker", None), ("sq", None), ("", None)],
)
def test_the_nearest_known_word(word: str, meant: str | None) -> None:
    assert nearest(word, ["kubernetes", "docker", "sql"]) == meant
