"""What a page holds that says nothing about its role: the site's own calls to action and notices, and the date of the page."""

from __future__ import annotations

import re
from functools import cache

from coach.language import fold
from coach.types import Language

# Each is matched against the whole of a folded line or paragraph.
NOISE = re.compile(
    "|".join(
        (
            r"(?:see|view|browse|explore) (?:all )?\d* ?(?:live|open|new|more|current)? ?.{0,60}\b(?:jobs?|openings|vacancies|positions)",
            r"(?:find|search|browse) .{1,60} jobs",
            r"(?:ver|buscar|explorar) (?:las |todas las |los )?\d* ?(?:ofertas|empleos|vacantes|trabajos)\b.{0,60}",
            r"ready to (?:apply|start|get started)\??.{0,40}",
            r"(?:listo|lista|preparado|preparada) para (?:aplicar|postular|empezar)\??",
            r"we have \d+ .{0,80}\b(?:positions?|jobs|openings|vacancies)\b.{0,30}",
            r"(?:tenemos|hay) \d+ (?:ofertas|empleos|vacantes|puestos)\b.{0,80}",
            r"envia(?:nos)? tu (?:perfil|cv|curriculum)\b.*",
            r"(?:send|submit|upload) (?:us )?your (?:profile|cv|resume)\b.{0,200}",
            r"apply(?: now| here| today)?",
            r"(?:inscribete|aplica(?:r)?|postula(?:te)?|solicita(?:r)?)(?: ahora| aqui| ya)?",
            r"(?:sign|log) (?:in|up|out)(?: .{0,30})?",
            r"(?:iniciar sesion|registrate|registrarse|crear cuenta)(?: .{0,30})?",
            r"subscribe.{0,80}|suscribete.{0,80}",
            r".{0,80}\b(?:uses?|using|usa|usamos|utiliza|utilizamos) (?:\w+ ){0,3}cookies\b.*",
            r"(?:accept|reject|manage|aceptar|rechazar|configurar)(?: all| todas)?(?: las)?(?: cookies)?",
            r"(?:skip to (?:main )?content|saltar al contenido|ir al contenido)",
            r"(?:share|compartir)(?: (?:this|on|en|esta|este) .{0,40})?",
            r"(?:read|learn|show|leer|ver|mostrar) (?:more|mas)",
            r"(?:privacy policy|cookie policy|terms (?:of|and) .{0,20}|politica de (?:privacidad|cookies)|aviso legal)",
            r"(?:©|\(c\)|copyright\b).*|.{0,60}(?:all rights reserved|todos los derechos reservados)",
            r"(?:home|inicio)(?: ?[>/»\u203a|] ?[^>/»\u203a|]{1,40})+",
            r"(?:back to top|volver arriba|table of contents|tabla de contenidos?|on this page|en esta pagina)",
        )
    )
)  # fmt: skip
# A heading under which the page only lists other pages.
ELSEWHERE = re.compile(
    r"(?:related|similar|other|more) (?:roles|jobs|careers|positions|articles|pages|posts)"
    r"|(?:roles|empleos|puestos|trabajos|articulos|ofertas|paginas) (?:relacionad[oa]s|similares)|otr[oa]s (?:roles|puestos|articulos)"
)
UPDATED = re.compile(
    r"(?:(?:last |page )?updated|last (?:reviewed|modified)|ultima (?:actualizacion|revision)|actualizad[oa]|fecha de actualizacion)\b"
)
# A line with the other names of the role.
ALSO_KNOWN = re.compile(
    r"(?:(?P<en>also known as|other (?:names|titles))|también (?:conocid[oa]|llamad[oa]) como|otros nombres)\s*:?\s+(?P<names>.+?)\.?",
    re.IGNORECASE,
)
DATE_FILLER = re.compile(r"\b(?:on|in|el|en|de|del|of|a|date|fecha)\b|[:,.·|*_]|(?<=\d)(?:st|nd|rd|th)\b")


def is_noise(text: str) -> bool:
    """Whether the line or paragraph `text` is the site speaking about itself."""
    plain = fold(text).strip(" .!→»>*_#-")
    return bool(NOISE.fullmatch(plain)) or not any(char.isalnum() for char in plain)


def also_known_in(text: str) -> Language | None:
    """The language in which `text`, a line of a page or an entry in Markdown, gives other names of the role; None where it gives none."""
    match = ALSO_KNOWN.fullmatch(text.replace("**", "").lstrip("- "))
    return None if match is None else "en" if match["en"] else "es"


def points_elsewhere(heading: str) -> bool:
    """Whether what follows `heading` is a list of other pages."""
    return bool(ELSEWHERE.fullmatch(fold(heading).strip(" .:")))


def is_update_label(text: str) -> bool:
    """Whether `text` is the label of the page's date and no more: "Actualizado", "Last updated:"."""
    plain = fold(text).strip(" :.")
    match = UPDATED.match(plain)
    return bool(match and match.end() == len(plain))


def update_date(text: str) -> str | None:
    """The date of a line such as "Updated: 12 March 2026" or "Actualizado Feb 2026" as "YYYY-MM" or "YYYY"; None for any other line."""
    plain = fold(text).strip(" .*_")
    match = UPDATED.match(plain)
    return read_date(plain[match.end() :]) if match else None


def read_date(text: str) -> str | None:
    """`text`, if it is a date and nothing else, as "YYYY-MM" or "YYYY"; a day is left out."""
    plain = " ".join(DATE_FILLER.sub(" ", fold(text)).split())
    iso = re.fullmatch(r"(\d{4})[-/ ](\d{1,2})(?:[-/ ]\d{1,2})?(?:t[\d :z+-]*)?", plain)
    if iso:
        return _year_month(iso[1], int(iso[2]))
    numbers = re.fullmatch(r"(?:(\d{1,2})[-/ ])?(\d{1,2})[-/ ](\d{4})", plain)
    if numbers:
        day, month = numbers[1], int(numbers[2])
        # 03/25/2026 can only be written month first.
        return _year_month(numbers[3], int(day) if day and month > 12 else month)
    named = re.fullmatch(r"(?:\d{1,2} )?([a-z]{3,10}) (?:\d{1,2} )?(\d{4})", plain)
    if named and named[1] in _months():
        return _year_month(named[2], _months()[named[1]])
    return plain if re.fullmatch(r"(?:19|20)\d\d", plain) else None


def _year_month(year: str, month: int) -> str | None:
    return f"{year}-{month:02d}" if 1 <= month <= 12 else None


@cache
def _months() -> dict[str, int]:
    from babel.dates import get_month_names

    names: dict[str, int] = {"sept": 9, "set": 9, "setiembre": 9}
    for locale in ("en", "es"):
        for number, name in get_month_names("wide", locale=locale).items():
            names[fold(name)] = number
            names[fold(name)[:3]] = number
    return names
