"""The clock is the machine's, or stands where it was set, and is never set ahead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.clock import CLOCK_VARIABLE, Clock


def test_without_a_setting_it_is_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(CLOCK_VARIABLE, raising=False)
    before = datetime.now(UTC)
    clock = Clock.from_environment()
    assert clock.set_to is None
    assert before <= clock.read() <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("setting", "moment"),
    [
        ("2021-02-25T09:30", datetime(2021, 2, 25, 9, 30, tzinfo=UTC)),
        ("2020-08-27T09:30", datetime(2020, 8, 27, 8, 30, tzinfo=UTC)),  # summer in London
        ("2020-08-27T09:30+00:00", datetime(2020, 8, 27, 9, 30, tzinfo=UTC)),
    ],
)
def test_a_setting_is_a_moment_in_london(
    monkeypatch: pytest.MonkeyPatch, setting: str, moment: datetime
) -> None:
    monkeypatch.setenv(CLOCK_VARIABLE, setting)
    assert Clock.from_environment().read() == moment


def test_other_settings_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    for setting, said in (("soon", "not a date and time"), (ahead, "in the future")):
        monkeypatch.setenv(CLOCK_VARIABLE, setting)
        with pytest.raises(GovernanceError, match=said) as refused:
            Clock.from_environment()
        assert refused.value.next_step
