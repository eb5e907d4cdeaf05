"""A reviewer's answer to a warning: the job `review`, and the same from the command line.

An answer is a line in the log of decisions and an event on the check in Dagster. The event is an
evaluation of the check that repeats the verdict, the severity and the figures as they were found,
and adds the answer: a warning that was accepted is still a warning that did not pass, and the
reviewer sees its answer where the check is seen. It is an event of a run, because Dagster keeps
only one evaluation without a run for a check and partition, ever.
Blocking checks cannot be answered: what they find has to be mended.

Belongs here: the job, and which warnings can be answered. Does not belong here: the log itself
(`governance/sealed_log.py`).
"""

from collections.abc import Iterator
from dataclasses import asdict

import dagster as dg

from nino_assets.errors import GovernanceError, NinoError
from nino_assets.governance.clock import Clock
from nino_assets.governance.review_log import Answer, Finding, make_answer
from nino_assets.governance.sealed_log import append_entry, log_file
from nino_assets.orchestration.check_results import warnings_of
from nino_assets.orchestration.checks.factory import picture_of, words_of
from nino_assets.orchestration.checks.remembered import latest_evaluation
from nino_assets.orchestration.decisions.run import quarter_of, run_decision
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse

_FOUND = "what was found"


class ReviewConfig(dg.Config):
    """An answer: `quarter` as 2020-Q4, `check` as asset.name, `decision` accept or reject."""

    quarter: str
    check: str
    by: str
    decision: str
    reason: str


@dg.op(
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Writes the answer to the log of decisions and as an event on the check.",
)
def record_answer(
    context: dg.OpExecutionContext, config: ReviewConfig
) -> Iterator[dg.AssetCheckEvaluation | dg.Output[None]]:
    """Take one answer. A refusal says what to do next, and nothing is written."""
    warehouse: Warehouse = context.resources.warehouse
    try:
        answer = answer_to(context.instance, config)
        seal = append_entry(log_file(warehouse.folders.warehouse), answer)
    except NinoError as error:
        refusal = dg.Failure(str(error), allow_retries=False)
    else:
        yield _answered(context.instance, answer, seal)
        yield dg.Output(None)
        return
    raise refusal


@dg.job(description="A reviewer accepts or rejects a warning of a quarter.")
def review() -> None:
    """One answer a run."""
    record_answer()


def give_answer(instance: dg.DagsterInstance, folders: Folders, config: ReviewConfig) -> Answer:
    """Run the job `review` in this process.

    Raises GovernanceError when there is no such warning in the quarter, or the answer or the log
    cannot be taken; a refusal that is plain beforehand leaves no run behind.
    """
    answer = answer_to(instance, config)
    run_decision(instance, folders, review, config)
    return answer


def answer_to(instance: dg.DagsterInstance, config: ReviewConfig) -> Answer:
    """The answer as it would be taken now. Raises GovernanceError when it cannot be."""
    finding = _finding(instance, quarter_of(config.quarter), config.check)
    return make_answer(
        finding,
        decision=config.decision,
        by=config.by,
        reason=config.reason,
        at=Clock.from_environment().now(),
    )


def _finding(instance: dg.DagsterInstance, quarter: Quarter, check: str) -> Finding:
    findings = {finding.check: finding for finding in warnings_of(instance, quarter)}
    if check in findings:
        return findings[check]
    known = check if check in _partitioned() else None
    listed = ", ".join(findings) or "there are none"
    raise GovernanceError(
        f"{known} is not a warning that stands for {quarter.label}"
        if known
        else "There is no check of that name",
        rule="answered are warnings that did not pass; what a blocking check finds is mended",
        next_step=f"name one of the warnings of {quarter.label} as asset.name: {listed}",
    )


def _partitioned() -> dict[str, bool]:
    """Every check as `asset.name`, and whether its asset has quarters."""
    return {f"{s.asset}.{name}": s.partitioned for s in ALL_SUITES for name in s.names}


def _answered(instance: dg.DagsterInstance, answer: Answer, seal: str) -> dg.AssetCheckEvaluation:
    """The verdict as it stands, with the answer: same figures, same materialisation, not passed."""
    asset, _, name = answer.check.partition(".")
    partition = Quarter.parse(answer.quarter).key if _partitioned()[answer.check] else None
    found = latest_evaluation(instance, dg.AssetCheckKey(dg.AssetKey(asset), name), partition)
    assert found is not None  # noqa: S101 - the finding was made of it
    before = found.metadata.get(_FOUND)
    description = str(before.value) if before else words_of(found)
    decided = {key: asdict(answer)[key] for key in ("decision", "by", "reason", "at")}
    return dg.AssetCheckEvaluation(
        asset_key=found.asset_key,
        check_name=found.check_name,
        passed=found.passed,
        severity=found.severity,
        blocking=found.blocking,
        description=f"{answer.decision.capitalize()}ed by {answer.by}: {answer.reason}"
        + picture_of(found),
        metadata={
            **found.metadata,
            **{f"answer: {key}": value for key, value in decided.items()},
            "answer: sha256 in the log": seal,
            _FOUND: description,
        },
        partition=partition,
        target_materialization_data=found.target_materialization_data,
    )
