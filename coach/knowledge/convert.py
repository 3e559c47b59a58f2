"""The text of a page, whatever kind of file it is: plain text and Markdown as they are, the other kinds as Markdown."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coach.errors import DocumentError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag

TEXT_KINDS = frozenset({".txt", ".md"})
HTML_KINDS = frozenset({".html", ".htm"})
PAGE_KINDS = TEXT_KINDS | HTML_KINDS | frozenset({".pdf", ".docx"})
LONGEST_TEXT = 5_000_000
LARGEST_FILE = 50_000_000
SPLIT_IT = "split it into one page per role"

# What a browser shows around the article, and what it runs or fetches: none of it says anything about the role.
NOT_TEXT = (
    "script, style, noscript, template, iframe, object, embed, svg, canvas, video, audio, picture, img, link, meta, "
    "nav, footer, form, button, dialog, [role=navigation], [role=banner] nav, [role=contentinfo], [role=dialog], "
    "[id*=cookie i], [class*=cookie i], [id*=consent i], [class*=consent i], [class*=breadcrumb i]"
)
HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]
INNER_HTML = re.compile(r"<(script|style|noscript|iframe|template)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
TAG = re.compile(
    r"</?(?:a|abbr|article|b|blockquote|br|center|div|em|figure|font|h[1-6]|hr|html|head|body|i|img|input|li|link|main|meta|ol|p|pre|section|small|"
    r"span|strong|sub|sup|table|tbody|td|th|thead|title|tr|u|ul|script|style|iframe|svg|video|audio|form|button)\b[^<>]*>",
    re.IGNORECASE,
)


def read_text(path: Path) -> str:
    """The text of the file at `path`: .txt and .md without HTML tags, .html, .pdf and .docx as Markdown. Nothing is fetched.

    Raises DocumentError for another kind of file, one that cannot be read, holds no text, or holds more than 5 million characters.
    """
    kind = path.suffix.lower()
    if kind not in PAGE_KINDS:
        known = ", ".join(sorted(PAGE_KINDS))
        raise DocumentError(str(path), None, f"files of kind {kind or 'without ending'} are not read", f"save it as one of {known}")
    data = _bytes(path)
    if kind in TEXT_KINDS:
        text = TAG.sub(" ", INNER_HTML.sub(" ", decode(path, data)))
    elif kind in HTML_KINDS:
        text = _html(path, data)
    else:
        text = _converted(path, data, kind)
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        raise DocumentError(str(path), None, f"holds {len(text):,} characters, more than {LONGEST_TEXT:,}", SPLIT_IT)
    if not any(char.isalpha() for char in text):
        raise DocumentError(str(path), None, "holds no text", "give a page with text in it; a scan needs text recognition first")
    return text


def canonical_url(path: Path) -> str | None:
    """The address that the HTML page at `path` names as its own, None for other kinds of files and where it names none."""
    if path.suffix.lower() not in HTML_KINDS:
        return None
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(_bytes(path), "html.parser")
    for tag, attribute in ((soup.select_one("link[rel=canonical]"), "href"), (soup.select_one('meta[property="og:url"]'), "content")):
        address = str(tag.get(attribute) or "").strip() if tag else ""
        if address.startswith(("https://", "http://")):
            return address
    return None


def decode(path: Path, data: bytes) -> str:
    """`data` as text: UTF-8, else the encoding that charset-normalizer finds. Raises DocumentError for what is not text."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded_as(path, data, "utf-16")
    if b"\x00" in data:
        raise _not_text(path)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = _guessed(path, data)
    # Control characters are the mark of a renamed picture or archive; a text has line ends, tabs and form feeds at most.
    controls = sum(unicodedata.category(char) == "Cc" and char not in "\n\r\t\f" for char in text[:20_000])
    if controls > len(text[:20_000]) / 200:
        raise _not_text(path)
    return text.replace("\f", "\n")


def _decoded_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text(path) from error


def _guessed(path: Path, data: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data, cp_isolation=["cp1252", "latin_1", "iso8859_15", "mac_roman", "utf_16"]).best()
    if best is None:
        raise _not_text(path)
    return str(best)


def _not_text(path: Path) -> DocumentError:
    return DocumentError(str(path), None, "is not text", "save it as UTF-8 text, or give it the ending of its real kind")


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DocumentError(str(path), None, f"is {size / 1e6:.0f} MB, more than {LARGEST_FILE / 1e6:.0f} MB", SPLIT_IT)
        return path.read_bytes()
    except OSError as error:
        raise DocumentError(str(path), None, f"cannot be read ({error.strerror})", "check the path and its permissions") from error


def _html(path: Path, data: bytes) -> str:
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(data, "html.parser")
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    for tag in soup.select(NOT_TEXT):
        tag.decompose()
    if soup.title:
        soup.title.decompose()
    _drop_menus(soup, title)
    # A page whose only title is in its head would else lose it: the role is named there.
    lead = "" if soup.find(["h1", "h2"]) or not title else f"# {title}\n\n"
    return lead + _converted(path, str(soup).encode(), ".html")


def _drop_menus(soup: BeautifulSoup, title: str) -> None:
    """Takes out what stands above the page's first heading and only leads elsewhere: the site's header, links in a header, runs of links.

    A page without a heading or a `title` keeps its header, which may be all that names the role.
    """
    first = soup.find(["h1", "h2"])
    for header in soup.find_all("header") if first or title else ():
        if header.find(HEADINGS) is None and header.find_parent(["main", "article"]) is None:
            header.extract()
        else:
            for link in header.find_all("a"):
                if link.find_parent([*HEADINGS, "p"]) is None:
                    link.extract()
    for tag in first.find_all_previous(["div", "ol", "p", "section", "span", "table", "ul"]) if first else ():
        if _only_links(tag):
            tag.extract()


def _only_links(tag: Tag) -> bool:
    """Whether `tag` holds two links or more, and no words but theirs."""
    links = tag.find_all("a")
    linked = sum(char.isalnum() for link in links for char in link.get_text())
    return len(links) > 1 and linked == sum(char.isalnum() for char in tag.get_text())


def _converted(path: Path, data: bytes, kind: str) -> str:
    """`data` as Markdown. The converter hands on the errors of many parsers, so every one of them is caught here."""
    if not data.strip():
        raise DocumentError(str(path), None, "is empty", "give a page with text in it")
    from markitdown import DocumentConverter, MissingDependencyException, StreamInfo
    from markitdown.converters import DocxConverter, HtmlConverter, PdfConverter

    # The converter of the kind is named, because MarkItDown's own choice reads a broken PDF as plain text.
    converters: dict[str, Callable[[], DocumentConverter]] = {".pdf": PdfConverter, ".docx": DocxConverter, ".html": HtmlConverter}
    info = StreamInfo(extension=kind, charset="utf-8", filename=path.name)
    try:
        return converters[kind]().convert(io.BytesIO(data), info).markdown
    except MissingDependencyException as error:
        raise DocumentError(str(path), None, f"the converter of {kind} files is not installed", 'install "markitdown[pdf,docx]"') from error
    except Exception as error:
        fix = "open it and save it again without a password, or paste its text into a .txt file"
        raise DocumentError(str(path), None, f"cannot be read as {kind[1:].upper()}", fix) from error
