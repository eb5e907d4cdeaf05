"""The asset `release`: the gated, embargoed step in which a quarter leaves."""

from collections.abc import Mapping, Sequence

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.governance.decision_log import append_entry, locate_log, read_entries
from nino_assets.governance.gates import GATES, describe_red_gates, find_red_gates
from nino_assets.governance.log_entry import make_entry_fields
from nino_assets.governance.release_log import Release
from nino_assets.governance.team import read_team
from nino_assets.orchestration.assets.assurance import comparator_statistics
from nino_assets.orchestration.assets.cubes import EDITION, keyed_counts
from nino_assets.orchestration.assets.documents import background_documents
from nino_assets.orchestration.assets.governance import pre_release_access_list, qa_report
from nino_assets.orchestration.assets.publication import bulletin, open_data, tables
from nino_assets.orchestration.assets.reference import (
    nationality_groups,
    perturbation_table,
    postcode_directory,
)
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.tabulations import tabulations
from nino_assets.orchestration.assets.upstream import Once, SameQuarter, WholeSeries
from nino_assets.orchestration.checks.evaluations import build_evaluation
from nino_assets.orchestration.dagster_internals import store_evaluations
from nino_assets.orchestration.latest_materializations import read_latest_materializations
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.orchestration.signed_in import USER_TAG
from nino_assets.quality.engine import run_suite
from nino_assets.quality.measures.correction import RELEASED_COUNTS
from nino_assets.quality.suites import release as release_suite
from nino_assets.quality.suites.all import find_suite
from nino_assets.releases.landing_pages import prepare_landing_pages
from nino_assets.releases.next_edition import find_next_edition
from nino_assets.releases.published import PublishedEditions, ReleasedEdition
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.team_list import TeamRole
from nino_assets.store.declarations import Access, Kept, Stored

_JUDGED_AGAIN = ("tables", "open_data", "bulletin", "background_documents")
"""What is judged from published cells; the check of the tabulations needs counts that the release
may not read."""


@declare_asset(
    group="governance",
    access=Access.TEAM,
    kept=Kept.AS_FILES,
    kinds={"html"},
    reads=[
        *EDITION,
        WholeSeries(keyed_counts),
        # What is published is judged again from these.
        Once(nationality_groups),
        Once(postcode_directory),
        Once(perturbation_table),
        Once(comparator_statistics, optional=True),
        WholeSeries(pre_release_access_list),
    ],
    by_products=[Stored(name=RELEASED_COUNTS, access=Access.RESTRICTED, kept=Kept.BY_QUARTER)],
    gated_on=[
        SameQuarter(tables),
        SameQuarter(open_data),
        SameQuarter(tabulations),
        SameQuarter(bulletin),
        SameQuarter(background_documents),
        SameQuarter(qa_report),
    ],
    # The checks of every asset are one of the release's own gates.
    has_own_gates=True,
)
def release(run: StageRun) -> Metadata:
    """What readers get: whole, on time, signed, or not at all.

    It lies in `data/published/`. Every gate is judged before anything is copied; when one is red
    nothing leaves, and each check says for this quarter what the gate found. Released again with
    the same manifest, nothing is done.
    """
    _refuse_account(run.context)
    desk = ReleaseContext.from_environment(run.warehouse, run.context.instance)
    facts = desk.collect_facts(run.quarter)
    red = find_red_gates(facts)
    if red:
        _record_red_gates(run.context, run.quarter, red)
        raise _refuse(run.quarter, red)
    if not facts.is_released:
        _judge_again(run)
    folders = run.warehouse.folders
    edition = find_next_edition(folders, run.quarter).make_released_edition(
        synthetic=facts.synthetic
    )
    published = PublishedEditions(folders)
    published.release(
        edition,
        folders.find_publication(run.quarter),
        prepare_landing_pages(run.warehouse, run.quarter),
    )
    _keep_released_counts(run)
    _log_release(desk, edition, run.context.run_id)
    return {
        "landing page": dg.MetadataValue.path(str(published.root / "index.html")),
        "edition": edition.number,
        "released at": edition.released_at.isoformat(),
        "sha256 of the manifest": edition.manifest_sha256,
        "synthetic": edition.synthetic,
    }


def _refuse_account(context: dg.AssetExecutionContext) -> None:
    """Refuse a person who may not release; a schedule's run has none."""
    team, account = read_team(), context.run.tags.get(USER_TAG)
    if account is not None and team.is_listed:
        team.identify(account, "", TeamRole.RELEASER, TeamRole.HEAD)


def _judge_again(run: StageRun) -> None:
    """Judge what readers get from its files, whatever a database says."""
    failed = [
        f"{result.key} ({result.error or f'found {result.observed or result.unexpected}'})"
        for asset in _JUDGED_AGAIN
        for result in run_suite(find_suite(asset), run.warehouse, [run.quarter])
        if not result.passed and find_suite(asset).find(result.name).blocks
    ]
    if failed:
        raise GovernanceError(
            f"{run.quarter.label} is not released: judged again, {', '.join(failed)} does not hold,"
            " and Dagster's event log says that it does",
            rule="nothing leaves before every blocking check holds on the files themselves",
            next_step="find out who changed the event log or the files; then build again",
        )


def _keep_released_counts(run: StageRun) -> None:
    """Keep what was counted, to compare a correction with it.

    Keyed counts and no pseudonyms: they tell how many people differ, and not who.
    """
    for quarter in run.reads["keyed_counts"] or ():
        counts = run.warehouse.tables.read("keyed_counts", [quarter])
        run.warehouse.tables.write(RELEASED_COUNTS, counts.scanner().to_reader(), quarter)


def _record_red_gates(
    context: dg.AssetExecutionContext, quarter: Quarter, red: Mapping[str, Sequence[str]]
) -> None:
    """Record what each gate found as the result of its check."""
    asset = dg.AssetKey(release_suite.RELEASE)
    targets = read_latest_materializations(context.instance, asset, [quarter.key])
    store_evaluations(
        context.op_execution_context,
        [
            build_evaluation(
                [result],
                targets,
                also={"what is wrong": "; ".join(red[result.name])} if result.name in red else {},
            )
            for result in release_suite.build_results(quarter, red)
        ],
    )


def _refuse(quarter: Quarter, red: Mapping[str, Sequence[str]]) -> GovernanceError:
    steps = dict.fromkeys(gate.next_step for gate in GATES if gate.name in red)
    return GovernanceError(
        f"{quarter.label} is not released. Not met: {describe_red_gates(red)}",
        rule="nothing leaves before every gate of the release is green",
        next_step=" ".join(steps),
    )


def _log_release(desk: ReleaseContext, edition: ReleasedEdition, run: str) -> None:
    """Write the release to the log of decisions, once."""
    log = locate_log(desk.warehouse.folders.warehouse)
    entry = Release(
        **make_entry_fields(edition.quarter, f"run {run}", desk.clock.read()),
        edition=edition.number,
        manifest_sha256=edition.manifest_sha256,
    )
    written = [(e.quarter, e.edition, e.manifest_sha256) for e in read_entries(log, Release)]
    if (entry.quarter, entry.edition, entry.manifest_sha256) not in written:
        append_entry(log, entry)
