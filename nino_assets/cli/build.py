"""The commands that make data: `demo`, `synthesise` and `build`."""

from __future__ import annotations

import sys
import time
from functools import partial
from pathlib import Path
from typing import Literal

import click

from nino_assets.cli.options import FAILED, QUARTER, QUARTER_OPTION, find_folders, say
from nino_assets.errors import DeliveryError
from nino_assets.statistic.quarters import SERIES_START, Quarter
from nino_assets.store.atomic import explain_path_errors
from nino_assets.store.folders import Folders

SCALE = click.FloatRange(0.001, 1)
SEED = click.IntRange(0, 2**63 - 1)
SCALE_HELP = "Size of the delivery, as a share of the real number of registrations."
SEED_HELP = "The same seed gives the same data."


@click.command()
@click.option(
    "--quarter",
    type=QUARTER,
    default="2020-Q4",
    show_default=True,
    help="The last quarter of the register.",
)
@click.option("--scale", type=SCALE, default=0.02, show_default=True, help=SCALE_HELP)
@click.option("--seed", type=SEED, default=1, show_default=True, help=SEED_HELP)
def demo(quarter: Quarter, scale: float, seed: int) -> None:
    """Build everything from a synthetic register.

    It is delivered into data/landing first, from 2002 to the quarter.
    """
    from nino_assets.synthetic.synthesis import synthesise as make_delivery

    folders = find_folders(may_be_new=True)
    _refuse_real_delivery(folders, quarter)
    say(f"Synthetic register from {SERIES_START.label} to {quarter.label}, scale {scale:g}")
    with explain_path_errors(folders.landing):
        make_delivery(
            quarter, scale=scale, seed=seed, extract="register", out=folders.landing, progress=say
        )
    if not _build_quarters(folders, quarter, SERIES_START):
        sys.exit(FAILED)
    say("\nSee the graph, its checks and its quarters in the web UI: nino-assets ui")
    say("Once it is released, build tables of it at http://127.0.0.1:8000: nino-assets serve")


@click.command()
@QUARTER_OPTION
@click.option("--scale", type=SCALE, default=1.0, show_default=True, help=SCALE_HELP)
@click.option("--seed", type=SEED, default=1, show_default=True, help=SEED_HELP)
@click.option(
    "--extract",
    type=click.Choice(["quarter", "register"]),
    default="quarter",
    show_default=True,
    help="One quarter, or the register from 2002 to the quarter.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The folder to write to; data/landing makes it a delivery.",
)
def synthesise(
    quarter: Quarter, scale: float, seed: int, extract: Literal["quarter", "register"], out: Path
) -> None:
    """Make a synthetic delivery.

    It comes with its postcode directory, and with the truth about its dirty rows.
    """
    from nino_assets.synthetic.synthesis import synthesise as make_delivery

    with explain_path_errors(out):
        folder = make_delivery(
            quarter, scale=scale, seed=seed, extract=extract, out=out, progress=say
        )
    say(f"Delivery: {folder}")


@click.command()
@click.option("--quarter", type=QUARTER, required=True, help="The quarter to publish, as 2020-Q4.")
@click.option("--from", "first", type=QUARTER, help="Build every quarter from this one on.")
def build(quarter: Quarter, first: Quarter | None) -> None:
    """Build a quarter, or a range, without the web UI.

    The exit code is not zero when a blocking check fails.
    """
    if not _build_quarters(find_folders(), quarter, first or quarter):
        sys.exit(FAILED)


def _build_quarters(folders: Folders, quarter: Quarter, first: Quarter) -> bool:
    """Build from `first` on, publish the last, and return whether all passed."""
    quarters = first.list_until(quarter)
    if not quarters:
        raise click.UsageError(f"--from {first.label} is after --quarter {quarter.label}")
    began = time.monotonic()
    if not _run_jobs(folders, quarters):
        return False
    publication = folders.find_publication(quarter)
    say(f"\n{quarter.label} is built in {time.monotonic() - began:.0f} seconds. Open:")
    for path in sorted(publication.glob("[!.]*")):
        say(f"  {path}{'/' if path.is_dir() else ''}")
    return True


def _run_jobs(folders: Folders, quarters: list[Quarter]) -> bool:
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.command_line_runs import close_dead_runs
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.launch import run_job
    from nino_assets.releases.published_lists import find_other_lists, have_lists_changed
    from nino_assets.releases.series import find_series

    first, last = quarters[0], quarters[-1]
    run = partial(
        run_job,
        if_stopped=f"{last.label} was not built. What was published before is unchanged.\n"
        f"See the state of each asset: nino-assets status --quarter {last.label}\n"
        "What stopped it:",
    )
    with open_instance(folders) as instance:
        close_dead_runs(instance)
        warehouse = open_warehouse(folders)
        if first == last and not have_lists_changed(warehouse, last):
            return run(instance, folders, "quarter", quarters, say)
        say(f"Records and cubes of {_format_range(quarters)}")
        if not run(instance, folders, "history", quarters, say):
            return False
        others = find_other_lists(warehouse, find_series(warehouse, last))
        if others:
            again = list(others[0].list_until(others[-1]))
            say(f"Cells of {_format_range(again)} on the lists now in use")
            if not run(instance, folders, "cells", again, say):
                return False
        say(f"Publication of {last.label}")
        return run(instance, folders, "publication", [last], say)


def _format_range(quarters: list[Quarter]) -> str:
    first, last = quarters[0].label, quarters[-1].label
    return first if first == last else f"{first} to {last}"


def _refuse_real_delivery(folders: Folders, quarter: Quarter) -> None:
    """Raise DeliveryError where a demonstration would overwrite a real delivery."""
    from datetime import date

    from nino_assets.deliveries.manifest import MANIFEST, read_manifest

    if (folders.find_delivery(quarter) / MANIFEST).is_file():
        delivery = read_manifest(folders, quarter, today=date.today())
        if not delivery.synthetic:
            raise DeliveryError(
                f"landing/{quarter.label} holds a real delivery",
                rule="a demonstration overwrites synthetic deliveries only",
                next_step="run the demonstration with another NINO_DATA_DIR",
            )
