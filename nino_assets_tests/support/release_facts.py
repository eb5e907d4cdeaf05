"""The facts of a quarter that is ready for its release."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from nino_assets.governance.calendar import compute_release_moment
from nino_assets.governance.gate_facts import ReleaseFacts
from nino_assets.governance.release_schedule import Announcement, DateChange, ReleaseSchedule
from nino_assets.governance.signatures import Signature
from nino_assets.statistic.quarters import Quarter

QUARTER = Quarter(2020, 4)
MANIFEST, OTHER = "a" * 64, "b" * 64
NOW = datetime(2021, 2, 25, 9, 30, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def make_signature(
    role: str, by: str, manifest: str = MANIFEST, quarter: str = "2020-Q4"
) -> Signature:
    return Signature(
        quarter=quarter,
        by=by,
        at="2021-02-23T10:00:00+00:00",
        role=role,
        manifest_sha256=manifest,
    )


COUNTERSIGNED = make_signature("countersign", "Second Analyst")
SIGNED = make_signature("head-of-profession", "The Head")
ANNOUNCED = Announcement(
    quarter="2020-Q4",
    by="An Analyst",
    at="2021-01-20T10:00:00+00:00",
    release_on="2021-02-25",
    note="",
)
MOVED = DateChange(
    quarter="2020-Q4",
    by="An Analyst",
    at="2021-02-20T10:00:00+00:00",
    instead_of="2021-02-25",
    release_on="2021-03-04",
    agreed_by="The Head",
    reason="Late",
)
READY = ReleaseFacts(
    quarter=QUARTER,
    now=NOW,
    clock_is_set=False,
    kernel_now=None,
    last_entry=datetime(2021, 2, 23, 10, tzinfo=UTC),
    extracted_on=date(2021, 1, 14),
    planned=compute_release_moment(QUARTER),
    schedule=ReleaseSchedule([ANNOUNCED]),
    outstanding=[QUARTER],
    is_correction=False,
    is_released=False,
    issued_on=date(2021, 2, 25),
    next_on=date(2021, 5, 27),
    synthetic=False,
    demonstration=False,
    manifest_sha256=MANIFEST,
    signatures=[COUNTERSIGNED, SIGNED],
    upstream_faults=[],
    unanswered_warnings=[],
    rejected_warnings=[],
    manifest_faults=[],
    log_faults=[],
    access_list_faults=[],
    history_faults=[],
    revision_faults=[],
    correction_faults=[],
    document_faults=[],
    design_faults=[],
    unproved_decisions=[],
    released_faults=[],
)
