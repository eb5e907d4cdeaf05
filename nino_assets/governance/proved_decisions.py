"""Records decisions under accounts, and finds those that are not proved.

A line of the log is proved when the account that it names is that of a member of the team with the
name and a role for it and, in a team with keys, when this member's key signed the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nino_assets.governance.access_grants import AccessGrant
from nino_assets.governance.corrections import Correction
from nino_assets.governance.decision_log import SealedLine, append_entry, read_sealed_lines
from nino_assets.governance.line_signatures import read_signatures, write_statement
from nino_assets.governance.log_entry import Entry
from nino_assets.governance.people import is_same_person
from nino_assets.governance.release_schedule import Announcement, DateChange
from nino_assets.governance.review_log import Answer
from nino_assets.governance.revisions import Revision
from nino_assets.governance.shared_cells import SharedCells
from nino_assets.governance.signatures import Role, Signature
from nino_assets.governance.ssh_signatures import is_signed
from nino_assets.governance.team import Member, Team
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.team_list import TEAM_FILE, TeamRole

_STAFF = (TeamRole.ANALYST, TeamRole.COUNTERSIGNER, TeamRole.HEAD)
ROLES: Mapping[str, Sequence[TeamRole]] = {
    Answer.kind: _STAFF,
    Announcement.kind: _STAFF,
    DateChange.kind: (TeamRole.HEAD,),
    Revision.kind: (TeamRole.HEAD,),
    Correction.kind: _STAFF,
    SharedCells.kind: _STAFF,
    AccessGrant.kind: (TeamRole.RELEASER, TeamRole.HEAD),
    Role.COUNTERSIGN: (TeamRole.COUNTERSIGNER,),
    Role.HEAD: (TeamRole.HEAD,),
}
"""Who may take a decision, by its kind; a signature, by its role."""

_RELEASE_RESTS_ON = (
    Announcement.kind,
    DateChange.kind,
    Revision.kind,
    Correction.kind,
    Answer.kind,
    *Role,
)


def record_decision(log: Path, entry: Entry, team: Team) -> str:
    """Record a decision of its account, signed where the team has keys.

    Returns the sha256 of its line. Raises GovernanceError and WarehouseError as `append_entry`.
    """
    member = team.find(entry.account)
    return append_entry(log, entry, public_key=member.key if member else "")


def find_unproved(log: Path, quarter: Quarter, team: Team, *, synthetic: bool) -> list[str]:
    """Find decisions of a release that are not proved, a sentence each.

    Of several decisions about the same, the last counts: one that is not proved is put right by
    taking it again. Synthetic data need no team; real data need one, with keys. Raises
    GovernanceError for a log that cannot be read.
    """
    if not team.is_listed:
        return [] if synthetic else [f"reference/{TEAM_FILE} lists nobody"]
    if not team.signs and not synthetic:
        return [f"reference/{TEAM_FILE} has no keys"]
    signatures = read_signatures(log)
    last = {
        _find_subject(line): line
        for line in read_sealed_lines(log, quarter)
        if _find_rule(line) in _RELEASE_RESTS_ON
    }
    lines = list(last.values())
    faults = [
        f"{line.entry['kind']} of {line.entry['at']} {fault}"
        for line in lines
        if (fault := _find_fault(line, team, signatures.get(line.sha256, "")))
    ]
    return faults + _find_one_account(lines)


def _find_fault(line: SealedLine, team: Team, signature: str) -> str:
    """What a line lacks, blank for nothing."""
    account = str(line.entry.get("account", ""))
    member = team.find(account)
    if member is None:
        return f"was not taken by an account of the team ({account or 'none is recorded'})"
    if not is_same_person(str(line.entry["by"]), member.name):
        return f"names another person than the one whose account is {account}"
    if not member.roles & set(ROLES[_find_rule(line)]):
        return f"was taken by {member.name}, who has no role for it"
    return _find_signature_fault(line, team, member, signature)


def _find_signature_fault(line: SealedLine, team: Team, member: Member, signature: str) -> str:
    if not team.signs:
        return ""
    if not member.key:
        return f"was taken by {member.name}, who has no key"
    if not signature:
        return "is not signed"
    statement = write_statement(line.entry, line.sha256)
    return "" if is_signed(statement, signature, member.key) else "is signed with another key"


def _find_one_account(lines: Sequence[SealedLine]) -> list[str]:
    """Find an account that holds the last signature in both roles."""
    signed = [line.entry for line in lines if line.entry["kind"] == Signature.kind]
    accounts = [str(entry.get("account", "")) for entry in signed]
    both = len(accounts) == len(Role) and len(set(accounts)) == 1
    return [f"the account {accounts[0]} signed in both roles"] if both else []


def _find_subject(line: SealedLine) -> tuple[str, str]:
    """What a decision is about: a check, an edition, a role."""
    parts = (str(line.entry.get(name, "")) for name in ("check", "edition"))
    return _find_rule(line), " ".join(parts)


def _find_rule(line: SealedLine) -> str:
    kind = str(line.entry["kind"])
    return str(line.entry.get("role", "")) if kind == Signature.kind else kind
