"""Group governance: what reviewers sign, and what is released.

Belongs here: the shells of governance assets.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import dagster as dg
import polars as pl

from nino_assets.governance.pre_release_access import Standing
from nino_assets.governance.review_log import Answer, latest_answers
from nino_assets.governance.sealed_log import log_file, read_entries
from nino_assets.methods.disclosure.perturbed_cells import list_period_members
from nino_assets.methods.disclosure.risk_and_utility import measure_risk_and_utility
from nino_assets.methods.records.row_account import build_row_account
from nino_assets.orchestration.assets.assurance import TEAM, coherence_report
from nino_assets.orchestration.assets.cubes import counts_in_use, perturbed_cubes
from nino_assets.orchestration.assets.documents import background_documents
from nino_assets.orchestration.assets.partitions import ONE_AT_A_TIME, QUARTERS, quarters_of
from nino_assets.orchestration.assets.publication import (
    WHOLE_SERIES,
    bulletin,
    finished,
    open_data,
    series_to,
    tables,
)
from nino_assets.orchestration.assets.records import (
    RESTRICTED,
    cleaning,
    geocoded_records,
    raw_scan,
)
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.orchestration.check_results import check_results, finding_of
from nino_assets.publishing.qa_report import facts
from nino_assets.publishing.qa_report.page import qa_page, risk_page, summary_page
from nino_assets.publishing.qa_report.results import Report
from nino_assets.publishing.qa_report.workbook import write_qa_workbook
from nino_assets.quality.suites.qa_report import WARNINGS_NAME
from nino_assets.releases import pre_release_list as pre_release
from nino_assets.releases.editions import edition_of
from nino_assets.releases.series import find_series
from nino_assets.statistic.published_domain import CUBES
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import replacing, replacing_files, write_text
from nino_assets.store.warehouse import Warehouse


@dg.asset(
    group_name="governance",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[WHOLE_SERIES],
    kinds={"csv", "html"},
    tags=TEAM,
)
def pre_release_access_list(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Who may see the edition 24 hours early; posts without names are published with it.

    Without a delivered list nothing is published, a check says so, and the release is refused.
    """
    warehouse: Warehouse = context.resources.warehouse
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        edition = edition_of(warehouse, quarter)
        delivered = pre_release.judged_list(warehouse, quarter)
        held = pre_release.no_entries() if delivered is None else delivered
        warehouse.tables.write(pre_release.ASSET, held.to_arrow().to_reader(), quarter)
        folder = pre_release.published_folder(warehouse, quarter)
        if delivered is None:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            with replacing_files(folder) as fresh:
                pre_release.write_list(warehouse, edition, held, fresh)
        standings = held["standing"].to_list()
        return dg.MaterializeResult(
            metadata={
                **(finished(warehouse, edition, folder).metadata or {}),
                "delivered": delivered is not None,
                **{standing.value: standings.count(standing.value) for standing in Standing},
            }
        )

    return run_stage(context, work, quarters=[quarter], reads=lambda: series_to(warehouse, quarter))


@dg.asset(
    group_name="governance",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[
        raw_scan,
        *cleaning.keys,
        geocoded_records,
        perturbed_cubes,
        tables,
        open_data,
        bulletin,
        background_documents,
        coherence_report,
        pre_release_access_list,
    ],
    kinds={"html", "ods"},
    tags=RESTRICTED,
)
def qa_report(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """What reviewers judge a release by: every check, the row account, their answers.

    It lies beside the publication, in `qa/`, and is not published; of it, `qa-summary.html` may be.
    Risk and utility of the perturbation stay in the restricted zone, with an edition to read; the
    report has of them only what any reader can work out from the published cells. Times are left to
    the event log, so that the same results and answers give the same bytes.
    """
    warehouse: Warehouse = context.resources.warehouse
    quarters = quarters_of(context)

    def work() -> dg.MaterializeResult:
        (quarter,) = quarters
        delivery = warehouse.serving.find_delivery(quarter)
        with warehouse.session() as con:
            records = ("raw_scan", "cleaned_records", "rejected_records", "geocoded_records")
            for asset in records:
                con.register(asset, warehouse.records.read(asset, delivery))
            raw, cleaned, rejected, geocoded = records
            account = build_row_account(
                con, raw=raw, cleaned=cleaned, rejected=rejected, geocoded=geocoded
            )
            first = find_series(warehouse, quarter)[0]
            held = max(first, quarter - 3).until(quarter)
            measures = measure_risk_and_utility(
                counts_in_use(warehouse, con, held),
                warehouse.tables.read_frame("perturbed_cubes", quarter),
                {cube.name: list_period_members(cube.period, [quarter], first) for cube in CUBES},
            )
        warehouse.tables.write("risk_and_utility", measures.to_arrow().to_reader(), quarter)
        folder = warehouse.folders.publication(quarter) / "qa"
        write_text(folder / "counts.json", json.dumps(account, indent=1) + "\n")
        report = _report(context.instance, warehouse, quarter, account, measures)
        findings = [asdict(finding_of(quarter, result)) for result in report.warnings]
        write_text(folder / WARNINGS_NAME, json.dumps(findings, indent=1) + "\n")
        write_text(folder / "qa-report.html", qa_page(report))
        write_text(folder / "qa-summary.html", summary_page(report))
        restricted = warehouse.tables.find_path("risk_and_utility", quarter).with_suffix(".html")
        write_text(restricted, risk_page(report.edition, measures), mode=0o600)
        with replacing(folder / "qa-report.ods") as temporary:
            write_qa_workbook(report, temporary)
        return dg.MaterializeResult(
            metadata={
                "report": dg.MetadataValue.path(str(folder / "qa-report.html")),
                "checks": len(report.results),
                "warnings": len(report.warnings),
                "warnings not yet answered": len(report.open_warnings),
                "delivered": account["delivered"],
                "accepted": account["accepted"],
                "rejected": dg.MetadataValue.json(account["rejected"]),
                "repairs": dg.MetadataValue.json(account["repairs"]),
                "geocode_status": dg.MetadataValue.json(account["geocode_status"]),
            }
        )

    return run_stage(context, work, quarters=quarters)


def _report(
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    quarter: Quarter,
    account: Mapping[str, Any],
    measures: pl.DataFrame,
) -> Report:
    """All that the report shows. The checks of `qa_report` and of the release run after it."""
    publication = warehouse.folders.publication(quarter)
    results = check_results(instance, quarter, but=["qa_report", "release"])
    given = latest_answers(read_entries(log_file(warehouse.folders.warehouse), Answer))
    findings = {each.key: finding_of(quarter, each) for each in results if each.is_warning}
    with warehouse.session() as con:
        differences = facts.differences(con, publication.parent, quarter)
    return Report(
        edition=edition_of(warehouse, quarter),
        results=tuple(results),
        answers={key: given[found] for key, found in findings.items() if found in given},
        account=account,
        manifest=facts.read_manifest(publication),
        cells=facts.published_cells(publication),
        differences=differences,
        additivity=facts.additivity(measures),
    )
