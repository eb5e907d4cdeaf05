"""Reads the lattice of a publication as an edition."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nino_assets.releases.lattice import Field, LatticeCuboid, open_lattice
from nino_assets.service.edition_cells import CuboidCells, EditionCells
from nino_assets.service.members import FieldMembers, Member


def read_edition_cells(  # noqa: PLR0913 - one argument a property of the edition
    folder: Path,
    name: str,
    forbidden: range,
    *,
    synthetic: bool,
    released_at: datetime | None,
    open_before: Callable[[], EditionCells | None],
) -> EditionCells:
    """Read an edition, whose files are held against their manifest.

    `forbidden` are counts that may not be published. Raises PublicationError.
    """
    lattice = open_lattice(folder, forbidden=[*forbidden])
    return EditionCells(
        name,
        {each.field: _read_field(each) for each in lattice.fields},
        [_read_cuboid(each) for each in lattice.cuboids],
        synthetic=synthetic,
        released_at=released_at,
        open_before=open_before,
    )


def _read_field(field: Field) -> FieldMembers:
    return FieldMembers(
        field.field,
        [
            Member(each.id, each.label, level.level, each.parent)
            for level in field.levels
            for each in level.members
        ],
    )


def _read_cuboid(cuboid: LatticeCuboid) -> CuboidCells:
    axes = {
        axis.field: {member: place for place, member in enumerate(axis.members)}
        for axis in cuboid.axes
    }
    return CuboidCells(cuboid.name, axes, cuboid.cells)
