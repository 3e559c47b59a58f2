"""What the documents say on one role in answer to one question: figures, a section, or the statements nearest to it."""

from __future__ import annotations

from collections.abc import Sequence

from coach.answering import outreach, salary, selection
from coach.answering.draft import Draft
from coach.answering.grounding import without_numbers
from coach.answering.quoting import best_of, quoted, with_projections
from coach.answering.search import Asked, StatementSearch
from coach.answering.thresholds import (
    ALIKE_ENOUGH,
    DRILL_HELD,
    ENTRY_HELD,
    FAQ_ENTRY,
    HELD_WELL,
    LIKELY_OVERVIEW,
    NARROW,
    NEAR_IN_MEANING,
    PER_PART,
    SURE_OF_SECTION,
    TERMS_HELD,
    UNKNOWN_BESIDE_SUBJECT,
    UNKNOWN_SHARE,
)
from coach.knowledge.catalogue import Catalogue
from coach.language import say, stems
from coach.retrieval.foreign import left_to_others, not_held
from coach.retrieval.library import Candidate, Library
from coach.retrieval.ranking import Scored, rank
from coach.retrieval.signals import has_number, negotiates, wants_count, wants_example, wants_questions
from coach.retrieval.thesaurus import generic_stems
from coach.retrieval.topics import SURE

SECTIONS_NAMED = 6
STANDS_IN = {"responsibilities": "overview", "overview": "responsibilities", "day": "responsibilities"}
# Statements of the section asked for, beside an entry of the FAQ that answers the very question.
BESIDE_THE_FAQ = 2
# Sections that are told as a whole, whatever words of the question stand in one of their statements.
WHOLE = frozenset({"overview", "day", "career-path", "seniority", "outlook"})
# What is told of a role as such; a short question that names one of its tools is about that.
ABOUT_THE_ROLE = frozenset({"overview", "responsibilities", "career-path"})
SHORT_QUESTION = 16
# Practice questions that are put in front.
PUT = 2
CONJUNCTIONS = frozenset({"and", "y", "e", "or", "o", "plus"})


