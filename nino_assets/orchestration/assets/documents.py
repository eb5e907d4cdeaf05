"""The background documents of a release: methodology, quality report, release strategy.

They are published with the statistics, so they are written, listed in the manifest and signed
with them.
"""

import json
from collections.abc import Collection

from nino_assets.governance.check_result import CheckResult, encode_results
from nino_assets.orchestration.assets.publication import (
    ITS_RECORDS,
    LISTED,
    bulletin,
    list_published,
    open_data,
    tables,
)
from nino_assets.orchestration.assets.reference import (
    areas,
    nationality_groups,
    output_area_lookup,
    perturbation_table,
)
from nino_assets.orchestration.assets.stage import Metadata, StageRun, declare_asset
from nino_assets.orchestration.assets.tabulations import tabulations
from nino_assets.orchestration.assets.upstream import Once, SameQuarter
from nino_assets.orchestration.check_results import read_check_results
from nino_assets.publishing.documents.document_facts import DocumentFacts
from nino_assets.publishing.documents.document_names import FOLDER
from nino_assets.publishing.documents.document_pages import write_documents
from nino_assets.quality.suites.background_documents import CHECKS_NAME
from nino_assets.releases.editions import read_edition
from nino_assets.store.atomic import replace_files, write_text
from nino_assets.store.declarations import Access, Kept


@declare_asset(
    group="publication",
    access=Access.TEAM_UNTIL_RELEASE,
    kept=Kept.AS_FILES,
    kinds={"html"},
    reads=LISTED,
    # The documents tell what the checks of these found. Gated on them, all have run before.
    gated_on=[
        Once(output_area_lookup),
        Once(nationality_groups),
        Once(areas),
        Once(perturbation_table),
        *ITS_RECORDS,
        SameQuarter(tables),
        SameQuarter(open_data),
        SameQuarter(bulletin),
        SameQuarter(tabulations),
    ],
)
def background_documents(run: StageRun) -> Metadata:
    """Methodology, quality report and release strategy.

    All are derived from the rules of the pipeline itself.
    """
    edition = read_edition(run.warehouse, run.quarter)
    results = read_check_results(run.context.instance, run.quarter)
    checks = tuple(_keep_told(result, run.built_on) for result in results)
    publication = run.warehouse.folders.find_publication(run.quarter)
    with replace_files(publication / FOLDER) as fresh:
        write_documents(DocumentFacts(edition=edition, checks=checks), fresh)
    stored = json.dumps(encode_results(checks), indent=1)
    write_text(publication / "qa" / CHECKS_NAME, stored + "\n")
    return list_published(run, edition, publication / FOLDER)


def _keep_told(result: CheckResult, built_on: Collection[str]) -> CheckResult:
    """A result that the documents may tell.

    Those of other assets depend on what ran first.
    """
    told = result.asset in built_on and not result.out_of_date
    return result if told else result.drop_findings()
