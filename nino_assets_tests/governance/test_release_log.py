"""What was released and what readers have are the same."""

from __future__ import annotations

from nino_assets.governance.release_log import Release, find_log_differences
from nino_assets.statistic.quarters import Quarter

Q3, Q4 = Quarter(2020, 3), Quarter(2020, 4)


def entry(quarter: Quarter, edition: int, manifest: str) -> Release:
    return Release(
        quarter=quarter.label,
        by="run 1",
        at="2021-02-25T09:30:00+00:00",
        edition=edition,
        manifest_sha256=manifest,
    )


def test_editions_are_those_of_the_log() -> None:
    log = [entry(Q3, 1, "a"), entry(Q4, 1, "b")]
    assert find_log_differences(log, [(Q3, 1, "a"), (Q4, 1, "b")]) == []
    assert find_log_differences(log, [(Q4, 1, "b")]) == [
        "edition 1 of 2020-Q3 was released and is not there"
    ]
    assert find_log_differences([], []) == []


def test_an_edition_in_place_of_another_shows_twice() -> None:
    log = [entry(Q3, 1, "a"), entry(Q4, 1, "b")]
    assert find_log_differences(log, [(Q3, 1, "x"), (Q4, 1, "b")]) == [
        "edition 1 of 2020-Q3 was released and is not there",
        "edition 1 of 2020-Q3 is there and was never released",
    ]


def test_the_last_one_may_wait_for_its_entry() -> None:
    assert find_log_differences([], [(Q4, 1, "b")]) == []
    assert find_log_differences([], [(Q3, 1, "a"), (Q4, 1, "b")]) == [
        "edition 1 of 2020-Q3 is there and was never released"
    ]
