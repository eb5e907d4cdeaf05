"""Every check can fail: each expectation of each suite has a defect that it must catch."""

from __future__ import annotations

from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets_tests.quality.suites import test_assurance as test_suites_assurance
from nino_assets_tests.quality.suites import test_bulletin as test_suites_bulletin
from nino_assets_tests.quality.suites import test_cubes as test_suites_cubes
from nino_assets_tests.quality.suites import test_documents as test_suites_documents
from nino_assets_tests.quality.suites import test_pre_release as test_suites_pre_release
from nino_assets_tests.quality.suites import test_publication as test_suites_publication
from nino_assets_tests.quality.suites import test_records as test_suites_records
from nino_assets_tests.quality.suites import test_reference as test_suites_reference
from nino_assets_tests.quality.suites import test_release as test_suites_release


def test_every_expectation_has_a_planted_defect() -> None:
    planted = {
        (asset, name)
        for module in (
            test_suites_reference,
            test_suites_records,
            test_suites_cubes,
            test_suites_publication,
            test_suites_documents,
            test_suites_bulletin,
            test_suites_assurance,
            test_suites_pre_release,
            test_suites_release,
        )
        for asset, cases in module.CASES.items()
        for name in cases
    }
    planted |= {
        ("tables", f"accessible_{rule.lower()}")
        for defects in test_suites_publication.BROKEN_WORKBOOKS
        for rule in defects
    }
    declared = {(suite.asset, name) for suite in ALL_SUITES for name in suite.names}
    assert declared - planted == set(), "add a defect for these to test_suites_*.py"
    assert planted - declared == set(), "these defects are for checks that no longer exist"
