"""The background documents of a release: methodology, quality report, release strategy.

They are published beside the statistics, so they are written, listed in the manifest and signed
with them.
"""

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
from nino_assets.orchestration.assets.stage import Metadata, StageRun, stage
from nino_assets.orchestration.assets.upstream import Once, SameQuarter
from nino_assets.orchestration.check_results import check_results
from nino_assets.publishing.documents.document_facts import Checked, DocumentFacts, stored_checks
from nino_assets.publishing.documents.document_names import FOLDER
from nino_assets.publishing.documents.document_pages import write_documents
from nino_assets.publishing.qa_report.results import CheckResult
from nino_assets.quality.suites.background_documents import CHECKS_NAME
from nino_assets.releases.editions import edition_of
from nino_assets.store.atomic import replace_files, write_text
from nino_assets.store.declarations import Access, Kept


@stage(
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
    ],
)
def background_documents(run: StageRun) -> Metadata:
    """Methodology, quality report and release strategy, from the rules of the pipeline itself."""
    edition = edition_of(run.warehouse, run.quarter)
    results = check_results(run.context.instance, run.quarter)
    checks = tuple(_describe_check(result, told=result.asset in run.built_on) for result in results)
    publication = run.warehouse.folders.publication(run.quarter)
    with replace_files(publication / FOLDER) as fresh:
        write_documents(DocumentFacts(edition=edition, checks=checks), fresh)
    write_text(publication / "qa" / CHECKS_NAME, stored_checks(checks))
    return list_published(run, edition, publication / FOLDER)


def _describe_check(result: CheckResult, *, told: bool) -> Checked:
    """A check with its result, if that is `told`: of others it depends on what ran first."""
    passed = {"passed": True, "failed": False}.get(result.verdict)
    return Checked(
        asset=result.asset,
        name=result.name,
        sentence=result.sentence,
        severity=result.severity,
        practice_area=result.practice_area,
        passed=passed if told else None,
    )
