"""The rules that keyed counts must satisfy before they are rolled up."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from nino_assets.errors import WarehouseError
from nino_assets.methods.disclosure.cell_key import WHOLE_NUMBERS
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.vocabulary import OVERSEAS_CODE

_SUMS = ("registrations", "key_sum")

_ENOUGH_REGISTRATIONS = 1000
_STANDARD_ERRORS = 8


def refuse_bad_sums(
    con: duckdb.DuckDBPyConnection, keyed: str, keys: int, dimensions: Sequence[str]
) -> None:
    """Raise WarehouseError unless every row can be rolled up and perturbed.

    Each of `dimensions` known, registrations and key_sum whole numbers within range for `keys`
    record keys, and the keys spread as keys made for that number are.
    """
    refuse_other_columns(con, keyed, dimensions)
    nulls = " OR ".join(f"{dimension} IS NULL" for dimension in dimensions)
    without, bad_count, bad_key, registrations, key_sum = con.sql(
        f"SELECT count(*) FILTER ({nulls}), "
        "count(*) FILTER (registrations IS NULL OR registrations < 1), "
        "count(*) FILTER (key_sum IS NULL"
        f" OR key_sum NOT BETWEEN 0 AND registrations * {keys - 1}), "
        f"coalesce(sum(registrations), 0)::BIGINT, coalesce(sum(key_sum), 0)::BIGINT FROM {keyed}"
    ).fetchall()[0]
    for rows, what, rule in (
        (without, "lack a dimension", "no dimension is null"),
        (bad_count, "have no count", "every row counts at least one registration"),
        (bad_key, "have no key sum within range", f"record keys are 0 to {keys - 1}"),
    ):
        if rows:
            found = f"keyed counts: {rows:,} rows {what}"
            raise _build_error(found, rule, "build the records of the quarter again")
    _refuse_keys_of_another_table(registrations, key_sum, keys)


def _refuse_keys_of_another_table(registrations: int, key_sum: int, keys: int) -> None:
    """Refuse record keys that were made for another number of keys.

    Record keys are uniform, so their mean shows for which number they were made.

    Eight standard errors: by chance once in 10^15 builds. Keys 0..255 with a table of 4,096 keys
    miss by hundreds.
    """
    expected = registrations * (keys - 1) / 2
    standard_error = (registrations * (keys**2 - 1) / 12) ** 0.5
    if registrations >= _ENOUGH_REGISTRATIONS and (
        abs(key_sum - expected) > _STANDARD_ERRORS * standard_error
    ):
        raise _build_error(
            f"keyed counts: the record keys are not spread over 0 to {keys - 1}",
            "record keys are made for the number of keys of the p-table in use",
            "use the p-table that the records were keyed for, or build the records again",
        )


def refuse_lacking_columns(columns: Sequence[str], dimensions: Sequence[str]) -> None:
    """Raise WarehouseError for keyed counts of an earlier version."""
    lacking = [name for name in (*dimensions, *_SUMS) if name not in columns]
    if lacking:
        raise _build_error(
            f"keyed counts: no column {', '.join(lacking)}",
            "keyed counts have every dimension, registrations and key_sum; an earlier version had "
            "others",
            "build the quarters again: nino-assets build --from FIRST --quarter LAST; counts "
            "of a release are kept anew by the next release",
        )


def refuse_other_columns(
    con: duckdb.DuckDBPyConnection, keyed: str, dimensions: Sequence[str]
) -> None:
    """Raise WarehouseError unless keyed counts have these dimensions and whole sums."""
    relation = con.sql(f"SELECT * FROM {keyed}")
    types = dict(zip(relation.columns, map(str, relation.types), strict=True))
    refuse_lacking_columns(relation.columns, dimensions)
    fractions = [name for name in _SUMS if types[name] not in WHOLE_NUMBERS]
    if fractions:
        raise _build_error(
            f"keyed counts: {' and '.join(fractions)} are not whole numbers",
            "counts and record keys are whole numbers: other sums differ between threads",
            "build the records of the quarter again",
        )


def refuse_other_census(
    con: duckdb.DuckDBPyConnection, keyed: str, output_areas: str, series: Sequence[Quarter]
) -> None:
    """Raise WarehouseError for output areas that a look-up lacks.

    `keyed` are the kept counts, `output_areas` the look-up, one row an output area; `series` are
    the quarters to geocode again.
    """
    [[areas]] = con.sql(
        f"SELECT count(DISTINCT output_area) FROM {keyed} "
        f"ANTI JOIN {output_areas} USING (output_area) "
        f"WHERE output_area NOT IN ('', '{OVERSEAS_CODE}')"
    ).fetchall()
    if areas:
        raise _build_error(
            f"{areas:,} output areas that were counted are not in the postcode directory in use",
            "an edition places all its quarters by one look-up of output areas, which change with "
            "a census",
            "put the best-fit look-up from the old output areas to the new into "
            f"landing/output-areas/ and build again; or geocode again what is retained: "
            f"nino-assets build --quarter {series[-1].label} --from {series[0].label}",
        )


def _build_error(what: str, rule: str, next_step: str) -> WarehouseError:
    return WarehouseError(what, rule=rule, next_step=next_step)
