"""The engine judges each kind of expectation right, quarter by quarter, and never loses one."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.governance.check_result import CheckResult
from nino_assets.quality import known_breaks, tolerances
from nino_assets.quality.engine import run_suite
from nino_assets.quality.known_breaks import KnownBreak
from nino_assets.quality.results import build_result, combine_quarters
from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.suite import (
    EACH_ROW_KINDS,
    WHOLE_TABLE_KINDS,
    Expectation,
    PracticeArea,
    Suite,
)
from nino_assets.quality.tolerances import Tolerance
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.encryption import Encryption
from nino_assets.store.parquet import read_parquet, write_parquet
from nino_assets_tests.support.own_lists import OwnLists

Q3, Q4 = Quarter(2020, 3), Quarter(2020, 4)
SECRET = "Zebedee"
BETWEEN = "ExpectColumnValuesToBeBetween"


def expect(
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


def prepare(con: duckdb.DuckDBPyConnection, warehouse: Any, quarters: Sequence[Quarter]) -> None:
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


class FakeWarehouse:
    """Holds records: (quarter label, id, sex, age, name)."""

    def __init__(self, records: list[tuple[Any, ...]]) -> None:
        self.records = records

    @contextlib.contextmanager
    def open_session(self) -> Any:
        with contextlib.closing(duckdb.connect()) as connection:
            yield connection


def run(
    suite: Suite, records: list[tuple[Any, ...]], quarters: list[Quarter], *names: str
) -> list[CheckResult]:
    return run_suite(suite, FakeWarehouse(records), quarters, names or None)


def suite(*expectations: Expectation, partitioned: bool = True) -> Suite:
    return Suite(asset="a", prepare=prepare, expectations=expectations, partitioned=partitioned)


GOOD = [
    ("2020-Q3", 1, "Male", 20, "Ann"),
    ("2020-Q3", 2, "Female", 30, "Bob"),
    ("2020-Q4", 1, "Male", 40, "Cat"),
    ("2020-Q4", 3, "Female", 50, "Dan"),
]


def spoil(position: int, value: Any) -> list[tuple[Any, ...]]:
    """GOOD with one value of the first row of 2020-Q4 replaced."""
    rows = [list(row) for row in GOOD]
    rows[2][position] = value
    return [tuple(row) for row in rows]


KINDS = [
    (expect("x", "ExpectColumnValuesToNotBeNull", column="sex"), spoil(2, None)),
    (
        expect("x", "ExpectColumnValuesToBeInSet", column="sex", value_set=["Male", "Female"]),
        spoil(2, "m"),
    ),
    (
        expect("x", "ExpectColumnValuesToNotBeInSet", column="sex", value_set=["GBR"]),
        spoil(2, "GBR"),
    ),
    (
        expect("x", "ExpectColumnValuesToBeBetween", column="age", min_value=15, max_value=110),
        spoil(3, 14),
    ),
    (
        expect("x", "ExpectColumnValuesToMatchRegex", column="name", regex="[A-Z][a-z]+"),
        spoil(4, "cat"),
    ),
    (
        expect("x", "ExpectColumnValuesToNotMatchRegex", column="name", regex=".*[0-9].*"),
        spoil(4, "c4t"),
    ),
    (expect("x", "ExpectColumnValueLengthsToEqual", column="name", value=3), spoil(4, "Cath")),
    (
        expect("x", "ExpectColumnValueLengthsToBeBetween", column="name", max_value=3),
        spoil(4, "Cath"),
    ),
    (expect("x", "ExpectCompoundColumnsToBeUnique", column_list=["quarter", "id"]), spoil(1, 3)),
    (
        expect("x", "ExpectColumnProportionOfUniqueValuesToBeBetween", column="id", min_value=1),
        spoil(1, 3),
    ),
    (
        expect("x", "ExpectColumnPairValuesAToBeGreaterThanB", column_A="age", column_B="id"),
        spoil(3, 0),
    ),
    (
        expect(
            "x",
            "ExpectMulticolumnSumToEqual",
            over="quarters",
            column_list=["records", "two"],
            sum_total=4,
        ),
        spoil(0, "2020-Q3"),
    ),
    (
        expect(
            "x",
            "ExpectColumnPairValuesToBeEqual",
            over="quarters",
            column_A="records",
            column_B="two",
        ),
        spoil(0, "2020-Q3"),
    ),
    (
        expect(
            "x",
            "ExpectColumnValuesToBeBetween",
            over="quarters",
            column="records",
            min_value=2,
            max_value=2,
        ),
        spoil(0, "2020-Q3"),
    ),
    (
        expect(
            "x",
            "ExpectColumnValuesToBeBetween",
            over="quarters",
            column="repeated",
            min_value=0,
            max_value=0,
        ),
        spoil(1, 3),
    ),
]


@pytest.mark.parametrize(("expectation", "bad"), KINDS, ids=lambda v: getattr(v, "kind", ""))
def test_each_kind_passes_good_and_fails_bad(expectation: Expectation, bad: Any) -> None:
    assert [outcome.passed for outcome in run(suite(expectation), GOOD, [Q4])] == [True]
    [outcome] = run(suite(expectation), bad, [Q4])
    assert (outcome.passed, outcome.quarter, outcome.error) == (False, Q4, None)
    assert outcome.unexpected >= 1
    assert outcome.unexpected_percent > 0


@pytest.mark.parametrize(("expectation", "bad"), KINDS, ids=lambda v: getattr(v, "kind", ""))
def test_many_quarters_get_the_verdicts_of_each_alone(expectation: Expectation, bad: Any) -> None:
    together = run(suite(expectation), bad, [Q3, Q4])
    alone = run(suite(expectation), bad, [Q3]) + run(suite(expectation), bad, [Q4])
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
    return expect("x", kind, over="quarters", **arguments[kind])


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
    outcomes = run_suite(judged, FakeWarehouse([]), HUNDRED)
    assert [o.quarter for o in outcomes if not o.passed] == HUNDRED[:broken]
    assert [o.error for o in outcomes] == [None] * len(HUNDRED)


def test_a_range_gives_each_quarter_the_result_of_a_run_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every kind at once, over rows and over quarters, with dated levels and a known event."""
    quarters, broken = HUNDRED[:40], HUNDRED[5:35]
    list_tolerances(monkeypatch, (quarters[0], -1), (quarters[20], 0), name="number")
    known = KnownBreak(first=quarters[10], last=quarters[12], sub_group="", words="It was known.")
    monkeypatch.setattr(known_breaks, "_read_list", lambda: (("number", known),))
    measure = prepare_measures(broken)
    warehouse = FakeWarehouse(
        [
            (quarter.label, id_, None if quarter in broken else "Male", 20, "Ann")
            for quarter in quarters
            for id_ in (1, 1 if quarter in broken else 2)
        ]
    )

    def prepare_both(con: Any, subject: Any, asked: Sequence[Quarter]) -> None:
        prepare(con, subject, asked)
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
    with FakeWarehouse([]).open_session() as con:
        judged.prepare(con, None, HUNDRED)
        [(_, _, error)] = gx_duckdb.find_broken_quarters(con, judged.expectations)
    assert error is not None and gx_duckdb.INCOMPLETE_LIST in error
    # Without a result for all of them together, each quarter is judged alone.
    outcomes = run_suite(judged, FakeWarehouse([]), HUNDRED)
    assert [o.quarter for o in outcomes if not o.passed] == HUNDRED[:21]


