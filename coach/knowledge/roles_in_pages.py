"""Which role a page is about: found by the names of the roles that are known, else by the page's own title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coach.language import english_evidence, fold, stems, tokens
from coach.types import LANGUAGES, Language, Role

TITLE_LINES = 5
# Evidence for English, as `english_evidence` gives it: names are short, and many are nearly the same word in both languages.
LIKELY_SPANISH, LEAST_APART = 0.4, 0.15
SURELY_SPANISH, SURELY_ENGLISH = 0.2, 0.6

GENDER = re.compile(r"[(\[]\s*(?:[a-z](?:\s*[/|*]\s*[a-z])+|all genders|remote|remoto|hybrid|híbrido)\s*[)\]]", re.IGNORECASE)
FORMS = re.compile(r"(?<=\w)(?:/-?(?:a|o|as|os|r)\b|\((?:a|o|as|os|r)\))")
ROLE = r"(?:an?|the|una?|el|la|los|las)?\s*(?P<role>.+?)"
# What titles of role pages put around the name of the role.
FRAMES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"what (?:is|are|does|do) {ROLE}(?: do)?\??",
        rf"who (?:is|are) {ROLE}\??",
        rf"how to become {ROLE}(?: in \d{{4}})?\??",
        rf"(?:becoming|hire|hiring|about|meet) {ROLE}",
        rf"(?:the )?(?:complete |ultimate |full |definitive )?(?:career |role |job )?guide(?: to)?(?: becoming)?(?: for)?:? {ROLE}",
        rf"(?:role|job|career|position)(?: profile| description| overview)?: {ROLE}",
        rf"(?:essential|key|top|required|must-have|core)(?: \d+)? {ROLE} (?:skills|tools|interview questions|responsibilities)",
        rf"{ROLE} (?:career(?: path| guide| profile)?|job(?:s| description| profile| outlook)?"
        r"|role(?: profile| overview)?|guide|profile|skills|salar(?:y|ies)"
        r"|resume|cv|interview(?: questions)?|responsibilities|roadmap|tools|overview|positions?|openings)(?: guide)?(?: (?:in )?\d{4})?",
        rf"a day in the life of {ROLE}",
        rf"¿?(?:qué|que) (?:es|son|hace|hacen) {ROLE}\??",
        rf"¿?cómo (?:ser|convertirse en|llegar a ser|trabajar de|trabajar como) {ROLE}\??",
        r"(?:trabajos?|empleos?|ofertas(?: de (?:trabajo|empleo))?|habilidades|sueldo|salario|perfil|guía|funciones|puesto|rol)"
        rf"(?: profesional)? (?:de|del|para|como) {ROLE}",
        rf"(?:guía (?:de carrera|profesional|completa)(?: para)?|perfil|puesto|rol):? {ROLE}",
        rf"un día como {ROLE}",
    )
)
ASKED = re.compile(
    r"\b(?:jobs?|work|working|careers?|trabajos?|empleos?|trabajar|ofertas)\s+(?:as|como|de)\s+(?:an?\s+|una?\s+)?"
    r"(?P<role>[^.?!,;:]{3,50})[.?!,]",
    re.IGNORECASE,
)
GUIDING = frozenset({"guide", "guia", "de", "del", "la", "el", "a", "an", "the"})
LEVEL = frozenset({"junior", "mid", "senior", "sr", "jr", "lead", "mid-level", "entry-level"})
SPELLED = {"c++": "cpp", "c#": "csharp", ".net": "dotnet", "node.js": "nodejs"}
ROLE_NOUN = re.compile(
    r"(?:engineer|developer|manager|designer|programmer|teacher|lawyer|writer|officer|worker|driver|trainer|planner|buyer"
    r"|consultant|accountant|assistant|analyst|scientist|specialist|architect|technician|administrator|director|coordinator"
    r"|operator|nurse|doctor|electrician|chef|clerk|advisor|adviser|recruiter|researcher|strategist|therapist|tester|editor"
    r"|lead|owner|master|representative|agent|secretary|mechanic|plumber|carpenter|welder|pharmacist|ingenier[oa]|desarrollador"
    r"|desarrolladora|programador|programadora|analista|cientifico|cientifica|disenador|disenadora|gestor|gestora|tecnico"
    r"|tecnica|administrador|administradora|director|directora|gerente|jef[ea]|responsable|consultor|consultora|especialista"
    r"|arquitect[oa]|enfermer[oa]|medic[oa]|abogad[oa]|contable|profesor|profesora|electricista|cociner[oa]|camarer[oa]"
    r"|asistente|auxiliar|comercial|vendedor|vendedora|operari[oa]|mecanic[oa]|fontaner[oa]|redactor|redactora|traductor"
    r"|traductora|psicolog[oa]|farmaceutic[oa])s?"
)


@dataclass(frozen=True, slots=True)
class RoleName:
    """The role a page is about: its id, the name as the page gives it, and whether it is one of the known roles."""

    id: str
    name: str
    known: bool

    @property
    def words(self) -> frozenset[str]:
        """The words of the name, which do not count in the page's headings."""
        return frozenset(tokens(self.name)) | frozenset("fmxwdh")


