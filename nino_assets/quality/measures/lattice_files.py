"""Measures whether the lattice's files are complete and alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.methods.records.postcode_directory import list_local_authorities_sql
from nino_assets.publishing.tabulations.cuboid_files import COLUMNS
from nino_assets.publishing.tabulations.lattice_index import DESCRIPTION_NAME, make_category_id
from nino_assets.quality.measures.shared_lattice_cells import TOTALS
from nino_assets.releases.lattice import LatticeCuboid
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.cuboids import CUBOIDS, NATIONALITY_DEPTHS, Cuboid
from nino_assets.statistic.middle_layer import list_middle_layer_members, list_middle_layer_sql
from nino_assets.statistic.published_domain import list_area_members, list_nationality_members
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_PERIOD = ("time_period_type", "time_period")
_MEMBERS = [
    name for name in COLUMNS if name not in (*_PERIOD, "registrations", "observation_status")
]
"""Columns whose labels are the same in every period."""


def count_undeclared_members(
    warehouse: Warehouse, cuboids: Sequence[LatticeCuboid], series: Sequence[Quarter]
) -> int:
    """Count members that are missing, repeated, out of order or undeclared.

    A cuboid that is missing or not declared counts as one.
    """
    expected = _list_expected(warehouse, series)
    found = {cuboid.name: {axis.field: axis.members for axis in cuboid.axes} for cuboid in cuboids}
    faults = len(expected.keys() ^ found.keys()) + len(cuboids) - len(found)
    for name in expected.keys() & found.keys():
        for field in expected[name].keys() | found[name].keys():
            wanted = list(expected[name].get(field, ()))
            held = list(found[name].get(field, ()))
            if wanted != held:
                faults += max(1, len({*wanted} ^ {*held}), len(held) - len({*held}))
    return faults


def count_files_undescribed(folder: Path, cuboids: Sequence[LatticeCuboid]) -> int:
    """Count Parquet files whose columns are not as described."""
    try:
        document = json.loads((folder / DESCRIPTION_NAME).read_text("utf-8"))
        described = {
            table["url"]: [column["name"] for column in table["tableSchema"]["columns"]]
            for table in document["tables"]
        }
    except (OSError, ValueError, KeyError, TypeError):
        return max(1, len(cuboids))
    held = {cuboid.file.name: pq.read_schema(cuboid.file).names for cuboid in cuboids}
    return sum(described.get(name) != held.get(name) for name in described.keys() | held.keys())


def count_parquet_differences(cuboid: LatticeCuboid) -> int:
    """Count rows in Parquet that are not the array's cells.

    A row group holds one period. Labels are decoded once: those of a later period are the first's
    where their bytes in the file are the same.
    """
    text = [name for name in COLUMNS if name != "registrations"]
    file = pq.ParquetFile(cuboid.file, read_dictionary=text)
    members = {axis.field: axis.members for axis in cuboid.axes}
    periods = members["period"]
    cells = cuboid.cells.reshape(len(periods), cuboid.cells.size // max(1, len(periods)))
    groups = [file.metadata.row_group(at) for at in range(file.num_row_groups)]
    excess: int = file.metadata.num_rows - cells.size
    if tuple(file.schema_arrow.names) != COLUMNS or excess:
        return max(1, abs(excess))
    if [group.num_rows for group in groups] != [cells.shape[1]] * len(cells):
        return cells.size
    if not groups:
        return 0
    first = file.read_row_group(0)
    differing = _count_wrong_labels(first, members)
    with cuboid.file.open("rb") as stored:
        for at, (group, member) in enumerate(zip(groups, periods, strict=True)):
            alike = [
                name
                for place, name in enumerate(COLUMNS)
                if name in _MEMBERS
                and _read_bytes(stored, group.column(place))
                == _read_bytes(stored, groups[0].column(place))
            ]
            rows = file.read_row_group(at, [name for name in COLUMNS if name not in alike])
            differing += int(np.count_nonzero(rows["registrations"].to_numpy() != cells[at]))
            differing += _count_low_misplaced(rows["observation_status"], cells[at] == 0)
            for name, value in zip(_PERIOD, member.split(":", 1), strict=True):
                differing += rows.num_rows * (rows[name].unique().to_pylist() != [value])
            for name in {*rows.column_names} & {*_MEMBERS}:
                differing += _count_different(rows[name], first[name])
    return differing


def _read_bytes(stored: BinaryIO, chunk: pq.ColumnChunkMetaData) -> tuple[object, ...]:
    """A column of a row group as stored, with its encoding."""
    stored.seek(chunk.dictionary_page_offset or chunk.data_page_offset)
    encoded = stored.read(chunk.total_compressed_size)
    return chunk.num_values, chunk.compression, chunk.encodings, encoded


def _count_low_misplaced(status: pa.ChunkedArray, low: npt.NDArray[np.bool_]) -> int:
    column = status.combine_chunks()
    labels = column.dictionary.to_pylist()
    # What is neither of the two is misplaced wherever it stands.
    right = np.array([[each == "" for each in labels], [each == v.LOW for each in labels]])
    return int(np.count_nonzero(~right[low.astype(np.intp), np.asarray(column.indices)]))


def _count_different(one: pa.ChunkedArray, other: pa.ChunkedArray) -> int:
    left, right = (np.asarray(each.cast(pa.string())) for each in (one, other))
    return int(np.count_nonzero(left != right))


def _count_wrong_labels(period: pa.Table, members: dict[str, tuple[str, ...]]) -> int:
    """Count rows of one period whose labels are not their place's members."""
    frame = pl.DataFrame(pl.from_arrow(period)).select(
        area=pl.format("{}:{}", "geography_level", "geography_code"),
        nationality=pl.format("{}:{}", "nationality_level", "nationality_code"),
        **{
            field: pl.col(column)
            .cast(pl.String)
            .replace_strict(
                {label: make_category_id(label) for label in (v.ALL, *labels)}, default=""
            )
            for field, column, labels in (
                ("age", "age", v.AGE_BANDS),
                ("sex", "sex", v.SEXES),
                ("lag", "arrival_lag", v.ARRIVAL_LAGS),
            )
        },
    )
    wrong, inner = 0, frame.height
    for field, total in TOTALS.items():
        axis = members.get(field, (total,))
        inner //= len(axis)
        expected = np.resize(np.repeat(np.array(axis), inner), frame.height)
        wrong += int((frame[field] != pl.Series(expected)).sum())
    return wrong


