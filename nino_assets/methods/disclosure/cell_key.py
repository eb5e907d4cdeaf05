"""Cell-key perturbation: from count and key sum to the published count.

Small functions that return SQL and compose. The method is that of the Office for National
Statistics' `cell_key_perturbation` 3.1.0: the keys of a cell's records are summed, the sum modulo
the number of keys is the cell key, count and cell key find one row of the p-table, and its value is
added to the count. Where that package raises no error (no such row, no key) the result here is
null, and `refuse_unsafe` turns it into an error.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from nino_assets.errors import PerturbationTableError, WarehouseError

LAST_PCV = 750
"""Counts up to this each have a p-table row; larger ones share the last `SHARED_PCVS`."""
SHARED_PCVS = 250

WHOLE_NUMBERS = {
    f"{sign}{size}"
    for sign in ("", "U")
    for size in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
}
"""DuckDB's integer types."""


def refuse_unkeyed(
    con: duckdb.DuckDBPyConnection, records: str, keys: int, record_key: str = "record_key"
) -> None:
    """Raise WarehouseError unless every record has a valid key.

    A key is a whole number, 0 to `keys` - 1.

    `records` is a relation with one row a record. Over Parquet this reads statistics only.
    """
    key = _quote_name(record_key)
    whole = str(con.sql(f"SELECT {key} FROM {records}").types[0]) in WHOLE_NUMBERS
    lowest, highest, keyed, held = con.sql(
        f"SELECT min({key}), max({key}), count({key}), count(*) FROM {records}"
    ).fetchall()[0]
    if not held:
        return
    if keyed < held:
        fault = f"{held - keyed:,} of {held:,} records have no record key"
    elif not whole:
        fault = "record keys are not whole numbers"
    elif lowest < 0 or highest >= keys:
        fault = f"record keys are outside 0 to {keys - 1}"
    else:
        return
    raise WarehouseError(
        fault,
        rule=f"every record has one key, a whole number from 0 to {keys - 1}",
        next_step="build the records again with the p-table in use",
    )


def count_cells_sql(records: str, by: Sequence[str], record_key: str = "record_key") -> str:
    """SQL for the true count and key sum of each cell.

    `records` is a relation with one row a record and the columns `by` and `record_key`. A record
    without a key makes its cell's `key_sum` null, so that the cell cannot be perturbed.
    Columns: by…, registrations, key_sum (BIGINT). Raises PerturbationTableError for a dimension
    named twice, or named like a column of the method.
    """
    reserved = {*by} & {"registrations", "key_sum", "ckey", "pcv", "pvalue", "published"}
    if reserved or len({*by}) < len(by):
        raise PerturbationTableError(
            f"no table by {', '.join(by)}",
            rule="each dimension once, none named like a column of the method",
            next_step="rename the dimension",
        )
    dimensions = "".join(f"{_quote_name(column)}, " for column in by)
    group_by = f" GROUP BY {', '.join(map(_quote_name, by))}" if by else ""
    key = _quote_name(record_key)
    return (
        f"SELECT {dimensions}count(*) AS registrations, "
        f"CASE WHEN count({key}) = count(*) THEN sum({key}) END::BIGINT AS key_sum "
        f"FROM {records}{group_by}"
    )


def _quote_name(column: str) -> str:
    """A column's name in SQL: never a number or an expression."""
    return f'"{column}"'


def compute_cell_key_sql(key_sum: str, keys: int) -> str:
    """SQL expression: the cell key, 0 to `keys` - 1."""
    return f"({key_sum}) % {keys}"


def find_pcv_sql(count: str) -> str:
    """SQL expression for the p-table row of a count.

    750 → 750, 751 → 501, 1000 → 750, 1001 → 501.
    """
    first_shared = LAST_PCV - SHARED_PCVS + 1
    return (
        f"CASE WHEN {count} <= {LAST_PCV} THEN {count} "
        f"ELSE ({count} - 1) % {SHARED_PCVS} + {first_shared} END"
    )


def perturb_sql(counted: str, ptable: str, keys: int) -> str:
    """SQL: every column of `counted`, and its published count.

    `counted` is a relation with columns registrations (the true count) and key_sum; `ptable` one
    with columns pcv, ckey, pvalue. Adds ckey, pcv, pvalue, published. An empty cell publishes 0
    whatever the p-table holds. A cell that finds no row has a null `published`, never its true
    count.
    """
    return f"""
        SELECT keyed.*, looked_up.pvalue,
               CASE WHEN registrations = 0 THEN 0 ELSE registrations + looked_up.pvalue END
                   AS published
        FROM (SELECT *, {compute_cell_key_sql("key_sum", keys)} AS ckey,
                  {find_pcv_sql("registrations")} AS pcv
              FROM ({counted})) AS keyed
        LEFT JOIN {ptable} AS looked_up
               ON keyed.pcv = looked_up.pcv AND keyed.ckey = looked_up.ckey"""


def refuse_unsafe(published: pl.Series, forbidden: Sequence[int], *, table: str) -> None:
    """Raise PerturbationTableError when any of these counts must not leave.

    `published` as `perturb` gives it: null where no p-table row was found. `forbidden` are the
    counts that the p-table's design never publishes; `table` names what was perturbed.
    """
    for unsafe, what, rule in (
        (published.null_count(), "find no row in the p-table", "every count finds one row"),
        ((published < 0).sum(), "would be published below zero", "no count is negative"),
        (
            published.is_in(forbidden).sum(),
            "would publish a forbidden count",
            "small counts are never published",
        ),
    ):
        if unsafe:
            raise PerturbationTableError(
                f"{table}: {unsafe:,} of {len(published):,} cells {what}. Nothing was published.",
                rule=f"{rule} (fail closed)",
                next_step="check that the record keys and the p-table belong together",
            )
