"""Stand-ins for tests about logic: an embedder whose vectors are made from the words of a text, and small role documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from coach.types import Language, Origin, Role, Section, Source, Statement

HEADINGS: dict[Language, str] = {"en": "Skills", "es": "Habilidades"}


@dataclass
class FakeEmbedder:
    """One token is one word; texts that share words have similar vectors. `embedded` lists every text it was given."""

    fingerprint: str = "fake/32/l2"
    dimension: int = 32
    window: int = 60
    embedded: list[str] = field(default_factory=list)

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded += texts
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
                vectors[row] += np.random.default_rng(seed).standard_normal(self.dimension, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def make_section(
    role: str,
    language: Language,
    groups: Mapping[str | None, Sequence[str]],
    *,
    section: str = "skills",
    document: str | None = None,
    kind: str = "item",
) -> Section:
    """A section whose `###` groups hold these list items (kind "item") or paragraphs (any other kind), with their statements."""
    text, statements = "", []
    for group, items in groups.items():
        text += f"### {group}\n\n" if group else ""
        for item in items:
            text += "- " if kind == "item" else ""
            statements.append(Statement(len(text), len(text) + len(item), kind, group))
            text += item + ("\n" if kind == "item" else "\n\n")
        text += "\n"
    return Section(
        role=role,
        language=language,
        id=section,
        heading=HEADINGS[language],
        text=text.strip(),
        statements=tuple(statements),
        source=Source("Editors"),
        document=document or f"{role}/{language}.md",
        updated="2026-11",
    )


def make_role(role: str, items: Mapping[Language, Sequence[str]], *, origin: Origin = "curated", document: str | None = None) -> Role:
    """A role with one section of list items per language."""
    return Role(
        id=role,
        titles={"en": role.replace("-", " ").title(), "es": f"Puesto {role}"},
        aliases={"en": (role.upper(),), "es": ()},
        sections=tuple(make_section(role, language, {"Tips": texts}, document=document) for language, texts in items.items()),
        origin=origin,
    )
