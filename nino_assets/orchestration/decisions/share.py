"""Shares published cells with another producer ahead of publication, with a record.

Only cells of `perturbed_cubes` are shared, as they will be published: counts before perturbation
and records never are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import dagster as dg
import polars as pl

from nino_assets.errors import GovernanceError
from nino_assets.governance.accounts import find_own_account
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.proved_decisions import ROLES, record_decision
from nino_assets.governance.shared_cells import SharedCells, make_shared_cells
from nino_assets.governance.team import read_team
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.quality.suites import perturbed_cubes
from nino_assets.releases.edition_history import find_planned_release
from nino_assets.statistic.identity import PRODUCER
from nino_assets.statistic.published_domain import CELL_COLUMNS, CUBES, make_slug
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_moment
from nino_assets.store.atomic import replace_files
from nino_assets.store.file_hashes import hash_file
from nino_assets.store.warehouse import Warehouse

CELLS = "perturbed_cubes"
CONDITIONS_NAME = "conditions.txt"


def share_cells(  # noqa: PLR0913 - one argument an option of the command
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    quarter: Quarter,
    *,
    to: str,
    why: str,
    what: Sequence[str],
    by: str,
    out: Path | None = None,
) -> tuple[SharedCells, Path]:
    """Write a quarter's own cells of some cubes for an organisation.

    One CSV a cube, with the conditions of use, in a new folder of `data/shared-with/` (or of
    `out`); returns the record and that folder. Raises WarehouseError while a blocking check of the
    cells has not passed; GovernanceError for a cube that is not published or has no cells yet,
    cells that are not in published form, a text that is not one plain line, or a damaged log. Then
    nothing is written.
    """
    refuse_unchecked(instance, perturbed_cubes.SUITE, [quarter])
    cells = _read_cells(warehouse, quarter, what)
    now = Clock.from_environment().read()
    team, account = read_team(), find_own_account()
    by = team.identify(account, by, *ROLES[SharedCells.kind])
    # Refuses a text that is not one plain line, before anything is written.
    checked = make_shared_cells(quarter, to=to, why=why, what=what, files={}, by=by, now=now)
    log = locate_log(warehouse.folders.warehouse)
    before = [
        each
        for each in read_entries(log, SharedCells)
        if (each.quarter, make_slug(each.to)) == (quarter.label, make_slug(checked.to))
    ]
    place = out or warehouse.folders.root / "shared-with"
    folder = place / make_slug(checked.to) / quarter.label / str(len(before) + 1)
    with replace_files(folder) as fresh:
        for cube, rows in cells.items():
            rows.write_csv(fresh / f"{quarter.label}-{cube}.csv", line_terminator="\r\n")
        conditions = _write_conditions(checked, find_planned_release(warehouse.folders, quarter))
        (fresh / CONDITIONS_NAME).write_text(conditions, encoding="utf-8")
        digests = {path.name: hash_file(path) for path in sorted(fresh.iterdir())}
        record = replace(checked, files=digests, account=account)
        # Recorded first: nothing is shared without a record.
        record_decision(log, record, team)
    return record, folder


def _read_cells(
    warehouse: Warehouse, quarter: Quarter, what: Sequence[str]
) -> dict[str, pl.DataFrame]:
    declared = [cube.name for cube in CUBES]
    unknown = [name for name in what if name not in declared]
    if unknown or not what:
        raise GovernanceError(
            "A cube that was named is not published",
            rule="only perturbed cells of the published domain are shared",
            next_step=f"name one or more of {', '.join(declared)}",
        )
    held = warehouse.tables.read_frame(CELLS, quarter)
    if tuple(held.columns) != CELL_COLUMNS:
        raise GovernanceError(
            f"{CELLS} of {quarter.label} is not in the form of published cells",
            rule="what is shared has the columns of the published cells and no other",
            next_step=f"materialise {CELLS} of the quarter again",
        )
    cells = {name: held.filter(pl.col("cube") == name) for name in dict.fromkeys(what)}
    empty = [name for name, rows in cells.items() if rows.is_empty()]
    if empty:
        raise GovernanceError(
            f"{', '.join(empty)} has no cells in {quarter.label}",
            rule="a year ending is counted from the fourth quarter of the series on",
            next_step="share other cubes, or a later quarter",
        )
    return cells


def _write_conditions(record: SharedCells, planned: datetime) -> str:
    return (
        f"Shared with: {record.to}\n"
        f"Why: {record.why}\n"
        f"What: {', '.join(record.what)}, {record.quarter}\n\n"
        f"These statistics are released at {format_moment(planned)}. "
        "Until then they are for the purpose above only: do not publish them, pass them on or say "
        "whether they rise or fall. Every figure has been adjusted to protect people's privacy, "
        "as it will be published. If anything is disclosed by accident, tell the head of "
        f"profession for statistics of the {PRODUCER} at once.\n"
    )
