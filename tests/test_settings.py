"""What a deployment may set."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from coach.settings import Settings, shipped

PACKAGE = Path(__file__).resolve().parents[1] / "coach"


def test_defaults_need_no_environment() -> None:
    settings = Settings()
    assert (settings.knowledge / "sections.yaml").is_file()
    assert settings.index_folder == settings.data / "index"
    assert (settings.pages, settings.chroma_url, settings.embedding_model) == (None, None, None)


def test_variables_are_read_and_an_empty_one_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COACH_INDEX", str(tmp_path))
    monkeypatch.setenv("COACH_PORT", "8123")
    monkeypatch.setenv("COACH_KNOWLEDGE", "")
    settings = Settings()
    assert (settings.index_folder, settings.port) == (tmp_path, 8123)
    assert (settings.knowledge / "sections.yaml").is_file()


def test_the_index_follows_the_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COACH_DATA", str(tmp_path))
    assert Settings().index_folder == tmp_path / "index"


@pytest.mark.parametrize(
    ("name", "value"), [("PORT", "0"), ("PORT", "70000"), ("PORT", "x"), ("THREADS", "0"), ("MAX_QUESTION_CHARS", "0")]
)
def test_a_value_out_of_range_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(f"COACH_{name}", value)
    with pytest.raises(ValidationError):
        Settings()


def test_an_installed_wheel_takes_its_own_copy(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a clone's pyproject.toml, a folder that happens to lie beside the package is not ours."""
    (tmp_path / "knowledge").mkdir()
    monkeypatch.setattr("coach.settings.PACKAGE", tmp_path / "coach")
    assert shipped("knowledge") == tmp_path / "coach" / "_shipped" / "knowledge"


def test_every_setting_is_described() -> None:
    assert all(field.description for field in Settings.model_fields.values())


@pytest.mark.parametrize("name", list(Settings.model_fields))
def test_every_setting_is_used(name: str) -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    assert re.search(rf"(settings|self)\.{name}\b", code)


def test_nothing_else_reads_the_environment() -> None:
    readers = [
        path.name
        for path in PACKAGE.rglob("*.py")
        if re.search(r"os\.getenv|os\.environ\.get|= os\.environ\[", path.read_text(encoding="utf-8"))
    ]
    assert readers == []
