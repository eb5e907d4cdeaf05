"""Reading delivered dates, and the quarter that a delivered row belongs to.

Source of the rules: design §4 and §9 (strict dates; the quarter of a row).
"""

from __future__ import annotations

from datetime import date

from nino_assets.quarters import SERIES_START, Quarter

_FORMS = (
    ("[0-9]{4}-[0-9]{2}-[0-9]{2}", "{d}"),
    (
        "[0-9]{2}/[0-9]{2}/[0-9]{4}",
        "{d}[7:10] || '-' || {d}[4:5] || '-' || {d}[1:2]",
    ),
    ("[0-9]{8}", "{d}[1:4] || '-' || {d}[5:6] || '-' || {d}[7:8]"),
)


def date_sql(column: str) -> str:
    """SQL for the DATE that a delivered text holds, NULL when it is blank or not a date.

    Ten or eight ASCII characters: `YYYY-MM-DD`, `DD/MM/YYYY` or `YYYYMMDD`, outer spaces aside; any
    real date from year 1.
    """
    text = f"trim({column}, ' ')"
    cases = " ".join(
        f"WHEN regexp_full_match({text}, '{pattern}') THEN {iso.format(d=text)}"
        for pattern, iso in _FORMS
    )
    # Year 0 is 1 BC to DuckDB; the statistic knows no such year.
    iso = f"CASE {cases} END"
    return f"CASE WHEN NOT starts_with({iso}, '0000') THEN try_cast({iso} AS DATE) END"


def date_literal(day: date) -> str:
    """SQL for one day."""
    return f"DATE '{day.isoformat()}'"


def quarter_label_sql(day: str) -> str:
    """SQL for `2020-Q4` from a DATE."""
    return f"year({day}) || '-Q' || quarter({day})"


def row_quarter_sql(registration_date: str, delivered: Quarter, *, register: bool) -> str:
    """SQL for the quarter that a delivered row belongs to, as its label.

    Every row of a quarter extract belongs to the delivery's quarter. In a register extract it
    belongs to the quarter of its registration date; rows without a readable date, or dated outside
    the series, belong to the delivery's own quarter.
    """
    if not register:
        return f"'{delivered.label}'"
    inside = (
        f"{registration_date} BETWEEN {date_literal(SERIES_START.first_day)} "
        f"AND {date_literal(delivered.last_day)}"
    )
    return (
        f"CASE WHEN {inside} THEN {quarter_label_sql(registration_date)} "
        f"ELSE '{delivered.label}' END"
    )