def test_counts_are_of_the_quarter() -> None:
    records = [*GOOD, ("2020-Q4", 9, None, 1, "E"), ("2020-Q4", 8, None, 1, "F")]
    rule = expect("x", "ExpectColumnValuesToNotBeNull", column="sex")
    third, fourth = run(suite(rule), records, [Q3, Q4])
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
    rule = expect("x", BETWEEN, over="quarters", column="ages", max_value=60)
    third, fourth = run(suite(rule), GOOD, [Q3, Q4])
    assert (third.observed, third.passed) == (50.0, True)
    assert (fourth.observed, fourth.passed, fourth.unexpected) == (90.0, False, 1)


def test_what_repeats_in_another_quarter_only_is_unique_in_each() -> None:
    rule = expect("x", "ExpectColumnProportionOfUniqueValuesToBeBetween", column="id", min_value=1)
    assert [outcome.passed for outcome in run(suite(rule), GOOD, [Q3, Q4])] == [True, True]


def test_one_that_raises_fails_alone_and_says_no_value(caplog: Any, capfd: Any) -> None:
    records = spoil(4, SECRET)
    rules = suite(
        expect("fine", BETWEEN, column="age", min_value=15),
        expect("raises", BETWEEN, column="CAST(name AS INTEGER)", min_value=0),
        expect("compares", BETWEEN, column="name", min_value=0),
        expect("no_column", BETWEEN, column="nought", min_value=0),
        expect("argument", BETWEEN, colum="age"),
        expect("no_kind", "ExpectColumnValuesToBeNull"),
        expect("measure", BETWEEN, over="quarters", column="nought", min_value=0),
        expect("fine_too", BETWEEN, over="quarters", column="records", min_value=1),
    )
    for quarters in ([Q4], [Q3, Q4]):
        outcomes = run(rules, records, quarters)
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
        prepare(con, warehouse, quarters)

    rules = (
        expect("one", BETWEEN, column="age", min_value=15),
        expect("two", BETWEEN, over="quarters", column="records", min_value=1),
    )
    whole = Suite(asset="a", prepare=broken, expectations=rules)
    outcomes = run(whole, GOOD, [Q3, Q4])
    passed = [(o.name, o.quarter) for o in outcomes if o.passed]
    assert passed == [("one", Q3), ("two", Q3)]
    assert all(
        said in str(o.error) and SECRET not in str(o.error) for o in outcomes if not o.passed
    )


