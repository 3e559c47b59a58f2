"""Raw pages: small ones of our own, and the five real ones where they stand beside the repository."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from coach.knowledge.catalogue import Catalogue, load_catalogue
from coach.knowledge.pages import PagesRead, read_pages
from coach.language import tokens
from coach.types import Language, Role, Section

ROOT = Path(__file__).resolve().parent.parent
REAL = ROOT.parent / "shared" / "role-pages"
KNOWN = (
    Role(
        "backend-developer",
        {"en": "Backend Developer", "es": "Desarrollador o desarrolladora backend"},
        {"en": ("Backend Engineer", "Backend"), "es": ("Desarrollador backend", "Desarrolladora backend")},
    ),
    Role("data-analyst", {"en": "Data Analyst", "es": "Analista de datos"}, {"en": ("Business Data Analyst",), "es": ()}),
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "knowledge")


@pytest.fixture(scope="module")
def real(catalogue: Catalogue) -> PagesRead:
    if not REAL.is_dir():
        pytest.skip("the folder ../shared/role-pages is not beside the repository")
    return read_pages(REAL, catalogue, KNOWN)


class Reader:
    """Writes pages into a folder and reads them."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.folder, self.catalogue = folder, catalogue

    def __call__(self, pages: Mapping[str, str]) -> PagesRead:
        for name, text in pages.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return read_pages(self.folder, self.catalogue, KNOWN)


@pytest.fixture
def read(tmp_path: Path, catalogue: Catalogue) -> Reader:
    return Reader(tmp_path, catalogue)


def quotes(section: Section) -> list[str]:
    return [statement.within(section.text) for statement in section.statements]


def of(result: PagesRead, page: str, section: str, language: Language = "en") -> Section:
    found = [
        one
        for role in result.roles
        for one in role.sections
        if one.document.startswith(page) and (one.id, one.language) == (section, language)
    ]
    assert len(found) == 1, f"{page} {section} {language}: {len(found)} sections"
    return found[0]


def test_real_pages_are_one_role_without_problems(real: PagesRead) -> None:
    assert real.problems == ()
    (role,) = real.roles
    assert (role.id, role.origin, role.updated) == ("backend-developer", "page", "2026-02")
    assert "API Developer" in role.aliases["en"]
    keys = [(section.document, section.id, section.language) for section in role.sections]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    ("page", "section", "language", "count"),
    [
        ("000", "interview", "en", 4), ("000", "mistakes", "en", 5), ("000", "linkedin", "en", 5), ("000", "cv", "en", 5),
        ("000", "outreach", "en", 5), ("000", "skills", "en", 5), ("000", "day", "en", 3), ("000", "career-path", "en", 6),
        ("000", "faq", "es", 3), ("000", "tools", "en", 1), ("000", "outlook", "en", 1), ("001", "responsibilities", "en", 12),
        ("001", "faq", "en", 6), ("001", "career-path", "en", 4), ("001", "tools", "en", 1), ("001", "seniority", "en", 8),
        ("002", "responsibilities", "es", 5), ("002", "sectors", "es", 1), ("002", "outlook", "es", 1), ("002", "learning", "es", 1),
        ("004", "networking", "en", 2), ("004", "brand", "en", 2), ("004", "career-path", "en", 3),
    ],
)  # fmt: skip
def test_real_sections(real: PagesRead, page: str, section: str, language: Language, count: int) -> None:
    assert len(quotes(of(real, page, section, language))) == count


def test_real_skills_with_priority_and_tracks(real: PagesRead) -> None:
    skills, tracks = of(real, "004", "skills"), of(real, "004", "tracks")
    assert "**Python** (important): Python is known for its readability and is used for server-side logic and data manipulation." in quotes(
        skills
    )
    assert {statement.group for statement in tracks.statements} == {None, "Cloud Architect", "DevOps Engineer"}
    pays = {statement.pay.role: statement.pay.amount for statement in tracks.statements if statement.pay}
    assert pays == {"Cloud Architect": "$120,000 - $160,000", "DevOps Engineer": "$110,000 - $150,000"}


def test_real_employers(real: PagesRead) -> None:
    section = of(real, "003", "employers")
    assert section.heading == "What do Top Companies look for in a Backend Engineer?"
    assert sum(statement.kind == "item" for statement in section.statements) == 9


