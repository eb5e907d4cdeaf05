"""The asset `release`: the gated, embargoed step in which a quarter leaves.

Belongs here: asking the gates before anything is copied, and leaving what they said in the event
log. Does not belong here: the gates (`governance/gates.py`) and what is written
(`storage/published.py`, `automation/release_pages.py`).
"""

from collections.abc import Mapping, Sequence

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.governance.gates import GATES, red_gates
from nino_assets.governance.release_log import Release
from nino_assets.governance.sealed_log import append_entry, head_of_entry, log_file, read_entries
from nino_assets.orchestration.assets.documents import background_documents
from nino_assets.orchestration.assets.governance import pre_release_access_list, qa_report
from nino_assets.orchestration.assets.partitions import ONE_AT_A_TIME, QUARTERS, quarters_of
from nino_assets.orchestration.assets.publication import bulletin, open_data, tables
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.orchestration.checks.factory import evaluation_of
from nino_assets.orchestration.checks.record import latest_materializations, record_evaluations
from nino_assets.orchestration.release_facts import ReleaseDesk
from nino_assets.quality.suites import release as release_suite
from nino_assets.releases.landing_pages import pages_for_readers
from nino_assets.releases.next_edition import due_of
from nino_assets.releases.published import Published, ReleasedEdition
from nino_assets.statistic.quarters import Quarter


@dg.asset(
    group_name="governance",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[
        tables,
        open_data,
        bulletin,
        background_documents,
        pre_release_access_list,
        qa_report,
    ],
    kinds={"html"},
    tags={"access": "team"},
)
def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """What readers get, in `data/published/`: whole, on time, signed, or not at all.

    Every gate is judged before anything is copied; when one is red nothing leaves, and each check
    says for this quarter what the gate found. Released again with the same manifest, nothing is
    done.
    """
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        desk = ReleaseDesk.from_environment(context.resources.warehouse, context.instance)
        facts = desk.facts(quarter)
        red = red_gates(facts)
        if red:
            _record(context, quarter, red)
            raise _refusal(quarter, red)
        folders = desk.warehouse.folders
        edition = due_of(folders, quarter).edition(synthetic=facts.synthetic)
        published = Published(folders)
        published.release(
            edition, folders.publication(quarter), pages_for_readers(desk.warehouse, quarter)
        )
        _log(desk, edition, context.run_id)
        return dg.MaterializeResult(
            metadata={
                "landing page": dg.MetadataValue.path(str(published.root / "index.html")),
                "edition": edition.number,
                "released at": edition.released_at.isoformat(),
                "sha256 of the manifest": edition.manifest_sha256,
                "synthetic": edition.synthetic,
            }
        )

    return run_stage(context, work, quarters=[quarter])


def _record(
    context: dg.AssetExecutionContext, quarter: Quarter, red: Mapping[str, Sequence[str]]
) -> None:
    """Leave what each gate found as the verdict of its check on this quarter."""
    asset = dg.AssetKey(release_suite.RELEASE)
    targets = latest_materializations(context.instance, asset, [quarter.key])
    record_evaluations(
        context.op_execution_context,
        [
            evaluation_of(
                release_suite.SUITE,
                [outcome],
                targets,
                also={"what is wrong": "; ".join(red[outcome.name])} if outcome.name in red else {},
            )
            for outcome in release_suite.outcomes_before(quarter, red)
        ],
    )


def _refusal(quarter: Quarter, red: Mapping[str, Sequence[str]]) -> GovernanceError:
    said = [f"{name} ({'; '.join(faults)})" for name, faults in red.items()]
    steps = dict.fromkeys(gate.next_step for gate in GATES if gate.name in red)
    return GovernanceError(
        f"{quarter.label} is not released: {', '.join(said)}",
        rule="nothing leaves before every gate of the release is green",
        next_step=" ".join(steps),
    )


def _log(desk: ReleaseDesk, edition: ReleasedEdition, run: str) -> None:
    """Write the release to the log of decisions, once."""
    log = log_file(desk.warehouse.folders.warehouse)
    entry = Release(
        **head_of_entry(edition.quarter, f"run {run}", desk.clock.now()),
        edition=edition.number,
        manifest_sha256=edition.manifest_sha256,
    )
    written = [(e.quarter, e.edition, e.manifest_sha256) for e in read_entries(log, Release)]
    if (entry.quarter, entry.edition, entry.manifest_sha256) not in written:
        append_entry(log, entry)
