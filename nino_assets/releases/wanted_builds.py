"""Finds the quarters whose deliveries differ from what stands.

What stands is read from the warehouse and from the manifest of the publication, which names every
input that it was made from.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from pathlib import Path

from nino_assets.deliveries.comparator_files import (
    COMPARATORS,
    OPERATIONAL_INFORMATION,
    list_comparator_files,
    read_comparator_files,
    read_comparator_layout,
)
from nino_assets.deliveries.governance_files import locate_access_list, read_access_list
from nino_assets.deliveries.landed import list_delivered_quarters
from nino_assets.deliveries.manifest import read_manifest, refuse_unnamed_files
from nino_assets.deliveries.pre_flight import find_delivery_obstacles, list_refusals
from nino_assets.errors import DeliveryError, GovernanceError, NinoError, WarehouseError
from nino_assets.releases import pre_release_list
from nino_assets.releases.edition_directory import refuse_other_directory
from nino_assets.releases.edition_history import read_edition_history
from nino_assets.releases.series import refuse_left_out
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import find_own_lists
from nino_assets.statistic.reference_lists import check_reference_lists
from nino_assets.store.delivery import Delivery
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import MANIFEST_NAME
from nino_assets.store.warehouse import Warehouse

SETTLED_SECONDS = 30
"""How long files stay as they are before their copy counts as ended."""

_LISTS = {
    COMPARATORS: "comparator_statistics",
    OPERATIONAL_INFORMATION: "operational_information",
}


@dataclass(frozen=True)
class WantedBuild:
    """A quarter to build, because what was delivered differs from what stands.

    `key` is the same as long as the inputs are. Of a quarter whose records stand only the
    publication is built again. It is not built while there are `obstacles`.
    """

    quarter: Quarter
    key: str
    publication_only: bool = False
    obstacles: tuple[NinoError, ...] = ()
    is_arriving: bool = False
    """Whether a file is still being copied, so that obstacles may go by themselves."""


def find_obstacles(
    warehouse: Warehouse, quarters: Sequence[Quarter], *, today: date
) -> list[NinoError]:
    """The pre-flight: what would stop a build of these quarters, in words.

    Nothing is made and nothing written but hashes of files that are kept for the next time.
    """
    obstacles = [
        *find_delivery_obstacles(warehouse.folders, quarters, today=today),
        *list_refusals(
            [
                partial(refuse_left_out, warehouse, quarters[0]),
                check_reference_lists,
                partial(refuse_other_directory, warehouse, quarters[-1]),
            ]
        ),
    ]
    return list({obstacle.what: obstacle for obstacle in obstacles}.values())


def list_wanted_builds(warehouse: Warehouse, *, today: date, now: float) -> list[WantedBuild]:
    """Every delivered quarter that has ended and differs from what stands, ascending.

    `now` is in seconds since 1970, as file systems count.
    """
    ended = [
        quarter
        for quarter in list_delivered_quarters(warehouse.folders)
        if quarter < Quarter.from_day(today)
    ]
    wanted = (
        find_wanted_build(warehouse, quarter, today=today, now=now, newest=quarter == ended[-1])
        for quarter in ended
    )
    return [build for build in wanted if build]


def find_wanted_build(
    warehouse: Warehouse, quarter: Quarter, *, today: date, now: float, newest: bool
) -> WantedBuild | None:
    """What is to be built of a quarter; None when it stands.

    Lists that belong to no quarter are compared for the `newest` delivered quarter only: an earlier
    publication is not made again for them.
    """
    folders = warehouse.folders
    arriving = list_refusals([partial(_refuse_unsettled, folders, quarter, now)])
    try:
        delivery = read_manifest(folders, quarter, today=today)
        is_built = _is_built(warehouse, delivery, newest=newest)
        if is_built:
            # A build would be refused for it, and what stands may lack a part of the scan.
            refuse_unnamed_files(folders, delivery)
        if is_built and (
            _is_closed(folders, quarter) or not _differ_lists(warehouse, quarter, newest)
        ):
            return None
        if _is_closed(folders, quarter):
            raise _refuse_released(quarter)
        key = f"{delivery.id}:{_mark_inputs(folders, quarter, newest)}"
    except NinoError as refusal:
        return WantedBuild(quarter, "", obstacles=(refusal,), is_arriving=bool(arriving))
    obstacles = arriving
    if not is_built and not arriving:
        obstacles = find_obstacles(warehouse, [quarter], today=today)
    return WantedBuild(
        quarter,
        key,
        publication_only=is_built,
        obstacles=tuple(obstacles),
        is_arriving=bool(arriving),
    )


def _is_built(warehouse: Warehouse, delivery: Delivery, *, newest: bool) -> bool:
    """Whether the quarter was built from this very delivery.

    The newest one is expected to have a publication; earlier ones may have been built as the
    history of another.
    """
    quarter = delivery.quarter
    try:
        serving = warehouse.serving.find_delivery(quarter)
    except WarehouseError:
        return False
    if serving.id != delivery.id or not _is_counted(warehouse, quarter):
        return False
    manifest = warehouse.folders.find_publication(quarter) / MANIFEST_NAME
    if not manifest.is_file():
        return not newest
    inputs = json.loads(manifest.read_text(encoding="utf-8"))["inputs"]
    return all(
        inputs.get(f"{quarter.label}/scan-{number}") == file.sha256
        for number, file in enumerate(delivery.files, start=1)
    )


def _is_counted(warehouse: Warehouse, quarter: Quarter) -> bool:
    """Whether the quarter was counted after its delivery was taken in.

    A run that failed between the two leaves the counts of the delivery before.
    """
    counts = warehouse.tables.find_path("keyed_counts", quarter)
    return counts.is_file() and counts.stat().st_mtime >= warehouse.serving.read_time(quarter)


def _is_closed(folders: Folders, quarter: Quarter) -> bool:
    """Whether readers have the quarter, and no correction is open."""
    history = read_edition_history(folders, quarter)
    return bool(history.released) and not history.open_correction


def _refuse_released(quarter: Quarter) -> GovernanceError:
    return GovernanceError(
        f"{quarter.label} is released, and its delivery is another than it was built from",
        rule="a released quarter is built again only for a correction",
        next_step=f"open a correction first (nino-assets correct --quarter {quarter.label}), or "
        "put the delivery of the release back",
    )


def _differ_lists(warehouse: Warehouse, quarter: Quarter, newest: bool) -> bool:
    """Whether a list was delivered, or changed, since the publication was made."""
    entries = read_access_list(warehouse.folders, quarter)
    if entries is not None and (
        not warehouse.tables.is_stored(pre_release_list.ASSET, quarter)
        or entries != pre_release_list.read_list_entries(warehouse, quarter)
    ):
        return True
    return newest and any(_differs_list(warehouse, name, asset) for name, asset in _LISTS.items())


def _differs_list(warehouse: Warehouse, name: str, asset: str) -> bool:
    delivered = read_comparator_files(warehouse.folders, read_comparator_layout(name))
    if not warehouse.tables.is_stored(asset):
        return not delivered.is_empty()
    return not delivered.equals(warehouse.tables.read_frame(asset).select(delivered.columns))


def _mark_inputs(folders: Folders, quarter: Quarter, newest: bool) -> str:
    """A mark that changes with any input but the scan."""
    digest = hashlib.sha256()
    entries = read_access_list(folders, quarter) or []
    digest.update(json.dumps([asdict(entry) for entry in entries]).encode())
    for name in _LISTS if newest else ():
        for path in list_comparator_files(folders, read_comparator_layout(name)):
            digest.update(path.read_bytes())
    for path in find_own_lists().values():
        digest.update(path.read_bytes())
    for path in _list_files(folders.postcode_landing):
        status = path.stat()
        digest.update(f"{path.name} {status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()[:12]


def _refuse_unsettled(folders: Folders, quarter: Quarter, now: float) -> None:
    """Raise DeliveryError while an input is still being copied."""
    places = [
        folders.find_delivery(quarter),
        folders.postcode_landing,
        *(folders.landing / name for name in _LISTS),
    ]
    files = [path for place in places for path in _list_files(place)]
    access_list = locate_access_list(folders, quarter)
    files += [access_list] if access_list.is_file() else []
    for path in files:
        if now - path.stat().st_ctime < SETTLED_SECONDS:
            raise DeliveryError(
                f"{folders.describe(path)} has only just arrived",
                rule=f"an input is used once it has stayed as it is for {SETTLED_SECONDS} seconds",
                next_step="wait; it is looked at again by itself",
            )


def _list_files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())
