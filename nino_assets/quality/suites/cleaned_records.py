"""The suite of cleaned_records: every delivered row accounted for, every value plausible.

Results carry counts, never rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import duckdb

from nino_assets.errors import WarehouseError
from nino_assets.methods.records.cleaning_rules import CLEANED_COLUMNS, OLDEST, YOUNGEST
from nino_assets.quality.measures.record_views import create_record_views
from nino_assets.quality.measures.repeats import create_repeats
from nino_assets.quality.next_steps import ASK_SUPPLIER, REPORT_BUG
from nino_assets.quality.rules import (
    build_percent_sql,
    expect_between,
    expect_columns,
    expect_each_row,
    expect_filled,
    expect_listed,
    expect_none,
    expect_tolerated,
)
from nino_assets.quality.suite import PracticeArea, Suite
from nino_assets.statistic.nationality_list import list_every_label
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.statistic.vocabulary import SEXES
from nino_assets.store.warehouse import Warehouse


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    create_record_views(con, warehouse, quarters, "raw_scan", "cleaned_records", "rejected_records")
    con.execute("CREATE VIEW rows AS SELECT * FROM cleaned_records")
    accepted = _count_earlier(warehouse, quarters)
    may_be_empty = _find_mostly_filled(warehouse, quarters)
    facts = ", ".join(
        f"('{q.label}', {_build_rejected_sql(warehouse, q)}, {may_be_empty[q]}, "
        f"{accepted.get(q - 4, 'NULL')}, {_build_usual_sql(accepted, q)}, "
        f"{warehouse.serving.find_delivery(q).synthetic})"
        for q in quarters
    )
    create_repeats(con, "cleaned_records", "nino8")
    con.register("listed", list_every_label().to_arrow())
    con.execute(f"""
        CREATE TABLE quarters AS
        WITH facts AS (
            SELECT quarter, rejected_percent::DOUBLE AS rejected_percent, may_be_empty,
                year_before::BIGINT AS year_before, usual::DOUBLE AS usual, synthetic
            FROM (VALUES {facts}) AS t(
                quarter, rejected_percent, may_be_empty, year_before, usual, synthetic)
        ), delivered AS (SELECT quarter, count(*) AS n FROM raw_scan GROUP BY quarter),
        rejected AS (SELECT quarter, count(*) AS n FROM rejected_records GROUP BY quarter),
        accepted AS (
            SELECT quarter, count(*) AS n,
                count(*) FILTER (quarter <> year(date_of_registration) || '-Q'
                    || quarter(date_of_registration)) AS other_quarter,
                count(*) FILTER (nationality = 'Unknown') AS nationality_unknown,
                count(*) FILTER (age IS NULL) AS age_unknown,
                count(*) FILTER (arrival_lag_days IS NULL) AS lag_unknown,
                count(*) FILTER (sex = 'Unknown') AS sex_unknown,
                count(*) FILTER (nino8[1] <> 'Q') AS issued_form,
                count(*) FILTER (unlisted_registration_type) AS unlisted_types,
                count(*) FILTER (unlisted_account_status) AS unlisted_statuses
            FROM cleaned_records GROUP BY quarter
        ), unlisted AS (
            -- Grouped first: few values are then looked up, and not every row.
            SELECT quarter, sum(n) AS n FROM (
                SELECT quarter, nationality, count(*) AS n FROM cleaned_records
                WHERE nationality IS NOT NULL GROUP BY ALL
            ) ANTI JOIN listed USING (nationality) GROUP BY quarter
        )
        SELECT facts.quarter, rejected_percent, rejected_percent AS rejected_limit_percent,
            abs(coalesce(delivered.n, 0) - coalesce(accepted.n, 0) - coalesce(rejected.n, 0))
                AS rows_unaccounted,
            -- A quarter of a register may be empty while most are not.
            CASE WHEN accepted.n > 0 OR NOT may_be_empty THEN coalesce(accepted.n, 0) END
                AS accepted_rows,
            -- Null where there is nothing to compare with.
            100.0 * (coalesce(accepted.n, 0) - year_before) / nullif(year_before, 0)
                AS yearly_change_percent,
            100.0 * (coalesce(accepted.n, 0) - usual) / nullif(usual, 0) AS usual_change_percent,
            coalesce(other_quarter, 0) AS other_quarter,
            coalesce(repeats.n, 0) AS nino_once,
            coalesce(unlisted.n, 0) AS nationality_listed,
            {build_percent_sql("nationality_unknown", "accepted.n")} AS no_nationality_percent,
            {build_percent_sql("age_unknown", "accepted.n")} AS age_unknown_percent,
            {build_percent_sql("lag_unknown", "accepted.n")} AS lag_unknown_percent,
            {build_percent_sql("sex_unknown", "accepted.n")} AS sex_unknown_percent,
            no_nationality_percent AS nationality_lost_percent,
            age_unknown_percent AS age_lost_percent,
            lag_unknown_percent AS lag_lost_percent,
            sex_unknown_percent AS sex_lost_percent,
            CASE WHEN synthetic THEN coalesce(issued_form, 0) END AS real_numbers,
            coalesce(unlisted_types, 0) AS unlisted_types,
            coalesce(unlisted_statuses, 0) AS unlisted_statuses
        FROM facts LEFT JOIN delivered USING (quarter) LEFT JOIN rejected USING (quarter)
            LEFT JOIN accepted USING (quarter) LEFT JOIN unlisted USING (quarter)
            LEFT JOIN repeats USING (quarter)""")


def _build_rejected_sql(warehouse: Warehouse, quarter: Quarter) -> str:
    """SQL for the % rejected of a quarter's own delivery, or NULL.

    NULL where another delivery serves the quarter.

    Rows without a readable date belong to the delivery's own quarter, so that quarter's rows alone
    would show too many rejections and the other quarters of a register too few.
    """
    delivery = warehouse.serving.find_delivery(quarter)
    if delivery.quarter != quarter:
        return "NULL"
    rejected, delivered = (
        warehouse.records.read(asset, delivery).count_rows()
        for asset in ("rejected_records", "raw_scan")
    )
    return build_percent_sql(str(rejected), str(delivered))


def _find_mostly_filled(warehouse: Warehouse, quarters: Sequence[Quarter]) -> dict[Quarter, bool]:
    """Find whether most quarters of a delivery hold registrations."""
    filled: dict[Quarter, bool] = {}
    for delivery, served in warehouse.serving.group_quarters(quarters).items():
        records = warehouse.records.read("cleaned_records", delivery)
        held = sum(part.count_rows() > 0 for part in records.get_fragments())
        filled |= dict.fromkeys(served, 2 * held >= len(delivery.quarters))
    return filled


EARLIER_YEARS, FEWEST_YEARS = 5, 3
"""The usual volume of a quarter is the median of the same quarter in the years before."""


def _count_earlier(warehouse: Warehouse, quarters: Sequence[Quarter]) -> dict[Quarter, int]:
    """Count registrations of the same quarter in the years before."""
    wanted = {q - 4 * years for q in quarters for years in range(1, EARLIER_YEARS + 1)}
    counts = {}
    for quarter in sorted(q for q in wanted if q >= SERIES_START):
        try:
            delivery = warehouse.serving.find_delivery(quarter)
        except WarehouseError:
            continue
        if warehouse.records.find_path("cleaned_records", delivery, quarter).is_file():
            records = warehouse.records.read("cleaned_records", delivery, [quarter])
            counts[quarter] = records.count_rows()
    return counts


def _build_usual_sql(accepted: Mapping[Quarter, int], quarter: Quarter) -> str:
    """SQL for a quarter's usual volume; NULL with too few years."""
    years = [quarter - 4 * n for n in range(1, EARLIER_YEARS + 1)]
    earlier = [accepted[each] for each in years if each in accepted]
    return str(median(earlier)) if len(earlier) >= FEWEST_YEARS else "NULL"


