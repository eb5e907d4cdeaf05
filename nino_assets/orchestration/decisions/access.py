"""Gives pre-release access to people on the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nino_assets.errors import GovernanceError
from nino_assets.governance.access_grants import AccessGrant, refuse_access
from nino_assets.governance.accounts import find_own_account
from nino_assets.governance.decision_log import locate_log
from nino_assets.governance.gates import TIMED_GATES, find_red_gates
from nino_assets.governance.log_entry import make_entry_fields
from nino_assets.governance.pre_release_access import AccessStanding, ListEntry, find_access_window
from nino_assets.governance.proved_decisions import ROLES, record_decision
from nino_assets.governance.team import read_team
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.releases.early_copies import read_recipient, write_early_copy
from nino_assets.releases.edition_history import find_planned_release
from nino_assets.releases.next_edition import find_next_edition
from nino_assets.releases.pre_release_list import read_standings
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders


@dataclass(frozen=True)
class AccessState:
    """Everyone who was put forward, and when access is open."""

    entries: Sequence[tuple[ListEntry, AccessStanding]]
    opens: datetime
    ends: datetime


def read_access_state(context: ReleaseContext, quarter: Quarter) -> AccessState:
    """Read the list of a quarter and its window.

    Raises WarehouseError when the list was never materialised.
    """
    opens, ends = find_access_window(find_planned_release(context.warehouse.folders, quarter))
    return AccessState(read_standings(context.warehouse, quarter), opens, ends)


def give_access(
    context: ReleaseContext, quarter: Quarter, cases: Sequence[str], *, by: str
) -> list[AccessGrant]:
    """Give these people the edition, and record it.

    They are named by their business cases; no `cases` are everyone on the list. Whoever has left a
    key is given a copy that only this key opens, in the folder of early copies. Raises
    GovernanceError outside the window, while a gate of the release is red, for a business case that
    is not on the list, a key that is none, or when the log cannot be written; then nothing is
    recorded.
    """
    team, account = read_team(), find_own_account()
    by = team.identify(account, by, *ROLES[AccessGrant.kind])
    facts = context.collect_facts(quarter)
    red: Mapping[str, Sequence[str]] = find_red_gates(facts, ignored=TIMED_GATES)
    refuse_access(quarter, facts.planned, facts.now, red)
    listed = {
        entry.business_case: entry
        for entry, standing in read_standings(context.warehouse, quarter)
        if standing is AccessStanding.LISTED
    }
    unknown = [case for case in cases if case not in listed]
    if unknown or not listed:
        raise GovernanceError(
            f"{len(unknown)} of these business cases are not on the list of {quarter.label}"
            if unknown
            else f"Nobody is on the list of {quarter.label}",
            rule="only people on the published list may have access",
            next_step=f"see who is on it: nino-assets access --quarter {quarter.label}",
        )
    folders = context.warehouse.folders
    due = find_next_edition(folders, quarter)
    chosen = tuple(dict.fromkeys(cases or listed))
    recipients = {case: read_recipient(folders, case) for case in chosen}
    given = [
        AccessGrant(
            **make_entry_fields(quarter, by, facts.now, account),
            job_title=listed[case].job_title,
            organisation=listed[case].organisation,
            business_case=case,
            edition=due.number,
            manifest_sha256=due.manifest_sha256,
        )
        for case in chosen
    ]
    for entry in given:
        # Recorded first: nobody has a copy without a record.
        record_decision(locate_log(folders.warehouse), entry, team)
        recipient = recipients[entry.business_case]
        if recipient:
            publication = folders.find_publication(quarter)
            write_early_copy(publication, recipient, locate_early_copy(folders, entry))
    return given


def locate_early_copy(folders: Folders, grant: AccessGrant) -> Path:
    """The file of a person's encrypted copy, made for a key alone."""
    name = f"{grant.quarter}-{grant.edition}-{grant.business_case}.zip.age"
    return folders.root / "early-copies" / name
