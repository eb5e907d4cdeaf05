"""What the landing page, the feed and the catalogue are made from.

Every date and time is one of the release calendar, never of the run, so that the same editions give
the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter

FileKind = Literal[
    "bulletin", "tables", "open_data", "changed_figures", "document", "access", "other"
]


@dataclass(frozen=True, kw_only=True)
class PublishedFile:
    """A file that readers may open.

    `href` is relative to `data/published/`, `size` is in bytes.
    """

    kind: FileKind
    label: str
    href: str
    media_type: str
    size: int


@dataclass(frozen=True, kw_only=True)
class ListedEdition:
    """A released edition: number 1, or a later number for a correction.

    `edition` has the notes of every correction up to this number. `released_at` is the moment that
    the calendar planned, with its offset.
    """

    edition: Edition
    number: int
    released_at: datetime
    files: tuple[PublishedFile, ...]

    @property
    def quarter(self) -> Quarter:
        return self.edition.quarter

    @property
    def note(self) -> CorrectionNote | None:
        """Why this edition replaced the one before; None for the first."""
        return next((n for n in self.edition.corrections if n.edition == self.number), None)

    def list_files(self, *kinds: FileKind) -> list[PublishedFile]:
        return [file for file in self.files if file.kind in kinds]


@dataclass(frozen=True, kw_only=True)
class AccessEntry:
    """A post whose holder saw the latest edition before release.

    It is never a person's name.
    """

    job_title: str
    organisation: str


@dataclass(frozen=True, kw_only=True)
class NextRelease:
    """The release that is announced next.

    `reason` is why its date was changed, blank otherwise.
    """

    quarter: Quarter
    at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class LandingFacts:
    """Everything that readers find first.

    `releases` are all editions, the latest release first and of one quarter the highest number
    first. `access` is of the latest release. `calendar` is the release calendar as iCalendar text,
    blank where none is given. `proof` is what proves who signed the latest release: `keys`,
    `accounts` or `typed names`.
    """

    releases: tuple[ListedEdition, ...]
    next_release: NextRelease
    access: tuple[AccessEntry, ...]
    calendar: str = ""
    proof: str = "typed names"

    def __post_init__(self) -> None:
        order = [(release.quarter.key, release.number) for release in self.releases]
        if not order or order != sorted(set(order), reverse=True):
            raise ValueError("a landing page needs its releases, each once, the newest first")

    @property
    def latest(self) -> ListedEdition:
        return self.releases[0]

    @property
    def current(self) -> list[ListedEdition]:
        """The edition in force of each quarter, the latest first."""
        return [releases[0] for releases in self._group_by_quarter()]

    @property
    def corrected(self) -> list[ListedEdition]:
        """The editions that corrected an earlier one, the latest correction first."""
        corrected = [release for release in self.releases if release.note]
        return sorted(corrected, key=lambda release: release.released_at, reverse=True)

    @property
    def updated_at(self) -> datetime:
        return max(release.released_at for release in self.releases)

    @property
    def synthetic(self) -> bool:
        """Whether any figure that the page leads to is synthetic."""
        return any(release.edition.synthetic for release in self.releases)

    def find_previous(self, release: ListedEdition) -> ListedEdition | None:
        """Return the edition of the same quarter that a release replaced."""
        same = (r for r in self.releases if r.quarter == release.quarter)
        return next((r for r in same if r.number == release.number - 1), None)

    def _group_by_quarter(self) -> list[list[ListedEdition]]:
        grouped: dict[Quarter, list[ListedEdition]] = {}
        for release in self.releases:
            grouped.setdefault(release.quarter, []).append(release)
        return list(grouped.values())


def sort_newest_first(releases: Sequence[ListedEdition]) -> tuple[ListedEdition, ...]:
    """Sort releases into the order of `LandingFacts.releases`."""
    return tuple(sorted(releases, key=lambda r: (r.quarter.key, r.number), reverse=True))
