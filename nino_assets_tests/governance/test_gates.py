"""Each gate opens when its rule is kept and shuts when it is broken on purpose, by a set clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from nino_assets.governance.calendar import compute_release_moment
from nino_assets.governance.gates import GATES, TIMED_GATES, find_red_gates
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.release_facts import (
    ANNOUNCED,
    COUNTERSIGNED,
    MOVED,
    NOW,
    OTHER,
    QUARTER,
    READY,
    SECOND,
    SIGNED,
    make_signature,
)

BREAKS: dict[str, list[dict[str, Any]]] = {
    "checks_before_passed": [
        {"upstream_faults": ["tables may not be used: manifest_broken failed"]}
    ],
    "warnings_answered": [{"unanswered_warnings": ["cleaned_records.unlisted_types"]}],
    "no_warning_rejected": [{"rejected_warnings": ["cleaned_records.unlisted_types"]}],
    "files_as_listed": [{"manifest_faults": ["bulletin.html has changed"]}],
    "signed_by_second_analyst": [
        {"signatures": [SIGNED]},
        {"signatures": [make_signature("countersign", "Second Analyst", OTHER), SIGNED]},
        {"signatures": [make_signature("countersign", "X", quarter="2020-Q3"), SIGNED]},
        # Signed anew under another manifest: the earlier signature is taken back by it.
        {
            "signatures": [
                COUNTERSIGNED,
                SIGNED,
                make_signature("countersign", "Second Analyst", OTHER),
            ]
        },
    ],
    "signed_by_head": [
        {"signatures": [COUNTERSIGNED]},
        {"signatures": [COUNTERSIGNED, make_signature("head-of-profession", "The Head", OTHER)]},
    ],
    "signed_by_two_people": [
        {"signatures": [make_signature("countersign", " the  HEAD"), SIGNED]},
    ],
    "decisions_proved": [{"unproved_decisions": ["signature of 2021-02-23 is not signed"]}],
    "log_intact": [{"log_faults": ["line 2 does not follow the line before it"]}],
    "clock_right": [
        {"last_entry": NOW + SECOND},
        {"extracted_on": date(2021, 2, 26)},
        {"clock_is_set": True},
        {"clock_is_set": True, "demonstration": True},
        {"kernel_now": NOW - timedelta(hours=1)},
        {"kernel_now": NOW + timedelta(minutes=3)},
    ],
    "release_time_reached": [{"now": NOW - SECOND}, {"now": NOW - timedelta(hours=24)}],
    "calendar_kept": [
        {"now": NOW + timedelta(days=1)},
        {"issued_on": date(2021, 2, 24)},
        {"issued_on": None},
        {"next_on": date(2021, 5, 20)},
        {"outstanding": [QUARTER - 1, QUARTER]},
    ],
    "notice_long_enough": [
        {"schedule": ReleaseSchedule([])},
        {"schedule": ReleaseSchedule([replace(ANNOUNCED, at="2021-01-29T10:00:00+00:00")])},
        {"schedule": ReleaseSchedule([replace(ANNOUNCED, quarter="2021-Q1")])},
    ],
    "access_list_in_order": [{"access_list_faults": ["no list is published"]}],
    "data_real": [{"synthetic": True}],
    "history_unchanged": [{"history_faults": ["history_changed: 3"]}],
    "revisions_announced": [{"revision_faults": ["areas are not those of 2020-Q3"]}],
    "reveals_nobody": [{"correction_faults": ["people that differ: 1; at least 50"]}],
    "documents_up_to_date": [{"document_faults": ["documents/quality-report.html is missing"]}],
    "design_not_told": [{"design_faults": ["index.html tells a value of the p-table in use"]}],
    "released_unchanged": [{"released_faults": ["2020-Q3/1/bulletin.html has changed"]}],
}


def test_when_every_rule_is_kept_no_gate_is_red() -> None:
    assert find_red_gates(READY) == {}


def test_every_gate_is_broken_here() -> None:
    assert list(BREAKS) == [gate.name for gate in GATES]
    assert set(TIMED_GATES) < set(BREAKS)


@pytest.mark.parametrize(
    ("gate", "broken"), [(gate, each) for gate, cases in BREAKS.items() for each in cases]
)
def test_a_broken_rule_shuts_its_gate_and_no_other(gate: str, broken: dict[str, Any]) -> None:
    red = find_red_gates(replace(READY, **broken))
    assert list(red) == [gate]
    assert all(red[gate])


def test_the_embargo_ends_at_half_past_nine_in_london_in_summer_too() -> None:
    quarter = Quarter(2020, 2)
    planned = compute_release_moment(quarter)
    for now, early in (
        (datetime(2020, 8, 27, 8, 29, 59, tzinfo=UTC), True),
        (datetime(2020, 8, 27, 8, 30, tzinfo=UTC), False),
    ):
        facts = replace(READY, quarter=quarter, planned=planned, now=now)
        assert ("release_time_reached" in find_red_gates(facts)) == early
    assert "release_time_reached" not in find_red_gates(
        replace(READY, now=NOW - SECOND), ignored=TIMED_GATES
    )


def test_an_agreed_date_is_kept_instead() -> None:
    promises = ReleaseSchedule([ANNOUNCED], [MOVED])
    facts = replace(READY, schedule=promises, planned=promises.find_moment(QUARTER))
    assert "release_time_reached" in find_red_gates(facts)
    late = replace(facts, now=datetime(2021, 3, 4, 9, 30, tzinfo=UTC))
    # The files still name the old date.
    assert list(find_red_gates(late)) == ["calendar_kept"]
    assert find_red_gates(replace(late, issued_on=date(2021, 3, 4))) == {}


def test_a_demonstration_lets_synthetic_data_and_a_set_clock_through() -> None:
    synthetic = replace(READY, synthetic=True, clock_is_set=True, demonstration=True)
    assert find_red_gates(synthetic) == {}
    assert set(find_red_gates(replace(synthetic, demonstration=False))) == {
        "data_real",
        "clock_right",
    }


def test_a_correction_has_its_own_day_and_no_notice() -> None:
    day = datetime(2021, 3, 15, 9, 30, tzinfo=UTC)
    correction = replace(
        READY, is_correction=True, planned=day, now=day + SECOND, schedule=ReleaseSchedule([])
    )
    assert find_red_gates(correction) == {}
    assert list(find_red_gates(replace(correction, now=day - SECOND))) == ["release_time_reached"]


def test_what_is_out_already_stays_out_on_later_days() -> None:
    later = replace(READY, now=NOW + timedelta(days=100), is_released=True, next_on=None)
    assert find_red_gates(later) == {}
