"""The clock is the machine's, or stands where it was set, and is never set ahead."""

from __future__ import annotations

import subprocess
import sys
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


def test_the_kernel_has_the_same_time() -> None:
    told = Clock().read_kernel()
    assert told is not None
    assert abs(told - datetime.now(UTC)) < timedelta(seconds=3)


@pytest.mark.line
def test_a_library_that_is_loaded_first_does_not_change_the_kernels_time() -> None:
    """As `faketime` does: each call that asks for the time is answered by another library."""
    code = """from nino_assets.governance.clock import Clock
print(Clock().read(), Clock().read_kernel())"""
    command = ["faketime", "2021-02-25 09:30:00", sys.executable, "-c", code]
    ended = subprocess.run(command, capture_output=True, text=True, check=True)
    day, _, kernel_day, _ = ended.stdout.split()
    assert day == "2021-02-25"
    assert kernel_day == datetime.now(UTC).date().isoformat()
