"""The next edition of a quarter, and when it is due."""

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
    """The edition in a quarter's publication folder, signed or not.

    `planned` is when it is due. `reason` is that of its correction, blank for a first edition.
    `released` is the published edition with this very manifest, None while there is none.
    """

    quarter: Quarter
    number: int
    planned: datetime
    manifest_sha256: str
    reason: str
    released: ReleasedEdition | None

    def make_released_edition(self, *, synthetic: bool) -> ReleasedEdition:
        """The edition as released now, or as it was released already."""
        return self.released or ReleasedEdition(
            quarter=self.quarter,
            number=self.number,
            released_at=self.planned,
            manifest_sha256=self.manifest_sha256,
            synthetic=synthetic,
            reason=self.reason,
        )


def find_next_edition(folders: Folders, quarter: Quarter) -> NextEdition:
    """Find the edition that a quarter has ready, or has released.

    Raises GovernanceError for a damaged log, PublicationError for a damaged `data/published`.
    """
    manifest = hash_manifest(folders.find_publication(quarter))
    history = read_edition_history(folders, quarter)
    released = [each for each in history.released if each.manifest_sha256 == manifest]
    correction = history.open_correction
    return NextEdition(
        quarter=quarter,
        number=released[-1].number if released else history.number,
        planned=released[-1].released_at if released else find_planned_release(folders, quarter),
        manifest_sha256=manifest,
        reason=correction.reason if correction and not released else "",
        released=released[-1] if released else None,
    )


def list_due_editions(folders: Folders, now: datetime) -> list[NextEdition]:
    """Editions whose time of release was earlier today, not yet released."""
    built = (folders.root / "publications").glob(f"[0-9]*-Q?/{MANIFEST_NAME}")
    quarters = sorted(Quarter.parse(path.parent.name) for path in built)
    today = now.astimezone(TIME_ZONE).date()
    return [
        due
        for due in (find_next_edition(folders, quarter) for quarter in quarters)
        if due.released is None and due.planned <= now and due.planned.date() == today
    ]
