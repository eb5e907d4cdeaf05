"""Which of Dagster's names are used, private ones in one module only."""

from __future__ import annotations

import ast
from pathlib import Path

import dagster as dg

import nino_assets

PACKAGE = Path(nino_assets.__file__).parent
TESTS = Path(__file__).parents[1]


MODULES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for folder in (PACKAGE, TESTS)
    for path in folder.rglob("*.py")
}


def find_private_imports(tree: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return {name for name in names if name.startswith(("dagster.", "dagster_shared"))}


def test_private_parts_are_imported_in_one_module() -> None:
    found = {path for path, tree in MODULES.items() if find_private_imports(tree)}
    # Which run Dagster's daemon takes next is asked of the daemon itself, and nothing else tells.
    assert found == {
        PACKAGE / "orchestration" / "dagster_internals.py",
        TESTS / "orchestration" / "test_run_queue.py",
    }


def test_private_attributes_are_used_in_one_module() -> None:
    """Of an object that is handed over, no attribute with a leading underscore is touched."""
    found = {
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path, tree in MODULES.items()
        if path.is_relative_to(PACKAGE / "orchestration") and path.stem != "dagster_internals"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.endswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "os"))
    }
    assert found == set()


def test_every_name_that_is_taken_from_dagster_exists() -> None:
    """Dagster's `__getattr__` hides a name that does not exist from the type checker."""
    unknown = {
        f"{path.name}:{node.lineno} dg.{node.attr}"
        for path, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "dg"
        and node.attr not in vars(dg)
    }
    assert unknown == set()
