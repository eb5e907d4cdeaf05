"""The job `sign_off`: signs a release.

A signature is an entry in the log of decisions and, in Dagster, an evaluation of the check on
`release` that asks for it, with the sha256 of the manifest and of the entry.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.governance.accounts import find_own_account
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.proved_decisions import ROLES, record_decision
from nino_assets.governance.signatures import WHO, Role, Signature, make_signature
from nino_assets.governance.team import read_team
from nino_assets.orchestration.checks.evaluations import build_evaluation
from nino_assets.orchestration.decisions.run import parse_quarter, run_decision
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.orchestration.plain_config import (
    PlainConfig,
    build_example,
    declare_config,
    declare_text,
    read_config,
)
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.orchestration.signed_in import read_account
from nino_assets.quality.results import build_result
from nino_assets.quality.suites.release import RELEASE, SUITE
from nino_assets.releases.published import hash_manifest
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets.writers.safe_text import write_markdown

CHECKS = {Role.COUNTERSIGN: "signed_by_second_analyst", Role.HEAD: "signed_by_head"}


@dataclass(frozen=True, kw_only=True)
class SignOffConfig(PlainConfig):
    """A signature of `quarter`, as 2020-Q4, `by` a person.

    `role` is countersign or head-of-profession. `by` is left out where the team has a list.
    """

    quarter: str = declare_text("The quarter, as 2020-Q4.")
    role: str = declare_text("In which role you sign.", choices=[role.value for role in Role])
    by: str = declare_text("Your name; blank where the team has a list of its members.", default="")


@dg.op(
    config_schema=declare_config(SignOffConfig),
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Writes the signature to the log of decisions and as an event on the release.",
)
def record_signature(
    context: dg.OpExecutionContext,
) -> Iterator[dg.AssetCheckEvaluation | dg.Output[None]]:
    """Record one signature; when it is refused, nothing is written."""
    folders = context.resources.warehouse.folders
    config = read_config(context, SignOffConfig)
    account = read_account(context)
    yield redact_errors(lambda: _record(context.instance, folders, config, account))
    yield dg.Output(None)


EXAMPLE = build_example("record_signature", quarter="2020-Q4", role="countersign", by="")
"""What the launchpad opens with. It is refused until it is filled in."""


@dg.job(
    description="A second analyst countersigns a release, or the head of profession signs it.",
    config=EXAMPLE,
)
def sign_off() -> None:
    """One signature a run."""
    record_signature()


def give_signature(
    instance: dg.DagsterInstance, folders: Folders, config: SignOffConfig
) -> Signature:
    """Run the job `sign_off` in this process.

    Raises GovernanceError when the signature is refused or a file is not as the manifest says,
    PublicationError when the quarter has no manifest.
    """
    signature = prepare_signature(folders, config, find_own_account())
    run_decision(instance, folders, sign_off, config)
    return signature


def prepare_signature(folders: Folders, config: SignOffConfig, account: str) -> Signature:
    """Return the signature as an account gives it now.

    Raises errors as `give_signature`.
    """
    team = read_team()
    quarter = parse_quarter(config.quarter)
    publication = folders.find_publication(quarter)
    faults = verify_manifest(publication)
    if faults:
        raise GovernanceError(
            f"{folders.describe(publication)} is not as its manifest says: {'; '.join(faults)}",
            rule="only files that are as they were built can be signed",
            next_step=f"build the quarter again: nino-assets build --quarter {quarter.label}",
        )
    signature = make_signature(
        read_entries(locate_log(folders.warehouse), Signature),
        quarter,
        role=config.role,
        by=team.identify(account, config.by, *ROLES.get(config.role, ())),
        manifest_sha256=hash_manifest(publication),
        now=Clock.from_environment().read(),
        account=account if team.is_listed else "",
    )
    return replace(signature, account=account)


def _record(
    instance: dg.DagsterInstance, folders: Folders, config: SignOffConfig, account: str
) -> dg.AssetCheckEvaluation:
    signature = prepare_signature(folders, config, account)
    seal = record_decision(locate_log(folders.warehouse), signature, read_team())
    quarter = parse_quarter(signature.quarter)
    partition = quarter.key
    asset, role = dg.AssetKey(RELEASE), Role(signature.role)
    rule = SUITE.find(CHECKS[role])
    return build_evaluation(
        [build_result(RELEASE, rule, quarter, passed=True, observed=0.0)],
        read_latest_materializations(instance, asset, [partition]),
        description=f"Signed by {write_markdown(signature.by)}, {WHO[role]}.",
        also={**asdict(signature), "sha256 in the log": seal},
    )
