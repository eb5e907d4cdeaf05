"""Every suite, as the checks that Dagster loads and as the specs that the gate goes by."""

from nino_assets.orchestration.assets.partitions import QUARTERS
from nino_assets.orchestration.checks import release
from nino_assets.orchestration.checks.factory import build_checks
from nino_assets.quality.suites import (
    assurance,
    bulletin,
    cubes,
    deliveries,
    documents,
    geocoding,
    governance,
    pre_release_access,
    publication,
    records,
    reference,
)

ALL_SUITES = (
    *reference.SUITES,
    *deliveries.SUITES,
    *records.SUITES,
    *geocoding.SUITES,
    *cubes.SUITES,
    *publication.SUITES,
    *documents.SUITES,
    *bulletin.SUITES,
    *assurance.SUITES,
    *pre_release_access.SUITES,
    *governance.SUITES,
    *release.SUITES,
)

_BEFORE_RELEASE = [suite for suite in ALL_SUITES if suite not in release.SUITES]

ALL_CHECKS = [
    *(build_checks(suite, QUARTERS if suite.partitioned else None) for suite in _BEFORE_RELEASE),
    *(build_checks(suite, QUARTERS, release.desk_of) for suite in release.SUITES),
]

ALL_SPECS = [spec for checks in ALL_CHECKS for spec in checks.check_specs]
