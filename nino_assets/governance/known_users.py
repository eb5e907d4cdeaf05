"""Known users, who are told when a published figure is corrected.

Source of the rule: quality report and DWP revisions policy (known users who are affected are
contacted).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KnownUser:
    """A known user of the statistics; for the team only."""

    organisation: str
    contact_role: str
    contact: str
    use: str
