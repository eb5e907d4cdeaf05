"""Reads which files of a released edition the landing page lists."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME
from nino_assets.publishing.correction_notes import CorrectionNote
from nino_assets.publishing.documents.document_names import TITLES
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.landing.landing_facts import FileKind, ListedEdition, PublishedFile
from nino_assets.publishing.open_data import metadata
from nino_assets.publishing.open_data.cube_names import (
    describe_cube_file,
    find_periods,
    is_file_of_cube,
    name_cube_csv,
    name_cube_parquet,
)
from nino_assets.publishing.pre_release_access import published_access_list as pre_release
from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.statistic.cuboids import CUBOIDS
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.publication_manifest import MANIFEST_NAME

_HTML, _CSV, _JSON = "text/html", "text/csv", "application/json"
_GZIP = "application/gzip"
_PARQUET = "application/vnd.apache.parquet"
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_NAMED: Mapping[str, tuple[FileKind, str, str]] = {
    "bulletin.html": ("bulletin", "Statistical bulletin", _HTML),
    f"open-data/{metadata.CSV_NAME}": ("open_data", "Every published figure as CSV", _CSV),
    f"open-data/{metadata.PARQUET_NAME}": (
        "open_data",
        "Every published figure as Parquet",
        _PARQUET,
    ),
    f"open-data/{metadata.DICTIONARY_NAME}": ("open_data", "Data dictionary", _CSV),
    f"open-data/{metadata.CODE_LISTS_NAME}": ("open_data", "Code lists", _CSV),
    f"open-data/{metadata.CSVW_NAME}": (
        "open_data",
        "Description of the CSV file for machines (CSVW)",
        "application/csvm+json",
    ),
    **{
        f"open-data/{name_cube_csv(cube)}": ("open_data", f"{cube.title} as CSV", _GZIP)
        for cube in CUBES
    },
    **{
        f"open-data/{name_cube_parquet(cube)}": ("open_data", f"{cube.title} as Parquet", _PARQUET)
        for cube in CUBES
    },
    **{
        f"{TABULATIONS}/{cuboid.name}.parquet": (
            "open_data",
            f"{cuboid.title} as Parquet",
            _PARQUET,
        )
        for cuboid in CUBOIDS
    },
    f"open-data/{CHANGED_CELLS_NAME}": ("changed_figures", "Every figure that changed", _CSV),
    **{f"documents/{name}.html": ("document", title, _HTML) for name, title in TITLES.items()},
    f"{pre_release.FOLDER}/{pre_release.PAGE_NAME}": (
        "access",
        "Pre-release access: posts, rules and guidance",
        _HTML,
    ),
    f"{pre_release.FOLDER}/{pre_release.LIST_NAME}": (
        "access",
        "Posts with pre-release access as CSV",
        _CSV,
    ),
    "publishers-pack/bulletin.txt": (
        "other",
        "The bulletin as plain text, for large print and screen readers",
        "text/plain",
    ),
    MANIFEST_NAME: ("other", "List of all files with their fingerprints (sha256)", _JSON),
}
"""The files that readers are shown, in this order; tables come second, by their ending."""


def read_listed_edition(  # noqa: PLR0913 - each is a fact about the edition
    folder: Path,
    href: str,
    *,
    quarter: Quarter,
    number: int,
    released_at: datetime,
    published_on: date,
    next_release_on: date,
    synthetic: bool,
    corrections: tuple[CorrectionNote, ...] = (),
) -> ListedEdition:
    """Read a released edition from the folder of its files.

    `folder` holds the manifest and every file; `href` is where readers find it, relative to
    `data/published/`: `2020-Q4/1`. `published_on` is the day of edition 1. Raises OSError or
    ValueError when the manifest or the description of the open data cannot be read.
    """
    manifest = folder / MANIFEST_NAME
    listed: dict[str, dict[str, Any]] = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    sizes = {name: int(entry["size"]) for name, entry in listed.items()}
    sizes[MANIFEST_NAME] = manifest.stat().st_size
    edition = Edition(
        quarter=quarter,
        first_quarter=_read_first_quarter(folder),
        published_on=published_on,
        next_release_on=next_release_on,
        synthetic=synthetic,
        corrections=corrections,
    )
    named = _name_files(edition.quarter) | _name_parts(sizes)
    return ListedEdition(
        edition=edition,
        number=number,
        released_at=released_at,
        files=tuple(
            PublishedFile(
                kind=kind,
                label=label,
                href=f"{href}/{name}",
                media_type=media_type,
                size=sizes[name],
            )
            for name, (kind, label, media_type) in named.items()
            if name in sizes
        ),
    )


def list_names(quarter: Quarter) -> list[str]:
    """List the files that readers of an edition are shown."""
    return list(_name_files(quarter))


def _name_files(quarter: Quarter) -> dict[str, tuple[FileKind, str, str]]:
    tables: tuple[FileKind, str, str] = ("tables", "Data tables", _ODS)
    return {"bulletin.html": _NAMED["bulletin.html"], name_workbook(quarter): tables, **_NAMED}


def _name_parts(names: Iterable[str]) -> dict[str, tuple[FileKind, str, str]]:
    """The CSV files of cubes that are in several, each some periods."""
    return {
        name: ("open_data", f"{describe_cube_file(name, cube)} as CSV", _GZIP)
        for name in names
        for cube in CUBES
        if is_file_of_cube(name, cube) and find_periods(name)
    }


def _read_first_quarter(folder: Path) -> Quarter:
    """Read the first quarter of the series from the open data's description."""
    record = json.loads((folder / "open-data" / metadata.DCAT_NAME).read_text(encoding="utf-8"))
    return Quarter.from_day(date.fromisoformat(record["dct:temporal"]["dcat:startDate"]["@value"]))
