"""The facts that the gates of a release decide by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.governance.signatures import Signature
from nino_assets.statistic.quarters import Quarter

DEMONSTRATION_VARIABLE = "NINO_RELEASE_SYNTHETIC"
DEMONSTRATION = "demonstration"
"""The one value of the setting that lets synthetic data and a set clock pass."""


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """What decides whether a quarter may be released now.

    `now` is the time of the process, `kernel_now` that of the machine, None where it is not known.
    `planned` is when it is due: by the release calendar, or for a corrected edition by its
    correction. `outstanding` are quarters that were announced and are not released. `issued_on` and
    `next_on` are the dates that the publication itself names, None where it names none.
    `is_released` is whether readers have this very manifest. The sequences named faults say what is
    wrong, a sentence each; those of warnings name checks.
    """

    quarter: Quarter
    now: datetime
    clock_is_set: bool
    kernel_now: datetime | None
    last_entry: datetime | None
    extracted_on: date
    planned: datetime
    schedule: ReleaseSchedule
    outstanding: Sequence[Quarter]
    is_correction: bool
    is_released: bool
    issued_on: date | None
    next_on: date | None
    synthetic: bool
    demonstration: bool
    manifest_sha256: str
    signatures: Sequence[Signature]
    upstream_faults: Sequence[str]
    unanswered_warnings: Sequence[str]
    rejected_warnings: Sequence[str]
    manifest_faults: Sequence[str]
    log_faults: Sequence[str]
    access_list_faults: Sequence[str]
    history_faults: Sequence[str]
    revision_faults: Sequence[str]
    correction_faults: Sequence[str]
    document_faults: Sequence[str]
    design_faults: Sequence[str]
    unproved_decisions: Sequence[str]
    released_faults: Sequence[str]
