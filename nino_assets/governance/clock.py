"""The clock that decisions and releases go by.

It is the machine's, or one that was set: that lets tests and demonstrations walk through a release
in a minute. A set clock never lets a real release out early: the release gate refuses it, unless
the data are synthetic and the setting for demonstrations is on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from nino_assets.errors import GovernanceError
from nino_assets.statistic.identity import TIME_ZONE

CLOCK_VARIABLE = "NINO_CLOCK"

_STATE, _UPTIME = Path("/proc/stat"), Path("/proc/uptime")


@dataclass(frozen=True)
class Clock:
    """The machine's clock, or one that stands still at a set time."""

    set_to: datetime | None = None

    @classmethod
    def from_environment(cls) -> Clock:
        """The clock that `NINO_CLOCK` sets, or the machine's.

        The setting is a date and time in London, such as `2021-02-25T09:30`. Raises GovernanceError
        when it is not, or is in the future: a decision dated then would make every later one seem
        to come before it.
        """
        setting = os.environ.get(CLOCK_VARIABLE)
        if not setting:
            return cls()
        try:
            moment = datetime.fromisoformat(setting)
        except ValueError:
            raise GovernanceError(
                f"{CLOCK_VARIABLE} is not a date and time",
                rule="the clock is set to a date and a time of day in London",
                next_step=f"write {CLOCK_VARIABLE}=2021-02-25T09:30, or unset it",
            ) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=TIME_ZONE)
        if moment > datetime.now(UTC):
            raise GovernanceError(
                f"{CLOCK_VARIABLE} is in the future",
                rule="the clock may be set back, to walk through a release, and never forward",
                next_step=f"set {CLOCK_VARIABLE} to a time in the past, or unset it",
            )
        return cls(moment)

    def read(self) -> datetime:
        """The time now, in UTC."""
        return self.set_to.astimezone(UTC) if self.set_to else datetime.now(UTC)

    def read_kernel(self) -> datetime | None:
        """The kernel's time, in UTC; None where it does not tell.

        A library that is loaded before others can give a process any time, but not the files in
        which the kernel writes when it started and for how long it has run.
        """
        try:
            rows = (row.split() for row in _STATE.read_text(encoding="ascii").splitlines())
            started = next(int(row[1]) for row in rows if row[0] == "btime")
            running = float(_UPTIME.read_text(encoding="ascii").split()[0])
        except (OSError, ValueError, IndexError, StopIteration):
            return None
        return datetime.fromtimestamp(started + running, UTC)
