"""The register of known users: who is told when a published figure is corrected.

Source of the rule: quality report and DWP revisions policy (known users who are affected are
contacted). Belongs here: a contact. Does not belong here: reading the delivered register
(`storage/governance_files.py`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KnownUser:
    """A row of the register: who is told, in which role, how, and what for. For the team only."""

    organisation: str
    contact_role: str
    contact: str
    use: str
