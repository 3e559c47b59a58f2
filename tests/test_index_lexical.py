"""BM25: words as job-seekers write them, in two languages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from coach.index import LexicalIndex, tokenize
from coach.index.lexical import terms
from coach.types import LANGUAGES, Language

ENGLISH = [
    "SQL is the language of relational databases.",
    "Docker packages services and Kubernetes runs them in clusters.",
    "C++ and C# are compiled; Node.js and .NET run web services.",
    "CI/CD pipelines test and deploy every change.",
]
SPANISH = [
    "Las habilidades técnicas: SQL y programación.",
    "El salario depende del país y de la compañía.",
    "Integración continua (CI/CD) con Node.js.",
]


def best(index: LexicalIndex, question: str, language: Language) -> int:
    return int(index.scores(question, language).argmax())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("C++ or C#?", ["c++", "or", "c#"]),
        (".NET, ASP.NET", [".net", "asp", "net", "aspnet"]),
        ("Node.js.", ["node", "js", "nodejs"]),
        ("CI/CD", ["ci", "cd", "cicd"]),
        ("¿Programación en España?", ["programacion", "en", "espana"]),
        ("Java 17 (LTS) — 50.000 €", ["java", "17", "lts", "50", "000"]),
        ("end.Next issue #3, 5+", ["end", "next", "issue", "3", "5"]),
        ("", []),
    ],
)
def test_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_words_are_stemmed_by_their_language() -> None:
    assert tokenize("databases", "en") == tokenize("Database", "en")
    assert tokenize("técnicas", "es") == tokenize("TECNICO", "es")
    assert tokenize("running", "en") != tokenize("running", "es")


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("What are relational database languages?", 0),
        ("kubernetes cluster", 1),
        ("c++", 2),
        ("nodejs", 2),
        ("c#?", 2),
        (".net jobs", 2),
        ("cicd", 3),
    ],
)
def test_the_right_text_is_best(question: str, row: int) -> None:
    assert best(LexicalIndex.build(ENGLISH, "en"), question, "en") == row


def test_a_spanish_question_about_english_texts_finds_the_shared_names() -> None:
    assert best(LexicalIndex.build(ENGLISH, "en"), "¿Para qué sirve Kubernetes?", "es") == 1


def test_stop_words_are_those_of_the_questions_language() -> None:
    """ "con" is nothing in a Spanish question and a word in an English one; "the" the other way round."""
    index = LexicalIndex.build(["con artist", "the end"], "en")
    assert index.scores("con", "es").tolist() == [0, 0]
    assert index.scores("con", "en")[0] > 0
    assert index.scores("the", "en").tolist() == [0, 0]
    assert index.scores("the", "es")[1] > 0


def test_accents_do_not_matter() -> None:
    index = LexicalIndex.build(SPANISH, "es")
    assert best(index, "habilidades tecnicas", "es") == 0
    assert index.scores("técnicas", "es").tolist() == index.scores("TECNICAS", "es").tolist()
    assert index.scores("¿qué más?", "es").tolist() == [0, 0, 0]


@pytest.mark.parametrize("question", ["", "?!", "the of and", "zzzz qqqq"])
def test_a_question_without_known_words_scores_zero(question: str) -> None:
    scores = LexicalIndex.build(ENGLISH, "en").scores(question, "en")
    assert scores.dtype == np.float32
    assert scores.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("texts", [[], ["", "…"], ["one"], ENGLISH])
def test_what_is_saved_is_loaded(tmp_path: Path, texts: list[str], language: Language) -> None:
    built = LexicalIndex.build(texts, language)
    built.save(tmp_path / "bm25")
    loaded = LexicalIndex.load(tmp_path / "bm25")
    assert (loaded.language, loaded.size) == (language, len(texts))
    for question in ("one service", "SQL", ""):
        assert loaded.scores(question, "en").shape == (len(texts),)
        assert loaded.scores(question, "en").tolist() == built.scores(question, "en").tolist()


def test_a_missing_or_torn_index_is_not_loaded(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LexicalIndex.load(tmp_path)
    LexicalIndex.build(ENGLISH, "en").save(tmp_path)
    (tmp_path / "rows.json").write_text('{"language": "en", "rows": 9, "words": true}')
    with pytest.raises(ValueError, match="4 rows of scores for 9 texts"):
        LexicalIndex.load(tmp_path)


def test_threads_may_ask_at_once() -> None:
    index = LexicalIndex.build(ENGLISH * 50, "en")
    questions = ["databases", "kubernetes clusters", "c++", "deploying changes"] * 100
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda question: index.scores(question, "en").tolist(), questions))
    assert found == [index.scores(question, "en").tolist() for question in questions]