@dataclass(slots=True)
class RoleNames:
    """The names of roles, as stems, with the id of the role that each names."""

    names: dict[tuple[str, ...], str] = field(default_factory=dict)

    @classmethod
    def of(cls, roles: Iterable[Role]) -> RoleNames:
        """The titles and aliases of `roles` in both languages. Of two roles with one name the first keeps it; titles go before aliases."""
        known = cls()
        listed = list(roles)
        for role in listed:
            for title in role.titles.values():
                known.add(title, role.id)
        for role in listed:
            for aliases in role.aliases.values():
                for alias in aliases:
                    known.add(alias, role.id)
        return known

    def add(self, name: str, role: str) -> None:
        """Lets `name` stand for `role`, unless it already stands for another."""
        for language in LANGUAGES:
            key = _key(name, language)
            if key:
                self.names.setdefault(key, role)

    def exact(self, name: str) -> str | None:
        """The role that `name`, without words of level, is a name of; None if there is none."""
        for language in LANGUAGES:
            key = _key(name, language)
            found = self.names.get(key) or self.names.get(tuple(stem for stem in key if stem not in LEVEL))
            if found:
                return found
        return None

    def within(self, text: str) -> tuple[str, str] | None:
        """The role with the longest name of several words inside `text`, and that name's words; the first of equally long ones."""
        best: tuple[int, str, str] | None = None
        for language in LANGUAGES:
            plain = FORMS.sub("", text)
            words, found = tokens(plain), stems(plain, language)
            for size in range(min(6, len(found)), 1, -1):
                if best and size <= best[0]:
                    break
                for at in range(len(found) - size + 1):
                    role = self.names.get(tuple(found[at : at + size]))
                    if role and (best is None or size > best[0]):
                        best = (size, role, " ".join(words[at : at + size]))
        return (best[1], best[2]) if best else None

    def mentions(self, text: str) -> str | None:
        """The role whose names of several words occur most often in `text`, if at least twice."""
        counts: dict[str, int] = {}
        for sentence in re.split(r"[.!?\n]+", text):
            found = self.within(sentence)
            if found:
                counts[found[0]] = counts.get(found[0], 0) + 1
        best = max(counts, key=lambda role: counts[role], default=None)
        return best if best and counts[best] >= 2 else None


def _key(name: str, language: Language) -> tuple[str, ...]:
    return tuple(stems(FORMS.sub("", GENDER.sub(" ", name)), language))


def bare_name(title: str, *, guides: bool = True) -> str:
    """The name of the role in a page's title: "How to become a Backend Engineer (f/m/x)?" → "Backend Engineer".

    With `guides`, "Museum Guide" is taken for an occupation rather than for a guide to museums.
    """
    name = " ".join(FORMS.sub("", GENDER.sub(" ", title)).split()).strip(" .:?¿!*_#")
    for _ in range(2):
        for frame in FRAMES:
            match = frame.fullmatch(name)
            if match and not (guides and _guides(name, match)):
                name = match["role"].strip(" .:?¿!")
                break
    return re.sub(r"^(?:an?|the|una?|el|la)\s+(?=\w)", "", name, flags=re.IGNORECASE)


def _guides(name: str, match: re.Match[str]) -> bool:
    """Whether the frame around a role is but the word "guide", and so an occupation itself: a museum guide, una guía de montaña."""
    around = name[: match.start("role")] + name[match.end("role") :]
    return ":" not in around and set(tokens(fold(around))) <= GUIDING and not has_role_noun(match["role"])


