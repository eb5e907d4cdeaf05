"""Giving pre-release access: when it may be given, and the record of who was given which edition.

Belongs here: that entry of the log of decisions, and the moment. Does not belong here: who is on
the list (`pre_release_access.py`), and the gates of the release (`gates.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.governance.decision_log import Entry
from nino_assets.governance.pre_release_access import find_access_window
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_moment


@dataclass(frozen=True, kw_only=True)
class AccessGrant(Entry):
    """A post was given an edition before its release: which one, by the manifest's sha256.

    The person's name is in the restricted list, under the business case, and not here.
    """

    kind: ClassVar[str] = "pre_release_access"

    job_title: str
    organisation: str
    business_case: str
    edition: int
    manifest_sha256: str


def refuse_access(
    quarter: Quarter, planned: datetime, now: datetime, red: Mapping[str, Sequence[str]]
) -> None:
    """Raise GovernanceError unless the window is open and every gate of the release is green.

    `planned` is the moment of release, `red` the gates that are not kept, that of the moment of
    release aside, each with what breaks it.
    """
    opens, ends = find_access_window(planned)
    if not opens <= now < ends:
        raise GovernanceError(
            f"Pre-release access to {quarter.label} is open from {format_moment(opens)} to "
            f"{format_moment(ends)}, and it is {format_moment(now)}",
            rule="access is given in the 24 hours before the release, and not a minute earlier",
            next_step="wait until then" if now < opens else "point to what is released",
        )
    if red:
        said = [f"{name} ({'; '.join(faults)})" for name, faults in red.items()]
        raise GovernanceError(
            f"Nobody may see {quarter.label} yet: {', '.join(said)}",
            rule="access is to the final version, when every gate of the release is green",
            next_step="mend what the gates named find; see nino-assets status",
        )
