"""The job `review`: a reviewer's answer to a warning.

An answer is a line in the log of decisions and an event on the check in Dagster. The event is an
evaluation of the check that repeats the result as it was found, and adds the answer: a warning that
was accepted is still a warning, and the reviewer sees its answer where the check is seen. It is an
event of a run, because Dagster keeps only one evaluation without a run for a check and partition,
ever. Blocking checks cannot be answered: what they find has to be fixed.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

import dagster as dg

from nino_assets.errors import GovernanceError
from nino_assets.governance.accounts import find_own_account
from nino_assets.governance.check_result import CheckResult
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.proved_decisions import ROLES, record_decision
from nino_assets.governance.review_log import DECISIONS, Answer, make_answer
from nino_assets.governance.team import read_team
from nino_assets.orchestration.check_results import list_warnings
from nino_assets.orchestration.checks.check_history import (
    list_shown_quarters,
    read_results,
)
from nino_assets.orchestration.checks.evaluations import (
    build_evaluation,
    describe_result,
    draw_history,
)
from nino_assets.orchestration.dagster_internals import read_latest_evaluations
from nino_assets.orchestration.decisions.run import parse_quarter, run_decision
from nino_assets.orchestration.plain_config import (
    PlainConfig,
    build_example,
    declare_config,
    declare_text,
    read_config,
)
from nino_assets.orchestration.redaction import redact_errors
from nino_assets.orchestration.signed_in import read_account
from nino_assets.quality.suites.all import ALL_SUITES, find_suite
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.team_list import TeamRole
from nino_assets.store.folders import Folders
from nino_assets.writers.safe_text import write_markdown


@dataclass(frozen=True, kw_only=True)
class ReviewConfig(PlainConfig):
    """An answer to a warning: `decision` is accept or reject.

    `quarter` is as 2020-Q4, `check` as asset.name. `by` is left out where the team has a list.
    """

    quarter: str = declare_text("The quarter, as 2020-Q4.")
    check: str = declare_text("The warning, as asset.name: cleaned_records.unlisted_types.")
    decision: str = declare_text("Whether the warning is accepted.", choices=DECISIONS)
    reason: str = declare_text("Why, in one line; it stands in the QA report.")
    by: str = declare_text("Your name; blank where the team has a list of its members.", default="")


@dg.op(
    config_schema=declare_config(ReviewConfig),
    required_resource_keys={"warehouse"},
    out=dg.Out(dg.Nothing),
    description="Writes the answer to the log of decisions and as an event on the check.",
)
def record_answer(
    context: dg.OpExecutionContext,
) -> Iterator[dg.AssetCheckEvaluation | dg.Output[None]]:
    """Record one answer; when it is refused, nothing is written."""
    folders = context.resources.warehouse.folders
    config = read_config(context, ReviewConfig)
    account = read_account(context)
    yield redact_errors(lambda: _record(context.instance, folders, config, account))
    yield dg.Output(None)


EXAMPLE = build_example(
    "record_answer", quarter="2020-Q4", check="", decision="accept", reason="", by=""
)
"""What the launchpad opens with. It is refused until it is filled in."""


@dg.job(
    description="A reviewer accepts or rejects a warning of a quarter.",
    config=EXAMPLE,
)
def review() -> None:
    """One answer a run."""
    record_answer()


def give_answer(instance: dg.DagsterInstance, folders: Folders, config: ReviewConfig) -> Answer:
    """Run the job `review` in this process.

    Raises GovernanceError when there is no such warning in the quarter, or the answer or the log is
    not in order. A refusal that is known before the run leaves no run behind.
    """
    answer = prepare_answer(instance, folders, config, find_own_account())
    run_decision(instance, folders, review, config)
    return answer


def prepare_answer(
    instance: dg.DagsterInstance, folders: Folders, config: ReviewConfig, account: str
) -> Answer:
    """Return the answer as an account gives it now.

    Raises GovernanceError as `give_answer`.
    """
    quarter = parse_quarter(config.quarter)
    team = read_team()
    answer = make_answer(
        _find_warning(instance, quarter, config.check),
        quarter,
        decision=config.decision,
        by=team.identify(account, config.by, *ROLES[Answer.kind]),
        reason=config.reason,
        at=Clock.from_environment().read(),
        is_head=team.has_role(account, TeamRole.HEAD),
        before=read_entries(locate_log(folders.warehouse), Answer),
    )
    return replace(answer, account=account)


def _find_warning(instance: dg.DagsterInstance, quarter: Quarter, check: str) -> CheckResult:
    warnings = {warning.key: warning for warning in list_warnings(instance, quarter)}
    if check in warnings:
        return warnings[check]
    known = check in {f"{suite.asset}.{name}" for suite in ALL_SUITES for name in suite.names}
    listed = ", ".join(warnings) or "there are none"
    raise GovernanceError(
        f"{check} is not a warning of {quarter.label}"
        if known
        else "There is no check of that name",
        rule="only failed warnings can be answered; a blocking failure has to be fixed",
        next_step=f"name one of the warnings of {quarter.label} as asset.name: {listed}",
    )


def _record(
    instance: dg.DagsterInstance, folders: Folders, config: ReviewConfig, account: str
) -> dg.AssetCheckEvaluation:
    answer = prepare_answer(instance, folders, config, account)
    seal = record_decision(locate_log(folders.warehouse), answer, read_team())
    return _add_answer(instance, answer, seal)


def _add_answer(instance: dg.DagsterInstance, answer: Answer, seal: str) -> dg.AssetCheckEvaluation:
    """Build the last evaluation again, with the answer added."""
    asset, _, name = answer.check.partition(".")
    suite, release_quarter = find_suite(asset), Quarter.parse(answer.quarter)
    shown: list[Quarter | None] = [*list_shown_quarters(release_quarter)]
    history = [
        read_results(instance, [suite], quarter, names=[name])[answer.check]
        for quarter in (shown if suite.partitioned else [None])
    ]
    result = history[-1]
    partition = result.quarter.key if result.quarter else None
    key = dg.AssetCheckKey(dg.AssetKey(asset), name)
    found = read_latest_evaluations(instance, [key], partition)[key]
    target = found.target_materialization_data
    decided = {key: asdict(answer)[key] for key in ("decision", "by", "reason", "at")}
    return build_evaluation(
        [result],
        {partition: target} if target else {},
        description=f"{answer.decision.capitalize()}ed by {write_markdown(answer.by)}: "
        f"{write_markdown(answer.reason)}",
        picture=draw_history(suite.find(name).show_form(result.quarter), history),
        also={
            "what was found": describe_result(result),
            **{f"answer: {key}": value for key, value in decided.items()},
            "answer: sha256 in the log": seal,
        },
    )
