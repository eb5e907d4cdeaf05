"""The job `check_again`: runs checks of an asset without building anything.

The web UI cannot run a single check of an asset with quarters ("not yet supported"); this job can,
from its launchpad, for one quarter or many. It judges what is stored, as the checks of a build do.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from nino_assets.errors import CheckError
from nino_assets.orchestration.checks.judge import judge_checks
from nino_assets.orchestration.plain_config import (
    PlainConfig,
    build_example,
    declare_config,
    declare_text,
    read_config,
)
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.quality.suite import Suite
from nino_assets.quality.suites import release
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter

SUITES = {suite.asset: suite for suite in ALL_SUITES if suite is not release.SUITE}
"""All but the gates of `release`, which are judged when a quarter is released."""


@dataclass(frozen=True, kw_only=True)
class CheckAgainConfig(PlainConfig):
    """Which checks of `asset` to run, and for which quarters.

    No `checks` are all of them. `quarter` as 2020-Q4 alone is one quarter; with `to`, all from the
    one to the other. An asset without quarters takes neither.
    """

    asset: str = declare_text("The asset whose checks run, as cleaned_records.")
    checks: tuple[str, ...] = declare_text(
        "Names of checks, as the web UI lists them; none for all.", default=()
    )
    quarter: str = declare_text("The quarter, as 2020-Q4; blank without quarters.", default="")
    to: str = declare_text("The last of a range of quarters; blank for one.", default="")


@dg.op(
    config_schema=declare_config(CheckAgainConfig),
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Judges checks of an asset on what is stored now.",
)
def judge_again(
    context: dg.OpExecutionContext,
) -> Iterator[dg.AssetCheckEvaluation | dg.Output[None]]:
    """Judge and record; a refusal says what to do next."""
    config = read_config(context, CheckAgainConfig)
    suite, quarters = redact_errors(lambda: find_checks(config))
    names = config.checks or suite.names
    yield from judge_checks(context, suite, context.resources.warehouse, quarters, names)
    yield dg.Output(None)


EXAMPLE = build_example("judge_again", asset="cleaned_records", checks=[], quarter="2020-Q4", to="")
"""What the launchpad opens with."""


@dg.job(
    description="Judges checks of an asset again, for one quarter or many; builds nothing.",
    config=EXAMPLE,
)
def check_again() -> None:
    """One asset a run."""
    judge_again()


def find_checks(config: CheckAgainConfig) -> tuple[Suite, list[Quarter]]:
    """The suite and the quarters that are named. Raises CheckError."""
    suite = _find_suite(config)
    return suite, _read_quarters(suite, config)


def _find_suite(config: CheckAgainConfig) -> Suite:
    suite = SUITES.get(config.asset)
    if suite is None:
        raise CheckError(
            "There is no asset of that name that has checks",
            rule="a run checks one asset",
            next_step=f"name one of {', '.join(SUITES)}",
        )
    if not set(config.checks) <= set(suite.names):
        raise CheckError(
            f"{suite.asset} does not have all of those checks",
            rule="checks are named as the web UI lists them",
            next_step=f"name some of {', '.join(suite.names)}, or none to run all",
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
            f"{suite.asset} cannot be checked for these quarters",
            rule="give one quarter or a range for a quarterly asset, and none for the others",
            next_step="give quarter as 2020-Q4, and a later one as to; or leave both blank",
        )
    return list(quarters[0].list_until(quarters[-1])) if quarters else []
