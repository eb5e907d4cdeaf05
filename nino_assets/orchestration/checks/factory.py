"""Makes Dagster checks of a suite: one `multi_asset_check` an asset, one check an expectation.

Belongs here: how an outcome is shown to a reviewer. Does not belong here: how it is found
(`engine.py`), how it is written for each quarter (`record.py`), the suites.
"""

import warnings
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from nino_assets.orchestration.checks.record import (
    Target,
    latest_materializations,
    record_evaluations,
)
from nino_assets.orchestration.checks.remembered import (
    QUARTERS_SHOWN,
    figure,
    latest_evaluations,
    quarters_shown,
)
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.publishing.qa_report.results import Past
from nino_assets.publishing.qa_report.trend import trend_markdown
from nino_assets.quality.engine import Outcome, overall, run_suite
from nino_assets.quality.suite import Expectation, Suite
from nino_assets.statistic.quarters import Quarter

NEXT_STEP = "what to look at next"
"""The metadata entry of a failed check that says what to do."""

NAMED_IN = "observed in"
"""The metadata entry that says in words what a measure of published cells counts."""

EXCUSED = "excused by"
"""The metadata entry of a check that a documented event explains."""

FEWEST_DRAWN = 2
"""A single quarter has no trend."""

_LISTED_QUARTERS = 12
_BEFORE_PICTURE = "\n\n!["

Earlier = Mapping[str, Sequence[Past]]
"""By the name of a check, its quarters before those that are judged now, ascending."""


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
        outputs = {spec.name: spec.get_python_identifier() for spec in specs}
        step = context.op_execution_context
        for evaluation in judged(step, suite, subject(context), quarters, chosen):
            yield dg.Output(None, output_name=outputs[evaluation.check_name])
            yield evaluation

    return checks


def judged(
    context: dg.OpExecutionContext,
    suite: Suite,
    subject: Any,
    quarters: Sequence[Quarter],
    chosen: Collection[str],
) -> list[dg.AssetCheckEvaluation]:
    """Judge checks of an asset in a step of a run: one verdict a check, for the step to yield.

    Of a range of quarters that is the verdict on all of them; the one on each is recorded here.
    """
    keys = [quarter.key for quarter in quarters]
    targets = latest_materializations(context.instance, dg.AssetKey(suite.asset), keys)
    outcomes = redact_errors(lambda: run_suite(suite, subject, quarters, chosen))
    earlier = _earlier(context.instance, suite, quarters, chosen)
    if len(quarters) > 1:
        each = [evaluation_of(suite, [outcome], targets) for outcome in outcomes]
        record_evaluations(context, each)
    verdicts = []
    for name in suite.names:
        own = [outcome for outcome in outcomes if outcome.name == name]
        if own:
            drawn = _trend(suite, own, earlier.get(name, ()))
            verdicts.append(evaluation_of(suite, own, targets, drawn=drawn))
    return verdicts


def words_of(evaluation: dg.AssetCheckEvaluation) -> str:
    """The words of a verdict, without its picture: for a terminal, and to be quoted."""
    return (evaluation.description or "").split(_BEFORE_PICTURE)[0]


def picture_of(evaluation: dg.AssetCheckEvaluation) -> str:
    """What `words_of` leaves out; nothing where there is no picture."""
    return (evaluation.description or "").removeprefix(words_of(evaluation))


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


def _earlier(
    instance: dg.DagsterInstance,
    suite: Suite,
    quarters: Sequence[Quarter],
    chosen: Collection[str],
) -> Earlier:
    """What the checks of one quarter found in the quarters before it.

    A range of quarters has its own: the log is not read for each of 76.
    """
    if len(quarters) != 1:
        return {}
    checks = {name: dg.AssetCheckKey(dg.AssetKey(suite.asset), name) for name in chosen}
    by_rows = {e.name for e in suite.expectations if e.over == "rows"}
    earlier: dict[str, list[Past]] = {name: [] for name in chosen}
    for quarter in quarters_shown(quarters[0])[:-1]:
        found = latest_evaluations(instance, list(checks.values()), quarter.key)
        for name, check in checks.items():
            evaluation = found.get(check)
            measure = "unexpected" if name in by_rows else "observed"
            earlier[name].append(
                _past(
                    quarter.label,
                    evaluation.passed if evaluation else None,
                    figure(evaluation, measure),
                )
            )
    return earlier


