"""Governance assets: what reviewers sign, and who may see an edition early."""

import json
import shutil
from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from nino_assets.governance.check_result import encode_results
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.pre_release_access import AccessStanding
from nino_assets.governance.review_log import Answer, find_answer
from nino_assets.methods.disclosure.averaging import measure_averaging
from nino_assets.methods.disclosure.perturbed_cells import list_period_members
from nino_assets.methods.disclosure.risk_and_utility import (
    list_design_values,
    measure_risk_and_utility,
)
from nino_assets.methods.records.row_account import build_row_account
from nino_assets.orchestration.assets.assurance import coherence_report
from nino_assets.orchestration.assets.cubes import COUNTED, EDITION, read_checked_counts
from nino_assets.orchestration.assets.documents import background_documents
from nino_assets.orchestration.assets.publication import (
    ITS_RECORDS,
    LISTED,
    bulletin,
    list_published,
    open_data,
    tables,
)
from nino_assets.orchestration.assets.records import cleaning, geocoded_records
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.tabulations import tabulations
from nino_assets.orchestration.assets.upstream import SameQuarter
from nino_assets.orchestration.check_results import read_check_histories
from nino_assets.publishing.qa_report import edition_differences
from nino_assets.publishing.qa_report.desk_links import (
    link_to_check,
    link_to_file,
    link_to_quarter,
)
from nino_assets.publishing.qa_report.qa_page import (
    build_qa_page,
    build_risk_page,
    build_summary_page,
)
from nino_assets.publishing.qa_report.qa_workbook import write_qa_workbook
from nino_assets.publishing.qa_report.report import Report
from nino_assets.quality.suites.qa_report import WARNINGS_NAME
from nino_assets.releases import pre_release_list as pre_release
from nino_assets.releases.editions import read_edition
from nino_assets.releases.series import find_series
from nino_assets.statistic.published_domain import CUBES
from nino_assets.store.atomic import replace_file, replace_files, write_text
from nino_assets.store.declarations import Access, Kept, Stored


@declare_asset(
    group="governance",
    access=Access.TEAM,
    kept=Kept.BY_QUARTER,
    kinds={"csv", "html"},
    reads=LISTED,
    gated_on=ITS_RECORDS,
)
def pre_release_access_list(run: StageRun) -> Metadata:
    """Who may see the edition 24 hours early.

    Posts without names are published with it. Without a delivered list nothing is published, a
    check says so, and the release is refused.
    """
    warehouse = run.warehouse
    edition = read_edition(warehouse, run.quarter)
    delivered = pre_release.judge_delivered_list(warehouse, run.quarter)
    held = pre_release.make_empty_list() if delivered is None else delivered
    warehouse.tables.write(pre_release.ASSET, held.to_arrow().to_reader(), run.quarter)
    folder = pre_release.locate_published_list(warehouse, run.quarter)
    if delivered is None:
        shutil.rmtree(folder, ignore_errors=True)
    else:
        with replace_files(folder) as fresh:
            pre_release.write_list(warehouse, edition, held, fresh)
    standings = held["standing"].to_list()
    return {
        **list_published(run, edition, folder),
        "delivered": delivered is not None,
        **{standing.value: standings.count(standing.value) for standing in AccessStanding},
    }


