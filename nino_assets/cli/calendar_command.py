"""The command `calendar`: the release calendar, and its changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Literal

import click

from nino_assets.cli.options import BY_OPTION, QUARTER, QUARTER_OPTION, find_folders, say
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.written_dates import format_time, format_weekday

YEAR_AHEAD = 4


@click.group(invoke_without_command=True)
@click.option("--from", "first", type=QUARTER, help="The first quarter.", show_default="next due")
@click.option(
    "--quarters",
    type=click.IntRange(1, 400),
    default=YEAR_AHEAD,
    show_default=True,
    help="How many quarters.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "ics"]),
    default="text",
    show_default=True,
    help="ics is iCalendar (RFC 5545), for a diary.",
)
@click.pass_context
def calendar(
    context: click.Context, first: Quarter | None, quarters: int, form: Literal["text", "ics"]
) -> None:
    """Show the release calendar, or change it."""
    from nino_assets.governance.clock import Clock
    from nino_assets.governance.decision_log import locate_log, read_entries
    from nino_assets.governance.release_schedule import ReleaseSchedule
    from nino_assets.governance.revisions import Revision
    from nino_assets.publishing.release_calendar import (
        find_next_release,
        plan_releases,
        write_calendar_ics,
        write_calendar_text,
    )

    if context.invoked_subcommand:
        return
    log = locate_log(find_folders().warehouse)
    schedule, revisions = ReleaseSchedule.from_log(log), read_entries(log, Revision)
    start = first or find_next_release(schedule, Clock.from_environment().read())
    releases = plan_releases(schedule, start, start + (quarters - 1), revisions=revisions)
    click.echo(
        write_calendar_text(releases) if form == "text" else write_calendar_ics(releases), nl=False
    )


@calendar.command()
@QUARTER_OPTION
@BY_OPTION
@click.option("--note", default="", help="What changes in content; it is published.")
def announce(quarter: Quarter, by: str, note: str) -> None:
    """Pre-announce a release, with the planned changes of its content."""
    from nino_assets.governance.accounts import find_own_account
    from nino_assets.governance.clock import Clock
    from nino_assets.governance.decision_log import locate_log
    from nino_assets.governance.proved_decisions import ROLES, record_decision
    from nino_assets.governance.release_schedule import (
        Announcement,
        ReleaseSchedule,
        make_announcement,
    )
    from nino_assets.governance.team import read_team
    from nino_assets.statistic.changes import describe_changes

    log = locate_log(find_folders().warehouse)
    now = Clock.from_environment().read()
    schedule = ReleaseSchedule.from_log(log)
    planned = describe_changes(schedule.find_date(quarter - 1), schedule.find_date(quarter))
    words = " ".join(filter(None, (planned, note)))
    team, account = read_team(), find_own_account()
    name = team.identify(account, by, *ROLES[Announcement.kind])
    entry = make_announcement(schedule, quarter, by=name, note=words, now=now)
    record_decision(log, replace(entry, account=account), team)
    schedule = ReleaseSchedule.from_log(log)
    moment = schedule.find_moment(quarter)
    say(f"{quarter.label} is pre-announced for {format_weekday(moment)}, {format_time(moment)}")
    for fault in schedule.find_notice_faults(quarter):
        say(f"Too late: {fault}. Agree a later date: nino-assets calendar change")


@calendar.command()
@QUARTER_OPTION
@click.option(
    "--to", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The new date, as 2021-03-04."
)
@BY_OPTION
@click.option("--agreed-by", required=True, help="The head of profession.")
@click.option("--reason", required=True, help="Why, in one line; it is published.")
def change(quarter: Quarter, to: datetime, by: str, agreed_by: str, reason: str) -> None:
    """Change a release date that the head of profession has agreed."""
    from nino_assets.governance.accounts import find_own_account
    from nino_assets.governance.clock import Clock
    from nino_assets.governance.decision_log import locate_log
    from nino_assets.governance.proved_decisions import ROLES, record_decision
    from nino_assets.governance.release_schedule import (
        DateChange,
        ReleaseSchedule,
        make_date_change,
    )
    from nino_assets.governance.team import read_team

    log = locate_log(find_folders().warehouse)
    team, account = read_team(), find_own_account()
    entry = make_date_change(
        ReleaseSchedule.from_log(log),
        quarter,
        to=to.date(),
        by=team.identify(account, by, *ROLES[DateChange.kind]),
        agreed_by=agreed_by,
        reason=reason,
        now=Clock.from_environment().read(),
    )
    record_decision(log, replace(entry, account=account), team)
    say(f"{quarter.label} moves from {entry.instead_of} to {entry.release_on}.")
    say(
        f"Files that name the old date are out of date: build {quarter.label} again, and "
        f"{(quarter - 1).label} if it is not released."
    )
