"""Compares every row of written open data with the perturbed cubes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from nino_assets.errors import PublicationError
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.open_data.declared_domain import DeclaredDomain
from nino_assets.publishing.open_data.numbering import (
    LABEL,
    NumberedRows,
    Numbers,
    count_distinct,
    number_rows,
    number_tables,
)
from nino_assets.publishing.open_data.open_data_columns import PRIMARY_KEY
from nino_assets.publishing.open_data.open_data_rows import (
    SCHEMA,
    QuarterReader,
    read_quarter_file,
    read_quarters,
)
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CELL_COLUMNS, CUBES

_OTHER_COLUMNS = tuple(name for name in CELL_COLUMNS if name not in PRIMARY_KEY)

_BLOCK_BYTES = 1 << 22
"""Read at once of a CSV: each block has its own numbers for the labels."""


@dataclass(frozen=True)
class OpenDataAgreement:
    """What one written file holds, against the perturbed cubes, in rows.

    - `rows_compared`: rows that are a cell of the perturbed cubes
    - `disagreements`: of these, rows that differ from the cell in any column
    - `missing`: cells of the declared domain that are not in the file as a perturbed cell
    - `duplicate`: rows that repeat a cell
    - `undeclared`: rows that are no cell of the perturbed cubes or have a member that is not
      declared; when the columns themselves are not the declared ones, their number, and nothing is
      compared
    - `low_mismatch`: rows where `[low]` and a count of 0 are not together
    - `out_of_order`: rows that come after one that they should precede
    """

    rows_compared: int
    disagreements: int
    missing: int
    duplicate: int
    undeclared: int
    low_mismatch: int
    out_of_order: int

    @property
    def agrees(self) -> bool:
        """Whether the file is exactly the perturbed cubes."""
        faults = self.disagreements + self.missing + self.duplicate + self.undeclared
        return self.rows_compared > 0 and faults + self.low_mismatch + self.out_of_order == 0


def check_agreement(
    written: Path,
    quarter_files: Sequence[Path],
    edition: Edition,
    *,
    read: QuarterReader = read_quarter_file,
) -> OpenDataAgreement:
    """Compare a written file with the perturbed cells of every quarter.

    `quarter_files` and `read` are as `write_open_data` takes them. Counts are compared as they are
    written, so `7.0` is not 7. Raises PublicationError when the file cannot be read at all.
    """
    perturbed = _convert_counts(pa.concat_tables(read_quarters(quarter_files, read)))
    wrong_columns, rows = _read_back(written)
    if wrong_columns:
        size = DeclaredDomain(edition, number_tables([perturbed])[0]).size
        return OpenDataAgreement(0, 0, size, 0, wrong_columns, 0, 0)
    cells, found = number_tables([perturbed, _convert_counts(rows)])
    domain = DeclaredDomain(edition, cells)

    cell_keys, keys = number_rows([cells, found], PRIMARY_KEY)
    cell_values, values = number_rows([cells, found], _OTHER_COLUMNS)
    order = np.argsort(cell_keys, kind="stable")
    place = np.searchsorted(cell_keys, keys, sorter=order)
    cell = order[np.minimum(place, len(order) - 1)]
    is_cell = cell_keys[cell] == keys
    declared = domain.holds(found) & is_cell

    return OpenDataAgreement(
        rows_compared=int(is_cell.sum()),
        disagreements=int((cell_values[cell] != values)[is_cell].sum()),
        missing=domain.size - count_distinct(keys[declared]),
        duplicate=len(keys) - count_distinct(keys),
        undeclared=int((~declared).sum()),
        low_mismatch=_count_low_mismatches(found),
        out_of_order=int((np.diff(_place_cells(cells)[cell[is_cell]]) < 0).sum()),
    )


def have_same_rows(one: Path, *others: Path) -> bool:
    """Tell whether a file has the rows of others together, in order.

    What was found in one is then true of the other. Raises PublicationError as `check_agreement`.
    """
    read = [_read_back(path) for path in (one, *others)]
    if any(wrong for wrong, _ in read):
        return False
    rows, other_rows = read[0][1], pa.concat_tables([rows for _, rows in read[1:]])
    if rows.num_rows != other_rows.num_rows:
        return False
    ours, theirs = number_tables([_convert_counts(rows), _convert_counts(other_rows)])
    return all(np.array_equal(ours.numbers[name], theirs.numbers[name]) for name in CELL_COLUMNS)


def _read_back(written: Path) -> tuple[int, pa.Table]:
    """Return how many columns are not declared, and the rows."""
    try:
        if written.suffix == ".parquet":
            stored = pq.read_schema(written)
            wrong = set(zip(stored.names, stored.types, strict=True)) ^ set(
                zip(SCHEMA.names, SCHEMA.types, strict=True)
            )
            in_order = stored.names == SCHEMA.names
            return len(wrong) or int(not in_order), read_quarter_file(written)
        found = pa_csv.read_csv(
            written,
            read_options=pa_csv.ReadOptions(block_size=_BLOCK_BYTES),
            convert_options=pa_csv.ConvertOptions(
                column_types=dict.fromkeys(CELL_COLUMNS, LABEL), strings_can_be_null=False
            ),
        )
    except (OSError, pa.ArrowInvalid):
        raise PublicationError(
            f"{written.name} cannot be read back",
            rule="the open data are read back before release",
            next_step="materialise open_data again",
        ) from None
    wrong_names = set(found.column_names) ^ set(CELL_COLUMNS)
    return len(wrong_names) or int(tuple(found.column_names) != CELL_COLUMNS), found


def _convert_counts(table: pa.Table) -> pa.Table:
    """Return the table with its counts as they are written."""
    at = table.column_names.index("registrations")
    counts = table["registrations"]
    if not pa.types.is_dictionary(counts.type):
        encoded = counts.combine_chunks().dictionary_encode()
        counts = pa.DictionaryArray.from_arrays(
            encoded.indices, encoded.dictionary.cast(pa.string())
        )
    return table.set_column(at, "registrations", counts)


def _count_low_mismatches(found: NumberedRows) -> int:
    low = found.match("observation_status", v.LOW)
    bare = found.match("observation_status", "")
    nil = found.match("registrations", "0")
    given = found.numbers["registrations"] > 0
    return int(np.count_nonzero(~((nil & low) | (given & ~nil & bare))))


def _place_cells(cells: NumberedRows) -> Numbers:
    """Return where each cell is in published order.

    The order is by cube as declared, by quarter, then as stored.
    """
    declared = {cube.name: place for place, cube in enumerate(CUBES)}
    labels = sorted(label or "" for label in cells.labels["time_period"])
    cubes = np.array([declared.get(name or "", -1) for name in cells.labels["cube"]])
    quarters = np.array([labels.index(label or "") for label in cells.labels["time_period"]])
    parts = cubes[cells.numbers["cube"]] * len(labels) + quarters[cells.numbers["time_period"]]
    places = np.empty(cells.count, dtype=np.int64)
    places[np.argsort(parts, kind="stable")] = np.arange(cells.count)
    return places
