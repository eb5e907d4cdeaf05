"""Tables of published cells: exact figures, as the workbook and the open data have them."""

from __future__ import annotations

from fractions import Fraction

from nino_assets.publishing.bulletin.blocks import BulletinTable
from nino_assets.publishing.bulletin.prose import Number
from nino_assets.publishing.bulletin.quoted_figures import Pair, QuotedFigures
from nino_assets.publishing.bulletin.rounding import exact_text, half_up
from nino_assets.publishing.cells import Cell
from nino_assets.writers.charts.chart import Chart

NO_PERCENTAGE = "[z]"
"""The harmonised shorthand for not applicable: a percentage change to or from [low]."""


def exact(figures: QuotedFigures, cell: Cell) -> Number:
    """A cell as a table shows it, unrounded."""
    value = figures.value(cell)
    return Number(Fraction(value), exact_text(value), str(cell))


def chart_table(chart: Chart, caption: str) -> BulletinTable:
    """The data of a chart: a row a category, a column a series."""
    return BulletinTable(
        caption,
        (chart.category_heading, *(series.label for series in chart.series)),
        tuple(
            (
                category,
                *(
                    Number(Fraction(p.value), exact_text(p.value), p.cell)
                    for p in (series.points[n] for series in chart.series)
                ),
            )
            for n, category in enumerate(chart.categories)
        ),
    )


def change_headings(figures: QuotedFigures, pair: Pair[Cell]) -> tuple[str, str]:
    """The headings of the two columns of change, marked when the comparison crosses a break."""
    mark = " [b]" if figures.breaks(pair) else ""
    return f"Change{mark}", f"Change (%){mark}"


def change_row(figures: QuotedFigures, label: str, pair: Pair[Cell]) -> tuple[str | Number, ...]:
    """Label, then, now, difference and whole percentage change, all of published figures."""
    now, then = figures.value(pair.now), figures.value(pair.then)
    difference = Number(
        Fraction(now - then),
        f"{now - then:+,}".replace("+0", "0"),
        f"change({pair.now},{pair.then})",
    )
    percent: str | Number = NO_PERCENTAGE
    if now and then:
        value = Fraction(100 * (now - then), then)
        text = f"{half_up(value):+,}%".replace("+0%", "0%")
        percent = Number(value, text, f"percent-change({pair.now},{pair.then})")
    return (label, exact(figures, pair.then), exact(figures, pair.now), difference, percent)
