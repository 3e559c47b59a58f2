"""Salary figures in free text, English or Spanish: "35-85K+ EUR", "$50,000 to $80,000 USD annually", "entre 30.000 y 40.000 euros"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from coach.knowledge.places import AMBIGUOUS
from coach.language import fold
from coach.types import Language, Level, Pay

NUMBER = r"\d{1,3}(?:[.,'\u2019\u00a0\u202f ]\d{3})+(?!\d)(?:[.,]\d{1,2}(?!\d))?|\d+(?:[.,]\d{1,2}(?!\d))?"
SCALE = r"(?:[ ]?(?:k|K|mil(?:es)?(?! ?l)|thousand)|[ ]?(?:M|millones|million)|[ ]?(?:m|M)(?=[ ]?[€$£]))(?![^\W\d_])"
SIGN = r"(?:US|AU|CA|MX|NZ|SG|HK|A|C|R)?\$|€|£|¥|S/"
WORDS = {
    "euro": "EUR", "euros": "EUR", "dollars": "USD", "us dollars": "USD", "dolares": "USD", "pounds": "GBP", "libras": "GBP",
    "francs": "CHF", "francos": "CHF", "mexican pesos": "MXN", "pesos mexicanos": "MXN", "colombian pesos": "COP",
    "pesos colombianos": "COP",
    "argentine pesos": "ARS", "pesos argentinos": "ARS", "chilean pesos": "CLP", "pesos chilenos": "CLP", "reais": "BRL", "reales": "BRL",
    "soles": "PEN", "yen": "JPY", "yenes": "JPY", "rupees": "INR", "rupias": "INR", "pesos": None,
}  # fmt: skip
SIGNS = {
    "$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "A$": "AUD", "AU$": "AUD", "C$": "CAD", "CA$": "CAD", "MX$": "MXN",
    "NZ$": "NZD", "SG$": "SGD", "HK$": "HKD", "R$": "BRL", "S/": "PEN",
}  # fmt: skip
# Countries that write their own money with a plain "$".
OWN_DOLLAR = {"AU": "AUD", "CA": "CAD", "HK": "HKD", "NZ": "NZD", "SG": "SGD"}
OWN_PESO = {"AR": "ARS", "CL": "CLP", "CO": "COP", "DO": "DOP", "MX": "MXN", "UY": "UYU"}
# Codes that are also plain words in capitals.
WORDLIKE_CODES = frozenset({"ALL", "TOP"})

EVERY = "(?:per|an?|each|every)"
CADA = "(?:al|a la|la|por|cada)"
PERIODS: dict[str, str] = {
    "year": rf"/ ?(?:year|yr|y|año|ano)\b|\b{EVERY} (?:year|annum)\b|\bp\.? ?a\.|\bannual(?:ly)?\b|\byearly\b"
    rf"|\b{CADA} año\b|\banual(?:es|mente)?\b",
    "month": rf"/ ?(?:month|mo|mes)\b|\b{EVERY} month\b|\bmonthly\b|\b{CADA} mes\b|\bmensual(?:es|mente)?\b",
    "week": rf"/ ?(?:week|wk|semana)\b|\b{EVERY} week\b|\bweekly\b|\b{CADA} semana\b|\bsemanal(?:es|mente)?\b",
    "day": rf"/ ?(?:day|día|dia)\b|\b{EVERY} day\b|\bdaily rate\b|\b{CADA} día\b|\bdiari[oa]s?\b",
    "hour": rf"/ ?(?:hour|hr|h|hora)\b|\b{EVERY} hour\b|\bhourly\b|\b{CADA} hora\b",
}
GROSS = r"\b(?:gross|before tax(?:es)?|brut[oa]s?)\b"
NET = r"\b(?:net|after tax(?:es)?|take-home|net[oa]s?)\b"
LEVELS: tuple[tuple[Level, str], ...] = (
    (
        "junior",
        r"\b(?:junior|entry[- ]level|graduate|trainee|beginner|starter|principiante|becari[oa])s?\b"
        r"|\b(?:que|quien(?:es)?) empiezan?\b",
    ),
    ("mid", r"\b(?:mid|mid[- ]level|middle|semi[- ]?senior|intermedi[oa])s?\b"),
    ("senior", r"(?<!semi[- ])(?<!semi)\bsenior(?:es|s)?\b|\bexperienced\b"),
)
PAY_WORD = r"salar|\bpay|\bpaid|earn|wage|compensation|income|remunera|sueld|\bgan(?:a|an|ar)\b|cobra|retribu|nomina"
OTHER_MONEY = (
    r"budget|revenue|funding|savings?\b|\bsaved?\b|\bcosts?\b|price|tuition|\bfees?\b|invest"
    r"|presupuesto|factura|ahorr|cuesta|precio|matricula|inversion"
)
LOWEST_YEARLY = 1000


@cache
def _figure() -> re.Pattern[str]:
    code = "|".join(sorted(_codes()))
    words = "|".join(sorted(WORDS, key=len, reverse=True)).replace("dolares", "d[oó]lares")
    side = (
        rf"(?P<sign%d>(?:{SIGN}|(?<![A-Z])(?:{code})(?![A-Za-z]))[ \u00a0]?)?"
        rf"(?P<number%d>{NUMBER})(?P<scale%d>{SCALE})?\+?"
        rf"(?P<code%d>[ \u00a0]?(?:de[ ])?(?:US\$|[€$£¥](?!\d)|(?:{code})(?![A-Za-z])|(?i:{words})(?![^\W\d_])))?"
    )
    more = rf"(?P<code3>[ \u00a0](?:{code})(?![A-Za-z]))?"
    link = r"(?P<link>[ \u00a0]?[-\u2013\u2014\u2212][ \u00a0]?|[ ](?:to|and|a|y|hasta|up to)[ ](?:los[ ])?)"
    opening = r"(?P<opening>(?i:\b(?:entre|between)[ ](?:los[ ])?))?"
    return re.compile(opening + r"(?<![\d.,/])" + side.replace("%d", "1") + f"(?:{link}" + side.replace("%d", "2") + ")?" + more)


@cache
def _codes() -> frozenset[str]:
    """The ISO 4217 codes of the currencies in use today."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    territories = [str(code) for code in Locale("en").territories if len(str(code)) == 2]
    return frozenset(currency for code in territories for currency in get_territory_currencies(code)) - WORDLIKE_CODES


