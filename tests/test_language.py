"""English and Spanish: detection of short questions, folding, stems, and our own strings."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.language import detect, fold, say, stem, stems, stop_words, strings, supported, tokens
from coach.types import LANGUAGES, Language

PACKAGE = Path(__file__).resolve().parents[1] / "coach"

ENGLISH = """
What skills does a backend developer need?
how much does a devops engineer make in spain
data analyst salary germany
backend developer cv tips
backnd enginer salery germny
And in France?
what about seniors
tools?
how do i prepare for the interview
linkedin headline for data analyst
give me an example outreach message
do I need a degree
is devops a good career
common mistakes
a day in the life of a data analyst
junior vs senior backend
which tools do data analysts use
hi
thanks!
salary?
career path devops
what does a backend developer do all day in Madrid
how 2 become devops
remote work as data analyst
""".strip().splitlines()

SPANISH = """
¿Qué habilidades necesita un desarrollador backend?
cuanto gana un devops en alemania
sueldo analista de datos
consejos para el cv de backend
que es devops
¿Y en Francia?
y para seniors
herramientas?
como me preparo para la entrevista
titular de linkedin para analista de datos
dame un ejemplo de mensaje de contacto
necesito una carrera
errores comunes
un dia como analista de datos
q herramientas usa un devops
hola
gracias!
salario?
salario backend
trayectoria de un ingeniero devops
puedo trabajar en remoto
quiero ser data analyst
cuanto cobra un backend developer en London
que pongo en mi github
""".strip().splitlines()


@pytest.mark.parametrize("question", ENGLISH)
def test_an_english_question_is_english(question: str) -> None:
    assert detect(question) == "en"


@pytest.mark.parametrize("question", SPANISH)
def test_a_spanish_question_is_spanish(question: str) -> None:
    assert detect(question) == "es"


@pytest.mark.parametrize("text", ["¿Backend developer?", "¡Data analyst!", "¿devops?", "el año del backend developer"])
def test_spanish_signs_settle_what_english_titles_leave_open(text: str) -> None:
    assert detect(text) == "es"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_without_letters_has_the_language_it_is_given(language: Language) -> None:
    assert detect("42 ?! 🙂", language) == language


@pytest.mark.parametrize(("text", "folded"), [("Año", "ano"), ("¿CUÁNTO?", "¿cuanto?"), ("Zürich", "zurich"), ("SQL", "sql")])
def test_folding_drops_case_and_accents_and_keeps_the_length(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert len(folded) == len(text)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_technical_words_stay_whole() -> None:
    assert tokens("C++, C#, .NET, Node.js and CI/CD?") == ["c++", "c#", ".net", "node.js", "and", "ci/cd"]


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "negotiating salaries", "negotiate salary"),
        ("es", "Entrevistas técnicas", "entrevista tecnica"),
        ("es", "ENTREVISTÓ", "entrevisto"),
    ],
)
def test_endings_and_accents_do_not_part_words(language: Language, one: str, other: str) -> None:
    assert stems(one, language) == stems(other, language)


def test_a_word_with_signs_is_its_own_stem() -> None:
    assert stem("node.js", "en") == "node.js"


def test_stop_words_carry_no_subject() -> None:
    assert {"the", "what"} <= stop_words("en")
    assert {"que", "como"} <= stop_words("es")
    assert not {"salary", "python", "salario"} & (stop_words("en") | stop_words("es"))


def slots(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_both_languages_have_the_same_strings_with_the_same_slots() -> None:
    english, spanish = strings("en"), strings("es")
    assert english.keys() == spanish.keys()
    assert {key for key in english if slots(english[key]) != slots(spanish[key])} == set()
    same = {key for key in english if english[key] == spanish[key] and slots(english[key]) != {"title"}}
    assert same <= {"and", "median"}, "left untranslated"


def test_every_string_that_the_code_says_exists() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if "ui" not in path.parts)
    said = set(re.findall(r'\bsay\(\s*"(\w+)"', code)) | set(re.findall(r'_say\("\w+", "(\w+)"', code))
    assert said
    assert said <= strings("en").keys()


def test_a_missing_slot_is_an_error_not_a_gap() -> None:
    with pytest.raises(KeyError):
        say("clarify_role", "en")


@pytest.mark.parametrize(("text", "language"), [("ES", "es"), (" en ", "en"), ("fr", None), ("", None)])
def test_supported_languages(text: str, language: Language | None) -> None:
    assert supported(text) == language
