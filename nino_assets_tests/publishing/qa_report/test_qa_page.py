"""The report shows everything, opens alone, and tells nothing of the perturbation's design."""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl
import pytest
from lxml import html

from nino_assets.governance.check_result import CheckStatus, count_by_status
from nino_assets.publishing.qa_report import check_listings, edition_differences
from nino_assets.publishing.qa_report.qa_page import (
    build_qa_page,
    build_risk_page,
    build_summary_page,
)
from nino_assets.publishing.qa_report.report import Report
from nino_assets.quality.suite import PracticeArea
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.reference_lists import read_list
from nino_assets_tests.support.qa_report import ANSWER, GOOD, WARNING, replace_results


def test_the_page_shows_every_check_with_its_result_and_history(report: Report) -> None:
    page = build_qa_page(report)
    for result in report.results:
        assert result.name in page
    assert "no &lt;other&gt;" in page
    assert "Not yet answered" in page
    assert "1 warning not yet answered" in page
    assert 'aria-label="Passed in 1 of 2 quarters run, not in 2020-Q4; observed 0.25 to 3"' in page
    for area in PracticeArea:
        assert area.value.replace("'", "&#39;") in page
    for figure in ("1,000", "991", "5,678", "c" * 64, "d" * 64, "e" * 64, SYNTHETIC_BANNER):
        assert figure in page


def test_the_page_shows_the_answer(report: Report) -> None:
    page = build_qa_page(replace(report, answers={WARNING.key: ANSWER}))
    assert "Accepted by A &lt;Reviewer&gt; on 2021-02-20: Three rows, known" in page
    assert "Nothing in this report stands in the way of release." in page
    refused = replace(ANSWER, decision="reject")
    assert "1 warning rejected" in build_qa_page(replace(report, answers={WARNING.key: refused}))


def test_a_warning_has_its_figures_its_check_and_the_line_to_answer_it(report: Report) -> None:
    page = html.fromstring(build_qa_page(report))
    [finding] = page.xpath("//article[contains(@class, 'finding')]")
    assert finding.xpath(".//table//tr[1]/td/text()") == ["–", "0.25", "3"]
    assert f"nino-assets review --quarter 2020-Q4 --check {WARNING.key}" in finding.text_content()
    assert [each for each in finding.xpath(".//a/@href") if "checkDetail=unlisted_types" in each]
    answered = build_qa_page(replace(report, answers={WARNING.key: ANSWER}))
    assert "nino-assets review" not in answered


def test_the_filters_name_classes_that_the_rows_have(report: Report) -> None:
    """The filters are style alone: `test_qa_browser.py` sees what they hide."""
    page = html.fromstring(build_qa_page(report))
    rows = page.xpath("//div[contains(@class, 'group')]//tbody/tr")
    classes = {name for row in rows for name in row.get("class").split()}
    options = {
        name: page.xpath(f"//select[@id='{name}']/option/@value")
        for name in ("state", "area", "asset")
    }
    assert {f"is-{each}" for each in options["state"]} >= {c for c in classes if c[:3] == "is-"}
    assert {f"on-{each}" for each in options["area"]} >= {c for c in classes if c[:3] == "on-"}
    assert options["asset"] == ["all", "cleaned_records"]
    assert page.xpath("//a[@href='qa-report.ods']")


def test_the_page_opens_alone(report: Report) -> None:
    page = build_qa_page(report)
    assert not re.search(r"<script|<link|src=|@import|url\(", page)
    assert page == build_qa_page(report)


def test_nothing_else_is_said_to_stand_in_the_way(report: Report) -> None:
    failed, missing = replace(GOOD, passed=False), replace(GOOD, passed=None)
    broken = replace_results(report, failed, missing, replace(GOOD, out_of_date=True))
    words = check_listings.describe_obstacles(broken)
    assert "1 blocking check failed" in words
    assert "2 checks did not run on the latest state" in words
    assert count_by_status(broken.results)[CheckStatus.FAILED] == 1


def test_practice_areas_are_those_of_the_suites() -> None:
    listed = read_list("practice_areas")
    assert listed["practice_area"].to_list() == [area.value for area in PracticeArea]
    assert set(listed["level"]) <= {"A0", "A1", "A2", "A3"}
    assert all(listed["assurance"]) and all(listed["source"])


def test_a_known_break_is_shown_as_explained_and_asks_nobody(report: Report) -> None:
    known = replace(WARNING, passed=True, explanation="Interviews suspended: few came.")
    explained = replace_results(report, GOOD, known)
    assert count_by_status(explained.results)[CheckStatus.EXPLAINED] == 1
    assert (
        check_listings.describe_obstacles(explained)
        == "Nothing in this report stands in the way of release."
    )
    assert "Interviews suspended: few came." in build_qa_page(explained)
    assert check_listings.list_explained(report).rows == ()


def test_the_summary_may_be_published(report: Report) -> None:
    known = replace(WARNING, name="known", passed=True, explanation="It was known.")
    answered = {WARNING.key: ANSWER}
    page = build_summary_page(replace_results(report, GOOD, WARNING, known, answers=answered))
    assert "3 checks were made" in page
    assert "1 passed. A known break in the series explains 1 finding. A reviewer judged 1" in page
    for secret in ("Reviewer&gt;", ANSWER.reason, "1,000", "991", "d" * 64):
        assert secret not in page
    assert "Every cell of 2020-Q3 is published again as it was" in page


def test_the_restricted_edition_has_every_measure(report: Report) -> None:
    measures = pl.DataFrame(
        {
            "cube": ["year_area", "year_lag", "year_lag"],
            "measure": ["changed", "changed", "noise_sd"],
            "of": ["all", "1-4", "8-19"],
            "cells": [10, 12345, 7],
            "value": [0.25, 1.0, 1.8125],
        }
    )
    page = build_risk_page(report.edition, measures)
    assert page.count("<table") == 2
    for figure in ("12,345", "1.8125", "0.2500", "Restricted"):
        assert figure in page


def test_of_risk_and_utility_only_what_readers_can_work_out() -> None:
    measures = pl.DataFrame(
        {
            "cube": ["a", "b", "a", "a", "a"],
            "measure": [*["parts_do_not_add"] * 3, "sum_of_parts_minus_total_sd", "changed"],
            "of": ["sex", "sex", "local_authority: uk", "sex", "1-4"],
            "cells": [10, 30, 1, 10, 99],
            "value": [1.0, 0.2, 1.0, 1.85, 0.77],
        }
    )
    [(sums, cells, percent)] = edition_differences.measure_additivity(measures)
    assert (sums, cells) == ("All sexes, from each", 40)
    assert percent == pytest.approx(0.4)
