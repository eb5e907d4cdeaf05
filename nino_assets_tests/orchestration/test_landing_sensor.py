"""What lands starts one run when it is complete, and another when it was corrected."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.deliveries.manifest import read_manifest
from nino_assets.orchestration import schedules, sensors
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.sensors import NOTHING_NEW
from nino_assets.releases import wanted_builds
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.sensor_desk import Asked, Desk
from nino_assets_tests.support.small_delivery import QUARTER, deliver, format_csv, put, record
from nino_assets_tests.support.small_releases import release_edition
from nino_assets_tests.support.standing_quarter import let_stand, put_directory


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.setattr(wanted_builds, "SETTLED_SECONDS", 0)
    with dg.DagsterInstance.ephemeral() as instance:
        desk = Desk(open_warehouse(Folders(tmp_path)), instance)
        for module in (sensors, schedules):
            monkeypatch.setattr(module, "send_notice", lambda _, text: desk.told.append(text))
        yield desk


def jobs(asked: Asked) -> list[tuple[str, str]]:
    return [(quarter, job) for quarter, job, _ in asked]


WHOLE = [(QUARTER.key, "quarter")]
PUBLICATION = [(QUARTER.key, "publication")]


def put_scans(folders: Folders, surname: str = "Novak") -> None:
    """A delivery of two files."""
    text = format_csv([record(surname=surname)]).encode()
    put(folders, {"a.csv": text, "b.csv": text}, {"a.csv": 1, "b.csv": 1})


def test_a_file_that_no_manifest_names_is_told_of_though_the_quarter_stands(desk: Desk) -> None:
    put_directory(desk.warehouse)
    let_stand(desk.warehouse, deliver(desk.folders, [record()]))
    (desk.folders.find_delivery(QUARTER) / "rest.csv").write_bytes(b"nino")
    assert desk.tick() == []
    assert "landing/2020-Q4/rest.csv is not named in the manifest" in desk.told[0]
    (desk.folders.find_delivery(QUARTER) / "rest.csv").unlink()
    assert desk.tick() == []
    assert desk.reason == NOTHING_NEW


def test_it_waits_until_files_have_settled(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wanted_builds, "SETTLED_SECONDS", 30)
    put_scans(desk.folders)
    put_directory(desk.warehouse)
    assert desk.tick() == []
    assert "has only just arrived" in desk.reason
    later = time.time() + 31
    monkeypatch.setattr(time, "time", lambda: later)
    assert jobs(desk.tick()) == WHOLE


def test_switched_on_over_what_stands_it_asks_for_nothing(desk: Desk) -> None:
    put_directory(desk.warehouse)
    earlier = deliver(desk.folders, [record(date_of_registration="2020-08-01")], QUARTER - 1)
    let_stand(desk.warehouse, earlier, published=False)
    let_stand(desk.warehouse, deliver(desk.folders, [record()]))
    assert desk.tick() == []
    assert desk.reason == NOTHING_NEW
    # The same files copied anew are the same delivery.
    deliver(desk.folders, [record()])
    put_directory(desk.warehouse)
    assert desk.tick() == []


def test_a_corrected_file_asks_once_more(desk: Desk) -> None:
    put_directory(desk.warehouse)
    let_stand(desk.warehouse, deliver(desk.folders, [record()]))
    corrected = deliver(desk.folders, [record(surname="Nowak")])
    assert jobs(desk.tick()) == WHOLE
    assert desk.tick() == []
    let_stand(desk.warehouse, corrected)
    assert desk.tick() == []


def test_a_file_put_right_is_asked_for(desk: Desk) -> None:
    put_directory(desk.warehouse)
    deliver(desk.folders, [record()])
    scan = desk.folders.find_delivery(QUARTER) / "scan.csv"
    right = scan.read_bytes()
    scan.write_bytes(right.replace(b"Novak", b"Nowak"))
    assert desk.tick() == []
    assert "scan.csv has another sha256 than the manifest says" in desk.reason
    assert desk.told == [desk.reason]
    assert desk.tick() == []
    assert len(desk.told) == 1, "the same words once"
    scan.write_bytes(right)
    assert jobs(desk.tick()) == WHOLE


def test_a_run_that_was_refused_is_asked_for_again_with_another_directory(desk: Desk) -> None:
    put_directory(desk.warehouse)
    deliver(desk.folders, [record()])
    assert jobs(desk.tick()) == WHOLE
    path = next(desk.folders.postcode_landing.iterdir())
    path.write_bytes(path.read_bytes() + b"\r\n")
    assert jobs(desk.tick()) == WHOLE


def test_a_late_list_makes_the_publication_anew_once(desk: Desk) -> None:
    put_directory(desk.warehouse)
    delivery = deliver(desk.folders, [record()])
    let_stand(desk.warehouse, delivery)
    path = desk.folders.landing / "comparators" / "a.csv"
    path.parent.mkdir()
    path.write_text(
        "series,period,breakdown,value,source,published_on\n"
        "visas_granted,2020-Q4,Work,1234,Home Office,2021-02-25\n"
    )
    assert jobs(desk.tick()) == PUBLICATION
    assert desk.tick() == []
    let_stand(desk.warehouse, delivery)
    assert desk.tick() == []


def test_a_released_quarter_is_not_asked_for(desk: Desk) -> None:
    put_directory(desk.warehouse)
    delivery = deliver(desk.folders, [record()])
    let_stand(desk.warehouse, delivery)
    release_edition(desk.folders, QUARTER)
    let_stand(desk.warehouse, delivery)
    assert desk.tick() == []
    assert desk.reason == NOTHING_NEW
    deliver(desk.folders, [record(surname="Nowak")])
    assert desk.tick() == []
    assert "2020-Q4 is released, and its delivery is another" in desk.reason


def test_a_quarter_after_a_gap_waits_for_the_one_before(desk: Desk) -> None:
    put_directory(desk.warehouse)
    let_stand(desk.warehouse, deliver(desk.folders, [record()]))
    between, later = QUARTER + 1, QUARTER + 2
    put_dated(desk.folders, later, "2021-07-10")
    assert desk.tick() == []
    assert "The series has a gap: 2021-Q1" in desk.reason
    put_dated(desk.folders, between, "2021-04-10")
    assert jobs(desk.tick()) == [(between.key, "quarter")]
    let_stand(desk.warehouse, read_manifest(desk.folders, between, today=date.today()))
    assert jobs(desk.tick()) == [(later.key, "quarter")]


def test_the_first_quarter_of_several_is_waited_for(desk: Desk) -> None:
    """When its build fails, the series of the others would begin later."""
    put_directory(desk.warehouse)
    for back, day in ((2, "2020-07-10"), (1, "2020-10-10")):
        put_dated(desk.folders, QUARTER - back, day)
    assert jobs(desk.tick()) == [((QUARTER - 2).key, "quarter")]
    assert "2020-Q3: The series leaves out 2020-Q2, which has landed" in desk.told[0]
    let_stand(desk.warehouse, read_manifest(desk.folders, QUARTER - 2, today=date.today()))
    assert jobs(desk.tick()) == [((QUARTER - 1).key, "quarter")]


def put_dated(folders: Folders, quarter: Quarter, extracted_on: str) -> None:
    text = format_csv([record()]).encode()
    put(folders, {"scan.csv": text}, {"scan.csv": 1}, quarter, extracted_on=extracted_on)


@pytest.mark.parametrize("name", [".2020-Q4.partial", "2020-Q5", "2001-Q4", "2999-Q1", "notes"])
def test_nothing_else_in_landing_asks_for_a_run(desk: Desk, name: str) -> None:
    put_scans(desk.folders)
    put_directory(desk.warehouse)
    folder = desk.folders.find_delivery(QUARTER)
    shutil.move(folder, folder.with_name(name))
    assert desk.tick() == []


def test_no_landing_folder_asks_for_nothing(desk: Desk) -> None:
    assert desk.tick() == []


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "manifest.json").unlink(), "manifest.json does not exist"),
        (lambda f: (f / "manifest.json").write_text("{"), "is not JSON"),
        (lambda f: (f / "scan.csv").unlink(), "scan.csv is named in the manifest and is not there"),
        (lambda f: (f / "scan.csv").write_text(""), "another sha256"),
        (lambda f: change_manifest(f, layout="mws-9"), "layout 'mws-9', which is not declared"),
        (lambda f: change_manifest(f, synthetic=False), "NINO_PSEUDONYM_KEY is not set"),
        (lambda f: shutil.rmtree(f.parent / "nspl"), "landing/nspl holds no postcode directory"),
    ],
)
def test_the_reason_to_skip_says_what_is_missing(
    desk: Desk, spoil: Callable[[Path], object], words: str
) -> None:
    put_directory(desk.warehouse)
    deliver(desk.folders, [record()])
    spoil(desk.folders.find_delivery(QUARTER))
    assert desk.tick() == []
    assert words in desk.reason
    assert "Next: " in desk.reason
    assert desk.told == [desk.reason]


def change_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_nobody_is_told_of_files_that_are_still_being_copied(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(wanted_builds, "SETTLED_SECONDS", 30)
    source = Folders(tmp_path_factory.mktemp("source"))
    put_scans(source)
    put_directory(desk.warehouse)
    for name in ("manifest.json", "a.csv", "b.csv"):
        path = desk.folders.find_delivery(QUARTER) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((source.find_delivery(QUARTER) / name).read_bytes())
        assert desk.tick() == []
    assert desk.told == []
    (desk.folders.find_delivery(QUARTER) / "b.csv").unlink()
    later = time.time() + 31
    monkeypatch.setattr(time, "time", lambda: later)
    assert desk.tick() == []
    assert len(desk.told) == 1, "a file that does not come is told of"


def test_counts_of_the_delivery_before_are_no_build_of_this_one(desk: Desk) -> None:
    """A run that failed after `raw_scan` leaves them."""
    put_directory(desk.warehouse)
    earlier = deliver(desk.folders, [record(date_of_registration="2020-08-01")], QUARTER - 1)
    let_stand(desk.warehouse, earlier, published=False)
    let_stand(desk.warehouse, deliver(desk.folders, [record()]))
    day = "2020-08-02"
    corrected = deliver(desk.folders, [record(date_of_registration=day)], QUARTER - 1)
    assert jobs(desk.tick()) == [((QUARTER - 1).key, "quarter")]
    desk.warehouse.serving.point_to(corrected, [QUARTER - 1])
    directory = next(desk.folders.postcode_landing.iterdir())
    directory.write_bytes(directory.read_bytes() + b"\r\n")
    assert jobs(desk.tick()) == [((QUARTER - 1).key, "quarter")]


def test_a_list_of_the_teams_own_hinders_and_asks_again(desk: Desk) -> None:
    put_directory(desk.warehouse)
    own = desk.folders.root / "reference"
    own.mkdir()
    (own / "nationality_aliases.csv").write_text("x")
    deliver(desk.folders, [record()])
    assert desk.tick() == []
    assert "nationality_aliases.csv" in desk.reason
    (own / "nationality_aliases.csv").unlink()
    assert jobs(desk.tick()) == WHOLE


def test_the_schedule_leaves_records_that_stand(desk: Desk) -> None:
    put_directory(desk.warehouse)
    let_stand(desk.warehouse, deliver(desk.folders, [record()]))
    path = desk.folders.landing / "comparators" / "a.csv"
    path.parent.mkdir()
    path.write_text(
        "series,period,breakdown,value,source,published_on\n"
        "visas_granted,2020-Q4,Work,1234,Home Office,2021-02-25\n"
    )
    context = dg.build_schedule_context(
        instance=desk.instance, scheduled_execution_time=datetime(2021, 1, 20, 9, tzinfo=UTC)
    )
    skipped = schedules.quarterly(context)
    assert isinstance(skipped, dg.SkipReason)
    assert "lists came later" in str(skipped.skip_message)
