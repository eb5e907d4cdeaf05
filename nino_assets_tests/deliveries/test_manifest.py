"""Which manifests are refused, and which delivery serves a quarter."""

from __future__ import annotations

import json
import os
from datetime import date
from typing import Any

import pytest

from nino_assets.deliveries.boundary_files import find_boundary_file
from nino_assets.deliveries.landed import (
    find_serving_delivery,
    has_only_synthetic_deliveries,
    list_delivered_quarters,
)
from nino_assets.deliveries.manifest import read_manifest, verify_files, verify_rows
from nino_assets.errors import DeliveryError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.delivery import DeliveredFile, Delivery
from nino_assets.store.folders import Folders
from nino_assets_tests.support.small_delivery import QUARTER, TODAY, deliver, record

FILE = {"name": "scan.csv", "rows": 1, "sha256": "0" * 64}


def refused(folders: Folders, text: str) -> str:
    path = folders.find_delivery(QUARTER) / "manifest.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DeliveryError) as caught:
        read_manifest(folders, QUARTER, today=TODAY)
    assert "landing/2020-Q4/manifest.json" in caught.value.what
    return caught.value.what


def manifest(**changes: Any) -> dict[str, Any]:
    return {
        "quarter": "2020-Q4",
        "extract": "quarter",
        "extracted_on": "2021-01-14",
        "layout": "mws-1",
        "synthetic": False,
        "files": [FILE],
        **changes,
    }


def test_a_manifest_is_read(folders: Folders) -> None:
    path = folders.find_delivery(QUARTER) / "manifest.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(manifest(files=[FILE | {"sha256": "AB" * 32}])))
    delivery = read_manifest(folders, QUARTER, today=TODAY)
    assert delivery == Delivery(
        QUARTER,
        "quarter",
        date(2021, 1, 14),
        "mws-1",
        False,
        (DeliveredFile("scan.csv", 1, "ab" * 32),),
    )
    assert Delivery.from_json(delivery.to_json()) == delivery


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"x"', "12", "{}", "\ufeff{}"])
def test_what_is_no_json_object_is_refused(folders: Folders, text: str) -> None:
    assert "manifest.json cannot be used: " in refused(folders, text)


@pytest.mark.parametrize("key", list(manifest()))
def test_a_missing_key_is_named(folders: Folders, key: str) -> None:
    content = manifest()
    del content[key]
    assert f"{key} is missing; it must be" in refused(folders, json.dumps(content))


@pytest.mark.parametrize("key", list(FILE))
def test_a_missing_key_of_a_file_is_named(folders: Folders, key: str) -> None:
    file = {k: v for k, v in FILE.items() if k != key}
    assert f"{key} of file 1 is missing" in refused(folders, json.dumps(manifest(files=[file])))


NO_FILES: list[Any] = [[], None, {}, "scan.csv", ["scan.csv"], [None], [FILE, FILE]]
NO_ROWS: list[Any] = ["many", None, [], "", -1, 1.5, True, "1"]


@pytest.mark.parametrize(
    "changes",
    [
        *({"quarter": q} for q in ("2020", "2020-Q5", "Q4", "", None, 2020, ["2020-Q4"])),
        *({"extract": e} for e in ("Quarter", "whole", None, 1)),
        *({"extracted_on": d} for d in ("14/01/2021", "2021-02-30", "", None, 20210114)),
        *({"synthetic": s} for s in ("false", 0, None)),
        *({"files": f} for f in NO_FILES),
        *(
            {"files": [FILE | {"name": name}]}
            for name in (
                *(
                    "../scan.csv",
                    "sub/scan.csv",
                    "/etc/scan.csv",
                    "scan.txt",
                    "scan.xlsx",
                    "",
                    "csv",
                ),
                *("scan.csv.zip", "scan.csv/", None),
            )
        ),
        *({"files": [FILE | {"sha256": s}]} for s in ("", "0" * 63, "g" * 64, None, "0" * 65)),
        *({"files": [FILE | {"rows": rows}]} for rows in NO_ROWS),
    ],
)
def test_a_wrong_value_is_refused(folders: Folders, changes: dict[str, Any]) -> None:
    assert "manifest.json cannot be used: " in refused(folders, json.dumps(manifest(**changes)))


