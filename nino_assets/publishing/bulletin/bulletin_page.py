"""Writes the bulletin as one HTML file that fetches nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from markupsafe import Markup, escape

from nino_assets.publishing.bulletin.blocks import Bulletin, BulletinTable, Drawing, Figure
from nino_assets.publishing.bulletin.data_files import (
    build_data_link,
    write_csv_text,
)
from nino_assets.publishing.bulletin.govspeak import PACK, name_file
from nino_assets.publishing.bulletin.prose import (
    Claim,
    Number,
    Part,
    ProseLink,
    Quotation,
    Sentence,
)
from nino_assets.publishing.bulletin.table_cells import find_cell_pattern
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.html_pages import render_page
from nino_assets.statistic.identity import STATUS
from nino_assets.writers.charts.chart import Chart
from nino_assets.writers.charts.pictures import draw_narrow_chart, draw_wide_chart
from nino_assets.writers.charts.plotly_figures import CONFIG, build_plotly_figure, compress_plotly


def write_bulletin_page(bulletin: Bulletin, edition: Edition, write: Callable[[int], str]) -> str:
    """Write the whole HTML page.

    `write` gives the text of a count in the labels of pictures.
    """
    numbers = {figure.name: n for n, figure in bulletin.figures}
    return render_page(
        "bulletin",
        "bulletin.html.j2",
        synthetic=edition.synthetic,
        filters={
            "prose": mark_up_sentence,
            "mark": _mark_up_part,
            "cell": mark_up_cell,
            "cell_pattern": find_cell_pattern,
            "kind": lambda block: type(block).__name__,
        },
        title=edition.title,
        description=f"{STATUS}: {edition.title}. Covers {edition.coverage}.",
        edition=edition,
        bulletin=bulletin,
        status=STATUS,
        number=numbers,
        pictures=lambda figure: _place_pictures(figure, write),
        file=_build_file,
        pack=PACK,
        picture_file=lambda figure: name_file(numbers[figure.name], figure, "svg"),
        script=Markup(_write_settings(bulletin, write)),  # noqa: S704 - our own figures, written as JSON
    )


def mark_up_sentence(sentence: Sentence) -> Markup:
    """Mark up a sentence's numbers, claims, quotations and links."""
    return Markup("").join(_mark_up_part(part) for part in sentence.parts)


def mark_up_cell(cell: str | Number) -> Markup:
    """Mark up a table cell; a number names its published cell."""
    if isinstance(cell, Number):
        return Markup('<td data-cell="{}">{}</td>').format(cell.expression, cell.text)
    return Markup("<td>{}</td>").format(cell)


def _mark_up_part(part: Part) -> Markup:
    match part:
        case Number():
            mark = Markup('<data value="{}" data-cell="{}">{}</data>')
            return mark.format(part.attribute, part.expression, part.text)
        case Claim():
            return Markup('<span data-claim="{}">{}</span>').format(part.expression, part.text)
        case Quotation():
            return Markup('<span data-quoted="{}">{}</span>').format(part.source, part.text)
        case ProseLink():
            if part.text == "[b]":
                return Markup(
                    '<a href="{}"><abbr title="break in the series">[b]</abbr></a>'
                ).format(part.target)
            return Markup('<a href="{}">{}</a>').format(part.target, part.text)
        case _:
            return escape(part)


def _place_pictures(figure: Figure, write: Callable[[int], str]) -> Markup:
    title = figure.title.plain
    if isinstance(figure.picture, Drawing):
        narrow = figure.picture.narrow
        drawn = _place_svg(figure.picture.svg, "wide" if narrow else "drawing")
        drawn += _place_svg(narrow, "narrow")
    else:
        drawn = _place_svg(draw_wide_chart(figure.picture, title, write), "wide")
        drawn += _place_svg(draw_narrow_chart(figure.picture, title, write), "narrow")
    return Markup(drawn)  # noqa: S704 - written by our own SVG writer, which escapes


def _place_svg(svg: str, width: str) -> str:
    """Place an SVG inside the page.

    The name and description of the picture are on the element around it.
    """
    return svg.replace("<svg ", f'<svg class="{width}" aria-hidden="true" focusable="false" ', 1)


def _build_file(table: BulletinTable) -> dict[str, Any]:
    text = write_csv_text(table)
    return {"link": build_data_link(text), "size": len(text.encode())}


def _write_settings(bulletin: Bulletin, write: Callable[[int], str]) -> str:
    """Write the loader's settings as JSON that is safe in a script."""
    figures = {
        f"figure-{n}": build_plotly_figure(figure.picture, write)
        for n, figure in bulletin.figures
        if isinstance(figure.picture, Chart)
    }
    settings = {"figures": figures, "config": CONFIG, "plotly": compress_plotly()}
    return json.dumps(settings, separators=(",", ":"), sort_keys=True).replace("</", "<\\/")
