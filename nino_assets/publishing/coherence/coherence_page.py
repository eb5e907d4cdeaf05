"""Writes the coherence report as one HTML file that fetches nothing."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from nino_assets.methods.comparison.divergence import (
    CoherenceTolerance,
    Comparison,
    DivergenceReason,
)
from nino_assets.methods.comparison.other_series import DeclaredSeries
from nino_assets.publishing.coherence.coherence_contents import (
    LISTED_QUARTERS,
    ComparedSeries,
    ReportFigure,
    draw_report_figures,
    list_divergences,
    name_period,
)
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.html_pages import render_page
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.pictures import draw_narrow_chart, draw_wide_chart


def write_coherence_page(
    compared: Sequence[ComparedSeries],
    edition: Edition,
    *,
    tolerances: Sequence[CoherenceTolerance],
    reasons: Sequence[DivergenceReason],
    synthetic: bool,
) -> str:
    """Write the whole page; the same figures, the same text.

    `compared` are the declared series in order, with nothing later than the edition's quarter;
    `synthetic` marks the page as made of synthetic figures, its own or those it compares them with.
    """
    found = list_divergences(compared, reasons, edition.quarter)
    return render_page(
        "coherence",
        "coherence.html.j2",
        synthetic=synthetic,
        filters={
            "ratio": lambda value: "not defined" if value is None else f"{value:.2f}",
            "percent": lambda value: _format_signed(value, "%"),
            "points": lambda value: _format_signed(value, ""),
            "period": _name_period,
        },
        title=f"Coherence report, {edition.quarter}",
        edition=edition,
        compared=compared,
        figures=draw_report_figures(compared, edition.quarter),
        divergences=found,
        shown_reasons=list(
            {(r.title, r.description): r for d in found for r in d.reasons}.values()
        ),
        tolerances=sorted(
            (t for t in tolerances if t.from_quarter <= edition.quarter),
            key=lambda t: [c.series.name for c in compared].index(t.series),
        ),
        titles={each.series.name: each.series.title for each in compared},
        listed=LISTED_QUARTERS // 4,
        pictures=_draw_pictures,
        bounds=_format_bounds,
        ways=_name_ways,
        finding=lambda each: _write_finding(each, edition.quarter),
    )


def _write_finding(each: ComparedSeries, release: Quarter) -> str:
    """Write what a reviewer sees first of a series.

    The series has a latest comparison.
    """
    assert each.latest is not None  # noqa: S101 - the template asks only then
    words = f"Diverges ({_name_ways(each.latest)})" if each.latest.diverges else "Within tolerance"
    if not each.latest.has_tolerance:
        words = "Not judged: see the tolerances"
    if each.latest.is_explained:
        words += ", across a known break"
    if not each.is_due(release):
        words += (
            f". Late: {name_period(each.series, each.series.find_expected_period(release))} is due"
        )
    if each.latest.period == str(each.series.last_period):
        words += ". The series ended with this period"
    return words


def _name_period(comparison: Comparison, series: DeclaredSeries) -> str:
    """Return `Year ending December 2020`, as a table cell begins."""
    words = name_period(series, Quarter.parse(comparison.period))
    return words[0].upper() + words[1:]


def _name_ways(comparison: Comparison) -> str:
    """Return `higher in level, lower in trend`."""
    found = (("level", comparison.level), ("trend", comparison.trend))
    return ", ".join(f"{way} in {what}" for what, way in found if way)


def _format_signed(value: float | None, unit: str) -> str:
    if value is None:
        return "not defined"
    rounded = round(value)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else ""
    return f"{sign}{abs(rounded):,}{unit}"


def _format_bounds(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return "not judged"
    if low is None:
        return f"at most {high:g}"
    return f"{low:g} to {high:g}" if high is not None else f"at least {low:g}"


def _draw_pictures(figure: ReportFigure) -> Markup:
    drawn = ""
    for draw, width in ((draw_wide_chart, "wide"), (draw_narrow_chart, "narrow")):
        svg = draw(figure.chart, figure.title, lambda value: f"{value:,}")
        drawn += svg.replace("<svg ", f'<svg class="{width}" aria-hidden="true" ', 1)
    return Markup(drawn)  # noqa: S704 - written by our own SVG writer, which escapes
