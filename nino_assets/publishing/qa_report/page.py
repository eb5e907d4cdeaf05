"""Writes the QA report as one HTML file that fetches nothing and opens without Dagster.

Beside it stand two smaller pages: the summary that may be published, and the restricted edition of
risk and utility. Belongs here: filling the templates. Does not belong here: what is said
(`sections.py`).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from nino_assets.publishing.edition import Edition
from nino_assets.publishing.html_pages import render_page
from nino_assets.publishing.qa_report import sections
from nino_assets.publishing.qa_report.results import Report, tally
from nino_assets.publishing.qa_report.trend import trend_svg, trend_words


def qa_page(report: Report) -> str:
    """The whole page. The same report, the same text."""
    return _render(
        "qa_report",
        "QA report",
        report.edition,
        report=report,
        tally=tally(report.results),
        assets=list(dict.fromkeys(result.asset for result in report.results)),
    )


def summary_page(report: Report) -> str:
    """What may be published of the report: no count before perturbation, no name of a reviewer."""
    return _render("summary", "Quality assurance summary", report.edition, report=report)


def risk_page(edition: Edition, measures: pl.DataFrame) -> str:
    """The restricted edition: every measure of risk and utility, a table a measure.

    `measures` is as `methods.risk_and_utility` gives it.
    """
    return _render(
        "risk_and_utility",
        "Risk and utility",
        edition,
        listings=sections.risk_and_utility(measures),
    )


def _render(template: str, title: str, edition: Edition, **values: Any) -> str:
    return render_page(
        "qa_report",
        f"{template}.html.j2",
        synthetic=edition.synthetic,
        filters={"trend": trend_svg, "trend_words": trend_words, "row": sections.check_row},
        title=f"{title}, {edition.title}",
        edition=edition,
        sections=sections,
        **values,
    )