def test_a_quarter_without_measures_fails() -> None:
    rule = expect("x", BETWEEN, over="quarters", column="records", min_value=0)
    [third, empty] = run(suite(rule), GOOD, [Q3, Quarter(2021, 1)])
    assert third.passed
    assert not empty.passed
    assert "holds 0 rows" in str(empty.error)


def tolerated(name: str = "ages") -> Expectation:
    return expect_tolerated(name, "The sum of ages", "Look.", unit=" years")


def list_tolerances(
    monkeypatch: pytest.MonkeyPatch, *dated: tuple[Quarter, float], name: str = "ages"
) -> None:
    """Let the list hold the largest sum of ages that is tolerated from each quarter on."""
    rows = tuple(
        (name, Tolerance(since, None, at_most, "as counted", "a table")) for since, at_most in dated
    )
    monkeypatch.setattr(tolerances, "_read_list", lambda: rows)


def test_a_tolerance_is_the_one_of_its_quarter_and_an_explanation_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    list_tolerances(monkeypatch, (Q3 - 1, 10), (Q4, 100))
    known = KnownBreak(first=Q3 - 1, last=Q3 - 1, sub_group="", words="It was known.")
    monkeypatch.setattr(known_breaks, "_read_list", lambda: (("ages", known),))
    quarters = [Q3 - 2, Q3 - 1, Q3, Q4]
    records = [(quarter.label, 1, "Male", 50, "Ann") for quarter in quarters]
    judged = suite(tolerated())
    found = run(judged, records, quarters)
    assert [(o.passed, o.explanation, o.sentence) for o in found] == [
        (False, None, "The sum of ages is at most 10 years."),
        (True, "It was known.", "The sum of ages is at most 10 years."),
        (False, None, "The sum of ages is at most 10 years."),
        (True, None, "The sum of ages is at most 100 years."),
    ]
    assert [o.status for o in found] == ["Warning", "Explained", "Warning", "Passed"]
    for result, quarter in zip(found, quarters, strict=True):
        assert run(judged, records, [quarter]) == [result]


