"""Writes the bulletin and the publisher's pack from published cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from nino_assets.publishing.bulletin.blocks import Bulletin, BulletinTable, Drawing
from nino_assets.publishing.bulletin.bulletin_page import write_bulletin_page
from nino_assets.publishing.bulletin.bulletin_sections import compose_bulletin
from nino_assets.publishing.bulletin.commentary.bulletin_context import BulletinContext
from nino_assets.publishing.bulletin.commentary.uk_areas import collect_positions
from nino_assets.publishing.bulletin.data_files import write_csv_text
from nino_assets.publishing.bulletin.govspeak import name_file, write_govspeak
from nino_assets.publishing.bulletin.plain_text import write_plain_text
from nino_assets.publishing.bulletin.source_figures import OtherSource
from nino_assets.publishing.cells import PublishedCells
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.identity import STATUS
from nino_assets.writers.charts.pictures import draw_wide_chart
from nino_assets.writers.maps.boundaries import read_boundaries
from nino_assets.writers.maps.uk_map import AreaMap


def write_bulletin(  # noqa: PLR0913 - one argument a thing that the page is made of
    cells: PublishedCells,
    edition: Edition,
    positions: pl.DataFrame,
    path: Path,
    *,
    boundaries: Path | None = None,
    sources: Sequence[OtherSource] = (),
) -> None:
    """Write the HTML bulletin of `edition` to exactly `path`.

    `positions` has a row an area: area_code, latitude, longitude in degrees. `boundaries` is a
    GeoJSON or TopoJSON file; maps have no outlines without it. `sources` are the series of others
    that registrations are compared with. Raises PublicationError for a boundary file that cannot be
    read.
    """
    bulletin = _compose(cells, edition, positions, boundaries, sources)
    _write_text(
        path, write_bulletin_page(bulletin, edition, BulletinContext(cells, edition).write_count)
    )


def write_publishers_pack(  # noqa: PLR0913 - one argument a thing that the page is made of
    cells: PublishedCells,
    edition: Edition,
    positions: pl.DataFrame,
    folder: Path,
    *,
    boundaries: Path | None = None,
    sources: Sequence[OtherSource] = (),
) -> None:
    """Write what a publisher uploads to GOV.UK into `folder`.

    The folder is made if missing.

    `bulletin.md` (Govspeak), `bulletin.txt` (large print and screen readers), a picture and a data
    file for each figure, and `alternative-texts.csv`. Arguments and errors as `write_bulletin`.
    """
    bulletin = _compose(cells, edition, positions, boundaries, sources)
    write = BulletinContext(cells, edition).write_count
    folder.mkdir(parents=True, exist_ok=True)
    _write_text(folder / "bulletin.md", write_govspeak(bulletin, edition))
    _write_text(folder / "bulletin.txt", write_plain_text(bulletin, edition, STATUS))
    texts: list[tuple[str, ...]] = []
    for number, figure in bulletin.figures:
        picture = name_file(number, figure, "svg")
        texts.append((picture, f"Figure {number}: {figure.title.plain}", figure.description.plain))
        if isinstance(figure.picture, Drawing):
            drawn = figure.picture.svg
        else:
            drawn = draw_wide_chart(figure.picture, figure.title.plain, write)
        _write_text(folder / picture, drawn + "\n")
        _write_text(folder / name_file(number, figure, "csv"), write_csv_text(figure.table))
    alternative = BulletinTable("", ("picture", "caption", "alternative_text"), tuple(texts))
    _write_text(folder / "alternative-texts.csv", write_csv_text(alternative))


def _compose(
    cells: PublishedCells,
    edition: Edition,
    positions: pl.DataFrame,
    boundaries: Path | None,
    sources: Sequence[OtherSource],
) -> Bulletin:
    outlines = read_boundaries(boundaries) if boundaries else {}
    return compose_bulletin(
        cells, edition, AreaMap(collect_positions(positions), outlines), sources
    )


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="")
