"""The tests themselves: where they stand, where their helpers stand, and that each asserts."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PACKAGE = TESTS.parent / "nino_assets"
MODULES = sorted(TESTS.rglob("test_*.py"))
WITHOUT_A_ROOM = {".", "pipeline", "support"}
"""Tests of the package as a whole, of the pipeline as a whole, and of the tests' own oracle."""

LONGEST = 300


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def find_functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def get_called_name(node: ast.AST) -> str:
    """The last part of the name of what is called, or nothing."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))


def asserts(function: ast.FunctionDef, known: frozenset[str]) -> bool:
    """Whether a function asserts, or calls one of those that do."""
    return any(
        isinstance(node, ast.Assert) or get_called_name(node) in known
        for node in ast.walk(function)
    )


@cache
def find_asserting() -> frozenset[str]:
    """The names of all functions in the tests that assert, directly or through one another."""
    functions = [
        function for path in TESTS.rglob("*.py") for function in find_functions(parse(path))
    ]
    known = frozenset({"raises", "warns", "fail"})
    while True:
        more = known | {function.name for function in functions if asserts(function, known)}
        if more == known:
            return known
        known = more


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(TESTS)))
def test_every_test_asserts_something(path: Path) -> None:
    idle = [
        function.name
        for function in find_functions(parse(path))
        if function.name.startswith("test_") and not asserts(function, find_asserting())
    ]
    assert idle == []


def test_a_test_that_asserts_nothing_is_found() -> None:
    idle, busy = find_functions(
        ast.parse("def test_a():\n    len([])\ndef test_b():\n    with raises(KeyError): {}[1]")
    )
    assert not asserts(idle, find_asserting())
    assert asserts(busy, find_asserting())


def test_each_folder_of_tests_mirrors_a_room() -> None:
    folders = {str(path.parent.relative_to(TESTS)) for path in MODULES} - WITHOUT_A_ROOM
    rooms = {str(path.parent.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")}
    assert folders - rooms == set()


def test_helpers_stand_in_support_and_not_in_a_test_or_a_conftest() -> None:
    borrowed = [
        f"{path.relative_to(TESTS)}: {node.module}"
        for path in TESTS.rglob("*.py")
        for node in ast.walk(parse(path))
        if isinstance(node, ast.ImportFrom) and node.module
        for last in [node.module.rpartition(".")[2]]
        if node.module.startswith("nino_assets_tests.")
        if last == "conftest" or last.startswith("test_")
    ]
    assert borrowed == []


def test_no_module_is_long() -> None:
    lengths = {
        str(path.relative_to(TESTS)): len(path.read_text(encoding="utf-8").splitlines())
        for path in TESTS.rglob("*.py")
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST} == {}
