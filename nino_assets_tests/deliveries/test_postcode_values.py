"""A directory with values that its columns cannot hold is refused, and the column named."""

from __future__ import annotations

import pytest

from nino_assets.store.folders import Folders
from nino_assets_tests.support.directory import make_directory_rows, write_directory
from nino_assets_tests.support.postcode_download import list_postcodes, read_refusal

ODD_CODES = ("NULL", "N/A", "#N/A", "nan", "-", "'E00000001", "E00000001 00:00", "e00000001")
HIDDEN = ("E0000\u200b0001", "\ufeffE00000001", "E00000001\0", "\uff25\uff10\uff10")


def write_value(folders: Folders, column: str, value: str) -> None:
    first, *others = make_directory_rows()
    write_directory(folders.postcode_landing, [*others, first | {column: value}])


@pytest.mark.parametrize("value", [*ODD_CODES, *HIDDEN])
@pytest.mark.parametrize("column", ["oa11", "lsoa11", "msoa11", "laua", "rgn", "ctry", "pcon"])
def test_an_odd_code_is_refused(folders: Folders, column: str, value: str) -> None:
    write_value(folders, column, value)
    assert f"NSPL.csv: column {column} holds values of another form" in read_refusal(folders)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("pcds", value) for value in ("NULL", "'M1 1AA", "M1 1AA 00:00:00", "M1 1A", "")),
        *(("doterm", value) for value in ("NULL", "1996-06", "19960", "30/06/1996")),
        *(("lat", value) for value in ("NULL", "53,5", "53.5 N", "5.3e1")),
    ],
)
def test_an_odd_value_is_refused(folders: Folders, column: str, value: str) -> None:
    write_value(folders, column, value)
    assert f"NSPL.csv: column {column} holds values of another form" in read_refusal(folders)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        *(("oa11", value) for value in ("", "E99999999", "N20000001", " E00000001\u00a0")),
        *(("laua", value) for value in ("95A", "E06000099")),
        *(("msoa11", value) for value in ("95AA01S1", "S02001693")),
        *(("doterm", value) for value in ("", "199606", " 199606 ")),
        *(("lat", value) for value in ("", "-6.4", "99.999999", "60")),
    ],
)
def test_what_a_directory_holds_is_read(folders: Folders, column: str, value: str) -> None:
    write_value(folders, column, value)
    assert len(list_postcodes(folders)) == len(make_directory_rows())


def test_a_directory_without_a_row_is_refused(folders: Folders) -> None:
    path = write_directory(folders.postcode_landing)
    path.write_text(path.read_text().splitlines(keepends=True)[0])
    assert "landing/nspl/NSPL.csv holds no postcode" in read_refusal(folders)
