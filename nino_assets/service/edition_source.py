"""Which edition a request is answered from."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Protocol

from nino_assets.service.edition_cells import EditionCells


class EditionSource(Protocol):
    """What the endpoints and pages take their edition from."""

    def is_open(self) -> bool:
        """Whether the edition in use is still the newest."""

    def follow(self) -> None:
        """Open the newest edition, unless it is open."""

    def get_held(self) -> EditionCells:
        """The edition in use. Raises ApiError while there is none."""

    def read_next_release(self) -> datetime | None:
        """Read when the next release is, if known."""

    def open_pinned(self, name: str) -> EditionCells:
        """Open the edition of a name. Raises ApiError."""


async def find_edition(current: EditionSource, pinned: str | None) -> EditionCells:
    """Find the edition of that name, else the current one."""
    if not current.is_open():
        await asyncio.to_thread(current.follow)
    held = current.get_held()
    if pinned is None or pinned == held.name:
        return held
    return await asyncio.to_thread(current.open_pinned, pinned)
