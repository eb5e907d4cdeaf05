"""Writes the QA report as one HTML file that fetches nothing and opens without Dagster.

Belongs here: filling the template. Does not belong here: what is said (`sections.py`).
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from nino_assets.publishing.edition import PRODUCER, SYNTHETIC_BANNER
from nino_assets.publishing.qa_report import sections
from nino_assets.publishing.qa_report.results import Report, tally
from nino_assets.publishing.qa_report.trend import trend_svg, trend_words


def qa_page(report: Report) -> str:
    """The whole page. The same report, the same text."""
    environment = Environment(
        loader=PackageLoader("nino_assets.publishing.qa_report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "long_date": lambda day: f"{day.day} {day:%B %Y}",
        "number": lambda value: f"{value:,}" if isinstance(value, int) else value,
        "trend": trend_svg,
        "trend_words": trend_words,
        "row": sections.check_row,
        "slug": lambda words: words.lower().replace(" ", "-"),
    }
    return environment.get_template("qa_report.html.j2").render(
        report=report,
        edition=report.edition,
        sections=sections,
        tally=tally(report.results),
        assets=list(dict.fromkeys(result.asset for result in report.results)),
        producer=PRODUCER,
        banner=SYNTHETIC_BANNER if report.edition.synthetic else "",
    )
