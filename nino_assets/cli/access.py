"""The commands that show statistics early: `access` and `share`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from nino_assets.cli.options import BY_OPTION, QUARTER_OPTION, find_folders, say
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_moment


@click.command()
@QUARTER_OPTION
@click.option(
    "--give", "cases", multiple=True, help="A business case on the list; may be repeated."
)
@click.option("--give-all", is_flag=True, help="Everyone on the list.")
@BY_OPTION
def access(quarter: Quarter, cases: Sequence[str], give_all: bool, by: str) -> None:
    """Show the pre-release access list, or give access.

    Access that is given is recorded: who has seen which edition before its release.
    """
    from nino_assets.governance.pre_release_access import RULES, AccessStanding
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.decisions.access import (
        give_access,
        locate_early_copy,
        read_access_state,
    )
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.release_facts import ReleaseContext

    folders = find_folders()
    with open_instance(folders) as instance:
        context = ReleaseContext.from_environment(open_warehouse(folders), instance)
        if cases or give_all:
            for grant in give_access(context, quarter, cases, by=by):
                copy = locate_early_copy(folders, grant)
                say(
                    f"{grant.business_case} {grant.job_title}: edition {grant.edition}, "
                    f"sha256 {grant.manifest_sha256}"
                )
                say(f"  {copy}" if copy.is_file() else "  No key: show it, and give no copy.")
            say(f"Recorded. What they may see is {folders.find_publication(quarter)}, without qa/.")
            return
        state = read_access_state(context, quarter)
    opens, ends = format_moment(state.opens), format_moment(state.ends)
    say(f"Access to {quarter.label}: from {opens} to {ends}, in London")
    for entry, standing in state.entries:
        listed = standing is AccessStanding.LISTED
        words = "listed" if listed else f"not listed. {RULES[standing]}"
        say(f"  {entry.business_case} {entry.job_title}, {entry.organisation}: {words}")
    if not state.entries:
        say("  Nobody is on the list.")


@click.command()
@QUARTER_OPTION
@click.option("--to", required=True, help="The organisation.")
@click.option("--why", required=True, help="What they need the cells for.")
@click.option("--what", multiple=True, required=True, help="A published cube; may be repeated.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder to write to.",
    show_default="data/shared-with",
)
@BY_OPTION
def share(  # noqa: PLR0913, PLR0917 - one argument an option
    quarter: Quarter, to: str, why: str, what: Sequence[str], out: Path | None, by: str
) -> None:
    """Share cells with another producer before publication.

    They are perturbed, as they will be published, and what is shared is recorded.
    """
    from nino_assets.orchestration.assets.catalogue import open_warehouse
    from nino_assets.orchestration.decisions.share import share_cells
    from nino_assets.orchestration.instance import open_instance

    folders = find_folders()
    with open_instance(folders) as instance:
        record, folder = share_cells(
            instance, open_warehouse(folders), quarter, to=to, why=why, what=what, by=by, out=out
        )
    say(f"Recorded for {record.to}: {folder}")
    for name, digest in record.files.items():
        say(f"  {name}  sha256 {digest}")
