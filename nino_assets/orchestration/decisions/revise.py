"""The job `revise`: announces a methodological revision."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.governance.accounts import find_own_account
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import locate_log
from nino_assets.governance.proved_decisions import ROLES, record_decision
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.governance.revisions import Revision, make_revision
from nino_assets.governance.team import read_team
from nino_assets.orchestration.decisions.run import parse_quarter, run_decision
from nino_assets.orchestration.plain_config import (
    PlainConfig,
    build_example,
    declare_config,
    declare_text,
    read_config,
)
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.orchestration.signed_in import read_account
from nino_assets.releases.edition_history import read_edition_history
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets.writers.safe_text import write_markdown


@dataclass(frozen=True, kw_only=True)
class RevisionConfig(PlainConfig):
    """A methodological revision, announced `by` a person.

    The release of `quarter` shows it first. `reason` is what readers are told. `by` is left out
    where the team has a list.
    """

    quarter: str = declare_text("The first release that shows it, as 2021-Q4.")
    reason: str = declare_text("What readers are told, in one line.")
    by: str = declare_text("Your name; blank where the team has a list of its members.", default="")


@dg.op(
    config_schema=declare_config(RevisionConfig),
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Records the announcement in the log of decisions.",
)
def announce_revision(
    context: dg.OpExecutionContext,
) -> Iterator[dg.AssetObservation | dg.Output[None]]:
    """Announce one revision; when it is refused, nothing is written."""
    warehouse: Warehouse = context.resources.warehouse
    config = read_config(context, RevisionConfig)
    account = read_account(context)
    yield redact_errors(lambda: _announce(warehouse.folders, config, account))
    yield dg.Output(None)


EXAMPLE = build_example("announce_revision", quarter="2021-Q4", reason="", by="")
"""What the launchpad opens with. It is refused until it is filled in."""


@dg.job(
    description="Announces a methodological revision: a new geography, list, grouping or method.",
    config=EXAMPLE,
)
def revise() -> None:
    """One revision a run."""
    announce_revision()


def give_revision(
    instance: dg.DagsterInstance, folders: Folders, config: RevisionConfig
) -> Revision:
    """Run the job `revise`. Raises GovernanceError as `prepare_revision` does."""
    revision = prepare_revision(folders, config, find_own_account())
    run_decision(instance, folders, revise, config)
    return revision


def prepare_revision(folders: Folders, config: RevisionConfig, account: str) -> Revision:
    """Return the revision as an account announces it now.

    Raises GovernanceError when the quarter is released, the notice is too short, or a text or the
    log is not in order.
    """
    quarter = parse_quarter(config.quarter)
    if read_edition_history(folders, quarter).released:
        raise GovernanceError(
            f"{quarter.label} has been released",
            rule="a methodological revision shows first in a release that is still to come; an "
            "error in a released one is corrected",
            next_step=f"announce it for {(quarter + 1).label} or later; for an error: nino-assets "
            "correct",
        )
    revision = make_revision(
        quarter,
        reason=config.reason,
        by=read_team().identify(account, config.by, *ROLES[Revision.kind]),
        now=Clock.from_environment().read(),
        release_on=ReleaseSchedule.from_log(locate_log(folders.warehouse)).find_date(quarter),
    )
    return replace(revision, account=account)


def _announce(folders: Folders, config: RevisionConfig, account: str) -> dg.AssetObservation:
    revision = prepare_revision(folders, config, account)
    seal = record_decision(locate_log(folders.warehouse), revision, read_team())
    return dg.AssetObservation(
        "open_data",
        partition=parse_quarter(revision.quarter).key,
        description=f"Methodological revision announced by {write_markdown(revision.by)}: "
        f"{write_markdown(revision.reason)}",
        metadata={"announced on": revision.announced_on.isoformat(), "sha256 in the log": seal},
    )
