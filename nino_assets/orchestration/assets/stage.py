"""What every asset shell does around its one method: lock, gate, and errors that people can read.

Belongs here: the frame of a stage. Does not belong here: any particular asset.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import dagster as dg

from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.quality.suites.all import find_suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.locks import lock_quarters
from nino_assets.store.warehouse import Warehouse

Upstream = Mapping[str, Sequence[Quarter] | None]
"""Asset name → the quarters of it that are read; None for an asset without quarters."""

Made = TypeVar("Made")


def run_stage(
    context: dg.AssetExecutionContext,
    work: Callable[[], Made],
    *,
    quarters: Sequence[Quarter] = (),
    reads: Callable[[], Upstream] = dict,
) -> Made:
    """Do an asset's `work` with its quarters locked and the checks of what it `reads` passed.

    A refusal becomes a Dagster failure that is not retried and says what to do next; of any other
    error only its kind and place are told (`withheld.py`).
    """
    warehouse: Warehouse = context.resources.warehouse

    def locked_and_gated() -> Made:
        with lock_quarters(warehouse.folders, quarters, context.run_id):
            for asset, wanted in reads().items():
                refuse_unchecked(context.instance, find_suite(asset), wanted or ())
            return work()

    return redact_errors(locked_and_gated)
