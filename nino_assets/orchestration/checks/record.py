"""Names of `dagster_internals.py` under which checks still ask for them."""

from nino_assets.orchestration.dagster_internals import (
    Target,
)
from nino_assets.orchestration.dagster_internals import (
    read_latest_materializations as latest_materializations,
)
from nino_assets.orchestration.dagster_internals import (
    store_evaluations as record_evaluations,
)

__all__ = ["Target", "latest_materializations", "record_evaluations"]