@pytest.mark.parametrize("name", ["n" * 300 + ".csv", "é" * 126 + ".csv"])
def test_a_name_that_no_file_can_have_is_refused(folders: Folders, name: str) -> None:
    text = json.dumps(manifest(files=[FILE | {"name": name}]))
    assert "name of file 1 must be" in refused(folders, text)


def test_json_in_very_many_levels_is_refused(folders: Folders) -> None:
    deep = "[" * 100_000
    assert "manifest.json cannot be used: " in refused(folders, deep)
    assert "manifest.json cannot be used: " in refused(folders, '{"files":' * 100_000)
    assert not has_only_synthetic_deliveries(folders)


def test_a_manifest_that_is_a_pipe_is_no_delivery(folders: Folders) -> None:
    folder = folders.find_delivery(QUARTER)
    folder.mkdir(parents=True)
    os.mkfifo(folder / "manifest.json")
    with pytest.raises(DeliveryError, match="does not exist"):
        read_manifest(folders, QUARTER, today=TODAY)
    assert not has_only_synthetic_deliveries(folders)


def test_a_manifest_of_another_quarter_or_from_the_future_is_refused(folders: Folders) -> None:
    assert "is for 2020-Q3" in refused(folders, json.dumps(manifest(quarter="2020-Q3")))
    future = refused(folders, json.dumps(manifest(extracted_on="2021-02-02")))
    assert "in the future" in future
    assert deliver(folders, [record()], extracted_on=TODAY.isoformat()).extracted_on == TODAY


def test_a_folder_without_a_manifest_is_no_delivery_yet(folders: Folders) -> None:
    folders.find_delivery(QUARTER).mkdir(parents=True)
    with pytest.raises(DeliveryError, match="does not exist"):
        read_manifest(folders, QUARTER, today=TODAY)


def test_each_way_to_read_the_same_files_is_another_delivery(folders: Folders) -> None:
    ids = {
        deliver(folders, [record(surname=surname)], **changes).id
        for surname, changes in (
            ("A", {}),
            ("B", {}),
            ("A", {"extract": "register"}),
            ("A", {"synthetic": False}),
            ("A", {"extracted_on": "2021-01-15"}),
        )
    }
    assert len(ids) == 5
    assert all(name.startswith("2020-Q4-") for name in ids)
    assert deliver(folders, [record(surname="A")]).id in ids


# Which delivery serves a quarter ----------------------------------------------------------------


def serving(folders: Folders, label: str) -> str:
    return find_serving_delivery(
        folders, Quarter.parse(label), today=date(2022, 1, 1)
    ).quarter.label


def test_its_own_folder_else_the_earliest_later_register_extract(folders: Folders) -> None:
    for label, extract in (
        ("2019-Q4", "quarter"),
        ("2020-Q1", "quarter"),
        ("2020-Q3", "register"),
        ("2020-Q4", "register"),
        ("2021-Q1", "quarter"),
    ):
        deliver(folders, [record()], Quarter.parse(label), extract=extract)
    (folders.landing / "nspl").mkdir()
    (folders.landing / "2020-Q9").mkdir()
    assert [serving(folders, q) for q in ("2002-Q1", "2019-Q4", "2020-Q1", "2020-Q2")] == [
        *("2020-Q3", "2019-Q4", "2020-Q1", "2020-Q3")
    ]
    assert serving(folders, "2020-Q4") == "2020-Q4"
    with pytest.raises(DeliveryError, match=r"No delivery in landing/ serves 2021-Q2"):
        serving(folders, "2021-Q2")
    assert [q.label for q in list_delivered_quarters(folders)] == [
        *("2019-Q4", "2020-Q1", "2020-Q3", "2020-Q4", "2021-Q1")
    ]


