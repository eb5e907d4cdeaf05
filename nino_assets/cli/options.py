"""What commands share: options, and how lines are printed."""

from __future__ import annotations

import getpass

import click
from rich.console import Console

from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.safe_text import write_terminal

FAILED = 1
"""The exit code of a command that was refused or did not pass."""

_console = Console(highlight=False, emoji=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line at once, so that long work shows progress."""
    _console.print(write_terminal(line), markup=False)


class QuarterType(click.ParamType[Quarter]):
    """A quarter as people write it."""

    name = "quarter"

    def convert(
        self, value: str | Quarter, param: click.Parameter | None, ctx: click.Context | None
    ) -> Quarter:
        """Read a quarter, or fail with what is wrong with it."""
        if isinstance(value, Quarter):
            return value
        try:
            return Quarter.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


QUARTER = QuarterType()
QUARTER_OPTION = click.option(
    "--quarter", type=QUARTER, required=True, help="The quarter, as 2020-Q4."
)
BY_OPTION = click.option(
    "--by",
    default=getpass.getuser,
    show_default="your user name",
    help="The person who does it.",
)
