"""A coach with the facade's signatures that answers from a few fixed passages, at the pace a test asks for."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from coach.errors import QuestionError
from coach.types import LANGUAGES, Answer, Chunk, Citation, Hit, Language, Role, Turn

EVIL = '<script>window.hacked = 1</script><img src=x onerror="window.hacked = 2">'

SKILLS = {
    "en": "### Technical skills\n\n- **SQL** (essential): the core skill for querying relational databases.\n"
    "- **APIs** (essential): designing and versioning REST endpoints that other teams rely on.\n"
    "- **Testing** (important): unit and integration tests that fail when the behaviour breaks.\n\n"
    "### Soft skills\n\n- **Clear writing** (important): tickets, reviews and decisions that a colleague understands a month later.\n",
    "es": "### Habilidades técnicas\n\n- **SQL** (imprescindible): la habilidad central para consultar bases de datos relacionales.\n"
    "- **API** (imprescindible): diseñar y versionar puntos de acceso REST de los que dependen otros equipos.\n"
    "- **Pruebas** (importante): pruebas unitarias y de integración que fallan cuando se rompe el comportamiento.\n\n"
    "### Habilidades blandas\n\n- **Escritura clara** (importante): tareas y revisiones que se entienden un mes después.\n",
}
PAY = {
    "en": "Germany: EUR 55,000 to 80,000 gross a year, all levels.\nSwitzerland: CHF 90,000 to 130,000 gross a year, all levels.\n",
    "es": "Alemania: de 55 000 a 80 000 EUR brutos al año, todos los niveles.\n"
    "Suiza: de 90 000 a 130 000 CHF brutos al año, todos los niveles.\n",
}
TITLES = {"en": "Backend Developer", "es": "Desarrollo backend"}
HEADINGS = {
    "skills": {"en": "Skills", "es": "Habilidades"},
    "salary": {"en": "Salary", "es": "Salario"},
    "tools": {"en": "Tools", "es": "Herramientas"},
}


def _chunk(language: Language, section: str, text: str, url: str | None) -> Chunk:
    return Chunk(
        id=f"backend-developer/{language}/{section}#0",
        role="backend-developer",
        language=language,
        section=section,
        title=TITLES[language],
        heading=HEADINGS[section][language],
        text=text,
        statements=(),
        source="Example labour survey",
        url=url,
        updated="2026-02",
        document=f"backend-developer/{language}.md",
    )


@dataclass
class FakeCoach:
    """`delay` is in seconds between two deltas. `asked` records question, history and language of every call.

    With `go_on`, an answer stops in its middle until that is set.
    """

    delay: float = 0.0
    notice: str | None = None
    asked: list[tuple[str, tuple[Turn, ...], Language | None]] = field(default_factory=list)
    missing: bool = False
    suggestions: tuple[str, ...] = ()
    go_on: threading.Event | None = None

    def __post_init__(self) -> None:
        self.chunks: dict[str, Chunk] = {}
        for language in ("en", "es"):
            for section, text, url in (
                ("skills", SKILLS[language], "https://example.org/skills?a=1&b=2"),
                ("salary", PAY[language], None),
                ("tools", f"- **Docker** {EVIL}: packs a service.\n", "javascript:window.hacked=3"),
            ):
                chunk = _chunk(language, section, text, url)
                self.chunks[chunk.id] = chunk

    @property
    def roles(self) -> list[Role]:
        titles = {
            "backend-developer": TITLES,
            "data-analyst": {"en": "Data Analyst", "es": "Análisis de datos"},
            "devops-engineer": {"en": "DevOps Engineer", "es": "Ingeniería DevOps"},
        }
        return [Role(id=role, titles=names, aliases={}) for role, names in titles.items()]

    def chunk(self, chunk_id: str) -> Chunk:
        if self.missing or chunk_id not in self.chunks:
            raise KeyError(chunk_id)
        return self.chunks[chunk_id]

    def sections(self, role: str) -> dict[Language, list[str]]:
        return {
            language: [chunk.section for chunk in self.chunks.values() if (chunk.role, chunk.language) == (role, language)]
            for language in LANGUAGES
        }

    def passages(self, role: str, language: Language, section: str) -> list[Chunk]:
        chunk = self.chunks.get(f"{role}/{language}/{section}#0")
        return [chunk] if chunk else []

    def search(self, query: str, k: int = 10) -> list[Hit]:
        return [Hit(chunk, 1.0, 1.0, 1.0) for chunk in list(self.chunks.values())[:k]]

    def ask(self, question: str, history: Sequence[Turn] = (), language: Language | None = None, role: str | None = None) -> Answer:
        self.asked.append((question, tuple(history), language))
        if "unreadable" in question:
            raise QuestionError("the question is not text: send words")
        if "broken" in question:
            raise RuntimeError("a secret detail of the machine")
        spoken: Language = language or ("es" if any(sign in question.lower() for sign in ("¿", "habilidad", "sueldo")) else "en")
        section = "salary" if any(word in question.lower() for word in ("earn", "pay", "gana", "sueldo")) else "skills"
        if "evil" in question or "<script" in question:
            section = "tools"
        chunk = self.chunks[f"backend-developer/{spoken}/{section}#0"]
        lines = [line.removeprefix("- ") for line in chunk.text.splitlines() if line.strip() and not line.startswith("#")]
        citations = tuple(
            Citation(
                marker=marker,
                chunk=chunk.id,
                role=chunk.role,
                section=section,
                title=chunk.title,
                source=chunk.source,
                url=chunk.url,
                updated=chunk.updated,
                quote=line,
                start=chunk.text.index(line),
                end=chunk.text.index(line) + len(line),
            )
            for marker, line in enumerate(lines, start=1)
        )
        if section == "salary":
            head = "| Country | Pay | Basis | Level | Source of the figure |\n|---|---|---|---|---|\n"
            rows = "\n".join(
                f"| {line.split(':')[0]} | {line.split(':')[1]} [{n}] | gross | all | {chunk.source} |" for n, line in enumerate(lines, 1)
            )
            text = head + rows
        else:
            text = "\n".join(f"- {line} [{n}]" for n, line in enumerate(lines, start=1))
        return Answer(
            kind="answer",
            language=spoken,
            text=text,
            standalone_question=question,
            citations=citations,
            notice=self.notice,
            suggestions=self.suggestions,
        )

    def stream(self, question: str, history: Sequence[Turn] = (), language: Language | None = None) -> Iterator[str | Answer]:
        answer = self.ask(question, history, language)
        for start in range(0, len(answer.text), 12):
            time.sleep(self.delay)
            if self.go_on and start >= len(answer.text) // 2:
                assert self.go_on.wait(60), "nobody let the answer go on"
            yield answer.text[start : start + 12]
        yield answer