def _list_expected(
    warehouse: Warehouse, series: Sequence[Quarter]
) -> dict[str, dict[str, list[str]]]:
    """The ids of each axis of each declared cuboid."""
    tables = warehouse.tables
    with warehouse.open_session() as con:
        tables.create_view(con, "directory", "postcode_directory")
        tables.create_view(con, "located", "output_area_lookup")
        authorities = con.sql(list_local_authorities_sql("directory")).pl()
        placed = con.sql(list_middle_layer_sql("located")).pl()
    local = list_area_members(tables.read_frame("areas"), authorities)
    areas = {
        "uk": local.filter(pl.col("geography_level") == "uk"),
        "local_authority": local,
        "middle_layer": list_middle_layer_members(local, placed),
    }
    nationality = list_nationality_members(tables.read_frame("nationality_groups"))
    return {
        cuboid.name: {
            field: ids
            for field, ids in _list_axes(cuboid, series, areas[cuboid.area_level], nationality)
            if field == "period" or len(ids) > 1
        }
        for cuboid in CUBOIDS
    }


def _list_axes(
    cuboid: Cuboid, series: Sequence[Quarter], area: pl.DataFrame, nationality: pl.DataFrame
) -> list[tuple[str, list[str]]]:
    years = [last for first, last in zip(series, series[3:], strict=False) if last - 3 == first]
    periods = {
        "quarter": [f"quarter:{each.label}" for each in series],
        "year_ending": [f"year_ending:{each.label}" for each in years],
        "calendar_year": [f"year_ending:{each.label}" for each in years if each.number == 4],
    }
    depth = NATIONALITY_DEPTHS.index(cuboid.nationality_depth)
    groups = nationality.filter(pl.col("nationality_level").is_in(NATIONALITY_DEPTHS[: depth + 1]))
    return [
        ("period", [each for kind in cuboid.periods for each in periods[kind]]),
        ("area", _list_ids(area, "geography_level", "geography_code")),
        ("nationality", _list_ids(groups, "nationality_level", "nationality_code")),
        *(
            (field, [make_category_id(each) for each in (v.ALL, *(labels if split else ()))])
            for field, labels, split in (
                ("age", v.AGE_BANDS, cuboid.by_age),
                ("sex", v.SEXES, cuboid.by_sex),
                ("lag", v.ARRIVAL_LAGS, cuboid.by_lag),
            )
        ),
    ]


def _list_ids(members: pl.DataFrame, level: str, code: str) -> list[str]:
    listed = members.select(level, code).unique(maintain_order=True)
    return [f"{of}:{at}" for of, at in listed.iter_rows()]
