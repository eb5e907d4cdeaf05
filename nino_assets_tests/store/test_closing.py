"""Other accounts of the machine find nothing in a data folder but what is released."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pytest

from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.log_entry import make_entry_fields
from nino_assets.governance.review_log import Answer
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.closing import close_data_folder, is_open
from nino_assets.store.declarations import Access, Declarations, Kept, Stored
from nino_assets.store.folders import Folders
from nino_assets.store.keys import STORAGE_KEY
from nino_assets.store.warehouse import Warehouse

SHARED = Stored(name="cells", access=Access.ALL, kept=Kept.ONCE)
PRIVATE = Stored(name="counts", access=Access.RESTRICTED, kept=Kept.ONCE)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def read_mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_data_folder_is_its_owners(folders: Folders) -> None:
    close_data_folder(folders)
    assert read_mode(folders.root) == 0o700


def test_what_is_made_afterwards_is_closed_to_others(folders: Folders, tmp_path: Path) -> None:
    close_data_folder(folders)
    (tmp_path / "file").write_text("figures")
    (tmp_path / "folder").mkdir()
    assert read_mode(tmp_path / "file") == 0o640
    assert read_mode(tmp_path / "folder") == 0o750


def test_a_readable_data_folder_is_closed_and_it_is_told(
    folders: Folders, caplog: pytest.LogCaptureFixture
) -> None:
    for name in ("landing", "publications", "published", ".published", "reference"):
        (folders.root / name).mkdir(parents=True, mode=0o755)
    folders.root.chmod(0o755)
    close_data_folder(folders)
    assert read_mode(folders.root) == 0o700
    assert "Every account of this machine could read" in caplog.text
    found = {path.name: read_mode(path) for path in folders.root.iterdir()}
    assert found == {
        "landing": 0o700,
        "publications": 0o700,
        "reference": 0o700,
        "published": 0o755,
        ".published": 0o755,
    }
    caplog.clear()
    close_data_folder(folders)
    assert caplog.text == ""


def test_the_group_of_a_team_keeps_its_access(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    folders.landing.mkdir(parents=True, mode=0o755)
    folders.root.chmod(0o755)
    monkeypatch.setattr(os, "getegid", lambda: folders.root.stat().st_gid + 1)
    close_data_folder(folders)
    assert read_mode(folders.root) == read_mode(folders.landing) == 0o750
    assert "and its group" in caplog.text


@pytest.mark.parametrize("umask", [0o002, 0o027, 0o077])
def test_a_team_whose_group_writes_the_folder_shares_all_but_what_is_private(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, umask: int
) -> None:
    """The store of Dagster, the log, locks and tables; not the records and keys."""
    os.umask(umask)
    folders.root.mkdir()
    folders.root.chmod(0o2770)
    team = folders.root.stat().st_gid
    monkeypatch.setattr(os, "getegid", lambda: team + 1)
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    with open_instance(folders) as instance:
        run = instance.create_run_for_job(dg.GraphDefinition(name="g", node_defs=[]).to_job())
        instance.report_engine_event("it began", job_name="g", run_id=run.run_id)
    append_entry(locate_log(folders.warehouse), make_answer_entry())
    warehouse = Warehouse(folders, Declarations([SHARED, PRIVATE]))
    monkeypatch.setenv(STORAGE_KEY, "5a" * 32)
    for stored in (SHARED, PRIVATE):
        warehouse.tables.write(stored.name, pa.table({"n": [1]}).to_reader())
    found = {path: read_mode(path) for path in folders.root.rglob("*")}
    private = {path for path in found if "restricted" in path.parts}
    assert {found[path] & 0o077 for path in private} == {0}
    shared = {path: mode for path, mode in found.items() if path not in private}
    assert {path.name for path, mode in shared.items() if mode & 0o060 != 0o060} == set()
    assert {path.name for path, mode in shared.items() if mode & 0o007} == set()
    assert all(mode & 0o010 for path, mode in shared.items() if path.is_dir())
    assert len(shared) > 10


def make_answer_entry() -> Answer:
    fields = make_entry_fields(Quarter(2020, 4), "A Reviewer", datetime(2021, 2, 20, tzinfo=UTC))
    return Answer(
        **fields, check="raw_scan.x", observed=1.0, unexpected=0, decision="accept", reason="Known"
    )


def test_an_administrator_may_let_readers_pass_to_what_is_released(folders: Folders) -> None:
    folders.landing.mkdir(parents=True, mode=0o755)
    folders.root.chmod(0o711)
    close_data_folder(folders)
    assert read_mode(folders.root) == 0o711
    assert not is_open(folders.landing)


def test_a_folder_is_open_through_a_link_and_closed_by_a_folder_above() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as held:
        root = Path(held)
        root.chmod(0o755)
        elsewhere, above = root / "elsewhere", root / "above"
        elsewhere.mkdir(mode=0o755)
        above.mkdir(mode=0o700)
        (above / "landing").mkdir(mode=0o755)
        (above / "link").symlink_to(elsewhere)
        assert not is_open(above / "landing")
        assert is_open(above / "link")
        elsewhere.chmod(0o750)
        assert not is_open(above / "link")
