"""States of a quarter as its page shows them: something of each kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from nino_assets.governance.check_result import CheckResult
from nino_assets.publishing.qa_report.quarter_state import AssetState, GateState, QuarterState
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.qa_report import GOOD, HISTORY, NEVER_RAN, WARNING

FAILED = replace(GOOD, name="rows_twice", passed=False, unexpected=7, next_step="Find them.")
KNOWN = replace(WARNING, name="known", passed=True, explanation="It was announced.")
MISSING = replace(NEVER_RAN, name="never", quarter=WARNING.quarter)
SIGNED = GateState(name="signed", sentence="It is signed.", next_step="Sign it.", faults=())
UNSIGNED = replace(SIGNED, name="unsigned", faults=("nobody has signed",))


def make_state(*results: CheckResult, **other: object) -> QuarterState:
    state = QuarterState(
        quarter=Quarter(2020, 4),
        assets=(
            AssetState(
                asset="cleaned_records",
                materialised=datetime(2021, 1, 20, 9, tzinfo=UTC),
                results=results,
            ),
        ),
        histories={each.key: (each,) for each in results} | {WARNING.key: HISTORY},
        answers={},
        gates=(SIGNED,),
    )
    return replace(state, **other)  # type: ignore[arg-type]


ALL = make_state(GOOD, FAILED, WARNING, KNOWN, MISSING, gates=(SIGNED, UNSIGNED))
