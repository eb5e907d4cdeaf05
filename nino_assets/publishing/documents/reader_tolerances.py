"""Which tolerances readers may be told, and the evidence for each.

`tolerances.csv` says so row by row, closed by default: a row that is not `public` is for the team.
"""

from __future__ import annotations

from collections.abc import Mapping

from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list

PUBLIC = "public"


def find_public_evidence(quarter: Quarter) -> Mapping[str, str]:
    """Return the evidence of each public check's level in force.

    A check is public only when all its rows are: its sentence names the level in force.
    """
    closed = list_team_checks()
    rows = read_list("tolerances").sort("from_quarter", maintain_order=True)
    return {
        check: evidence
        for check, start, evidence in rows.select("check", "from_quarter", "evidence").iter_rows()
        if check not in closed and Quarter.parse(start) <= quarter
    }


def list_team_checks() -> frozenset[str]:
    """Return the checks whose level is for the team alone."""
    rows = read_list("tolerances").select("check", "readers").iter_rows()
    return frozenset(check for check, readers in rows if readers != PUBLIC)
