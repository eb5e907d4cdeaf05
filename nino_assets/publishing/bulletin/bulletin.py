"""The public face: writes the bulletin, and the publisher's pack, from published cells."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from nino_assets.publishing.bulletin.blocks import Bulletin
from nino_assets.publishing.bulletin.commentary.areas import positions_by_area
from nino_assets.publishing.bulletin.commentary.story import Story
from nino_assets.publishing.bulletin.contents import compose
from nino_assets.publishing.bulletin.page import page
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.maps.areas import AreaMap
from nino_assets.publishing.maps.boundaries import read_boundaries


def write_bulletin(
    cells: PublishedCells,
    edition: Edition,
    positions: pl.DataFrame,
    path: Path,
    *,
    boundaries: Path | None = None,
) -> None:
    """Write the HTML bulletin of `edition` to exactly `path`.

    `positions` has a row an area: area_code, latitude, longitude in degrees. `boundaries` is a
    GeoJSON or TopoJSON file; maps have no outlines without it. Raises PublicationError for a
    boundary file that cannot be read.
    """
    bulletin = _composed(cells, edition, positions, boundaries)
    html = page(bulletin, edition, Story(cells, edition).write)
    path.write_text(html, encoding="utf-8", newline="\n")


def _composed(
    cells: PublishedCells, edition: Edition, positions: pl.DataFrame, boundaries: Path | None
) -> Bulletin:
    outlines = read_boundaries(boundaries) if boundaries else {}
    return compose(cells, edition, AreaMap(positions_by_area(positions), outlines))