class AboutRole:
    """Answers questions about one role from a library."""

    def __init__(self, catalogue: Catalogue, library: Library) -> None:
        self._catalogue = catalogue
        self._library = library
        self._search = StatementSearch(library)

    def answer(self, asked: Asked, most: int) -> Draft | None:
        """The answer in at most `most` statements, a refusal that says what there is, or None for a question that is not about careers."""
        draft = self._answer(asked, most)
        if draft and draft.citations and asked.language != asked.understanding.language:
            draft.blocks.insert(0, say("other_language", asked.understanding.language))
        return draft

    def _answer(self, asked: Asked, most: int) -> Draft | None:
        topics = asked.understanding.topics
        message = outreach.wanted(asked.understanding.question)
        drafted = message and outreach.draft_message(self._library, asked.role.id, asked.language, asked.understanding.language, message)
        if drafted:
            return drafted
        same = self._search.same_question(asked)
        if same:
            section = topics.sections[0] if topics.certain else "faq"
            beside = self._choice(asked, section, BESIDE_THE_FAQ) if section not in {"faq", "salary"} else []
            return quoted([same, *beside], most)
        if not topics.sections:
            return self._nearest(asked) if asked.terms else self._overview(asked, most)
        if not_held(asked.understanding.question, asked.understanding.words):
            return self._not_said(asked)
        matter = stems(left_to_others(asked.understanding.question), asked.understanding.spoken)
        if matter and not all(one in self._library.document_frequencies(asked.language, asked.role.id) for one in matter):
            return self._not_said(asked)
        if not (asked.understanding.place and (topics.is_named or "salary" in topics.sections)):
            asked = self._search.with_evidence(asked)
            topics = asked.understanding.topics
        if "salary" in topics.sections and salary.figures(self._library, asked.role.id, asked.language) and not self._salary_prose(asked):
            return self._broad(asked, topics.sections, most)
        sections = self._sections_asked(asked)
        if not sections:
            return self._no_section(asked)
        asks_what_it_is = sections[0] == "overview" and asked.understanding.names_role and topics.likely >= LIKELY_OVERVIEW
        is_unsure = topics.learnt and topics.strengths[0] < SURE_OF_SECTION and not asks_what_it_is
        if is_unsure or (sections[0] in ABOUT_THE_ROLE and len(asked.understanding.words) <= SHORT_QUESTION):
            named = self._search.named(asked, ["tools"] if asked.understanding.names_role else ["tools", "skills"])
            if named:
                return quoted(named, NARROW)
        if is_unsure and asked.unknown_share >= UNKNOWN_SHARE:
            return self._nearest(asked)
        question = asked.understanding.question
        wants_practice = "interview" in sections and wants_questions(question)
        wants_draft = sections[0] in selection.SECTIONS_WITH_EXAMPLES and wants_example(question)
        if wants_practice:
            return self._practice(asked, sections, most)
        if topics.learnt and not wants_draft:
            return self._learnt(asked, sections[0], most)
        if asked.terms and asked.has_subject and not wants_draft:
            narrow = self._narrow(asked, sections, most) if topics.certain else self._nearest(asked)
            if narrow and (narrow.citations or asked.unknown_share >= UNKNOWN_SHARE):
                return narrow
        return self._broad(asked, sections, most)

    def _sections_asked(self, asked: Asked) -> list[str]:
        """The sections asked for that there are; what someone does also stands in the overview, and the other way round."""
        found = [
            section for section in asked.understanding.topics.sections if self._library.section(asked.role.id, asked.language, section)
        ]
        if found:
            return found
        instead = [STANDS_IN[section] for section in asked.understanding.topics.sections if section in STANDS_IN]
        return [section for section in dict.fromkeys(instead) if self._library.section(asked.role.id, asked.language, section)]

    def _salary_prose(self, asked: Asked) -> bool:
        """Whether a salary question is about negotiating, extras and the like: something that prose holds and no figure does."""
        rows = salary.figures(self._library, asked.role.id, asked.language)
        if negotiates(asked.understanding.question) and not asked.understanding.place:
            return any(candidate.statement.kind != "row" for candidate in self._library.section(asked.role.id, asked.language, "salary"))
        if not asked.terms or salary.of_neighbour(rows, asked.understanding):
            return False
        has_details = asked.understanding.topics.has_details
        if any(word.taken == "place" for word in asked.understanding.words) or (asked.understanding.place and not has_details):
            return False
        if has_details:
            return True
        fitting = self._search.fitting(asked, self._search.quotable(asked, ["salary"]))
        return bool(fitting) and fitting[0].words >= TERMS_HELD and asked.has_subject

    def _overview(self, asked: Asked, most: int) -> Draft:
        """What the role is, where nothing but the role was named."""
        draft = Draft()
        for section in ("overview", *self._library.sections(asked.role.id, asked.language)):
            if self._library.section(asked.role.id, asked.language, section):
                self._section(draft, asked, section, most)
                break
        return draft

    def _broad(self, asked: Asked, sections: Sequence[str], most: int) -> Draft:
        """The sections asked for, each by a choice of its statements."""
        draft = Draft()
        understanding = asked.understanding
        unknown = [without_numbers(term.words) for term in asked.terms if not term.alternatives and not term.is_action]
        missing = [words for words in unknown if words]
        if missing and not understanding.topics.learnt and asked.unknown_share >= UNKNOWN_SHARE and "salary" not in sections:
            draft.frame(say("not_mentioned", understanding.language, asked=", ".join(missing)))
        elif "salary" not in sections and wants_count(understanding.question) and not self._has_numbers(asked, sections, most):
            draft.frame(say("no_number", understanding.language))
        if len(sections) > 1 and not any(word.token in CONJUNCTIONS for word in understanding.rest):
            crossing = self._crossing(asked, sections)
            if crossing:
                draft.items(crossing)
                return draft
        for section in sections:
            if len(sections) > 1:
                draft.frame(f"**{self._catalogue.heading(section, understanding.language)}**")
            self._section(draft, asked, section, most if len(sections) == 1 else PER_PART)
        return draft

    def _section(self, draft: Draft, asked: Asked, section: str, most: int) -> None:
        places = asked.understanding.places
        wants_figures = section == "salary" and not self._salary_prose(asked)
        rows = salary.figures(self._library, asked.role.id, asked.language, places) if wants_figures else []
        if rows:
            salary.answer_salary(draft, rows, asked.understanding, asked.title, self._library)
            return
        chosen = self._choice(asked, section, most)
        if section == "outlook":
            whole = self._library.section(asked.role.id, asked.language, section)
            chosen = with_projections(draft, chosen, whole, asked.understanding)
        if section == "faq":
            for candidate in chosen:
                draft.frame(f"**{candidate.statement.group}**")
                draft.statement(candidate)
        elif chosen and all(candidate.statement.kind == "sentence" for candidate in chosen):
            draft.frame(" ".join(f"{candidate.text} {draft.cite(candidate)}" for candidate in chosen[:PER_PART]))
        else:
            draft.items(chosen)

    def _narrow(self, asked: Asked, sections: Sequence[str], most: int) -> Draft | None:
        """The statements of the sections that hold the question's terms, None where none does.

        Where the question names a section ("LinkedIn") and adds a subject that few statements hold, they lead and the
        section's own choice follows; where it only points inside one ("certifications"), the FAQ is looked at too.
        """
        topics = asked.understanding.topics
        fitting = self._search.fitting(asked, self._search.quotable(asked, sections))
        if not fitting and topics.likely >= SURE:
            return None
        if not fitting and not topics.is_named:
            answers = [one for one in self._search.fitting(asked, self._search.quotable(asked, ["faq"])) if one.words >= HELD_WELL]
            if answers:
                return self._answer_and_section(asked, answers, sections[0], most)
        if not fitting and not topics.learnt:
            others = self._search.fitting(asked, self._search.quotable(asked, self._library.sections(asked.role.id, asked.language)))
            # What few statements hold is worth fetching from another section; everyday words are not.
            is_rare = not topics.is_named and any(term.is_rare for term in asked.terms)
            fitting = [one for one in others if one.words >= HELD_WELL and (one.is_about or is_rare)]
            if fitting:
                return self._answer_and_section(asked, fitting, sections[0], most)
        if not fitting:
            return None
        if topics.has_details or not topics.is_named or fitting[0].is_about:
            beside = self._search.ranked(asked, sections[0], NARROW) if topics.likely >= SURE else []
            return best_of(fitting, most, beside)
        first = [one.candidate for one in fitting[:NARROW]]
        rest = [one for section in sections for one in self._choice(asked, section, most)]
        return quoted([*first, *(candidate for candidate in rest if candidate not in first)][:most], most)

    def _practice(self, asked: Asked, sections: Sequence[str], most: int) -> Draft:
        """Practice questions: one that the question itself puts ("what do I say if they ask about …") before the section's choice."""
        known = [term for term in asked.terms if term.alternatives]
        drills = [one for one in self._search.quotable(asked, ["interview"]) if selection.is_question(one)]
        scored = rank(drills, known, asked.vector, self._library, asked.language, asked.alike) if known and asked.has_subject else []
        fitting = [one.candidate for one in scored if one.words >= TERMS_HELD][:PUT]
        if not fitting:
            return self._broad(asked, sections, most)
        rest = [one for one in self._choice(asked, "interview", most) if one not in fitting]
        return quoted([*fitting, *rest][:most], most)

    def _learnt(self, asked: Asked, section: str, most: int) -> Draft | None:
        """The section that the way of asking speaks for: what fits the words of the question first, then the section's own choice."""
        pool = self._search.quotable(asked, [section])
        known = [term for term in asked.terms if term.alternatives]
        scored = rank(pool, known, asked.vector, self._library, asked.language, asked.alike)
        if section == "faq":
            return self._entry(asked, scored)
        if section in WHOLE:
            return self._broad(asked, [section], most)
        fitting = [one.candidate for one in scored if one.is_about or one.words >= TERMS_HELD or one.alike >= ALIKE_ENOUGH][:NARROW]
        if not fitting:
            return self._broad(asked, [section], most)
        rest = [one for one in self._choice(asked, section, most) if one not in fitting]
        return quoted([*fitting, *rest][:most], most)

    def _entry(self, asked: Asked, entries: Sequence[Scored]) -> Draft | None:
        """The entry of the FAQ that answers the question; where none holds its words, what the other sections say, if they say more."""
        if entries and (entries[0].words >= ENTRY_HELD or entries[0].is_about or entries[0].alike >= ALIKE_ENOUGH):
            return best_of(entries[:1], 1)
        elsewhere = self._nearest(asked)
        if elsewhere and elsewhere.citations:
            return elsewhere
        return best_of(entries[:1], 1) if entries and entries[0].score >= FAQ_ENTRY else elsewhere

    def _answer_and_section(self, asked: Asked, fitting: Sequence[Scored], section: str, most: int) -> Draft:
        """What was found outside the section asked for; below an answer of the FAQ, the first statements of that section too."""
        if fitting[0].candidate.statement.kind != "answer":
            return best_of(fitting, most)
        return quoted([fitting[0].candidate, *self._choice(asked, section, BESIDE_THE_FAQ)], most)

    def _nearest(self, asked: Asked) -> Draft | None:
        """The statements of any section that answer a question which names none, or the honest word that there are none."""
        everything = self._search.quotable(asked, self._library.sections(asked.role.id, asked.language))
        pool = [candidate for candidate in everything if not selection.is_question(candidate)]
        fitting = self._search.fitting(asked, pool)
        if len(asked.terms) > 1:
            # A practice question answers whoever asks that very question.
            drills = [candidate for candidate in everything if selection.is_question(candidate)]
            exact = [one for one in self._search.fitting(asked, drills) if one.words >= DRILL_HELD]
            fitting = sorted([*fitting, *exact], key=lambda one: -one.score)
        if not fitting:
            return self._not_said(asked)
        most_unknown = UNKNOWN_BESIDE_SUBJECT if fitting[0].is_about else UNKNOWN_SHARE
        if asked.unknown_share >= most_unknown and fitting[0].meaning < NEAR_IN_MEANING[asked.language]:
            return self._not_said(asked)
        return best_of(fitting, NARROW)

    def _crossing(self, asked: Asked, sections: Sequence[str]) -> list[Candidate]:
        """Statements of the first section asked for that speak of another one asked for: the mistakes that are about interviews."""
        named = asked.understanding.named
        others = {one for section in sections[1:] for one in stems(" ".join(named[section]), asked.language)} - generic_stems(
            asked.language
        )
        found = [candidate for candidate in self._search.quotable(asked, sections[:1]) if others.intersection(candidate.stems)]
        return found[:PER_PART] if len(found) > 1 else []

    def _has_numbers(self, asked: Asked, sections: Sequence[str], most: int) -> bool:
        """Whether what would be shown of the sections holds a number."""
        return any(has_number(candidate.text) for section in sections for candidate in self._choice(asked, section, most))

    def _choice(self, asked: Asked, section: str, most: int) -> list[Candidate]:
        """At most `most` statements that stand for the section."""
        chosen = selection.broad(self._library.section(asked.role.id, asked.language, section), asked.understanding, most)
        pointed = self._search.pointed_at(asked, section) if asked.terms and section not in selection.SEQUENCES else None
        return [pointed, *(one for one in chosen if one is not pointed)][:most] if pointed else chosen

    def _no_section(self, asked: Asked) -> Draft:
        language = asked.understanding.language
        heading = self._catalogue.heading(asked.understanding.topics.sections[0], language)
        draft = Draft("refuse")
        draft.frame(say("refuse_no_section", language, roles=asked.title, heading=heading, sections=self._covered(asked)))
        return draft

    def _not_said(self, asked: Asked) -> Draft | None:
        """The refusal; None where the role is only remembered from before and nothing in the question itself is about careers."""
        understanding = asked.understanding
        if not understanding.topics.sections and not understanding.names_role and asked.unknown_share > 0:
            return None
        draft = Draft("refuse")
        draft.frame(say("refuse_not_said", understanding.language, roles=asked.title, sections=self._covered(asked)))
        return draft

    def _covered(self, asked: Asked) -> str:
        """The headings of the first sections that there are on the role."""
        role = asked.role.id
        have = {section for language in self._library.languages(role) for section in self._library.sections(role, language)}
        headings = [self._catalogue.heading(section, asked.understanding.language) for section in self._catalogue.ids if section in have]
        return ", ".join(headings[:SECTIONS_NAMED])
