"""Tables of published cells, exact as the workbook has them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from nino_assets.publishing.bulletin.blocks import BulletinTable
from nino_assets.publishing.bulletin.prose import Number
from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures
from nino_assets.publishing.bulletin.rounding import format_exact, round_half_up
from nino_assets.publishing.cells import Cell
from nino_assets.statistic.percentages import NO_PERCENTAGE
from nino_assets.writers.charts.chart import Chart


def build_exact_number(figures: QuotedFigures, cell: Cell) -> Number:
    """Return a cell as a table shows it, unrounded."""
    value = figures.get_value(cell)
    return Number(Fraction(value), format_exact(value), str(cell))


def build_chart_table(chart: Chart, caption: str) -> BulletinTable:
    """Return a chart's data: a row a category, a column a series."""
    return BulletinTable(
        caption,
        (chart.category_heading, *(series.label for series in chart.series)),
        tuple(
            (
                category,
                *(
                    Number(Fraction(p.value), format_exact(p.value), p.cell)
                    for p in (series.points[n] for series in chart.series)
                ),
            )
            for n, category in enumerate(chart.categories)
        ),
    )


def build_changes(
    figures: QuotedFigures, pairs: Sequence[tuple[str, Pair[Cell]]]
) -> tuple[tuple[str, str], tuple[tuple[str | Number, ...], ...]]:
    """Return the headings of the two columns of change, and the rows.

    `[b]` is in the headings where every row's comparison crosses a break, and in the labels of the
    rows that do where only some do.
    """
    broken = [bool(figures.find_breaks(pair)) for _, pair in pairs]
    mark = " [b]" if all(broken) else ""
    rows = tuple(
        _build_change_row(figures, label if mark or not crosses else f"{label} [b]", pair)
        for (label, pair), crosses in zip(pairs, broken, strict=True)
    )
    return (f"Change{mark}", f"Change (%){mark}"), rows


def _build_change_row(
    figures: QuotedFigures, label: str, pair: Pair[Cell]
) -> tuple[str | Number, ...]:
    """Return label, then, now, difference and percentage change, or `[low]`."""
    now, then = figures.get_value(pair.now), figures.get_value(pair.then)
    difference = Number(
        Fraction(now - then),
        f"{now - then:+,}".replace("+0", "0"),
        f"change({pair.now},{pair.then})",
    )
    percent: str | Number = NO_PERCENTAGE
    if now and figures.is_percentage_base(pair.then):
        value = Fraction(100 * (now - then), then)
        text = f"{round_half_up(value):+,}%".replace("+0%", "0%")
        percent = Number(value, text, f"percent-change({pair.now},{pair.then})")
    return (
        label,
        build_exact_number(figures, pair.then),
        build_exact_number(figures, pair.now),
        difference,
        percent,
    )
