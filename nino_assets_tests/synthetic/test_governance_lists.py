"""The synthetic list and register are in order, the same each time, and leave real ones alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets.deliveries.governance_files import (
    list_user_register_files,
    locate_access_list,
    read_access_list,
    read_access_rules,
    read_user_register,
)
from nino_assets.governance.calendar import compute_release_moment
from nino_assets.governance.pre_release_access import AccessStanding, judge_entries
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.synthetic.governance_lists import write_governance_lists

QUARTER = Quarter(2020, 4)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    folders = Folders(tmp_path)
    write_governance_lists(folders.landing, QUARTER)
    return folders


@pytest.mark.parametrize("quarter", [Quarter(2002, 1), QUARTER])
def test_nobody_drops_out_in_any_quarter(folders: Folders, quarter: Quarter) -> None:
    write_governance_lists(folders.landing, quarter)
    entries = read_access_list(folders, quarter)
    before = read_access_list(folders, QUARTER)
    assert entries
    assert before
    standings = judge_entries(
        entries,
        before,
        quarter=quarter,
        released_at=compute_release_moment(quarter),
        rules=read_access_rules(),
    )
    assert set(standings) == {AccessStanding.LISTED}
    assert len(entries) <= read_access_rules().most_people


def test_every_row_says_that_it_is_synthetic(folders: Folders) -> None:
    entries = read_access_list(folders, QUARTER)
    assert entries
    assert all(entry.job_title.startswith("Synthetic:") for entry in entries)
    users = read_user_register(folders)
    assert users
    assert all(user.organisation.startswith("Synthetic:") for user in users)


def test_the_same_bytes_again(folders: Folders) -> None:
    paths = [locate_access_list(folders, QUARTER), *list_user_register_files(folders)]
    before = [path.read_bytes() for path in paths]
    write_governance_lists(folders.landing, QUARTER)
    assert [path.read_bytes() for path in paths] == before


def test_real_lists_are_left_alone(folders: Folders) -> None:
    path = locate_access_list(folders, QUARTER)
    header = path.read_text(encoding="utf-8").splitlines()[0] + "\n"
    path.write_text(header, encoding="utf-8")
    register = folders.landing / "user-register"
    (register / "synthetic.csv").unlink()
    (register / "users.csv").write_text("organisation,contact_role,contact,use\n")
    write_governance_lists(folders.landing, QUARTER)
    assert path.read_text(encoding="utf-8") == header
    assert [each.name for each in list_user_register_files(folders)] == ["users.csv"]
