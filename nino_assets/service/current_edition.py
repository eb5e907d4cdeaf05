"""Follows the release pointer: which edition a request is answered from."""

from __future__ import annotations

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nino_assets.errors import NinoError, PublicationError
from nino_assets.publishing.release_calendar import CALENDAR_NAME, read_next_moment
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.edition_reader import read_edition_cells
from nino_assets.store.folders import Folders

_LOG = logging.getLogger(__name__)
_MOST_PINNED = 4

State = tuple[int, int, int]
"""Device, inode and time of change of the folder to which the release pointer leads."""


class CurrentEdition:
    """The edition that readers have now, opened anew when the pointer turns.

    `smallest_count` is the smallest positive count that may be published.
    """

    def __init__(self, folders: Folders, *, smallest_count: int) -> None:
        self._folders = folders
        self._forbidden = range(1, smallest_count)
        self._lock = threading.Lock()
        self._state: State | None = None
        self._held: EditionCells | None = None
        self._pinned: OrderedDict[str, EditionCells] = OrderedDict()

    def is_open(self) -> bool:
        """Whether the pointer leads where it led when it was followed last."""
        return self._find_state() == self._state

    def get_held(self) -> EditionCells:
        """The edition in use. Raises ApiError 503 NO_RELEASE while there is none."""
        if self._held is None:
            raise ApiError(
                503, "NO_RELEASE", "No edition is released that can be served. Try again later."
            )
        return self._held

    def read_next_release(self) -> datetime | None:
        """Read when the next release is from the published calendar, if known."""
        try:
            written = (self._locate_state().root / CALENDAR_NAME).read_bytes()
        except OSError:
            return None
        return read_next_moment(written)

    def open(self) -> None:
        """Open the edition to which the pointer leads, if one is released.

        Raises PublicationError for files that are not as they were released.
        """
        state = self._find_state()
        editions = self._read_editions()
        newest = max(editions, key=lambda each: (each.quarter, each.number), default=None)
        self._held = self._open(newest, editions) if newest else None
        self._state = state

    def follow(self) -> None:
        """Open the edition to which the pointer leads, unless it is open.

        An edition that is not as it was signed is not served, and neither is the one before it.
        """
        with self._lock:
            state = self._find_state()
            if state == self._state:
                return
            self._pinned.clear()
            try:
                self.open()
            except NinoError as error:
                _LOG.error("%s", error)
                self._held, self._state = None, state

    def open_pinned(self, name: str) -> EditionCells:
        """Open the edition of that name, as `2020-Q4.1`. Raises ApiError 404."""
        with self._lock:
            if self._held is not None and self._held.name == name:
                return self._held
            if name in self._pinned:
                self._pinned.move_to_end(name)
                return self._pinned[name]
            try:
                editions = self._read_editions()
                [edition] = [each for each in editions if _name_edition(each) == name]
                opened = self._open(edition, editions)
            except (ValueError, NinoError):
                raise ApiError(
                    404,
                    "NOT_FOUND",
                    f"There is no edition {shorten(name)} that can be served. "
                    "Leave `edition` out for the current one.",
                ) from None
            self._pinned[name] = opened
            if len(self._pinned) > _MOST_PINNED:
                self._pinned.popitem(last=False)
            return opened

    def _find_state(self) -> State | None:
        try:
            found = os.stat(self._folders.published)  # noqa: PTH116 - once in every request
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_mtime_ns

    def _read_editions(self) -> list[ReleasedEdition]:
        return self._locate_state().read_editions()

    def _locate_state(self) -> PublishedEditions:
        """The released editions in the folder to which the pointer leads now."""
        published = PublishedEditions(self._folders)
        published.root = published.root.resolve()
        return published

    def _open(self, edition: ReleasedEdition, editions: list[ReleasedEdition]) -> EditionCells:
        root = self._locate_state().root
        before = editions[: editions.index(edition)]
        earlier = [each for each in before if each.quarter <= edition.quarter]

        def open_before() -> EditionCells | None:
            try:
                return self._open(earlier[-1], editions) if earlier else None
            except NinoError:
                return None

        return _open_edition(root / edition.folder, edition, self._forbidden, open_before)


def _name_edition(edition: ReleasedEdition) -> str:
    return f"{edition.quarter.label}.{edition.number}"


def _open_edition(
    folder: Path,
    edition: ReleasedEdition,
    forbidden: range,
    open_before: Callable[[], EditionCells | None],
) -> EditionCells:
    if hash_manifest(folder) != edition.manifest_sha256:
        raise PublicationError(
            f"The manifest of {edition.folder} is missing or is not the one that was released",
            rule="the service reads only what was released, byte for byte",
            next_step="restore data/published and data/.published from a backup",
        )
    return read_edition_cells(
        folder,
        _name_edition(edition),
        forbidden,
        synthetic=edition.synthetic,
        released_at=edition.released_at,
        open_before=open_before,
    )
