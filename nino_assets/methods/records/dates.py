"""Delivered dates: which texts are valid, and which day they mean.

Source: `nino_assets/docs/method.md`, Cleaning.
"""

from __future__ import annotations

from datetime import date

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
"""0001 to 9999: DuckDB reads year 0 as 1 BC, which no date of this statistic can be."""


def parse_date_sql(column: str) -> str:
    """SQL for the DATE of a delivered text, or NULL.

    Ten or eight ASCII characters: `YYYY-MM-DD`, `DD/MM/YYYY` or `YYYYMMDD`, outer spaces aside; any
    real date from year 1.
    """
    text = f"trim({column}, ' ')"
    forms = (
        # A cast to DATE passes over outer spaces by itself.
        (f"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}", column),
        (
            f"[0-9]{{2}}/[0-9]{{2}}/{_YEAR}",
            f"{text}[7:10] || '-' || {text}[4:5] || '-' || {text}[1:2]",
        ),
        (f"{_YEAR}[0-9]{{4}}", f"{text}[1:4] || '-' || {text}[5:6] || '-' || {text}[7:8]"),
    )
    cases = " ".join(
        f"WHEN regexp_full_match({column}, ' *{pattern} *') THEN try_cast({iso} AS DATE)"
        for pattern, iso in forms
    )
    return f"CASE {cases} END"


def format_date_sql(day: date) -> str:
    """SQL for one day."""
    return f"DATE '{day.isoformat()}'"
