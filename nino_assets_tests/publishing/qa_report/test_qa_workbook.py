"""The workbook of the report is accessible and always the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nino_assets.publishing.qa_report.qa_workbook import write_qa_workbook
from nino_assets.publishing.qa_report.report import Report
from nino_assets.writers.spreadsheet.accessibility import check_accessibility
from nino_assets_tests.support.qa_report import ANSWER, GOOD, WARNING, replace_results


@pytest.mark.parametrize("answered", [False, True])
def test_the_workbook_is_accessible_and_always_the_same(
    report: Report, tmp_path: Path, answered: bool
) -> None:
    if answered:
        report = replace(report, answers={WARNING.key: ANSWER}, differences=None)
    else:
        report = replace_results(report, GOOD)
    one, two = tmp_path / "one.ods", tmp_path / "two.ods"
    write_qa_workbook(report, one)
    write_qa_workbook(report, two)
    assert check_accessibility(one) == []
    assert one.read_bytes() == two.read_bytes()
