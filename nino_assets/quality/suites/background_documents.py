"""The suite of background_documents: they say what the code does."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from nino_assets.governance.check_result import decode_results
from nino_assets.publishing.bulletin.lints import find_page_faults
from nino_assets.publishing.documents.document_names import FOLDER
from nino_assets.publishing.documents.document_reader import read_document
from nino_assets.publishing.documents.documents_agreement import PipelineNames, find_document_faults
from nino_assets.quality.measures.files import Measures, count_manifest_faults, measure_files
from nino_assets.quality.next_steps import materialise_again
from nino_assets.quality.rules import expect_between, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.releases.editions import read_edition
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

CHECKS_NAME = "document-checks.json"
"""In `qa/`: the checks as they stood when the documents were made."""

_AGAIN = materialise_again("background_documents")
_LINTED = ("headings", "tables")


_EXPECTATIONS = (
    expect_between(
        "rules_compared",
        "The documents state rules that could be compared.",
        _AGAIN,
        at_least=1,
        severity="block",
    ),
    expect_none(
        "rules_disagree",
        "Every rule that a document states is the one that the code has.",
        "Materialise background_documents again: the code has changed since.",
    ),
    expect_none(
        "rules_missing",
        "Every rule that readers are to know stands in a document.",
        "Put the rule into the template of the document where it belongs.",
    ),
    expect_none(
        "numbers_unmarked",
        "No document holds a number that is not derived from the code or from results.",
        "Take the number out of the template, or make it a rule of the documents.",
    ),
    expect_none(
        "quotations_differ",
        "Every quoted text is the one that was reviewed.",
        _AGAIN,
    ),
    expect_none(
        "results_differ",
        "Results of checks are those that the documents were made from.",
        _AGAIN,
    ),
    expect_none(
        "names_unknown",
        "Every asset and check that a document names exists.",
        "Correct the name in the reference list code_of_practice.csv.",
    ),
    expect_none(
        "principles_missing",
        "The quality report has every principle of the Code of Practice.",
        "Complete the reference list code_of_practice.csv.",
    ),
    expect_none(
        "changes_missing",
        "The release strategy has every past and every planned change.",
        _AGAIN,
    ),
    expect_none("documents_missing", "Every document is there.", _AGAIN),
    expect_none(
        "other_date",
        "Every document is dated with the release date of this quarter.",
        "Materialise background_documents again: the release date has changed since.",
    ),
    expect_none(
        "synthetic_unmarked",
        "Documents about synthetic data say so, and others do not.",
        _AGAIN,
    ),
    expect_none(
        "page_faults",
        "The pages keep the rules of headings and tables.",
        "Run the lints on the page; they name each fault.",
        severity="warn",
    ),
    expect_none(
        "manifest_broken",
        "The manifest has each document with its sha256.",
        "Materialise background_documents again: its files were changed after they were made.",
    ),
)


def build_suite(all_suites: Callable[[], Sequence[Suite]]) -> Suite:
    """The suite of the documents; `all_suites` gives every suite, when run."""

    def measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
        return _measure(warehouse, quarter, describe_checks(all_suites(), quarter))

    return Suite(
        asset="background_documents",
        prepare=measure_files(measure),
        expectations=_EXPECTATIONS,
    )


def _measure(warehouse: Warehouse, quarter: Quarter, line: PipelineNames) -> Measures:
    publication = warehouse.folders.find_publication(quarter)
    stored = json.loads((publication / "qa" / CHECKS_NAME).read_text(encoding="utf-8"))
    checks = decode_results(stored)
    faults = find_document_faults(publication, read_edition(warehouse, quarter), checks, line)
    pages = [path.read_text("utf-8") for path in sorted((publication / FOLDER).glob("*.html"))]
    linted = [find_page_faults(page) for page in pages]
    return {
        "rules_compared": sum(len(read_document(page).list_marked("data-rule")) for page in pages),
        "rules_disagree": len(faults["rules"]),
        "rules_missing": len(faults["rules_missing"]),
        "numbers_unmarked": len(faults["unmarked"]),
        "quotations_differ": len(faults["quotations"]),
        "results_differ": len(faults["results"]),
        "names_unknown": len(faults["names"]),
        "principles_missing": len(faults["principles"]),
        "changes_missing": len(faults["changes"]),
        "documents_missing": len(faults["documents"]),
        "other_date": len(faults["dates"]),
        "synthetic_unmarked": len(faults["synthetic"]),
        "page_faults": sum(len(found[kind]) for found in linted for kind in _LINTED),
        "manifest_broken": count_manifest_faults(warehouse, quarter, f"{FOLDER}/"),
    }


def describe_checks(suites: Sequence[Suite], quarter: Quarter) -> PipelineNames:
    """Every asset, and every check as in force in a quarter."""
    return PipelineNames(
        sentences={
            f"{suite.asset}.{expectation.name}": expectation.find_form(quarter).sentence
            for suite in suites
            for expectation in suite.expectations
        },
        assets={suite.asset for suite in suites},
    )
