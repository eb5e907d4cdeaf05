"""The checks of every suite, as Dagster loads them."""

import dagster as dg

from nino_assets.orchestration.checks.factory import build_checks
from nino_assets.orchestration.partitions import QUARTERS
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.quality.suite import Suite
from nino_assets.quality.suites import release
from nino_assets.quality.suites.all import ALL_SUITES


def _build(suite: Suite) -> dg.AssetChecksDefinition:
    if suite is release.SUITE:
        return build_checks(
            suite,
            QUARTERS,
            subject=lambda context: ReleaseContext.from_environment(
                context.resources.warehouse, context.instance
            ),
        )
    return build_checks(suite, QUARTERS if suite.partitioned else None)


ALL_CHECKS = [_build(suite) for suite in ALL_SUITES]
