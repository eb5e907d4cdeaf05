"""Where an asset lies, who may read its file and what a stage may do, all by its declaration."""

from __future__ import annotations

import stat
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.declarations import Access, Declarations, Kept, Stored
from nino_assets.store.delivery import DeliveredFile, Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.keys import STORAGE_KEY
from nino_assets.store.warehouse import Warehouse

QUARTER = Quarter(2020, 4)
SECRET = "a pseudonym that nobody may read"
TABLE = pa.table({"pseudonym": [SECRET] * 3})
DELIVERY = Delivery(
    quarter=QUARTER,
    extract="register",
    extracted_on=date(2021, 1, 14),
    layout="mws-1",
    synthetic=True,
    files=(DeliveredFile("scan.csv", 3, "0" * 64),),
)


@pytest.fixture(autouse=True)
def storage_key(monkeypatch: pytest.MonkeyPatch, no_keys: None) -> None:
    monkeypatch.setenv(STORAGE_KEY, "5a" * 32)


def declare(folders: Folders, *stored: Stored) -> Warehouse:
    return Warehouse(folders, Declarations(stored))


def write(warehouse: Warehouse, stored: Stored) -> Path:
    quarter = QUARTER if stored.is_quarterly else None
    warehouse.tables.write(stored.name, TABLE.to_reader(), quarter)
    return warehouse.tables.find_path(stored.name, quarter)


# A declaration ------------------------------------------------------------------------------------


def test_an_asset_without_access_cannot_be_declared() -> None:
    with pytest.raises(TypeError, match="access"):
        Stored(name="ages", kept=Kept.ONCE)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="ages names no access"):
        Stored(name="ages", kept=Kept.ONCE, access="all")  # type: ignore[arg-type]


def test_a_name_is_declared_once() -> None:
    ages = Stored(name="ages", access=Access.ALL, kept=Kept.ONCE)
    with pytest.raises(ValueError, match="ages is declared twice"):
        Declarations([ages, ages])


@pytest.mark.parametrize("access", [each for each in Access if each is not Access.RESTRICTED])
def test_records_are_restricted(access: Access) -> None:
    with pytest.raises(ValueError, match="so its access is restricted"):
        Stored(name="scan", access=access, kept=Kept.BY_DELIVERY)


@pytest.mark.parametrize("access", [Access.RESTRICTED, Access.SECRET])
def test_files_of_a_publication_are_not_restricted(access: Access) -> None:
    with pytest.raises(ValueError, match="so it is kept as encrypted tables"):
        Stored(name="page", access=access, kept=Kept.AS_FILES)


