"""Follows the newest publication, released or not, for the team."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from nino_assets.errors import NinoError
from nino_assets.service.api_error import ApiError, shorten
from nino_assets.service.edition_cells import EditionCells
from nino_assets.service.edition_reader import read_edition_cells
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import MANIFEST_NAME

_LOG = logging.getLogger(__name__)
_NOTHING = "No publication is built that can be shown. Build a quarter, then load this page again."

State = tuple[Quarter, int]
"""A quarter, and when its manifest was written."""


class UnreleasedEdition:
    """The newest publication, opened anew when its manifest changes.

    `is_synthetic` tells of a quarter whether its data are made up.
    """

    def __init__(
        self, folders: Folders, is_synthetic: Callable[[Quarter], bool], *, smallest_count: int
    ) -> None:
        self._folders = folders
        self._is_synthetic = is_synthetic
        self._forbidden = range(1, smallest_count)
        self._lock = threading.Lock()
        self._state: State | None = None
        self._held: EditionCells | None = None

    def is_open(self) -> bool:
        """Whether the newest publication is the one that was opened last."""
        return self._find_state() == self._state

    def get_held(self) -> EditionCells:
        """The edition in use. Raises ApiError 503 NO_RELEASE while there is none."""
        if self._held is None:
            raise ApiError(503, "NO_RELEASE", _NOTHING)
        return self._held

    def read_next_release(self) -> datetime | None:
        """None: a release calendar is for readers."""
        return None

    def follow(self) -> None:
        """Open the newest publication, unless it is open."""
        with self._lock:
            state = self._find_state()
            if state == self._state:
                return
            self._state = state
            try:
                self._held = self._open(state[0]) if state else None
            except NinoError as error:
                _LOG.warning("%s", error)
                self._held = None

    def open_pinned(self, name: str) -> EditionCells:
        """Open the publication of that name, as `2020-Q4.unreleased`. Raises ApiError 404."""
        try:
            quarter = Quarter.parse(name.removesuffix(".unreleased"))
            return self._open(quarter)
        except (ValueError, NinoError):
            raise ApiError(
                404,
                "NOT_FOUND",
                f"There is no publication {shorten(name)} that can be shown. "
                "Leave `edition` out for the newest one.",
            ) from None

    def _find_state(self) -> State | None:
        return max(list_publications(self._folders), default=None)

    def _open(self, quarter: Quarter) -> EditionCells:
        return read_edition_cells(
            self._folders.find_publication(quarter),
            f"{quarter.label}.unreleased",
            self._forbidden,
            synthetic=self._is_synthetic(quarter),
            released_at=None,
            open_before=lambda: None,
        )


def list_publications(folders: Folders) -> list[State]:
    """Every quarter with a manifest, and when that was written."""
    manifests = folders.publications.glob(f"[0-9]*-Q[1-4]/{MANIFEST_NAME}")
    return sorted((Quarter.parse(each.parent.name), each.stat().st_mtime_ns) for each in manifests)
