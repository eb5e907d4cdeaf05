"""At 9:30 on its day the sensor asks for a quarter's release, once for each state of things."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.governance.clock import CLOCK_VARIABLE
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.release_schedule import ReleaseSchedule, make_announcement
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.sensors import at_release_time
from nino_assets.releases.next_edition import find_next_edition
from nino_assets.releases.published import PublishedEditions
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest

QUARTER = Quarter(2020, 4)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    folders = Folders(tmp_path)
    _build(folders, "figures")
    return folders


def _build(folders: Folders, figures: str) -> None:
    publication = folders.find_publication(QUARTER)
    publication.mkdir(parents=True, exist_ok=True)
    (publication / "bulletin.html").write_text(figures)
    lock = folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="", inputs={}, lock=lock)


def asked(monkeypatch: pytest.MonkeyPatch, clock: str) -> list[tuple[str | None, str | None]]:
    """Partition and key of each run that a tick asks for."""
    monkeypatch.setenv(CLOCK_VARIABLE, clock)
    with dg.DagsterInstance.ephemeral() as instance:
        context = dg.build_sensor_context(instance=instance, definitions=defs)
        requests = at_release_time.evaluate_tick(context).run_requests or []
        return [(request.partition_key, request.run_key) for request in requests]


def test_it_asks_at_half_past_nine_and_not_before(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert asked(monkeypatch, "2021-02-25T09:29:59") == []
    [(partition, key)] = asked(monkeypatch, "2021-02-25T09:30")
    assert partition == QUARTER.key
    assert asked(monkeypatch, "2021-02-25T09:30:15") == [(partition, key)]
    assert asked(monkeypatch, "2021-02-26T09:30") == []


def test_it_asks_again_when_a_decision_or_a_file_changes(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [asked(monkeypatch, "2021-02-25T09:30")]
    now = datetime(2021, 2, 24, tzinfo=UTC)
    entry = make_announcement(ReleaseSchedule(), QUARTER, by="An Analyst", note="", now=now)
    append_entry(locate_log(folders.warehouse), entry)
    keys.append(asked(monkeypatch, "2021-02-25T09:31"))
    _build(folders, "other figures")
    keys.append(asked(monkeypatch, "2021-02-25T09:32"))
    assert len({key for [(_, key)] in keys}) == 3


def test_what_is_out_is_not_asked_for(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    edition = find_next_edition(folders, QUARTER).make_released_edition(synthetic=False)
    PublishedEditions(folders).release(edition, folders.find_publication(QUARTER), lambda _: {})
    assert asked(monkeypatch, "2021-02-25T09:30") == []
