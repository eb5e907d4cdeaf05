"""The data of a figure as CSV: the rows of its table, numbers bare."""

from __future__ import annotations

import csv
import io
from urllib.parse import quote

from nino_assets.publishing.bulletin.blocks import BulletinTable
from nino_assets.publishing.bulletin.prose import Number


def csv_text(table: BulletinTable) -> str:
    """RFC 4180: one header row, CRLF line ends, numbers without commas, unrounded."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.header)
    for row in table.rows:
        writer.writerow([c.attribute if isinstance(c, Number) else c for c in row])
    return out.getvalue()


def data_link(text: str) -> str:
    """The file inside the page: a link that fetches nothing."""
    return f"data:text/csv;charset=utf-8,{quote(text, safe='/,:()')}"


def size_in_words(text: str) -> str:
    """`4 KB`, as a link to a file states it."""
    return f"{max(1, round(len(text.encode()) / 1000))} KB"
