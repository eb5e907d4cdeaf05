"""The background documents of a release: methodology, quality report, release strategy.

They are published beside the statistics, so they are written, listed in the manifest and signed
with them. Belongs here: the shell of the one asset. Does not belong here: what the documents say
(`publishing/documents/`).
"""

import dagster as dg

from nino_assets.orchestration.assets.partitions import ONE_AT_A_TIME, QUARTERS, quarters_of
from nino_assets.orchestration.assets.publication import (
    UNTIL_RELEASE,
    WHOLE_SERIES,
    bulletin,
    finished,
    open_data,
    series_to,
    tables,
)
from nino_assets.orchestration.assets.stage import run_stage
from nino_assets.orchestration.check_results import check_results
from nino_assets.publishing.documents import FOLDER
from nino_assets.publishing.documents.document_facts import Checked, DocumentFacts, stored_checks
from nino_assets.publishing.documents.document_pages import write_documents
from nino_assets.publishing.qa_report.results import CheckResult
from nino_assets.quality.suites.background_documents import CHECKS_NAME
from nino_assets.releases.editions import edition_of
from nino_assets.store.atomic import replacing_files, write_text
from nino_assets.store.warehouse import Warehouse

JUDGED = (
    "postcode_directory",
    "output_area_lookup",
    "nationality_groups",
    "areas",
    "perturbation_table",
    "raw_scan",
    "cleaned_records",
    "rejected_records",
    "geocoded_records",
    "keyed_counts",
    "perturbed_cubes",
    "tables",
    "open_data",
    "bulletin",
)
"""Whatever the documents' own asset is built on: all its checks have run before it is made.

Of the others no result is told, which would depend on what happened to run first.
"""


@dg.asset(
    group_name="publication",
    partitions_def=QUARTERS,
    backfill_policy=ONE_AT_A_TIME,
    required_resource_keys={"warehouse"},
    deps=[WHOLE_SERIES, tables, open_data, bulletin],
    kinds={"html"},
    tags=UNTIL_RELEASE,
)
def background_documents(context: dg.AssetExecutionContext) -> dg.MaterializeResult:
    """Methodology, quality report and release strategy, from the rules that the line works by."""
    warehouse: Warehouse = context.resources.warehouse
    (quarter,) = quarters_of(context)

    def work() -> dg.MaterializeResult:
        edition = edition_of(warehouse, quarter)
        results = check_results(context.instance, quarter)
        facts = DocumentFacts(edition=edition, checks=tuple(_checked(each) for each in results))
        publication = warehouse.folders.publication(quarter)
        with replacing_files(publication / FOLDER) as fresh:
            write_documents(facts, fresh)
        write_text(publication / "qa" / CHECKS_NAME, stored_checks(facts.checks))
        return finished(warehouse, edition, publication / FOLDER)

    built_on = {name: [quarter] for name in ("tables", "open_data", "bulletin")}
    return run_stage(
        context,
        work,
        quarters=[quarter],
        reads=lambda: {**series_to(warehouse, quarter), **built_on},
    )


def _checked(result: CheckResult) -> Checked:
    verdict = {"passed": True, "failed": False}.get(result.verdict)
    return Checked(
        asset=result.asset,
        name=result.name,
        sentence=result.sentence,
        severity=result.severity,
        practice_area=result.practice_area,
        passed=verdict if result.asset in JUDGED else None,
    )
