"""Giving pre-release access to people on the list, once the window is open and every gate is green.

Belongs here: asking the gates and writing the record. Does not belong here: the rules
(`governance/pre_release_access.py`, `governance/access_given.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from nino_assets.errors import GovernanceError
from nino_assets.governance.access_given import AccessGiven, refuse_access
from nino_assets.governance.gates import OF_THE_MOMENT, red_gates
from nino_assets.governance.pre_release_access import ListEntry, Standing, window
from nino_assets.governance.sealed_log import append_entry, head_of_entry, log_file
from nino_assets.orchestration.release_facts import ReleaseDesk
from nino_assets.releases.corrections import planned_release
from nino_assets.releases.next_edition import due_of
from nino_assets.releases.pre_release_list import standings_held
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True)
class AccessState:
    """Who is on the list, who dropped out, and when the window is open."""

    entries: Sequence[tuple[ListEntry, Standing]]
    opens: datetime
    ends: datetime


def access_state(desk: ReleaseDesk, quarter: Quarter) -> AccessState:
    """How access to a quarter stands. Raises WarehouseError when the list was never taken in."""
    opens, ends = window(planned_release(desk.warehouse.folders, quarter))
    return AccessState(standings_held(desk.warehouse, quarter), opens, ends)


def give_access(
    desk: ReleaseDesk, quarter: Quarter, cases: Sequence[str], *, by: str
) -> list[AccessGiven]:
    """Record that the people of these business cases were given the edition (all, without cases).

    Raises GovernanceError outside the window, while a gate of the release is red, for a business
    case that is not on the list, or a log that cannot be written; then nothing is recorded.
    """
    facts = desk.facts(quarter)
    red: Mapping[str, Sequence[str]] = red_gates(facts, but=OF_THE_MOMENT)
    refuse_access(quarter, facts.planned, facts.now, red)
    listed = {
        entry.business_case: entry
        for entry, standing in standings_held(desk.warehouse, quarter)
        if standing is Standing.LISTED
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
    due = due_of(desk.warehouse.folders, quarter)
    given = [
        AccessGiven(
            **head_of_entry(quarter, by, facts.now),
            job_title=listed[case].job_title,
            organisation=listed[case].organisation,
            business_case=case,
            edition=due.number,
            manifest_sha256=due.manifest_sha256,
        )
        for case in dict.fromkeys(cases or listed)
    ]
    for entry in given:
        append_entry(log_file(desk.warehouse.folders.warehouse), entry)
    return given
