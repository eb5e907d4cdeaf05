"""Opens an edition's lattice: every cell that readers may ask for.

It lies in `open-data/tabulations/` of a publication. Nothing is opened that is missing, changed or
not as its index says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nino_assets.errors import PublicationError
from nino_assets.publishing.tabulations.lattice_index import INDEX_NAME, TABULATIONS
from nino_assets.store.publication_manifest import verify_manifest

Cells = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Axis:
    """One axis of a cuboid: a field and its members' ids.

    `members` are in array order.
    """

    field: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class LatticeCuboid:
    """One cuboid: its axes, and its cells with an axis each.

    `cells` are read from the file when they are asked for. `file` is the same in Parquet.
    """

    name: str
    title: str
    axes: tuple[Axis, ...]
    cells: Cells
    file: Path


@dataclass(frozen=True)
class Member:
    """One member of a field.

    `parent` is the id of the member one level up.
    """

    id: str
    label: str
    parent: str | None


@dataclass(frozen=True)
class Level:
    """One level of a field, with its members in published order."""

    level: str
    label: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Field:
    """One field with its levels, the coarsest first."""

    field: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Lattice:
    """The lattice of one edition."""

    release: str
    edition: int
    database: str
    cuboids: tuple[LatticeCuboid, ...]
    fields: tuple[Field, ...]


def open_lattice(publication: Path, *, forbidden: Sequence[int] = ()) -> Lattice:
    """Open the lattice of a publication's folder.

    `forbidden` are counts that no cell may have; a negative count is always refused. Raises
    PublicationError as `read_lattice` does, and for a count that may not be published.
    """
    lattice = read_lattice(publication)
    for cuboid in lattice.cuboids:
        unsafe = count_unsafe(cuboid.cells, forbidden)
        if unsafe:
            raise _build_error(
                f"{cuboid.name}: {unsafe:,} counts may not be published",
                "no count is negative, and small counts are never published",
            )
    return lattice


def read_lattice(publication: Path) -> Lattice:
    """Read the lattice of a publication's folder.

    Raises PublicationError for a file that is missing or not the manifest's, or an array of another
    shape or type than the index says.
    """
    differences = verify_manifest(publication, [f"{TABULATIONS}/"])
    if differences:
        raise _build_error(
            f"{publication.name}: {'; '.join(differences)}", "each file is the manifest's"
        )
    folder = publication / TABULATIONS
    try:
        index = json.loads((folder / INDEX_NAME).read_text(encoding="utf-8"))
        return Lattice(
            release=index["release"],
            edition=index["edition"],
            database=index["database"],
            cuboids=tuple(_read_cuboid(folder, entry) for entry in index["cuboids"]),
            fields=tuple(_read_field(entry) for entry in index["fields"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _build_error(
            f"{publication.name}/{TABULATIONS} cannot be read ({type(error).__name__})",
            "the index names each file and its axes",
        ) from None


def count_unsafe(cells: Cells, forbidden: Sequence[int]) -> int:
    """Count the cells that may not be published."""
    return sum(
        int(np.count_nonzero(period < 0) + np.count_nonzero(np.isin(period, forbidden)))
        for period in cells
    )


def _read_cuboid(folder: Path, entry: Mapping[str, Any]) -> LatticeCuboid:
    """One cuboid; raises ValueError unless its array is as the index says."""
    axes = tuple(Axis(axis["field"], tuple(axis["members"])) for axis in entry["axes"])
    cells = np.load(folder / entry["array"], mmap_mode="r", allow_pickle=False)
    shape = tuple(len(axis.members) for axis in axes)
    if cells.dtype != np.int32 or cells.shape != shape or [*shape] != entry["shape"]:
        raise ValueError(f"{entry['name']} has another shape or type than its index says")
    return LatticeCuboid(entry["name"], entry["title"], axes, cells, folder / entry["file"])


def _read_field(entry: Mapping[str, Any]) -> Field:
    return Field(
        entry["field"],
        tuple(
            Level(
                level["level"],
                level["label"],
                tuple(Member(m["id"], m["label"], m.get("parent")) for m in level["members"]),
            )
            for level in entry["levels"]
        ),
    )


def _build_error(what: str, rule: str) -> PublicationError:
    return PublicationError(
        what, rule=rule, next_step="materialise tabulations of the quarter again, or release again"
    )
