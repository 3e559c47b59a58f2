"""The house rules that no reviewer should have to check: arrows point one way, each vendor has one door, files stay small."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import coach

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "coach"
FILES = sorted(PACKAGE.rglob("*.py"))
LONGEST_FILE = 330

# Rooms from the ground up: a module may import its own room and those on lower floors.
FLOORS = [
    ["types", "errors"],
    ["settings"],
    ["language", "tokens", "prompts", "progress"],
    ["storage"],
    ["knowledge"],
    ["index"],
    ["ingest"],
    ["retrieval"],
    ["answering"],
    ["practice"],
    ["coach"],
    ["evaluation"],
    ["ui"],
    ["commands", "document_commands", "user_command", "practice_command"],
    ["cli"],
    ["__main__"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
# Measures the whole product, and LangChain's own pipeline beside it.
BESIDE_THE_HOUSE = {"coach/evaluation/speed.py"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path, *, at_load: bool = False) -> Iterator[str]:
    """The modules that a file imports, dotted; with `at_load` only those that importing it imports."""

    def walk(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            typing_only = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test)
            if at_load and (typing_only or isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef))):
                continue
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom) and child.module:
                yield child.module
                yield from (f"{child.module}.{alias.name}" for alias in child.names)
            yield from walk(child)

    yield from walk(ast.parse(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", [path for path in FILES if path.name != "__init__.py" or path.parent != PACKAGE], ids=name)
def test_imports_point_one_way(path: Path) -> None:
    used = {module.split(".")[1] for module in imports(path) if module.startswith("coach.")}
    above = {other for other in used if FLOOR.get(other, -1) > FLOOR[room(path)]}
    assert above == set()


@pytest.mark.parametrize("vendor", ["chromadb", "gradio", "tiktoken", "sentence_transformers", "lingua", "sklearn", "markitdown", "bm25s"])
def test_each_vendor_has_one_door(vendor: str) -> None:
    doors = {
        name(path) if vendor != "gradio" else room(path)
        for path in FILES
        if name(path) not in BESIDE_THE_HOUSE and any(module.split(".")[0] == vendor for module in imports(path))
    }
    if vendor == "bm25s":
        doors -= {"coach/language.py"}
    assert len(doors) <= 1, doors


HEAVY = {"torch", "sentence_transformers", "chromadb", "gradio", "markitdown", "sklearn", "transformers", "tiktoken"}


@pytest.mark.parametrize("path", FILES, ids=name)
def test_nothing_heavy_is_imported_at_load(path: Path) -> None:
    loaded = {module.split(".")[0] for module in imports(path, at_load=True)}
    allowed = {"gradio"} if room(path) == "ui" else set()
    assert loaded & HEAVY <= allowed


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom coach.cli import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "print('LOADED', *{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split("LOADED", 1)[1].split())
    assert "coach" in loaded
    assert {module for module in loaded if module in HEAVY or module.startswith("langchain") or module in {"numpy", "pydantic"}} == set()


def test_what_is_exported_is_what_is_listed() -> None:
    listed = set(coach.__all__)
    assert list(coach.__all__) == sorted(coach.__all__)
    assert set(coach._HOMES) == listed
    for exported in listed:
        assert getattr(coach, exported) is getattr(importlib.import_module(coach._HOMES[exported]), exported)
    with pytest.raises(AttributeError, match="no attribute 'Nobody'"):
        coach.Nobody  # noqa: B018


@pytest.mark.parametrize("path", [*FILES, *sorted((ROOT / "tests").glob("*.py"))], ids=name)
def test_files_stay_small(path: Path) -> None:
    longest = LONGEST_FILE if path.is_relative_to(PACKAGE) else 450
    assert len(path.read_text(encoding="utf-8").splitlines()) <= longest


def test_the_app_is_a_door_not_a_room() -> None:
    assert len((ROOT / "app.py").read_text(encoding="utf-8").splitlines()) < 20


def test_no_broad_except_hides_what_went_wrong() -> None:
    """`except Exception` is for the boundary to a third party, where it becomes an error of ours."""
    broad = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and (node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}):
                raises = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                broad += [] if raises else [f"{name(path)}:{node.lineno}"]
    assert broad == []


def test_the_wheel_holds_documents_strings_and_prompts(tmp_path: Path) -> None:
    builder = pytest.importorskip(
        "hatchling.builders.wheel", reason="hatchling is not installed: the wheel cannot be built without fetching it"
    )
    (wheel,) = builder.WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    held = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        "coach/strings/en.yaml",
        "coach/ui/page.css",
        "coach/_shipped/knowledge/sections.yaml",
        "coach/_shipped/knowledge/data-analyst/es.md",
    }
    assert expected <= held
    assert {entry for entry in held if entry.startswith("tests/")} == set()
