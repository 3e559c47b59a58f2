"""From the files of two classifications to answers: imported, indexed beside roles of ours, asked in both languages, removed again."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from occupations import URI, claim, write_esco, write_onet
from small_house import build_house

from coach.answering.grounding import faults
from coach.coach import Coach
from coach.document_commands import import_command, import_remove_command
from coach.errors import CoachError
from coach.index import Embedder, Index, SentenceTransformerEmbedder
from coach.ingest import Inputs, ingest, needs_build
from coach.language import say
from coach.settings import Settings
from coach.types import Answer, Turn

KEEPER, FOUNDER, MAKER, SCOUT, BAKER, WINDERS = (
    "lighthouse-keeper",
    "bell-founder",
    "kite-maker",
    "crew-scout",
    "ship-s-baker",
    "clock-winders",
)
ONET, ESCO, ESCO_ES = say("onet_licence", "en"), say("esco_licence", "en"), say("esco_licence", "es")


def opened(settings: Settings, embedder: Embedder) -> Coach:
    return Coach(settings, Index.open(settings.index_folder, embedder), embedder)


def imported(settings: Settings, folder: Path, embedder: Embedder) -> Settings:
    """Imports both classifications into the data folder and brings the index in step."""
    import_command(settings, "onet", write_onet(folder / "onet"))
    import_command(settings, "esco", write_esco(folder / "esco"))
    ingest(settings, Inputs(settings.knowledge, None, settings.imports_folder), embedder)
    return settings


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The small house, whose beekeeper is that of both classifications, with both imported."""
    folder = tmp_path_factory.mktemp("answers")
    house = build_house(folder / "house")
    claim(house)
    settings = Settings(knowledge=house, pages=None, data=folder / "data", index=folder / "index")
    return imported(settings, folder, FakeEmbedder())


@pytest.fixture(scope="module")
def small(ready: Settings) -> Iterator[Coach]:
    with opened(ready, FakeEmbedder()) as coach:
        yield coach


def quotes(coach: Coach, answer: Answer) -> list[str]:
    """The quotes of a sound answer: each the exact span of its chunk, under the chunk's licence."""
    chunks = {citation.chunk: coach.chunk(citation.chunk) for citation in answer.citations}
    assert faults(answer, chunks) == []
    for citation in answer.citations:
        chunk = chunks[citation.chunk]
        assert chunk.text[citation.start : citation.end] == citation.quote
        assert (citation.licence, citation.role) == (chunk.licence, chunk.role)
    return [citation.quote for citation in answer.citations]


@pytest.mark.parametrize(
    ("question", "role", "section", "licence", "said"),
    [
        ("What does a lighthouse keeper do?", KEEPER, "responsibilities", ONET, "Polish the lens every morning."),
        ("What do clock winders do?", WINDERS, "responsibilities", ONET, "Climb the tower and wind the weights."),
        ("What does a kite builder do?", MAKER, "overview", ESCO, 'Kite makers cut sails, "bows" and tails, and glue them.'),
        ("What is a crew scout?", SCOUT, "overview", ESCO, "Crew scouts find hands for a voyage."),
        ("What does a recruiter do?", SCOUT, "overview", ESCO, "Crew scouts find hands for a voyage."),
        ("Which tools does a lighthouse keeper use?", KEEPER, "tools", ONET, "**Logging software**: Lampcloud, Foglog."),
        ("What skills does a lamp tender need?", KEEPER, "skills", ONET, "**Wakefulness**: Staying awake through the night."),
        ("How do I become a lighthouse keeper?", KEEPER, "learning", ONET, "**Education**: School to the age of sixteen."),
        ("¿Qué hace una cometera?", MAKER, "overview", ESCO_ES, "Los cometeros cortan telas y varas."),
        ("¿Qué hace un fundidor de campanas?", FOUNDER, "overview", ESCO_ES, "Los fundidores vierten bronce en moldes."),
        ("¿Qué hacen los campaneros?", FOUNDER, "overview", ESCO_ES, "Los fundidores vierten bronce en moldes."),
        ("¿Qué hace una panadera de barco?", BAKER, "overview", ESCO_ES, "Los panaderos de barco amasan en alta mar."),
        ("¿Qué es un farero?", KEEPER, "overview", ESCO_ES, "Los fareros guardan la luz de un puerto."),
        ("¿Qué herramientas usa una farera?", KEEPER, "tools", ONET, "**Logging software**: Lampcloud, Foglog."),
    ],
)
def test_an_occupation_is_answered_with_its_licence(small: Coach, question: str, role: str, section: str, licence: str, said: str) -> None:
    answer = small.ask(question)
    assert (answer.kind, answer.roles) == ("answer", (role,))
    found = quotes(small, answer)
    assert found[0].startswith(said)
    assert said in answer.text
    first = answer.citations[0]
    assert (first.section, first.licence, first.role) == (section, licence, role)
    assert {citation.role for citation in answer.citations} == {role}


