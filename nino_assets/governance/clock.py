"""What time it is, for everything that is decided or released: the machine's clock, or a set one.

A clock that is set lets tests and demonstrations walk through a release in a minute. It never lets
a real release out early: the release gate refuses a set clock (`gates.py`), unless the data are
synthetic and the setting for demonstrations is on.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime

from nino_assets.errors import GovernanceError
from nino_assets.statistic.identity import TIME_ZONE

CLOCK_VARIABLE = "NINO_CLOCK"


@dataclass(frozen=True)
class Clock:
    """The machine's clock, or one that stands at the moment it was set to."""

    set_to: datetime | None = None

    @classmethod
    def from_environment(cls) -> Clock:
        """The clock that `NINO_CLOCK` sets (`2021-02-25T09:30`, in London), else the machine's.

        Raises GovernanceError when the setting is no moment, or one that is still to come: what is
        decided then would make every later decision seem to come before it.
        """
        setting = os.environ.get(CLOCK_VARIABLE)
        if not setting:
            return cls()
        try:
            moment = datetime.fromisoformat(setting)
        except ValueError:
            raise GovernanceError(
                f"{CLOCK_VARIABLE} is not a moment",
                rule="a clock is set to a date and a time of day in London",
                next_step=f"write {CLOCK_VARIABLE}=2021-02-25T09:30, or take the setting away",
            ) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=TIME_ZONE)
        if moment > datetime.now(UTC):
            raise GovernanceError(
                f"{CLOCK_VARIABLE} is in the future",
                rule="a clock is set back to walk through a release, never ahead",
                next_step=f"set {CLOCK_VARIABLE} to a moment that is past, or take it away",
            )
        return cls(moment)

    def read(self) -> datetime:
        """This moment, in UTC."""
        return self.set_to.astimezone(UTC) if self.set_to else datetime.now(UTC)
