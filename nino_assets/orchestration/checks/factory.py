"""Builds the Dagster checks of a suite: one for each expectation."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from nino_assets.errors import NinoError
from nino_assets.orchestration.checks.judge import judge_checks
from nino_assets.quality.suite import Expectation, Suite
from nino_assets.statistic.quarters import Quarter

Subject = Callable[[dg.AssetCheckExecutionContext], Any]


def build_checks(
    suite: Suite,
    partitions_def: dg.PartitionsDefinition | None = None,
    subject: Subject = lambda context: context.resources.warehouse,
) -> dg.AssetChecksDefinition:
    """Build the checks of one asset, for a quarter or many.

    Needs the resource `warehouse`, which is handed to the suite and opens DuckDB sessions; or
    another `subject` that does, made from the context. A failed blocking check stops what is
    downstream in the same run; what runs later is stopped by `gate.refuse_unchecked`.
    """
    if suite.partitioned != (partitions_def is not None):
        raise ValueError(f"{suite.asset}: give partitions to a suite that is partitioned, only")
    with warnings.catch_warnings():
        # Checks with partitions are a preview in Dagster: pinned here, and no news to a user.
        warnings.simplefilter("ignore", dg.PreviewWarning)
        specs = [_build_spec(suite.asset, e, partitions_def) for e in suite.expectations]

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
        outputs = {spec.name: spec.get_python_identifier() for spec in specs}
        step = context.op_execution_context
        for evaluation in judge_checks(step, suite, subject(context), quarters, chosen):
            yield dg.Output(None, output_name=outputs[evaluation.check_name])
            yield evaluation

    return checks


def _build_spec(
    asset: str, expectation: Expectation, partitions_def: dg.PartitionsDefinition | None
) -> dg.AssetCheckSpec:
    return dg.AssetCheckSpec(
        name=expectation.name,
        asset=asset,
        description=_describe(expectation),
        blocking=expectation.blocks,
        metadata={"practice area": expectation.practice_area.value},
        partitions_def=partitions_def,
    )


def _describe(expectation: Expectation) -> str:
    """The rule in each form, and what to look at next.

    A list that cannot be read is told here, so that the code still loads; the check then fails.
    """
    try:
        first, *later = expectation.list_forms()
    except NinoError as unread:
        return f"{expectation.show_form(None).sentence}\n\n{unread}"
    changes = "".join(
        f"\n\nFrom {form.tolerance.since}: {form.sentence}" for form in later if form.tolerance
    )
    return f"{first.sentence}{changes}\n\nIf it fails: {[first, *later][-1].next_step}"
