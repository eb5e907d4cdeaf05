"""The commands about who sees or is told what: `nino-assets access`, `share`, `correct`.

Belongs here: arguments, and what is printed. Does not belong here: any rule (`governance/`).
"""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from pathlib import Path

import click

from nino_assets.cli.options import QUARTER
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_moment
from nino_assets.store.folders import Folders

BY = click.option(
    "--by", default=getpass.getuser, show_default="who is logged in", help="Who does it."
)


@click.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--give", "cases", multiple=True, help="A business case on the list; repeatable.")
@click.option("--give-all", is_flag=True, help="Everyone on the list.")
@BY
def access(quarter: Quarter, cases: Sequence[str], give_all: bool, by: str) -> None:
    """Show the pre-release access list, or record who was given the edition 24 hours early."""
    from nino_assets.governance.pre_release_access import RULES, AccessStanding
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.decisions.access import give_access, read_access_state
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.release_facts import ReleaseContext

    folders = Folders.from_environment()
    with open_instance(folders) as instance:
        desk = ReleaseContext.from_environment(open_warehouse(folders), instance)
        if cases or give_all:
            for given in give_access(desk, quarter, cases, by=by):
                click.echo(
                    f"{given.business_case} {given.job_title}: edition {given.edition}, "
                    f"sha256 {given.manifest_sha256}"
                )
            click.echo(f"Recorded. Show them {folders.publication(quarter)}, but not qa/.")
            return
        state = read_access_state(desk, quarter)
    opens, ends = format_moment(state.opens), format_moment(state.ends)
    click.echo(f"Access to {quarter.label}: from {opens} to {ends}, in London")
    for entry, standing in state.entries:
        verdict = "listed" if standing is AccessStanding.LISTED else f"drops out. {RULES[standing]}"
        click.echo(f"  {entry.business_case} {entry.job_title}, {entry.organisation}: {verdict}")
    if not state.entries:
        click.echo("  Nobody is on the list.")


@click.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--to", required=True, help="The organisation.")
@click.option("--why", required=True)
@click.option("--what", multiple=True, required=True, help="A published cube; repeatable.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), help="Instead of data/.")
@BY
def share(  # noqa: PLR0913, PLR0917 - one argument an option
    quarter: Quarter, to: str, why: str, what: Sequence[str], out: Path | None, by: str
) -> None:
    """Share a quarter's perturbed cells with another producer ahead of publication, recorded."""
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.decisions.share import share_cells
    from nino_assets.orchestration.instance import open_instance

    folders = Folders.from_environment()
    with open_instance(folders) as instance:
        record, folder = share_cells(
            instance, open_warehouse(folders), quarter, to=to, why=why, what=what, by=by, out=out
        )
    click.echo(f"Recorded for {record.to}: {folder}")
    for name, digest in record.files.items():
        click.echo(f"  {name}  sha256 {digest}")


@click.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--reason", required=True, help="In whole sentences: readers are told it.")
@click.option("--on", default="", help="The day of the corrected release; else today.")
@BY
def correct(quarter: Quarter, reason: str, on: str, by: str) -> None:
    """Open an unscheduled correction of a released quarter, and list the users to tell."""
    from nino_assets.orchestration.decisions.correct import (
        CorrectionConfig,
        give_correction,
        locate_users_to_tell,
    )
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.releases.edition_history import list_later_releases

    folders = Folders.from_environment()
    config = CorrectionConfig(quarter=quarter.label, reason=reason, by=by, on=on)
    with open_instance(folders) as instance:
        correction, users = give_correction(instance, folders, config)
    click.echo(
        f"Edition {correction.edition} of {quarter.label} is opened, to be released on "
        f"{correction.corrected_on}."
    )
    click.echo("To be told:")
    for user in users:
        click.echo(f"  {user.organisation}, {user.contact_role} {user.contact}".rstrip())
    click.echo(f"The list: {locate_users_to_tell(folders, quarter)}")
    later = [each.label for each in list_later_releases(folders, quarter)]
    if later:
        click.echo(f"Released since, with the same history: {', '.join(later)}. Correct each too.")
    click.echo(
        f"Next: deliver what is right, nino-assets build --quarter {quarter.label}, answer, sign "
        "and release."
    )
