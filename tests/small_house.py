"""A small folder of role documents without a problem, for tests that break one thing in it or need words of their own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml
from fakes import FakeEmbedder

from coach.ingest import Inputs, ingest
from coach.knowledge.catalogue import load_catalogue
from coach.settings import Settings
from coach.types import LANGUAGES, Language

REAL = Path(__file__).resolve().parents[1] / "knowledge"
TITLES: dict[str, dict[Language, str]] = {
    "beekeeper": {"en": "Beekeeper", "es": "Apicultora"},
    "tram-driver": {"en": "Tram Driver", "es": "Conductora de tranvía"},
}
BEEKEEPER: dict[str, dict[Language, str]] = {
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
TRAM_DRIVER: dict[str, dict[Language, str]] = {
    "skills": {
        "en": "### Technical skills\n\n- **Braking** (essential): stopping at the platform edge without throwing anybody off their feet.\n"
        "- **Signals** (important): obeying the lights that belong to rails alone.\n\n"
        "### Soft skills\n\n- **Courtesy** (essential): an announcement in good time spares a quarrel.\n",
        "es": "### Habilidades técnicas\n\n- **Frenado** (imprescindible): parar junto al andén sin que nadie pierda el equilibrio.\n"
        "- **Señales** (importante): obedecer las luces que solo valen para los raíles.\n\n"
        "### Habilidades blandas\n\n- **Cortesía** (imprescindible): un aviso a tiempo ahorra una discusión.\n",
    },
    "tools": {
        "en": "- **Controller**: the lever that gives power to the motors.\n- **Sander**: throws grit onto slippery rails.\n",
        "es": "- **Controller**: la palanca que da corriente a los motores.\n- **Sander**: echa arena sobre los raíles resbaladizos.\n",
    },
    "career-path": {
        "en": "1. **Trainee**: drives round the empty depot.\n2. **Dispatcher**: sends out every car of a line.\n",
        "es": "1. **Alumno**: conduce en vacío por la cochera.\n2. **Regulación**: da salida a los coches de una línea.\n",
    },
    "interview": {
        "en": "### Tips\n\n- Learn the names of the lines.\n- Arrive by tram.\n\n"
        "### Technical questions\n\n- **What do you do at a blocked switch?** (junior) A good answer covers calling the control room.\n"
        "- **How do you make up a delay?** (senior) A good answer covers shorter layovers.\n",
        "es": "### Consejos\n\n- Aprende los nombres de las líneas.\n- Llega en tranvía.\n\n"
        "### Preguntas técnicas\n\n- **¿Qué haces ante una aguja bloqueada?** (júnior) Una buena respuesta cubre llamar a la central.\n"
        "- **¿Cómo recuperas un retraso?** (sénior) Una buena respuesta cubre acortar las paradas en cabecera.\n",
    },
    "cv": {
        "en": "### Tips\n\n- Give the years without an accident.\n- List your permits.\n\n"
        "### Example\n\n- Drove line four for six winters.\n",
        "es": "### Consejos\n\n- Pon los años sin accidentes.\n- Enumera tus permisos.\n\n"
        "### Ejemplo\n\n- Conduje la línea cuatro seis inviernos.\n",
    },
    "faq": {
        "en": "### Is the night shift paid better?\n\nMost companies add a bonus after ten in the evening.\n",
        "es": "### ¿Se paga mejor el turno de noche?\n\nLa mayoría de las empresas añade un plus a partir de las diez.\n",
    },
    "salary": {"en": "Shifts decide the pay.", "es": "Los turnos deciden la paga."},
    "outlook": {"en": "New lines are opening.", "es": "Se abren líneas nuevas."},
}
PROSE = {"beekeeper": BEEKEEPER, "tram-driver": TRAM_DRIVER}
"""Each role speaks of its own trade: what two roles share nearly word for word, `coach check` names."""
TOOLS = {"beekeeper": ["Smoker", "Hive tool"], "tram-driver": ["Controller", "Sander"]}
PATHS = {
    "beekeeper": [{"en": "Apprentice", "es": "Aprendiz"}, {"en": "Master", "es": "Maestría"}],
    "tram-driver": [{"en": "Trainee", "es": "Alumno"}, {"en": "Dispatcher", "es": "Regulación"}],
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
        "tools": TOOLS[role],
        "path": PATHS[role],
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
                parts.append(f"## {catalogue.heading(section, language)}\n\n{PROSE[role].get(section, {}).get(language, filler)}\n")
            (folder / role / f"{language}.md").write_text("\n".join(parts), encoding="utf-8")
    return folder


def settings_of_house(folder: Path, pages: Path | None = None) -> Settings:
    """The settings of a coach over the small house and the raw `pages`, built in `folder` and indexed with the made-up embedder."""
    settings = Settings(knowledge=build_house(folder / "house"), pages=pages, index=folder / "index", data=folder)
    ingest(settings, Inputs(settings.knowledge, pages), FakeEmbedder())
    return settings