def test_real_pay(real: PagesRead) -> None:
    pays = [
        (section.document[:3], statement.pay)
        for section in real.roles[0].sections
        for statement in section.statements
        if statement.pay and section.id != "tracks"
    ]
    found = {(page, pay.place, pay.currency, pay.low, pay.high, pay.level, pay.basis) for page, pay in pays}
    assert found == {
        ("000", None, "EUR", 50_000, 95_000, "all", None),
        ("000", "Europe", "EUR", 50_000, 95_000, "all", None),
        ("001", None, "USD", 50_000, 80_000, "junior", None),
        ("001", "Global", "USD", 50_000, 150_000, "all", None),
        ("003", "FR", "EUR", 35_000, 85_000, "all", "gross"),
        ("003", "DE", "EUR", 50_000, 90_000, "all", "gross"),
        ("003", "CH", "CHF", 70_000, 150_000, "all", "gross"),
    }


def test_real_pages_lose_no_sentence(real: PagesRead) -> None:
    noise = ("Envía tu perfil", "Estudio personalmente", "Si cualificas", "We have 10")
    for path in sorted(REAL.iterdir()):
        kept = {word for section in real.roles[0].sections if section.document == path.name for word in tokens(section.text)}
        for sentence in re.findall(r"[^\n•]{25,}?\.(?=\s)", path.read_text(encoding="utf-8")):
            if not sentence.strip().startswith(noise):
                assert set(tokens(sentence.strip("* "))) <= kept | {"note"}, (path.name, sentence)


def test_real_noise_is_dropped(real: PagesRead) -> None:
    text = "\n".join(section.text for section in real.roles[0].sections)
    for noise in ("live Backend", "Ready to apply", "Envía tu perfil", "Roles relacionados", "Secretary Track", "positions open"):
        assert noise not in text


def test_spans_and_sources_fit(real: PagesRead) -> None:
    for section in real.roles[0].sections:
        assert section.source.title.endswith(f"({section.document})")
        assert section.source.date == section.updated
        for quote in quotes(section):
            assert quote == quote.strip()
            assert any(char.isalnum() for char in quote)


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Backend Engineer (f/m/x)", "backend-developer"), ("What is a Backend Engineer?", "backend-developer"),
        ("Essential Backend Developer Skills", "backend-developer"), ("Senior Data Analyst | Careers", "data-analyst"),
        ("How to become a Data Analyst", "data-analyst"), ("¿Qué hace un/a analista de datos?", "data-analyst"),
        ("Career guide: Product Manager", "product-manager"), ("Frontend Developer (m/w/d)", "frontend-developer"),
        ("Ingeniero/a de datos", "ingeniero-de-datos"), ("C++ Developer", "cpp-developer"), ("Backend Architect", "backend-architect"),
        ("What is a Software Architect?", "software-architect"),
    ],
)  # fmt: skip
def test_role_of_title(read: Reader, title: str, role: str) -> None:
    result = read({"page.txt": f"{title}\n\nOverview\n\nPeople in this job solve problems for others.\n"})
    assert result.problems == ()
    assert [one.id for one in result.roles] == [role]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Museum Guide", "Museum Guide"), ("Guía de museo", "Guía de museo"), ("Guía de montaña", "Guía de montaña"),
        ("Guía: enfermera", "Enfermera"), ("Nurse Guide", "Nurse"), ("Guía de enfermera", "Enfermera"), ("Guía de Backend", "Backend"),
    ],
)  # fmt: skip
def test_a_guide_may_be_an_occupation(read: Reader, title: str, name: str) -> None:
    (role,) = read({"page.txt": f"{title}\n\nSkills\n\nThey know how to talk with people of every age.\n"}).roles
    assert name in (role.title("en"), role.title("es"), *role.aliases["en"])


@pytest.mark.parametrize(
    "above", ["[Home](/) [All jobs](/jobs)", "Home Careers Sign in", "We use cookies.\n\nOne more notice of ours.\n\nMore."]
)
def test_the_heading_of_the_first_level_names_the_page(read: Reader, above: str) -> None:
    result = read({"a.md": f"{above}\n\n# Florist\n\n## Skills\n\n- Binding flowers into wreaths\n"})
    assert [(role.id, role.title("en")) for role in result.roles] == [("florist", "Florist")]
    assert of(result, "a", "skills").source.title == "Florist (a.md)"


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("Florist\n\n# Where it began\n\nThey bind flowers.\n\n# Skills\n\n- Writing cards\n", "florist"),
        ("Data Entry Clerk\n\n# Where it began\n\nThey type what others wrote.\n\n## Skills\n\n- Typing\n", "data-entry-clerk"),
    ],
)
def test_a_heading_under_the_title_does_not_name_the_page(read: Reader, page: str, role: str) -> None:
    assert [one.id for one in read({"a.md": page}).roles] == [role]


