"""Words for a quarter's state, in a terminal and on its page."""

from __future__ import annotations

from collections.abc import Iterator

from nino_assets.governance.check_result import CheckResult, CheckStatus
from nino_assets.publishing.qa_report.answer_words import describe_answer
from nino_assets.publishing.qa_report.figure_words import count_things, format_figure
from nino_assets.publishing.qa_report.quarter_state import RELEASE, AssetState, QuarterState


def count_checks(asset: AssetState) -> tuple[int, int, int, int]:
    """How many checks passed, warn, failed, and have not run."""
    return (
        asset.count(CheckStatus.PASSED, CheckStatus.EXPLAINED),
        asset.count(CheckStatus.WARNING),
        asset.count(CheckStatus.FAILED),
        asset.count(CheckStatus.NOT_RUN, CheckStatus.OUT_OF_DATE),
    )


def describe_conclusion(state: QuarterState) -> str:
    """What stands in the way of the release, in one sentence."""
    failed = len([each for each in state.failed if each.asset != RELEASE])
    parts = [
        f"{count_things(number, thing)} {words}"
        for number, thing, words in (
            (failed, "check", "failed"),
            (len(state.unjudged), "check", "did not run on the latest state"),
            (len(state.open_warnings), "warning", "not accepted"),
        )
        if number
    ]
    if parts:
        return f"To be done: {'; '.join(parts)}."
    if state.not_ready:
        return f"The release cannot be judged: {state.not_ready}."
    if state.red_gates:
        return (
            "Every check has passed and each warning is accepted. The release waits for "
            f"{count_things(len(state.red_gates), 'gate')}."
        )
    return "Every check has passed, each warning is accepted, and every gate is open."


def describe_state(state: QuarterState) -> Iterator[str]:
    """What failed, warns, is explained, and keeps the release, a line each."""
    for result in state.failed:
        yield f"Failed: {result.key} ({describe_finding(result)}): {result.sentence}"
    for result in state.warnings:
        answer = describe_answer(state.answers.get(result.key))
        yield f"Warning: {result.key} ({describe_finding(result)}): {result.sentence} {answer}"
    for result in state.explained:
        yield f"Explained: {result.key} ({describe_finding(result)}): {result.explanation}"
    if state.not_ready:
        yield f"Release: not ready: {state.not_ready}"
    for gate in state.red_gates:
        yield f"Release waits for {gate.name}: {'; '.join(gate.faults)}"
    if state.gates and not state.red_gates:
        yield "Release: every gate is open."


def describe_finding(result: CheckResult) -> str:
    """The figure that was judged, or how much breaks the rule."""
    if result.observed is not None:
        return f"observed {format_figure(result.observed)}"
    return count_things(result.unexpected, "finding")
