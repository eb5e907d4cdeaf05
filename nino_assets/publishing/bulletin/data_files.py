"""The data of a figure as CSV."""

from __future__ import annotations

from urllib.parse import quote

from nino_assets.publishing.bulletin.blocks import BulletinTable
from nino_assets.publishing.bulletin.prose import Number
from nino_assets.writers.safe_text import format_csv_rows


def write_csv_text(table: BulletinTable) -> str:
    """Write the rows of a table as CSV (RFC 4180).

    There is one header row, lines end in CRLF, and numbers are unrounded, without commas.
    """
    rows = ([c.attribute if isinstance(c, Number) else c for c in row] for row in table.rows)
    return format_csv_rows([table.header, *rows])


def build_data_link(text: str) -> str:
    """Return a link that holds the file and fetches nothing."""
    return f"data:text/csv;charset=utf-8,{quote(text, safe='/,:()')}"
