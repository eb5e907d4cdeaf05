"""The suite of tables: the workbook, read back, compared and accessible."""

from __future__ import annotations

import zipfile
from collections import Counter

from nino_assets.publishing.workbook.workbook_agreement import compare_workbook
from nino_assets.publishing.workbook.workbook_name import name_workbook
from nino_assets.quality.measures.files import (
    Measures,
    count_breaks_not_noted,
    count_manifest_faults,
    expect_breaks_noted,
    expect_manifest,
    measure_files,
)
from nino_assets.quality.next_steps import COMPARE_WITH_CELLS, materialise_again
from nino_assets.quality.rules import expect_between, expect_none
from nino_assets.quality.suite import Suite
from nino_assets.releases.editions import read_edition, read_published_cells
from nino_assets.statistic.identity import SYNTHETIC_BANNER
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse
from nino_assets.writers.spreadsheet.accessibility import (
    RULES,
    AccessibilityRule,
    check_accessibility,
)

_AGAIN = materialise_again("tables")


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    edition = read_edition(warehouse, quarter)
    path = warehouse.folders.find_publication(quarter) / name_workbook(edition.quarter)
    found = compare_workbook(path, read_published_cells(warehouse, edition), edition)
    breaches = Counter(finding.rule for finding in check_accessibility(path))
    with zipfile.ZipFile(path) as package:
        content = package.read("content.xml").decode()
    return {
        "figures_compared": found.compared,
        "figures_disagree": len(found.disagreements),
        "figures_missing": found.missing,
        "synthetic_unmarked": int(edition.synthetic and SYNTHETIC_BANNER not in content),
        "breaks_not_noted": count_breaks_not_noted(content, edition),
        "manifest_broken": count_manifest_faults(
            warehouse, quarter, name_workbook(edition.quarter)
        ),
        **{_name_check(rule): breaches[rule.id] for rule in RULES},
    }


def _name_check(rule: AccessibilityRule) -> str:
    return f"accessible_{rule.id.lower()}"


SUITE = Suite(
    asset="tables",
    prepare=measure_files(_measure),
    expectations=(
        expect_between(
            "figures_compared",
            "The workbook has figures that could be compared.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        expect_none(
            "figures_disagree",
            "Every figure of the workbook equals its published cell.",
            COMPARE_WITH_CELLS,
        ),
        expect_none(
            "figures_missing",
            "Every cell that belongs in a table stands in it, totals too.",
            COMPARE_WITH_CELLS,
        ),
        expect_none("synthetic_unmarked", "A workbook of synthetic data says so.", _AGAIN),
        expect_breaks_noted("the notes of the workbook"),
        expect_manifest(),
        *(
            expect_none(
                _name_check(rule),
                f"{rule.sentence} (rule {rule.id}, {rule.level})",
                "Check the workbook's accessibility; the finding names the sheet.",
                severity="block" if rule.level == "essential" else "warn",
            )
            for rule in RULES
        ),
    ),
)
