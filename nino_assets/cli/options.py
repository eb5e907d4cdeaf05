"""What commands share: options, and how lines are printed."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.console import Console

from nino_assets.errors import NinoError, WarehouseError
from nino_assets.foreign_text import is_plain_text
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.writers.safe_text import write_terminal

FAILED = 1
"""The exit code of a command that was refused or did not pass."""

PORT = click.IntRange(1, 65_535)
_LAST = Quarter(2050, 4)
"""Years enough for a calendar; no list reaches further."""

_console = Console(highlight=False, emoji=False, soft_wrap=True)


def say(line: str) -> None:
    """Print a line at once, so that long work shows progress.

    It may hold foreign texts: they cannot steer the terminal.
    """
    _console.print(write_terminal(line), markup=False)


def find_folders(*, may_be_new: bool = False) -> Folders:
    """The data folder, which exists unless it `may_be_new`. Raises WarehouseError."""
    folders = Folders.from_environment()
    if folders.root.is_dir() or (may_be_new and not folders.root.exists()):
        return folders
    state = "is no folder" if folders.root.exists() else "does not exist"
    raise WarehouseError(
        f"The data folder {folders.root} {state}",
        rule=f"all data lie in one folder, which {DATA_DIR_VARIABLE} names",
        next_step=f"correct {DATA_DIR_VARIABLE}, or make the folder",
    )


def refuse_hidden_characters(arguments: Sequence[str]) -> None:
    """Raise NinoError unless each argument is one plain line."""
    for number, argument in enumerate(arguments, start=1):
        if not is_plain_text(argument):
            raise NinoError(
                f"Argument {number} has a line break or a character that is not seen",
                rule="an argument is one line of plain text",
                next_step="type it again, without copying",
            )


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
            quarter = Quarter.parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        if not SERIES_START <= quarter <= _LAST:
            self.fail(f"{quarter} is outside {SERIES_START} to {_LAST}, the series", param, ctx)
        return quarter


QUARTER = QuarterType()
QUARTER_OPTION = click.option(
    "--quarter", type=QUARTER, required=True, help="The quarter, as 2020-Q4."
)
BY_OPTION = click.option(
    "--by",
    default="",
    show_default="who is signed in",
    help="The person who does it. With a list of the team, it is whose account it is.",
)