BOTH = """{title}

Also known as: Piano Technician
También conocido como: Técnico de pianos

Overview

A piano tuner makes the strings of a piano sound right together.

Descripción

Quien afina pianos hace que las cuerdas de un piano suenen bien juntas.
"""


def test_a_page_in_both_languages_names_its_role_in_both(read: Reader) -> None:
    result = read(
        {"a.txt": BOTH.format(title="Piano Tuner / Afinador de pianos"), "b.txt": "Afinador de pianos\n\nHerramientas\n\nDiapasón\n"}
    )
    (role,) = result.roles
    assert role.titles == {"en": "Piano Tuner", "es": "Afinador de pianos"}
    assert role.aliases == {"en": ("Piano Technician",), "es": ("Técnico de pianos",)}


def test_each_language_keeps_its_own_heading(read: Reader) -> None:
    result = read({"a.txt": BOTH.format(title="Piano Tuner / Afinador de pianos")})
    assert of(result, "a", "overview", "en").heading == "Overview"
    assert of(result, "a", "overview", "es").heading == "Descripción"
    assert quotes(of(result, "a", "overview", "es")) == [
        "**También conocido como**: Técnico de pianos",
        "Quien afina pianos hace que las cuerdas de un piano suenen bien juntas.",
    ]


@pytest.mark.parametrize(
    ("title", "titles"),
    [
        ("Enfermera / Nurse", {"en": "Nurse", "es": "Enfermera"}), ("Product Owner / Scrum Master", {"en": "Product Owner / Scrum Master"}),
        ("Frontend / Mobile Developer", {"en": "Frontend / Mobile Developer"}), ("Nurse/Enfermera", {"en": "Nurse/Enfermera"}),
    ],
)  # fmt: skip
def test_two_names_of_one_language_stay_together(read: Reader, title: str, titles: dict[Language, str]) -> None:
    (role,) = read({"a.txt": f"{title}\n\nOverview\n\nPeople in this job solve problems for others.\n"}).roles
    assert role.titles == titles


def test_role_of_prose(read: Reader) -> None:
    result = read(
        {"page.txt": "¿Buscas trabajos como desarrollador o desarrolladora backend? Se encargan de crear APIs. Hay alta demanda.\n"}
    )
    assert [role.id for role in result.roles] == ["backend-developer"]
    assert quotes(of(result, "page", "responsibilities", "es")) == ["Se encargan de crear APIs."]


def test_a_page_without_a_role_is_a_problem_and_the_others_go_on(read: Reader) -> None:
    result = read(
        {"a.txt": "The weather is nice today. It will rain tomorrow.\n", "b/c.txt": "Data Analyst\n\nA data analyst finds answers.\n"}
    )
    assert [role.id for role in result.roles] == ["data-analyst"]
    assert result.roles[0].sections[0].document == "b/c.txt"
    (problem,) = result.problems
    assert "no role found" in str(problem)
    assert "title:" in str(problem)


def test_pages_of_one_name_and_other_kinds_are_problems(read: Reader) -> None:
    page = "Data Analyst\n\nA data analyst finds answers.\n"
    result = read({"a/page.txt": page, "b/page.txt": page, "c.rtf": "x"})
    assert len(result.roles[0].sections) == 1
    assert [("same name" in str(problem), "not read" in str(problem)) for problem in result.problems] == [(True, False), (False, True)]


def test_front_matter(read: Reader) -> None:
    head = "---\ntitle: Scrum Master\naliases: [Agile Coach]\nupdated: 2025-03-04\nlanguage: es\n---\n"
    result = read(
        {"a.md": head + "## Skills\n\n- Kanban\n", "b.txt": "Agile Coach\n\nOverview\n\nAn agile coach helps teams to improve.\n"}
    )
    (role,) = result.roles
    assert (role.id, role.updated, role.titles["es"], role.aliases["es"]) == ("scrum-master", "2025-03", "Scrum Master", ("Agile Coach",))
    assert of(result, "a.md", "skills", "es").source.date == "2025-03"


@pytest.mark.parametrize("line", ["language: fr", "updated: soon", "title: [", "- a"])
def test_wrong_front_matter_is_named(read: Reader, line: str) -> None:
    result = read({"a.md": f"---\n{line}\n---\n# Data Analyst\n\nText.\n"})
    assert result.roles == ()
    assert "a.md:" in str(result.problems[0])


