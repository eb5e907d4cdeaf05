"""Only perturbed cells in published form leave, with a record; or nothing leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from nino_assets.errors import GovernanceError, NinoError, WarehouseError
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.governance.shared_cells import SharedCells
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.decisions import share as sharing
from nino_assets.orchestration.decisions.share import CELLS, CONDITIONS_NAME, share_cells
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.few_cells import make_few_cells

QUARTER = Quarter(2020, 4)


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = open_warehouse(Folders(tmp_path))
    put(warehouse, make_few_cells({}, {"nationality_code": "CHN"}, {"cube": "quarter_area"}))
    return warehouse


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The cells passed their checks: that they must is another test's."""
    monkeypatch.setattr(sharing, "refuse_unchecked", lambda *_: None)


def put(warehouse: Warehouse, held: pl.DataFrame) -> None:
    warehouse.tables.write(CELLS, held.to_arrow().to_reader(), QUARTER)


def share(
    instance: dg.DagsterInstance, warehouse: Warehouse, **other: Any
) -> tuple[SharedCells, Path]:
    wanted: dict[str, Any] = {
        "to": "Office for National Statistics",
        "why": "To reconcile migration estimates",
        "what": ["quarter_nationality"],
        "by": "An Analyst",
    }
    return share_cells(instance, warehouse, QUARTER, **(wanted | other))


def records(warehouse: Warehouse) -> list[SharedCells]:
    return read_entries(locate_log(warehouse.folders.warehouse), SharedCells)


def left(warehouse: Warehouse) -> list[Path]:
    return [p for p in (warehouse.folders.root / "shared-with").rglob("*") if p.is_file()]


def test_what_left_is_what_was_recorded(
    instance: dg.DagsterInstance, warehouse: Warehouse, checked: None
) -> None:
    record, folder = share(instance, warehouse)
    assert records(warehouse) == [record]
    assert folder.relative_to(warehouse.folders.root).as_posix() == (
        "shared-with/office-for-national-statistics/2020-Q4/1"
    )
    assert dict(record.files) == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()
    }
    held = pl.read_csv(folder / "2020-Q4-quarter_nationality.csv")
    assert held["nationality_code"].to_list() == ["IND", "CHN"]
    assert set(held["cube"]) == {"quarter_nationality"}
    conditions = (folder / CONDITIONS_NAME).read_text(encoding="utf-8")
    assert "To reconcile migration estimates" in conditions
    assert "released at 9:30am on 25 February 2021" in conditions


def test_shared_again_what_left_before_stays(
    instance: dg.DagsterInstance, warehouse: Warehouse, checked: None, tmp_path: Path
) -> None:
    _, first = share(instance, warehouse)
    _, second = share(instance, warehouse, what=["quarter_area", "quarter_area"])
    assert (first.name, second.name) == ("1", "2")
    assert len(left(warehouse)) == 4
    _, elsewhere = share(instance, warehouse, out=tmp_path / "stick")
    assert elsewhere.is_relative_to(tmp_path / "stick")


def test_before_the_checks_passed_nothing_leaves(
    instance: dg.DagsterInstance, warehouse: Warehouse
) -> None:
    with pytest.raises(WarehouseError, match=r"perturbed_cubes may not be used: .* never ran"):
        share(instance, warehouse)
    assert left(warehouse) == []
    assert records(warehouse) == []


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"what": ["keyed_counts"]}, "is not published"),
        ({"what": []}, "is not published"),
        ({"what": ["quarter_area", "geocoded_records"]}, "is not published"),
        ({"what": ["year_area"]}, "year_area has no cells in 2020-Q4"),
        ({"to": " "}, "organisation is empty"),
        ({"why": "two\nlines"}, "reason is empty"),
        ({"by": " "}, "name of the person who decides"),
    ],
)
def test_what_may_not_leave_is_refused(
    instance: dg.DagsterInstance,
    warehouse: Warehouse,
    checked: None,
    other: dict[str, Any],
    said: str,
) -> None:
    with pytest.raises(GovernanceError, match=said) as refused:
        share(instance, warehouse, **other)
    assert refused.value.next_step
    assert left(warehouse) == []
    assert records(warehouse) == []


def test_cells_with_anything_beside_them_never_leave(
    instance: dg.DagsterInstance, warehouse: Warehouse, checked: None
) -> None:
    put(warehouse, make_few_cells({}).with_columns(key_sum=pl.lit(7)))
    with pytest.raises(GovernanceError, match="not in the form of published cells"):
        share(instance, warehouse)
    assert left(warehouse) == []


def test_with_a_tampered_log_nothing_leaves(
    instance: dg.DagsterInstance, warehouse: Warehouse, checked: None
) -> None:
    share(instance, warehouse)
    log = locate_log(warehouse.folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b"Office for National", b"Nobody of National."))
    assert verify_log(log)
    before = left(warehouse)
    with pytest.raises(NinoError, match="not as it was written"):
        share(instance, warehouse, what=["quarter_area"])
    assert left(warehouse) == before
