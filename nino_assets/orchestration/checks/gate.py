"""Refuses to build on a quarter whose blocking checks did not pass.

Dagster's blocking checks stop what is downstream in their own run only; a later run would build on
the failed quarter. Every read of an upstream asset passes here first.
"""

from collections.abc import Sequence

import dagster as dg

from nino_assets.errors import WarehouseError
from nino_assets.governance.check_result import CheckStatus
from nino_assets.orchestration.dagster_internals import (
    Partition,
    read_latest_statuses,
)
from nino_assets.quality.suite import Suite
from nino_assets.statistic.quarters import Quarter

_NAMED_AT_MOST = 8
_REASONS = {
    CheckStatus.NOT_RUN: "never ran",
    CheckStatus.FAILED: "failed",
    CheckStatus.OUT_OF_DATE: "has not run since the latest materialisation",
}
"""Why a check does not let a quarter through."""


def refuse_unchecked(
    instance: dg.DagsterInstance, suite: Suite, quarters: Sequence[Quarter] = ()
) -> None:
    """Raise WarehouseError unless every blocking check of an upstream asset passed.

    For each quarter (for the asset itself when it has none) the latest completed result counts, and
    only when it is about the content of the latest materialisation: a pass from before the asset
    was made otherwise does not count, nor does a check that never ran.
    `suite` is as declared, and not as the job that runs knows it: a job that selects the downstream
    asset alone knows no check of this one.
    """
    asset_key = dg.AssetKey(suite.asset)
    checks = sorted(dg.AssetCheckKey(asset_key, e.name) for e in suite.expectations if e.blocks)
    partitions = [quarter.key for quarter in quarters] if suite.partitioned else [None]
    if not checks or not partitions:
        return
    statuses = read_latest_statuses(instance, checks, partitions)
    refused: dict[str, list[Partition]] = {}
    for check in checks:
        for partition in partitions:
            reason = _REASONS.get(statuses.get((check, partition), CheckStatus.NOT_RUN))
            if reason:
                refused.setdefault(f"{check.name} {reason}", []).append(partition)
    if refused:
        raise _refuse(asset_key, refused)


def _refuse(asset_key: dg.AssetKey, refused: dict[str, list[Partition]]) -> WarehouseError:
    asset = asset_key.to_user_string()
    reasons = [
        f"{check}{_describe_partitions(partitions)}" for check, partitions in refused.items()
    ]
    return WarehouseError(
        f"{asset} may not be used: {'; '.join(reasons)}",
        rule="an asset is built on only after its blocking checks passed on its latest state",
        next_step=f"open the checks of {asset} in the web UI, fix what they show and materialise "
        f"{asset} again with its checks; if they have only not run, wait until the run that makes "
        f"{asset} has ended, or run them: job check_again",
    )


def _describe_partitions(partitions: Sequence[Partition]) -> str:
    labels = [Quarter.parse(partition).label for partition in partitions if partition]
    if not labels:
        return ""
    more = len(labels) - _NAMED_AT_MOST
    return f" in {', '.join(labels[:_NAMED_AT_MOST])}" + (f" and {more} more" if more > 0 else "")
