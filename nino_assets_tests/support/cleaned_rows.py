"""Records of one quarter, cleaned: the accepted and the rejected rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from nino_assets.methods.records.cleaning import clean_scan
from nino_assets.methods.records.cleaning_rules import CLEANED_COLUMNS
from nino_assets.statistic import reference_lists
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.scan_columns import SCAN_COLUMNS
from nino_assets_tests.support.small_delivery import record

QUARTER = Quarter(2020, 4)
Row = dict[str, Any]


def clean_records(
    records: Sequence[Sequence[str | None]],
    *,
    register: bool = False,
    synthetic: bool = True,
    malformed: Sequence[str] = (),
    **options: Any,
) -> tuple[list[Row], list[Row]]:
    """Accepted and rejected rows, in the order of their row number."""
    columns: dict[str, pa.Array] = {
        "row_number": pa.array(range(len(records) + len(malformed)), pa.int64())
    }
    for place, name in enumerate(SCAN_COLUMNS):
        values = [fields[place] for fields in records] + [None] * len(malformed)
        columns[name] = pa.array(values, pa.string())
    texts = [None] * len(records) + list(malformed)
    columns["malformed_text"] = pa.array(texts, pa.string())
    columns["quarter"] = pa.array([QUARTER.label] * len(texts), pa.string())
    con = duckdb.connect()
    accepted, rejected = clean_scan(
        con,
        ds.dataset(pa.table(columns)),
        delivered=QUARTER,
        register=register,
        synthetic=synthetic,
        nationalities=reference_lists.read_nationalities(),
        aliases=reference_lists.read_nationality_aliases(),
        **options,
    )
    read = accepted.read_all()
    assert tuple(read.column_names) == CLEANED_COLUMNS
    return read.to_pylist(), rejected.read_all().sort_by("row_number").to_pylist()


def clean_changes(changes: Sequence[dict[str, str]], **options: Any) -> list[Row]:
    """What becomes of valid records with these changes, each of another person: rows in order."""
    persons = [{"nino": f"AB{n:06d}"} | change for n, change in enumerate(changes)]
    accepted, rejected = clean_records([record(**person) for person in persons], **options)
    by_row = {row["row_number"]: row for row in rejected}
    remaining = {row["nino8"]: row for row in accepted}
    return [
        by_row.get(n) or remaining[person["nino"].replace(" ", "").upper()[:8]]
        for n, person in enumerate(persons)
    ]


def list_reasons(changes: Sequence[dict[str, str]], **options: Any) -> list[str | None]:
    return [row.get("reason") for row in clean_changes(changes, **options)]
