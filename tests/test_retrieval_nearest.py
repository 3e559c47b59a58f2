"""The roles whose names are nearest to one there is no document on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fakes import FakeEmbedder, make_role

from coach.index import Index, SentenceTransformerEmbedder, build_index
from coach.retrieval.nearest import MOST, NearestRoles
from coach.types import Role


def role(title: str, spanish: str, *aliases: str) -> Role:
    made = make_role(title.lower().replace(" ", "-"), {"en": [f"{title}s work."]})
    return replace(made, titles={"en": title, "es": spanish}, aliases={"en": aliases, "es": ()})


ROLES = [
    role("Lighthouse Keeper", "Farero"),
    role("Tram Driver", "Conductora de tranvía", "Tram Operator", "Streetcar Driver"),
    role("Bus Driver", "Conductora de autobús"),
    role("Night Baker", "Panadera nocturna"),
    role("Van Driver", "Conductora de furgoneta"),
    role("Taxi Driver", "Conductora de taxi"),
]


@pytest.fixture(scope="module")
def nearest(tmp_path_factory: pytest.TempPathFactory, embedder: SentenceTransformerEmbedder) -> Iterator[NearestRoles]:
    folder = tmp_path_factory.mktemp("nearest")
    build_index(ROLES, folder, embedder)
    with Index.open(folder, embedder) as index:
        yield NearestRoles(index, embedder)


@pytest.mark.parametrize(
    ("name", "best"),
    [("lighthouse guard", "lighthouse-keeper"), ("night pastry baker", "night-baker"), ("streetcar conductor", "tram-driver")],
)
def test_the_nearest_name_is_first(nearest: NearestRoles, name: str, best: str) -> None:
    assert nearest.find(name, "en")[0] == best


@pytest.mark.parametrize(("name", "best"), [("farera", "lighthouse-keeper"), ("panadero de noche", "night-baker")])
def test_names_of_the_language_asked_in_are_compared(nearest: NearestRoles, name: str, best: str) -> None:
    assert nearest.find(name, "es")[0] == best


def test_at_most_three_roles_each_once(nearest: NearestRoles) -> None:
    """The tram driver has three names that are all near, and counts once."""
    found = nearest.find("tram and bus driver", "en")
    assert (len(found), len(set(found))) == (MOST, MOST)
    assert set(found[:2]) == {"tram-driver", "bus-driver"}


def test_names_that_are_alike_in_nothing_are_not_offered(nearest: NearestRoles) -> None:
    assert nearest.find("quantum physicist", "en") == []


def test_without_a_name_in_the_language_there_is_nothing_near(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("english")
    build_index([replace(ROLES[0], titles={"en": "Lighthouse Keeper"})], folder, FakeEmbedder())
    with Index.open(folder, FakeEmbedder()) as index:
        found = NearestRoles(index, FakeEmbedder())
        assert found.find("Lighthouse Keeper", "es") == []
        assert found.find("Lighthouse Keeper", "en") == ["lighthouse-keeper"]


def test_of_an_import_the_title_is_compared(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its other names have no vectors."""
    folder = tmp_path_factory.mktemp("import")
    imported = replace(ROLES[1], origin="import")
    build_index([ROLES[0], imported], folder, FakeEmbedder())
    with Index.open(folder, FakeEmbedder()) as index:
        assert [name.name for name in index.names if name.role == "tram-driver"] == ["Tram Driver", "Conductora de tranvía"]
        found = NearestRoles(index, FakeEmbedder())
        assert found.find("Tram Driver", "en") == ["tram-driver"]
        assert found.find("streetcar", "en") == []
