"""Small folders in the forms of O*NET and ESCO, with occupations and words made up here, for tests of what is imported.

What is in them for a test: the lighthouse keeper stands in both under one title; the beekeeper is a role of the small house
too; "kite maker" is a title and an alias of another; "winder" is an alias of two occupations and "watcher" one of five;
"recruiter" and "model" are aliases that are everyday words.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from coach.types import Language

URI = "http://data.europa.eu/esco/occupation/"
BEES = f"{URI}bees"
"""The ESCO URI of the beekeeper, which `claim` makes the small house's own."""
BEES_SOC = "45-9003.00"
REGULATED, FREE = (f"http://data.europa.eu/esco/regulated-professions/{word}" for word in ("regulated", "unregulated"))

READ_ME = "O*NET® 88.1 Database\nFebruary 2025 Release\n-----\n\nInvented for tests.\n"

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
CODE = "O*NET-SOC Code"

ONET: dict[str, Table] = {
    "Occupation Data.txt": (
        (CODE, "Title", "Description"),
        (
            ("53-9001.00", "Lighthouse Keepers", "Tend the lamp of a tower on the coast. May guide tours by day."),
            ("51-9002.00", "Clock Winders", '"Hands of the mayor" to some: keep the clocks of a town on time.'),
            (BEES_SOC, "Beekeepers", "Look after colonies of bees and harvest what they store."),
            ("51-9004.00", "Kite Testers", "Fly new kites in every wind before they are sold."),
            ("53-9005.00", "Ferry Stewards", "See passengers safely on and off a river ferry."),
        ),
    ),
    "Alternate Titles.txt": (
        (CODE, "Alternate Title", "Short Title", "Source(s)"),
        (
            ("53-9001.00", "Lamp Tender", "n/a", "01"),
            ("53-9001.00", "Harbor Light Attendant (HLA)", "n/a", "01"),
            ("51-9002.00", "Winder", "n/a", "01"),
            ("51-9002.00", "Watcher", "n/a", "01"),
            ("51-9004.00", "Model", "n/a", "01"),
            ("51-9004.00", "Kite Maker", "n/a", "01"),
            ("51-9004.00", "Watcher", "n/a", "01"),
            ("53-9005.00", "Gangway Attendant (OR)", "n/a", "01"),
            ("53-9005.00", "Watcher", "n/a", "01"),
        ),
    ),
    "Task Statements.txt": (
        (CODE, "Task ID", "Task", "Task Type", "Incumbents Responding", "Date", "Domain Source"),
        (
            ("53-9001.00", "1", "Polish the lens every morning.", "Core", "9", "02/2025", "Incumbent"),
            ("53-9001.00", "2", "Note passing ships in the log.", "Core", "9", "02/2025", "Incumbent"),
            ("53-9001.00", "3", "Paint the railing.", "Supplemental", "9", "02/2025", "Incumbent"),
            ("51-9002.00", "4", "Climb the tower and wind the weights.", "Core", "9", "02/2025", "Incumbent"),
            ("51-9002.00", "5", "Oil the wheels of the striking train.", "Core", "9", "02/2025", "Incumbent"),
            (BEES_SOC, "6", "Feed weak colonies in autumn.", "Core", "9", "02/2025", "Incumbent"),
            ("51-9004.00", "7", "Judge how a tail steadies a kite.", "n/a", "9", "02/2025", "Incumbent"),
            ("53-9005.00", "8", "Lower the gangway once the ropes hold.", "Core", "9", "02/2025", "Incumbent"),
        ),
    ),
    "Sample of Reported Titles.txt": (
        (CODE, "Reported Job Title", "Shown in My Next Move"),
        (("53-9001.00", "Head Lamp Tender", "Y"), ("53-9005.00", "Deck Host", "Y")),
    ),
    "Emerging Tasks.txt": (
        (CODE, "Task", "Category", "Original Task ID", "Original Task", "Write-in Total", "Date", "Domain Source"),
        (
            ("53-9001.00", "Check the solar panels of the lamp.", "New", "n/a", "n/a", "3", "02/2025", "Incumbent"),
            ("53-9001.00", "Polish the lens every other morning.", "Revision", "1", "n/a", "3", "02/2025", "Incumbent"),
        ),
    ),
    "Technology Skills.txt": (
        (CODE, "Example", "Commodity Code", "Commodity Title", "Hot Technology"),
        (
            ("53-9001.00", "Tidebook", "1", "Tide table software", "N"),
            ("53-9001.00", "Foglog", "2", "Logging software", "N"),
            ("53-9001.00", "Lampcloud", "2", "Logging software", "Y"),
        ),
    ),
    "Work Styles.txt": (
        (CODE, "Element ID", "Element Name", "Scale ID", "Data Value", "N"),
        (
            ("53-9001.00", "1.C.1", "Calm", "IM", "3.10", "9"),
            ("53-9001.00", "1.C.2", "Wakefulness", "IM", "4.80", "9"),
            ("53-9001.00", "1.C.3", "Wakefulness range", "XX", "5.00", "9"),
        ),
    ),
    "Content Model Reference.txt": (
        ("Element ID", "Element Name", "Description"),
        (
            ("1.C.1", "Calm", "Staying quiet in a storm."),
            ("1.C.2", "Wakefulness", "Staying awake through the night."),
            ("1.C.3", "Wakefulness range", "How long one stays awake."),
        ),
    ),
    "Job Zones.txt": ((CODE, "Job Zone", "Date", "Domain Source"), (("53-9001.00", "2", "02/2025", "Analyst"),)),
    "Job Zone Reference.txt": (
        ("Job Zone", "Name", "Experience", "Education", "Job Training", "Examples", "SVP Range"),
        (("2", "Zone Two", "A winter on the coast helps.", "School to the age of sixteen.", "A month beside a keeper.", "n/a", "n/a"),),
    ),
    "Related Occupations.txt": (
        (CODE, "Related O*NET-SOC Code", "Relatedness Tier", "Index"),
        (
            ("53-9001.00", "53-9005.00", "Primary-Long", "2"),
            ("53-9001.00", "51-9002.00", "Primary-Short", "1"),
            ("53-9001.00", "51-9004.00", "Supplemental", "3"),
            ("53-9001.00", "99-9999.00", "Primary-Short", "4"),
        ),
    ),
}
NEEDED_OF_ONET = ("Occupation Data.txt", "Alternate Titles.txt", "Task Statements.txt")

