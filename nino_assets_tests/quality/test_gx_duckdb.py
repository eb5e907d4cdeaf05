"""Great Expectations over DuckDB: each kind of rule, in one quarter and in a hundred at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import duckdb
import pytest

from nino_assets.quality import known_breaks
from nino_assets.quality.engine import run_suite
from nino_assets.quality.known_breaks import KnownBreak
from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.suite import (
    EACH_ROW_KINDS,
    WHOLE_TABLE_KINDS,
    Expectation,
    Suite,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.tiny_suite import (
    BETWEEN,
    GOOD,
    Q3,
    Q4,
    RecordsInMemory,
    make_rule,
    make_suite,
    prepare_records,
    run_rules,
    set_tolerances,
    spoil_record,
)

KINDS = [
    (make_rule("x", "ExpectColumnValuesToNotBeNull", column="sex"), spoil_record(2, None)),
    (
        make_rule("x", "ExpectColumnValuesToBeInSet", column="sex", value_set=["Male", "Female"]),
        spoil_record(2, "m"),
    ),
    (
        make_rule("x", "ExpectColumnValuesToNotBeInSet", column="sex", value_set=["GBR"]),
        spoil_record(2, "GBR"),
    ),
    (
        make_rule("x", "ExpectColumnValuesToBeBetween", column="age", min_value=15, max_value=110),
        spoil_record(3, 14),
    ),
    (
        make_rule("x", "ExpectColumnValuesToMatchRegex", column="name", regex="[A-Z][a-z]+"),
        spoil_record(4, "cat"),
    ),
    (
        make_rule("x", "ExpectColumnValuesToNotMatchRegex", column="name", regex=".*[0-9].*"),
        spoil_record(4, "c4t"),
    ),
    (
        make_rule("x", "ExpectColumnValueLengthsToEqual", column="name", value=3),
        spoil_record(4, "Cath"),
    ),
    (
        make_rule("x", "ExpectColumnValueLengthsToBeBetween", column="name", max_value=3),
        spoil_record(4, "Cath"),
    ),
    (
        make_rule("x", "ExpectCompoundColumnsToBeUnique", column_list=["quarter", "id"]),
        spoil_record(1, 3),
    ),
    (
        make_rule("x", "ExpectColumnProportionOfUniqueValuesToBeBetween", column="id", min_value=1),
        spoil_record(1, 3),
    ),
    (
        make_rule("x", "ExpectColumnPairValuesAToBeGreaterThanB", column_A="age", column_B="id"),
        spoil_record(3, 0),
    ),
    (
        make_rule(
            "x",
            "ExpectMulticolumnSumToEqual",
            over="quarters",
            column_list=["records", "two"],
            sum_total=4,
        ),
        spoil_record(0, "2020-Q3"),
    ),
    (
        make_rule(
            "x",
            "ExpectColumnPairValuesToBeEqual",
            over="quarters",
            column_A="records",
            column_B="two",
        ),
        spoil_record(0, "2020-Q3"),
    ),
    (
        make_rule(
            "x",
            "ExpectColumnValuesToBeBetween",
            over="quarters",
            column="records",
            min_value=2,
            max_value=2,
        ),
        spoil_record(0, "2020-Q3"),
    ),
    (
        make_rule(
            "x",
            "ExpectColumnValuesToBeBetween",
            over="quarters",
            column="repeated",
            min_value=0,
            max_value=0,
        ),
        spoil_record(1, 3),
    ),
]


@pytest.mark.parametrize(("expectation", "bad"), KINDS, ids=lambda v: getattr(v, "kind", ""))
def test_each_kind_passes_good_and_fails_bad(expectation: Expectation, bad: Any) -> None:
    assert [outcome.passed for outcome in run_rules(make_suite(expectation), GOOD, [Q4])] == [True]
    [outcome] = run_rules(make_suite(expectation), bad, [Q4])
    assert (outcome.passed, outcome.quarter, outcome.error) == (False, Q4, None)
    assert outcome.unexpected >= 1
    assert outcome.unexpected_percent > 0


@pytest.mark.parametrize(("expectation", "bad"), KINDS, ids=lambda v: getattr(v, "kind", ""))
def test_many_quarters_get_the_verdicts_of_each_alone(expectation: Expectation, bad: Any) -> None:
    together = run_rules(make_suite(expectation), bad, [Q3, Q4])
    alone = run_rules(make_suite(expectation), bad, [Q3]) + run_rules(
        make_suite(expectation), bad, [Q4]
    )
    assert together == alone


def test_every_kind_exists_and_judges_rows_as_declared() -> None:
    import great_expectations.expectations as gx_expectations
    from great_expectations.expectations.expectation import (
        ColumnMapExpectation,
        ColumnPairMapExpectation,
        MulticolumnMapExpectation,
    )

    each_row = (ColumnMapExpectation, ColumnPairMapExpectation, MulticolumnMapExpectation)
    for kind in EACH_ROW_KINDS:
        assert issubclass(getattr(gx_expectations, kind), each_row), kind
    for kind in WHOLE_TABLE_KINDS:
        assert hasattr(gx_expectations, kind), kind
    tried = {expectation.kind for expectation, _ in KINDS} | {"ExpectColumnValuesToBeNull"}
    assert tried >= EACH_ROW_KINDS


HUNDRED = [Quarter(2002, 1) + n for n in range(100)]


def measured_kind(kind: str) -> Expectation:
    """An expectation of the kind that holds for `good` measures and for no `bad` ones, below."""
    arguments: dict[str, dict[str, Any]] = {
        "ExpectColumnPairValuesAToBeGreaterThanB": {"column_A": "number", "column_B": "other"},
        "ExpectColumnPairValuesToBeEqual": {"column_A": "number", "column_B": "same"},
        "ExpectColumnValueLengthsToBeBetween": {"column": "word", "max_value": 4},
        "ExpectColumnValueLengthsToEqual": {"column": "word", "value": 4},
        "ExpectColumnValuesToBeBetween": {"column": "number", "min_value": 1},
        "ExpectColumnValuesToBeInSet": {"column": "word", "value_set": ["good"]},
        "ExpectColumnValuesToBeNull": {"column": "blank"},
        "ExpectColumnValuesToMatchRegex": {"column": "word", "regex": "good"},
        "ExpectColumnValuesToNotBeInSet": {"column": "word", "value_set": ["broken"]},
        "ExpectColumnValuesToNotBeNull": {"column": "filled"},
        "ExpectColumnValuesToNotMatchRegex": {"column": "word", "regex": "broken"},
        "ExpectMulticolumnSumToEqual": {"column_list": ["number", "other"], "sum_total": 1},
    }
    return make_rule("x", kind, over="quarters", **arguments[kind])


def prepare_measures(broken: Collection[Quarter]) -> Any:
    """A `prepare` whose view `quarters` breaks every kind of rule in the `broken` quarters."""
    good = "1 AS number, 0 AS other, 1 AS same, 'good' AS word, NULL AS blank, 1 AS filled"
    bad = "0 AS number, 7 AS other, 1 AS same, 'broken' AS word, 1 AS blank, NULL AS filled"

    def prepare(con: duckdb.DuckDBPyConnection, _: Any, quarters: Sequence[Quarter]) -> None:
        rows = [f"SELECT '{q.label}' AS quarter, {bad if q in broken else good}" for q in quarters]
        con.execute(f"CREATE VIEW quarters AS {' UNION ALL '.join(rows)}")

    return prepare


@pytest.mark.parametrize("broken", [0, 1, 19, 20, 21, 30, 99, 100])
@pytest.mark.parametrize("kind", sorted(EACH_ROW_KINDS))
def test_every_broken_quarter_fails_and_no_other(kind: str, broken: int) -> None:
    judged = Suite(
        asset="a", prepare=prepare_measures(HUNDRED[:broken]), expectations=(measured_kind(kind),)
    )
    outcomes = run_suite(judged, RecordsInMemory([]), HUNDRED)
    assert [o.quarter for o in outcomes if not o.passed] == HUNDRED[:broken]
    assert [o.error for o in outcomes] == [None] * len(HUNDRED)


def test_a_range_gives_each_quarter_the_result_of_a_run_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every kind at once, over rows and over quarters, with dated levels and a known event."""
    quarters, broken = HUNDRED[:40], HUNDRED[5:35]
    set_tolerances(monkeypatch, (quarters[0], -1), (quarters[20], 0), name="number")
    known = KnownBreak(first=quarters[10], last=quarters[12], sub_group="", words="It was known.")
    monkeypatch.setattr(known_breaks, "_read_list", lambda: (("number", known),))
    measure = prepare_measures(broken)
    warehouse = RecordsInMemory(
        [
            (quarter.label, id_, None if quarter in broken else "Male", 20, "Ann")
            for quarter in quarters
            for id_ in (1, 1 if quarter in broken else 2)
        ]
    )

    def prepare_both(con: Any, subject: Any, asked: Sequence[Quarter]) -> None:
        prepare_records(con, subject, asked)
        con.execute("DROP VIEW quarters")
        measure(con, subject, asked)

    rules = [
        *(measured_kind(kind) for kind in sorted(EACH_ROW_KINDS)),
        *(rule for rule, _ in KINDS if rule.over == "rows"),
    ]
    judged = Suite(
        asset="a",
        prepare=prepare_both,
        expectations=(
            *(replace(rule, name=f"rule_{n}") for n, rule in enumerate(rules)),
            expect_tolerated("number", "The number", "Look."),
        ),
    )
    together = run_suite(judged, warehouse, quarters)
    alone = [each for quarter in quarters for each in run_suite(judged, warehouse, [quarter])]
    assert len(together) == len(alone) == len(quarters) * len(judged.expectations)
    by_check = {(each.name, each.quarter): each for each in alone}
    assert {(each.name, each.quarter): each for each in together} == by_check
    assert {each.status for each in together} == {"Passed", "Failed", "Warning", "Explained"}
    failed = [each.quarter for each in together if each.name == "rule_0" and not each.passed]
    assert failed == broken


def test_a_list_that_is_not_whole_gives_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    from nino_assets.quality import gx_duckdb

    limited = gx_duckdb.WITH_QUARTERS | {"partial_unexpected_count": 20}
    monkeypatch.setattr(gx_duckdb, "WITH_QUARTERS", limited)
    judged = Suite(
        asset="a",
        prepare=prepare_measures(HUNDRED[:21]),
        expectations=(measured_kind(BETWEEN),),
    )
    with RecordsInMemory([]).open_session() as con:
        judged.prepare(con, None, HUNDRED)
        [(_, _, error)] = gx_duckdb.find_broken_quarters(con, judged.expectations)
    assert error is not None and gx_duckdb.INCOMPLETE_LIST in error
    # Without a result for all of them together, each quarter is judged alone.
    outcomes = run_suite(judged, RecordsInMemory([]), HUNDRED)
    assert [o.quarter for o in outcomes if not o.passed] == HUNDRED[:21]
