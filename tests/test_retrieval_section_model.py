"""The model that learns from example questions which section is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from fakes import FakeEmbedder

from coach.errors import DocumentError
from coach.index.embedding import Embedder
from coach.retrieval.section_model import MODEL, OFF_TOPIC, SectionModel, digest_of, read_examples
from coach.retrieval.words import Words
from coach.types import Language

PAY = {
    "en": ["what would they offer me as a {role}", "will it buy me a house in {place}", "what lands in my account as a {role}"],
    "es": ["qué me ofrecerían de {role}", "¿da para un piso en {place}?", "cuánto entra en la cuenta de un {role}"],
}
DAY = {
    "en": ["what happens before lunch for a {role}", "hours of a {role} one after the other", "when does a {role} have meetings"],
    "es": ["qué pasa antes de comer en {role}", "las horas de un {role} una tras otra", "cuándo tiene reuniones un {role}"],
}
OTHER = {
    "en": ["who won the match", "will it rain on sunday", "tell me a joke"],
    "es": ["quién ganó el partido", "va a llover el domingo", "cuéntame un chiste"],
}


@pytest.fixture
def knowledge_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge" / "questions"
    folder.mkdir(parents=True)
    for name, examples in (("salary", PAY), ("day", DAY), (OFF_TOPIC, OTHER)):
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(examples, allow_unicode=True), encoding="utf-8")
    return tmp_path / "knowledge"


def likeliest(model: SectionModel, question: str, language: Language, embedder: Embedder) -> str:
    return next(iter(model.probabilities(Words.of(question, language).all, language, embedder.embed([question])[0])))


@pytest.mark.parametrize(
    ("question", "language", "section"),
    [
        ("what would they offer a nurse", "en", "salary"),
        ("hours of a nurse before lunch", "en", "day"),
        ("who won on sunday", "en", OFF_TOPIC),
        ("qué le ofrecerían a una enfermera", "es", "salary"),
        ("cuándo son las reuniones antes de comer", "es", "day"),
        ("quién ganó el domingo", "es", OFF_TOPIC),
    ],
)
def test_a_question_asked_like_the_examples_is_placed_with_them(
    knowledge_folder: Path, tmp_path: Path, question: str, language: Language, section: str
) -> None:
    embedder = FakeEmbedder()
    model = SectionModel.open(knowledge_folder, tmp_path / "cache", embedder)
    assert likeliest(model, question, language, embedder) == section


def test_probabilities_add_up_to_one_and_need_no_vector(knowledge_folder: Path, tmp_path: Path) -> None:
    model = SectionModel.open(knowledge_folder, tmp_path / "cache", FakeEmbedder())
    found = model.probabilities(Words.of("what would they offer", "en").all, "en", None)
    assert sum(found.values()) == pytest.approx(1.0, abs=1e-4)
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_a_trained_model_is_kept_and_gives_the_same(knowledge_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    embedder = FakeEmbedder()
    first = SectionModel.open(knowledge_folder, tmp_path / "cache", embedder)
    monkeypatch.setattr(SectionModel, "train", lambda *given: pytest.fail("it was trained again"))
    again = SectionModel.open(knowledge_folder, tmp_path / "cache", embedder)
    words = Words.of("hours before lunch", "en").all
    assert again.probabilities(words, "en", None) == pytest.approx(first.probabilities(words, "en", None), abs=2e-3)


def test_other_examples_make_another_model(knowledge_folder: Path, tmp_path: Path) -> None:
    embedder = FakeEmbedder()
    SectionModel.open(knowledge_folder, tmp_path / "cache", embedder)
    more = {language: [*questions, "zebra stripes zebra"] for language, questions in DAY.items()}
    (knowledge_folder / "questions" / "day.yaml").write_text(yaml.safe_dump(more, allow_unicode=True), encoding="utf-8")
    model = SectionModel.open(knowledge_folder, tmp_path / "cache", embedder)
    assert likeliest(model, "zebra stripes", "en", embedder) == "day"
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_without_examples_it_knows_nothing(tmp_path: Path) -> None:
    model = SectionModel.open(tmp_path, tmp_path / "cache", FakeEmbedder())
    assert model.probabilities(Words.of("salary", "en").all, "en", None) == {}


def test_a_wrong_file_of_examples_is_named(knowledge_folder: Path, tmp_path: Path) -> None:
    (knowledge_folder / "questions" / "day.yaml").write_text("en: [only english]\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"day\.yaml: is no list of questions in both languages"):
        SectionModel.open(knowledge_folder, tmp_path / "cache", FakeEmbedder())


def test_the_shipped_model_is_that_of_the_shipped_examples(knowledge: Path, embedder: Embedder) -> None:
    files = sorted((knowledge / "questions").glob("*.yaml"))
    model = SectionModel._load(knowledge / "questions" / MODEL, digest_of(files, embedder))
    assert set(model.classes) == set(read_examples(files))