def test_a_citation_names_the_page_and_the_release(small: Coach) -> None:
    keeper = small.ask("What does a lighthouse keeper do?").citations[0]
    assert keeper.source == "O*NET 88.1 Database, US Department of Labor, Employment and Training Administration: Lighthouse Keepers"
    assert (keeper.url, keeper.updated) == ("https://www.onetonline.org/link/summary/53-9001.00", "2025-02")
    maker = small.ask("¿Qué hace una cometera?").citations[0]
    assert (maker.source, maker.url, maker.updated) == ("Clasificación ESCO, Comisión Europea: cometero/cometera", f"{URI}kites", "2024-03")


def test_both_classifications_speak_of_one_role_each_under_its_licence(small: Coach) -> None:
    answer = small.ask("How do I become a lighthouse keeper?")
    assert quotes(small, answer)[-1].startswith("Lighthouse keeper is a regulated profession in the European Union")
    assert [citation.licence for citation in answer.citations] == [ONET, ONET, ONET, ESCO]


def test_what_stands_only_in_english_is_quoted_so_for_a_spanish_question(small: Coach) -> None:
    answer = small.ask("¿Qué herramientas usa una farera?")
    assert answer.language == "es"
    assert answer.text.startswith(say("other_language", "es"))


def test_a_follow_up_stays_with_the_occupation(small: Coach) -> None:
    history = [Turn("user", "What does a lighthouse keeper do?"), Turn("assistant", "…")]
    answer = small.ask("Which tools do they use?", history)
    assert (answer.roles, quotes(small, answer)[-1]) == ((KEEPER,), "**Tide table software**: Tidebook.")


def test_a_figure_that_no_classification_has_is_not_made_up(small: Coach) -> None:
    answer = small.ask("How much does a lighthouse keeper earn?")
    assert (answer.kind, answer.citations) == ("refuse", ())
    assert "no section on “Salary”" in answer.text


@pytest.mark.parametrize(
    ("question", "said"), [("What does a honey farmer do?", "Beekeeper: a plain"), ("¿Qué hace una colmenera?", "Apicultora: una frase")]
)
def test_a_curated_role_answers_to_the_names_that_an_import_adds(small: Coach, question: str, said: str) -> None:
    answer = small.ask(question)
    assert answer.roles == ("beekeeper",)
    assert quotes(small, answer)[0].startswith(said)
    assert {(citation.licence, citation.source) for citation in answer.citations} <= {(None, "Guide"), (None, "Guía")}
    with pytest.raises(KeyError):
        small.chunk("beekeeper/en/overview#esco-9002-2.0")


def test_a_name_that_several_share_is_answered_for_each_or_asked_back(small: Coach) -> None:
    both = small.ask("What does a winder do?")
    assert (both.kind, {citation.role for citation in both.citations}) == ("answer", {WINDERS, FOUNDER})
    assert quotes(small, both)
    asked = small.ask("What does a watcher do?")
    assert (asked.kind, asked.citations) == ("clarify", ())
    assert all(title in asked.text for title in ("Clock Winders", "Crew scout", "Ferry Stewards", "Kite maker", "Kite Testers"))


@pytest.mark.parametrize(
    "question", ["Write a message to a recruiter for a tram driver", "What skills do I need?", "hello", "¿Qué habilidades necesito?"]
)
def test_what_names_no_occupation_brings_up_none(small: Coach, question: str) -> None:
    answer = small.ask(question)
    assert not {KEEPER, SCOUT, MAKER} & {*answer.roles, *(citation.role for citation in answer.citations)}
    assert "Crew scout" not in answer.text
    assert "Ojeador" not in answer.text


def test_an_imported_occupation_can_be_given_by_its_id(small: Coach) -> None:
    answer = small.ask("Which tools?", role=KEEPER)
    assert (answer.kind, answer.roles) == ("answer", (KEEPER,))


QUESTIONS = [
    "What skills does a data analyst need?",
    "How much does a backend developer earn in Germany?",
    "How do I start a career as a devops engineer?",
    "Does a backend developer need kubernetes and bees?",
    "Which tools does a data analyst use to wind clocks?",
    "What is the difference between a data analyst and a devops engineer?",
    "How do I write a message to a recruiter as a data analyst?",
    "Is a backend developer a kite maker?",
    "What mistakes do recruiters see in a data analyst's CV?",
    "Which skills do I need?",
    "hello",
    "¿Qué hace un desarrollador backend?",
    "¿Cuánto gana una analista de datos en España?",
    "¿Qué preguntas me hará un reclutador si soy ingeniera devops?",
    "¿Qué habilidades necesita un analista de datos para ascender?",
    "¿Cómo es un día como desarrolladora backend?",
    "¿Qué habilidades necesito?",
]