@cache
def _places() -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of folded place names, and the place that each stands for."""
    from babel import Locale

    names: dict[str, str] = {}
    for locale in ("en", "es"):
        for code, name in Locale(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in {"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"}:
                names.setdefault(fold(name), code)
    names = {name: code for name, code in names.items() if name not in AMBIGUOUS}
    names |= {
        "uk": "GB",
        "great britain": "GB",
        "england": "GB",
        "inglaterra": "GB",
        "gran bretana": "GB",
        "holanda": "NL",
        "holland": "NL",
    }
    names |= {"usa": "US", "u.s.": "US", "u.s.a.": "US", "us": "US", "ee. uu.": "US", "ee.uu.": "US", "eeuu": "US", "ee uu": "US"}
    names |= {"turkey": "TR", "czech republic": "CZ", "republica checa": "CZ", "mejico": "MX"}
    names |= {"europe": "Europe", "europa": "Europe", "european union": "Europe", "union europea": "Europe", "eu": "Europe", "ue": "Europe"}
    names |= dict.fromkeys(["global", "globally", "worldwide", "mercado global", "mercado mundial", "a nivel mundial", "mundial"], "Global")
    listed = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    return re.compile(rf"(?<![^\W\d_])(?:{listed})(?![$])"), names


def find_place(text: str, near: int = 0) -> str | None:
    """The place that `text` names nearest to character `near`: ISO 3166 alpha-2, "Europe" or "Global"; None if it names none."""
    pattern, names = _places()
    folded = _fold_in_place(text)
    found: list[tuple[int, str]] = []
    for match in pattern.finditer(folded):
        written = text[match.start() : match.end()]
        following = text[match.end() : match.end() + 1]
        # Pages glue a country to its currency ("SwitzerlandCHF"): a capital after a small letter opens a new word.
        if following.isalpha() and not (following.isupper() and written[-1].islower()):
            continue
        # "us", "eu" or "chad" in small letters are other words.
        if names[match.group()] == "Global" or (written[0].isupper() and (len(written) > 3 or written.isupper())):
            found.append((min(abs(match.start() - near), abs(match.end() - near)), names[match.group()]))
    return min(found)[1] if found else None


def find_pay(text: str, language: Language, about: str | None = None) -> Pay | None:
    """The first salary figure of `text`, None if it holds none.

    `amount` is an exact substring of `text`; figures are in units of the currency per period ("35-85K+" → 35000 and 85000).
    A single figure is `middle`, or `low` after "from" and before "+", or `high` after "up to". The words of both languages count
    whatever the `language` of the text, because pages mix them. `about` is what `text` is a part of, which may be what speaks of pay.
    """
    for match in _figure().finditer(text):
        pay = _pay(text, match, about or text)
        if pay is not None:
            return pay
    return None


def figure_spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) of every salary figure of `text`."""
    return [match.span() for match in _figure().finditer(text) if _pay(text, match, text)]


def _pay(text: str, match: re.Match[str], about: str) -> Pay | None:
    first, second = match["number1"], match["number2"]
    plain = _fold_in_place(text)
    end = match.end()
    # "entre 30.000 y 40.000" is one figure; in "entre 50K - 95K" the opening word has no partner.
    paired = (match["link"] or "").strip() in {"y", "and"}
    amount = text[match.start() if paired else match.end("opening") if match["opening"] else match.start() : end].strip()
    period = _period_after(text[end:])
    place = find_place(text, match.start())
    marked, currency = _currency(match, place)
    scales = [match["scale1"], match["scale2"]]
    low = _value(first, scales[0])
    high = _value(second, scales[1]) if second else None
    if high is not None and not scales[0] and scales[1] and low < _value(second, None):
        low = _value(first, scales[1])
    about_pay = bool(re.search(PAY_WORD, _fold_in_place(about)))
    if not marked and not (about_pay and (any(scales) or low >= LOWEST_YEARLY * 10)):
        return None
    if re.search(OTHER_MONEY, plain) and not re.search(PAY_WORD, plain):
        return None
    # "10K requests/second": a figure that counts something is followed by what it counts.
    if not marked and re.match(r"\s*[^\W\d_]{3,}", text[end:]) and not period:
        return None
    if (high if high is not None else low) < LOWEST_YEARLY and period in (None, "year"):
        return None
    period = period or find_period(text) or "year"
    before = plain[max(0, match.start() - 25) : match.start()]
    values = _ordered(low, high) if high is not None else _single(low, before, amount, plain)
    return Pay(
        amount=amount, currency=currency, low=values[0], middle=values[1], high=values[2], is_average=values[3], place=place, period=period,
        level=find_level(text, match.start()), basis=find_basis(text), year=_year(text, match.start(), end),
    )  # fmt: skip


