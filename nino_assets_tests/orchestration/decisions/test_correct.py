"""A correction is opened for what was released, with those to be told; else nothing is written."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.errors import GovernanceError, NinoError
from nino_assets.governance.clock import CLOCK_VARIABLE
from nino_assets.governance.corrections import Correction, find_latest_corrections
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.orchestration.decisions.correct import (
    CorrectionConfig,
    give_correction,
    locate_users_to_tell,
)
from nino_assets.orchestration.definitions import defs
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.releases.edition_history import list_later_releases, read_edition_history
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.small_releases import release_edition

QUARTER = Quarter(2020, 4)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    """A released quarter and two known users, on the afternoon of 3 March 2021."""
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.setenv(CLOCK_VARIABLE, "2021-03-03T15:00")
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    folders = Folders(tmp_path)
    release_edition(folders, QUARTER)
    register(folders, "A council,Analyst,a@example.org,Planning", "ONS,Head of migration,,")
    return folders


@pytest.fixture
def instance(folders: Folders) -> Iterator[dg.DagsterInstance]:
    with open_instance(folders) as instance:
        yield instance


def register(folders: Folders, *users: str) -> None:
    path = folders.landing / "user-register" / "users.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["organisation,contact_role,contact,use", *users]) + "\n")


def config(**other: str) -> CorrectionConfig:
    fields = {"quarter": "2020-Q4", "reason": "Overseas rows were counted twice", "by": "A Lead"}
    return CorrectionConfig(**(fields | other))


def entries(folders: Folders) -> list[Correction]:
    return read_entries(locate_log(folders.warehouse), Correction)


def test_a_correction_is_in_the_log_and_in_dagster(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    correction, users = give_correction(instance, folders, config())
    assert entries(folders) == [correction]
    assert (correction.edition, correction.corrected_on) == (2, "2021-03-03")
    assert correction.reason == "Overseas rows were counted twice."
    assert correction.released_at == datetime(2021, 3, 3, 9, 30, tzinfo=UTC)
    assert [user.organisation for user in users] == ["A council", "ONS"]
    seen = instance.fetch_observations(dg.AssetKey("open_data"), limit=5).records
    [observed] = [each.asset_observation for each in seen]
    assert observed is not None
    assert observed.partition == "2020-10-01"
    assert observed.metadata["edition"].value == 2
    assert len(str(observed.metadata["correction: sha256 in the log"].value)) == 64


def test_those_to_be_told_are_listed_for_the_team_only(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    give_correction(instance, folders, config())
    path = locate_users_to_tell(folders, QUARTER)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.name == "qa"
    with path.open(newline="") as handle:
        assert [row["contact"] for row in csv.DictReader(handle)] == ["a@example.org", ""]


def test_a_text_of_the_register_is_no_formula_and_the_reason_no_markdown(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    register(folders, "=HYPERLINK(1),Analyst,@a,+Planning")
    give_correction(instance, folders, config(reason="![x](http://evil.example/x.png)"))
    text = locate_users_to_tell(folders, QUARTER).read_text(encoding="utf-8")
    assert "'=HYPERLINK(1),Analyst,'@a,'+Planning" in text
    event = instance.fetch_observations(dg.AssetKey("open_data"), limit=1).records[0]
    observed = event.asset_observation
    assert observed
    assert "\\!\\[x\\]" in str(observed.description)


def test_opened_again_the_last_reason_and_day_count(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    give_correction(instance, folders, config())
    give_correction(instance, folders, config(reason="Better words.", on="2021-03-10"))
    assert len(entries(folders)) == 2
    [(number, correction)] = find_latest_corrections(entries(folders), QUARTER).items()
    assert (number, correction.reason, correction.corrected_on) == (
        2,
        "Better words.",
        "2021-03-10",
    )


def test_the_next_correction_is_of_the_next_edition(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    give_correction(instance, folders, config())
    assert (
        read_edition_history(folders, QUARTER).number,
        len(read_edition_history(folders, QUARTER).released),
    ) == (
        2,
        1,
    )
    release_edition(folders, QUARTER, 2, "corrected")
    history = read_edition_history(folders, QUARTER)
    assert (history.number, history.open_correction) == (2, None)
    assert history.previous is not None
    assert history.previous.number == 1
    give_correction(instance, folders, config())
    assert [each.edition for each in entries(folders)] == [2, 3]


def test_later_editions_that_have_the_same_history_are_named(folders: Folders) -> None:
    assert list_later_releases(folders, QUARTER) == []
    release_edition(folders, QUARTER + 2)
    release_edition(folders, QUARTER + 1)
    release_edition(folders, QUARTER + 1, 2, "corrected")
    assert list_later_releases(folders, QUARTER) == [QUARTER + 1, QUARTER + 2]
    assert list_later_releases(folders, QUARTER + 2) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"quarter": "2020-Q3"}, "2020-Q3 has not been released"),
        ({"quarter": "soon"}, "is not a quarter"),
        ({"reason": " "}, "reason is empty"),
        ({"reason": "two\nlines"}, "reason is empty, too long or has control characters"),
        ({"by": " "}, "name of the person who decides"),
        ({"on": "2021-03-02"}, "has passed"),
        ({"on": "3 March"}, "not a date"),
    ],
)
def test_what_cannot_be_opened_leaves_nothing_behind(
    instance: dg.DagsterInstance, folders: Folders, wrong: dict[str, str], message: str
) -> None:
    with pytest.raises(GovernanceError) as refused:
        give_correction(instance, folders, config(**wrong))
    assert message in str(refused.value)
    assert refused.value.next_step
    assert instance.get_runs_count() == 0
    assert entries(folders) == []
    assert not locate_users_to_tell(folders, QUARTER).exists()


def test_without_a_register_nobody_could_be_told(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    register(folders)
    with pytest.raises(GovernanceError, match="no known users in landing/user-register/"):
        give_correction(instance, folders, config())
    assert entries(folders) == []


def test_a_tampered_log_takes_no_correction(instance: dg.DagsterInstance, folders: Folders) -> None:
    give_correction(instance, folders, config())
    log = locate_log(folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b"twice", b"once."))
    assert verify_log(log)
    with pytest.raises(NinoError, match="not as it was written"):
        give_correction(instance, folders, config())
    assert len(entries(folders)) == 1


def test_the_job_of_the_web_ui_is_the_same(instance: dg.DagsterInstance, folders: Folders) -> None:
    ended = defs.resolve_job_def("correct").execute_in_process(
        instance=instance,
        run_config={"ops": {"open_correction": {"config": asdict(config())}}},
    )
    assert ended.success
    assert len(entries(folders)) == 1
