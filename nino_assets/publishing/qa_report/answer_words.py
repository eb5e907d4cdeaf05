"""What a reviewer has answered to a warning, and how."""

from __future__ import annotations

from nino_assets.governance.review_log import Answer
from nino_assets.publishing.qa_report.desk_links import link_to_launchpad
from nino_assets.statistic.quarters import Quarter

NOT_ANSWERED = "Not yet answered"
_WHO, _WHY = "A Reviewer", "Why it is accepted or rejected"


def describe_answer(answer: Answer | None) -> str:
    """`Accepted by A Reviewer on 2021-02-20: reason`, or that nobody has answered."""
    if answer is None:
        return NOT_ANSWERED
    return f"{answer.decision.capitalize()}ed by {answer.by} on {answer.at[:10]}: {answer.reason}"


def write_answer_command(quarter: Quarter, check: str) -> str:
    """The command that answers a warning.

    Name and reason are to be typed."""
    return (
        f"nino-assets review --quarter {quarter.label} --check {check} "
        f'--decision accept --by "{_WHO}" --reason "{_WHY}"'
    )


def link_to_answer(quarter: Quarter, check: str) -> str:
    """The launchpad of the job `review`, filled in for a warning."""
    given = {
        "quarter": quarter.label,
        "check": check,
        "decision": "accept",
        "by": '""',
        "reason": '""',
    }
    fields = "".join(f"      {name}: {value}\n" for name, value in given.items())
    return link_to_launchpad("review", f"ops:\n  record_answer:\n    config:\n{fields}")
