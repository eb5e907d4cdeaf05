"""Makes Dagster checks of a suite: one `multi_asset_check` an asset, one check an expectation.

Belongs here: how an outcome is shown to a reviewer. Does not belong here: how it is found
(`engine.py`), how it is written for each quarter (`record.py`), the suites.
"""

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from nino_assets.checks.engine import Outcome, overall, run_suite
from nino_assets.checks.record import Target, latest_materializations, record_evaluations
from nino_assets.checks.suite import Expectation, Suite
from nino_assets.quarters import Quarter
from nino_assets.withheld import messages_withheld

NEXT_STEP = "what to look at next"
"""The metadata entry of a failed check that says what to do."""

_LISTED_QUARTERS = 12


Subject = Callable[[dg.AssetCheckExecutionContext], Any]


def build_checks(
    suite: Suite,
    partitions_def: dg.PartitionsDefinition | None = None,
    subject: Subject = lambda context: context.resources.warehouse,
) -> dg.AssetChecksDefinition:
    """The checks of one asset, for one quarter, a range of quarters, or an asset without any.

    Needs the resource `warehouse`, which is handed to the suite and opens DuckDB sessions; or
    another `subject` that does, made from the context. A failed blocking check stops what is
    downstream in the same run; what runs later is stopped by `gate.refuse_unchecked`.
    """
    if suite.partitioned != (partitions_def is not None):
        raise ValueError(f"{suite.asset}: give partitions to a suite that is partitioned, only")
    asset = dg.AssetKey(suite.asset)
    with warnings.catch_warnings():
        # Checks with partitions are a preview in Dagster: pinned here, and no news to a user.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        specs = [_spec(suite.asset, e, partitions_def) for e in suite.expectations]

    @dg.multi_asset_check(
        name=f"{suite.asset}_checks",
        specs=specs,
        can_subset=True,
        required_resource_keys={"warehouse"},
        description=f"The quality checks of {suite.asset}.",
    )
    def checks(
        context: dg.AssetCheckExecutionContext,
    ) -> Iterator[dg.Output[None] | dg.AssetCheckEvaluation]:
        keys = context.partition_keys if suite.partitioned else []
        quarters = [Quarter.parse(key) for key in keys]
        chosen = {key.name for key in context.selected_asset_check_keys}
        targets = latest_materializations(context.instance, asset, keys)
        outcomes = messages_withheld(lambda: run_suite(suite, subject(context), quarters, chosen))
        if len(quarters) > 1:
            record_evaluations(
                context, [evaluation_of(suite, [outcome], targets) for outcome in outcomes]
            )
        for spec in specs:
            own = [outcome for outcome in outcomes if outcome.name == spec.name]
            if own:
                yield dg.Output(None, output_name=spec.get_python_identifier())
                yield evaluation_of(suite, own, targets)

    return checks


def _spec(
    asset: str, expectation: Expectation, partitions_def: dg.PartitionsDefinition | None
) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=expectation.name,
        asset=asset,
        description=f"{expectation.sentence}\n\nIf it fails: {expectation.next_step}",
        blocking=expectation.blocks,
        metadata={"practice area": expectation.practice_area.value},
        partitions_def=partitions_def,
    )


def evaluation_of(
    suite: Suite,
    outcomes: Sequence[Outcome],
    targets: Mapping[str | None, Target],
    also: Mapping[str, str] | None = None,
) -> dg.AssetCheckEvaluation:
    """One outcome as Dagster keeps it, or those of a range of quarters as one without a quarter.

    `also` are more metadata, words that may be shown.

    An evaluation and not an `AssetCheckResult`: of that, Dagster finds the materialisation itself,
    and in the run of a quarter finds none of an asset without partitions.
    """
    [expectation] = [e for e in suite.expectations if e.name == outcomes[0].name]
    [outcome] = overall(outcomes)
    partition = outcome.quarter.key if outcome.quarter else None
    severity = dg.AssetCheckSeverity.ERROR if expectation.blocks else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(suite.asset),
        check_name=expectation.name,
        passed=outcome.passed,
        severity=severity,
        blocking=expectation.blocks,
        metadata={**_metadata(expectation, outcome), **(also or {})},
        description=_description(expectation, outcomes),
        partition=partition,
        target_materialization_data=targets.get(partition),
    )


def _metadata(expectation: Expectation, outcome: Outcome) -> dict[str, int | float | str]:
    """Counts and sentences only; numbers are there when 0 too, so that the UI plots them."""
    metadata: dict[str, int | float | str] = {
        "unexpected": outcome.unexpected,
        "unexpected_percent": outcome.unexpected_percent,
        "expected": expectation.sentence,
        **dict(outcome.figures),
    }
    if outcome.observed is not None:
        metadata["observed"] = outcome.observed
    if not outcome.passed:
        metadata[NEXT_STEP] = expectation.next_step
    return metadata


def _description(expectation: Expectation, outcomes: Sequence[Outcome]) -> str | None:
    """What failed and where; None when all is as expected."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if not failed:
        return None
    errors = sorted({outcome.error for outcome in failed if outcome.error})
    parts = [f"Not so: {expectation.sentence}", *errors]
    if len(outcomes) > 1:
        labels = [str(outcome.quarter) for outcome in failed]
        more = len(labels) - _LISTED_QUARTERS
        listed = ", ".join(labels[:_LISTED_QUARTERS]) + (f" and {more} more" if more > 0 else "")
        parts.append(f"In {len(failed)} of {len(outcomes)} quarters: {listed}.")
    return " ".join(parts)
