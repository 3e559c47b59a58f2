"""The checks of one sentence: their rates on true and invented sentences, and what each of them sees."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from itertools import pairwise

import pytest
from claim_cases import cases, checker, roles, statement, statements

from coach.answering.claims import Verdict
from coach.knowledge.statements import sentences
from coach.types import LANGUAGES, Language

MOST_WITHHELD = 0.05
MOST_FREE_INVENTED, LEAST_FREE_CARRIED = 0.055, 0.4
LEAST_SENTENCES = 60


def check(text: str, *references: str, language: Language = "en") -> Verdict:
    return checker(language).check(text, [statement(reference, language) for reference in references])


@pytest.mark.parametrize("language", LANGUAGES)
def test_rates(language: Language) -> None:
    """Prints and asserts how many invented sentences pass and how many true ones are withheld; prints what a sentence costs (CPU time,
    5 ms at most where the machine is ours alone)."""
    known = list(cases(language))
    check_all = checker(language).check
    for case in known:
        check_all(case.text, case.statements)
    begun = time.process_time()
    verdicts = [check_all(case.text, case.statements) for case in known]
    milliseconds = 1000 * (time.process_time() - begun) / len(known)
    passed = [case.text for case, verdict in zip(known, verdicts, strict=True) if case.kind != "carried" and verdict.passes]
    withheld = [case.text for case, verdict in zip(known, verdicts, strict=True) if case.kind == "carried" and not verdict.passes]
    carried = sum(case.kind == "carried" for case in known)
    print(
        f"\n{language}: invented let through {len(passed)} of {len(known) - carried}, true withheld {len(withheld)} of {carried} "
        f"({len(withheld) / carried:.1%}), {milliseconds:.2f} ms a sentence"
    )
    assert carried >= LEAST_SENTENCES
    assert len(known) - carried >= LEAST_SENTENCES
    assert passed == []
    assert len(withheld) / carried <= MOST_WITHHELD, withheld


@pytest.mark.parametrize("language", LANGUAGES)
def test_free_paraphrases_nobody_mended_with(language: Language) -> None:
    """What the checks do with sentences in words of their own: few invented ones pass, and many true ones are withheld."""
    known = list(cases(language, ("free-",)))
    passed = [(case.kind == "carried", checker(language).check(case.text, case.statements).passes) for case in known]
    shares = {
        kind: sum(passes for is_carried, passes in passed if is_carried == (kind == "carried"))
        / sum(is_carried == (kind == "carried") for is_carried, _ in passed)
        for kind in ("carried", "invented")
    }
    print(f"\n{language}: invented let through {shares['invented']:.1%}, true withheld {1 - shares['carried']:.1%}")
    assert shares["invented"] <= MOST_FREE_INVENTED
    assert shares["carried"] >= LEAST_FREE_CARRIED


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_document_says_may_be_said_word_for_word(language: Language) -> None:
    withheld = []
    for found in statements(language).values():
        for one in found:
            for start, end in [(0, len(one.text)), *sentences(one.text, language)]:
                text = f"{one.text[start:end]} [1]"
                if not checker(language).check(text, [one]).passes:
                    withheld.append(text)
    assert withheld == []


def replaced(pattern: str, by: str) -> Callable[[str], str]:
    return lambda text: re.sub(pattern, by, text, count=1)


# What is done to a statement, and the largest share of what comes out that may pass. Numbers, names and additions never do; of
# denials and levels a few that make no sense ("not not", "junior, mid-level and junior") are not seen.
CHANGES: dict[Language, dict[str, tuple[Callable[[str], str], float]]] = {
    "en": {
        "another number": (replaced(r"\d", "7"), 0.0),
        "another number in words": (replaced(r"\b(two|three|four|ten)\b", "seven"), 0.0),
        "another tool": (replaced(r"\b(Docker|Kubernetes|PostgreSQL|Python|Java|SQL|Power BI|Terraform|AWS|Git|Linux)\b", "Haskell"), 0.0),
        "another rank": (replaced(r"\((essential|important)\)", "(useful)"), 0.0),
        "always": (replaced(r"\b(usually|often|sometimes|rarely)\b", "always"), 0.0),
        "added praise": (lambda text: f"{text.rstrip('.')} and is the best choice.", 0.0),
        "added source": (lambda text: f"According to Harvard, {text[0].lower()}{text[1:]}", 0.0),
        "added promise": (lambda text: f"{text.rstrip('.')}, which guarantees a job.", 0.0),
        "another level": (replaced(r"\bjunior\b", "senior"), 0.03),
        "denied": (replaced(r"\b(is|are|can|should)\b", r"\1 not"), 0.03),
        "no longer denied": (replaced(r"\b(not|never) ", ""), 0.1),
    },
    "es": {
        "another number": (replaced(r"\d", "7"), 0.0),
        "another number in words": (replaced(r"\b(dos|tres|cuatro|diez)\b", "siete"), 0.0),
        "another tool": (replaced(r"\b(Docker|Kubernetes|PostgreSQL|Python|Java|SQL|Power BI|Terraform|AWS|Git|Linux)\b", "Haskell"), 0.0),
        "another rank": (replaced(r"\((imprescindible|importante)\)", "(útil)"), 0.0),
        "always": (replaced(r"\b(suelen?|a menudo|rara vez)\b", "siempre"), 0.0),
        "added praise": (lambda text: f"{text.rstrip('.')} y es la mejor opción.", 0.0),
        "added source": (lambda text: f"Según Harvard, {text[0].lower()}{text[1:]}", 0.0),
        "added promise": (lambda text: f"{text.rstrip('.')}, lo que garantiza un empleo.", 0.0),
        "another level": (replaced(r"\bjúnior\b", "sénior"), 0.03),
        "denied": (replaced(r"\b(es|son|puede|pueden|debe|hay)\b", r"no \1"), 0.05),
        "no longer denied": (replaced(r"\b(no|nunca) ", ""), 0.1),
    },
}


@pytest.mark.parametrize(("language", "change"), [(language, change) for language in LANGUAGES for change in CHANGES[language]])
def test_a_statement_that_was_changed_does_not_pass(language: Language, change: str) -> None:
    alter, most = CHANGES[language][change]
    everything = [one for found in statements(language).values() for one in found if one.statement.kind != "row"]
    some = random.Random(3).sample(everything, 300)
    altered = [(one, alter(one.text)) for one in some]
    changed = [(one, text) for one, text in altered if text != one.text]
    assert changed
    passed = [text for one, text in changed if checker(language).check(f"{text} [1]", [one]).passes]
    assert len(passed) <= most * len(changed), passed


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_statement_cited_for_its_neighbour_does_not_pass(language: Language) -> None:
    passed = [
        one.text
        for found in statements(language).values()
        for one, other in [*pairwise(found)][::3]
        if one.text != other.text and checker(language).check(f"{one.text} [1]", [other]).passes
    ]
    assert passed == []


SQL = "backend-developer/skills: **SQL** (essential)"
GO = "backend-developer/skills: **Go** (useful)"
SWISS = "backend-developer/salary: Switzerland: CHF 80,000"
GERMAN = "backend-developer/salary: Germany: EUR 50,000"
TESTS = "backend-developer/responsibilities: Backend developers write and maintain automated tests"
DEGREE = "backend-developer/faq: A degree is not always required for backend work"


@pytest.mark.parametrize(
    ("text", "references", "fault"),
    [
        ("SQL is the core of backend data work.", [SQL], "marker"),
        ("SQL is the core of backend data work [2].", [SQL], "marker"),
        ("SQL is the core of backend data work [0].", [SQL], "marker"),
        ("SQL is the core of [backend data work](http://x.y) [1].", [SQL], "markup"),
        ("SQL is the core ![](http://x.y/z.png) of backend data work [1].", [SQL], "markup"),
        ("<script>alert(1)</script> SQL is the core of backend data work [1].", [SQL], "markup"),
        ("SQL is the core of backend data work &lt;b&gt; [1].", [SQL], "markup"),
        ("| SQL | core |\n| --- | --- | [1]", [SQL], "markup"),
        ("SQL is the co\u00adre of backend data work [1].", [SQL], "markup"),
        ("SQL is the \u202ecore of backend data work [1].", [SQL], "markup"),
        ("SQL is the cοre of backend data work [1].", [SQL], "markup"),
        ("In Switzerland it is CHF ８0,000–130,000 per year [1].", [SWISS], "markup"),
        ("SQL is the core of backend data work, see https://sql.example [1].", [SQL], "link"),
        ("SQL is the core of backend data work, ask jobs@sql.example [1].", [SQL], "link"),
        ("El SQL es el núcleo del trabajo con los datos de backend [1].", [SQL], "language"),
        ("SQL and Rust are the core of backend data work [1].", [SQL], "words"),
        ("SQL is the core of backend data work [1] and of life itself, everywhere.", [SQL], "words"),
        ("A data scientist queries relational databases with SQL [1].", [SQL], "role"),
        ("Good [1].", [SQL], "empty"),
        ("In Switzerland it is CHF 80,000–130,000 per month [1].", [SWISS], "words"),
        ("In Switzerland it is from CHF 130,000 per year [1].", [SWISS], "number"),
        ("In Switzerland it is CHF 105,000 per year [1].", [SWISS], "number"),
        ("In Switzerland it is more than CHF 80,000–130,000 per year [1].", [SWISS], "words"),
        ("In Germany it is EUR 50,000–90,000 per year, gross [1].", [GERMAN], "number"),
        ("In Switzerland it is EUR 50,000–90,000+ per year [1][2].", [SWISS, GERMAN], "words"),
        ("Backend developers write and maintain tests at 3 levels [1].", [TESTS], "number"),
        ("SQL is not the core of backend data work [1].", [SQL], "negation"),
        ("A degree is always required for backend work [1].", [DEGREE], "negation"),
        ("A degree is not required for backend work [1].", [DEGREE], "negation"),
        ("Go is essential for small, fast backend services [1].", [GO], "words"),
        ("SQL and Go are essential [1][2].", [SQL, GO], "words"),
        ("Essential are SQL [1] and Go [2].", [SQL, GO], "words"),
    ],
)
def test_each_fault_has_its_name(text: str, references: list[str], fault: str) -> None:
    assert check(text, *references).fault == fault


@pytest.mark.parametrize(
    ("text", "references"),
    [
        (
            "In Switzerland it is CHF 80,000–130,000 (median 105,000) per year, gross [1], in Germany EUR 50,000–90,000+ [2].",
            [SWISS, GERMAN],
        ),
        ("- **SQL** [1]", [SQL]),
        ("1. SQL is essential, the core of backend data work [1].", [SQL]),
        ("Backend developers write and maintain automated tests [1].", [TESTS]),
        ("A degree isn't always required for backend work [1].", [DEGREE]),
        ("SQL is essential [1], while Go is useful [2].", [SQL, GO]),
    ],
)
def test_what_is_said_in_other_words_passes(text: str, references: list[str]) -> None:
    assert check(text, *references).passes


def test_markers_are_listed_in_order_and_once() -> None:
    assert check("Go is useful [2], SQL is essential [1], and SQL is the core of backend data work [1].", SQL, GO).markers == (2, 1)


def test_every_role_s_name_is_known_to_the_checks() -> None:
    for role in roles():
        text = f"A {role.title('en')} queries relational databases with SQL [1]."
        verdict = check(text, SQL)
        assert verdict.passes == (role.id == "backend-developer"), (text, verdict)
