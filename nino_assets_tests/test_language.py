"""The package's own rules of language, as far as a program can check them.

A function's name begins with a verb, a docstring's first line says in at most 12 words what there
is, and a module is short.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import nino_assets

PACKAGE = Path(nino_assets.__file__).parent

MOST_LINES = 300
MOST_WORDS = 12
VERBS = frozenset(
    """
    accept add allocate allow answer append apply assemble assign attach await begin bind build can
    capitalise check choose claim classify clean clear close collect combine compare complete
    compose compress compute configure connect convert copy count covers create declare decode
    delete derive describe determine discard dispose divide does draw drop encode end escape
    estimate evaluate excuse execute expect explain explains export extend extends extract fetch
    fill filter find fit flush follow format from geocode get give group handle has hash have hide
    hold holds identify import index ingest insert invert is iterate join judge keep keeps label
    launch letter limit link lint list load locate lock log look main make map mark match
    materialise may measure merge move must name needs normalise number observe open order pair
    parse perturb pick place plan plant point polish prefetch preload prepare print project
    pseudonymise publish put quote raise rank read rebatch rebuild receive record recover redact
    reduce refresh refuse regroup release remove rename render renumber repair replace report
    request require resolve restore return revoke roll round run sample save say scale scan seal
    search select send serve set share shorten show shuffle sign silence simulate skip sort spell
    split spread start stop store stream submit subtract sum suppress swap synthesise tabulate tag
    take tally tell test time to translate unwrap update use validate verify wait warn weigh wrap
    write yield
    """.split()  # noqa: SIM905 - a list of words is easier to read and to extend
)
"""The first words of functions. A new verb is added here; a noun or a participle is not."""

PARTICIPLE = re.compile(
    r"(ahead|beside|drawn|found|given|gone|held|kept|known|left|lost|made|said|shown|stated|taken|"
    r"told|withheld|written|(?!embed|exceed|feed|need|proceed|read|seed|shed|speed|spread)\w+ed)"
)
PLAIN_DECORATORS = frozenset(
    {"abstractmethod", "cache", "classmethod", "contextmanager", "lru_cache", "override"}
    | {"overload", "staticmethod"}
)
"""Functions with another decorator are named by a contract: an asset, a command, a property."""

UNCLEAR = re.compile(
    r"\bbeside\b|\bof (its|their) own\b|\b[Bb]elongs? here\b|\bfault of the line\b|\bdiscs?\b"
)

Functions = Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]


def list_modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def iterate_functions(tree: ast.Module) -> Functions:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = {ast.unparse(each).split("(")[0].split(".")[-1] for each in node.decorator_list}
            if names <= PLAIN_DECORATORS and not node.name.startswith("__"):
                yield node, node.name.strip("_")


def find_names_without_verb(tree: ast.Module, _: str, __: Path) -> Iterator[str]:
    for node, name in iterate_functions(tree):
        if not node.name.startswith("_") and name.split("_")[0] not in VERBS:
            yield f"line {node.lineno}: {node.name} does not begin with a verb"


def find_participles(tree: ast.Module, _: str, __: Path) -> Iterator[str]:
    for node, name in iterate_functions(tree):
        if PARTICIPLE.fullmatch(name.split("_")[0]) or name.endswith("_of"):
            yield f"line {node.lineno}: {node.name} is a participle or ends with _of"


def find_long_summaries(tree: ast.Module, _: str, __: Path) -> Iterator[str]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    for node in ast.walk(tree):
        if isinstance(node, documented):
            summary = (ast.get_docstring(node) or "").partition("\n")[0]
            if len(summary.split()) > MOST_WORDS:
                yield f"line {getattr(node, 'lineno', 1)}: '{summary}'"


def find_unclear_words(tree: ast.Module, source: str, module: Path) -> Iterator[str]:
    """Words that readers had to guess at, in docstrings and comments; not in published text."""
    texts = [
        (part.lineno, part.value.value)
        for part in ast.walk(tree)
        if isinstance(part, ast.Expr)
        and isinstance(part.value, ast.Constant)
        and isinstance(part.value.value, str)
    ]
    texts += [
        (token.start[0], token.string)
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type == tokenize.COMMENT
    ]
    for line, text in texts:
        for found in UNCLEAR.finditer(text):
            if module.name != "__init__.py" or "elong" not in found[0]:
                yield f"line {line}: '{found[0]}'"


def find_excess_lines(_: ast.Module, source: str, __: Path) -> Iterator[str]:
    lines = len(source.splitlines())
    if lines > MOST_LINES:
        yield f"it has {lines} lines, the most is {MOST_LINES}"


RULES: dict[str, Callable[[ast.Module, str, Path], Iterator[str]]] = {
    "public functions begin with a verb": find_names_without_verb,
    "no function is a participle": find_participles,
    "first lines have at most 12 words": find_long_summaries,
    "comments have plain words": find_unclear_words,
    "modules have at most 300 lines": find_excess_lines,
}


def find_faults(rule: str, module: Path) -> list[str]:
    source = module.read_text(encoding="utf-8")
    place = module.relative_to(PACKAGE).as_posix()
    return [f"{place}, {fault}" for fault in RULES[rule](ast.parse(source), source, module)]


@pytest.mark.parametrize("rule", RULES)
def test_the_package_keeps_the_rule(rule: str) -> None:
    faults = [fault for m in list_modules() for fault in find_faults(rule, m)]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("public functions begin with a verb", "def cells(): ...", "def read_cells(): ..."),
        ("no function is a participle", "def _judged(): ...", "def _read(): ..."),
        ("no function is a participle", "def _cells_of(): ...", "def _find_cells(): ..."),
        ("first lines have at most 12 words", f'"""{"a " * 13}."""', f'"""{"a " * 12}"""'),
        ("comments have plain words", "# It stands beside.", 'x = "It is beside."'),
        ("modules have at most 300 lines", "x = 1\n" * 301, "x = 1\n" * 300),
    ],
)
def test_each_rule_finds_its_fault(rule: str, bad: str, good: str, tmp_path: Path) -> None:
    find = RULES[rule]
    assert list(find(ast.parse(bad), bad, tmp_path))
    assert not list(find(ast.parse(good), good, tmp_path))
