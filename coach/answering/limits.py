"""What the coach leaves alone whatever the documents hold: other people's advice, news, its own rules, figures of the future."""

from __future__ import annotations

from coach.answering.thresholds import OFF_TOPIC_WITH_ROLE
from coach.retrieval import foreign
from coach.retrieval.question import Understanding

# Sections whose figures are of a year.
OF_A_YEAR = frozenset({"salary"})


def limit_of(understanding: Understanding, this_year: int) -> str | None:
    """The key of the words with which a question is refused before anything is looked up, None where nothing forbids to answer it."""
    question = understanding.question
    if foreign.changes_rules(question):
        return "refuse_rules"
    if foreign.wants_advice(question):
        return "refuse_advice"
    if foreign.wants_deceit(question):
        return "refuse_deceit"
    if foreign.of_news(question):
        return "refuse_news"
    is_pointed = understanding.pointed_at is not None
    if understanding.names_role and not is_pointed and understanding.off_topic >= OFF_TOPIC_WITH_ROLE:
        return "refuse_offtopic"
    if foreign.of_times_to_come(question, this_year) and OF_A_YEAR.intersection(understanding.topics.sections):
        return "refuse_future"
    return None
