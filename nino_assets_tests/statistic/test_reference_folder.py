"""A team's own list takes the place of the packaged one, that list and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from nino_assets import packaged
from nino_assets.errors import NinoError
from nino_assets.statistic.reference_folder import (
    DATA_DIR_VARIABLE,
    find_data_folder,
    find_own_lists,
    find_packaged_folder,
    list_names,
    locate_list,
)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the team's own lists, empty."""
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    (tmp_path / "reference" / "layouts").mkdir(parents=True)
    return tmp_path / "reference"


def test_every_list_is_the_packaged_one_when_the_team_has_none(own: Path) -> None:
    assert locate_list("tolerances.csv") == find_packaged_folder() / "tolerances.csv"
    assert find_own_lists() == {}


def test_an_own_list_replaces_that_list_alone(own: Path) -> None:
    (own / "tolerances.csv").write_text("check\n")
    (own / "layouts" / "mws-2.toml").write_text("")
    (own / ".swp").write_text("")
    assert locate_list("tolerances.csv") == own / "tolerances.csv"
    assert locate_list("events.csv") == find_packaged_folder() / "events.csv"
    assert list_names("layouts", ".toml") == ["layouts/mws-1.toml", "layouts/mws-2.toml"]
    assert find_own_lists() == {
        "layouts/mws-2.toml": own / "layouts" / "mws-2.toml",
        "tolerances.csv": own / "tolerances.csv",
    }


def test_the_lists_of_a_checkout_are_not_the_teams_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(find_packaged_folder().parent))
    assert find_own_lists() == {}


def test_a_wheel_has_its_lists_inside_and_works_in_the_present_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = tmp_path / "site" / "nino_assets" / "_packaged"
    (inside / "reference").mkdir(parents=True)
    (inside / "reference" / "areas.csv").write_text("area_code\n")
    monkeypatch.setattr(packaged, "_IN_WHEEL", inside)
    monkeypatch.delenv(DATA_DIR_VARIABLE, raising=False)
    monkeypatch.chdir(tmp_path)
    assert locate_list("areas.csv") == inside / "reference" / "areas.csv"
    assert find_data_folder() == tmp_path / "data"


def test_a_list_that_is_nowhere_is_named(own: Path) -> None:
    with pytest.raises(NinoError) as refused:
        locate_list("tolerance.csv")
    assert "tolerance.csv" in refused.value.what
    assert str(own) in refused.value.rule
