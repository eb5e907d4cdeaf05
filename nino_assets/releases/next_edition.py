"""Which edition of a quarter comes next, and when it is due.

Belongs here: finding that in the log of decisions, among what was released, and in the publication
folder. Does not belong here: whether it may leave (`governance/gates.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from nino_assets.releases.edition_history import find_planned_release, read_edition_history
from nino_assets.releases.published import ReleasedEdition, hash_manifest
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import MANIFEST_NAME


@dataclass(frozen=True, kw_only=True)
class NextEdition:
    """What is in the publication folder of a quarter, as an edition: signed or not.

    `planned` is when it is due: by the release calendar, or of a corrected edition by its
    correction, whose `reason` it has. `released` is the edition that readers have with this very
    manifest, None while they have not.
    """

    quarter: Quarter
    number: int
    planned: datetime
    manifest_sha256: str
    reason: str
    released: ReleasedEdition | None

    def make_released_edition(self, *, synthetic: bool) -> ReleasedEdition:
        """As it is released; one that is out already as it was released."""
        return self.released or ReleasedEdition(
            quarter=self.quarter,
            number=self.number,
            released_at=self.planned,
            manifest_sha256=self.manifest_sha256,
            synthetic=synthetic,
            reason=self.reason,
        )


def find_next_edition(folders: Folders, quarter: Quarter) -> NextEdition:
    """The edition that a quarter has ready, or has released.

    Raises GovernanceError or PublicationError when the log or what was released is broken.
    """
    manifest = hash_manifest(folders.publication(quarter))
    standing = read_edition_history(folders, quarter)
    released = [each for each in standing.released if each.manifest_sha256 == manifest]
    correction = standing.open_correction
    return NextEdition(
        quarter=quarter,
        number=released[-1].number if released else standing.number,
        planned=released[-1].released_at if released else find_planned_release(folders, quarter),
        manifest_sha256=manifest,
        reason=correction.reason if correction and not released else "",
        released=released[-1] if released else None,
    )


def list_due_editions(folders: Folders, now: datetime) -> list[NextEdition]:
    """What is due on this day, its moment come, and not out yet; by quarter."""
    built = (folders.root / "publications").glob(f"[0-9]*-Q?/{MANIFEST_NAME}")
    quarters = sorted(Quarter.parse(path.parent.name) for path in built)
    today = now.astimezone(TIME_ZONE).date()
    return [
        due
        for due in (find_next_edition(folders, quarter) for quarter in quarters)
        if due.released is None and due.planned <= now and due.planned.date() == today
    ]
