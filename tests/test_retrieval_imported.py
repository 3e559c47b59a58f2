"""Imported occupations in questions: found by any name in any form, asked back about where a name is shared, never met by accident."""

from __future__ import annotations

from pathlib import Path

import pytest
from fakes import FakeEmbedder
from occupations import claim, write_esco, write_onet
from small_house import build_house

from coach.ingest import cards
from coach.knowledge.catalogue import load_catalogue
from coach.knowledge.documents import read_roles
from coach.knowledge.import_esco import read_esco
from coach.knowledge.import_onet import read_onet
from coach.knowledge.imports import imported_roles, join
from coach.language import detect
from coach.retrieval.imported import MOST_OFFERED, ImportedNames
from coach.retrieval.question import Understanding
from coach.retrieval.understanding import Understander
from coach.retrieval.words import Words
from coach.types import Role, Turn

KEEPER, FOUNDER, SCOUT, BAKER = "lighthouse-keeper", "bell-founder", "crew-scout", "ship-s-baker"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = build_house(tmp_path_factory.mktemp("imported") / "house")
    claim(folder)
    return folder


@pytest.fixture(scope="module")
def roles(house: Path) -> list[Role]:
    catalogue = load_catalogue(house)
    curated = read_roles(house, catalogue)
    esco, onet = read_esco(write_esco(house.parent / "esco")), read_onet(write_onet(house.parent / "onet")).occupations
    return [*curated, *join(curated, imported_roles([*esco, *onet], catalogue))]


@pytest.fixture(scope="module")
def names(roles: list[Role]) -> ImportedNames:
    return ImportedNames(roles)


@pytest.fixture(scope="module")
def understander(house: Path, roles: list[Role]) -> Understander:
    return Understander.open(house, load_catalogue(house), cards(roles), roles, house.parent / "models", FakeEmbedder())


def after(understander: Understander, *questions: str) -> Understanding:
    return understander.understand(questions[-1], [Turn("user", question) for question in questions[:-1]])


@pytest.mark.parametrize(
    ("question", "role", "named"),
    [
        ("What does a lighthouse keeper do?", KEEPER, "lighthouse keeper"),
        ("What do lighthouse keepers do?", KEEPER, "lighthouse keepers"),
        ("lighthouse keeper salary", KEEPER, "lighthouse keeper"),
        ("LIGHTHOUSE-KEEPER", KEEPER, "lighthouse keeper"),
        ("¿Qué hace un farero?", KEEPER, "farero"),
        ("¿Qué hace una farera?", KEEPER, "farera"),
        ("¿Cuánto ganan las fareras?", KEEPER, "fareras"),
        ("tareas de un fundidor de campanas", FOUNDER, "fundidor de campanas"),
        ("¿Qué hace una fundidora de campanas?", FOUNDER, "fundidora de campanas"),
        ("¿Qué hacen los fundidores de campanas?", FOUNDER, "fundidores de campanas"),
        ("What does a ship's baker do?", BAKER, "ship s baker"),
        ("How do I become a warden of the light?", KEEPER, "warden of the light"),
        ("¿Qué hace una guardiana de la luz?", KEEPER, "guardiana de la luz"),
        ("quiero ser guardian de la luz", KEEPER, "guardian de la luz"),
        ("HLA tasks", KEEPER, "hla"),
        ("What does a lighthose keeper do?", KEEPER, "lighthose keeper"),
        ("ligthhouse keepr", KEEPER, "ligthhouse keepr"),
        ("¿Qué hace un fundidor de campnas?", FOUNDER, "fundidor de campnas"),
        ("¿Qué hace un panadreo?", BAKER, "panadreo"),
        ("What does a honey farmer do?", "beekeeper", "honey farmer"),
        ("¿Qué hace una colmenera?", "beekeeper", "colmenera"),
        ("What does a kite maker do?", "kite-maker", "kite maker"),
    ],
)
def test_an_occupation_is_found_by_title_and_alias_in_any_form(names: ImportedNames, question: str, role: str, named: str) -> None:
    words = Words.of(question, detect(question))
    meant = names.find(words)
    assert meant is not None
    assert (meant.roles[0], meant.is_sure) == (role, True)
    assert " ".join(word.token for word in words.all[meant.start : meant.start + meant.length]) == named
    assert [word.token for word in words.all if word.taken == "role"] == named.split()


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("What do lighthouse keepers do?", KEEPER),
        ("¿Qué hacen los fundidores de campanas?", FOUNDER),
        ("¿Cuánto ganan las fareras?", KEEPER),
        ("¿Qué hacen las campaneras?", FOUNDER),
    ],
)
def test_a_plural_is_no_misspelling(names: ImportedNames, question: str, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImportedNames, "_misspelt", lambda *_: None)
    meant = names.find(Words.of(question, detect(question)))
    assert meant is not None
    assert (meant.roles, meant.is_sure) == ((role,), True)


def test_a_title_is_the_one_it_names_whoever_has_it_as_an_alias(names: ImportedNames) -> None:
    meant = names.find(Words.of("What does a kite maker do?", "en"))
    assert meant is not None
    assert (meant.roles, meant.is_title) == (("kite-maker",), True)


def test_a_curated_role_keeps_its_own_titles(names: ImportedNames) -> None:
    """The title of an import that a curated role leads is one more name of it, not a title that beats other names."""
    meant = names.find(Words.of("What does a beekeeper do?", "en"))
    assert meant is not None
    assert (meant.roles, meant.is_title) == (("beekeeper",), False)


