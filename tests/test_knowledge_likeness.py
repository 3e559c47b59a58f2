"""Paragraphs that two roles share: the same words are the same thing, a role's own names aside; a shared idiom is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_house import build_house

from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.documents import read_folder, role_folders
from coach.knowledge.likeness import COMMONPLACE, shared_paragraphs

LONG = "Ask the depot for the plan of the week before you promise anybody a free evening."
OWN = "A NAME asks every NAME nearby what a NAME owes to a NAME of old."


@pytest.fixture
def house(tmp_path: Path) -> Path:
    return build_house(tmp_path / "house")


@pytest.fixture
def catalogue(house: Path) -> Catalogue:
    return load_catalogue(house)


def add(house: Path, role: str, text: str, language: str = "en") -> None:
    """Puts a paragraph at the end of the last section of a role, the FAQ."""
    path = house / role / f"{language}.md"
    path.write_text(path.read_text(encoding="utf-8").rstrip("\n") + f"\n\n{text}\n", encoding="utf-8")


def pairs(house: Path, catalogue: Catalogue) -> list[tuple[str, str]]:
    found = shared_paragraphs([read_folder(path, catalogue) for path in role_folders(house)])
    return [(first.role, second.role) for first, second in found]


def test_roles_that_speak_of_their_own_trade_share_nothing(house: Path, catalogue: Catalogue) -> None:
    assert pairs(house, catalogue) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "shared"),
    [
        (LONG, LONG, True),
        (LONG, LONG.replace("depot", "office"), True),
        (LONG, LONG.upper(), True),
        (LONG, LONG.replace("for the plan of the week", "about the coming days"), False),
        (OWN.replace("NAME", "beekeeper"), OWN.replace("NAME", "tram driver"), True),
        (OWN.replace("NAME", "keen beginner"), OWN.replace("NAME", "tram driver"), False),
        ("Ask the depot for the plan.", "Ask the depot for the plan.", False),
        ("Ask the depot for the plan of the week.", "Ask the depot for the plan of the week.", True),
    ],
    ids=["same", "one word", "capitals", "half", "own names", "other names", "six words", "nine words"],
)
def test_how_much_must_be_shared(house: Path, catalogue: Catalogue, ours: str, theirs: str, shared: bool) -> None:
    add(house, "beekeeper", ours)
    add(house, "tram-driver", theirs)
    assert pairs(house, catalogue) == ([("beekeeper", "tram-driver")] if shared else [])


def test_both_are_named_with_file_line_and_words(house: Path, catalogue: Catalogue) -> None:
    add(house, "beekeeper", LONG)
    add(house, "tram-driver", f"Drive the last tram home.\n\n{LONG}")
    folders = [read_folder(path, catalogue) for path in role_folders(house)]
    ((first, second),) = shared_paragraphs(folders)
    for paragraph, role in ((first, "beekeeper"), (second, "tram-driver")):
        assert (paragraph.path, paragraph.text) == (house / role / "en.md", LONG)
        assert paragraph.path.read_text(encoding="utf-8").splitlines()[paragraph.line - 1] == LONG


def test_only_one_language_is_compared_with_itself(house: Path, catalogue: Catalogue) -> None:
    add(house, "beekeeper", LONG)
    add(house, "tram-driver", LONG, "es")
    assert pairs(house, catalogue) == []
    add(house, "beekeeper", LONG, "es")
    assert pairs(house, catalogue) == [("beekeeper", "tram-driver")]


def test_a_role_may_repeat_itself(house: Path, catalogue: Catalogue) -> None:
    add(house, "beekeeper", f"{LONG}\n\n{LONG}")
    assert pairs(house, catalogue) == []


def test_every_further_role_is_named(house: Path, catalogue: Catalogue) -> None:
    for role in ("beekeeper", "tram-driver"):
        add(house, role, LONG)
    (house / "tram-driver").rename(house / "bus-driver")
    add(build_house(house.parent / "other"), "tram-driver", LONG)
    (house.parent / "other" / "tram-driver").rename(house / "train-driver")
    found = pairs(house, catalogue)
    assert {("beekeeper", "bus-driver"), ("beekeeper", "train-driver"), ("bus-driver", "train-driver")} <= set(found)


def test_words_that_everybody_uses_are_no_reason_to_compare(house: Path, catalogue: Catalogue) -> None:
    """The same words in very many paragraphs are a form of the house, and comparing all with all would take for ever."""
    for at in range(COMMONPLACE // 2 + 1):
        for role in ("beekeeper", "tram-driver"):
            add(house, role, f"{LONG} {at}{role[0]}")
    assert pairs(house, catalogue) == []
