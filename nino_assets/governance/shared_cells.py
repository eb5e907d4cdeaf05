"""Cells shared with another producer before publication.

Source of the rule: quality report, 1.3.3 and 1.6.3 (summary-level data are shared with ONS ahead of
publication).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nino_assets.governance.log_entry import (
    LONGEST_NAME,
    Entry,
    check_plain_line,
    make_entry_fields,
)
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class SharedCells(Entry):
    """Cells that were given `to` an organisation, and `why`.

    `what` are the cubes, `files` the names of the files with their sha256.
    """

    kind: ClassVar[str] = "shared"

    to: str
    why: str
    what: tuple[str, ...]
    files: Mapping[str, str]


def make_shared_cells(  # noqa: PLR0913 - one argument a field
    quarter: Quarter,
    *,
    to: str,
    why: str,
    what: Sequence[str],
    files: Mapping[str, str],
    by: str,
    now: datetime,
) -> SharedCells:
    """Return the record, ready to be written.

    Raises GovernanceError for a text that is not one plain line.
    """
    return SharedCells(
        **make_entry_fields(quarter, by, now),
        to=check_plain_line("organisation", to, LONGEST_NAME),
        why=check_plain_line("reason", why),
        what=tuple(what),
        files=dict(files),
    )
