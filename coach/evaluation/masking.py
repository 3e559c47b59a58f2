"""Takes out of a text what may tell who wrote it. It errs on the side of taking too much.

It knows forms (addresses, numbers, links) and the words people introduce themselves with, not people: a name in the middle of a
sentence stays, so a person must read what is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from coach.language import fold, function_words
from coach.types import LANGUAGES

# Whether a word, as written, is one of the documents and so no name.
Known = Callable[[str], bool]

EMAIL = re.compile(r"[\w.+%-]+\s?(?:@|\(at\)|\[at\]|\sarroba\s)\s?[\w-]+(?:\s?(?:\.|\(dot\)|\[dot\]|\spunto\s)\s?[\w-]+)+", re.IGNORECASE)
LINK = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|org|net|io|me|es|mx|ar|co|cl|pe)/\S+", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w.])@\w[\w.]*")
DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b")
IDENTITY = re.compile(r"\b[A-Z]{0,2}\d{6,9}[- ]?[A-Z]\b", re.IGNORECASE)
NUMBER = re.compile(r"(?<![\w.,])\+?\(?\d(?:[ ()./–-]{0,2}\d){6,}(?![\w])")
# Long numbers that are none of a person's: sums, and spans of sums or years. "612 345 678" and "2222-3333" are telephone numbers.
AMOUNT = r"\d{1,3}[., \u00a0\u202f]\d{3}|\d{1,2}[.,]\d{3}[.,]\d{3}|\d{2,4}00|(?:19|20)\d\d"
SUM = re.compile(rf"(?:{AMOUNT})(?:\s?[-–/]\s?(?:{AMOUNT}))?")

NAMED = r"(?:my name(?:['’]s| is)|the name is|call me|i(?: am|['’]m) called|me llamo|mi nombre(?: completo)? es|ll[aá]mame|me dicen)"
SAID = r"(?:i am|i['’]?m|this is|it['’]s me|soy|les habla|te escribe|habla)"
CLOSED = (
    r"(?:(?:kind |best |warm )?regards|cheers|sincerely|yours|(?:un |muchos )?saludos?|atentamente|cordialmente|un abrazo|thanks|gracias)"
)
AFTER = r"[\s:,\"“«'-]{1,3}"
NAME_WORD = r"[^\W\d_][\w'’.-]*"
INTRODUCTION = re.compile(rf"\b(?:(?P<named>{NAMED})|(?P<said>{SAID})|(?P<closed>{CLOSED}))(?P<gap>{AFTER})(?={NAME_WORD})", re.IGNORECASE)
WORD = re.compile(NAME_WORD)
# What a document calls a role, skill or tool.
NAMING = re.compile(r"^(?:title|aliases):.*$|\*\*[^*\n]+\*\*|^  - .*$", re.MULTILINE)
# Between the words of a name: a space, or a particle ("de la Cruz").
JOINT = re.compile(r"[ ](?:(?:de|del|de la|de los|la|y|van|von|der|da|dos)[ ](?=[A-ZÁÉÍÓÚÑ]))?")
LONGEST_NAME = 5
# Characters of an initial, whose dot ends no sentence.
INITIAL = 2


def mask(text: str, known: Known) -> str:
    """`text` with addresses, links, handles, dates, long numbers and names after an introduction replaced by what they are."""
    for form, word in ((EMAIL, "[email]"), (LINK, "[link]"), (HANDLE, "[handle]"), (DATE, "[date]"), (IDENTITY, "[number]")):
        text = form.sub(word, text)
    return _without_names(NUMBER.sub(lambda match: _number(match[0]), text), known)


def words_of_documents(folders: list[Path]) -> Known:
    """Knows the words of the Markdown files below `folders` and the small words of both languages.

    Of words with a capital it knows only those of titles, aliases and bold leads: the documents name authors of books, and begin
    sentences with words that are also names ("Mark").
    """
    held = {word for language in LANGUAGES for word in function_words(language)}
    for folder in folders:
        for path in sorted(folder.rglob("*.md")):
            text = path.read_text(encoding="utf-8", errors="replace")
            held.update(word for word in WORD.findall(text) if word.islower())
            held.update(word for named in NAMING.findall(text) for word in WORD.findall(named))
    return lambda word: word in held or (word.islower() and fold(word) in held)


def _number(text: str) -> str:
    return text if SUM.fullmatch(text) else "[number]"


def _without_names(text: str, known: Known) -> str:
    found, position = "", 0
    while match := INTRODUCTION.search(text, position):
        end = _end_of_name(text, match, known)
        found += text[position : match.end()] + ("[name]" if end > match.end() else "")
        position = end
    return found + text[position:]


def _end_of_name(text: str, introduction: re.Match[str], known: Known) -> int:
    """Where the name after an introduction ends; where it begins, if there is none."""
    end = at = introduction.end()
    for place in range(LONGEST_NAME):
        word = WORD.match(text, at)
        if not word or not _is_name(word[0], known, introduction, first=place == 0):
            break
        end = word.end() - len(word[0]) + len(word[0].rstrip(".-'’"))
        joint = JOINT.match(text, word.end())
        if not joint or (word[0].endswith(".") and len(word[0]) > INITIAL):
            break
        at = joint.end()
    return end


def _is_name(word: str, known: Known, introduction: re.Match[str], *, first: bool) -> bool:
    word = word.rstrip(".-'’")
    if introduction["named"] and first:
        return True
    if introduction["closed"]:
        return word[:1].isupper() and not known(word)
    # "I am looking", "I'm tired": English forms of verbs, which the documents may happen not to hold.
    return not known(word) and not (word.islower() and word.endswith(("ing", "ed")))
