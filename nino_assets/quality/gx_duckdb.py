"""Runs Great Expectations on DuckDB, which neither project supports.

Import this module inside a function only: Great Expectations takes four seconds to load.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import duckdb
import great_expectations.expectations as gx_expectations
import sqlalchemy
from duckdb_engine import ConnectionWrapper
from great_expectations.core.batch import Batch
from great_expectations.core.batch_spec import SqlAlchemyDatasourceBatchSpec
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.validator.validator import Validator
from sqlalchemy.dialects import postgresql
from sqlalchemy.pool import StaticPool

from nino_assets.governance.check_result import CheckResult
from nino_assets.quality.quiet import silence_exit_report
from nino_assets.quality.results import build_result, describe_error, read_number
from nino_assets.quality.suite import EACH_ROW_KINDS, WHOLE_TABLE_KINDS, Expectation
from nino_assets.statistic.quarters import Quarter

silence_exit_report()

_DUCKDB_NAME = re.compile(r"duckdb\.(\w+)")

COUNTS_ONLY: dict[str, Any] = {"result_format": "BASIC", "partial_unexpected_count": 0}
"""No value of a record in any result: for views of records."""

YES_OR_NO: dict[str, Any] = {"result_format": "BOOLEAN_ONLY"}
"""Whether a rule holds, from one aggregate query for all rules of a view."""

WITH_QUARTERS: dict[str, Any] = {
    "result_format": "COMPLETE",
    "unexpected_index_column_names": ["quarter"],
    "partial_unexpected_count": 2**31 - 1,
}
"""Names every failing quarter: for the view of measures, which holds no record.

