"""Writes the files of the open data."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data import metadata
from nino_assets.publishing.open_data.code_lists import build_code_lists
from nino_assets.publishing.open_data.csvw_description import build_csvw, build_cube_csvw
from nino_assets.publishing.open_data.cube_names import (
    CUBES_FOLDER,
    is_file_of_cube,
    name_cube_description,
    name_cube_parquet,
)
from nino_assets.publishing.open_data.open_data_rows import (
    QuarterReader,
    read_quarter_file,
    read_quarters,
    split_cubes,
    write_rows,
)
from nino_assets.statistic.published_domain import CUBES
from nino_assets.writers.safe_text import write_csv_rows

FILE_NAMES = (
    metadata.CSV_NAME,
    metadata.PARQUET_NAME,
    metadata.CSVW_NAME,
    metadata.DICTIONARY_NAME,
    metadata.CODE_LISTS_NAME,
    metadata.DCAT_NAME,
    *(name(cube) for cube in CUBES for name in (name_cube_parquet, name_cube_description)),
)
"""Everything that `write_open_data` leaves in its folder, but each cube's CSV files."""


def write_open_data(
    quarter_files: Sequence[Path],
    edition: Edition,
    folder: Path,
    *,
    read: QuarterReader = read_quarter_file,
) -> None:
    """Write the files of the open data into an empty folder.

    They are `FILE_NAMES` and the CSV files of each cube.

    The same cells give the same bytes.

    `quarter_files` are the perturbed cells, a file a quarter from the first to the edition's, each
    holding the cells that its quarter adds to every cube, in published order. Rows come out cube by
    cube as declared, quarter by quarter, as stored.

    Raises PublicationError when a file holds other columns or an undeclared cube.
    """
    quarters = read_quarters(quarter_files, read)
    codes = build_code_lists(quarters, edition.quarter)
    files = split_cubes(quarters)
    names = [each.csv_name for each in files]
    csvw = _format_json(build_csvw(edition, codes))
    dcat = _format_json(metadata.build_dcat(edition, names))
    (folder / CUBES_FOLDER).mkdir()
    write_rows(files, folder, {"csvw": csvw, "dcat": dcat})
    for cube in CUBES:
        own = [name for name in names if is_file_of_cube(name, cube)]
        described = _format_json(build_cube_csvw(edition, codes, cube, own))
        (folder / name_cube_description(cube)).write_text(described, encoding="utf-8")
    (folder / metadata.CSVW_NAME).write_text(csvw, encoding="utf-8")
    (folder / metadata.DCAT_NAME).write_text(dcat, encoding="utf-8")
    _write_csv(folder / metadata.DICTIONARY_NAME, metadata.build_dictionary_rows(codes))
    _write_csv(folder / metadata.CODE_LISTS_NAME, metadata.build_code_list_rows(codes))


def _format_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _write_csv(path: Path, rows: Iterable[Sequence[str]]) -> None:
    """Write a small file as CSV: UTF-8, CRLF, quotes where needed."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        write_csv_rows(handle, rows)