def find_level(text: str, before: int | None = None) -> Level:
    """The one level that `text` names, if any before character `before`, else anywhere; "all" if it names none or several."""
    plain = _fold_in_place(text)
    leading = [level for level, pattern in LEVELS if before and re.search(pattern, plain[:before])]
    found = leading or [level for level, pattern in LEVELS if re.search(pattern, plain)]
    return found[0] if len(found) == 1 else "all"


def find_basis(text: str) -> str | None:
    """ "gross" or "net" if `text` says so; None if it says neither or both."""
    plain = _fold_in_place(text)
    said = [basis for basis, pattern in (("gross", GROSS), ("net", NET)) if re.search(pattern, plain)]
    return said[0] if len(said) == 1 else None


def find_period(text: str) -> str | None:
    """The period that `text` names first: "hour", "day", "week", "month" or "year"; None if it names none."""
    return _first_of(PERIODS, text.lower())


def _period_after(text: str) -> str | None:
    """The period that `text`, what follows a figure, opens with: "/year", "brutos al año"."""
    following = re.sub(rf"^\s*(?:{GROSS}|{NET})?\s*", "", text.lower())
    return next((period for period, pattern in PERIODS.items() if re.match(pattern, following)), None)


def _currency(match: re.Match[str], place: str | None) -> tuple[bool, str | None]:
    """Whether the figure is marked as money, and its ISO code. A code or word says more than a sign: "$50,000 USD"."""
    marks = [match[name].strip() for name in ("code3", "code2", "code1", "sign1", "sign2") if match[name]]
    readings = [(mark, _code_of(mark, place)) for mark in marks]
    spelled = [code for mark, code in readings if code and mark not in SIGNS]
    any_code = [code for _, code in readings if code]
    return bool(marks), next(iter(spelled or any_code), None)


def _code_of(mark: str, place: str | None) -> str | None:
    if mark == "$":
        return (OWN_DOLLAR | OWN_PESO).get(place or "", "USD")
    if mark in SIGNS:
        return SIGNS[mark]
    if mark in _codes():
        return mark
    word = fold(mark).removeprefix("de ")
    if word == "pesos":
        return OWN_PESO.get(place or "")
    return WORDS.get(word)


def _value(number: str, scale: str | None) -> float:
    """`number` as written, in either language: a point, comma or space before three digits parts thousands, else decimals."""
    decimals = re.search(r"[.,](\d{1,2})$", number)
    whole = number[: decimals.start()] if decimals else number
    value = float(re.sub(r"\D", "", whole) + (f".{decimals[1]}" if decimals else ""))
    unit = fold(scale or "").strip()
    if not unit:
        return value
    return value * (1000 if unit in {"k", "mil", "miles", "thousand"} else 1_000_000)


def _ordered(low: float, high: float) -> tuple[float, None, float, bool]:
    return min(low, high), None, max(low, high), False


def _single(value: float, before: str, amount: str, plain: str) -> tuple[float | None, float | None, float | None, bool]:
    if re.search(r"(?:\bup to|\bhasta|\bmaximum(?: of)?|\bmaximo(?: de)?)\s*$", before):
        return None, None, value, False
    least = r"\b(?:from|desde|minimum(?: of)?|minimo(?: de)?|at least|mas de|more than|over|pasan? de|superan?(?: los)?)\s*$"
    if "+" in amount or re.search(least, before):
        return value, None, None, False
    median = re.search(r"\bmedian(?:a|o)?\b", plain)
    return None, value, None, not median and bool(re.search(r"\baverage|\bmean\b|\bmedi[oa]\b|\bpromedio", plain))


def _year(text: str, start: int, end: int) -> int | None:
    outside = text[:start] + " " + text[end:]
    years = re.findall(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d|\d)", outside)
    return int(years[0]) if len(set(years)) == 1 else None


def _first_of(patterns: dict[str, str], text: str) -> str | None:
    found: Iterator[tuple[int, str]] = ((match.start(), name) for name, pattern in patterns.items() if (match := re.search(pattern, text)))
    return min(found, default=(0, None))[1]


def _fold_in_place(text: str) -> str:
    """`text` folded letter by letter, so that positions in it stay those of `text`."""
    return "".join((fold(char) or char)[0] if len(fold(char)) != 1 else fold(char) for char in text)