def test_two_languages_in_one_page(read: Reader) -> None:
    result = read(
        {
            "a.md": "# Data Analyst\n\n## Skills\n\n- Writing queries that answer the question of the team\n\n"
            "## Habilidades\n\n- Escribir consultas que responden a la pregunta del equipo\n"
        }
    )
    assert of(result, "a", "skills", "en").heading == "Skills"
    assert of(result, "a", "skills", "es").heading == "Habilidades"


def test_language_is_that_of_the_text_not_of_the_heading(read: Reader) -> None:
    result = read(
        {"a.txt": "Data Analyst\n\nErrores comunes\n\n• Not asking what the numbers are for\n\n• Hiding the doubts that you have\n"}
    )
    assert of(result, "a", "mistakes", "en").heading == "Errores comunes"


def test_labels_with_values_lists_and_dates(read: Reader) -> None:
    result = read(
        {
            "a.txt": "Data Analyst\n\nSalary\n$60k - $80k\nDemand\nVery high\nSkills\n7\nUpdated\nMar 2026\n\n"
            "Skills\n\nSQL\n\nExcel\n\nPython\n"
        }
    )
    assert quotes(of(result, "a", "salary")) == ["**Salary**: $60k - $80k"]
    assert quotes(of(result, "a", "outlook")) == ["**Demand**: Very high"]
    assert quotes(of(result, "a", "skills")) == ["SQL", "Excel", "Python"]
    assert result.roles[0].updated == "2026-03"


def test_questions_with_answers(read: Reader) -> None:
    result = read({"a.txt": "Data Analyst\n\nFAQ\n\nWhich tools do they use?\nMostly SQL.\nIs the salary good?\nIt is\nquite good.\n"})
    section = of(result, "a", "faq")
    assert [(one.kind, one.group) for one in section.statements] == [
        ("answer", "Which tools do they use?"),
        ("answer", "Is the salary good?"),
    ]
    assert quotes(section) == ["Mostly SQL.", "It is quite good."]


def test_markdown_heading_after_a_deeper_one_goes_back_up(read: Reader) -> None:
    result = read(
        {
            "a.md": "# Data Analyst\n\n## Interview\n\nPractise out loud.\n\n### Salary\n\nAsk for $50,000.\n\n"
            "### Last tip\n\nSleep well.\n\n"
            "## Team culture\n\nPeople here like lunch.\n"
        }
    )
    assert [(one.group, one.within(of(result, "a", "interview").text)) for one in of(result, "a", "interview").statements] == [
        (None, "Practise out loud."),
        ("Last tip", "Sleep well."),
    ]
    assert [one.group for one in of(result, "a", "overview").statements] == ["Team culture"]


def test_table_rows_are_items_with_pay(read: Reader) -> None:
    result = read(
        {"a.md": "# Data Analyst\n\n## Salary\n\n| Country | Salary |\n|---|---|\n| Spain | 28.000 € |\n| Germany | 45.000 € |\n"}
    )
    section = of(result, "a", "salary")
    assert quotes(section) == ["**Spain**: 28.000 €", "**Germany**: 45.000 €"]
    assert [one.pay.place for one in section.statements if one.pay] == ["ES", "DE"]


def test_several_figures_of_a_paragraph_are_a_row_each(read: Reader) -> None:
    result = read(
        {
            "a.md": "# Florist\n\n## Salary\n\n"
            "Beginners in the United Kingdom earn about £22,500 a year, experienced florists up to £31,000. "
            "Shop managers reach £36,000. Paris pays 30.000 €.\n\nAt sea it is £40,000 a year.\n\n"
            "## FAQ\n\n### Is the pay good?\n\nIt is £20,000 at first, and £30,000 later.\n"
        }
    )
    section = of(result, "a", "salary")
    assert [(one.pay.amount, one.pay.place, one.pay.level, one.pay.role) for one in section.statements if one.pay] == [
        ("£22,500", "GB", "junior", None),
        ("£31,000", "GB", "senior", None),
        ("£36,000", "GB", "all", "Shop managers"),
        ("30.000 €", None, "all", None),
        ("£40,000", None, "all", None),
    ]
    assert quotes(section)[:2] == ["Beginners in the United Kingdom earn about £22,500 a year", "experienced florists up to £31,000."]
    assert quotes(of(result, "a", "faq")) == ["It is £20,000 at first, and £30,000 later."]


def test_no_markup_of_the_page_survives(read: Reader) -> None:
    result = read(
        {"a.html": "<h1>Data Analyst</h1><p>Finds answers. <script>alert(1)</script></p><h2>Skills</h2><ul><li>SQL <b>joins</b></li></ul>"}
    )
    text = "\n".join(section.text for section in result.roles[0].sections)
    assert "alert" not in text
    assert "<" not in text