ESCO_COLUMNS = (
    *("conceptType", "conceptUri", "iscoGroup", "preferredLabel", "altLabels", "hiddenLabels", "status", "modifiedDate"),
    *("regulatedProfessionNote", "scopeNote", "definition", "inScheme", "description", "code"),
)
# Name, ISCO group, whether it is regulated, and by language: label, other labels, description.
Words = dict[Language, tuple[str, tuple[str, ...], str]]
ESCO: tuple[tuple[str, str, bool, Words], ...] = (
    (
        "light",
        "9001",
        True,
        {
            "en": ("lighthouse keeper", ("warden of the light",), "Lighthouse keepers guard the light of a harbour.\nThey call the pilot."),
            "es": (
                "farero/farera",
                ("guardián de la luz", "guardiana de la luz"),
                "Los fareros guardan la luz de un puerto.\nAvisan al práctico.",
            ),
        },
    ),
    (
        "bees",
        "9002",
        False,
        {
            "en": ("beekeeper", ("honey farmer",), "Beekeepers raise bees for their honey."),
            "es": ("apicultor/apicultora", ("colmenero", "colmenera"), "Los apicultores crían abejas por su miel."),
        },
    ),
    (
        "kites",
        "9002",
        False,
        {
            "en": ("kite maker", ("kite builder", "watcher"), 'Kite makers cut sails, "bows" and tails, and glue them.'),
            "es": ("cometero/cometera", ("constructor de cometas", "constructora de cometas"), "Los cometeros cortan telas y varas."),
        },
    ),
    (
        "bells",
        "9002",
        False,
        {
            "en": ("bell founder", ("winder",), "Bell founders pour bronze into moulds of clay."),
            "es": ("fundidor de campanas/fundidora de campanas", ("campanero", "campanera"), "Los fundidores vierten bronce en moldes."),
        },
    ),
    (
        "crews",
        "9001",
        False,
        {
            "en": ("crew scout", ("recruiter", "watcher"), "Crew scouts find hands for a voyage."),
            "es": ("ojeador de tripulaciones/ojeadora de tripulaciones", ("reclutador", "reclutadora"), "Los ojeadores buscan marineros."),
        },
    ),
    (
        "bread",
        "9001",
        False,
        {
            "en": ("ship's baker", ("galley baker",), "Ship's bakers knead dough at sea."),
            "es": ("panadero de barco/panadera de barco", ("panadero", "panadera"), "Los panaderos de barco amasan en alta mar."),
        },
    ),
)
ISCO: dict[Language, dict[str, str]] = {
    "en": {"9001": "Hands at sea", "9002": "Hands ashore"},
    "es": {"9001": "Manos en el mar", "9002": "Hands ashore"},
}


def write_onet(folder: Path) -> Path:
    """Writes the folder of the made-up O*NET database and returns it."""
    folder.mkdir(parents=True)
    for name, (columns, rows) in ONET.items():
        write(folder / name, "".join("\t".join(row) + "\r\n" for row in (columns, *rows)))
    write(folder / "Read Me.txt", READ_ME)
    return folder


def write_esco(folder: Path) -> Path:
    """Writes the folder of the made-up ESCO classification and returns it."""
    folder.mkdir(parents=True)
    for language, groups in ISCO.items():
        rows = [_row(at, name, group, regulated, *words[language]) for at, (name, group, regulated, words) in enumerate(ESCO, start=1)]
        write(folder / f"occupations_{language}.csv", _csv(ESCO_COLUMNS, rows))
        write(folder / f"ISCOGroups_{language}.csv", _csv(("code", "preferredLabel"), list(groups.items())))
    return folder


def _row(number: int, name: str, group: str, regulated: bool, label: str, others: Sequence[str], description: str) -> tuple[str, ...]:
    note, dated = REGULATED if regulated else FREE, "2024-03-09T10:00:00.000Z"
    labels = (label, "\n".join(others), "", "released", dated, note)
    return ("Occupation", URI + name, group, *labels, "", "", "scheme", description, f"{group}.{number}")


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([columns, *rows])
    return stream.getvalue()


def write(path: Path, text: str) -> None:
    """Writes the text as UTF-8, its line ends as they are."""
    path.write_bytes(text.encode("utf-8"))


def change(path: Path, old: str, new: str) -> None:
    """Replaces the first `old` in a file, which must hold it."""
    text = path.read_bytes().decode("utf-8")
    assert old in text
    write(path, text.replace(old, new, 1))


def claim(house: Path, role: str = "beekeeper", **codes: Any) -> None:
    """Makes the small house's role the very occupation that both classifications call beekeeper, or that of `codes`."""
    esco = {"uri": BEES, "code": "9002.2", "label": "beekeeper", "match": "exact"}
    path = house / role / "facts.yaml"
    facts = yaml.safe_load(path.read_text(encoding="utf-8"))
    facts["codes"] = codes or {"esco": esco, "onet": [{"code": BEES_SOC, "match": "exact"}]}
    path.write_text(yaml.safe_dump(facts, allow_unicode=True, sort_keys=False), encoding="utf-8")
