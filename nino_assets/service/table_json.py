"""Writes a table as the JSON of the open data API."""

from __future__ import annotations

from typing import Any

import numpy as np
import orjson

from nino_assets.service.identifiers import MEASURE_LABEL
from nino_assets.service.query import QueryField, TableQuery
from nino_assets.service.table import REVISED, SUM, Table, TableItem
from nino_assets.statistic.identity import SYNTHETIC_BANNER

_NOTES = {
    "I": "Counts are adjusted at random by small amounts so that nobody can be identified. Each "
    "figure is adjusted in its own right, so parts may not add up to a total.",
    "II": "0 is nil or negligible. Figures are neither suppressed nor rounded.",
}
_SYNTHETIC = "III"
_MARKS = {
    REVISED: 'Figures marked "r" have been revised since the previous release.',
    SUM: "Sum of separately adjusted counts; the margin of error grows with the number of parts.",
}


def write_table(table: Table) -> bytes:
    """Write the answer to POST /table; equal tables give equal bytes."""
    database = table.query.database
    notes = list_notes(table)
    marks = {mark for field in table.fields for item in field.items for mark in item.marks}
    content = {
        "query": build_query_echo(table.query),
        "database": {
            "id": database.name,
            "uri": database.uri,
            "label": database.label,
            "annotationKeys": [*notes, *table.marks],
        },
        "measures": [
            {
                "uri": database.measure_uri,
                "label": MEASURE_LABEL,
                "measure": database.measure_uri,
                "function": "COUNT",
            }
        ],
        "fields": [
            {
                "uri": each.uri,
                "label": each.label,
                "items": [_build_item(item) for item in each.items],
            }
            for each in table.fields
        ],
        "cubes": {
            database.measure_uri: {
                # Decimals, as SuperWEB2 writes them: R clients read 20364 as another type.
                "values": np.ascontiguousarray(table.figures, dtype=np.float64),
                "precision": 0,
            }
        },
        "annotationMap": notes
        | {mark: text for mark, text in _MARKS.items() if mark in marks | set(table.marks)},
    }
    return orjson.dumps(content, option=orjson.OPT_SERIALIZE_NUMPY)


def list_notes(table: Table) -> dict[str, str]:
    """The notes on every figure of a table, by key."""
    return _NOTES | ({_SYNTHETIC: SYNTHETIC_BANNER} if table.edition.synthetic else {})


def build_query_echo(query: TableQuery) -> dict[str, Any]:
    """Build the whole query of a table, as its answer repeats it."""
    database, name = query.database, query.database.name_field
    return {
        "database": database.uri,
        "measures": [database.measure_uri],
        "recodes": {
            name(each.name): _build_recode(each) for each in (*query.fields, *query.filters)
        },
        "dimensions": [[name(each.name) for each in axis] for axis in query.axes],
    }


def _build_recode(field: QueryField) -> dict[str, Any]:
    return {"map": field.items, "total": field.total}


def _build_item(item: TableItem) -> dict[str, Any]:
    found: dict[str, Any] = (
        {"type": "RecodeItem", "uris": item.values} if item.values else {"type": "Total"}
    )
    found["labels"] = item.labels
    if item.marks:
        found["annotationKeys"] = item.marks
    return found
