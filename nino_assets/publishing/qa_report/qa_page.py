"""Writes the QA report as one HTML file that fetches nothing.

Two smaller pages go with it: the summary that may be published, and the restricted page of risk and
utility.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import polars as pl

from nino_assets.governance.check_result import CheckResult, count_by_status
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.html_pages import render_page
from nino_assets.publishing.qa_report import (
    answer_words,
    check_listings,
    desk_links,
    release_listings,
)
from nino_assets.publishing.qa_report.figure_words import format_figure
from nino_assets.publishing.qa_report.report import Report
from nino_assets.publishing.qa_report.trend_pictures import draw_small_trend


def build_qa_page(report: Report) -> str:
    """The whole page. The same report, the same text."""
    return _render(
        "qa_report",
        "QA report",
        report.edition,
        report=report,
        statuses=count_by_status(report.results),
        histories={history[-1].key: _keep_quarters(history) for history in report.histories},
    )


def build_summary_page(report: Report) -> str:
    """What may be published of the report.

    It has no count before perturbation and no name of a reviewer.
    """
    return _render("summary", "Quality assurance summary", report.edition, report=report)


def build_risk_page(edition: Edition, measures: pl.DataFrame) -> str:
    """The restricted page: a table for each measure of risk and utility.

    `measures` is as `methods.risk_and_utility` gives it.
    """
    return _render(
        "risk_and_utility",
        "Risk and utility",
        edition,
        listings=release_listings.list_risk_and_utility(measures),
    )


def _make_token(words: str) -> str:
    """Words as a class in the page's style."""
    return "-".join(re.findall(r"[a-z]+", words.lower()))


def _keep_quarters(history: Sequence[CheckResult]) -> list[CheckResult]:
    """The quarters of a history: none for an asset without quarters."""
    return [result for result in history if result.quarter]


def _render(template: str, title: str, edition: Edition, **values: Any) -> str:
    return render_page(
        "qa_report",
        f"{template}.html.j2",
        synthetic=edition.synthetic,
        filters={
            "trend": draw_small_trend,
            "figure": format_figure,
            "token": _make_token,
            "row": check_listings.build_check_row,
        },
        title=f"{title}, {edition.title}",
        edition=edition,
        answers=answer_words,
        links=desk_links,
        on_checks=check_listings,
        on_release=release_listings,
        **values,
    )
