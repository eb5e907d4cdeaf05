"""Giving pre-release access to people on the list, once the window is open and every gate is green.

Belongs here: asking the gates and writing the record. Does not belong here: the rules
(`governance/pre_release_access.py`, `governance/access_grants.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nino_assets.errors import GovernanceError
from nino_assets.governance.access_grants import AccessGrant, refuse_access
from nino_assets.governance.decision_log import append_entry, locate_log, make_entry_fields
from nino_assets.governance.gates import TIMED_GATES, find_red_gates
from nino_assets.governance.pre_release_access import AccessStanding, ListEntry, find_access_window
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.releases.edition_history import find_planned_release
from nino_assets.releases.next_edition import find_next_edition
from nino_assets.releases.pre_release_list import read_standings
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True)
class AccessState:
    """Who is on the list, who dropped out, and when the window is open."""

    entries: Sequence[tuple[ListEntry, AccessStanding]]
    opens: datetime
    ends: datetime


def read_access_state(desk: ReleaseContext, quarter: Quarter) -> AccessState:
    """How access to a quarter stands. Raises WarehouseError when the list was never taken in."""
    opens, ends = find_access_window(find_planned_release(desk.warehouse.folders, quarter))
    return AccessState(read_standings(desk.warehouse, quarter), opens, ends)


def give_access(
    desk: ReleaseContext, quarter: Quarter, cases: Sequence[str], *, by: str
) -> list[AccessGrant]:
    """Record that the people of these business cases were given the edition (all, without cases).

    Raises GovernanceError outside the window, while a gate of the release is red, for a business
    case that is not on the list, or a log that cannot be written; then nothing is recorded.
    """
    facts = desk.collect_facts(quarter)
    red: Mapping[str, Sequence[str]] = find_red_gates(facts, ignored=TIMED_GATES)
    refuse_access(quarter, facts.planned, facts.now, red)
    listed = {
        entry.business_case: entry
        for entry, standing in read_standings(desk.warehouse, quarter)
        if standing is AccessStanding.LISTED
    }
    unknown = [case for case in cases if case not in listed]
    if unknown or not listed:
        raise GovernanceError(
            f"{len(unknown)} of these business cases are not on the list of {quarter.label}"
            if unknown
            else f"Nobody is on the list of {quarter.label}",
            rule="access is for people on the published list only",
            next_step=f"see who is on it: nino-assets access --quarter {quarter.label}",
        )
    due = find_next_edition(desk.warehouse.folders, quarter)
    given = [
        AccessGrant(
            **make_entry_fields(quarter, by, facts.now),
            job_title=listed[case].job_title,
            organisation=listed[case].organisation,
            business_case=case,
            edition=due.number,
            manifest_sha256=due.manifest_sha256,
        )
        for case in dict.fromkeys(cases or listed)
    ]
    for entry in given:
        append_entry(locate_log(desk.warehouse.folders.warehouse), entry)
    return given
