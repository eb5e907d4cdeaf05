"""Records what is true of a synthetic delivery, as it was generated.

It is never found by cleaning the delivery. `truth.json` and `truth_cells.parquet` lie in the
delivery's folder; the manifest does not name them, and no reader of deliveries opens them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from nino_assets.deliveries.manifest import TRUTH_FILES
from nino_assets.statistic import vocabulary as v
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.defects import Defect
from nino_assets.synthetic.persons import Persons

COUNTS_FILE, CELLS_FILE = TRUTH_FILES
CELL_SCHEMA = pa.schema(
    [
        *(
            (name, pa.string())
            for name in ("quarter", "local_authority", "nationality", "age", "sex", "arrival_lag")
        ),
        ("registrations", pa.int64()),
    ]
)
"""One row a cell that is not empty. `local_authority` is `OVERSEAS`, or blank without any area."""


class Truth:
    """Adds up the truth run by run; cells go to disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._cells = pq.ParquetWriter(folder / CELLS_FILE, CELL_SCHEMA)
        self._accepted = 0
        self._repairs = dict.fromkeys(v.REPAIRS, 0)
        self._statuses = np.zeros(len(v.GEOCODE_STATUSES), dtype=np.int64)
        self._rejected = dict.fromkeys(v.REJECTION_REASONS, 0)
        self._kinds: dict[str, int] = {}
        self._seen_before = 0

    @property
    def rows(self) -> int:
        """Rows delivered so far."""
        return self._accepted + sum(self._rejected.values())

    def add_valid(self, persons: Persons, statuses: np.ndarray, *, seen_before: int) -> None:
        """Valid registrations, `seen_before` of them by persons of an earlier quarter."""
        self._accepted += len(persons)
        self._seen_before += seen_before
        self._statuses += np.bincount(statuses, minlength=len(v.GEOCODE_STATUSES))
        for repair, codes, labels in (
            ("nationality_unknown", persons.nationality, c.list_nationality_labels()),
            ("age_unknown", persons.age_band, v.AGE_BANDS),
            ("lag_unknown", persons.lag_band, v.ARRIVAL_LAGS),
            ("sex_unknown", persons.sex, v.SEXES),
        ):
            self._repairs[repair] += int((codes == len(labels) - 1).sum())
        self._cells.write_table(_count_cells(persons))

    def add_rejected(self, kinds: list[Defect], done: dict[str, int]) -> None:
        """Planted rows by kind of defect."""
        for kind in kinds:
            self._rejected[kind.reason] += done.get(kind.name, 0)
            self._kinds[kind.name] = self._kinds.get(kind.name, 0) + done.get(kind.name, 0)

    def write(self, **parameters: str | int | float) -> None:
        """Close the cells and write the counts.

        They have the shape of `qa/counts.json`, and more.
        """
        self._cells.close()
        counts = {
            "delivered": self.rows,
            "accepted": self._accepted,
            "rejected": self._rejected,
            "repairs": self._repairs,
            "geocode_status": dict(zip(v.GEOCODE_STATUSES, self._statuses.tolist(), strict=True)),
            "registered_in_an_earlier_quarter": self._seen_before,
            "planted": self._kinds,
            "parameters": parameters,
        }
        text = json.dumps(counts, indent=2) + "\n"
        (self._folder / COUNTS_FILE).write_text(text, encoding="utf-8")


def _count_cells(persons: Persons) -> pa.Table:
    axes: list[tuple[np.ndarray, tuple[str, ...]]] = [
        (persons.area, c.list_area_codes()),
        (persons.nationality, c.list_nationality_labels()),
        (persons.age_band, v.AGE_BANDS),
        (persons.sex, v.SEXES),
        (persons.lag_band, v.ARRIVAL_LAGS),
    ]
    key = persons.quarter.astype(np.int64)
    for codes, labels in axes:
        key = key * len(labels) + codes
    found, counts = np.unique(key, return_counts=True)
    columns: list[pa.Array] = []
    for _, labels in reversed(axes):
        columns.append(pa.array(labels).take(pa.array(found % len(labels))))
        found = found // len(labels)
    first = int(found.min())
    quarters = [f"{n // 4}-Q{n % 4 + 1}" for n in range(first, int(found.max()) + 1)]
    columns.append(pa.array(quarters).take(pa.array(found - first)))
    return pa.table([*reversed(columns), pa.array(counts)], schema=CELL_SCHEMA)
