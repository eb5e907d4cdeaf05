"""Writes a check's result as a Dagster evaluation, and reads it back.

One metadata entry holds what was found, as one value, and is the only one that is read. All other
entries, the description and its picture are for people, and are written only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import dagster as dg

from nino_assets.governance.check_result import CheckResult, decode_findings, encode_findings
from nino_assets.orchestration.dagster_internals import Target
from nino_assets.publishing.qa_report.trend_pictures import draw_trend_markdown
from nino_assets.quality.results import combine_quarters
from nino_assets.quality.suite import Expectation

RESULT = "check result"
"""The metadata entry that holds what was found."""

OTHER_FORM = (
    "The result was recorded by another version of the pipeline, without figures that this one "
    "reads. Run the check again: job check_again."
)
"""Instead of figures, of a check that failed."""

MOST_QUARTERS_NAMED = 12
FEWEST_QUARTERS_DRAWN = 2
"""A single quarter has no trend."""

Words = str | int | float


def build_evaluation(
    results: Sequence[CheckResult],
    targets: Mapping[str | None, Target],
    *,
    picture: str = "",
    description: str = "",
    also: Mapping[str, Words] | None = None,
) -> dg.AssetCheckEvaluation:
    """Build an evaluation of one result, or of a range of quarters.

    That of a range has no quarter. `picture` is Markdown, which the web UI shows below the
    description; `description` takes the place of what was found; `also` are more metadata entries,
    which may be shown.

    An evaluation and not an `AssetCheckResult`: of that, Dagster finds the materialisation itself,
    and in the run of a quarter finds none of an asset without partitions.
    """
    result = combine_quarters(results)
    partition = result.quarter.key if result.quarter else None
    blocks = result.severity == "block"
    return dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey(result.asset),
        check_name=result.name,
        passed=bool(result.passed),
        severity=dg.AssetCheckSeverity.ERROR if blocks else dg.AssetCheckSeverity.WARN,
        blocking=blocks,
        metadata={
            **_list_words(result),
            **(also or {}),
            RESULT: dg.MetadataValue.json(encode_findings(result)),
        },
        description=(description or describe_result(result))
        + (f"\n\n{picture}" if picture else ""),
        partition=partition,
        target_materialization_data=targets.get(partition),
    )


def read_evaluation(rule: CheckResult, evaluation: dg.AssetCheckEvaluation | None) -> CheckResult:
    """Add what an evaluation says to a rule that has not run.

    An evaluation of another version says whether the check passed, and no figures: a warning then
    stands, and no earlier answer is about it.
    """
    if evaluation is None:
        return rule
    entry = evaluation.metadata.get(RESULT)
    found = decode_findings(rule, entry.value if entry else None)
    if found:
        return found
    return replace(rule, passed=evaluation.passed, error=None if evaluation.passed else OTHER_FORM)


def describe_result(result: CheckResult) -> str:
    """Say whether the rule holds, and where it is broken."""
    if result.passed:
        if result.explanation:
            return f"Explained by a known event: {result.sentence} {result.explanation}"
        return f"Passed: {result.sentence}"
    parts = [f"Failed: {result.sentence}"]
    if result.error:
        parts.append(result.error)
    if result.counts:
        parts.append(f"Observed in: {result.counts}.")
    failed = result.quarters_failed
    if failed:
        more = len(failed) - MOST_QUARTERS_NAMED
        named = ", ".join(failed[:MOST_QUARTERS_NAMED]) + (f" and {more} more" if more > 0 else "")
        parts.append(f"In {len(failed)} of {result.quarters_judged} quarters: {named}.")
    return " ".join(parts)


def draw_history(rule: Expectation, history: Sequence[CheckResult]) -> str:
    """A picture of the quarters in Markdown; blank for fewer than two."""
    by_rows = rule.over == "rows"
    drawn = [_choose_figure(result, by_rows=by_rows) for result in history]
    if sum(result.passed is not None for result in drawn) < FEWEST_QUARTERS_DRAWN:
        return ""
    bounds = [rule.arguments.get(side) for side in ("min_value", "max_value")]
    low, high = (None, 0) if by_rows else bounds
    return draw_trend_markdown(drawn, low, high)


def _choose_figure(result: CheckResult, *, by_rows: bool) -> CheckResult:
    """The result with the figure to draw; without one, as not run.

    Of a rule about rows it is how many break it.
    """
    ran = result.passed is not None and result.error is None
    figure = float(result.unexpected) if by_rows and ran else result.observed
    return replace(result, observed=figure, passed=None if figure is None else result.passed)


def _list_words(result: CheckResult) -> dict[str, Words]:
    """What people read below the description.

    Numbers are there when 0 too, so that the UI plots them.
    """
    words: dict[str, Words] = {
        "unexpected": result.unexpected,
        "unexpected_percent": result.unexpected_percent,
        "expected": result.sentence,
        **dict(result.figures),
    }
    if result.observed is not None:
        words["observed"] = result.observed
    if result.counts:
        words["observed in"] = result.counts
    if result.explanation:
        words["explained by"] = result.explanation
    if not result.passed:
        words["what to look at next"] = result.next_step
    return words
