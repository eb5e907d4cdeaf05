"""The report shows everything, opens alone, and tells nothing of the perturbation's design."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import duckdb
import polars as pl
import pytest

from nino_assets.governance.check_result import CheckResult, CheckStatus, count_by_status
from nino_assets.governance.review_log import Answer
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.qa_report import check_listings, edition_differences, release_listings
from nino_assets.publishing.qa_report.qa_page import (
    build_qa_page,
    build_risk_page,
    build_summary_page,
)
from nino_assets.publishing.qa_report.qa_workbook import write_qa_workbook
from nino_assets.publishing.qa_report.report import Differences, Report
from nino_assets.publishing.qa_report.trend_pictures import (
    describe_trend,
    draw_small_trend,
    draw_trend_markdown,
)
from nino_assets.quality.suite import PracticeArea
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_lists import read_list
from nino_assets.statistic.vocabulary import GEOCODE_STATUSES, REJECTION_REASONS, REPAIRS
from nino_assets.writers.spreadsheet.accessibility import check_accessibility
from nino_assets_tests.support.browser import DESKTOP, PHONE, find_violations, open_page

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


def results(report: Report, *results: CheckResult, **other: Any) -> Report:
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


@pytest.fixture
def report() -> Report:
    return Report(
        edition=Edition(
            quarter=Quarter(2020, 4),
            first_quarter=Quarter(2002, 1),
            published_on=date(2021, 2, 25),
            next_release_on=date(2021, 5, 27),
            synthetic=True,
        ),
        histories=((GOOD,), HISTORY),
        answers={},
        account={
            "delivered": 1000,
            "accepted": 991,
            "rejected": dict.fromkeys(REJECTION_REASONS, 1),
            "repairs": dict.fromkeys(REPAIRS, 2),
            "geocode_status": dict.fromkeys(GEOCODE_STATUSES, 3),
        },
        manifest={
            "code_version": "c" * 64,
            "inputs": {"2020-Q4/scan.csv": "d" * 64},
            "files": {"bulletin.html": {"sha256": "e" * 64, "size": 1234}},
        },
        cells=5678,
        differences=Differences(
            previous="2020-Q3", same=500, changed=0, gone=0, added=20, same_code=True
        ),
        additivity=[("All sexes, from each", 40, 0.5)],
    )


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


def test_the_page_opens_alone(report: Report) -> None:
    page = build_qa_page(report)
    assert not re.search(r"<script|<link|src=|@import|url\(", page)
    assert page == build_qa_page(report)


def test_nothing_else_is_said_to_stand_in_the_way(report: Report) -> None:
    failed, missing = replace(GOOD, passed=False), replace(GOOD, passed=None)
    broken = results(report, failed, missing, replace(GOOD, out_of_date=True))
    words = check_listings.describe_obstacles(broken)
    assert "1 blocking check failed" in words
    assert "2 checks did not run on the latest state" in words
    assert count_by_status(broken.results)[CheckStatus.FAILED] == 1


@pytest.mark.parametrize("answered", [False, True])
def test_the_workbook_is_accessible_and_always_the_same(
    report: Report, tmp_path: Path, answered: bool
) -> None:
    if answered:
        report = replace(report, answers={WARNING.key: ANSWER}, differences=None)
    else:
        report = results(report, GOOD)
    one, two = tmp_path / "one.ods", tmp_path / "two.ods"
    write_qa_workbook(report, one)
    write_qa_workbook(report, two)
    assert check_accessibility(one) == []
    assert one.read_bytes() == two.read_bytes()


def test_practice_areas_are_those_of_the_suites() -> None:
    listed = read_list("practice_areas")
    assert listed["practice_area"].to_list() == [area.value for area in PracticeArea]
    assert set(listed["level"]) <= {"A0", "A1", "A2", "A3"}
    assert all(listed["assurance"]) and all(listed["source"])


def test_a_trend_is_a_picture_with_words() -> None:
    assert draw_small_trend(()) == ""
    assert describe_trend(()) == "The asset has no quarters"
    assert describe_trend(HISTORY[:1]) == "Never run"
    drawn = draw_small_trend(HISTORY)
    assert drawn.count("<circle") == 2
    assert drawn.count("<path") == 1


def test_the_picture_in_the_web_ui_has_figures_quarters_and_the_tolerance() -> None:
    words = describe_trend(HISTORY)
    image = draw_trend_markdown(HISTORY, None, 1)
    alternative, data = image.removesuffix(")").split("](data:image/svg+xml;base64,")
    assert alternative == f"![{words}"
    drawing = ElementTree.fromstring(b64decode(data))
    shown = ["".join(each.itertext()) for each in drawing.iter() if each.tag.endswith("text")]
    assert shown == ["3", "0.25", "2020-Q2", "2020-Q4"]
    [_, tolerated] = [each for each in drawing.iter() if each.tag.endswith("rect")]
    # From 0.25 to 3, the bound of 1 lies 3/11 of the way up; below it all is tolerated.
    assert float(tolerated.get("height", 0)) == pytest.approx(86 * 3 / 11, abs=0.1)
    assert len(data) < 2500


def test_a_known_break_is_shown_as_explained_and_asks_nobody(report: Report) -> None:
    known = replace(WARNING, passed=True, explanation="Interviews suspended: few came.")
    explained = results(report, GOOD, known)
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
    page = build_summary_page(results(report, GOOD, WARNING, known, answers=answered))
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


def _edition(folder: Path, rows: list[tuple[str, int]], code: str) -> None:
    (folder / "open-data").mkdir(parents=True)
    frame = pl.DataFrame(
        [
            {c: "All" for c in CELL_COLUMNS}
            | {"time_period": period, "registrations": n, "observation_status": ""}
            for period, n in rows
        ]
    )
    frame.write_parquet(folder / "open-data" / "nino-registrations.parquet")
    (folder / "manifest.json").write_text(json.dumps({"code_version": code}))


def test_differences_are_against_the_newest_earlier_edition(tmp_path: Path) -> None:
    _edition(tmp_path / "2020-Q1", [("2002-Q1", 9)], "a")
    _edition(tmp_path / "2020-Q3", [("2002-Q1", 5), ("2002-Q2", 6), ("2002-Q3", 7)], "a")
    _edition(tmp_path / "2020-Q4", [("2002-Q1", 5), ("2002-Q2", 0), ("2020-Q4", 1)], "b")
    with duckdb.connect() as con:
        found = edition_differences.compare_editions(con, tmp_path, Quarter(2020, 4))
    assert found == Differences(
        previous="2020-Q3", same=1, changed=1, gone=1, added=1, same_code=False
    )
    assert edition_differences.count_published_cells(tmp_path / "2020-Q4") == 3


def test_an_edition_that_only_adds_cells_has_only_those(tmp_path: Path) -> None:
    _edition(tmp_path / "2020-Q3", [("2002-Q1", 5), ("2002-Q2", 6)], "a")
    _edition(tmp_path / "2020-Q4", [("2002-Q1", 5), ("2002-Q2", 6), ("2020-Q4", 1)], "a")
    with duckdb.connect() as con:
        found = edition_differences.compare_editions(con, tmp_path, Quarter(2020, 4))
    assert found == Differences(
        previous="2020-Q3", same=2, changed=0, gone=0, added=1, same_code=True
    )


def test_the_first_edition_has_no_differences(tmp_path: Path, report: Report) -> None:
    _edition(tmp_path / "2020-Q4", [("2020-Q4", 1)], "a")
    with duckdb.connect() as con:
        assert edition_differences.compare_editions(con, tmp_path, Quarter(2020, 4)) is None
    assert release_listings.list_differences(replace(report, differences=None)) is None


def test_changed_history_is_called_out(report: Report) -> None:
    changed = Differences(previous="2020-Q3", same=1, changed=2, gone=1, added=0, same_code=False)
    words = release_listings.describe_differences(replace(report, differences=changed))
    assert words.startswith("3 cells of 2020-Q3 changed or went.")
    assert words.endswith("The code has changed since.")


def _shown(report: Report, page: str) -> str:
    known = replace(
        GOOD, name="known", severity="warn", explanation="Interviews suspended: few came."
    )
    full = results(report, GOOD, WARNING, known, answers={WARNING.key: ANSWER})
    measures = {"cube": ["a"], "measure": ["changed"], "of": ["1-4"], "cells": [9], "value": [0.5]}
    pages = {
        "report": lambda: build_qa_page(full),
        "summary": lambda: build_summary_page(full),
        "restricted": lambda: build_risk_page(report.edition, pl.DataFrame(measures)),
    }
    return pages[page]()


@pytest.mark.browser
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
@pytest.mark.parametrize("page", ["report", "summary", "restricted"])
def test_axe_finds_nothing(
    browser: Any, report: Report, tmp_path: Path, page: str, width: int
) -> None:
    path = tmp_path / "page.html"
    path.write_text(_shown(report, page), encoding="utf-8")
    opened, requests = open_page(browser, path, width=width)
    violations, passes = find_violations(opened)
    across = opened.evaluate("document.documentElement.scrollWidth")
    opened.context.close()
    assert violations == []
    assert passes > 15
    assert across <= width
    assert requests == [path.as_uri()]