@pytest.mark.parametrize(
    ("question", "owners"),
    [
        ("What does a winder do?", {"clock-winders", FOUNDER}),
        ("watcher", {"kite-maker", SCOUT, "clock-winders", "kite-testers", "ferry-stewards"}),
    ],
)
def test_a_name_that_several_share_is_unsure(names: ImportedNames, question: str, owners: set[str]) -> None:
    meant = names.find(Words.of(question, "en"))
    assert meant is not None
    assert (set(meant.roles), len(meant.roles), meant.is_title, meant.is_sure) == (owners, len(owners), False, False)


@pytest.mark.parametrize(
    "question",
    [
        "How do I write a message to a recruiter?",
        "What should I say to the recruiter about my notice period?",
        "How do recruiters read a CV?",
        "Escríbeme un mensaje para un reclutador",
        "¿Qué le digo a la reclutadora sobre mi sueldo?",
    ],
)
def test_people_met_on_the_way_are_no_occupation(names: ImportedNames, question: str) -> None:
    words = Words.of(question, detect(question))
    assert names.find(words) is None
    assert not any(word.taken for word in words.all)


@pytest.mark.parametrize(
    "question",
    [
        "What does a recruiter do?",
        "recruiter salary",
        "How do I become a recruiter?",
        "¿Qué hace un reclutador?",
        "¿Cuánto gana una reclutadora?",
    ],
)
def test_people_met_are_an_occupation_where_the_question_says_so(names: ImportedNames, question: str) -> None:
    meant = names.find(Words.of(question, detect(question)))
    assert meant is not None
    assert meant.roles == (SCOUT,)


@pytest.mark.parametrize(
    "question",
    [
        "Which machine learning model matters most in interviews?",
        "my weak point is every winder watcher model question",
        "¿Cómo explico mi trabajo panadero en la entrevista?",
        "which tools and skills do I need in the long run?",
        "What is the best way to learn?",
        "¿Qué debo aprender primero y cuánto tiempo lleva?",
    ],
)
def test_an_everyday_word_amid_others_is_none(names: ImportedNames, question: str) -> None:
    assert names.find(Words.of(question, detect(question))) is None


@pytest.mark.parametrize("question", ["What does a tram driver do?", "skills", "What does a lighthouse painter do?", ""])
def test_other_words_name_none(names: ImportedNames, question: str) -> None:
    words = Words.of(question, "en")
    for word in words.all:
        word.taken = "role" if word.token in ("tram", "driver") else ""
    assert names.find(words) is None


def test_taken_words_are_left_alone(names: ImportedNames) -> None:
    words = Words.of("lighthouse keeper", "en")
    words.take(0, 1, "place")
    assert names.find(words) is None


def test_without_imports_there_is_nothing_to_find(roles: list[Role]) -> None:
    names = ImportedNames([role for role in roles if role.origin != "import"])
    names.warm()
    assert not names
    assert names.find(Words.of("lighthouse keeper", "en")) is None
    assert ImportedNames(roles)


def test_a_name_of_two_or_three_is_answered_for_each_of_them(understander: Understander) -> None:
    read = understander.understand("What does a winder do?")
    assert (set(read.roles), read.near, read.occupation) == ({"clock-winders", FOUNDER}, (), None)


def test_a_name_of_more_is_offered(understander: Understander) -> None:
    read = understander.understand("What does a watcher do?")
    assert (read.roles, len(read.near), read.occupation) == ((), 5, None)
    assert len(read.near) <= MOST_OFFERED


def test_a_shared_name_does_not_lead_away_from_a_role_named_before(understander: Understander) -> None:
    assert after(understander, "What does a tram driver do?", "And the winder?").roles == ("tram-driver",)
    assert after(understander, "What does a tram driver do?", "And the lighthouse keeper?").roles == (KEEPER,)


def test_a_role_of_ours_is_not_joined_by_an_occupation_named_beside_it(understander: Understander) -> None:
    assert understander.understand("Does a tram driver need a kite maker?").roles == ("tram-driver",)
    assert understander.understand("tram driver vs kite maker").roles == ("tram-driver", "kite-maker")
    assert understander.understand("diferencia entre una conductora de tranvía y una farera").roles == ("tram-driver", KEEPER)


def test_an_occupation_that_nobody_has_is_still_told(understander: Understander) -> None:
    read = understander.understand("What does a nurse do?")
    assert (read.roles, read.near, read.occupation) == ((), (), "nurse")


@pytest.mark.parametrize(
    "question", ["How do I write a message to a recruiter?", "Which machine learning model matters most?", "Mensaje para un reclutador"]
)
def test_names_of_imports_are_not_those_of_roles_of_ours(understander: Understander, question: str) -> None:
    """A role of ours is meant wherever its name stands; an import only where it may be one."""
    assert understander.understand(question).roles == ()


def test_a_bare_occupation_bears_on_roles_of_ours_alone(understander: Understander) -> None:
    assert understander.understand("What does a driver do?").roles == ("tram-driver",)
    read = understander.understand("What does a baker do?")
    assert (read.roles, read.near, read.occupation) == ((), (), "baker")


def test_a_single_role_of_ours_goes_without_saying_only_where_nothing_else_could_be_meant(house: Path, roles: list[Role]) -> None:
    def roles_of(given: list[Role]) -> tuple[str, ...]:
        opened = Understander.open(house, load_catalogue(house), cards(given), given, house.parent / "models", FakeEmbedder())
        return opened.understand("Which tools?").roles

    alone = [role for role in roles if role.id == "tram-driver"]
    assert roles_of(alone) == ("tram-driver",)
    assert roles_of([*alone, *(role for role in roles if role.id == KEEPER)]) == ()


def test_a_follow_up_stays_with_the_imported_occupation(understander: Understander) -> None:
    read = after(understander, "What does a lighthouse keeper do?", "Which tools do they use?")
    assert (read.roles, read.section) == ((KEEPER,), "tools")
    assert "Lighthouse keeper" in read.standalone
