"""The engine judges each kind of expectation right, quarter by quarter, and never loses one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.quality.results import build_result, combine_quarters
from nino_assets.quality.suite import (
    Suite,
)
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.encryption import Encryption
from nino_assets.store.parquet import read_parquet, write_parquet
from nino_assets_tests.support.tiny_suite import (
    BETWEEN,
    GOOD,
    Q3,
    Q4,
    make_rule,
    make_suite,
    prepare_records,
    run_rules,
    spoil_record,
)

SECRET = "Zebedee"


def test_counts_are_of_the_quarter() -> None:
    records = [*GOOD, ("2020-Q4", 9, None, 1, "E"), ("2020-Q4", 8, None, 1, "F")]
    rule = make_rule("x", "ExpectColumnValuesToNotBeNull", column="sex")
    third, fourth = run_rules(make_suite(rule), records, [Q3, Q4])
    assert third == build_result("a", rule, Q3, passed=True)
    figures = {"unexpected": 2, "unexpected_percent": 50.0}
    assert fourth == build_result("a", rule, Q4, passed=False, **figures)
    assert combine_quarters([third, fourth]) == build_result(
        "a",
        rule,
        None,
        passed=False,
        **figures,
        quarters_judged=2,
        quarters_failed=("2020-Q4",),
    )


def test_a_measure_is_observed_in_each_quarter() -> None:
    rule = make_rule("x", BETWEEN, over="quarters", column="ages", max_value=60)
    third, fourth = run_rules(make_suite(rule), GOOD, [Q3, Q4])
    assert (third.observed, third.passed) == (50.0, True)
    assert (fourth.observed, fourth.passed, fourth.unexpected) == (90.0, False, 1)


def test_what_repeats_in_another_quarter_only_is_unique_in_each() -> None:
    rule = make_rule(
        "x", "ExpectColumnProportionOfUniqueValuesToBeBetween", column="id", min_value=1
    )
    assert [outcome.passed for outcome in run_rules(make_suite(rule), GOOD, [Q3, Q4])] == [
        True,
        True,
    ]


def test_one_that_raises_fails_alone_and_says_no_value(caplog: Any, capfd: Any) -> None:
    records = spoil_record(4, SECRET)
    rules = make_suite(
        make_rule("fine", BETWEEN, column="age", min_value=15),
        make_rule("raises", BETWEEN, column="CAST(name AS INTEGER)", min_value=0),
        make_rule("compares", BETWEEN, column="name", min_value=0),
        make_rule("no_column", BETWEEN, column="nought", min_value=0),
        make_rule("argument", BETWEEN, colum="age"),
        make_rule("no_kind", "ExpectColumnValuesToBeNull"),
        make_rule("measure", BETWEEN, over="quarters", column="nought", min_value=0),
        make_rule("fine_too", BETWEEN, over="quarters", column="records", min_value=1),
    )
    for quarters in ([Q4], [Q3, Q4]):
        outcomes = run_rules(rules, records, quarters)
        assert {o.name for o in outcomes} == set(rules.names)
        assert len(outcomes) == len(quarters) * len(rules.names)
        assert {o.name for o in outcomes if o.passed} == {"fine", "fine_too"}
        assert all(o.error for o in outcomes if not o.passed)
        assert SECRET not in str(outcomes)
    assert SECRET not in caplog.text
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (duckdb.ConversionException(f"Could not convert '{SECRET}'"), "(ConversionException)"),
        (WarehouseError("raw_scan is gone", rule="r", next_step="n"), "raw_scan is gone"),
    ],
)
def test_what_cannot_be_prepared_fails_every_expectation(raised: Exception, said: str) -> None:
    def broken(con: Any, warehouse: Any, quarters: Sequence[Quarter]) -> None:
        if Q4 in quarters:
            raise raised
        prepare_records(con, warehouse, quarters)

    rules = (
        make_rule("one", BETWEEN, column="age", min_value=15),
        make_rule("two", BETWEEN, over="quarters", column="records", min_value=1),
    )
    whole = Suite(asset="a", prepare=broken, expectations=rules)
    outcomes = run_rules(whole, GOOD, [Q3, Q4])
    passed = [(o.name, o.quarter) for o in outcomes if o.passed]
    assert passed == [("one", Q3), ("two", Q3)]
    assert all(
        said in str(o.error) and SECRET not in str(o.error) for o in outcomes if not o.passed
    )


def test_a_quarter_without_measures_fails() -> None:
    rule = make_rule("x", BETWEEN, over="quarters", column="records", min_value=0)
    [third, empty] = run_rules(make_suite(rule), GOOD, [Q3, Quarter(2021, 1)])
    assert third.passed
    assert not empty.passed
    assert "holds 0 rows" in str(empty.error)


def test_only_the_chosen_are_judged() -> None:
    rules = make_suite(
        make_rule("one", BETWEEN, column="age", min_value=15),
        make_rule("two", BETWEEN, over="quarters", column="records", min_value=1),
    )
    assert [o.name for o in run_rules(rules, GOOD, [Q4], "two")] == ["two"]


def test_a_rule_that_most_rows_keep_tells_how_many_do_not() -> None:
    mostly = make_rule("mostly", "ExpectColumnValuesToNotBeNull", column="sex", mostly=0.5)
    [outcome] = run_rules(make_suite(mostly, partitioned=False), spoil_record(2, None), [])
    assert (outcome.passed, outcome.unexpected, outcome.unexpected_percent) == (True, 1, 25.0)


def test_an_encrypted_asset_is_judged_through_arrow(tmp_path: Path) -> None:
    file, encryption = tmp_path / "t.parquet", Encryption(bytes(32))
    table = pa.table({"age": [20, 30, 14], "quarter": ["2020-Q4"] * 3})
    write_parquet(file, table.schema, table.to_batches(), encryption)
    dataset = read_parquet([file], encryption)

    def prepare_encrypted(con: Any, warehouse: Any, quarters: Sequence[Quarter]) -> None:
        con.register("rows", dataset)
        con.execute(
            "CREATE VIEW quarters AS SELECT quarter, max(age) AS oldest FROM rows GROUP BY 1"
        )

    rules = (
        make_rule("age", BETWEEN, column="age", min_value=15),
        make_rule("oldest", BETWEEN, over="quarters", column="oldest", max_value=30),
    )
    age, oldest = run_rules(
        Suite(asset="a", prepare=prepare_encrypted, expectations=rules), [], [Q4]
    )
    assert file.read_bytes()[:4] == b"PARE"
    assert (age.passed, age.unexpected, oldest.passed) == (False, 1, True)
