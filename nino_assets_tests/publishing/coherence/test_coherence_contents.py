"""The coherence report: what a reviewer finds in it, and that it is the same each time."""

from __future__ import annotations

from datetime import date

import pytest
from lxml import html

from nino_assets.methods.comparison.divergence import (
    CoherenceTolerance,
    DivergenceReason,
    compare_with_registrations,
)
from nino_assets.methods.comparison.other_series import DeclaredSeries as Declared
from nino_assets.publishing.coherence.coherence_contents import (
    ComparedSeries,
    draw_report_figures,
    list_divergences,
)
from nino_assets.publishing.coherence.coherence_page import write_coherence_page
from nino_assets.publishing.edition import Edition
from nino_assets.statistic.quarters import Quarter

RELEASE = Quarter(2017, 4)
FIRST = Quarter(2015, 4)
EDITION = Edition(RELEASE, FIRST, date(2018, 2, 22), date(2018, 5, 24), synthetic=False)
DECLARED = (
    Declared("received", "Received <all>", "Received", ("All",), "quarter", "quarter", "All", 0),
    Declared("booked", "Booked", "Booked", ("All",), "quarter", "quarter", "All", 0),
    Declared("visas", "Visas", "Visas", ("Work", "Study"), "quarter", "year_ending", "All", 0),
    Declared("survey", "Survey", "Survey", ("All",), "year_ending", "year_ending", "All", 1),
)
TOLERANCES = [
    CoherenceTolerance(each.name, FIRST, 0.5, 2, 30, "evidence", "source") for each in DECLARED
]
REASONS = [
    DivergenceReason("booked", "higher", None, None, "Interviews stopped", "Why & when.", "Source")
]
QUARTERS = FIRST.list_until(RELEASE)


def compared(
    series: Declared, values: dict[Quarter, int], last: Quarter = RELEASE
) -> ComparedSeries:
    ours = {quarter: 1000 + 10 * n for n, quarter in enumerate(QUARTERS)}
    found = compare_with_registrations(series, ours, values, TOLERANCES, broken=(), last=last)
    breakdowns = dict.fromkeys(series.breakdowns, values)
    return ComparedSeries(series, ours, breakdowns, tuple(found), ("A source",))


def series() -> list[ComparedSeries]:
    received, booked, visas, survey = DECLARED
    steady = {quarter: 1100 + n for n, quarter in enumerate(QUARTERS)}
    return [
        compared(received, steady),
        compared(booked, steady | {RELEASE: 0}),
        compared(visas, steady | {RELEASE: 100}),
        compared(survey, {q: v for q, v in steady.items() if q < RELEASE - 1}),
    ]


def page(compared: list[ComparedSeries]) -> str:
    return write_coherence_page(
        compared, EDITION, tolerances=TOLERANCES, reasons=REASONS, synthetic=False
    )


def rows(text: str, section: str) -> list[list[str]]:
    path = f"//section[@id='{section}']//table/tbody/tr"
    return [
        [cell.text_content().strip() for cell in row] for row in html.fromstring(text).xpath(path)
    ]


def test_the_same_figures_give_the_same_page() -> None:
    assert page(series()) == page(series())


def test_where_each_series_stands() -> None:
    received, booked, visas, survey = rows(page(series()), "now")
    assert received[0] == "Received <all>"
    assert received[1:6] == ["October to December 2017", "1,108", "1,080", "0.97", "0%"]
    assert received[-1] == "Within tolerance"
    assert booked[2:5] == ["0", "1,080", "not defined"]
    assert booked[-1] == "Diverges (higher in level, higher in trend)"
    assert visas[1] == "Year ending December 2017"
    assert survey[-1] == "Within tolerance. Late: year ending September 2017 is due"


def test_divergences_with_their_reasons_or_a_task() -> None:
    text = page(series())
    booked, visas = rows(text, "divergences")
    assert booked[0] == visas[0] == "2017-Q4"
    assert booked[5] == "Interviews stopped"
    assert visas[5] == "None documented: find the reason"
    assert "Why &amp; when." in text


def test_old_divergences_are_not_listed() -> None:
    assert list_divergences(series(), REASONS, RELEASE + 11)
    assert not list_divergences(series(), REASONS, RELEASE + 12)


def test_a_chart_has_four_lines_at_most_a_text_alternative_and_a_table() -> None:
    figures = draw_report_figures(series(), RELEASE)
    assert [figure.name for figure in figures] == ["operational-information", "visas", "survey"]
    document = html.fromstring(page(series()))
    drawn = document.xpath("//figure")
    assert len(drawn) == len(figures)
    for figure, element in zip(figures, drawn, strict=True):
        assert 2 <= len(figure.chart.series) <= 4
        (picture,) = element.xpath(".//div[@role='img']")
        for attribute in ("aria-labelledby", "aria-describedby"):
            assert element.xpath(f".//*[@id='{picture.get(attribute)}']")[0].text_content().strip()
        assert len(element.xpath(".//tbody/tr")) == len(figure.chart.categories)
        assert element.xpath(".//*[local-name()='svg']")


def test_a_chart_runs_over_what_all_its_lines_have() -> None:
    received, booked, _, _ = DECLARED
    gap = {q: 1000 for q in QUARTERS if q != RELEASE - 3}
    (figure,) = draw_report_figures([compared(received, gap), compared(booked, gap)], RELEASE)
    assert len(figure.chart.categories) == 3
    assert figure.chart.categories[0] == "April to June 2017"


@pytest.mark.parametrize("banner", [True, False])
def test_without_figures_the_page_says_so(banner: bool) -> None:
    text = write_coherence_page(
        [compared(each, {}) for each in DECLARED],
        EDITION,
        tolerances=TOLERANCES,
        reasons=REASONS,
        synthetic=banner,
    )
    assert text.count("Nothing to compare") == len(DECLARED)
    assert "No chart:" in text
    assert ("Synthetic data" in text) == banner


def test_the_page_fetches_nothing_and_is_for_the_team() -> None:
    text = page(series())
    assert "For the statistics team only." in text
    assert not html.fromstring(text).xpath("//script|//link|//img|//@src")
