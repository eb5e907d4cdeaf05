"""The data of a figure as CSV."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

from nino_assets.publishing.bulletin.blocks import BulletinTable
from nino_assets.publishing.bulletin.prose import Number


def write_csv_text(table: BulletinTable) -> str:
    """Write the rows of a table as CSV (RFC 4180).

    There is one header row, lines end in CRLF, and numbers are unrounded, without commas.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.header)
    for row in table.rows:
        writer.writerow([c.attribute if isinstance(c, Number) else c for c in row])
    return out.getvalue()


def build_data_link(text: str) -> str:
    """Return a link that holds the file and fetches nothing."""
    return f"data:text/csv;charset=utf-8,{quote(text, safe='/,:()')}"
