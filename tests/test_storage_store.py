"""What is kept about visitors, on SQLite and on PostgreSQL alike: nobody reaches another's, and erased is gone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from coach.errors import CoachError, NotFound
from coach.settings import Settings
from coach.storage.conversations import MOST, listing
from coach.storage.practice import attempted
from coach.storage.records import LONGEST_REASON, LONGEST_TITLE, Attempt, Erased, SavedExchange, owner_of_key, owner_of_user
from coach.storage.schema import conversations
from coach.storage.store import Store
from coach.types import Answer, Chunk, Citation, Hit, Kind

START = datetime(2026, 11, 21, 12, 30, 0, 123456, tzinfo=UTC)
ANA, BEN = owner_of_user("Ana"), owner_of_key("k" * 43)
CITATION = Citation(
    1, "data-analyst/es/salary#0", "data-analyst", "salary", "Pay", "Survey", "https://x.org", "2026-02", "45 000 €", 3, 11, "CC BY"
)
ANSWER = Answer(
    "answer", "es", "Se gana **45 000 €** [1]", "¿Cuánto gana?", ("data-analyst",), ("salary", "tools"), (CITATION, CITATION),
    answered_by="openai:x", notice="aviso", suggestions=("¿Y en Francia?",),
)  # fmt: skip


class Clock:
    """A clock that goes on by a second whenever somebody looks at it."""

    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        self.moment += timedelta(seconds=1)
        return self.moment


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """An empty store on each of the two databases."""
    given: dict[str, Any] = {"data": tmp_path / "data"}
    if request.param == "postgresql":
        given["database_url"] = request.getfixturevalue("postgresql").emptied()
    with Store.open(Settings(**given), clock) as opened:
        assert opened.engine.dialect.name == request.param
        yield opened


def exchange(name: str = "e1", question: str = "¿Cuánto gana?", answer: Answer | None = ANSWER, **given: Any) -> SavedExchange:
    return SavedExchange(name, question, answer, answer.text if answer else "", given.pop("state", "done"), START, **given)


def of_kind(kind: Kind, *topics: str) -> Answer:
    return Answer(kind, "en", "No.", "q", topics=topics)


def attempt(role: str = "nurse", **given: Any) -> Attempt:
    fields: dict[str, Any] = {
        "at": START, "role": role, "language": "en", "question": "q1", "level": "junior", "kind": "case", "answer": "I did", "score": 61.5,
        "marks": {"star": 0.5, "números": 1.0}, "session": "s1",
    }  # fmt: skip
    return Attempt(**{**fields, **given})


def titles(found: list[Any]) -> list[str]:
    return [one.title for one in found]


def test_a_conversation_is_read_as_it_was_kept(store: Store) -> None:
    begun = store.start(ANA, "es", "  ¿Cuánto \n se gana? ")
    assert (begun.title, begun.language, begun.created, begun.updated.tzinfo) == ("¿Cuánto se gana?", "es", begun.updated, UTC)
    assert store.conversation(ANA, begun.id) == begun
    said = [
        exchange(),
        exchange("e2", "line\u2028 🙂\nsecond", None, state="failed"),
        exchange("e3", answer=of_kind("refuse"), state="stopped", reaction="up"),
    ]
    for one in said:
        store.save(ANA, begun.id, one)
    assert store.exchanges(ANA, begun.id) == said
    assert store.exchanges(ANA, begun.id)[0].at.utcoffset() == timedelta(0)


def test_hits_and_seconds_are_not_kept(store: Store) -> None:
    hit = Hit(Chunk("c", "r", "en", "s", "t", "h", "a long passage", (), "s", None, None, "d"), 1.0, 1.0, 1.0)
    begun = store.start(ANA, "en", "t")
    store.save(ANA, begun.id, exchange(answer=Answer("answer", "en", "x", "q", hits=(hit,), seconds={"retrieve": 1.0})))
    (kept,) = store.exchanges(ANA, begun.id)
    assert kept.answer == Answer("answer", "en", "x", "q")


def test_saving_again_replaces_in_place(store: Store) -> None:
    begun = store.start(ANA, "en", "t")
    for name in ("e1", "e2"):
        store.save(ANA, begun.id, exchange(name, answer=None, state="stopped"))
    store.save(ANA, begun.id, exchange("e1", "anew"))
    assert [(one.id, one.question, one.state) for one in store.exchanges(ANA, begun.id)] == [
        ("e1", "anew", "done"), ("e2", "¿Cuánto gana?", "stopped"),
    ]  # fmt: skip


def test_the_list_is_newest_first_by_last_use_and_comes_in_pages(store: Store) -> None:
    begun = [store.start(ANA, "en", str(number)) for number in range(5)]
    store.start(BEN, "en", "of somebody else")
    store.save(ANA, begun[1].id, exchange())
    store.rename(ANA, begun[0].id, "renamed stays where it is")
    assert titles(store.conversations(ANA)) == ["1", "4", "3", "2", "renamed stays where it is"]
    first = store.conversations(ANA, limit=2)
    second = store.conversations(ANA, limit=2, before=first[-1])
    third = store.conversations(ANA, limit=2, before=second[-1])
    assert titles([*first, *second, *third]) == titles(store.conversations(ANA))
    assert store.conversations(ANA, before=third[-1]) == store.conversations(ANA, limit=-1) == []


def test_pages_lose_nobody_of_the_same_moment(store: Store) -> None:
    store.clock = lambda: START
    begun = {store.start(ANA, "en", "t").id for _ in range(5)}
    found: list[str] = []
    page = store.conversations(ANA, limit=2)
    while page:
        found += [one.id for one in page]
        page = store.conversations(ANA, limit=2, before=page[-1])
    assert (len(found), set(found)) == (5, begun)


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ANALISTA", ["Años de analista"]), ("anos", ["Años de analista"]), ("AÑOS", ["Años de analista"]),
        ("cuanto ANALI", ["Años de analista"]),
        ("000 €", ["Años de analista"]), ("wages", ["Pay 100%_"]), ("100%", ["Pay 100%_"]), ("%", ["Pay 100%_"]), ("_", ["Pay 100%_"]),
        ("analista wages", []), ("\\", []), ("'", []), ("nobody said this", []), ("secret", []), ("  ", ["Pay 100%_", "Años de analista"]),
    ],
)  # fmt: skip
def test_search_looks_into_titles_and_texts_without_case_and_accents(store: Store, search: str, found: list[str]) -> None:
    spanish, english = store.start(ANA, "es", "Años de analista"), store.start(ANA, "en", "pay")
    store.save(ANA, spanish.id, exchange())
    store.save(ANA, english.id, exchange("e2", "what are wages?", of_kind("refuse")))
    store.rename(ANA, english.id, "Pay 100%_")
    store.start(BEN, "en", "secret")
    assert titles(store.conversations(ANA, search)) == found


def test_an_id_of_somebody_else_is_one_that_does_not_exist(store: Store) -> None:
    """In every method, to the letter, and without any effect."""
    theirs = store.start(BEN, "en", "private")
    store.save(BEN, theirs.id, exchange("e1"))
    store.add_attempt(BEN, attempt())
    before = store.export(BEN)["conversations"]
    said: dict[str, set[str]] = {}
    for conversation, name in ((theirs.id, "e1"), ("11111111-1111-4111-8111-111111111111", "nothing")):
        for method, arguments in {
            "conversation": (conversation,), "exchanges": (conversation,), "delete": (conversation,), "rename": (conversation, "mine"),
            "save": (conversation, exchange(name)), "truncate": (conversation, name), "react": (name, "down", "x"),
        }.items():  # fmt: skip
            with pytest.raises(NotFound) as caught:
                getattr(store, method)(ANA, *arguments)
            said.setdefault(method, set()).add(str(caught.value))
    assert {method: len(texts) for method, texts in said.items()} == dict.fromkeys(said, 1)
    assert store.export(BEN)["conversations"] == before
    assert (store.conversations(ANA), store.attempts(ANA), store.export(ANA)["conversations"]) == ([], [], [])
    assert store.erase(ANA) == Erased()
    assert store.export(BEN)["conversations"] == before


def test_an_exchange_of_the_same_id_touches_nobody_elses(store: Store) -> None:
    ours, theirs = store.start(ANA, "en", "a"), store.start(BEN, "en", "b")
    store.save(BEN, theirs.id, exchange("same", "theirs"))
    store.save(ANA, ours.id, exchange("same", "ours"))
    store.react(ANA, "same", "down", "no")
    assert store.exchanges(BEN, theirs.id) == [exchange("same", "theirs")]
    store.truncate(ANA, ours.id, "same")
    assert store.exchanges(BEN, theirs.id) == [exchange("same", "theirs")]


def test_truncating_drops_the_exchange_and_all_after_it(store: Store) -> None:
    begun, other = store.start(ANA, "en", "t"), store.start(ANA, "en", "t")
    for name in ("a", "b", "c"):
        store.save(ANA, begun.id, exchange(name))
    store.save(ANA, other.id, exchange("z"))
    store.truncate(ANA, begun.id, "b")
    store.save(ANA, begun.id, exchange("d"))
    assert [one.id for one in store.exchanges(ANA, begun.id)] == ["a", "d"]
    for name in ("b", "z"):
        with pytest.raises(NotFound):
            store.truncate(ANA, begun.id, name)
    assert len(store.exchanges(ANA, other.id)) == 1


def test_deleting_takes_the_exchanges_along(store: Store) -> None:
    begun = store.start(ANA, "en", "t")
    store.save(ANA, begun.id, exchange())
    store.delete(ANA, begun.id)
    assert store.conversations(ANA) == []
    with store.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM coach_exchanges")).scalar() == 0


def test_a_reaction_is_kept_changed_and_taken_back(store: Store) -> None:
    begun = store.start(ANA, "en", "t")
    store.save(ANA, begun.id, exchange())
    for reaction, reason, kept in (("down", " wrong year ", "wrong year"), ("up", None, None), (None, "lost", None)):
        store.react(ANA, "e1", reaction, reason)  # type: ignore[arg-type]
        (one,) = store.exchanges(ANA, begun.id)
        assert (one.reaction, one.reason) == (reaction, kept)


def test_what_is_too_long_is_refused_with_both_numbers(store: Store) -> None:
    begun = store.start(ANA, "en", "x" * LONGEST_TITLE)
    store.save(ANA, begun.id, exchange())
    store.react(ANA, "e1", "down", "x" * LONGEST_REASON)
    for call in (
        lambda: store.start(ANA, "en", "x" * (LONGEST_TITLE + 1)),
        lambda: store.rename(ANA, begun.id, "x" * (LONGEST_TITLE + 1)),
        lambda: store.react(ANA, "e1", "down", "x" * (LONGEST_REASON + 1)),
        lambda: store.save(ANA, begun.id, exchange("e2", "x" * 200_001)),
        lambda: store.add_attempt(ANA, attempt(answer="x" * 200_001)),
    ):
        with pytest.raises(CoachError, match=r"has \d+ characters, more than the \d+ that are kept"):
            call()
    assert len(store.conversations(ANA)) == len(store.exchanges(ANA, begun.id)) == 1


def test_text_that_no_database_takes_is_kept_without_what_it_cannot_take(store: Store) -> None:
    begun = store.start(ANA, "en", "a\0b\ud800")
    store.save(ANA, begun.id, exchange(question="\0half \ud83d", answer=Answer("answer", "en", "x\0\ud800", "q\0")))
    store.add_attempt(ANA, attempt(answer="\0\ud800"))
    store.react(ANA, "e1", "down", "\0no")
    assert store.conversation(ANA, begun.id).title == "ab?"
    assert [one.id for one in store.conversations(ANA, "\0\ud800 half")] == [begun.id]
    with pytest.raises(NotFound):
        store.exchanges(ANA, "\ud800")
    with pytest.raises(NotFound):
        store.react(ANA, "\0", "up")
    with pytest.raises(CoachError, match="id: has 65"):
        store.save(ANA, begun.id, exchange("x" * 65))
    assert store.exchanges(ANA, begun.id)[0].question == "half ?"
    json.dumps(store.export(ANA))


def test_attempts_are_kept_in_order_and_found_by_role_and_language(store: Store) -> None:
    late, early, spanish = attempt(at=START + timedelta(hours=1)), attempt(), attempt("chef", language="es", at=START + timedelta(days=1))
    for one in (late, early, spanish):
        store.add_attempt(ANA, one)
    store.add_attempt(BEN, attempt("spy"))
    assert store.attempts(ANA) == [early, late, spanish]
    assert store.attempts(ANA, role="nurse") == [early, late]
    assert store.attempts(ANA, language="es") == store.attempts(ANA, "chef", "es") == [spanish]
    assert store.attempts(ANA, "chef", "en") == []


def test_the_export_holds_everything_and_is_json(store: Store) -> None:
    begun = store.start(ANA, "es", "Título")
    store.save(ANA, begun.id, exchange(reaction="down", reason="mal"))
    store.add_attempt(ANA, attempt())
    exported = json.loads(json.dumps(store.export(ANA)))
    (conversation,) = exported["conversations"]
    assert (conversation["title"], conversation["created"][:19]) == ("Título", "2026-11-21T12:30:01")
    (said,) = conversation["exchanges"]
    assert (said["reaction"], said["reason"], said["answer"]["citations"][0]["quote"]) == ("down", "mal", "45 000 €")
    assert exported["attempts"][0]["marks"] == {"star": 0.5, "números": 1.0}
    text = store.export_markdown(ANA, "es")
    assert [word for word in ("Título", "¿Cuánto gana?", "45 000 €", "Survey", "mal", "I did", "nurse") if word not in text] == []


def test_erasing_takes_everything_of_one_owner_and_says_how_much(store: Store) -> None:
    for owner in (ANA, BEN):
        begun = store.start(owner, "en", "t")
        for name in ("e1", "e2"):
            store.save(owner, begun.id, exchange(name, reaction="down"))
        store.add_attempt(owner, attempt())
    assert store.erase(ANA) == Erased(conversations=1, exchanges=2, attempts=1)
    assert (store.conversations(ANA), store.attempts(ANA), len(store.feedback())) == ([], [], 2)
    assert store.erase(ANA) == Erased()
    assert (len(store.conversations(BEN)), len(store.attempts(BEN))) == (1, 1)


def test_only_what_was_not_used_for_long_expires(store: Store, clock: Clock) -> None:
    old, used = store.start(ANA, "en", "old"), store.start(ANA, "en", "used again")
    store.save(ANA, old.id, exchange())
    store.add_attempt(ANA, attempt(at=clock()))
    clock.moment += timedelta(days=9)
    store.save(ANA, used.id, exchange())
    store.add_attempt(ANA, attempt("late", at=clock()))
    clock.moment += timedelta(days=2)
    assert store.expire() == store.expire(timedelta(days=30)) == Erased()
    assert store.expire(timedelta(days=10)) == Erased(1, 1, 1)
    assert (titles(store.conversations(ANA)), [one.role for one in store.attempts(ANA)]) == (["used again"], ["late"])


def test_feedback_is_what_was_marked_down_or_not_answered(store: Store) -> None:
    begun = store.start(ANA, "en", "t")
    for one in (
        exchange("a", "good"),
        exchange("b", "bad", reaction="down", reason="wrong"),
        exchange("c", "refused", of_kind("refuse", "tools")),
        exchange("d", "rightly refused", of_kind("refuse"), reaction="up"),
        exchange("e", "asked back", of_kind("clarify")),
        exchange("f", "hello", of_kind("smalltalk")),
        exchange("g", "broken", None, state="failed"),
    ):
        store.save(ANA, begun.id, one)
    other = store.start(BEN, "en", "one that was only refused")
    store.save(BEN, other.id, SavedExchange("z", "last", of_kind("refuse"), "No.", "done", START + timedelta(hours=1)))
    found = store.feedback()
    assert [(one.question, one.verdict, one.kind) for one in found] == [
        ("bad", "down", "answer"), ("refused", "unanswered", "refuse"), ("asked back", "unanswered", "clarify"),
        ("last", "unanswered", "refuse"),
    ]  # fmt: skip
    assert (found[0].turns, found[0].roles, found[0].sections, found[0].reason) == (("good",), ("data-analyst",), ("salary",), "wrong")
    assert found[1].sections == ("tools",)
    assert not [one for one in found if ANA in repr(one)]


def test_a_list_of_thousands_is_read_by_its_index(store: Store) -> None:
    """Without the index every visit would sort the conversations of everybody."""
    same = {"title": "t", "folded": "t", "language": "en", "created": START, "updated": START}
    rows = [{"id": f"{number:036}", "owner": f"user:{number % 4}", **same} for number in range(2000)]
    with store.writing() as connection:
        connection.execute(sa.insert(conversations), rows)
    with store.engine.connect() as connection:
        if store.engine.dialect.name == "postgresql":
            connection.execute(sa.text("ANALYZE"))
        explain = "EXPLAIN QUERY PLAN " if store.engine.dialect.name == "sqlite" else "EXPLAIN "
        plans = {}
        for name, query in (("conversations", listing("user:1").limit(50)), ("attempts", attempted("user:1"))):
            compiled = query.compile(store.engine, compile_kwargs={"literal_binds": True})
            plans[name] = "\n".join(
                " ".join(map(str, row)) for row in connection.exec_driver_sql(explain + str(compiled).replace("%", "%%"))
            )
    assert "coach_conversations_of_owner" in plans["conversations"]
    assert "TEMP B-TREE" not in plans["conversations"]
    assert "Sort" not in plans["conversations"]
    if store.engine.dialect.name == "sqlite":
        assert "coach_attempts_of_owner" in plans["attempts"]
    assert len(store.conversations("user:1", limit=10_000)) == MOST
    assert len(store.conversations("user:1")) == 50
