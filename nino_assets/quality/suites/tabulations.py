"""The suite of tabulations: the lattice is complete, safe and agrees."""

from __future__ import annotations

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.errors import PublicationError
from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.quality.measures import sparsity
from nino_assets.quality.measures.files import (
    Measures,
    count_manifest_faults,
    expect_manifest,
    measure_files,
)
from nino_assets.quality.measures.lattice_files import (
    count_files_undescribed,
    count_parquet_differences,
    count_undeclared_members,
)
from nino_assets.quality.measures.shared_lattice_cells import (
    count_cube_cells_disagreeing,
    count_cuboids_disagreeing,
)
from nino_assets.quality.next_steps import REPORT_BUG, materialise_again
from nino_assets.quality.rules import expect_between, expect_none, expect_tolerated
from nino_assets.quality.suite import Suite
from nino_assets.releases.editions import list_cell_files, read_edition
from nino_assets.releases.lattice import Lattice, count_unsafe, read_lattice
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_AGAIN = materialise_again("tabulations")
_DECLARE = (
    "Leave the cuboid out of CUBOIDS, or make its fields coarser: a cuboid over the limit is not "
    "served."
)
_MEASURES = (
    "undeclared_members",
    "cells_compared",
    "cubes_disagree",
    "cuboids_disagree",
    "forbidden_counts",
    "parquet_differs",
    "files_undescribed",
    "lone_cells_percent",
    "pair_cells_percent",
    *sparsity.FIGURES,
)


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    publication = warehouse.folders.find_publication(quarter)
    manifest = count_manifest_faults(warehouse, quarter, f"{TABULATIONS}/")
    try:
        lattice = read_lattice(publication)
    except PublicationError:
        return {
            **dict.fromkeys(_MEASURES),
            "lattice_unreadable": 1,
            "manifest_broken": manifest,
        }
    return {
        "lattice_unreadable": 0,
        "manifest_broken": manifest,
        **_measure_lattice(warehouse, quarter, lattice),
    }


def _measure_lattice(warehouse: Warehouse, quarter: Quarter, lattice: Lattice) -> Measures:
    edition = read_edition(warehouse, quarter)
    series = edition.first_quarter.list_until(quarter)
    forbidden = read_perturbation_table(warehouse).forbidden
    compared, differing = count_cube_cells_disagreeing(
        lattice.cuboids, list_cell_files(warehouse, edition)
    )
    return {
        "undeclared_members": count_undeclared_members(warehouse, lattice.cuboids, series),
        "cells_compared": compared,
        "cubes_disagree": differing,
        "cuboids_disagree": count_cuboids_disagreeing(lattice.cuboids),
        "forbidden_counts": sum(count_unsafe(each.cells, forbidden) for each in lattice.cuboids),
        "parquet_differs": sum(count_parquet_differences(each) for each in lattice.cuboids),
        "files_undescribed": count_files_undescribed(
            warehouse.folders.find_publication(quarter) / TABULATIONS, lattice.cuboids
        ),
        **sparsity.measure_sparsity(warehouse, series, _count_registrations(lattice)),
    }


def _count_registrations(lattice: Lattice) -> int:
    """The published totals of the quarters, added up."""
    for cuboid in lattice.cuboids:
        period = cuboid.axes[0]
        quarters = [at for at, each in enumerate(period.members) if each.startswith("quarter:")]
        if quarters:
            first = cuboid.cells.reshape(len(period.members), -1)[quarters, 0]
            return int(first.sum())
    return 0


SUITE = Suite(
    asset="tabulations",
    prepare=measure_files(_measure),
    expectations=(
        expect_none("lattice_unreadable", "The files can be read as the index says.", _AGAIN),
        expect_none(
            "undeclared_members",
            "Every member of each declared cuboid is there once, in order, and no other.",
            _AGAIN,
        ),
        expect_between(
            "cells_compared",
            "Published cells of the cubes are among the cells.",
            _AGAIN,
            at_least=1,
            severity="block",
        ),
        expect_none(
            "cubes_disagree", "A cell has the same value here and in the cubes.", REPORT_BUG
        ),
        expect_none("cuboids_disagree", "A cell has the same value in every cuboid.", REPORT_BUG),
        expect_none(
            "forbidden_counts",
            "No count is negative or one that the p-table forbids.",
            REPORT_BUG,
        ),
        expect_none(
            "parquet_differs", "The Parquet files and the arrays hold the same cells.", _AGAIN
        ),
        expect_none(
            "files_undescribed",
            "The description (CSVW) names each Parquet file with its columns.",
            _AGAIN,
        ),
        expect_tolerated(
            "lone_cells_percent",
            "The largest share of cells with one person in a cuboid",
            _DECLARE,
            unit="%",
            severity="block",
            figures=sparsity.FIGURES,
        ),
        expect_tolerated(
            "pair_cells_percent",
            "The largest share of cells with one person or two in a cuboid",
            _DECLARE,
            unit="%",
            severity="block",
        ),
        expect_manifest(),
    ),
)