def test_an_incomplete_own_folder_is_not_passed_over(folders: Folders) -> None:
    deliver(folders, [record()], Quarter(2020, 4), extract="register")
    folders.find_delivery(Quarter(2020, 2)).mkdir()
    with pytest.raises(DeliveryError, match=r"2020-Q2/manifest\.json does not exist"):
        serving(folders, "2020-Q2")


def test_a_later_folder_whose_manifest_has_not_come_is_passed_over(folders: Folders) -> None:
    folders.find_delivery(Quarter(2020, 3)).mkdir(parents=True)
    deliver(folders, [record()], Quarter(2020, 4), extract="register")
    assert serving(folders, "2020-Q2") == "2020-Q4"


def test_an_empty_data_folder_serves_nothing(folders: Folders) -> None:
    assert list_delivered_quarters(folders) == []
    with pytest.raises(DeliveryError, match="put the scan with its manifest"):
        serving(folders, "2020-Q2")


def test_a_first_quarter_is_that_of_the_series_for_a_register_only(folders: Folders) -> None:
    assert deliver(folders, [record()], extract="register").first_quarter == Quarter(2002, 1)
    assert deliver(folders, [record()]).first_quarter == QUARTER


def test_only_synthetic_deliveries_landed(folders: Folders) -> None:
    assert not has_only_synthetic_deliveries(folders)
    deliver(folders, [record()])
    assert has_only_synthetic_deliveries(folders)
    deliver(folders, [record()], Quarter(2020, 3), synthetic=False)
    assert not has_only_synthetic_deliveries(folders)
    (folders.find_delivery(Quarter(2020, 3)) / "manifest.json").write_text("{")
    assert not has_only_synthetic_deliveries(folders)


# Files ------------------------------------------------------------------------------------------


def test_files_are_held_against_their_sha256(folders: Folders) -> None:
    delivery = deliver(folders, [record()])
    verify_files(folders, delivery)
    path = folders.find_delivery(QUARTER) / "scan.csv"
    path.write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(DeliveryError, match=r"landing/2020-Q4/scan\.csv has another sha256"):
        verify_files(folders, delivery)
    path.unlink()
    with pytest.raises(DeliveryError, match="is not there"):
        verify_files(folders, delivery)


def test_rows_are_held_against_the_manifest(folders: Folders) -> None:
    delivery = deliver(folders, [record(), record()])
    verify_rows(folders, delivery, delivery.files[0], 2)
    for rows in (0, 1, 3):
        with pytest.raises(DeliveryError, match=f"has {rows} records, its manifest says 2"):
            verify_rows(folders, delivery, delivery.files[0], rows)


def test_one_boundary_file_at_most(folders: Folders) -> None:
    assert find_boundary_file(folders) is None
    folders.boundary_landing.mkdir(parents=True)
    (folders.boundary_landing / "areas.geojson").write_text("{}")
    found = find_boundary_file(folders)
    assert found is not None
    assert found.name == "areas.geojson"
    (folders.boundary_landing / "areas.json").write_text("{}")
    with pytest.raises(DeliveryError, match="holds 2 files"):
        find_boundary_file(folders)


@pytest.mark.parametrize("name", ["areas.GEOJSON", "areas.Json", "areas.topojson"])
def test_a_boundary_file_may_end_in_capitals(folders: Folders, name: str) -> None:
    folders.boundary_landing.mkdir(parents=True)
    (folders.boundary_landing / name).write_text("{}")
    (folders.boundary_landing / "README.md").write_text("")
    assert find_boundary_file(folders) == folders.boundary_landing / name


@pytest.mark.parametrize("name", ["areas.zip", "areas.shp", "areas", "areas.geojson.gz"])
def test_no_file_among_the_boundaries_is_passed_over(folders: Folders, name: str) -> None:
    folders.boundary_landing.mkdir(parents=True)
    (folders.boundary_landing / name).write_text("{}")
    with pytest.raises(DeliveryError, match=f"landing/boundaries/{name} is no boundary file"):
        find_boundary_file(folders)
