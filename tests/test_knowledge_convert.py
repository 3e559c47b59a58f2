"""Files of every kind as text. Test needs: python-docx and fpdf2, which write the files."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from coach.errors import DocumentError
from coach.knowledge import convert
from coach.knowledge.convert import canonical_url, read_text

PAGE = """<html><head><title>Nurse | Jobs</title><link rel="canonical" href="https://example.org/nurse"><style>p {color: red}</style></head>
<body><nav><a href="/">Startpage</a></nav><div class="cookie-bar">Cookies!</div><h1>Nurse</h1><p>A nurse cares.</p><script>evil()</script>
<img src="http://example.invalid/track.png"><h2>Skills</h2><ul><li>Calm</li></ul><footer>Imprint</footer></body></html>"""


def pdf(path: Path, text: str, password: str | None = None) -> Path:
    fpdf = pytest.importorskip("fpdf")
    page = fpdf.FPDF()
    page.add_page()
    page.set_font("helvetica")
    page.multi_cell(0, 8, text)
    if password:
        page.set_encryption("owner", password)
    page.output(path)
    return path


def test_html_keeps_the_article_only(tmp_path: Path) -> None:
    path = tmp_path / "nurse.html"
    path.write_text(PAGE, encoding="utf-8")
    text = read_text(path)
    assert "# Nurse" in text
    assert "## Skills" in text
    assert "Calm" in text
    for dropped in ("evil", "color", "Startpage", "Cookies", "Imprint", "track.png"):
        assert dropped not in text
    assert canonical_url(path) == "https://example.org/nurse"


HEADERS = [
    # above the heading, dropped, kept
    ('<header><a href="/">Inicio</a> <a href="/p">Profesiones</a></header><article>', "</article>", "Profesiones"),
    ('<div><ul><li><a href="/">Home</a></li><li><a href="/jobs">All jobs</a></li></ul></div><div>', "</div>", "All jobs"),
    ('<p><a href="/">Home</a> › <a href="/care">Care jobs</a></p>', "", "Care jobs"),
    ('<header><a href="/"><b>Jobsite</b></a>', "</header>", "Jobsite"),
    ('<main><header><a href="/en">English</a>', "<p>By <a href='/a'>Ana Ruiz</a></p></header></main>", "English"),
]


@pytest.mark.parametrize(("above", "below", "dropped"), HEADERS)
def test_links_above_the_heading_are_the_site_s(tmp_path: Path, above: str, below: str, dropped: str) -> None:
    path = tmp_path / "nurse.html"
    path.write_text(f"<body>{above}<h1>Nurse</h1>{below}<p>A <a href='/x'>nurse</a> <a href='/y'>cares</a>.</p></body>", encoding="utf-8")
    text = read_text(path)
    assert dropped not in text
    assert "# Nurse" in text
    assert "nurse" in text
    assert ("Ana Ruiz" in text) == ("Ana Ruiz" in below)


def test_a_header_that_alone_names_the_role_stays(tmp_path: Path) -> None:
    path = tmp_path / "nurse.html"
    path.write_text("<header>Nurse</header><p>A nurse cares.</p>", encoding="utf-8")
    assert read_text(path).startswith("Nurse")


def test_words_beside_links_stay(tmp_path: Path) -> None:
    path = tmp_path / "nurse.html"
    path.write_text("<p>Ask <a href='/a'>Ana</a> or <a href='/b'>Bo</a>.</p><h1>Nurse</h1><p>A nurse cares.</p>", encoding="utf-8")
    assert "Ana" in read_text(path)


def test_html_title_stands_in_for_a_missing_heading(tmp_path: Path) -> None:
    path = tmp_path / "nurse.htm"
    path.write_text("<title>Nurse</title><p>A nurse cares.</p>", encoding="utf-8")
    assert read_text(path).startswith("# Nurse")


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was used")

    path = tmp_path / "nurse.html"
    path.write_text(PAGE, encoding="utf-8")
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert "A nurse cares." in read_text(path)


def test_docx_gives_headings_and_items(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    document = docx.Document()
    document.add_heading("DevOps Engineer", 1)
    document.add_paragraph("Build pipelines.", style="List Bullet")
    document.save(str(tmp_path / "page.docx"))
    text = read_text(tmp_path / "page.docx")
    assert "# DevOps Engineer" in text
    assert "Build pipelines." in text


def test_pdf_text(tmp_path: Path) -> None:
    assert "A nurse cares for people." in read_text(pdf(tmp_path / "a.pdf", "A nurse cares for people."))


def test_markup_inside_text_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# Nurse\n\n<script>alert(1)</script>A <b>nurse</b> writes List<String>.", encoding="utf-8")
    text = read_text(path)
    assert "alert" not in text
    assert "<b>" not in text
    assert "List<String>" in text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("Diseñador gráfico\n\nEl diseñador crea imágenes para campañas y páginas.\n".encode(encoding))
    assert "Diseñador gráfico" in read_text(path)


def refused(path: Path) -> str:
    with pytest.raises(DocumentError) as caught:
        read_text(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.txt", b"\x89PNG\r\n\x1a\n\x00\x00", "not text"), ("a.txt", b"", "holds no text"), ("a.html", b"<html></html>", "holds no text"),
        ("a.pdf", b"%PDF-1.4 broken", "cannot be read as PDF"), ("a.docx", b"PK no", "cannot be read as DOCX"), ("a.docx", b"", "empty"),
        ("a.xyz", b"text", "not read"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert said in refused(path)


def test_encrypted_pdf_is_refused(tmp_path: Path) -> None:
    assert "password" in refused(pdf(tmp_path / "a.pdf", "Secret", password="secret"))


def test_missing_file_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refused(tmp_path / "none.txt")


def test_huge_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(convert, "LONGEST_TEXT", 100)
    path = tmp_path / "a.txt"
    path.write_text("word " * 30, encoding="utf-8")
    assert "more than 100" in refused(path)
