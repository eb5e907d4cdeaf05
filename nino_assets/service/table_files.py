"""Writes a table as the files that readers take away."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from nino_assets.service.api_error import build_cell_count_error
from nino_assets.service.identifiers import MEASURE_LABEL
from nino_assets.service.members import AREA, PERIOD
from nino_assets.service.table import REVISED, SUM, Table
from nino_assets.service.table_json import build_query_echo, list_notes
from nino_assets.service.table_words import write_caption, write_percentage_note
from nino_assets.service.tidy_table import build_tidy, get_code, get_label
from nino_assets.statistic.identity import LICENCE, PRODUCER, SYNTHETIC_BANNER, TITLE
from nino_assets.statistic.vocabulary import LOW
from nino_assets.writers.spreadsheet import (
    A4_LANDSCAPE,
    Caution,
    ColumnKind,
    Properties,
    Sheet,
    SheetColumn,
    SheetTable,
    Value,
    Workbook,
    write_spreadsheet,
)

MOST_SPREADSHEET_CELLS = 100_000
"""Larger tables are CSV or Parquet: a spreadsheet of them opens slowly, or not at all."""

_DATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The date in a spreadsheet's properties where the edition has none: equal bytes."""

_KINDS = {"registrations": ColumnKind.COUNT, "percentage": ColumnKind.TENTHS}
_NARROW = frozenset({"period_type", "percentage", "status"})
_HEADERS = {
    "period_type": "Period type",
    "period_start": "First day",
    "registrations": MEASURE_LABEL,
    "percentage": "Percentage",
    "status": "Status",
}


@dataclass(frozen=True)
class FileKind:
    """One kind of file: its label, media type and writer."""

    label: str
    media: str
    write: Callable[[Table], bytes]


def write_csv(table: Table) -> bytes:
    """Write the table as CSV, one row a cell."""
    return build_tidy(table).write_csv(line_terminator="\r\n").encode()


def write_parquet(table: Table) -> bytes:
    """Write the table as Parquet, with the columns of the CSV."""
    file = io.BytesIO()
    build_tidy(table).write_parquet(file)
    return file.getvalue()


def write_query(table: Table) -> bytes:
    """Write the query with which the open data API gives the table."""
    return orjson.dumps(build_query_echo(table.query), option=orjson.OPT_INDENT_2)


def write_json_stat(table: Table) -> bytes:
    """Write the table as a JSON-stat 2.0 dataset. Source: json-stat.org/full."""
    names = [each.name.field for each in table.query.fields]
    dimensions = {}
    for name, field in zip(names, table.fields, strict=True):
        codes = [get_code(each) for each in field.items]
        dimensions[name] = {
            "label": field.label,
            "category": {
                "index": codes,
                "label": dict(zip(codes, map(get_label, field.items), strict=True)),
            },
        }
    content = {
        "version": "2.0",
        "class": "dataset",
        "label": write_caption(table),
        "source": PRODUCER,
        "note": [*list_notes(table).values()],
        "id": names,
        "size": [len(each.items) for each in table.fields],
        "role": {"time": [PERIOD], **({"geo": [AREA]} if AREA in names else {})},
        "dimension": dimensions,
        "value": np.ascontiguousarray(table.figures.ravel()),
        "status": {
            str(place): status
            for place, status in enumerate(build_tidy(table)["status"].to_list())
            if status
        },
    }
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def write_ods(table: Table) -> bytes:
    """Write the table as an accessible spreadsheet, one row a cell.

    Raises ApiError 400 CELL_COUNT for more rows than a spreadsheet is of use for.
    """
    if table.figures.size > MOST_SPREADSHEET_CELLS:
        raise build_cell_count_error(table.figures.size, MOST_SPREADSHEET_CELLS)
    tidy = build_tidy(table)
    labels = {each.name.field: each.name.label for each in table.query.fields}
    columns = [
        SheetColumn(
            _name_column(name, labels),
            4.0 if name.endswith(("_code", "_start")) or name in _NARROW else 7.0,
            _KINDS.get(name, ColumnKind.TEXT),
        )
        for name in tidy.columns
    ]
    figure = tidy.columns.index("registrations")

    def build_row(row: tuple[Any, ...]) -> tuple[Value, ...]:
        filled = [LOW if each is None else each for each in row]
        return (*filled[:figure], filled[figure] or LOW, *filled[figure + 1 :])

    caption = write_caption(table)
    notes = [*list_notes(table).values()]
    sheet = Sheet(
        "Table",
        caption,
        [
            *([Caution(SYNTHETIC_BANNER)] if table.edition.synthetic else []),
            "This worksheet contains one table.",
            f"{LOW} is nil or negligible. {SUM} is a sum of separately adjusted counts. {REVISED} "
            "is revised since the previous release.",
            *([write_percentage_note(table)] if table.percent_of else []),
            f"Source: {PRODUCER}, {TITLE}, edition {table.edition.name}. {LICENCE}.",
            *notes,
        ],
        SheetTable("Registrations", columns, map(build_row, tidy.iter_rows())),
        page=A4_LANDSCAPE,
    )
    dated = table.edition.released_at or _DATED
    properties = Properties(caption, caption, PRODUCER, ("statistics",), dated)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.ods"
        write_spreadsheet(Workbook(properties, [sheet]), path)
        return path.read_bytes()


def _name_column(name: str, labels: Mapping[str, str]) -> str:
    field, _, end = name.rpartition("_")
    if end == "code":
        return f"{labels[field]} code"
    return labels.get(name) or _HEADERS[name]


FILE_KINDS: Mapping[str, FileKind] = {
    "csv": FileKind("CSV", "text/csv;charset=UTF-8", write_csv),
    "ods": FileKind("ODS spreadsheet", "application/vnd.oasis.opendocument.spreadsheet", write_ods),
    "jsonstat": FileKind("JSON-stat 2.0", "application/json;charset=UTF-8", write_json_stat),
    "parquet": FileKind("Parquet", "application/vnd.apache.parquet", write_parquet),
    "json": FileKind("Open Data API query (.json)", "application/json;charset=UTF-8", write_query),
}
"""Ending of a file's name → its kind."""
