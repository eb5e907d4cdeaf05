"""The suite of the background documents: they say what the code does, on the release's date.

Belongs here: which finding about a document is a check. Does not belong here: reading documents
back and judging them (`publishing/documents/documents_agreement.py`).
"""

from __future__ import annotations

from nino_assets.publishing.bulletin.lints import page_faults
from nino_assets.publishing.documents import FOLDER
from nino_assets.publishing.documents.document_facts import read_checks
from nino_assets.publishing.documents.documents_agreement import (
    PipelineNames,
    documents_faults,
    read_document,
)
from nino_assets.quality.rules import none_of, share
from nino_assets.quality.suite import Suite
from nino_assets.quality.suites.publication import Measures, manifest_faults, measured
from nino_assets.releases.editions import edition_of
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

CHECKS_NAME = "document-checks.json"
"""In `qa/`: the checks as they stood when the documents were made."""

_AGAIN = "Materialise background_documents again; if it stays, report a fault of the line."
_LINTED = ("headings", "tables")


def _background_documents(warehouse: Warehouse, quarter: Quarter) -> Measures:
    publication = warehouse.folders.publication(quarter)
    checks = read_checks((publication / "qa" / CHECKS_NAME).read_text(encoding="utf-8"))
    faults = documents_faults(publication, edition_of(warehouse, quarter), checks, _line(quarter))
    pages = [path.read_text("utf-8") for path in sorted((publication / FOLDER).glob("*.html"))]
    linted = [page_faults(page) for page in pages]
    return {
        "rules_compared": sum(len(read_document(page).marked("data-rule")) for page in pages),
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
        "manifest_broken": manifest_faults(warehouse, quarter, f"{FOLDER}/"),
    }


def _line(quarter: Quarter) -> PipelineNames:
    """Every check, as it is in force in a quarter, and asset.

    Read late: the registry holds this suite too.
    """
    from nino_assets.orchestration.checks.registry import ALL_SUITES  # noqa: PLC0415

    return PipelineNames(
        sentences={
            f"{suite.asset}.{expectation.name}": expectation.at(quarter).sentence
            for suite in ALL_SUITES
            for expectation in suite.expectations
        },
        assets={suite.asset for suite in ALL_SUITES},
    )


background_documents = Suite(
    asset="background_documents",
    prepare=measured(_background_documents),
    expectations=(
        share(
            "rules_compared",
            "The documents state rules that could be compared.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        none_of(
            "rules_disagree",
            "Every rule that a document states is the one that the code has.",
            "Materialise background_documents again: the code has changed since.",
        ),
        none_of(
            "rules_missing",
            "Every rule that readers are to know stands in a document.",
            "Put the rule into the template of the document where it belongs.",
        ),
        none_of(
            "numbers_unmarked",
            "No document holds a number that is not derived from the code or from results.",
            "Take the number out of the template, or make it a rule of the documents.",
        ),
        none_of(
            "quotations_differ",
            "Every quoted text is the one that was reviewed.",
            _AGAIN,
        ),
        none_of(
            "results_differ",
            "Results of checks are those that the documents were made from.",
            _AGAIN,
        ),
        none_of(
            "names_unknown",
            "Every asset and check that a document names exists.",
            "Correct the name in data/reference/code_of_practice.csv.",
        ),
        none_of(
            "principles_missing",
            "The quality report has every principle of the Code of Practice.",
            "Complete data/reference/code_of_practice.csv.",
        ),
        none_of(
            "changes_missing",
            "The release strategy has every past and every planned change.",
            _AGAIN,
        ),
        none_of("documents_missing", "Every document is there.", _AGAIN),
        none_of(
            "other_date",
            "Every document is dated with the release date of this quarter.",
            "Materialise background_documents again: the release date has changed since.",
        ),
        none_of(
            "synthetic_unmarked",
            "Documents about synthetic data say so, and others do not.",
            _AGAIN,
        ),
        none_of(
            "page_faults",
            "The pages keep the rules of headings and tables.",
            "Run the lints on the page; they name each fault.",
            severity="warn",
        ),
        none_of(
            "manifest_broken",
            "The manifest has each document with its sha256.",
            "Materialise background_documents again: its files were changed after they were made.",
        ),
    ),
)

SUITES = (background_documents,)
