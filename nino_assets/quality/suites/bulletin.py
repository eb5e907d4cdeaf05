"""The suite of bulletin: page and publisher's pack, read back."""

from __future__ import annotations

from nino_assets.publishing.bulletin.bulletin_agreement import check_bulletin
from nino_assets.publishing.bulletin.govspeak import PACK
from nino_assets.publishing.bulletin.lints import (
    LARGEST_PAGE,
    LEAST_LINE_CONTRAST,
    LEAST_TEXT_CONTRAST,
    find_page_faults,
    measure_charts,
)
from nino_assets.publishing.bulletin.pack_agreement import check_pack
from nino_assets.publishing.bulletin.tabled_figures import list_quoted_cells
from nino_assets.publishing.workbook.workbook_agreement import find_shown_cells
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.quality.measures.files import (
    Measures,
    count_breaks_not_noted,
    count_manifest_faults,
    expect_breaks_noted,
    expect_manifest,
    measure_files,
)
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_between, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.releases.compared_sources import list_other_sources
from nino_assets.releases.editions import read_edition, read_published_cells
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse
from nino_assets.writers.charts.palette import MAX_SERIES

_AGAIN = materialise_again("bulletin")
_MARKS = "Compare the page with the cells named in its marks; do not publish the quarter."
_LINTS = "Run the lints on the page: they name each fault."

_AGREES = {
    "numbers": (
        "numbers_disagree",
        "Every number in prose is what its cells give, rounded by the rule in force.",
    ),
    "claims": (
        "claims_false",
        "Every word of change, record or rank holds over the whole series of its cells.",
    ),
    "quotations": (
        "quotations_changed",
        "Every event, break, correction and note is told in its reviewed words.",
    ),
    "tables": ("table_cells_disagree", "Every table cell equals its published cell."),
    "files": ("data_files_disagree", "The data file of each figure has its table's figures."),
    "charts": ("charts_disagree", "Every point of every chart equals its published cell."),
    "breaks": (
        "break_marks_wrong",
        "[b] stands where a comparison crosses a break in the figures compared, nowhere else.",
    ),
    "stories": (
        "stories_too_small",
        "No superlative or comparison is of a difference below its floor, or of equal figures.",
    ),
    "unmarked": (
        "unmarked_in_prose",
        "No number and no claim stands in prose without the cell it comes from.",
    ),
    "periods": (
        "stale_periods",
        "Every section names the periods of its figures in words, so no sentence is stale.",
    ),
}
"""Kind of fault of `check_bulletin` → the check's name and sentence."""

_KEEPS = {
    "requests": ("page_requests", "Nothing in the page is fetched from or sent to elsewhere."),
    "file": ("page_file", "The page is one file with a title, a language and one script."),
    "headings": ("headings_broken", "There is one first-level heading and no level is skipped."),
    "figures": (
        "pictures_without_text",
        "Every picture has a name, a description that says what it shows, and its table.",
    ),
    "tables": ("table_markup", "Every table has a caption, column headers and row headers."),
    "charts": (
        "chart_rules",
        "Charts keep the palette, and lines differ by their dashes as well as by colour.",
    ),
    "pictures": ("picture_colours", "Static pictures keep the palette; their text is dark enough."),
}
"""Kind of fault of `find_page_faults` → the check's name and sentence."""


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = read_edition(warehouse, quarter)
    folder = warehouse.folders.find_publication(quarter)
    html = (folder / "bulletin.html").read_text(encoding="utf-8")
    cells, sources = (
        read_published_cells(warehouse, edition),
        list_other_sources(warehouse, edition),
    )
    found = check_bulletin(html, cells, edition, sources)
    faults = find_page_faults(html)
    charts = measure_charts(html)
    pack = check_pack(html, folder / PACK)
    quoted = list_quoted_cells(html)
    shown = find_shown_cells(folder / name_workbook(edition.quarter), cells, edition, quoted)
    return {
        "numbers_marked": found.numbers,
        "claims_marked": found.claims,
        "table_cells": found.table_cells,
        "chart_points": found.chart_points,
        **{name: len(found.faults[kind]) for kind, (name, _) in _AGREES.items()},
        **{name: len(faults[kind]) for kind, (name, _) in _KEEPS.items()},
        "figures_not_in_tables": len(quoted - shown),
        "series_in_a_chart": charts.most_series,
        "line_contrast_percent": charts.least_line_contrast_percent,
        "text_contrast_percent": charts.least_text_contrast_percent,
        "page_bytes": len(html.encode()),
        "pack_sentences": pack.sentences,
        "pack_disagrees": len(pack.faults),
        "synthetic_unmarked": int(edition.synthetic and SYNTHETIC_BANNER not in html),
        "breaks_not_noted": count_breaks_not_noted(html, edition),
        "manifest_broken": count_manifest_faults(warehouse, quarter, "bulletin.html", f"{PACK}/"),
    }


SUITE = Suite(
    asset="bulletin",
    prepare=measure_files(_measure),
    expectations=(
        *(expect_none(name, sentence, _MARKS) for name, sentence in _AGREES.values()),
        expect_none(
            "figures_not_in_tables",
            "Every figure of the bulletin is in a table of the workbook, or derived from such.",
            "Give the workbook a table that holds the figure, and materialise tables and bulletin.",
        ),
        expect_between(
            "numbers_marked",
            "The page has numbers that could be compared.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        expect_between(
            "claims_marked",
            "The page has words of change, record or rank that could be compared.",
            _AGAIN,
            at_least=1,
        ),
        expect_between(
            "table_cells",
            "The page has table cells that could be compared.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        expect_between(
            "chart_points", "The page has charts that could be compared.", _AGAIN, at_least=1
        ),
        *(
            expect_none(
                name,
                sentence,
                _AGAIN if kind == "requests" else _LINTS,
                severity="block" if kind in ("requests", "figures") else "warn",
            )
            for kind, (name, sentence) in _KEEPS.items()
        ),
        expect_between(
            "series_in_a_chart",
            f"No chart has more than {MAX_SERIES} series.",
            "Split the chart or leave series to the table.",
            at_most=MAX_SERIES,
        ),
        expect_between(
            "line_contrast_percent",
            f"Lines and bars stand out from the page by {LEAST_LINE_CONTRAST}:1 or more.",
            "Take the colours of the palette, or outline the bars.",
            at_least=100 * LEAST_LINE_CONTRAST,
        ),
        expect_between(
            "text_contrast_percent",
            f"Text in charts stands out from the page by {LEAST_TEXT_CONTRAST}:1 or more.",
            "Take the text colour of the palette.",
            at_least=100 * LEAST_TEXT_CONTRAST,
        ),
        expect_between(
            "page_bytes",
            f"The page has at most {LARGEST_PAGE:,} bytes.",
            "Find which chart or map grew.",
            at_most=LARGEST_PAGE,
        ),
        expect_between(
            "pack_sentences",
            "The publisher's pack has sentences that could be compared with the page.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        expect_none(
            "pack_disagrees",
            "The publisher's pack has every sentence with a number, every data file and every "
            "picture of the page.",
            "Materialise the asset again; do not upload this pack.",
        ),
        expect_none("synthetic_unmarked", "A page of synthetic data says so.", _AGAIN),
        expect_breaks_noted("the bulletin"),
        expect_manifest(),
    ),
)
