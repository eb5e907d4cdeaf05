"""Bar charts of this period and the year before."""

from __future__ import annotations

from nino_assets.publishing.bulletin.blocks import (
    BulletinTable,
    Figure,
)
from nino_assets.publishing.bulletin.commentary.bulletin_context import (
    MEASURE,
    BulletinContext,
)
from nino_assets.publishing.bulletin.commentary.exact_tables import (
    build_changes,
    build_exact_number,
)
from nino_assets.publishing.bulletin.prose import Claim, Sentence, list_with_and, say
from nino_assets.publishing.cells import Cell
from nino_assets.writers.charts import palette
from nino_assets.writers.charts.chart import BARS, Chart, Series


def build_comparison_figure(  # noqa: PLR0913, PLR0917 - a figure has these words
    context: BulletinContext,
    name: str,
    title: Sentence,
    cells: list[tuple[Cell, str]],
    heading: str,
    what: str,
) -> Figure:
    """Draw bars of this period and, where published, a year before."""
    labels = tuple(label for _, label in cells)
    now = [cell for cell, _ in cells]
    words = context.name_period(now[0]).removeprefix("the ")
    pairs = [context.find_pair(cell) for cell in now]
    caption = f"NINo registrations by {what}, UK, {words}"
    series = [Series(_capitalise_period(context, now[0]), context.build_points(now), palette.NAVY)]
    table = BulletinTable(
        caption,
        (heading, "Registrations"),
        tuple((label, build_exact_number(context.figures, cell)) for cell, label in cells),
    )
    compared = [pair for pair in pairs if pair]
    if len(compared) == len(cells):
        then = [pair.then for pair in compared]
        series.insert(
            0,
            Series(_capitalise_period(context, then[0]), context.build_points(then), palette.GREY),
        )
        caption += " and a year earlier"
        headings, rows = build_changes(context.figures, list(zip(labels, compared, strict=True)))
        table = BulletinTable(caption, (heading, series[0].label, series[1].label, *headings), rows)
    return Figure(
        name,
        title,
        caption,
        _describe_order(context, f"A bar chart by {what}.", context.rank_cells(cells)),
        Chart(BARS, MEASURE, heading, labels, tuple(series)),
        table,
    )


def _describe_order(
    context: BulletinContext, opening: str, ordered: list[tuple[Cell, str]]
) -> Sentence:
    """Describe the three largest and the smallest, with their figures."""
    figures = context.figures
    named = list_with_and(
        say(f"{label} ({{n}})", n=figures.quote_count(cell)) for cell, label in ordered[:3]
    )
    order = f"descending({','.join(str(cell) for cell, _ in ordered)})"
    verb = "is" if len(ordered) == 1 else "are"
    sentence = say(
        f"{opening} In {context.name_period(ordered[0][0])} {{claim}} {verb} {{named}}",
        claim=Claim("the largest", order),
        named=named,
    )
    texts = [figures.quote_count(cell).text for cell, _ in ordered[-2:]]
    if len(ordered) > 3 and texts[0] != texts[1]:
        last, label = ordered[-1]
        sentence += say(
            f"; {{claim}} is {label} ({{n}})",
            claim=Claim("the smallest", order),
            n=figures.quote_count(last),
        )
    return sentence + say(".")


def _capitalise_period(context: BulletinContext, cell: Cell) -> str:
    words = context.name_period(cell).removeprefix("the ")
    return words[0].upper() + words[1:]
