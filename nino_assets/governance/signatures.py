"""Sign-off: a second analyst countersigns, and the head of profession signs.

Source of the rule: quality report, 1.1.4 and 1.2.2 (countersigning by a second analyst; the head of
profession signs off every release). A signature is bound to the sha256 of the publication's
manifest, which has the sha256 of every published file: any byte changed afterwards voids it.

Who gave a signature is proved by the account and the key that the list of the team has for this
person (`proved_decisions.py`); without that list it is what was typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.log_entry import Entry, make_entry_fields
from nino_assets.governance.people import is_same_person
from nino_assets.statistic.quarters import Quarter


class Role(StrEnum):
    """The role in which a person signs."""

    COUNTERSIGN = "countersign"
    HEAD = "head-of-profession"


WHO: Mapping[Role, str] = {
    Role.COUNTERSIGN: "a second analyst",
    Role.HEAD: "the head of profession",
}


@dataclass(frozen=True, kw_only=True)
class Signature(Entry):
    """One person's signature, in one role, under one manifest."""

    kind: ClassVar[str] = "signature"

    role: str
    manifest_sha256: str


def make_signature(  # noqa: PLR0913 - one argument a field
    signatures: Iterable[Signature],
    quarter: Quarter,
    *,
    role: str,
    by: str,
    manifest_sha256: str,
    now: datetime,
    account: str = "",
) -> Signature:
    """Return a signature, ready to be recorded.

    `signatures` are those in the log; `account` is blank where names are not bound to accounts.
    Raises GovernanceError for an unknown role, one person or account in both roles, and the head of
    profession before a second analyst has countersigned the manifest.
    """
    if role not in list(Role):
        raise GovernanceError(
            "There is no such role",
            rule="a second analyst countersigns, the head of profession signs",
            next_step=f"give --role {' or --role '.join(Role)}",
        )
    signature = Signature(
        **make_entry_fields(quarter, by, now), role=role, manifest_sha256=manifest_sha256
    )
    valid = find_valid_signatures(signatures, quarter, manifest_sha256)
    if role == Role.HEAD and Role.COUNTERSIGN not in valid:
        raise GovernanceError(
            f"No second analyst has countersigned {quarter.label} as it is now",
            rule="a second analyst countersigns before the head of profession signs",
            next_step=f"nino-assets sign-off --quarter {quarter.label} --role {Role.COUNTERSIGN}",
        )
    other = Role.HEAD if role == Role.COUNTERSIGN else Role.COUNTERSIGN
    same_account = other in valid and account and valid[other].account == account
    if other in valid and (same_account or is_same_person(valid[other].by, signature.by)):
        raise GovernanceError(
            f"{signature.by} has already signed {quarter.label} as {WHO[other]}",
            rule="two different people sign a release",
            next_step=f"ask another person to sign as {WHO[Role(role)]}",
        )
    return signature


def find_valid_signatures(
    signatures: Iterable[Signature], quarter: Quarter, manifest_sha256: str
) -> dict[Role, Signature]:
    """The last signature in each role, if it is for this manifest."""
    last = _find_last(signatures, quarter)
    return {role: s for role, s in last.items() if s.manifest_sha256 == manifest_sha256}


def explain_missing_signature(
    signatures: Iterable[Signature], quarter: Quarter, manifest_sha256: str, role: Role
) -> str:
    """Why a role has no valid signature; blank when it has one."""
    last = _find_last(signatures, quarter).get(role)
    if last is None:
        return f"{WHO[role]} has not signed"
    if last.manifest_sha256 != manifest_sha256:
        return (
            f"{last.by} ({WHO[role]}) signed manifest {last.manifest_sha256[:12]}…, "
            f"and the manifest is now {manifest_sha256[:12]}…"
        )
    return ""


def _find_last(signatures: Iterable[Signature], quarter: Quarter) -> dict[Role, Signature]:
    return {Role(s.role): s for s in signatures if s.quarter == quarter.label}
