"""Chunks: nothing lost, nothing broken, ids that stay."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from fakes import FakeEmbedder, make_role, make_section

from coach.index import SentenceTransformerEmbedder
from coach.index.chunking import chunk_role, chunk_section, content_hash
from coach.types import Chunk, Pay, Section, Source, Statement


def words(count: int, name: str = "w") -> str:
    return " ".join(f"{name}{number}" for number in range(count))


def check(section: Section, chunks: list[Chunk], embedder: FakeEmbedder | SentenceTransformerEmbedder) -> None:
    """What holds for the chunks of any section."""
    for chunk in chunks:
        assert chunk.text in section.text
        assert chunk.text == chunk.text.strip()
        assert embedder.count_tokens(chunk.embedding_text) <= embedder.window
        assert chunk.statements
        for statement in chunk.statements:
            assert 0 <= statement.start < statement.end <= len(chunk.text)
    quoted = "".join("".join(one.within(chunk.text).split()) for chunk in chunks for one in chunk.statements)
    assert quoted == "".join("".join(one.within(section.text).split()) for one in section.statements)


def test_a_section_that_fits_is_one_chunk_with_all_that_is_known_of_it() -> None:
    section = make_section("backend", "en", {"Tips": ["Learn SQL.", "Learn Git."]})
    (chunk,) = chunk_section(section, "Backend Developer", FakeEmbedder())
    assert chunk.id == "backend/en/skills#0"
    assert chunk.text == section.text
    assert [one.within(chunk.text) for one in chunk.statements] == ["Learn SQL.", "Learn Git."]
    assert chunk.embedding_text.startswith("Backend Developer: Skills\n### Tips")
    assert (chunk.source, chunk.updated, chunk.document) == ("Editors", "2026-11", "backend/en.md")


def test_a_long_section_is_cut_between_statements_and_headings_go_with_what_follows() -> None:
    section = make_section("backend", "en", {"Tips": [words(20, "a"), words(20, "b")], "Questions": [words(20, "c"), words(20, "d")]})
    chunks = chunk_section(section, "T", FakeEmbedder())
    assert [chunk.id for chunk in chunks] == ["backend/en/skills#0", "backend/en/skills#1"]
    assert [chunk.text.splitlines()[0] for chunk in chunks] == ["### Tips", "### Questions"]
    check(section, chunks, FakeEmbedder())


def test_a_cut_falls_on_a_heading_rather_than_inside_a_group() -> None:
    """Cut after the first question, the two pieces would be of like length, but the questions would be torn apart."""
    groups = {"Tips": [words(10, "a"), words(10, "b")], "Questions": [words(14, "c"), words(14, "d"), words(14, "e")]}
    chunks = chunk_section(make_section("backend", "en", groups), "T", FakeEmbedder())
    assert [[one.group for one in chunk.statements] for chunk in chunks] == [["Tips"] * 2, ["Questions"] * 3]


def test_pieces_of_one_group_are_of_like_length() -> None:
    section = make_section("backend", "en", {None: [words(10, f"s{number}-") for number in range(6)]})
    chunks = chunk_section(section, "T", FakeEmbedder())
    assert [len(chunk.statements) for chunk in chunks] == [3, 3]


def test_a_question_is_never_parted_from_its_answer() -> None:
    answers = {f"Question {number}?": [words(24, f"a{number}-")] for number in range(9)}
    section = make_section("backend", "en", answers, section="faq", kind="answer")
    chunks = chunk_section(section, "T", FakeEmbedder())
    assert len(chunks) == 5
    for chunk in chunks:
        assert chunk.text.startswith("### Question")
        for statement in chunk.statements:
            assert f"### {statement.group}\n\n{statement.within(chunk.text)}" in chunk.text
    check(section, chunks, FakeEmbedder())


def test_a_statement_longer_than_the_window_is_cut_at_clauses() -> None:
    clauses = [words(20, f"c{number}-") + "," for number in range(6)]
    section = make_section("backend", "en", {None: ["Short.", " ".join(clauses), "Last."]})
    chunks = chunk_section(section, "T", FakeEmbedder())
    parts = [one.within(chunk.text) for chunk in chunks for one in chunk.statements]
    assert parts == ["Short.", *(" ".join(clauses[start : start + 2]) for start in (0, 2, 4)), "Last."]
    check(section, chunks, FakeEmbedder())


def test_a_statement_without_clauses_is_cut_at_spaces_and_keeps_its_pay_where_the_amount_is() -> None:
    text = words(100) + " EUR 50,000 " + words(20, "z")
    statement = Statement(0, len(text), "item", "Pay", Pay("EUR 50,000", "EUR", middle=50000))
    section = replace(make_section("backend", "en", {None: ["x"]}), text=text, statements=(statement,))
    chunks = chunk_section(section, "T", FakeEmbedder())
    check(section, chunks, FakeEmbedder())
    for chunk in chunks:
        for one in chunk.statements:
            assert (one.kind, one.group) == ("item", "Pay")
            assert (one.pay is not None) == ("EUR 50,000" in one.within(chunk.text))


def test_a_title_longer_than_the_window_still_leaves_room_for_text() -> None:
    section = make_section("backend", "en", {None: [words(10), words(10)]})
    chunks = chunk_section(section, words(200, "title"), FakeEmbedder())
    assert [one.within(chunk.text) for chunk in chunks for one in chunk.statements] == [words(10), words(10)]


def test_a_section_without_statements_gives_no_chunk() -> None:
    section = replace(make_section("backend", "en", {None: ["x"]}), statements=())
    assert chunk_section(section, "T", FakeEmbedder()) == []


def test_ids_of_pages_hold_the_page_and_do_not_depend_on_other_pages() -> None:
    first = make_role("backend", {"en": [words(40), words(40)]}, origin="page", document="001_abc.txt")
    second = make_role("backend", {"en": ["x"]}, origin="page", document="pages/002 def.html")
    alone = [chunk.id for chunk in chunk_role(second, FakeEmbedder())]
    both = replace(first, sections=first.sections + second.sections)
    assert alone == ["backend/en/skills#002-def.0"]
    assert [chunk.id for chunk in chunk_role(both, FakeEmbedder())] == [
        "backend/en/skills#001_abc.0",
        "backend/en/skills#001_abc.1",
        *alone,
    ]


def test_ids_of_imports_hold_the_document_and_chunks_the_licence() -> None:
    """Two classifications may describe one role."""
    esco = make_role("keeper", {"en": [words(40), words(40)]}, origin="import", document="esco-9001-1")
    onet = make_role("keeper", {"en": ["x"]}, origin="import", document="onet-53-9001-00")
    onet = replace(onet, sections=tuple(replace(one, source=Source("O*NET", licence="CC BY 4.0")) for one in onet.sections))
    chunks = [*chunk_role(esco, FakeEmbedder()), *chunk_role(onet, FakeEmbedder())]
    assert [(chunk.id, chunk.origin, chunk.licence) for chunk in chunks] == [
        ("keeper/en/skills#esco-9001-1.0", "import", None),
        ("keeper/en/skills#esco-9001-1.1", "import", None),
        ("keeper/en/skills#onet-53-9001-00.0", "import", "CC BY 4.0"),
    ]


def test_two_sections_of_one_name_in_one_page_are_numbered_on() -> None:
    role = make_role("backend", {"en": ["x"]}, origin="page", document="a.txt")
    twice = replace(role, sections=role.sections * 2)
    assert [chunk.id for chunk in chunk_role(twice, FakeEmbedder())] == ["backend/en/skills#a.0", "backend/en/skills#a.1"]


@pytest.mark.parametrize("seed", range(40))
def test_nothing_is_lost_whatever_the_lengths(seed: int) -> None:
    rng = random.Random(seed)
    groups = {
        rng.choice([f"Group {number}", None]): [
            words(rng.choice([1, 5, 20, 70, 150]), f"{number}-{item}-") for item in range(rng.randint(1, 9))
        ]
        for number in range(rng.randint(1, 4))
    }
    section = make_section("backend", "es", groups, kind=rng.choice(["item", "sentence"]))
    check(section, chunk_section(section, "T", FakeEmbedder()), FakeEmbedder())


def test_one_endless_word_is_cut_too(embedder: SentenceTransformerEmbedder) -> None:
    section = make_section("backend", "en", {None: ["SQL. " * 400, "x1-" * 9000, "https://example.org/" + "a/b?c=1&" * 400]})
    check(section, chunk_section(section, "Backend Developer", embedder), embedder)


def test_the_content_hash_tells_texts_and_models_apart() -> None:
    assert content_hash("a", "model") == content_hash("a", "model")
    assert len({content_hash("a", "model"), content_hash("b", "model"), content_hash("a", "other")}) == 3
