"""Files that arrive in any order: one run for each complete delivery."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.orchestration import sensors
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.releases import wanted_builds
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets_tests.support.sensor_desk import Desk
from nino_assets_tests.support.small_delivery import QUARTER, format_csv, put, record
from nino_assets_tests.support.standing_quarter import put_directory

WHOLE = [(QUARTER.key, "quarter")]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.setattr(wanted_builds, "SETTLED_SECONDS", 0)
    monkeypatch.setattr(sensors, "send_notice", lambda *_: None)
    with dg.DagsterInstance.ephemeral() as instance:
        yield Desk(open_warehouse(Folders(tmp_path)), instance)


def tick(desk: Desk) -> list[tuple[str, str]]:
    return [(quarter, job) for quarter, job, _ in desk.tick()]


ARRIVALS = ("2020-Q4/manifest.json", "2020-Q4/a.csv", "2020-Q4/b.csv", "nspl/NSPL_NOV_2021_UK.csv")


@pytest.mark.parametrize("order", list(permutations(ARRIVALS)))
def test_in_any_order_and_in_pieces_it_asks_once_when_all_is_there(
    desk: Desk, order: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = Folders(tmp_path_factory.mktemp("source"))
    text = format_csv([record()]).encode()
    put(source, {"a.csv": text, "b.csv": text}, {"a.csv": 1, "b.csv": 1})
    put_directory(open_warehouse(source))
    for number, name in enumerate(order):
        content = (source.landing / name).read_bytes()
        path = desk.folders.landing / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not name.startswith("nspl"):
            path.write_bytes(content[: len(content) // 2])
            assert desk.tick() == []
        path.write_bytes(content)
        assert tick(desk) == (WHOLE if number == len(order) - 1 else []), desk.reason
    assert desk.tick() == []


FIRST, CORRECTED = ("a.csv",), ("a.csv", "b.csv")
STEPS: tuple[str | tuple[str, ...], ...] = ("a.csv", FIRST, "b.csv", CORRECTED, "nspl")
"""Files of a scan, the directory, and manifests by the files that they name."""


@pytest.mark.parametrize(
    "order",
    [each for each in permutations(STEPS) if each.index(FIRST) < each.index(CORRECTED)][::3],
)
def test_each_complete_delivery_is_asked_for_once_and_a_corrected_one_once_more(
    desk: Desk, order: tuple[str | tuple[str, ...], ...], tmp_path_factory: pytest.TempPathFactory
) -> None:
    source = Folders(tmp_path_factory.mktemp("source"))
    text = format_csv([record()]).encode()
    folder = desk.folders.find_delivery(QUARTER)
    folder.mkdir(parents=True)
    held: set[str] = set()
    named: tuple[str, ...] | None = None
    asked_for: list[tuple[str, ...]] = []
    for step in order:
        if step == "nspl":
            put_directory(desk.warehouse)
            held.add("nspl")
        elif isinstance(step, str):
            (folder / step).write_bytes(text)
            held.add(step)
        else:
            put(source, dict.fromkeys(step, text), dict.fromkeys(step, 1))
            shutil.copy(source.find_delivery(QUARTER) / "manifest.json", folder)
            named = step
        is_complete = named is not None and held == {*named, "nspl"}
        is_new = is_complete and named not in asked_for
        assert tick(desk) == (WHOLE if is_new else []), desk.reason
        assert desk.tick() == []
        if is_new and named is not None:
            asked_for.append(named)
    assert asked_for[-1] == CORRECTED
