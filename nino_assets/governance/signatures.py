"""Sign-off: a second analyst countersigns, the head of profession signs, both the same manifest.

Source of the rule: quality report, 1.1.4 and 1.2.2 (countersigning by a second analyst; the head of
profession signs off every release). A signature is bound to the sha256 of the publication's
manifest, which has the sha256 of every published file: any byte changed afterwards voids it.

A signature is what the log says who gave it. That nobody but this person can write it is for the
accounts of the machine, not for this module. Belongs here: the entry, when it can be taken, and
whether it still stands. Does not belong here: the job and its event (`automation/sign_off.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.decision_log import Entry, make_entry_fields
from nino_assets.statistic.quarters import Quarter


class Role(StrEnum):
    """In which a person signs."""

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
    given: Iterable[Signature],
    quarter: Quarter,
    *,
    role: str,
    by: str,
    manifest_sha256: str,
    now: datetime,
) -> Signature:
    """A signature as it is given now; `given` are those in the log. Raises GovernanceError.

    Refused are a role that is none, one person in both roles, and the head of profession before a
    second analyst has countersigned the same manifest.
    """
    if role not in list(Role):
        raise GovernanceError(
            "The role is not one in which a release is signed",
            rule="a second analyst countersigns, the head of profession signs",
            next_step=f"give --role {' or --role '.join(Role)}",
        )
    signature = Signature(
        **make_entry_fields(quarter, by, now), role=role, manifest_sha256=manifest_sha256
    )
    standing = find_valid_signatures(given, quarter, manifest_sha256)
    if role == Role.HEAD and Role.COUNTERSIGN not in standing:
        raise GovernanceError(
            f"No second analyst has countersigned {quarter.label} as it is now",
            rule="the head of profession signs what a second analyst has countersigned",
            next_step=f"nino-assets sign-off --quarter {quarter.label} --role {Role.COUNTERSIGN}",
        )
    other = Role.HEAD if role == Role.COUNTERSIGN else Role.COUNTERSIGN
    if other in standing and is_same_person(standing[other].by, signature.by):
        raise GovernanceError(
            f"{signature.by} has signed {quarter.label} as {WHO[other]}",
            rule="two different people sign a release",
            next_step=f"let another person sign as {WHO[Role(role)]}",
        )
    return signature


def find_valid_signatures(
    given: Iterable[Signature], quarter: Quarter, manifest_sha256: str
) -> dict[Role, Signature]:
    """The signatures that stand: of each role the last one, when it is under this manifest."""
    last = _last(given, quarter)
    return {role: s for role, s in last.items() if s.manifest_sha256 == manifest_sha256}


def explain_missing_signature(
    given: Iterable[Signature], quarter: Quarter, manifest_sha256: str, role: Role
) -> str:
    """Why the signature of a role does not stand, in words; blank when it does."""
    last = _last(given, quarter).get(role)
    if last is None:
        return f"{WHO[role]} has not signed"
    if last.manifest_sha256 != manifest_sha256:
        return (
            f"{last.by} ({WHO[role]}) signed manifest {last.manifest_sha256[:12]}…, "
            f"and the manifest is now {manifest_sha256[:12]}…"
        )
    return ""


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are the same but for spaces and case."""
    return one.casefold().split() == other.casefold().split()


def _last(given: Iterable[Signature], quarter: Quarter) -> dict[Role, Signature]:
    return {Role(s.role): s for s in given if s.quarter == quarter.label}