# What lies on the disk ----------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [Kept.ONCE, Kept.BY_QUARTER])
@pytest.mark.parametrize("access", [Access.TEAM, Access.RESTRICTED, Access.SECRET])
def test_a_private_asset_lies_encrypted_where_only_its_owner_enters(
    folders: Folders, access: Access, kept: Kept
) -> None:
    stored = Stored(name="ages", access=access, kept=kept)
    warehouse = declare(folders, stored)
    path = write(warehouse, stored)
    assert path.is_relative_to(folders.restricted)
    assert stat.S_IMODE(folders.restricted.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises((pa.ArrowInvalid, OSError)):
        pq.read_schema(path)
    assert not any(SECRET.encode() in p.read_bytes() for p in folders.root.rglob("*.parquet"))
    frame = warehouse.tables.read_frame("ages", QUARTER if stored.is_quarterly else None)
    assert frame["pseudonym"].to_list() == [SECRET] * 3


@pytest.mark.parametrize("kept", [Kept.ONCE, Kept.BY_QUARTER])
@pytest.mark.parametrize("access", [Access.ALL, Access.TEAM_UNTIL_RELEASE])
def test_an_asset_that_readers_will_have_lies_in_clear(
    folders: Folders, access: Access, kept: Kept
) -> None:
    stored = Stored(name="areas", access=access, kept=kept)
    path = write(declare(folders, stored), stored)
    assert not path.is_relative_to(folders.restricted)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert pq.read_table(path).equals(TABLE)


@pytest.mark.parametrize(
    ("access", "mode", "place"),
    [(Access.RESTRICTED, 0o600, "restricted/ages"), (Access.ALL, 0o640, "ages")],
)
def test_a_page_beside_a_table_has_the_rights_of_the_table(
    folders: Folders, access: Access, mode: int, place: str
) -> None:
    warehouse = declare(folders, Stored(name="ages", access=access, kept=Kept.BY_QUARTER))
    path = warehouse.tables.write_page("ages", QUARTER, "<p>")
    assert path == folders.warehouse / place / "2020-Q4.html"
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_nothing_undeclared_is_written_or_read(folders: Folders) -> None:
    warehouse = declare(folders, Stored(name="areas", access=Access.ALL, kept=Kept.ONCE))
    for act in (
        lambda: warehouse.tables.write("ages", TABLE.to_reader()),
        lambda: warehouse.tables.read("ages"),
        lambda: warehouse.tables.find_path("ages"),
        lambda: warehouse.tables.list_quarters("ages"),
        lambda: warehouse.tables.write_page("ages", QUARTER, "<p>"),
        lambda: warehouse.records.write("ages", DELIVERY, TABLE.schema, TABLE.to_batches()),
        lambda: warehouse.records.read("ages", DELIVERY),
    ):
        with pytest.raises(WarehouseError, match="ages is not declared"):
            act()
    assert not list(folders.root.rglob("*ages*"))


def test_a_table_is_not_kept_in_another_way_than_declared(folders: Folders) -> None:
    warehouse = declare(
        folders,
        Stored(name="ages", access=Access.ALL, kept=Kept.BY_QUARTER),
        Stored(name="page", access=Access.ALL, kept=Kept.AS_FILES),
    )
    for asset, quarter in (("ages", None), ("page", None), ("page", QUARTER)):
        with pytest.raises(ValueError, match=f"{asset} has no such file"):
            warehouse.tables.write(asset, TABLE.to_reader(), quarter)
    with pytest.raises(ValueError, match="ages has no records"):
        warehouse.records.write("ages", DELIVERY, TABLE.schema, TABLE.to_batches())


# What a stage may do ------------------------------------------------------------------------------


@pytest.fixture
def limited(folders: Folders) -> Warehouse:
    """The warehouse of a stage that reads `areas`, two quarters of `ages` and one of `scan`."""
    names = {"ages": Kept.BY_QUARTER, "sexes": Kept.BY_QUARTER, "areas": Kept.ONCE}
    stored = [Stored(name=n, access=Access.ALL, kept=kept) for n, kept in names.items()]
    scan = Stored(name="scan", access=Access.RESTRICTED, kept=Kept.BY_DELIVERY)
    warehouse = declare(folders, *stored, scan)
    for each in stored:
        write(warehouse, each)
    rows = pa.table({"quarter": ["2020-Q4"]})
    warehouse.records.write("scan", DELIVERY, rows.schema, rows.to_batches())
    warehouse.serving.point_to(DELIVERY, [QUARTER - 1, QUARTER])
    return warehouse.limit_to(
        "made",
        reads={"areas": None, "ages": [QUARTER, QUARTER + 1], "scan": [QUARTER]},
        writes=["sexes"],
    )


def test_a_stage_reads_what_it_declares_and_what_it_makes(limited: Warehouse) -> None:
    assert limited.tables.read("areas").count_rows() == 3
    assert limited.tables.read("ages", [QUARTER]).count_rows() == 3
    assert limited.tables.read("sexes", [QUARTER]).count_rows() == 3
    assert limited.tables.write("sexes", TABLE.to_reader(), QUARTER - 9) == 3


def test_a_stage_reads_the_whole_delivery_of_its_records(limited: Warehouse) -> None:
    delivery = limited.serving.find_delivery(QUARTER)
    assert limited.records.read("scan", delivery).count_rows() == 1


def test_a_stage_reads_nothing_else(limited: Warehouse) -> None:
    with pytest.raises(WarehouseError, match=r"made may not read sexes|made may not write ages"):
        limited.tables.write("ages", TABLE.to_reader(), QUARTER)
    with pytest.raises(WarehouseError, match="made may not read ages of 2020-Q3"):
        limited.tables.read("ages", [QUARTER - 1, QUARTER])
    with pytest.raises(WarehouseError, match=r"made may not know the delivery of 2020-Q3"):
        limited.serving.find_delivery(QUARTER - 1)
    other = limited.limit_to("other", reads={"areas": None}, writes=[])
    for act in (
        lambda: other.tables.read("ages", [QUARTER]),
        lambda: other.tables.read_frame("ages", QUARTER),
        lambda: other.tables.find_path("ages", QUARTER),
        lambda: other.tables.is_stored("ages", QUARTER),
    ):
        with pytest.raises(WarehouseError, match="other may not read ages") as refused:
            act()
        assert "name ages in its reads" in refused.value.next_step
    with pytest.raises(WarehouseError, match="other may not read scan"):
        other.records.read("scan", DELIVERY)


def test_records_of_another_delivery_are_not_read(limited: Warehouse) -> None:
    later = Delivery(
        quarter=QUARTER + 4,
        extract="quarter",
        extracted_on=date(2022, 1, 14),
        layout="mws-1",
        synthetic=True,
        files=(DeliveredFile("scan.csv", 3, "0" * 64),),
    )
    with pytest.raises(WarehouseError, match="made may not read scan of 2021-Q4"):
        limited.records.read("scan", later)
