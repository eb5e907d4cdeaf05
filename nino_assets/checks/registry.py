"""Every suite, as the checks that Dagster loads and as the specs that the gate goes by."""

from nino_assets.assets.partitions import QUARTERS
from nino_assets.checks import (
    assurance,
    cubes,
    geocoding,
    governance,
    publication,
    records,
    reference,
)
from nino_assets.checks.factory import build_checks

ALL_SUITES = (
    *reference.SUITES,
    *records.SUITES,
    *geocoding.SUITES,
    *cubes.SUITES,
    *publication.SUITES,
    *assurance.SUITES,
    *governance.SUITES,
)

ALL_CHECKS = [build_checks(suite, QUARTERS if suite.partitioned else None) for suite in ALL_SUITES]

ALL_SPECS = [spec for checks in ALL_CHECKS for spec in checks.check_specs]
