"""Measures of a quarter's files, and two checks that they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import unescape
from typing import Any

import duckdb
import pyarrow as pa

from nino_assets.publishing.edition import Edition
from nino_assets.quality.rules import expect_none
from nino_assets.quality.suite import Expectation, PracticeArea, Prepare
from nino_assets.statistic.events import find_discontinuities
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets.store.warehouse import Warehouse

Measures = Mapping[str, int | float | None]


def measure_files(measure: Callable[[Any, Quarter], Measures]) -> Prepare:
    """Build a `prepare` from a function that measures one quarter.

    A measure is None where it does not apply. `measure` is given what the suite is run on: the
    warehouse, for most.
    """

    def prepare(con: duckdb.DuckDBPyConnection, subject: Any, quarters: Sequence[Quarter]) -> None:
        rows = [{"quarter": q.label, **measure(subject, q)} for q in quarters]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        con.register(
            "measured", pa.table({n: pa.array(c, _choose_type(c)) for n, c in columns.items()})
        )
        con.execute("CREATE TABLE quarters AS SELECT * FROM measured")

    return prepare


def _choose_type(column: Sequence[object]) -> pa.DataType:
    """Text, fractions, or whole numbers, as a column of blanks is."""
    for kind, arrow in ((str, pa.string()), (float, pa.float64())):
        if any(isinstance(value, kind) for value in column):
            return arrow
    return pa.int64()


def count_manifest_faults(
    warehouse: Warehouse, quarter: Quarter, *names: str, but: str | None = None
) -> int:
    """Count differences between the manifest and files or folders `name/`.

    Only the asset's own: another asset of the quarter may be replacing its files at this moment.
    `but` is a folder in them that another asset makes.
    """
    faults = verify_manifest(warehouse.folders.find_publication(quarter), names)
    return sum(but is None or not fault.startswith(but) for fault in faults)


def expect_manifest(what: str = "each file of the asset", asset: str = "the asset") -> Expectation:
    """The check of `count_manifest_faults`: the manifest has `what` with its sha256."""
    return expect_none(
        "manifest_broken",
        f"The manifest has {what} with its sha256.",
        f"Materialise {asset} again: its files were changed after they were made.",
    )


def count_breaks_not_noted(text: str, edition: Edition) -> int:
    """Count breaks within the series that a text leaves out."""
    words = unescape(text)
    found = find_discontinuities(edition.first_quarter, edition.quarter)
    return sum(event.description not in words for event in found)


def expect_breaks_noted(where: str) -> Expectation:
    """The check of `count_breaks_not_noted` for one kind of file."""
    return expect_none(
        "breaks_not_noted",
        f"Every known break in the series is described in {where}.",
        "Compare the reference list events.csv with the notes; readers must be told of each break.",
        severity="warn",
        area=PracticeArea.CONTEXT,
    )
