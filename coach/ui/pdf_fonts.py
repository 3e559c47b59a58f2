"""Fonts for a PDF whose words have letters that the fonts of every PDF reader lack: those of this machine, as fontconfig knows them."""

from __future__ import annotations

import subprocess
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

# The fonts that every reader has, in the encoding that holds Spanish, the euro sign, dashes and quotes: no font file is carried along.
FONT, CODE_FONT, ENCODING = "helvetica", "courier", "windows-1252"
OWN = "own"
# One for Latin, Greek and Cyrillic, one for Chinese and Japanese, and so on. Nobody writes in more scripts than these in one conversation.
MOST_FONTS = 5
# A pattern names letters by their numbers; the most of them say enough of a script.
MOST_LETTERS = 300
SECONDS = 5
LATIN = frozenset(bytes(range(32, 127)).decode("ascii")) | frozenset(bytes(range(161, 256)).decode("latin-1")) - {"\u00ad"}
STYLES = {"": "", "B": ":bold"}


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font of this machine; `place` is where it stands in a file of several."""

    path: Path
    place: int
    letters: frozenset[str]


@dataclass(slots=True)
class Letters:
    """What can be written, and how: `font` and `code` are the fonts of a PDF that `prepare` was called for; `lost` what could not be."""

    font: str = FONT
    code: str = CODE_FONT
    fonts: list[FontFile] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, texts: Iterable[str]) -> Letters:
        """Those for a PDF of `texts`. Where all can be written with the fonts of every reader, no other is looked for."""
        unusual = {letter for text in texts for letter in unicodedata.normalize("NFC", text) if letter.isprintable() and not _usual(letter)}
        fonts = _fonts(unusual) if unusual else []
        return cls(OWN, OWN, fonts) if fonts else cls()

    def prepare(self, pdf: FPDF) -> None:
        """Make the fonts known to `pdf`."""
        pdf.core_fonts_encoding = ENCODING
        if not self.fonts:
            return
        bold = _match(LATIN, ":bold")
        for style in ("", "B", "I", "BI"):
            font = bold if "B" in style and bold and bold.letters >= LATIN else self.fonts[0]
            pdf.add_font(OWN, style, font.path, collection_font_number=font.place)
        for number, font in enumerate(self.fonts):
            pdf.add_font(f"{OWN}{number}", "", font.path, collection_font_number=font.place)
        pdf.set_fallback_fonts([f"{OWN}{number}" for number in range(len(self.fonts))], exact_match=False)

    def written(self, text: str) -> str:
        """`text` in the letters that there are: another one without its accents, what cannot be written as a question mark.

        Signs that nobody sees are left out.
        """
        written = []
        for letter in unicodedata.normalize("NFC", text):
            if self._has(letter):
                written.append(letter)
            elif unicodedata.category(letter) not in ("Cc", "Cf"):
                plain = "".join(part for part in unicodedata.normalize("NFKD", letter) if self._has(part))
                written.append(plain or "?")
                self.lost.add(letter)
        return "".join(written)

    def _has(self, letter: str) -> bool:
        return letter in "\n\t" or any(letter in font.letters for font in self.fonts) if self.fonts else _usual(letter)


def _usual(letter: str) -> bool:
    try:
        letter.encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def _fonts(letters: Collection[str]) -> list[FontFile]:
    """Fonts that together have as many of `letters` as this machine can write, the first with the Latin ones too."""
    found: list[FontFile] = []
    missing = set(letters)
    while missing and len(found) < MOST_FONTS:
        font = _match([*([] if found else LATIN), *sorted(missing)[:MOST_LETTERS]])
        if font is None or (found and not missing & font.letters):
            break
        if not found and not font.letters >= LATIN:
            font = _match(LATIN)
            if font is None or not font.letters >= LATIN:
                return []
        found.append(font)
        missing -= font.letters
    return found


def _match(letters: Iterable[str], style: str = "") -> FontFile | None:
    """The font of this machine that fontconfig finds best for `letters`; None without fontconfig, or where the font cannot be read."""
    from fontTools.ttLib import TTFont, TTLibError

    wanted = " ".join(f"{ord(letter):x}" for letter in letters)
    pattern = f"sans-serif{style}:scalable=true:color=false:charset={wanted}"
    try:
        said = subprocess.run(
            ["fc-match", "--format", "%{file}\n%{index}", pattern], capture_output=True, text=True, timeout=SECONDS, check=True
        )
        name, place = said.stdout.split("\n")
        # The upper half names a variation of the font, not its place.
        font = TTFont(name, fontNumber=int(place) & 0xFFFF, lazy=True)
        return FontFile(Path(name), int(place) & 0xFFFF, frozenset(map(chr, font.getBestCmap() or {})))
    except (OSError, subprocess.SubprocessError, ValueError, TTLibError):
        return None
