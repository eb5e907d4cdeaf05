"""The commands that show what there is: `status`, `tabulate` and `ui`."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Callable, Sequence

import click

from nino_assets.cli.options import (
    FAILED,
    PORT,
    QUARTER,
    QUARTER_OPTION,
    find_folders,
    say,
)
from nino_assets.errors import PublicationError
from nino_assets.publishing.qa_report.quarter_state import QuarterState
from nino_assets.publishing.qa_report.quarter_words import count_checks, describe_state
from nino_assets.statistic.quarters import Quarter


@click.command()
@QUARTER_OPTION
def status(quarter: Quarter) -> None:
    """Show what is built, checked and ready for release.

    The exit code is 1 when a blocking check failed or has not run, and otherwise 0, also while
    warnings wait for an answer.
    """
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.instance import open_instance_to_read
    from nino_assets.orchestration.run_events import list_reported_events
    from nino_assets.orchestration.status import read_quarter_state
    from nino_assets.publishing.qa_report.desk_links import link_to_quarter
    from nino_assets.releases.kept_pages import list_damaged_pages

    folders = find_folders()
    with open_instance_to_read(folders) as instance:
        state = read_quarter_state(instance, open_warehouse(folders), quarter)
        reported = list(list_reported_events(instance))
    _print_assets(state)
    for line in describe_state(state):
        say(line)
    for event in dict.fromkeys(reported):
        say(f"Ignored: {event}, since no run wrote it")
    for page in list_damaged_pages(folders):
        say(f"Damaged: published/{page}; release the newest quarter again, which makes it anew")
    publication = folders.find_publication(quarter)
    say(f"Files: {publication}" if publication.is_dir() else "Nothing is built yet.")
    say(f"The same as a page, while nino-assets ui runs: {link_to_quarter(quarter)}")
    if state.has_failed:
        sys.exit(FAILED)


def _print_assets(state: QuarterState) -> None:
    from rich.console import Console
    from rich.table import Table

    quarter = state.quarter
    table = Table(title=f"{quarter.label}, {quarter.title}", title_justify="left", box=None)
    for heading in ("asset", "materialised", "passed", "warnings", "failed", "not run"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "asset" else "right")
    for row in state.assets:
        materialised = f"{row.materialised:%d %b %Y %H:%M}" if row.materialised else "no"
        table.add_row(row.asset, materialised, *(str(n) for n in count_checks(row)))
    Console(highlight=False, emoji=False, soft_wrap=True).print(table)


@click.command()
@click.option("--quarter", type=QUARTER, required=True, help="The edition to read, as 2020-Q4.")
@click.option("--cube", required=True, help="A published cube, such as year_area.")
@click.option("--rows", required=True, help="Dimensions in the rows, separated by commas.")
@click.option("--columns", help="The dimension in the columns.")
@click.option(
    "--where", multiple=True, help="column=member, or column=member|member; may be repeated."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
    help="How the table is printed.",
)
def tabulate(  # noqa: PLR0913, PLR0917 - one argument an option
    quarter: Quarter, cube: str, rows: str, columns: str | None, where: Sequence[str], form: str
) -> None:
    """Print any table of the published cells."""
    import polars as pl

    from nino_assets.publishing import tabulation

    folders = find_folders()
    published = folders.find_publication(quarter) / "open-data" / "nino-registrations.parquet"
    if not published.is_file():
        raise PublicationError(
            f"{folders.describe(published)} does not exist",
            rule="a table is made of published cells",
            next_step=f"build the quarter first: nino-assets build --quarter {quarter.label}",
        )
    filters = {name: members.split("|") for name, members in (_split_filter(w) for w in where)}
    on_rows = [name.strip() for name in rows.split(",")]
    if "time_period" not in (*on_rows, columns, *filters):
        filters["time_period"] = [quarter.label]
    try:
        table = tabulation.tabulate(
            pl.scan_parquet(published), cube=cube, rows=on_rows, columns=columns, where=filters
        )
    except pl.exceptions.PolarsError as error:
        raise PublicationError(
            f"{folders.describe(published)} cannot be read ({type(error).__name__})",
            rule="the published cells are one whole Parquet file",
            next_step=f"build the quarter again: nino-assets build --quarter {quarter.label}",
        ) from None
    printers: dict[str, Callable[[pl.DataFrame], str]] = {
        "text": tabulation.format_text,
        "csv": tabulation.format_csv,
        "json": tabulation.format_json,
    }
    click.echo(printers[form](table), nl=False)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port",
    type=PORT,
    default=3000,
    show_default=True,
    help="The port to listen on.",
)
@click.option(
    "--preview-port",
    type=PORT,
    show_default="the one after --port",
    help="The port of the team preview, at the same address.",
)
@click.option("--read-only", is_flag=True, help="For reviewers: nobody can launch anything.")
@click.option(
    "--open/--no-open",
    "opens",
    default=True,
    show_default=True,
    help="Open the asset groups in a browser, where this machine has a screen.",
)
def ui(host: str, port: int, preview_port: int | None, read_only: bool, opens: bool) -> None:
    """Start the web UI, with the team preview.

    Schedules and sensors run with it."""
    from nino_assets.cli.preview import list_command
    from nino_assets.orchestration.servers import find_address, serve
    from nino_assets.publishing.qa_report.desk_links import PREVIEW_VARIABLE, UI_VARIABLE

    preview_port = preview_port or port + 1
    preview = os.environ.get(PREVIEW_VARIABLE, find_address(host, preview_port))
    settings = {
        UI_VARIABLE: os.environ.get(UI_VARIABLE, find_address(host, port)),
        PREVIEW_VARIABLE: preview,
    }

    def show_address(address: str) -> None:
        page = f"{address}/asset-groups"
        say(f"The web UI is ready: {page}\nWhat is built, not released: {preview}/quarters")
        say("Stop them with Ctrl+C")
        # Without a screen, a browser for terminals would take this one over.
        if opens and (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            webbrowser.open(page)

    folders = find_folders(may_be_new=True)
    say("The web UI is starting")
    sys.exit(
        serve(
            folders,
            host=host,
            port=port,
            read_only=read_only,
            greet=show_address,
            others=[list_command(host, preview_port)],
            settings=settings,
        )
    )


def _split_filter(text: str) -> tuple[str, str]:
    name, separator, members = text.partition("=")
    if not separator:
        raise click.BadParameter(f"'{text}' is not column=member", param_hint="--where")
    return name, members
