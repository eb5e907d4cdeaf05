"""Finds the boundary file for the maps in `landing/boundaries/`."""

from __future__ import annotations

from pathlib import Path

from nino_assets.deliveries.declared_csv import list_shown_files
from nino_assets.errors import DeliveryError
from nino_assets.foreign_text import shorten_text
from nino_assets.store.folders import Folders

_EXTENSIONS = (".geojson", ".topojson", ".json")


def find_boundary_file(folders: Folders) -> Path | None:
    """The boundary file, or None.

    The extension may be in capitals. Hidden files and a `README.md` are not counted. Raises
    DeliveryError for any other file, and when there is more than one.
    """
    found = list_shown_files(folders.boundary_landing)
    for path in found:
        if path.suffix.lower() not in _EXTENSIONS or not path.is_file():
            raise DeliveryError(
                f"landing/boundaries/{shorten_text(path.name)} is no boundary file",
                rule=f"maps are drawn from one file that ends in {', '.join(_EXTENSIONS)}",
                next_step="leave one GeoJSON or TopoJSON file there",
            )
    if len(found) > 1:
        raise DeliveryError(
            f"landing/boundaries holds {len(found)} files",
            rule="maps are drawn from one boundary file",
            next_step="leave one GeoJSON or TopoJSON file there",
        )
    return found[0] if found else None