_LAGS = "times from arrival to registration"
_VOLUME = "Compare the volume with operational information and with known events."

SUITE = Suite(
    asset="cleaned_records",
    prepare=_prepare,
    expectations=(
        expect_none(
            "rows_unaccounted", "Rows delivered are rows accepted and rows rejected.", REPORT_BUG
        ),
        expect_columns(CLEANED_COLUMNS, REPORT_BUG),
        expect_each_row(
            "nino_form",
            "Every NINo is two letters and six digits.",
            "ExpectColumnValuesToMatchRegex",
            REPORT_BUG,
            column="nino8",
            regex="^[A-Z]{2}[0-9]{6}$",
        ),
        expect_none("nino_once", "No person is counted twice in a quarter.", REPORT_BUG),
        expect_none("other_quarter", "Every registration is dated in its quarter.", REPORT_BUG),
        *(
            expect_filled(column, REPORT_BUG)
            for column in ("nino8", "date_of_registration", "nationality", "sex")
        ),
        expect_none("nationality_listed", "Every nationality is on its list.", REPORT_BUG),
        expect_listed("sex_listed", "sex", SEXES, REPORT_BUG),
        expect_each_row(
            "age_possible",
            f"Every known age lies between {YOUNGEST} and {OLDEST}.",
            "ExpectColumnValuesToBeBetween",
            REPORT_BUG,
            column="age",
            min_value=YOUNGEST,
            max_value=OLDEST,
        ),
        expect_each_row(
            "arrival_not_after",
            "No arrival is after its registration.",
            "ExpectColumnValuesToBeBetween",
            REPORT_BUG,
            column="arrival_lag_days",
            min_value=0,
        ),
        expect_between(
            "accepted_rows",
            "At least one row of the delivery is accepted.",
            ASK_SUPPLIER,
            at_least=1,
            severity="block",
        ),
        expect_tolerated(
            "rejected_limit_percent",
            "The share of rejected rows that stops the quarter",
            ASK_SUPPLIER,
            severity="block",
            area=PracticeArea.SUPPLIER,
            unit="%",
        ),
        expect_tolerated(
            "rejected_percent",
            "The share of rejected rows in the whole delivery",
            ASK_SUPPLIER,
            area=PracticeArea.SUPPLIER,
            unit="%",
        ),
        expect_tolerated(
            "yearly_change_percent",
            "The change in registrations from the same quarter a year before",
            _VOLUME,
            area=PracticeArea.CONTEXT,
            unit="%",
        ),
        expect_tolerated(
            "usual_change_percent",
            f"The difference of registrations from the median of the same quarter in up to "
            f"{EARLIER_YEARS} earlier years",
            _VOLUME,
            area=PracticeArea.CONTEXT,
            unit="%",
        ),
        *(
            expect_tolerated(
                f"{name}_percent",
                f"The share of unknown {words}",
                ASK_SUPPLIER,
                area=PracticeArea.SUPPLIER,
                unit="%",
            )
            for name, words in (
                ("no_nationality", "nationalities"),
                ("age_unknown", "ages"),
                ("lag_unknown", _LAGS),
                ("sex_unknown", "sexes"),
            )
        ),
        # A damaged column leaves a valid row with an unknown: no table by it would be right.
        *(
            expect_tolerated(
                f"{name}_lost_percent",
                f"The share of unknown {words} that stops the quarter",
                ASK_SUPPLIER,
                severity="block",
                area=PracticeArea.SUPPLIER,
                unit="%",
            )
            for name, words in (
                ("nationality", "nationalities"),
                ("age", "ages"),
                ("lag", _LAGS),
                ("sex", "sexes"),
            )
        ),
        expect_none(
            "real_numbers",
            "A delivery that says it is synthetic has numbers with a first letter Q alone.",
            "Find out whether real people are in it: other letters are of numbers that are issued. "
            "If so, correct synthetic in the manifest and treat the files as real records.",
            severity="warn",
            area=PracticeArea.SUPPLIER,
        ),
        *(
            expect_none(
                name,
                f"Every {words} is a listed one.",
                "Ask the supplier what the new code means; a change is announced beforehand.",
                severity="warn",
                area=PracticeArea.COMMUNICATION,
            )
            for name, words in (
                ("unlisted_types", "registration type"),
                ("unlisted_statuses", "account status"),
            )
        ),
    ),
)
