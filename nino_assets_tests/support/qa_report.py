"""A QA report of two checks, one of which warns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.review_log import Answer
from nino_assets.publishing.qa_report.report import Report
from nino_assets.quality.suite import PracticeArea
from nino_assets.statistic.quarters import Quarter

WARNING = CheckResult(
    asset="cleaned_records",
    name="unlisted_types",
    quarter=Quarter(2020, 4),
    sentence="Every type is a listed one & no <other>.",
    next_step="Ask the supplier.",
    practice_area=PracticeArea.SUPPLIER.value,
    severity="warn",
    passed=False,
    observed=3.0,
    unexpected=1,
    unexpected_percent=100.0,
)
NEVER_RAN = WARNING.drop_findings()
HISTORY = (
    replace(NEVER_RAN, quarter=Quarter(2020, 2)),
    replace(NEVER_RAN, quarter=Quarter(2020, 3), passed=True, observed=0.25),
    WARNING,
)
GOOD = replace(
    NEVER_RAN,
    name="rows_unaccounted",
    sentence="Rows delivered are rows accepted and rows rejected.",
    severity="block",
    passed=True,
)


def replace_results(report: Report, *results: CheckResult, **other: Any) -> Report:
    """The report with these results, and no history."""
    return replace(report, histories=tuple((result,) for result in results), **other)


ANSWER = Answer(
    quarter="2020-Q4",
    check=WARNING.key,
    observed=3.0,
    unexpected=1,
    decision="accept",
    by="A <Reviewer>",
    reason="Three rows, known",
    at="2021-02-20T10:30:00+00:00",
)
