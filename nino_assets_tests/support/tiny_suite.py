"""Suites of one rule or two, and the few records that they are tried on."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import duckdb
import pytest

from nino_assets.governance.check_result import CheckResult
from nino_assets.quality import tolerances
from nino_assets.quality.engine import run_suite
from nino_assets.quality.suite import (
    Expectation,
    PracticeArea,
    Suite,
)
from nino_assets.quality.tolerances import Tolerance
from nino_assets.statistic.quarters import Quarter

Q3, Q4 = Quarter(2020, 3), Quarter(2020, 4)


BETWEEN = "ExpectColumnValuesToBeBetween"


def make_rule(
    name: str, kind: str, over: Any = "rows", severity: Any = "block", **arguments: Any
) -> Expectation:
    return Expectation(
        name=name,
        sentence="A rule.",
        kind=kind,
        arguments=arguments,
        over=over,
        severity=severity,
        practice_area=PracticeArea.PRODUCER,
        next_step="Look.",
    )


def prepare_records(
    con: duckdb.DuckDBPyConnection, warehouse: Any, quarters: Sequence[Quarter]
) -> None:
    con.execute("CREATE TABLE t (quarter TEXT, id INTEGER, sex TEXT, age INTEGER, name TEXT)")
    labels = {quarter.label for quarter in quarters}
    for record in warehouse.records:
        if not labels or record[0] in labels:
            con.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", record)
    con.execute("CREATE VIEW rows AS FROM t")
    con.execute(
        "CREATE VIEW quarters AS SELECT quarter, count(*) AS records, sum(age) AS ages, "
        "count(*) - count(DISTINCT id) AS repeated, 2 AS two FROM t GROUP BY quarter"
    )


class RecordsInMemory:
    """Holds records: (quarter label, id, sex, age, name)."""

    def __init__(self, records: list[tuple[Any, ...]]) -> None:
        self.records = records

    @contextlib.contextmanager
    def open_session(self) -> Any:
        with contextlib.closing(duckdb.connect()) as connection:
            yield connection


def run_rules(
    suite: Suite, records: list[tuple[Any, ...]], quarters: list[Quarter], *names: str
) -> list[CheckResult]:
    return run_suite(suite, RecordsInMemory(records), quarters, names or None)


def make_suite(*expectations: Expectation, partitioned: bool = True) -> Suite:
    return Suite(
        asset="a", prepare=prepare_records, expectations=expectations, partitioned=partitioned
    )


GOOD = [
    ("2020-Q3", 1, "Male", 20, "Ann"),
    ("2020-Q3", 2, "Female", 30, "Bob"),
    ("2020-Q4", 1, "Male", 40, "Cat"),
    ("2020-Q4", 3, "Female", 50, "Dan"),
]


def spoil_record(position: int, value: Any) -> list[tuple[Any, ...]]:
    """GOOD with one value of the first row of 2020-Q4 replaced."""
    rows = [list(row) for row in GOOD]
    rows[2][position] = value
    return [tuple(row) for row in rows]


def set_tolerances(
    monkeypatch: pytest.MonkeyPatch, *dated: tuple[Quarter, float], name: str = "ages"
) -> None:
    """Let the list hold the largest sum of ages that is tolerated from each quarter on."""
    rows = tuple(
        (name, Tolerance(since, None, at_most, "as counted", "a table")) for since, at_most in dated
    )
    monkeypatch.setattr(tolerances, "_read_list", lambda: rows)
