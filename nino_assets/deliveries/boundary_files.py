"""Finds the boundary file for the maps in `landing/boundaries/`."""

from __future__ import annotations

from pathlib import Path

from nino_assets.errors import DeliveryError
from nino_assets.store.folders import Folders


def find_boundary_file(folders: Folders) -> Path | None:
    """The boundary file, or None.

    Raises DeliveryError when there is more than one.
    """
    found = sorted(p for p in folders.boundary_landing.glob("*json") if p.is_file())
    if len(found) > 1:
        raise DeliveryError(
            f"landing/boundaries holds {len(found)} files",
            rule="maps are drawn from one boundary file",
            next_step="leave one GeoJSON or TopoJSON file there",
        )
    return found[0] if found else None
