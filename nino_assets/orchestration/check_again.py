"""The job `check_again`: runs checks of an asset without building anything.

The web UI does not run a single check of an asset with quarters ("not yet supported"); this job
does, from its launchpad, for one quarter or many. It judges what is stored, as the checks of a
build do.
"""

from collections.abc import Iterator

import dagster as dg

from nino_assets.errors import CheckError, NinoError
from nino_assets.orchestration.checks.judge import judge_checks
from nino_assets.quality.suite import Suite
from nino_assets.quality.suites import release
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter

SUITES = {suite.asset: suite for suite in ALL_SUITES if suite is not release.SUITE}
"""Those of `release` are gates, which are judged when a quarter is released."""


class CheckAgainConfig(dg.Config):
    """Which checks of `asset` (all, without any) and which quarters, as 2020-Q4.

    `quarter` alone is one quarter; with `to`, all from the one to the other. An asset without
    quarters takes neither.
    """

    asset: str
    checks: list[str] = []  # noqa: RUF012 - of a configuration, which copies it
    quarter: str = ""
    to: str = ""


@dg.op(
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Judges checks of an asset on what is stored now.",
)
def judge_again(
    context: dg.OpExecutionContext, config: CheckAgainConfig
) -> Iterator[dg.AssetCheckEvaluation | dg.Output[None]]:
    """Judge and record; a refusal says what to do next."""
    try:
        suite = _find_suite(config)
        quarters = _read_quarters(suite, config)
    except NinoError as error:
        refusal = dg.Failure(str(error), allow_retries=False)
    else:
        chosen = config.checks or suite.names
        yield from judge_checks(context, suite, context.resources.warehouse, quarters, chosen)
        yield dg.Output(None)
        return
    raise refusal


@dg.job(description="Judges checks of an asset again, for one quarter or many; builds nothing.")
def check_again() -> None:
    """One asset a run."""
    judge_again()


def _find_suite(config: CheckAgainConfig) -> Suite:
    suite = SUITES.get(config.asset)
    if suite is None:
        raise CheckError(
            "There is no asset of that name with checks",
            rule="checks are those of one asset",
            next_step=f"name one of {', '.join(SUITES)}",
        )
    if not set(config.checks) <= set(suite.names):
        raise CheckError(
            f"{suite.asset} has no check of one of those names",
            rule="checks are named as the web UI lists them",
            next_step=f"name some of {', '.join(suite.names)}, or none for all",
        )
    return suite


def _read_quarters(suite: Suite, config: CheckAgainConfig) -> list[Quarter]:
    given = [text for text in (config.quarter, config.to) if text]
    try:
        quarters = [Quarter.parse(text) for text in given]
    except ValueError:
        quarters = []
    right = bool(quarters and config.quarter) if suite.partitioned else not given
    if not right or quarters != sorted(quarters):
        raise CheckError(
            f"The quarters are not ones that {suite.asset} can be judged for",
            rule="give one quarter or a range for a quarterly asset, and none for the others",
            next_step="give quarter as 2020-Q4, and to as a later one; or leave both blank",
        )
    return list(quarters[0].list_until(quarters[-1])) if quarters else []
