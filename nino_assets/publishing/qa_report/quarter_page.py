"""Writes the page of a quarter, for reviewers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nino_assets.publishing.html_pages import render_page
from nino_assets.publishing.qa_report import answer_words, desk_links, quarter_words
from nino_assets.publishing.qa_report.figure_words import format_figure
from nino_assets.publishing.qa_report.quarter_state import QuarterState


@dataclass(frozen=True)
class QuarterFile:
    """A file or folder of the publication, and what it is."""

    name: str
    words: str


FILES = (
    QuarterFile("bulletin.html", "the bulletin"),
    QuarterFile("qa/qa-report.html", "the QA report"),
    QuarterFile("qa/coherence-report.html", "registrations beside other sources"),
    QuarterFile("documents", "methodology, quality report, release strategy"),
    QuarterFile("open-data", "open data"),
    QuarterFile("publishers-pack", "what is typed into GOV.UK"),
    QuarterFile("", "every file, the workbook too"),
)


def build_quarter_page(state: QuarterState, *, synthetic: bool, held: Sequence[str]) -> str:
    """The whole page; `held` are the names of `FILES` that are there."""
    return render_page(
        "qa_report",
        "quarter.html.j2",
        synthetic=synthetic,
        filters={"figure": format_figure},
        title=f"{state.quarter.label}: checks, warnings and release",
        state=state,
        quarter=state.quarter,
        answers=answer_words,
        links=desk_links,
        words=quarter_words,
        files=[each for each in FILES if each.name in held],
    )