@pytest.fixture(scope="module")
def beside(
    tmp_path_factory: pytest.TempPathFactory, coach: Coach, index_folder: Path, knowledge: Path, embedder: SentenceTransformerEmbedder
) -> Iterator[Coach]:
    """The real roles with the made-up classifications beside them."""
    folder = tmp_path_factory.mktemp("beside")
    shutil.copytree(index_folder, folder / "index", ignore=shutil.ignore_patterns(".lock"))
    settings = imported(Settings(knowledge=knowledge, pages=None, data=folder / "data", index=folder / "index"), folder, embedder)
    with opened(settings, embedder) as both:
        assert {KEEPER, "data-analyst"} <= {role.id for role in both.roles}
        yield both


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_curated_role_answers_the_same_with_and_without_imports(coach: Coach, beside: Coach, question: str) -> None:
    alone, joined = coach.ask(question), beside.ask(question)
    for part in ("kind", "language", "text", "standalone_question", "roles", "topics", "citations", "notice", "suggestions"):
        assert getattr(joined, part) == getattr(alone, part)
    assert {hit.chunk.id for hit in joined.hits if hit.chunk.origin == "import"} == set()


def test_real_vectors_find_the_imported_occupations_too(beside: Coach) -> None:
    answer = beside.ask("What does a lighthouse keeper do?")
    assert quotes(beside, answer)[0] == "Polish the lens every morning."
    hits = beside.search("keeping the light of a harbour burning", 3)
    assert hits[0].chunk.role == KEEPER


@pytest.fixture
def fresh(ready: Settings, tmp_path: Path) -> Settings:
    """A copy of what was imported and indexed, to be changed."""
    for name in ("data", "index"):
        shutil.copytree(ready.data.parent / name, tmp_path / name, ignore=shutil.ignore_patterns(".lock"))
    settings = Settings(knowledge=ready.knowledge, pages=None, data=tmp_path / "data", index=tmp_path / "index")
    again(settings)
    return settings


def again(settings: Settings) -> None:
    ingest(settings, Inputs(settings.knowledge, None, settings.imports_folder), FakeEmbedder())


def test_what_is_removed_is_gone_with_the_next_build(fresh: Settings) -> None:
    assert not needs_build(fresh, FakeEmbedder())
    import_remove_command(fresh, "esco")
    assert needs_build(fresh, FakeEmbedder())
    again(fresh)
    with opened(fresh, FakeEmbedder()) as coach:
        assert coach.ask("¿Qué hace una cometera?").kind != "answer"
        answer = coach.ask("What does a lighthouse keeper do?")
        assert (answer.roles, {citation.licence for citation in answer.citations}) == (("lighthouse-keepers",), {ONET})
        assert coach.ask("What does a beekeeper do?").roles == ("beekeeper",)
    import_remove_command(fresh, "onet")
    again(fresh)
    with opened(fresh, FakeEmbedder()) as coach:
        assert {role.id for role in coach.roles} == {"beekeeper", "tram-driver"}
        assert not [chunk for chunk in coach._index.chunks if chunk.origin == "import" or chunk.licence]
        assert coach.ask("What does a lighthouse keeper do?").citations == ()
    with pytest.raises(CoachError, match=r"onet\.jsonl: nothing was imported there; `coach import onet FOLDER` does"):
        import_remove_command(fresh, "onet")


def test_an_index_without_imports_has_none_though_they_are_there(fresh: Settings) -> None:
    ingest(fresh, Inputs(fresh.knowledge, None), FakeEmbedder())
    with opened(fresh, FakeEmbedder()) as coach:
        assert {role.id for role in coach.roles} == {"beekeeper", "tram-driver"}
    assert not needs_build(fresh, FakeEmbedder())


def test_a_newer_release_takes_the_place_of_the_old_one(fresh: Settings, tmp_path: Path) -> None:
    folder = write_onet(tmp_path / "newer")
    for name, old, new in (("Read Me.txt", "88.1", "88.2"), ("Task Statements.txt", "Polish the lens", "Dust the lens")):
        path = folder / name
        path.write_bytes(path.read_bytes().replace(old.encode(), new.encode()))
    import_command(fresh, "onet", folder)
    assert needs_build(fresh, FakeEmbedder())
    again(fresh)
    with opened(fresh, FakeEmbedder()) as coach:
        first = coach.ask("What does a lighthouse keeper do?").citations[0]
        assert (first.quote, first.source.startswith("O*NET 88.2")) == ("Dust the lens every morning.", True)


def test_a_failed_import_leaves_what_was_there(fresh: Settings, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in fresh.imports_folder.iterdir()}
    assert set(before) == {"esco.jsonl", "onet.jsonl"}
    folder = write_onet(tmp_path / "broken")
    (folder / "Task Statements.txt").write_bytes((folder / "Task Statements.txt").read_bytes()[:-30])
    with pytest.raises(CoachError, match=r"Task Statements\.txt:9: has \d fields"):
        import_command(fresh, "onet", folder)
    assert {path.name: path.read_bytes() for path in fresh.imports_folder.iterdir()} == before
    assert not needs_build(fresh, FakeEmbedder())
