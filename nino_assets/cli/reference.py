"""The command `reference`: the team's lists, judged and shown."""

from __future__ import annotations

import sys

import click

from nino_assets.cli.options import FAILED, QUARTER, say
from nino_assets.statistic.quarters import Quarter


@click.group(invoke_without_command=True)
@click.pass_context
def reference(context: click.Context) -> None:
    """Judge the reference lists, or show what is in force."""
    if not context.invoked_subcommand:
        say(context.get_help())


@reference.command()
def check() -> None:
    """Judge every list in use, before a build does."""
    from nino_assets.statistic.list_declarations import LISTS
    from nino_assets.statistic.lists_in_force import find_list_faults
    from nino_assets.statistic.reference_folder import find_own_lists

    faults = find_list_faults()
    for fault in faults:
        say(fault)
    if faults:
        sys.exit(FAILED)
    say(f"{len(LISTS)} lists are in order; {len(find_own_lists())} files are the team's own.")


@reference.command()
@click.option("--as-at", type=QUARTER, required=True, help="The quarter, as 2023-Q2.")
def show(as_at: Quarter) -> None:
    """Print what is in force in a quarter, as CSV with headings."""
    from nino_assets.statistic.list_declarations import LISTS
    from nino_assets.statistic.lists_in_force import list_rows_in_force
    from nino_assets.statistic.nationality_list import list_nationalities

    shown = {"nationalities in force": list_nationalities(as_at)}
    for name in sorted(LISTS):
        rows = list_rows_in_force(name, as_at)
        if rows is not None:
            shown[f"{name}.csv"] = rows
    for title, rows in shown.items():
        say(f"# {title}: {rows.height} rows as at {as_at.label}")
        say(rows.write_csv())
