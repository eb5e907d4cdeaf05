"""A methodological revision is announced four weeks ahead, and told in the release calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.clock import CLOCK_VARIABLE
from nino_assets.governance.decision_log import locate_log, read_entries
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.governance.revisions import (
    Revision,
    find_announcement_faults,
    find_revision,
)
from nino_assets.orchestration.decisions.revise import RevisionConfig, give_revision
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.publishing.release_calendar import plan_releases, write_calendar_text
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.small_releases import release_edition

QUARTER = Quarter(2023, 1)
DUE = date(2023, 5, 25)  # the last Thursday of May 2023


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.setenv(CLOCK_VARIABLE, "2023-04-27T10:00")
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    return Folders(tmp_path)


@pytest.fixture
def instance(folders: Folders) -> Iterator[dg.DagsterInstance]:
    with open_instance(folders) as instance:
        yield instance


def config(reason: str = "Areas are those of April 2023") -> RevisionConfig:
    return RevisionConfig(quarter=QUARTER.label, reason=reason, by="A Lead")


def read_revisions(folders: Folders) -> list[Revision]:
    return read_entries(locate_log(folders.warehouse), Revision)


def test_it_is_in_the_log_and_in_the_calendar(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    revision = give_revision(instance, folders, config())
    assert read_revisions(folders) == [revision]
    assert revision.reason == "Areas are those of April 2023."
    assert revision.announced_on == date(2023, 4, 27)
    planned = plan_releases(ReleaseSchedule(), QUARTER, QUARTER + 1, revisions=[revision])
    text = write_calendar_text(planned)
    assert text.count("Methodological revision: Areas are those of April 2023.") == 1
    assert find_announcement_faults(revision, DUE) == []


def test_less_than_four_weeks_are_refused_with_what_goes_on(
    instance: dg.DagsterInstance, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(CLOCK_VARIABLE, "2023-04-28T00:30")
    with pytest.raises(GovernanceError, match="25 May 2023") as refused:
        give_revision(instance, folders, config())
    assert "nino-assets calendar change" in refused.value.next_step
    assert read_revisions(folders) == []


def test_a_released_quarter_is_corrected_and_not_revised(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    release_edition(folders, QUARTER)
    with pytest.raises(GovernanceError, match="has been released") as refused:
        give_revision(instance, folders, config())
    assert "nino-assets correct" in refused.value.next_step


def test_a_date_brought_forward_makes_the_notice_too_short(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    give_revision(instance, folders, config("First words"))
    give_revision(instance, folders, config("Other words"))
    latest = find_revision(read_revisions(folders), QUARTER)
    assert latest is not None
    assert latest.reason == "Other words."
    assert find_announcement_faults(latest, date(2023, 5, 24)) == [
        "the revision was announced 27 days before, not 28"
    ]
    assert find_announcement_faults(None, DUE) == ["no methodological revision is announced for it"]
