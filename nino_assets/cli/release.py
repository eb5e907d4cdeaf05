"""The commands about a release: `nino-assets calendar`, `sign-off`, `release`.

Belongs here: arguments, and what is printed. Does not belong here: any rule of release
(`governance/`).
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Literal

import click

from nino_assets.cli.options import QUARTER
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_time, format_weekday
from nino_assets.store.folders import Folders

_YEAR_AHEAD = 4


@click.group(invoke_without_command=True)
@click.option("--from", "first", type=QUARTER, help="The first quarter shown; else the next due.")
@click.option("--quarters", type=click.IntRange(1, 400), default=_YEAR_AHEAD, show_default=True)
@click.option("--format", "form", type=click.Choice(["text", "ics"]), default="text")
@click.pass_context
def calendar(
    context: click.Context, first: Quarter | None, quarters: int, form: Literal["text", "ics"]
) -> None:
    """Show the release calendar, as text or as iCalendar (RFC 5545)."""
    from nino_assets.governance.clock import Clock
    from nino_assets.governance.decision_log import locate_log
    from nino_assets.governance.release_schedule import ReleaseSchedule
    from nino_assets.publishing.release_calendar import (
        find_next_release,
        plan_releases,
        write_calendar_ics,
        write_calendar_text,
    )

    if context.invoked_subcommand:
        return
    promises = ReleaseSchedule.from_log(locate_log(Folders.from_environment().warehouse))
    start = first or find_next_release(promises, Clock.from_environment().read())
    releases = plan_releases(promises, start, start + (quarters - 1))
    click.echo(
        write_calendar_text(releases) if form == "text" else write_calendar_ics(releases), nl=False
    )


@calendar.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--by", required=True, help="Who announces it.")
@click.option("--note", default="", help="What changes in content; it is published.")
def announce(quarter: Quarter, by: str, note: str) -> None:
    """Pre-announce a release, on the date in force, with the planned changes that it brings."""
    from nino_assets.governance.clock import Clock
    from nino_assets.governance.decision_log import append_entry, locate_log
    from nino_assets.governance.release_schedule import ReleaseSchedule, make_announcement
    from nino_assets.statistic.changes import describe_changes

    log = locate_log(Folders.from_environment().warehouse)
    now = Clock.from_environment().read()
    promises = ReleaseSchedule.from_log(log)
    planned = describe_changes(promises.find_date(quarter - 1), promises.find_date(quarter))
    words = " ".join(filter(None, (planned, note)))
    entry = make_announcement(promises, quarter, by=by, note=words, now=now)
    append_entry(log, entry)
    promises = ReleaseSchedule.from_log(log)
    moment = promises.find_moment(quarter)
    click.echo(
        f"{quarter.label} is pre-announced for {format_weekday(moment)}, {format_time(moment)}"
    )
    for fault in promises.find_notice_faults(quarter):
        click.echo(f"Not in time: {fault}; agree a later date (nino-assets calendar change)")


@calendar.command()
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--to", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The new date.")
@click.option("--by", required=True, help="Who records the change.")
@click.option("--agreed-by", required=True, help="The head of profession.")
@click.option("--reason", required=True, help="Why; it is published.")
def change(quarter: Quarter, to: datetime, by: str, agreed_by: str, reason: str) -> None:
    """Change a release date, with the head of profession's agreement and a published reason."""
    from nino_assets.governance.clock import Clock
    from nino_assets.governance.decision_log import append_entry, locate_log
    from nino_assets.governance.release_schedule import ReleaseSchedule, make_date_change

    log = locate_log(Folders.from_environment().warehouse)
    entry = make_date_change(
        ReleaseSchedule.from_log(log),
        quarter,
        to=to.date(),
        by=by,
        agreed_by=agreed_by,
        reason=reason,
        now=Clock.from_environment().read(),
    )
    append_entry(log, entry)
    click.echo(f"{quarter.label} moves from {entry.instead_of} to {entry.release_on}.")
    click.echo(
        "Files that name the date are void: build the publications of "
        f"{(quarter - 1).label} (if not released) and {quarter.label} again."
    )


@click.command("sign-off")
@click.option("--quarter", type=QUARTER, required=True)
@click.option("--by", required=True, help="Who signs.")
@click.option("--role", type=click.Choice(["countersign", "head-of-profession"]), required=True)
def sign_off(quarter: Quarter, by: str, role: str) -> None:
    """Sign a release: a second analyst countersigns, then the head of profession signs."""
    from nino_assets.orchestration.decisions.sign_off import SignOffConfig, give_signature
    from nino_assets.orchestration.instance import open_instance

    folders = Folders.from_environment()
    config = SignOffConfig(quarter=quarter.label, role=role, by=by)
    with open_instance(folders) as instance:
        signature = give_signature(instance, folders, config)
    click.echo(f"{quarter.label} is signed by {signature.by} ({role}), for the manifest with")
    click.echo(f"  sha256 {signature.manifest_sha256}")
    click.echo("Any byte changed from now on voids the signature.")


@click.command()
@click.option("--quarter", type=QUARTER, required=True)
def release(quarter: Quarter) -> None:
    """Release a quarter, if every gate is green; nothing leaves otherwise."""
    from nino_assets.orchestration.command_line_runs import close_dead_runs
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.launch import explain_full_disk, run_job

    folders = Folders.from_environment()
    with explain_full_disk(folders), open_instance(folders) as instance:
        close_dead_runs(instance)
        passed = run_job(instance, folders, "release_quarter", [quarter], click.echo)
    if not passed:
        click.echo(f"\n{quarter.label} is not released; readers have what they had before.")
        sys.exit(1)
    click.echo(f"\n{quarter.label} is released: {folders.published / 'index.html'}")
