"""The commands from review to release, and for what comes after."""

from __future__ import annotations

import sys

import click

from nino_assets.cli.options import BY_OPTION, FAILED, QUARTER, QUARTER_OPTION, find_folders, say
from nino_assets.statistic.quarters import Quarter


@click.command()
@QUARTER_OPTION
@click.option("--check", required=True, help="The warning, as asset.name; see nino-assets status.")
@BY_OPTION
@click.option(
    "--decision",
    required=True,
    type=click.Choice(["accept", "reject"]),
    help="Whether the statistics can be released as they are.",
)
@click.option("--reason", required=True, help="Why, in one line.")
def review(quarter: Quarter, check: str, by: str, decision: str, reason: str) -> None:
    """Answer a warning, as a reviewer."""
    from nino_assets.orchestration.decisions.review import ReviewConfig, give_answer
    from nino_assets.orchestration.instance import open_instance

    folders = find_folders()
    config = ReviewConfig(
        quarter=quarter.label, check=check, by=by, decision=decision, reason=reason
    )
    with open_instance(folders) as instance:
        answer = give_answer(instance, folders, config)
    say(f"{quarter.label} {check}: {answer.decision}ed by {answer.by}")
    say("To see it in the QA report, materialise qa_report of the quarter again.")


@click.command("sign-off")
@QUARTER_OPTION
@BY_OPTION
@click.option(
    "--role",
    type=click.Choice(["countersign", "head-of-profession"]),
    required=True,
    help="countersign comes first, by another person.",
)
def sign_off(quarter: Quarter, by: str, role: str) -> None:
    """Sign a release.

    A second analyst countersigns it first, then the head of profession signs it.
    """
    from nino_assets.orchestration.decisions.sign_off import SignOffConfig, give_signature
    from nino_assets.orchestration.instance import open_instance

    folders = find_folders()
    config = SignOffConfig(quarter=quarter.label, role=role, by=by)
    with open_instance(folders) as instance:
        signature = give_signature(instance, folders, config)
    say(f"{quarter.label} is signed by {signature.by} ({role}), for the manifest with")
    say(f"  sha256 {signature.manifest_sha256}")
    say("Any byte changed from now on voids the signature.")


@click.command()
@QUARTER_OPTION
def release(quarter: Quarter) -> None:
    """Release a quarter, if every gate is green."""
    from nino_assets.orchestration.command_line_runs import close_dead_runs
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.orchestration.launch import run_job

    folders = find_folders()
    with open_instance(folders) as instance:
        close_dead_runs(instance)
        passed = run_job(
            instance,
            folders,
            "release_quarter",
            [quarter],
            say,
            if_stopped=f"{quarter.label} is not released. Readers have what they had before.",
        )
    if not passed:
        sys.exit(FAILED)
    say(f"\n{quarter.label} is released: {folders.published / 'index.html'}")


@click.command()
@QUARTER_OPTION
@click.option("--reason", required=True, help="Why, in whole sentences; it is published.")
@click.option(
    "--on", default="", show_default="today", help="The day of its release, as 2021-03-04."
)
@BY_OPTION
def correct(quarter: Quarter, reason: str, on: str, by: str) -> None:
    """Open a correction of a released quarter."""
    from nino_assets.orchestration.decisions.correct import (
        CorrectionConfig,
        give_correction,
        locate_users_to_tell,
    )
    from nino_assets.orchestration.instance import open_instance
    from nino_assets.releases.edition_history import list_later_releases

    folders = find_folders()
    config = CorrectionConfig(quarter=quarter.label, reason=reason, by=by, on=on)
    with open_instance(folders) as instance:
        correction, users = give_correction(instance, folders, config)
    say(
        f"Edition {correction.edition} of {quarter.label} is opened, to be released on "
        f"{correction.corrected_on}."
    )
    say("Known users to tell:")
    for user in users:
        say(f"  {user.organisation}, {user.contact_role} {user.contact}".rstrip())
    say(f"The list: {locate_users_to_tell(folders, quarter)}")
    later = [each.label for each in list_later_releases(folders, quarter)]
    if later:
        say(f"Later releases with the same cells: {', '.join(later)}. Correct each of them too.")
    say(
        f"Next: put the corrected delivery into landing/{quarter.label}, then nino-assets build "
        f"--quarter {quarter.label}; review, sign and release it as before."
    )


@click.command()
@click.option("--quarter", type=QUARTER, required=True, help="The first release that shows it.")
@click.option("--reason", required=True, help="What changes, in whole sentences; it is published.")
@BY_OPTION
def revise(quarter: Quarter, reason: str, by: str) -> None:
    """Announce a methodological revision, four weeks ahead."""
    from nino_assets.orchestration.decisions.revise import RevisionConfig, give_revision
    from nino_assets.orchestration.instance import open_instance

    folders = find_folders()
    config = RevisionConfig(quarter=quarter.label, reason=reason, by=by)
    with open_instance(folders) as instance:
        revision = give_revision(instance, folders, config)
    say(f"Announced on {revision.announced_on}, to be shown first in the release of {quarter}.")
    say("The release calendar names it: nino-assets calendar. The edition lists each figure as it")
    say("was and as it is. Next: put the new directory or lists in place, and build the quarter.")
