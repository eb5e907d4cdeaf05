"""A lattice is opened as its index says, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nino_assets.errors import PublicationError
from nino_assets.publishing.tabulations.lattice_index import TABULATIONS
from nino_assets.releases.lattice import open_lattice
from nino_assets.store.publication_manifest import refresh_manifest

PERIODS, SEXES = ["quarter:2020-Q3", "quarter:2020-Q4"], ["total:all", "band:male", "band:female"]
CELLS = np.array([[12, 7, 5], [0, 0, 0]], dtype=np.int32)


def write_lattice(publication: Path, cells: np.ndarray = CELLS, shape: list[int] | None = None):
    folder = publication / TABULATIONS
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / "by_sex.npy", cells)
    (folder / "by_sex.parquet").write_bytes(b"as the array")
    index = {
        "release": "2020-Q4",
        "edition": 1,
        "database": "Ninos",
        "cuboids": [
            {
                "name": "by_sex",
                "title": "Quarter by sex",
                "file": "by_sex.parquet",
                "array": "by_sex.npy",
                "shape": shape or [2, 3],
                "axes": [
                    {"field": "period", "members": PERIODS},
                    {"field": "sex", "members": SEXES},
                ],
            }
        ],
        "fields": [
            {
                "field": "sex",
                "levels": [
                    {
                        "level": "total",
                        "label": "All",
                        "members": [{"id": "total:all", "label": "All"}],
                    },
                    {
                        "level": "band",
                        "label": "Sex",
                        "members": [{"id": "band:male", "label": "Male", "parent": "total:all"}],
                    },
                ],
            }
        ],
    }
    (folder / "index.json").write_text(json.dumps(index))
    refresh_manifest(publication, code_version="c", inputs={}, lock=publication.parent / "lock")


def test_cells_are_found_by_the_ids_of_their_members(tmp_path: Path) -> None:
    write_lattice(tmp_path / "2020-Q4")
    lattice = open_lattice(tmp_path / "2020-Q4")
    [cuboid] = lattice.cuboids
    period, sex = cuboid.axes
    at = period.members.index("quarter:2020-Q3"), sex.members.index("band:female")
    assert cuboid.cells[at] == 5
    assert (lattice.release, lattice.edition, lattice.database) == ("2020-Q4", 1, "Ninos")
    [field] = lattice.fields
    assert [member.parent for level in field.levels for member in level.members] == [
        None,
        "total:all",
    ]


@pytest.mark.parametrize("name", ["by_sex.npy", "by_sex.parquet", "index.json"])
def test_a_file_that_is_missing_or_changed_is_refused(tmp_path: Path, name: str) -> None:
    publication = tmp_path / "2020-Q4"
    for change in (Path.unlink, lambda path: path.write_bytes(path.read_bytes() + b" ")):
        write_lattice(publication)
        change(publication / TABULATIONS / name)
        with pytest.raises(PublicationError, match="each file is the manifest's"):
            open_lattice(publication)


@pytest.mark.parametrize(
    ("cells", "shape"),
    [
        (CELLS.astype(np.int64), None),
        (CELLS.astype(np.float32), None),
        (CELLS[:, :2], None),
        (CELLS, [3, 2]),
        (CELLS.astype(object), None),
    ],
)
def test_an_array_that_is_not_as_its_index_says_is_refused(tmp_path, cells, shape) -> None:
    write_lattice(tmp_path / "2020-Q4", cells, shape)
    with pytest.raises(PublicationError, match="cannot be read"):
        open_lattice(tmp_path / "2020-Q4")


def test_a_count_that_may_not_be_published_is_refused(tmp_path: Path) -> None:
    for planted, forbidden in ((-1, ()), (3, (1, 2, 3, 4))):
        cells = CELLS.copy()
        cells[1, 2] = planted
        write_lattice(tmp_path / "2020-Q4", cells)
        with pytest.raises(PublicationError, match="by_sex: 1 counts may not be published"):
            open_lattice(tmp_path / "2020-Q4", forbidden=forbidden)
