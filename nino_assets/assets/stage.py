"""What every asset shell does around its one method: lock, gate, and errors that people can read.

Belongs here: the frame of a stage. Does not belong here: any particular asset.
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

import dagster as dg

from nino_assets.checks.gate import refuse_unchecked
from nino_assets.checks.registry import ALL_SPECS
from nino_assets.errors import NinoError
from nino_assets.quarters import Quarter
from nino_assets.storage.folders import PROJECT_DIR
from nino_assets.storage.locks import quarters_locked
from nino_assets.storage.warehouse import Warehouse

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

    A refusal becomes a Dagster failure that is not retried and says what to do next. Any other
    error may quote a record, so only its kind and its place in the code go into the event log.
    """
    warehouse: Warehouse = context.resources.warehouse
    try:
        with quarters_locked(warehouse.folders, quarters, context.run_id):
            for asset, wanted in reads().items():
                refuse_unchecked(
                    context.instance,
                    ALL_SPECS,
                    dg.AssetKey(asset),
                    [quarter.key for quarter in wanted or ()],
                )
            return work()
    except NinoError as error:
        failure = dg.Failure(str(error), allow_retries=False)
    except Exception as error:
        failure = dg.Failure(_kind_and_place(error), allow_retries=False)
    # Raised outside the handlers, so that no chained message reaches the event log.
    raise failure


def _kind_and_place(error: Exception) -> str:
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PROJECT_DIR / "nino_assets")
    ]
    place = (
        f" at {Path(ours[-1].filename).relative_to(PROJECT_DIR)}:{ours[-1].lineno}" if ours else ""
    )
    return (
        f"{type(error).__name__}{place}\n"
        "Rule: the message of an unexpected error is withheld, since it may quote a record\n"
        "Next: report this line to the people who keep the code"
    )