def test_a_broken_list_fails_the_check_that_needs_it_and_no_other(own_lists: OwnLists) -> None:
    path = own_lists.edit("tolerances.csv", lambda rows: [*rows[:2], ["ages", *rows[2][1:-1]]])
    rules = suite(expect("fine", BETWEEN, column="age", min_value=15), tolerated())
    for quarters in ([Q4], [Q3, Q4]):
        results = run(rules, GOOD, quarters)
        assert {(o.name, o.passed) for o in results} == {("fine", True), ("ages", False)}
        [error] = {o.error for o in results if o.name == "ages"}
        assert error is not None
        told, rule, next_step = error.split("\n")
        assert f"{path}: row 3: " in told
        assert rule.startswith("Rule: ") and next_step.startswith("Next: ")


def test_a_broken_list_of_known_breaks_fails_what_it_might_explain(
    own_lists: OwnLists, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_tolerances(monkeypatch, (Q3, 60))
    own_lists.write("known_breaks.csv", "broken\n")
    third, fourth = run(suite(tolerated()), GOOD, [Q3, Q4])
    assert (third.passed, third.error) == (True, None)
    assert not fourth.passed
    assert "known_breaks.csv" in str(fourth.error)


def test_nothing_explains_what_blocks() -> None:
    with pytest.raises(ValueError, match="a tolerance warns"):
        replace(tolerated(), severity="block")


def test_only_the_chosen_are_judged() -> None:
    rules = suite(
        expect("one", BETWEEN, column="age", min_value=15),
        expect("two", BETWEEN, over="quarters", column="records", min_value=1),
    )
    assert [o.name for o in run(rules, GOOD, [Q4], "two")] == ["two"]


def test_a_rule_that_most_rows_keep_tells_how_many_do_not() -> None:
    mostly = expect("mostly", "ExpectColumnValuesToNotBeNull", column="sex", mostly=0.5)
    [outcome] = run(suite(mostly, partitioned=False), spoil(2, None), [])
    assert (outcome.passed, outcome.unexpected, outcome.unexpected_percent) == (True, 1, 25.0)


def test_an_asset_without_quarters_may_use_any_kind() -> None:
    rules = suite(
        expect("rows", "ExpectTableRowCountToBeBetween", min_value=4, max_value=4),
        expect(
            "mostly", "ExpectColumnValuesToBeInSet", column="sex", value_set=["Male"], mostly=0.5
        ),
        partitioned=False,
    )
    outcomes = run(rules, GOOD, [])
    assert [(o.passed, o.quarter) for o in outcomes] == [(True, None), (True, None)]
    assert outcomes[0].observed == 4.0


@pytest.mark.parametrize(
    "undecidable",
    [
        expect("x", "ExpectColumnValuesToBeInSet", column="sex", value_set=["Male"], mostly=0.9),
        expect("x", "ExpectTableRowCountToBeBetween", min_value=1),
        expect("x", "ExpectColumnMeanToBeBetween", column="age", min_value=1),
        expect("x", "ExpectColumnProportionOfUniqueValuesToBeBetween", column="id", min_value=0.9),
        expect("x", "ExpectColumnMeanToBeBetween", over="quarters", column="ages", min_value=1),
    ],
)
def test_a_rule_that_some_quarters_could_break_unseen_is_refused(undecidable: Expectation) -> None:
    with pytest.raises(ValueError, match=r"measure|judges each row"):
        suite(undecidable)


@pytest.mark.parametrize("name", ["a" * 25, "with space", ""])
def test_names_are_short_and_plain(name: str) -> None:
    with pytest.raises(ValueError, match="no name for a check"):
        expect(name, BETWEEN)


def test_names_are_unique() -> None:
    with pytest.raises(ValueError, match="names two checks alike: x"):
        suite(expect("x", BETWEEN, column="age"), expect("x", BETWEEN, column="id"))


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
        expect("age", BETWEEN, column="age", min_value=15),
        expect("oldest", BETWEEN, over="quarters", column="oldest", max_value=30),
    )
    age, oldest = run(Suite(asset="a", prepare=prepare_encrypted, expectations=rules), [], [Q4])
    assert file.read_bytes()[:4] == b"PARE"
    assert (age.passed, age.unexpected, oldest.passed) == (False, 1, True)
