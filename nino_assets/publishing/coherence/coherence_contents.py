"""The coherence report as data: what is compared, and what diverges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nino_assets.methods.comparison.divergence import Comparison, Direction, DivergenceReason
from nino_assets.methods.comparison.other_series import ByQuarter, DeclaredSeries
from nino_assets.statistic import events
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.events import Event
from nino_assets.statistic.quarters import Quarter
from nino_assets.writers.charts.chart import LINE, Chart, EventMark, Point, build_series

LISTED_QUARTERS = 12
"""Divergences of so many quarters up to the release are listed with their reasons."""
_TICKS = 7
_OURS = {v.ALL: "Registrations", v.NON_EU: "Non-EU NINos"}


@dataclass(frozen=True)
class ComparedSeries:
    """A series, the registrations it is compared with, and the result."""

    series: DeclaredSeries
    registrations: ByQuarter
    breakdowns: Mapping[str, ByQuarter]
    comparisons: tuple[Comparison, ...]
    sources: tuple[str, ...]

    @property
    def latest(self) -> Comparison | None:
        """The comparison of the latest period that both have."""
        return self.comparisons[-1] if self.comparisons else None

    def is_due(self, release: Quarter) -> bool:
        """Tell whether the latest period that must be there is there."""
        return bool(
            self.latest
            and Quarter.parse(self.latest.period) >= self.series.find_expected_period(release)
        )


@dataclass(frozen=True)
class Divergence:
    """One period in which registrations and a series diverge, with reasons."""

    compared: ComparedSeries
    comparison: Comparison
    reasons: tuple[DivergenceReason, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True)
class ReportFigure:
    """A line chart with its message, measure, description and sources."""

    name: str
    title: str
    subtitle: str
    description: str
    chart: Chart
    sources: tuple[str, ...]
    shaded: tuple[Event, ...]


def list_divergences(
    compared: Sequence[ComparedSeries], reasons: Sequence[DivergenceReason], release: Quarter
) -> list[Divergence]:
    """List the divergences of the last `LISTED_QUARTERS`, latest first."""
    found = [
        Divergence(each, comparison, *_find_reasons(each.series, comparison, reasons))
        for each in compared
        for comparison in each.comparisons
        if comparison.diverges and Quarter.parse(comparison.period) > release - LISTED_QUARTERS
    ]
    return sorted(found, key=lambda d: Quarter.parse(d.comparison.period), reverse=True)


def name_period(series: DeclaredSeries, period: Quarter) -> str:
    """Return `October to December 2020` or `year ending December 2020`."""
    return period.year_ending if series.compared_over == "year_ending" else period.title


def draw_report_figures(compared: Sequence[ComparedSeries], release: Quarter) -> list[ReportFigure]:
    """Draw one chart of all quarterly series, and each yearly one.

    A chart runs over the latest unbroken run of periods that all its lines have; it is left out
    when that is shorter than two periods.
    """
    quarterly = [each for each in compared if each.series.compared_over == "quarter"]
    groups = [quarterly] if quarterly else []
    groups += [[each] for each in compared if each.series.compared_over == "year_ending"]
    figures = (_draw_figure(group, release) for group in groups)
    return [figure for figure in figures if figure]


def _find_reasons(
    series: DeclaredSeries, comparison: Comparison, reasons: Sequence[DivergenceReason]
) -> tuple[tuple[DivergenceReason, ...], tuple[Event, ...]]:
    period = Quarter.parse(comparison.period)
    ways: list[Direction] = [way for way in (comparison.level, comparison.trend) if way]
    documented = tuple(r for r in reasons if any(r.explains(series.name, period, w) for w in ways))
    length = 4 if series.compared_over == "year_ending" else 1
    spans = [(period - (length - 1), period)]
    if comparison.trend:
        spans.append((period - (length + 3), period - 4))
    grouped = series.nationality != v.ALL
    touched = {
        e.event: e
        for span in spans
        for e in events.find_events(*span)
        if not e.is_discontinuity or e.is_break_in(*span, by_nationality=grouped)
    }
    return documented, tuple(touched.values())


def _draw_figure(group: Sequence[ComparedSeries], release: Quarter) -> ReportFigure | None:
    first = group[0].series
    ours = (_OURS[first.nationality], group[0].registrations)
    if len(group) > 1:
        lines = [(each.series.label, next(iter(each.breakdowns.values()))) for each in group]
    elif len(first.breakdowns) > 1:
        lines = list(group[0].breakdowns.items())
    else:
        lines = [(first.label, group[0].breakdowns[first.breakdowns[0]])]
    lines.insert(0, ours)
    periods = _find_common_periods([values for _, values in lines], release)
    if len(periods) < 2:
        return None
    yearly = first.compared_over == "year_ending"
    chart = Chart(
        LINE,
        "Number",
        "Year ending" if yearly else "Quarter",
        tuple(f"{q.last_month} {q.year}" if yearly else q.title for q in periods),
        build_series(
            *((label, tuple(Point(values[q], "") for q in periods)) for label, values in lines)
        ),
        _choose_ticks(periods, yearly),
        marks=_place_breaks(first, periods, 3 if yearly else 0),
    )
    kind = "year endings" if yearly else "quarters"
    title = (
        "Registrations beside applications and interviews"
        if len(group) > 1
        else f"Registrations beside {first.title[0].lower() + first.title[1:]}"
    )
    reach = 3 if yearly else 0
    return ReportFigure(
        name="operational-information" if len(group) > 1 else first.name.replace("_", "-"),
        title=title,
        subtitle=f"UK, {kind}, {chart.categories[0]} to {chart.categories[-1]}",
        description=" ".join(
            _describe_line(s.label, chart.categories, s.points) for s in chart.series
        ),
        chart=chart,
        sources=tuple(dict.fromkeys(source for each in group for source in each.sources)),
        shaded=_find_breaks(first, periods, reach),
    )


def _describe_line(label: str, categories: Sequence[str], points: Sequence[Point]) -> str:
    values = [point.value for point in points]
    top, low = values.index(max(values)), values.index(min(values))
    extremes = [
        f"{word} at {values[n]:,} in {categories[n]}"
        for word, n in (("highest", top), ("lowest", low))
        if values.count(values[n]) == 1
    ]
    ends = f"{label}: {values[0]:,} in {categories[0]} and {values[-1]:,} in {categories[-1]}"
    return "; ".join([ends, *extremes]) + "."


def _find_common_periods(lines: Sequence[ByQuarter], release: Quarter) -> list[Quarter]:
    common = set.intersection(*(set(values) for values in lines))
    published = [q for q in common if q <= release]
    run: list[Quarter] = []
    at = max(published, default=None)
    while at in common:
        run.append(at)
        at = at - 1
    return run[::-1]


def _choose_ticks(periods: Sequence[Quarter], yearly: bool) -> tuple[tuple[int, str], ...]:
    """Choose about seven years to name on the axis.

    They are the first quarter of years, or the year endings in December.
    """
    number = 4 if yearly else 1
    starts = [(n, q) for n, q in enumerate(periods) if q.number == number]
    step = -(-len(starts) // _TICKS) if starts else 1
    return tuple((n, f"Dec {q.year}" if yearly else f"{q.year}") for n, q in starts[::step])


def _place_breaks(
    series: DeclaredSeries, periods: Sequence[Quarter], reach: int
) -> tuple[EventMark, ...]:
    """Place the known breaks in registrations on the axis.

    `reach` is 3 for year endings, 0 for quarters.
    """
    broken = _find_breaks(series, periods, reach)
    return tuple(
        EventMark(
            "ABCDEFGH"[n],
            max(0, len(periods[0].list_until(event.first_quarter)) - 1),
            min(len(periods), len(periods[0].list_until(event.last_quarter + reach))) - 1,
            shaded=True,
        )
        for n, event in enumerate(broken)
    )


def _find_breaks(
    series: DeclaredSeries, periods: Sequence[Quarter], reach: int
) -> tuple[Event, ...]:
    """Find the breaks in registrations that a chart shades."""
    return tuple(
        event
        for event in events.find_discontinuities(periods[0] - reach, periods[-1])
        if any(
            event.is_break_in(period - reach, period, by_nationality=series.nationality != v.ALL)
            for period in periods
        )
    )
