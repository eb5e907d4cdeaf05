"""The command line: `nino-assets …`, on the same graph and instance as the web UI.

Belongs here: arguments, and what is printed. Does not belong here: any work of its own.
"""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.table import Table

from nino_assets.cli import access as cli_access
from nino_assets.cli import release as cli_release
from nino_assets.cli.options import QUARTER
from nino_assets.cli.perturbation_table import perturbation_table
from nino_assets.errors import DeliveryError, NinoError, PublicationError
from nino_assets.quality.quiet import silence_exit_report
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.store.folders import Folders

_console = Console(highlight=False, soft_wrap=True)
_FAILED = 1
_OBJECTS_BETWEEN_COLLECTIONS = 100_000
"""Python's 700 would have it walk, again and again, through the libraries that stay loaded."""


EXTRACT = click.Choice(["quarter", "register"])


def _say(line: str) -> None:
    _console.print(line, markup=False)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Builds the statistics on National Insurance numbers allocated to adult overseas nationals."""


cli.add_command(perturbation_table)
for command in (
    cli_release.calendar,
    cli_release.sign_off,
    cli_release.release,
    cli_access.access,
    cli_access.share,
    cli_access.correct,
):
    cli.add_command(command)


@cli.command()
@click.option("--quarter", type=QUARTER, default="2020-Q4", show_default=True)
@click.option("--scale", type=click.FloatRange(0.001, 1), default=0.02, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def demo(quarter: Quarter, scale: float, seed: int) -> None:
    """Make a synthetic register delivery and build everything from it."""
    from nino_assets.synthetic.synthesis import synthesise as make

    folders = Folders.from_environment()
    _refuse_real_delivery(folders, quarter)
    _say(f"Synthetic register from {SERIES_START.label} to {quarter.label}, scale {scale:g}")
    make(quarter, scale=scale, seed=seed, extract="register", out=folders.landing, progress=_say)
    if not _build(folders, quarter, SERIES_START):
        sys.exit(_FAILED)
    _say("\nSee the graph, its checks and its quarters in the web UI: nino-assets ui")


@cli.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--scale", type=click.FloatRange(0.001, 1), default=1.0, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--extract", type=EXTRACT, default="quarter", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True)
def synthesise(
    quarter: Quarter, scale: float, seed: int, extract: Literal["quarter", "register"], out: Path
) -> None:
    """Make a synthetic delivery, with its postcode directory and the truth about it."""
    from nino_assets.synthetic.synthesis import synthesise as make

    folder = make(quarter, scale=scale, seed=seed, extract=extract, out=out, progress=_say)
    _say(f"Delivery: {folder}")


@cli.command()
@click.option("--quarter", type=QUARTER, required=True, help="The quarter to publish.")
@click.option("--from", "first", type=QUARTER, help="Build every quarter from this one on.")
def build(quarter: Quarter, first: Quarter | None) -> None:
    """Build a quarter without the web UI; fails when a blocking check fails."""
    if not _build(Folders.from_environment(), quarter, first or quarter):
        sys.exit(_FAILED)


@cli.command()
@click.option("--quarter", type=QUARTER, required=True)
def status(quarter: Quarter) -> None:
    """Show what stands for a quarter: materialised, checked, published."""
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.status import read_quarter_status, read_red_gates

    folders = Folders.from_environment()
    with open_instance(folders) as instance:
        rows = read_quarter_status(instance, quarter)
        try:
            red = read_red_gates(instance, open_warehouse(folders), quarter)
        except NinoError as error:
            red = {"not ready": [error.what]}
    table = Table(title=f"{quarter.label}, {quarter.title}", title_justify="left", box=None)
    for heading in ("asset", "materialised", "passed", "warnings", "failed", "not run"):
        table.add_column(heading, no_wrap=True, justify="left" if heading == "asset" else "right")
    for row in rows:
        materialised = f"{row.materialised:%d %b %Y %H:%M}" if row.materialised else "no"
        counts = (row.passed, len(row.warned), len(row.failed), row.not_run)
        table.add_row(row.asset, materialised, *(str(count) for count in counts))
    _console.print(table)
    for row in rows:
        for kind, names in (("Failed", row.failed), ("Warning", row.warned)):
            for name in names:
                _say(f"{kind}: {row.asset}.{name}")
    for gate, faults in red.items():
        _say(f"Release: {gate}: {'; '.join(faults)}")
    if not red:
        _say("Release: every gate is green.")
    built = folders.publication(quarter)
    _say(f"Files made: {built}" if built.is_dir() else "Nothing is made yet.")


@cli.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--check", required=True, help="The warning, as asset.name (nino-assets status).")
@click.option("--by", required=True, help="The reviewer.")
@click.option("--decision", required=True, type=click.Choice(["accept", "reject"]))
@click.option("--reason", required=True)
def review(quarter: Quarter, check: str, by: str, decision: str, reason: str) -> None:
    """Answer a warning; the answer is kept in the log of decisions and with the check."""
    from nino_assets.orchestration.decisions.review import ReviewConfig, give_answer
    from nino_assets.orchestration.instance import open_instance

    folders = Folders.from_environment()
    config = ReviewConfig(
        quarter=quarter.label, check=check, by=by, decision=decision, reason=reason
    )
    with open_instance(folders) as instance:
        answer = give_answer(instance, folders, config)
    _say(f"{quarter.label} {check}: {answer.decision}ed by {answer.by}")
    _say("To have it in the QA report, materialise qa_report of the quarter again.")


@cli.command()
@click.option("--quarter", type=QUARTER, required=True, help="The edition to read.")
@click.option("--cube", required=True, help="quarter_nationality, year_area, …")
@click.option("--rows", required=True, help="Dimensions on the rows, separated by commas.")
@click.option("--columns", help="The dimension on the columns.")
@click.option("--where", multiple=True, help="column=member, or column=member|member; repeatable.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "csv", "json"]),
    default="text",
    show_default=True,
)
def tabulate(  # noqa: PLR0913, PLR0917 - one argument an option
    quarter: Quarter, cube: str, rows: str, columns: str | None, where: Sequence[str], form: str
) -> None:
    """Print any table of the published domain, from published cells only."""
    import polars as pl

    from nino_assets.publishing import tabulation

    folders = Folders.from_environment()
    published = folders.publication(quarter) / "open-data" / "nino-registrations.parquet"
    if not published.is_file():
        raise PublicationError(
            f"{folders.describe(published)} does not exist",
            rule="a table is made of published cells",
            next_step=f"build the quarter first: nino-assets build --quarter {quarter.label}",
        )
    filters = {name: members.split("|") for name, members in (_pair(text) for text in where)}
    on_rows = [name.strip() for name in rows.split(",")]
    if "time_period" not in (*on_rows, columns, *filters):
        filters["time_period"] = [quarter.label]
    table = tabulation.tabulate(
        pl.scan_parquet(published), cube=cube, rows=on_rows, columns=columns, where=filters
    )
    printers: dict[str, Callable[[pl.DataFrame], str]] = {
        "text": tabulation.format_text,
        "csv": tabulation.format_csv,
        "json": tabulation.format_json,
    }
    click.echo(printers[form](table), nl=False)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=3000, show_default=True)
@click.option("--read-only", is_flag=True, help="Nobody can launch anything: for reviewers.")
def ui(host: str, port: int, read_only: bool) -> None:
    """Start the web UI and the daemon that runs schedules and sensors."""
    from nino_assets.orchestration.servers import serve

    _say(f"The web UI opens at http://{host}:{port} in a few seconds; stop it with Ctrl+C")
    sys.exit(serve(Folders.from_environment(), host=host, port=port, read_only=read_only))


def _build(folders: Folders, quarter: Quarter, first: Quarter) -> bool:
    """Build the quarters from `first` on and publish the last one. Returns whether all passed."""
    from nino_assets.orchestration.command_line_runs import close_dead_runs
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.launch import explain_full_disk, run_job

    quarters = first.list_until(quarter)
    if not quarters:
        raise click.UsageError(f"--from {first.label} is after --quarter {quarter.label}")
    began = time.monotonic()
    with explain_full_disk(folders), open_instance(folders) as instance:
        close_dead_runs(instance)
        if len(quarters) == 1:
            passed = run_job(instance, folders, "quarter", quarters, _say)
        else:
            _say(f"Records and cubes of {first.label} to {quarter.label}")
            passed = run_job(instance, folders, "history", quarters, _say)
            if passed:
                _say(f"Publication of {quarter.label}")
                passed = run_job(instance, folders, "publication", [quarter], _say)
    seconds = time.monotonic() - began
    if not passed:
        _say(f"\n{quarter.label} was not built; what was published before still stands.")
        _say(f"See what stopped it: nino-assets status --quarter {quarter.label}")
        return False
    publication = folders.publication(quarter)
    _say(f"\n{quarter.label} is built in {seconds:.0f} seconds. Open:")
    for path in sorted(publication.glob("[!.]*")):
        _say(f"  {path}{'/' if path.is_dir() else ''}")
    return True


def _refuse_real_delivery(folders: Folders, quarter: Quarter) -> None:
    """A demonstration never overwrites what a supplier has delivered."""
    from datetime import date

    from nino_assets.deliveries.manifest import read_manifest

    if (folders.delivery(quarter) / "manifest.json").is_file():
        delivery = read_manifest(folders, quarter, today=date.today())
        if not delivery.synthetic:
            raise DeliveryError(
                f"landing/{quarter.label} holds a real delivery",
                rule="a demonstration makes synthetic deliveries and touches no real one",
                next_step="run the demonstration with another NINO_DATA_DIR",
            )


def _pair(text: str) -> tuple[str, str]:
    name, separator, members = text.partition("=")
    if not separator:
        raise click.BadParameter(f"'{text}' is not column=member", param_hint="--where")
    return name, members


def main() -> None:
    """Run a command; a refusal is printed without a stack trace and ends with a non-zero code."""
    # Arrow reads this as it is loaded, here and in every process that a command starts. Its usual
    # allocator gives memory back at once and asks for it again: cleaning ten million records then
    # takes a fifth more processor time, and more memory.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "jemalloc")
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS, *gc.get_threshold()[1:])
    silence_exit_report()
    try:
        cli()
    except NinoError as error:
        Console(stderr=True, highlight=False, soft_wrap=True).print(str(error), markup=False)
        sys.exit(_FAILED)
    finally:
        # What is left goes with the process: Python need not look through it once more.
        gc.freeze()