Without this count, Great Expectations lists 20 failing rows and no more.
"""

INCOMPLETE_LIST = "not every failing row was listed"
"""Instead of a result: a quarter that is missing from the list would count as passed."""


class _Borrowed(ConnectionWrapper):
    """A DuckDB connection that whoever opened it will close."""

    def close(self) -> None:
        self.closed = True


_WITHOUT_A_NUMBER = (EACH_ROW_KINDS | WHOLE_TABLE_KINDS) - {
    "ExpectColumnProportionOfUniqueValuesToBeBetween",
    "ExpectTableColumnCountToEqual",
}
"""Kinds that have no number to tell when they hold."""


class _Columns:
    """Tells the library a view's columns, by DuckDB's own DESCRIBE.

    SQLAlchemy would ask PostgreSQL's catalogue, in a dozen queries a view. Types are not told: no
    suite judges one by them.
    """

    def __init__(self, connection: sqlalchemy.Connection) -> None:
        self._connection = connection

    def get_columns(self, table_name: str, schema: str | None = None) -> list[dict[str, Any]]:
        found = self._connection.exec_driver_sql(f'DESCRIBE "{table_name}"')
        return [{"name": row[0], "type": sqlalchemy.types.NullType()} for row in found]

    def get_pk_constraint(self, table_name: str, schema: str | None = None) -> dict[str, Any]:
        """None: a view has no key."""
        return {"constrained_columns": []}


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs the SQL of expectations on one DuckDB connection.

    The stock engine gives its connection back before it fetches, and DuckDB then drops the result;
    and it has no dialect of DuckDB's to take the regular expression operator from. PostgreSQL's
    serves, with one difference: in DuckDB `~` matches the whole text.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        super().__init__(
            engine=sqlalchemy.create_engine(
                "duckdb:///:memory:",
                creator=lambda: _Borrowed(connection),
                poolclass=StaticPool,
            ),
            create_temp_table=False,
        )
        self.dialect_module = postgresql
        self._kept = self.engine.connect()

    @contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        yield self._kept

    def get_inspector(self) -> Any:
        return _Columns(self._kept)

    def close(self) -> None:
        self._kept.close()
        self.engine.dispose()

    def recover(self) -> None:
        """End a transaction that failed SQL has aborted."""
        self._kept.rollback()


class _Silent(Validator):
    """A validator without a progress bar, and without a data context."""

    def _determine_progress_bars(self) -> bool:
        return False


def judge_rows(
    connection: duckdb.DuckDBPyConnection,
    asset: str,
    rules: Sequence[Expectation],
    quarter: Quarter | None,
) -> list[CheckResult]:
    """Judge rules on the view `rows`: one result each."""
    results = []
    for rule, found in _validate(connection, "rows", rules, COUNTS_ONLY):
        error = _describe(found)
        if error:
            results.append(build_result(asset, rule, quarter, passed=False, error=error))
            continue
        passed, details = bool(found.success), found.result
        results.append(
            build_result(
                asset,
                rule,
                quarter,
                passed=passed,
                observed=read_number(details.get("observed_value")),
                # A view without rows has no count at all, or None.
                unexpected=int(details.get("unexpected_count") or (not passed)),
                unexpected_percent=float(
                    details.get("unexpected_percent", 0 if passed else 100) or 0
                ),
            )
        )
    return results


def find_broken_quarters(
    connection: duckdb.DuckDBPyConnection, rules: Sequence[Expectation]
) -> list[tuple[Expectation, frozenset[str], str | None]]:
    """Judge rules on the view `quarters`.

    Gives for each the labels of the quarters that break it, or an error.
    """
    broken = []
    for rule, found in _validate(connection, "quarters", rules, WITH_QUARTERS):
        error = _describe(found)
        listed = [] if error else found.result.get("unexpected_index_list") or []
        broken.append((rule, frozenset(str(row["quarter"]) for row in listed), error))
    return broken


def _validate(
    connection: duckdb.DuckDBPyConnection,
    view: str,
    rules: Sequence[Expectation],
    result_format: dict[str, Any],
) -> list[tuple[Expectation, Any]]:
    """Each rule with the library's result, or the exception's name.

    All are first asked whether they hold, in one query; only of those that do not, and of those
    that measure something, is the rest asked. One whose SQL fails takes down those that share its
    statement; each of them is judged again alone, so that only the guilty one is left without a
    result.
    """
    with _silence_log(), closing(DuckDBExecutionEngine(connection)) as engine:
        try:
            validator = _build_validator(engine, view)
        except Exception as raised:
            return [(rule, type(raised).__name__) for rule in rules]
        asked = [rule for rule in rules if not _has_number(rule)]
        found = _run(engine, validator, asked, YES_OR_NO)
        told = [rule for rule in rules if rule not in asked or not _holds(found[rule.name])]
        found |= _run(engine, validator, told, result_format)
        if len(told) > 1:
            for rule in [rule for rule in told if _describe(found[rule.name])]:
                found |= _run(engine, validator, [rule], result_format)
    return [(rule, found[rule.name]) for rule in rules]


def _has_number(rule: Expectation) -> bool:
    """Whether an expectation that holds still has a number to tell."""
    return rule.kind not in _WITHOUT_A_NUMBER or "mostly" in rule.arguments


def _build_validator(engine: DuckDBExecutionEngine, view: str) -> Validator:
    data, markers = engine.get_batch_data_and_markers(
        batch_spec=SqlAlchemyDatasourceBatchSpec(
            type="table", table_name=view, data_asset_name=view, batch_identifiers={}
        )
    )
    batch: Any = Batch(data=data, batch_markers=markers)  # type: ignore[arg-type]
    return _Silent(execution_engine=engine, batches=[batch])


def _run(
    engine: DuckDBExecutionEngine,
    validator: Validator,
    rules: Sequence[Expectation],
    result_format: dict[str, Any],
) -> dict[str, Any]:
    """The library's result by rule, or the exception's name."""
    if not rules:
        return {}
    engine.recover()
    try:
        results = validator.graph_validate(
            configurations=[_configure(rule) for rule in rules],
            runtime_configuration={"result_format": result_format, "catch_exceptions": True},
        )
    except Exception as raised:
        return {rule.name: type(raised).__name__ for rule in rules}
    found = {_read_name(result): result for result in results}
    return {rule.name: found.get(rule.name, "") for rule in rules}


def _read_name(result: Any) -> str:
    return str(result.expectation_config.meta["check"])


def _holds(found: Any) -> bool:
    return _describe(found) is None and bool(found.success)


def _describe(found: Any) -> str | None:
    """The error in place of a result; None for a result."""
    if isinstance(found, str):
        return describe_error("evaluated", found)
    exception = _find_exception(found.exception_info or {})
    if exception is not None:
        return describe_error("evaluated", exception)
    listed = found.result.get("unexpected_index_list")
    if listed is not None and len(listed) != int(found.result.get("unexpected_count") or 0):
        return describe_error("evaluated", INCOMPLETE_LIST)
    return None


def _find_exception(info: dict[str, Any]) -> str | None:
    """The type that an expectation raised: a name of DuckDB's.

    The library gives messages and tracebacks, which may hold values of records; and one entry, or
    one for each metric.
    """
    metrics = [info] if "raised_exception" in info else list(info.values())
    if not any(metric["raised_exception"] for metric in metrics):
        return None
    text = "\n".join(str(metric.get("exception_traceback")) for metric in metrics)
    names = (name for name in _DUCKDB_NAME.findall(text) if _is_duckdb_exception(name))
    return next(names, "")


def _is_duckdb_exception(name: str) -> bool:
    kind = getattr(duckdb, name, None)
    return isinstance(kind, type) and issubclass(kind, Exception)


def _configure(rule: Expectation) -> Any:
    kind = getattr(gx_expectations, rule.kind)
    return kind(**rule.arguments, meta={"check": rule.name}).configuration


@contextmanager
def _silence_log() -> Iterator[None]:
    """Silence the library's log, which quotes values of failing SQL."""
    logger = logging.getLogger("great_expectations")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)
