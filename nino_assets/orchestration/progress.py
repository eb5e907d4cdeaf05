"""Turns Dagster's events of a run into lines for a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable

import dagster as dg

from nino_assets.governance.check_result import CheckResult
from nino_assets.orchestration.checks.evaluations import describe_result, read_evaluation
from nino_assets.quality.results import build_result
from nino_assets.quality.suites.all import find_suite
from nino_assets.statistic.quarters import Quarter

Say = Callable[[str], None]
"""Prints a line, or several."""


class ProgressReporter:
    """Reports steps, refusals and failed checks as they happen.

    Of a range of quarters each check is reported once, for all of them; its results for the single
    quarters are left to the web UI.
    """

    def __init__(self, say: Say, *, is_range: bool) -> None:
        self._say = say
        self._failed_checks: list[str] = []
        self._unjudged_checks: list[str] = []
        self._refusals: list[str] = []
        self._is_range = is_range
        self._began = time.monotonic()

    def __call__(self, entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None:
            return
        if event.event_type == dg.DagsterEventType.STEP_START and not _is_check(event):
            self._say(f"{self._clock()}  {event.step_key}")
        elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
            self._report_failure(event)
        elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            self._report_check(event.asset_check_evaluation_data)

    def list_stops(self) -> list[str]:
        """What stopped the run, with rule and next step, refusals last.

        A check that could not be judged is told only alone: something else stopped it.
        """
        stops = [*self._failed_checks, *self._refusals] or self._unjudged_checks
        return list(dict.fromkeys(stops))

    def _report_failure(self, event: dg.DagsterEvent) -> None:
        refusal = event.step_failure_data.user_failure_data
        if refusal is not None and refusal.description:
            self._say(f"{self._clock()}  {event.step_key} was refused\n{refusal.description}")
            self._refusals.append(refusal.description)
        elif not _is_check(event):
            self._say(f"{self._clock()}  {event.step_key} failed; see its run in the web UI")

    def _report_check(self, evaluation: dg.AssetCheckEvaluation) -> None:
        if evaluation.passed or (self._is_range and evaluation.partition is not None):
            return
        result = _read_result(evaluation)
        kind = "BLOCKED by" if evaluation.blocking else "Warning from"
        self._say(f"{self._clock()}  {kind} {result.key}: {describe_result(result)}")
        if evaluation.blocking:
            self._say(f"Next: {result.next_step}")
            words = f"{result.key}: {describe_result(result)}"
            stops = self._unjudged_checks if result.error else self._failed_checks
            stops.append(f"{words}\nNext: {result.next_step}")

    def _clock(self) -> str:
        seconds = int(time.monotonic() - self._began)
        return f"{seconds // 60:02d}:{seconds % 60:02d}"


def _read_result(evaluation: dg.AssetCheckEvaluation) -> CheckResult:
    """A result with its rule as in force in its quarter.

    Of a range, that is the last quarter that failed.
    """
    asset = evaluation.asset_key.to_user_string()
    rule = find_suite(asset).find(evaluation.check_name)
    quarter = Quarter.parse(evaluation.partition) if evaluation.partition else None
    result = read_evaluation(build_result(asset, rule.show_form(quarter), quarter), evaluation)
    if not result.quarters_failed:
        return result
    last = Quarter.parse(result.quarters_failed[-1])
    return read_evaluation(build_result(asset, rule.show_form(last), None), evaluation)


def _is_check(event: dg.DagsterEvent) -> bool:
    return (event.step_key or "").endswith("_checks")
