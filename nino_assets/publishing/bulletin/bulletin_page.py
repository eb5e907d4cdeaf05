"""Writes the bulletin out as one HTML file that fetches nothing.

Belongs here: the mark-up of sentences, figures and tables. Does not belong here: what they say
(`commentary/`) and the templates themselves (`templates/`).
"""

from __future__ import annotations

import json
from collections.abc import Callable

from markupsafe import Markup, escape

from nino_assets.publishing.bulletin.blocks import Bulletin, BulletinTable, Drawing, Figure
from nino_assets.publishing.bulletin.data_files import csv_text, data_link, size_in_words
from nino_assets.publishing.bulletin.prose import (
    Claim,
    Number,
    Part,
    ProseLink,
    Quotation,
    Sentence,
)
from nino_assets.publishing.bulletin.table_cells import cell_pattern
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.html_pages import render_page
from nino_assets.statistic.identity import STATUS
from nino_assets.writers.charts.chart import Chart
from nino_assets.writers.charts.pictures import draw_narrow_chart, draw_wide_chart
from nino_assets.writers.charts.plotly_figures import CONFIG, build_plotly_figure, compress_plotly


def page(bulletin: Bulletin, edition: Edition, write: Callable[[int], str]) -> str:
    """The whole HTML page. `write` gives the text of a count in the labels of pictures."""
    numbers = {figure.name: n for n, figure in bulletin.figures}
    return render_page(
        "bulletin",
        "bulletin.html.j2",
        synthetic=edition.synthetic,
        filters={
            "prose": sentence_html,
            "mark": _part,
            "cell": cell_html,
            "cell_pattern": cell_pattern,
            "kind": lambda block: type(block).__name__,
        },
        title=edition.title,
        description=f"{STATUS}: {edition.title}. Covers {edition.coverage}.",
        edition=edition,
        bulletin=bulletin,
        status=STATUS,
        number=numbers,
        pictures=lambda figure: _pictures(figure, write),
        file=_file,
        script=Markup(_script(bulletin, write)),  # noqa: S704 - our own figures, written as JSON
    )


def sentence_html(sentence: Sentence) -> Markup:
    """A sentence with its numbers, claims, quotations and links marked up."""
    return Markup("").join(_part(part) for part in sentence.parts)


def cell_html(cell: str | Number) -> Markup:
    """A cell of a table; a number names the published cell that it shows."""
    if isinstance(cell, Number):
        return Markup('<td data-cell="{}">{}</td>').format(cell.expression, cell.text)
    return Markup("<td>{}</td>").format(cell)


def _part(part: Part) -> Markup:
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


def _pictures(figure: Figure, write: Callable[[int], str]) -> Markup:
    title = figure.title.plain
    if isinstance(figure.picture, Drawing):
        narrow = figure.picture.narrow
        drawn = _placed(figure.picture.svg, "wide" if narrow else "drawing")
        drawn += _placed(narrow, "narrow")
    else:
        drawn = _placed(draw_wide_chart(figure.picture, title, write), "wide")
        drawn += _placed(draw_narrow_chart(figure.picture, title, write), "narrow")
    return Markup(drawn)  # noqa: S704 - written by our own SVG writer, which escapes


def _placed(svg: str, width: str) -> str:
    """An SVG inside the page: its picture's name and description stand on the wrapper."""
    return svg.replace("<svg ", f'<svg class="{width}" aria-hidden="true" focusable="false" ', 1)


def _file(table: BulletinTable) -> dict[str, str]:
    text = csv_text(table)
    return {"link": data_link(text), "size": size_in_words(text)}


def _script(bulletin: Bulletin, write: Callable[[int], str]) -> str:
    """The figures and settings of the loader, as JSON that cannot close a script element."""
    figures = {
        f"figure-{n}": build_plotly_figure(figure.picture, write)
        for n, figure in bulletin.figures
        if isinstance(figure.picture, Chart)
    }
    settings = {"figures": figures, "config": CONFIG, "plotly": compress_plotly()}
    return json.dumps(settings, separators=(",", ":"), sort_keys=True).replace("</", "<\\/")
