"""O*NET text files as documents: what stands in which section, and one clear line for whatever is wrong with a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from occupations import CODE, NEEDED_OF_ONET, ONET, change, write, write_onet

from coach.errors import DocumentError
from coach.knowledge.import_onet import OPTIONAL, Onet, read_onet
from coach.knowledge.imports import Occupation

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "onet27"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_onet(tmp_path / "onet")


@pytest.fixture(scope="module")
def onet(tmp_path_factory: pytest.TempPathFactory) -> Onet:
    return read_onet(write_onet(tmp_path_factory.mktemp("sound") / "onet"))


@pytest.fixture(scope="module")
def real() -> Onet:
    if not SHARED.is_dir():
        pytest.skip("the folder ../shared/data is not beside the repository")
    return read_onet(SHARED)


def by_id(onet: Onet, wanted: str) -> Occupation:
    (found,) = [one for one in onet.occupations if one.id == wanted]
    return found


def sections(occupation: Occupation) -> dict[str, str]:
    assert {text.language for text in occupation.texts} == {"en"}
    return {text.section: text.text for text in occupation.texts}


def test_every_occupation_is_read_in_the_order_of_the_file(onet: Onet) -> None:
    assert [one.id for one in onet.occupations] == ["lighthouse-keepers", "clock-winders", "beekeepers", "kite-testers", "ferry-stewards"]
    assert onet.absent == ()


def test_each_file_fills_its_section(onet: Onet) -> None:
    assert sections(by_id(onet, "lighthouse-keepers")) == {
        "overview": "Tend the lamp of a tower on the coast. May guide tours by day.",
        "responsibilities": "### Core tasks\n\n- Polish the lens every morning.\n- Note passing ships in the log.\n\n"
        "### Further tasks\n\n- Paint the railing.\n- Check the solar panels of the lamp.",
        "skills": "- **Wakefulness**: Staying awake through the night. (importance 4.80 on a scale from 1 to 5)\n"
        "- **Calm**: Staying quiet in a storm. (importance 3.10 on a scale from 1 to 5)",
        "tools": "- **Logging software**: Lampcloud, Foglog.\n- **Tide table software**: Tidebook.",
        "tracks": "Occupations closely related to Lighthouse Keepers: Clock Winders; Ferry Stewards.",
        "learning": "- **Education**: School to the age of sixteen.\n- **Experience**: A winter on the coast helps.\n"
        "- **Training**: A month beside a keeper.",
    }


def test_a_section_there_is_nothing_for_is_left_out(onet: Onet) -> None:
    """Tasks that are not rated are further tasks; quotation marks mean nothing in these files."""
    assert sections(by_id(onet, "kite-testers")) == {
        "overview": "Fly new kites in every wind before they are sold.",
        "responsibilities": "### Further tasks\n\n- Judge how a tail steadies a kite.",
    }
    assert sections(by_id(onet, "clock-winders"))["overview"] == '"Hands of the mayor" to some: keep the clocks of a town on time.'


def test_names_are_as_people_say_them(onet: Onet) -> None:
    """Initials count where they are those of the name: "(OR)" would make a question of every "or"."""
    keeper, steward = by_id(onet, "lighthouse-keepers"), by_id(onet, "ferry-stewards")
    assert (keeper.titles, keeper.aliases) == (
        {"en": "Lighthouse Keepers"},
        {"en": ("Head Lamp Tender", "Lamp Tender", "Harbor Light Attendant", "HLA")},
    )
    assert steward.aliases["en"] == ("Deck Host", "Gangway Attendant", "Watcher")


def test_the_source_names_release_page_and_licence_in_both_languages(onet: Onet) -> None:
    keeper = by_id(onet, "lighthouse-keepers")
    assert (keeper.code, keeper.name, keeper.updated) == ("53-9001.00", "onet-53-9001-00", "2025-02")
    for language, database in (("en", "O*NET 88.1 Database, US Department"), ("es", "Base de datos O*NET 88.1")):
        source = keeper.sources[language]
        assert source.title.startswith(database)
        assert source.title.endswith(": Lighthouse Keepers")
        assert (source.url, source.date) == ("https://www.onetonline.org/link/summary/53-9001.00", "2025-02")
        assert "CC BY 4.0" in (source.licence or "")
        assert "O*NET® " in (source.licence or "")


@pytest.mark.parametrize("read_me", [None, "Something else", "O*NET 88.1 Database\nBrumaire 2025 Release"])
def test_without_a_release_there_is_no_date_and_no_gap_in_the_title(folder: Path, read_me: str | None) -> None:
    (folder / "Read Me.txt").unlink()
    if read_me:
        write(folder / "Read Me.txt", read_me)
    keeper = by_id(read_onet(folder), "lighthouse-keepers")
    assert (keeper.updated, keeper.sources["en"].date) == (None, None)
    assert keeper.sources["en"].title.startswith("O*NET Database, US Department")


@pytest.mark.parametrize("name", list(OPTIONAL))
def test_an_optional_file_that_is_absent_is_told_and_only_its_words_are_missing(folder: Path, name: str, onet: Onet) -> None:
    (folder / name).unlink()
    read = read_onet(folder)
    assert read.absent == (name,)
    assert [one.id for one in read.occupations] == [one.id for one in onet.occupations]
    assert by_id(read, "lighthouse-keepers") != by_id(onet, "lighthouse-keepers")


def test_the_needed_files_alone_are_enough(folder: Path, onet: Onet) -> None:
    for name in ONET:
        if name not in NEEDED_OF_ONET:
            (folder / name).unlink()
    read = read_onet(folder)
    assert set(read.absent) == set(ONET) - set(NEEDED_OF_ONET) == set(OPTIONAL)
    assert list(sections(by_id(read, "lighthouse-keepers"))) == ["overview", "responsibilities"]


@pytest.mark.parametrize("name", NEEDED_OF_ONET)
def test_a_needed_file_that_is_missing_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DocumentError) as caught:
        read_onet(folder)
    assert str(caught.value) == f"{folder / name}: is missing; give the folder with the files of the O*NET database (text, tab-separated)"


def latin(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Paint the railing", "Pinte la barandilla dañada".encode("latin-1")))


def cut(path: Path, lines: int) -> None:
    """Takes the last lines away: what is left reads well."""
    write(path, "".join(path.read_text("utf-8").splitlines(keepends=True)[:-lines]))


FILES = {name: list(columns) for name, (columns, _) in ONET.items()}
TASKS, OCCUPATIONS, STYLES = "Task Statements.txt", "Occupation Data.txt", "Work Styles.txt"
WRONG: list[tuple[str, Callable[[Path], object], int | None, str]] = [
    (TASKS, lambda path: change(path, "Task Type", "Kind"), 1, "lacks the column 'Task Type': it is not of the O*NET database"),
    (STYLES, lambda path: change(path, "Scale ID", "Scale"), 1, "lacks the column 'Scale ID'"),
    (TASKS, lambda path: write(path, path.read_text("utf-8").replace("\t", ",")), 1, f"lacks the column '{CODE}'"),
    (TASKS, lambda path: change(path, "\tPaint the railing.", ""), 4, "has 6 fields where the heading has 7; give the file as published"),
    (TASKS, lambda path: change(path, "Paint the railing.", "Paint\tthe railing."), 4, "has 8 fields where the heading has 7"),
    (TASKS, latin, 4, "is not UTF-8 text; save it as UTF-8"),
    (TASKS, lambda path: path.write_bytes(path.read_text("utf-8").encode("utf-16")), 1, "is not UTF-8 text"),
    (TASKS, lambda path: write(path, "\t".join(FILES[TASKS]) + "\r\n"), None, "has no rows; give the whole file"),
    (TASKS, lambda path: write(path, ""), 1, "lacks the column"),
    (OCCUPATIONS, lambda path: change(path, "51-9002.00", "51-9002"), None, "'51-9002' is no O*NET-SOC code, or stands twice"),
    (OCCUPATIONS, lambda path: change(path, "51-9002.00", "53-9001.00"), None, "'53-9001.00' is no O*NET-SOC code, or stands twice"),
    (STYLES, lambda path: change(path, "4.80", "much"), None, "Data Value of 53-9001.00 is no number ('much')"),
    (
        "Content Model Reference.txt",
        lambda path: cut(path, 1),
        None,
        "lacks Element ID 1.C.3 of Work Styles.txt: one of them is of another",
    ),
    ("Job Zone Reference.txt", lambda path: change(path, "2\tZone Two", "3\tZone Two"), None, "lacks Job Zone 2 of Job Zones.txt"),
    ("Related Occupations.txt", lambda path: change(path, "\t2\r", "\tnear\r"), None, "Index of 53-9001.00 is no number ('near')"),
]


@pytest.mark.parametrize(("name", "spoil", "line", "said"), WRONG, ids=[one[3][:60] for one in WRONG])
def test_what_is_wrong_with_a_file_is_one_clear_line(
    folder: Path, name: str, spoil: Callable[[Path], object], line: int | None, said: str
) -> None:
    spoil(folder / name)
    with pytest.raises(DocumentError) as caught:
        read_onet(folder)
    assert said in str(caught.value)
    assert name in str(caught.value)
    assert caught.value.line == line
    assert "\n" not in str(caught.value)


PER_OCCUPATION = ("Alternate Titles.txt", TASKS, STYLES, "Job Zones.txt")


@pytest.fixture
def many(folder: Path) -> Path:
    """The database with forty occupations more before its own, one row each in several files; every tenth has no work styles."""
    for name in (OCCUPATIONS, *PER_OCCUPATION):
        heading, *rows = (folder / name).read_text("utf-8").splitlines()
        cells = rows[0].split("\t")[1:]
        more = [
            "\t".join([f"10-{at:04d}.00", *([f"Keeper {at}", "Keep."] if name == OCCUPATIONS else cells)])
            for at in range(1, 41)
            if name != STYLES or at % 10
        ]
        write(folder / name, "".join(f"{row}\n" for row in (heading, *more, *rows)))
    return folder


@pytest.mark.parametrize("name", [OCCUPATIONS, *PER_OCCUPATION])
def test_a_file_that_is_cut_at_the_end_of_a_line_is_seen_by_what_the_others_have(many: Path, name: str) -> None:
    """Nothing in the file itself is wrong; without this the occupations at its end would be there with less, and nobody told."""
    assert len(read_onet(many).occupations) == 45
    cut(many / name, 20)
    with pytest.raises(DocumentError) as caught:
        read_onet(many)
    said = (
        "has 10-0026.00, which Occupation Data.txt has not" if name == OCCUPATIONS else "other files go on to 53-9005.00: it has been cut"
    )
    assert said in str(caught.value)
    assert name in str(caught.value)


def test_a_file_that_speaks_of_few_occupations_may_end_early(many: Path) -> None:
    """That the reported titles, which two of 45 have, stop before the last occupation is nothing strange."""
    cut(many / "Sample of Reported Titles.txt", 1)
    assert len(read_onet(many).occupations) == 45


@pytest.mark.shared
@pytest.mark.parametrize("name", [*NEEDED_OF_ONET, *OPTIONAL])
def test_the_real_files_are_seen_to_be_cut(tmp_path: Path, real: Onet, name: str) -> None:
    for path in SHARED.iterdir():
        (tmp_path / path.name).symlink_to(path)
    (tmp_path / name).unlink()
    lines = (SHARED / name).read_text("utf-8").splitlines(keepends=True)
    # The work styles, which are all that is looked up in the reference, stand near its beginning.
    write(tmp_path / name, "".join(lines[: len(lines) // (30 if name == "Content Model Reference.txt" else 3)]))
    with pytest.raises(DocumentError, match=r"has been cut|or cut"):
        read_onet(tmp_path)


def test_a_byte_order_mark_and_unix_line_ends_change_nothing(folder: Path, onet: Onet) -> None:
    for name in ONET:
        path = folder / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\r\n", b"\n"))
    assert read_onet(folder) == onet


@pytest.mark.shared
def test_the_real_database_is_read_whole(real: Onet) -> None:
    assert (len(real.occupations), real.absent) == (1016, ())
    assert len({one.id for one in real.occupations}) == 1016
    assert all(one.id and one.texts and one.texts[0].section == "overview" for one in real.occupations)
    hygienists = by_id(real, "dental-hygienists")
    assert (hygienists.code, hygienists.updated) == ("29-1292.00", "2022-08")
    assert list(sections(hygienists)) == ["overview", "responsibilities", "skills", "tools", "tracks", "learning"]
    assert sections(hygienists)["overview"].startswith("Administer oral hygiene care to patients.")
    assert "O*NET 27.0 Database" in hygienists.sources["en"].title
    assert "CC BY 4.0" in (hygienists.sources["en"].licence or "")
