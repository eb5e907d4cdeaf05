"""A case: a damage in a form for a share of the rows, and what its files plainly hold."""

from __future__ import annotations

from dataclasses import dataclass, field

from nino_assets_tests.support import directory

Rows = list[list[str]]
SHARES = (1, 50, 100)


@dataclass(frozen=True)
class Case:
    """A damage to a part of a delivery, in a form, for a share of the rows in per cent."""

    part: str
    damage: str
    form: str = ""
    share: int = 100
    column: str = ""


@dataclass(frozen=True)
class Planted:
    """What a delivery and its directory hold, as somebody reads them who knows the damage.

    Where `is_readable` is not true the only right end is a refusal or a blocking check.
    """

    rows: Rows
    directory: list[directory.Row] = field(default_factory=directory.make_directory_rows)
    is_readable: bool = True


def count_damaged(rows: int, share: int) -> int:
    """How many of so many rows are damaged: one at least."""
    return max(1, rows * share // 100)