@declare_asset(
    group="governance",
    access=Access.TEAM,
    kept=Kept.AS_FILES,
    by_products=[
        Stored(name="risk_and_utility", access=Access.RESTRICTED, kept=Kept.BY_QUARTER),
    ],
    kinds={"html", "ods"},
    reads=[
        *EDITION,
        SameQuarter(cleaning["cleaned_records"]),
        SameQuarter(cleaning["rejected_records"]),
        SameQuarter(geocoded_records),
        *COUNTED,
    ],
    gated_on=[
        SameQuarter(tables),
        SameQuarter(open_data),
        SameQuarter(tabulations),
        SameQuarter(bulletin),
        SameQuarter(background_documents),
        SameQuarter(coherence_report),
        SameQuarter(pre_release_access_list),
    ],
)
def qa_report(run: StageRun) -> Metadata:
    """What reviewers judge a release by.

    That is every check, the row account, their answers. It lies with the publication, in `qa/`, and
    is not published; of it, `qa-summary.html` may be. Risk and utility of the perturbation stay in
    the restricted zone, with an edition to read; the report has of them only what any reader can
    work out from the published cells. Times are left to the event log, so that the same results and
    answers give the same bytes.
    """
    quarter, tables = run.quarter, run.warehouse.tables
    account, measures = _account_for_rows(run), _measure_perturbation(run)
    tables.write("risk_and_utility", measures.to_arrow().to_reader(), quarter)
    report = _gather_report(run, account, measures)
    tables.write_page("risk_and_utility", quarter, build_risk_page(report.edition, measures))
    folder = run.warehouse.folders.find_publication(quarter) / "qa"
    warnings = encode_results(report.warnings)
    write_text(folder / "counts.json", json.dumps(account, indent=1) + "\n")
    write_text(folder / WARNINGS_NAME, json.dumps(warnings, indent=1) + "\n")
    write_text(folder / "qa-report.html", build_qa_page(report))
    write_text(folder / "qa-summary.html", build_summary_page(report))
    with replace_file(folder / "qa-report.ods") as temporary:
        write_qa_workbook(report, temporary)
    return {
        "quarter": dg.MetadataValue.url(link_to_quarter(quarter)),
        "report": dg.MetadataValue.url(link_to_file(quarter, "qa/qa-report.html")),
        "path": dg.MetadataValue.path(str(folder / "qa-report.html")),
        "checks": len(report.results),
        "warnings": len(report.warnings),
        "warnings not yet answered": len(report.open_warnings),
        **_link_warnings(report),
        "delivered": account["delivered"],
        "accepted": account["accepted"],
        "rejected": dg.MetadataValue.json(account["rejected"]),
        "repairs": dg.MetadataValue.json(account["repairs"]),
        "geocode_status": dg.MetadataValue.json(account["geocode_status"]),
    }


def _link_warnings(report: Report) -> Metadata:
    """Each warning by name, with the link to its check."""
    return {
        f"warning: {each.key}": dg.MetadataValue.url(link_to_check(each.asset, each.name))
        for each in report.warnings
    }


def _account_for_rows(run: StageRun) -> Mapping[str, Any]:
    """Where every row of the quarter's delivery went."""
    delivery = run.warehouse.serving.find_delivery(run.quarter)
    views = {
        "raw": "raw_scan",
        "cleaned": "cleaned_records",
        "rejected": "rejected_records",
        "geocoded": "geocoded_records",
    }
    with run.warehouse.open_session() as con:
        for view, asset in views.items():
            con.register(view, run.warehouse.records.read(asset, delivery))
        return build_row_account(con, **{view: view for view in views})


def _measure_perturbation(run: StageRun) -> pl.DataFrame:
    """Risk and utility of the perturbation of the quarter's cells."""
    series = find_series(run.warehouse, run.quarter)
    tables, first = run.warehouse.tables, series[0]
    columns = ["cube", "time_period", "registrations"]
    cells = tables.read("perturbed_cubes", series).to_table(columns=columns)
    with run.warehouse.open_session() as con:
        counts = read_checked_counts(run, con)
        measures = measure_risk_and_utility(
            counts,
            tables.read_frame("perturbed_cubes", run.quarter),
            {cube.name: list_period_members(cube.period, [run.quarter], first) for cube in CUBES},
        )
        averaging = measure_averaging(counts, pl.DataFrame(pl.from_arrow(cells)), series)
    return pl.concat([measures, averaging, list_design_values(counts.table)])


def _gather_report(run: StageRun, account: Mapping[str, Any], measures: pl.DataFrame) -> Report:
    """All that the report shows.

    The checks of `qa_report` and of the release run after it.
    """
    warehouse, quarter = run.warehouse, run.quarter
    publication = warehouse.folders.find_publication(quarter)
    histories = read_check_histories(run.context.instance, quarter, but=["qa_report", "release"])
    given = read_entries(locate_log(warehouse.folders.warehouse), Answer)
    warnings = [history[-1] for history in histories if history[-1].is_warning]
    answers = {each.key: find_answer(each, quarter, given) for each in warnings}
    with warehouse.open_session() as con:
        differences = edition_differences.compare_editions(con, publication.parent, quarter)
    return Report(
        edition=read_edition(warehouse, quarter),
        histories=tuple(histories),
        answers={key: answer for key, answer in answers.items() if answer},
        account=account,
        manifest=edition_differences.read_manifest(publication),
        cells=edition_differences.count_published_cells(publication),
        differences=differences,
        additivity=edition_differences.measure_additivity(measures),
    )
