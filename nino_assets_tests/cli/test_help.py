"""Help is in words: every command and option is explained, in the order of the work."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import nino_assets
from nino_assets.cli.main import cli

DOCS = Path(nino_assets.__file__).parent / "docs"

ORDER = [
    "synthesise",
    "demo",
    "build",
    "status",
    "review",
    "calendar",
    "sign-off",
    "access",
    "release",
    "correct",
    "revise",
    "share",
    "verify",
    "tabulate",
    "ui",
    "serve",
    "perturbation-table",
    "reference",
]
"""As the work is done: make data, build, review, release, correct, look."""


def list_commands(
    group: click.Group = cli, prefix: str = ""
) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        yield f"{prefix}{name}", command
        if isinstance(command, click.Group):
            yield from list_commands(command, f"{prefix}{name} ")


COMMANDS = dict(list_commands())


def test_help_lists_the_commands_in_the_order_of_the_work() -> None:
    shown = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
    listed = shown.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in listed] == ORDER
    assert not [line for line in listed if line.endswith("...")]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_is_explained(name: str) -> None:
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.help.endswith("."), parameter.name


def test_the_version_is_that_of_the_package() -> None:
    shown = CliRunner().invoke(cli, ["--version"])
    assert shown.exit_code == 0
    assert shown.output == f"nino-assets, version {version('nino-assets')}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_commands_are_completed_as_the_documents_say(shell: str) -> None:
    variable = {"_NINO_ASSETS_COMPLETE": f"{shell}_source"}
    shown = CliRunner().invoke(cli, [], prog_name="nino-assets", env=variable)
    assert "_NINO_ASSETS_COMPLETE" in shown.output
    operations = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert "_NINO_ASSETS_COMPLETE=bash_source nino-assets" in operations


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_says_in_one_line_what_it_does(name: str) -> None:
    summary = (COMMANDS[name].help or "").split("\n\n")[0]
    assert summary.endswith(".")
    assert len(summary.split()) <= 12


def test_a_quarter_that_is_none_is_refused_with_the_form() -> None:
    result = CliRunner().invoke(cli, ["status", "--quarter", "Q4 2020"])
    assert result.exit_code == 2
    assert "2020-Q4" in result.output
