"""A text of somebody else's is only its words: in a CSV cell, Markdown, Govspeak and a terminal."""

from __future__ import annotations

import ast
import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import nino_assets
from nino_assets.publishing.bulletin.blocks import Bulletin, BulletinSection, Paragraph
from nino_assets.publishing.bulletin.govspeak import write_govspeak as write_bulletin
from nino_assets.publishing.bulletin.prose import Quotation, say
from nino_assets.writers.safe_text import (
    format_csv_rows,
    write_govspeak,
    write_markdown,
    write_terminal,
)
from nino_assets_tests.support.small_edition import EDITION

PACKAGE = Path(nino_assets.__file__).parent
WRITER = PACKAGE / "writers" / "safe_text.py"
HOSTILE = "![x](https://evil.example/x.png) <img src=//evil.example> **b** `c` {::nomarkdown} ^d^"


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://evil.example")',
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        " =1",
    ],
)
def test_a_cell_is_no_formula(text: str) -> None:
    [[cell, beside]] = csv.reader(io.StringIO(format_csv_rows([[text, "beside"]])))
    assert cell == f"'{text}"
    assert beside == "beside"


@pytest.mark.parametrize(
    "text", ["-5", "-5.3%", "+1,204", "Under 18", "[low]", "a=b", "2020-Q4", ""]
)
def test_a_number_and_plain_words_stay_as_they_are(text: str) -> None:
    assert next(csv.reader(io.StringIO(format_csv_rows([[text, "x"]]))))[0] == text


def test_other_values_are_written_as_they_are() -> None:
    assert format_csv_rows([["a", 1, -2.5, None]]) == "a,1,-2.5,\r\n"


def test_markdown_shows_the_text_as_it_is() -> None:
    written = write_markdown(HOSTILE + "\n\n# head")
    assert re.findall(r"(?<!\\)[!\[\](){}<>*`^#_|~]", written) == []
    assert re.sub(r"\\([^\w\s])", r"\1", written) == HOSTILE + " # head"


def test_govspeak_shows_the_text_as_it_is() -> None:
    written = write_govspeak(HOSTILE + "\n%warning%\n$CTA text $CTA")
    assert not re.search(r"[\\`*_{}\[\]<>|~^$%]", written)
    assert html.unescape(written) == HOSTILE + " %warning% $CTA text $CTA"
    assert write_govspeak("A file (of 2020) was late: it's done.").count("&") == 0


@pytest.mark.parametrize(
    "character",
    [
        "\x1b",
        "\x07",
        "\x9b",
        "\r",
        "\t",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\u2028",
        "\ud800",
    ],
)
def test_a_terminal_takes_no_command(character: str) -> None:
    assert write_terminal(f"a{character}[31mb\nc é") == "a\N{REPLACEMENT CHARACTER}[31mb\nc é"


def test_a_quotation_in_the_bulletin_is_no_govspeak() -> None:
    quoted = Paragraph(say("{reason}", reason=Quotation(HOSTILE, "corrections/2")))
    section = BulletinSection("revisions", "Revisions", (quoted,))
    written = write_bulletin(Bulletin((section,)), EDITION)
    assert "<img" not in written
    assert "![" not in written
    assert HOSTILE in html.unescape(written)


def list_modules() -> Iterator[tuple[str, ast.Module]]:
    for path in PACKAGE.rglob("*.py"):
        if path != WRITER and "synthetic" not in path.parts:
            name = path.relative_to(PACKAGE).as_posix()
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def test_no_other_module_writes_csv_of_texts() -> None:
    found = [
        name
        for name, tree in list_modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("writer", "DictWriter")
        and isinstance(node.value, ast.Name)
        and node.value.id == "csv"
    ]
    assert found == []


def test_no_template_takes_a_text_as_mark_up() -> None:
    templates = list(PACKAGE.rglob("*.j2"))
    assert templates
    found = [
        path.name
        for path in templates
        if re.search(r"\|\s*safe\b|autoescape\s+false", path.read_text(encoding="utf-8"))
    ]
    assert found == []


def test_no_description_in_the_web_ui_takes_a_text_of_a_person() -> None:
    """Who decided and why are others' texts, and the web UI reads a description as Markdown."""
    found = []
    for name, tree in list_modules():
        descriptions = [
            keyword.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            for keyword in node.keywords
            if keyword.arg == "description" and name.startswith("orchestration/")
        ]
        for part in (part for each in descriptions for part in ast.walk(each)):
            if not isinstance(part, ast.FormattedValue) or not isinstance(
                part.value, ast.Attribute
            ):
                continue
            if part.value.attr in ("by", "reason", "note", "agreed_by", "to", "why"):
                found.append(f"{name}: {ast.unparse(part.value)}")
    assert found == []


def test_no_command_prints_but_through_what_makes_a_text_safe() -> None:
    """Tables and help are the commands' own words, and tabulated cells are published ones."""
    prints = {
        f"{name}: {node.func.attr}"
        for name, tree in list_modules()
        if name.startswith("cli/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("echo", "print", "secho")
        and "write_terminal" not in ast.unparse(node)
    }
    assert prints == {
        "cli/status.py: print",
        "cli/status.py: echo",
        "cli/perturbation_table.py: echo",
        "cli/calendar_command.py: echo",
    }
