"""The job `correct`: opens an unscheduled correction."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import date
from pathlib import Path

import dagster as dg

from nino_assets.deliveries.declared_csv import is_iso_date
from nino_assets.deliveries.governance_files import USER_REGISTER, read_user_register
from nino_assets.errors import GovernanceError
from nino_assets.governance.accounts import find_own_account
from nino_assets.governance.clock import Clock
from nino_assets.governance.corrections import Correction, make_correction
from nino_assets.governance.decision_log import locate_log
from nino_assets.governance.known_users import KnownUser
from nino_assets.governance.proved_decisions import ROLES, record_decision
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
from nino_assets.statistic.identity import TIME_ZONE
from nino_assets.statistic.layout_files import locate_layout
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import write_text
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets.writers.safe_text import format_csv_rows, write_markdown

TO_TELL_NAME = "users-to-tell.csv"
"""In `qa/`, for the team only."""


@dataclass(frozen=True, kw_only=True)
class CorrectionConfig(PlainConfig):
    """A correction of `quarter`, as 2020-Q4, opened `by` a person.

    `reason` is what readers are told; `on` the day of its release as 2021-03-04, blank for today.
    `by` is left out where the team has a list.
    """

    quarter: str = declare_text("The released quarter, as 2020-Q4.")
    reason: str = declare_text("What readers are told, in one line.")
    by: str = declare_text("Your name; blank where the team has a list of its members.", default="")
    on: str = declare_text("The day of the correction, as 2021-03-04; blank for today.", default="")


@dg.op(
    config_schema=declare_config(CorrectionConfig),
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Opens the correction in the log of decisions and lists the users to tell.",
)
def open_correction(
    context: dg.OpExecutionContext,
) -> Iterator[dg.AssetObservation | dg.Output[None]]:
    """Open one correction; when it is refused, nothing is written."""
    warehouse: Warehouse = context.resources.warehouse
    config = read_config(context, CorrectionConfig)
    account = read_account(context)
    yield redact_errors(lambda: _open(warehouse.folders, config, account))
    yield dg.Output(None)


EXAMPLE = build_example("open_correction", quarter="2020-Q4", reason="", by="", on="")
"""What the launchpad opens with. It is refused until it is filled in."""


@dg.job(
    description="Opens an unscheduled correction of a quarter that was released.", config=EXAMPLE
)
def correct() -> None:
    """One correction a run."""
    open_correction()


def give_correction(
    instance: dg.DagsterInstance, folders: Folders, config: CorrectionConfig
) -> tuple[Correction, list[KnownUser]]:
    """Run the job `correct`; return the correction and the users to tell.

    Raises GovernanceError when the quarter is not released, the register of users is missing, or
    the correction or the log is not in order.
    """
    correction, users = prepare_correction(folders, config, find_own_account())
    run_decision(instance, folders, correct, config)
    return correction, users


def prepare_correction(
    folders: Folders, config: CorrectionConfig, account: str
) -> tuple[Correction, list[KnownUser]]:
    """Return the correction as an account opens it, and whom to tell.

    Raises GovernanceError as `give_correction` does.
    """
    quarter = parse_quarter(config.quarter)
    released = read_edition_history(folders, quarter).released
    if not released:
        raise GovernanceError(
            f"{quarter.label} has not been released",
            rule="only released statistics are corrected; before release, build the quarter again",
            next_step=f"nino-assets build --quarter {quarter.label}",
        )
    now = Clock.from_environment().read()
    correction = make_correction(
        quarter,
        edition=len(released) + 1,
        corrected_on=_parse_day(config.on) or now.astimezone(TIME_ZONE).date(),
        reason=config.reason,
        by=read_team().identify(account, config.by, *ROLES[Correction.kind]),
        now=now,
    )
    return replace(correction, account=account), _read_known_users(folders)


def _open(folders: Folders, config: CorrectionConfig, account: str) -> dg.AssetObservation:
    correction, users = prepare_correction(folders, config, account)
    quarter = Quarter.parse(correction.quarter)
    # The list first: without an entry it opens nothing.
    write_text(locate_users_to_tell(folders, quarter), _write_csv(users), mode=0o600)
    seal = record_decision(locate_log(folders.warehouse), correction, read_team())
    return dg.AssetObservation(
        "open_data",
        partition=quarter.key,
        description=f"Correction opened by {write_markdown(correction.by)}: "
        f"{write_markdown(correction.reason)}",
        metadata={
            "edition": correction.edition,
            "corrected on": correction.corrected_on,
            "users to tell": len(users),
            "correction: sha256 in the log": seal,
        },
    )


def locate_users_to_tell(folders: Folders, quarter: Quarter) -> Path:
    """The list of users to tell of a quarter's correction."""
    return folders.find_publication(quarter) / "qa" / TO_TELL_NAME


def _read_known_users(folders: Folders) -> list[KnownUser]:
    users = read_user_register(folders)
    if not users:
        raise GovernanceError(
            f"There are no known users in landing/{USER_REGISTER}/",
            rule="known users are told of a correction",
            next_step=f"put the register of users into landing/{USER_REGISTER}/ as CSV; the layout "
            f"is {locate_layout('governance/user-register')}",
        )
    return users


def _write_csv(users: Sequence[KnownUser]) -> str:
    header = [field.name for field in fields(KnownUser)]
    return format_csv_rows([header, *(astuple(user) for user in users)])


def _parse_day(text: str) -> date | None:
    if text and not is_iso_date(text):
        raise GovernanceError(
            "The day of the correction is not a date",
            rule="a day is written as 2021-03-04",
            next_step="give --on 2021-03-04, or leave it out for today",
        )
    return date.fromisoformat(text) if text else None
