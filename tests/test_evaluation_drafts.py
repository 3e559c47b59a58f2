"""Feedback becomes drafts of cases that hold nothing of the person who asked."""

from __future__ import annotations

import re
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from coach.cli import main
from coach.errors import DocumentError, ServiceError
from coach.evaluation.cases import Case
from coach.evaluation.drafts import WITHHELD, add_drafts, draft_key, drafts
from coach.settings import Settings
from coach.storage.records import Feedback, SavedExchange, owner_of_user
from coach.storage.store import Store
from coach.types import Answer, Kind

KEY = b"k" * 32
ANSWER = Answer("answer", "en", "Something about Ana [1]", "q", roles=("data-analyst",), topics=("salary",))
AT = datetime(2026, 11, 21, tzinfo=UTC)
ASKED = "I am Ana, ana@example.com, 612345678: what do I earn?"
RUDE = "it was rude to my husband"
SECRETS = ("Ana", "ana@example.com", "612345678", "rude", "husband", "Something")


def feedback(question: str = ASKED, *turns: str, kind: Kind = "answer") -> Feedback:
    return Feedback(AT, question, turns, "en", kind, "down", RUDE, ("data-analyst",), ("salary",))


def known(word: str) -> bool:
    return word.islower()


def test_a_draft_holds_language_kind_role_sections_and_a_hash_alone() -> None:
    (draft,) = drafts([feedback()], KEY)
    assert re.fullmatch(r"draft-[0-9a-f]{12}-en", draft.pop("id"))
    assert re.fullmatch(r"draft-[0-9a-f]{12}-es", draft.pop("twin"))
    assert draft == {
        "lang": "en", "question": WITHHELD, "kind": "answer", "role": ["data-analyst"], "sections": ["salary"],
        "tags": ["feedback", "down"],
    }  # fmt: skip


def test_a_draft_has_the_form_of_a_case() -> None:
    for one in drafts([feedback("q", "one", "two"), feedback(kind="refuse")], KEY):
        Case.model_validate(one)


@pytest.mark.parametrize("keep", [None, known])
def test_neither_draft_tells_who_asked(keep: object) -> None:
    text = yaml.safe_dump(drafts([feedback(), feedback("what pays?", "me llamo Ana")], KEY, keep), allow_unicode=True)  # type: ignore[arg-type]
    assert [secret for secret in SECRETS if secret in text] == []


def test_the_words_are_kept_where_that_is_asked_for() -> None:
    (draft,) = drafts([feedback("what do I earn?", "me llamo Ana")], KEY, known)
    assert (draft["question"], draft["turns"]) == ("what do I earn?", ["me llamo [name]"])


def test_the_same_question_is_drafted_once_whatever_its_case_and_spaces() -> None:
    assert len(drafts([feedback("What pays?"), feedback(" what  PAYS?"), feedback("what pays?", "hello")], KEY)) == 2


def test_a_hash_cannot_be_found_by_guessing_the_question() -> None:
    """Two machines give the same short question two hashes: each is keyed with a secret of its own."""
    assert drafts([feedback("q")], KEY)[0]["id"] != drafts([feedback("q")], b"j" * 32)[0]["id"]


def test_the_key_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "data" / "feedback.key"
    first = draft_key(path)
    assert len(first) == 32
    assert draft_key(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert draft_key(tmp_path / "other.key") != first
    with pytest.raises(ServiceError, match="cannot be kept"):
        draft_key(path / "below-a-file")


def test_drafts_are_added_to_those_there_are(tmp_path: Path) -> None:
    path = tmp_path / "evals" / "drafts.yaml"
    assert add_drafts(path, []) == 0
    assert not path.exists()
    first, second = drafts([feedback("one"), feedback("two")], KEY)
    assert add_drafts(path, [first]) == 1
    completed = path.read_text(encoding="utf-8").replace(WITHHELD, "completed by a person")
    path.write_text(completed, encoding="utf-8")
    assert add_drafts(path, [first, second]) == 1
    assert path.read_text(encoding="utf-8").startswith(completed)
    assert [case["question"] for case in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]] == ["completed by a person", WITHHELD]


@pytest.mark.parametrize("text", ["", "- a list", "cases: [text]", "cases: ["])
def test_a_file_of_something_else_is_not_added_to(tmp_path: Path, text: str) -> None:
    path = tmp_path / "drafts.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match="is no file of drafts"):
        add_drafts(path, drafts([feedback()], KEY))
    assert path.read_text(encoding="utf-8") == text


def test_the_command_drafts_what_the_store_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COACH_DATA", str(tmp_path))
    nothing = CliRunner().invoke(main, ["eval", "draft"])
    assert (nothing.exit_code, "0 drafts added of 0 questions" in nothing.stdout) == (0, True)
    ana = owner_of_user("ana")
    with Store.open(Settings(data=tmp_path)) as store:
        conversation = store.start(ana, "en", "Pay")
        store.save(ana, conversation.id, SavedExchange("one", ASKED, ANSWER, ANSWER.text, "done", AT, "down", RUDE))
        store.save(ana, conversation.id, SavedExchange("two", "and thanks", ANSWER, ANSWER.text, "done", AT))
    result = CliRunner().invoke(main, ["eval", "draft"])
    assert result.exit_code == 0
    assert result.stdout == f"{tmp_path}/evals/drafts.yaml: 1 drafts added of 1 questions\n"
    kept = CliRunner().invoke(main, ["eval", "draft", "--keep-text", "--out", str(tmp_path / "kept.yaml")])
    assert "read each question for what may tell who asked it" in kept.stderr
    text = (tmp_path / "kept.yaml").read_text(encoding="utf-8")
    assert "what do I earn?" in text
    assert [secret for secret in SECRETS if secret in text] == []
    with Store.open(Settings(data=tmp_path)) as store:
        store.erase(ana)
    assert "of 0 questions" in CliRunner().invoke(main, ["eval", "draft"]).stdout
