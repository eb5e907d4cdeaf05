"""The page of one table, with its files and links."""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from nino_assets.service.members import PERIOD
from nino_assets.service.page_writer import send_page
from nino_assets.service.pasted_code import list_code
from nino_assets.service.table import Table
from nino_assets.service.table_files import FILE_KINDS
from nino_assets.service.table_form import TableForm
from nino_assets.service.table_grid import MOST_SHOWN_CELLS, build_grid
from nino_assets.service.table_json import list_notes
from nino_assets.service.table_words import write_caption, write_percentage_note
from nino_assets.statistic.identity import PRODUCER, TITLE
from nino_assets.statistic.written_dates import format_date


def send_table_page(table: Table, form: TableForm, address: str, current: str) -> Response:
    """Send the page.

    `address` is the public address of the service, `current` the name of the edition that readers
    have now: the page of an older one leads there.
    """
    edition = table.edition
    cells = table.query.count_cells()
    fixed = form.name_periods(edition)
    newest = form.follow_periods(edition)
    # What is cited stays as it was cited, also when it is corrected.
    cited_at = f"{address}/tables/{fixed.write_short(page=1, sheet=1, edition=edition.name)}"
    caption = write_caption(table)
    released = edition.released_at
    cited = f"{PRODUCER}, {TITLE}, edition {edition.name}"
    return send_page(
        "table.html.j2",
        title=caption,
        synthetic=edition.synthetic,
        edition=edition,
        caption=caption,
        cells=cells,
        grid=build_grid(table, form) if cells <= MOST_SHOWN_CELLS else None,
        form=form,
        pairs=replace(form, page=1, sheet=1).list_pairs(),
        latest_period=edition.fields[PERIOD].by_id[edition.latest_quarter].label,
        change=form.write_path(shown=False, page=1, sheet=1),
        files=[
            (kind.label, f"/tables/{form.write_short(page=1, sheet=1)}.{ending}")
            for ending, kind in FILE_KINDS.items()
        ],
        permanent=f"{address}/tables/{fixed.write_short(page=1, sheet=1)}",
        current=current if edition.name != current else "",
        in_current=form.write_path(page=1, sheet=1, edition=""),
        newest=f"{address}{newest.write_path(page=1, sheet=1, edition='')}" if newest else "",
        citation=f"{cited}, released {format_date(released.date())}, {cited_at}"
        if released
        else f"{cited}, {cited_at}",
        notes=[*list_notes(table).values()],
        code=list_code(address, form.build_query(edition), form.edition),
        percentages=write_percentage_note(table) if table.percent_of else "",
    )
