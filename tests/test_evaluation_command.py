"""`coach eval`: what it prints, writes, keeps and compares, and its exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from coach.cli import main
from coach.index.embedding import SentenceTransformerEmbedder

Run = Callable[..., Result]


def cases(spanish_fact: str = "Unobtainium") -> list[dict[str, Any]]:
    """A case and its twin, of which the Spanish one cannot pass."""
    common = {"kind": "answer", "role": "data-analyst", "sections": ["tools"], "tags": ["short"]}
    english = {"id": "a-en", "twin": "a-es", "lang": "en", "question": "tools of a data analyst", "facts": ["Excel"]}
    spanish = {"id": "a-es", "twin": "a-en", "lang": "es", "question": "herramientas de un analista de datos", "facts": [spanish_fact]}
    return [{**english, **common}, {**spanish, **common}]


def write(folder: Path, written: list[dict[str, Any]]) -> Path:
    (folder / "suites").mkdir(exist_ok=True)
    (folder / "suites" / "mini.yaml").write_text(yaml.safe_dump({"about": "Two.", "cases": written}), encoding="utf-8")
    floors = {"gap": 1, "totals": {"en": {"groundedness": 1, "MRR": 0.1}}, "suites": {"mini": {"en": 1, "es": 1}}}
    (folder / "floors.yaml").write_text(yaml.safe_dump(floors), encoding="utf-8")
    return folder


@pytest.fixture
def run(index_folder: Path, embedder: SentenceTransformerEmbedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `coach eval` over a suite of two cases; the embedding model stays loaded."""
    monkeypatch.setattr(SentenceTransformerEmbedder, "open", lambda *_: embedder)
    monkeypatch.setenv("COACH_DATA", str(tmp_path / "data"))
    write(tmp_path, cases())

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(main, ["eval", *arguments, "--index", str(index_folder), "--evals", str(tmp_path)])
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return invoke


def test_the_figures_are_printed_and_what_failed_is_listed_and_written(run: Run, tmp_path: Path) -> None:
    result = run("--report", str(tmp_path / "out"))
    assert result.exit_code == 0
    assert "mini a-es: herramientas de un analista de datos" in result.stdout
    assert "facts: expected Unobtainium; came nothing of Unobtainium" in result.stdout
    assert "a-en:" not in result.stdout
    for words in ("nDCG@10", "p95", "groundedness", "0% (-1) [0–98]", "+100.0 ["):
        assert words in result.stdout
    assert json.loads((tmp_path / "out" / "eval.json").read_text(encoding="utf-8"))["cases"] == 2
    assert "mini a-es" in (tmp_path / "out" / "failed.txt").read_text(encoding="utf-8")
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "herramientas de un analista de datos" in page
    assert "site-reliability-engineer, salary, es: 0 of 0 pass" in page


def test_labelled_questions_are_asked_with_all_suites_or_alone_and_never_count_among_them(run: Run, tmp_path: Path) -> None:
    missing = run("--calibration")
    assert (missing.exit_code, "calibration.yaml: there is no such file" in missing.stderr) == (1, True)
    question = {"id": "c", "kind": "refuse", "tag": "other subject", "en": "tools of a data analyst", "es": "dame una receta de gazpacho"}
    (tmp_path / "calibration.yaml").write_text(yaml.safe_dump({"about": "One.", "questions": [question]}), encoding="utf-8")

    alone = run("--calibration")
    assert "seen en: answer → none; clarify → none; refuse → 1 answer" in alone.stdout
    assert "false answer 100% (1 of 1) [2–100]" in alone.stdout
    assert "c-en (other subject): tools of a data analyst: refuse → answer" in alone.stdout
    assert "c-es" not in alone.stdout
    assert "all suites" not in alone.stdout

    whole = run("--json", "--report", str(tmp_path / "out"))
    data = json.loads(whole.stdout)
    assert data["cases"] == 2
    assert data["calibration"]["extractive"]["figures"]["es"]["seen"]["errors"]["false answer"]["wrong"] == 0
    assert len(data["sweeps"]["extractive"]["curves"]["en"]) == 19
    assert "Labelled questions near the line" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert json.loads(run("mini", "--json").stdout)["calibration"] == {}


def test_the_gate_names_what_fell(run: Run) -> None:
    result = run("mini", "--gate", "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["totals"]["es"]["facts"]["passed"] == 0
    assert data["others"] == data["comparisons"] == []
    assert "mini es: 0.000 (1 of 1 cases fall short), below 1.000" in result.stderr
    assert "mini en" not in result.stderr


def test_a_run_is_kept_and_another_held_against_it(run: Run, tmp_path: Path) -> None:
    assert f"kept as {tmp_path}/data/evals/before.json" in run("--save", "before").stderr
    same = run("--against", "before")
    assert "extractive against before (extractive): 0 fixed, 0 broken, 2 unchanged (1 right, 1 wrong); McNemar exact p = 1" in same.stdout

    write(tmp_path, [{**one, "question": one["question"] + "?"} if one["lang"] == "es" else one for one in cases()])
    assert "not compared, the case was changed: a-es" in run("--against", "before").stdout

    write(tmp_path, cases())
    kept = tmp_path / "data" / "evals" / "before.json"
    kept.write_text(kept.read_text(encoding="utf-8").replace('"passed": true, "verdicts"', '"passed": false, "verdicts"'), encoding="utf-8")
    fixed = json.loads(run("--against", "before", "--json").stdout)["comparisons"][0]
    assert (fixed["fixed"], fixed["broken"]) == (["a-en"], [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["maxi"], "there is no suite 'maxi'; choose from mini"),
        (["--against", "never"], "never.json: no run is kept under that name"),
        (["--save", "../up"], "'../up': no name for a run"),
        (["--report", "FILE/out"], "the report cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_line_on_stderr(run: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    (tmp_path / "file").write_text("in the way")
    result = run(*(one.replace("FILE", str(tmp_path / "file")) for one in arguments))
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr.splitlines()[-1]


def test_a_suite_may_have_the_name_of_a_command(run: Run, tmp_path: Path) -> None:
    assert "mini a-es" in run("run", "mini").stdout
    assert "there is no suite 'draft'" in run("run", "draft").stderr


def test_wrong_usage_is_2_and_help_names_both_commands(run: Run) -> None:
    assert run("--colour").exit_code == 2
    assert run("--workers", "0").exit_code == 2
    shown = CliRunner().invoke(main, ["eval", "--help"]).stdout
    assert "--against" in shown
    assert "coach eval draft" in shown
