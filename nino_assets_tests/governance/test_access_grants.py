"""Pre-release access is given in its 24 hours only, and only when every gate is green."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.access_grants import refuse_access
from nino_assets.governance.calendar import compute_release_moment
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.refusals import assert_not_refused

QUARTER = Quarter(2020, 2)
PLANNED = compute_release_moment(QUARTER)
OPENS = PLANNED.astimezone(UTC) - timedelta(hours=24)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    "now", [OPENS, OPENS + timedelta(hours=12), PLANNED.astimezone(UTC) - SECOND]
)
def test_inside_the_window_with_green_gates_access_may_be_given(now: datetime) -> None:
    assert_not_refused(lambda: refuse_access(QUARTER, PLANNED, now, {}))


@pytest.mark.parametrize(
    ("now", "next_step"),
    [(OPENS - SECOND, "wait"), (PLANNED, "released"), (PLANNED + timedelta(days=1), "released")],
)
def test_outside_the_window_nobody_is_given_access(now: datetime, next_step: str) -> None:
    with pytest.raises(GovernanceError) as refused:
        refuse_access(QUARTER, PLANNED, now, {})
    assert "from 9:30am on 26 August 2020 to 9:30am on 27 August 2020" in refused.value.what
    assert next_step in refused.value.next_step


def test_a_red_gate_is_named_with_its_reason() -> None:
    with pytest.raises(GovernanceError, match=r"signed_by_head \(nobody signed\)"):
        refuse_access(QUARTER, PLANNED, OPENS, {"signed_by_head": ["nobody signed"]})