def evaluation_of(
    suite: Suite,
    outcomes: Sequence[Outcome],
    targets: Mapping[str | None, Target],
    also: Mapping[str, str] | None = None,
    drawn: str = "",
) -> dg.AssetCheckEvaluation:
    """One outcome as Dagster keeps it, or those of a range of quarters as one without a quarter.

    `also` are more metadata, words that may be shown; `drawn` is a picture in Markdown, which the
    web UI shows below the description.

    An evaluation and not an `AssetCheckResult`: of that, Dagster finds the materialisation itself,
    and in the run of a quarter finds none of an asset without partitions.
    """
    expectation = _in_force(suite, outcomes)
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
        description=_description(expectation, outcomes) + drawn,
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
    if outcome.named:
        metadata[NAMED_IN] = outcome.named
    if outcome.excused:
        metadata[EXCUSED] = outcome.excused
    if not outcome.passed:
        metadata[NEXT_STEP] = expectation.next_step
    return metadata


def _in_force(suite: Suite, outcomes: Sequence[Outcome]) -> Expectation:
    """The rule that was judged, as it stands in the last of the quarters."""
    [declared] = [e for e in suite.expectations if e.name == outcomes[0].name]
    return declared.at(outcomes[-1].quarter)


def _trend(suite: Suite, outcomes: Sequence[Outcome], earlier: Sequence[Past]) -> str:
    """A picture of the last quarters, where there are two to compare.

    The verdicts on each quarter of a range have none: 76 quarters of every check would swell the
    event log by a hundred megabytes. The one on all of them has.
    """
    expectation = _in_force(suite, outcomes)
    by_rows = expectation.over == "rows"
    now = [
        _past(o.quarter.label, o.passed, float(o.unexpected) if by_rows else o.observed)
        for o in outcomes
        if o.quarter
    ]
    history = [*earlier, *now][-QUARTERS_SHOWN:]
    if sum(past.passed is not None for past in history) < FEWEST_DRAWN:
        return ""
    bounds = [expectation.arguments.get(side) for side in ("min_value", "max_value")]
    low, high = (None, 0) if by_rows else bounds
    return f"\n\n{trend_markdown(history, low, high)}"


def _past(quarter: str, passed: bool | None, observed: float | None) -> Past:
    """A quarter to draw: without a figure it was not judged, as far as a picture can tell."""
    return Past(quarter=quarter, passed=None if observed is None else passed, observed=observed)


def _description(expectation: Expectation, outcomes: Sequence[Outcome]) -> str:
    """What was found: that the rule holds, or what did not hold and where."""
    failed = [outcome for outcome in outcomes if not outcome.passed]
    if not failed:
        excused = [outcome.excused for outcome in outcomes if outcome.excused]
        if excused:
            return f"Not so, and explained: {expectation.sentence} {excused[-1]}"
        return f"As expected: {expectation.sentence}"
    errors = sorted({outcome.error for outcome in failed if outcome.error})
    parts = [f"Not so: {expectation.sentence}", *errors]
    if len(outcomes) == 1 and failed[0].named:
        parts.append(f"Observed in: {failed[0].named}.")
    if len(outcomes) > 1:
        labels = [str(outcome.quarter) for outcome in failed]
        more = len(labels) - _LISTED_QUARTERS
        listed = ", ".join(labels[:_LISTED_QUARTERS]) + (f" and {more} more" if more > 0 else "")
        parts.append(f"In {len(failed)} of {len(outcomes)} quarters: {listed}.")
    return " ".join(parts)
