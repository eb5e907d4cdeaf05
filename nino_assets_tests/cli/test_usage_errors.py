"""A command that was typed wrongly is told in the form of all other messages."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets_tests.support.commands import run_command
from nino_assets_tests.support.odd_arguments import list_leaves

COMMANDS = [words for words, _ in list_leaves()]


@pytest.mark.parametrize(
    ("arguments", "what", "rule", "next_step"),
    [
        (
            ("build", "--quater", "2020-Q4"),
            "No such option '--quater'",
            "nino-assets build takes --quarter, --from",
            "see nino-assets build --help",
        ),
        (
            ("build",),
            "Missing option '--quarter'.",
            "--quarter is: the quarter to publish, as 2020-Q4",
            "see nino-assets build --help",
        ),
        (
            ("synthesise", "--quarter", "2020-Q4", "--out", "x", "--extract", "half"),
            "'half' is not one of 'quarter', 'register'",
            "--extract is: one quarter, or the register from 2002 to the quarter",
            "see nino-assets synthesise --help",
        ),
        (
            ("demo", "--scale", "much"),
            "'much' is not a valid float range",
            "--scale is: size of the delivery",
            "see nino-assets demo --help",
        ),
        (
            ("status", "--quarter", "2020-Q4", "more"),
            "Got unexpected extra argument",
            "nino-assets status takes --quarter",
            "see nino-assets status --help",
        ),
        (("bild",), "No such command 'bild'", "the commands are synthesise", "see nino-assets"),
        (
            ("calendar", "tell"),
            "No such command 'tell'",
            "the commands are ",
            "see nino-assets calendar --help",
        ),
        (
            ("build", "--quarter", "2020-Q1", "--from", "2020-Q4"),
            "--from 2020-Q4 is after --quarter 2020-Q1",
            "takes --quarter, --from",
            "see nino-assets",
        ),
    ],
)
def test_what_was_mistyped_stands_with_rule_and_next_step(
    tmp_path: Path, arguments: tuple[str, ...], what: str, rule: str, next_step: str
) -> None:
    result = run_command(tmp_path, {}, *arguments)
    assert result.code == 2
    first, second, third = result.text.rstrip().splitlines()
    assert what in first
    assert second.startswith("Rule: ")
    assert rule in second
    assert third.startswith("Next: ")
    assert next_step in third
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_tells_an_unknown_option(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run_command(tmp_path, {}, *words, "--no-such-option")
    assert result.code == 2
    assert [line[:6] for line in result.text.splitlines()[1:]] == ["Rule: ", "Next: "]


@pytest.mark.parametrize("words", [("--help",), ("build", "-h")])
def test_help_is_no_error(tmp_path: Path, words: tuple[str, ...]) -> None:
    result = run_command(tmp_path, {}, *words)
    assert result.code == 0
    assert "Usage: nino-assets" in result
