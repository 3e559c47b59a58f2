"""A small folder of role documents without a problem, for tests that break one thing in it or need words of their own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

from coach.knowledge.catalogue import load_catalogue
from coach.types import LANGUAGES, Language

REAL = Path(__file__).resolve().parents[1] / "knowledge"
TITLES: dict[str, dict[Language, str]] = {
    "beekeeper": {"en": "Beekeeper", "es": "Apicultora"},
    "tram-driver": {"en": "Tram Driver", "es": "Conductora de tranvía"},
}
PROSE: dict[str, dict[Language, str]] = {
    "skills": {
        "en": "### Technical skills\n\n- **Hive inspection** (essential): reading a frame and finding the queen.\n"
        "- **Honey extraction** (important): spinning the frames without breaking the comb.\n\n"
        "### Soft skills\n\n- **Patience** (essential): slow hands keep the colony calm.\n",
        "es": "### Habilidades técnicas\n\n- **Inspección de colmenas** (imprescindible): leer un cuadro y encontrar a la reina.\n"
        "- **Extracción de miel** (importante): centrifugar los cuadros sin romper el panal.\n\n"
        "### Habilidades blandas\n\n- **Paciencia** (imprescindible): unas manos lentas mantienen tranquila a la colonia.\n",
    },
    "tools": {
        "en": "- **Smoker**: calms the bees before the hive is opened.\n- **Hive tool**: lifts frames that are glued together.\n",
        "es": "- **Smoker**: calma a las abejas antes de abrir la colmena.\n- **Hive tool**: levanta los cuadros pegados.\n",
    },
    "career-path": {
        "en": "1. **Apprentice**: learns beside an experienced colleague.\n2. **Master**: runs the whole site.\n",
        "es": "1. **Aprendiz**: aprende junto a alguien con experiencia.\n2. **Maestría**: dirige todo el lugar.\n",
    },
    "interview": {
        "en": "### Tips\n\n- Bring photos of your own work.\n- Say how you handled a bad season.\n\n"
        "### Technical questions\n\n- **How do you spot a swarm?** (junior) A good answer covers queen cells.\n"
        "- **How do you plan a region?** (senior) A good answer covers forage.\n",
        "es": "### Consejos\n\n- Lleva fotos de tu propio trabajo.\n- Cuenta cómo superaste una mala temporada.\n\n"
        "### Preguntas técnicas\n\n- **¿Cómo detectas un enjambre?** (júnior) Una buena respuesta cubre las celdas reales.\n"
        "- **¿Cómo planificas una región?** (sénior) Una buena respuesta cubre la floración.\n",
    },
    "cv": {
        "en": "### Tips\n\n- Name the number of colonies.\n- Keep it to one page.\n\n"
        "### Example\n\n- Raised forty colonies through two winters.\n",
        "es": "### Consejos\n\n- Indica el número de colmenas.\n- Que ocupe una página.\n\n"
        "### Ejemplo\n\n- Crié cuarenta colmenas durante dos inviernos.\n",
    },
    "faq": {
        "en": "### Do I need a licence?\n\nA short registration with the region is enough.\n",
        "es": "### ¿Necesito una licencia?\n\nBasta con un registro breve en la región.\n",
    },
    "salary": {"en": "Pay depends on the harvest.", "es": "El sueldo depende de la cosecha."},
    "outlook": {"en": "Demand grows slowly.", "es": "La demanda crece despacio."},
}


def _salary(**changes: Any) -> dict[str, Any]:
    row = {"currency": "EUR", "period": "year", "level": "all", "basis": "gross", "year": 2024, "source": "Bee survey", "url": None}
    return row | changes


SALARIES = [
    _salary(country="FR", low=21000, high=35000),
    _salary(country="FR", median=41000, level="senior", basis=None, year=2025),
    _salary(country="CH", currency="CHF", low=60000, high=90000, open_high=True),
    _salary(region="Europe", average=30000, note={"en": "hives excluded", "es": "sin contar colmenas"}),
]


def facts(role: str, sections: tuple[str, ...]) -> dict[str, Any]:
    """The content of a right `facts.yaml`."""
    return {
        "tools": ["Smoker", "Hive tool"],
        "path": [{"en": "Apprentice", "es": "Aprendiz"}, {"en": "Master", "es": "Maestría"}],
        "related": [other for other in TITLES if other != role],
        "sources": [{"id": "guide", "title": {"en": "Guide", "es": "Guía"}, "date": "2024-05", "sections": list(sections)}],
        "salaries": SALARIES if role == "beekeeper" else [_salary(country="DE", low=33000)],
        "outlook": [{"place": "US", "value": "+3%", "period": "2024-2034", "source": "BLS", "url": None, "year": 2025}],
    }


def build_house(folder: Path) -> Path:
    """Writes the folder, with the real catalogue and word lists, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    for file in REAL.glob("*.yaml"):
        shutil.copy(file, folder)
    catalogue = load_catalogue(folder)
    for role, titles in TITLES.items():
        (folder / role).mkdir()
        (folder / role / "facts.yaml").write_text(yaml.safe_dump(facts(role, catalogue.ids), allow_unicode=True, sort_keys=False))
        for language in LANGUAGES:
            title = titles[language]
            head = yaml.safe_dump({"title": title, "aliases": [], "updated": "2025-03"}, allow_unicode=True, sort_keys=False)
            parts = [f"---\n{head}---\n"]
            for section in catalogue.ids:
                filler = f"{title}: {'a plain sentence on' if language == 'en' else 'una frase sobre'} {section}."
                parts.append(f"## {catalogue.heading(section, language)}\n\n{PROSE.get(section, {}).get(language, filler)}\n")
            (folder / role / f"{language}.md").write_text("\n".join(parts), encoding="utf-8")
    return folder