def slug(name: str) -> str:
    """`name` as a role id: "Ingeniero/a de datos" → "ingeniero-de-datos". Empty where it has no Latin letters or digits."""
    words = tokens(FORMS.sub("", name))
    return re.sub(r"[^a-z0-9]+", "-", " ".join(SPELLED.get(word, word) for word in words)).strip("-")


def has_role_noun(name: str) -> bool:
    """Whether a word of `name` is one by which occupations are called."""
    return any(ROLE_NOUN.fullmatch(part) for word in tokens(FORMS.sub("", name)) for part in word.split("-"))


def find_role(
    text: str, title: str | None, lines: Sequence[str], opening: str, known_names: RoleNames, opens_section: bool, has_sections: bool
) -> RoleName | None:
    """The role of a page, None if there is none to be found.

    `title` is that of the front matter, `lines` the first headings and short lines, `opening` the first paragraph, `text` the whole page.
    A role that is not in `known_names` is taken from the title, or from the first lines if they name an occupation or sections follow.
    `opens_section` says that the first of `lines` is the heading of a section and so no title.
    """
    if title:
        return _named(title, known_names) or _new(title)
    first = None if opens_section or not lines else lines[0]
    if first:
        found = _named(first, known_names) or (_new(first) if has_role_noun(bare_name(first)) else None)
        if found:
            return found
    for line in lines[1:TITLE_LINES]:
        role = known_names.exact(bare_name(line))
        if role:
            return RoleName(role, bare_name(line), True)
    for line in lines[1:TITLE_LINES] if has_sections and first else ():
        if has_role_noun(line) and not opens_section:
            return _new(line)
    if first and has_sections:
        return _new(first)
    return _in_prose(text, opening, known_names)


def _named(title: str, known_names: RoleNames) -> RoleName | None:
    """The known role that `title` names: as a whole, in one of its parts ("Data Analyst | Careers"), or inside it."""
    parts = [title, *re.split(r"\s+[|\u2013\u2014-]\s+|:\s+", title)]
    for name in dict.fromkeys(bare_name(part, guides=guides) for part in parts for guides in (True, False)):
        role = known_names.exact(name)
        if role:
            return RoleName(role, name, True)
    found = known_names.within(title)
    return RoleName(found[0], found[1], True) if found else None


def in_both_languages(name: str, both_spoken: bool) -> dict[Language, str] | None:
    """The English and the Spanish name in a title such as "Piano Tuner / Afinador de pianos", None where it does not hold both.

    `both_spoken` says that the page is in both languages, so that two names that are not plainly of one may be taken to be of each.
    """
    parts = [bare_name(part) for part in re.split(r"\s+/\s+", name)]
    if len(parts) != 2 or not all(parts):
        return None
    evidence = [english_evidence(part) for part in parts]
    if both_spoken:
        apart = min(evidence) < LIKELY_SPANISH and max(evidence) - min(evidence) > LEAST_APART
    else:
        apart = min(evidence) < SURELY_SPANISH and max(evidence) > SURELY_ENGLISH
    if not apart:
        return None
    english = evidence.index(max(evidence))
    return {"en": parts[english][:1].upper() + parts[english][1:], "es": parts[1 - english][:1].upper() + parts[1 - english][1:]}


def _new(title: str) -> RoleName | None:
    parts = [part for part in re.split(r"\s+[|\u2013\u2014]\s+|:\s+", title) if part.strip()]
    chosen = next((part for part in parts if has_role_noun(bare_name(part))), title)
    name = bare_name(chosen)
    identity = slug(name)
    return RoleName(identity, name[:1].upper() + name[1:], False) if identity and len(identity) <= 80 else None


def _in_prose(text: str, opening: str, known_names: RoleNames) -> RoleName | None:
    found = known_names.within(" ".join(re.split(r"(?<=[.!?])\s+", opening)[:2]))
    if found:
        return RoleName(found[0], found[1], True)
    mentioned = known_names.mentions(text)
    if mentioned:
        return RoleName(mentioned, mentioned.replace("-", " "), True)
    asked = ASKED.search(" ".join(opening.split()))
    if asked and has_role_noun(asked["role"]):
        return _new(asked["role"].strip())
    return None
