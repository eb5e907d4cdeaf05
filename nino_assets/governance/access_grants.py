"""Pre-release access that was given: when it may be, and to whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.gates import describe_red_gates
from nino_assets.governance.log_entry import Entry
from nino_assets.governance.pre_release_access import find_access_window
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_moment


@dataclass(frozen=True, kw_only=True)
class AccessGrant(Entry):
    """A post was given an edition before its release.

    The person's name is in the restricted list, under the business case, and not here.
    """

    kind: ClassVar[str] = "pre_release_access"

    job_title: str
    organisation: str
    business_case: str
    edition: int
    manifest_sha256: str


def refuse_access(
    quarter: Quarter, planned: datetime, now: datetime, red_gates: Mapping[str, Sequence[str]]
) -> None:
    """Raise GovernanceError unless the window is open and every gate is green.

    `planned` is the time of release; `red_gates` are those not passed, each with what is wrong, but
    for the ones that only wait for that time.
    """
    opens, ends = find_access_window(planned)
    if not opens <= now < ends:
        raise GovernanceError(
            f"Pre-release access to {quarter.label} is open from {format_moment(opens)} to "
            f"{format_moment(ends)}, and it is now {format_moment(now)}",
            rule="access is given in the 24 hours before the release only",
            next_step="wait until the window opens"
            if now < opens
            else "point people to the released statistics",
        )
    if red_gates:
        raise GovernanceError(
            f"Nobody may see {quarter.label} yet. Not met: {describe_red_gates(red_gates)}",
            rule="access is to the final version, when every gate of the release is green",
            next_step=f"fix what these gates found: nino-assets status --quarter {quarter.label}",
        )
