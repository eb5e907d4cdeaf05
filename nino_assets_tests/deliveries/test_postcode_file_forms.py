"""A postcode directory in any form that a download or a tool gives it is read once."""

from __future__ import annotations

import gzip
import io
import shutil
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from nino_assets.deliveries.postcode_files import (
    find_directory_files,
    stream_directory_file,
)
from nino_assets.store.folders import Folders
from nino_assets_tests.support.postcode_download import (
    AREAS,
    COLUMNS,
    DOCUMENTS,
    ROWS,
    WHOLE,
    list_postcodes,
    put_file,
    put_zip,
    read_refusal,
    write_directory_csv,
)


@pytest.mark.parametrize(
    "members", [WHOLE, AREAS, {**WHOLE, **AREAS}, {**DOCUMENTS, **AREAS, **WHOLE}]
)
@pytest.mark.parametrize("zipped", [True, False])
def test_the_download_is_read_once_zipped_or_unpacked(
    folders: Folders, members: dict[str, bytes], zipped: bool
) -> None:
    if zipped:
        put_zip(folders, members)
    else:
        for name, content in members.items():
            put_file(folders, name, content)
    assert list_postcodes(folders) == sorted(ROWS)


def test_one_csv_or_a_folder_of_csvs_plain_or_gzipped(folders: Folders) -> None:
    for files in (
        {"NSPL_NOV_2021_UK.csv": write_directory_csv()},
        {"NSPL_NOV_2021_UK.csv.gz": gzip.compress(write_directory_csv())},
        {"NSPL.CSV": b"\xef\xbb\xbf" + write_directory_csv()},
        {
            "HS.csv": write_directory_csv(["HS1 2AA", "HS1 2AB"]),
            "ZE.csv.gz": gzip.compress(write_directory_csv(["ZE1 0AA"])),
        },
        {
            "unpacked/here/HS.csv": write_directory_csv(["HS1 2AA", "HS1 2AB"]),
            "unpacked/here/ZE.csv": write_directory_csv(["ZE1 0AA"]),
        },
    ):
        for name, content in files.items():
            put_file(folders, name, content)
        assert list_postcodes(folders) == sorted(ROWS)
        shutil.rmtree(folders.postcode_landing)


def test_columns_of_the_2021_census_and_older_names(folders: Folders) -> None:
    renamed = {"oa11": "oa21", "lsoa11": "lsoa21", "msoa11": "msoa21", "rgn": "gor"}
    put_file(
        folders, "x.csv", write_directory_csv(columns=[renamed.get(name, name) for name in COLUMNS])
    )
    file = find_directory_files(folders)[0]
    rows = pa.Table.from_batches(stream_directory_file(file)).to_pylist()
    assert rows[0]["output_area"] == "S00135181"
    assert rows[0]["region"] == "S99999999"
    assert rows[0]["terminated_on"] == ""


@pytest.mark.parametrize("pad", [" ", "  ", "\u00a0", "\t", " \u00a0 "])
def test_padded_fields_are_read_without_their_padding(folders: Folders, pad: str) -> None:
    put_file(
        folders, "x.csv", write_directory_csv().replace(b'"', b"").replace(b",", f"{pad},".encode())
    )
    [file] = find_directory_files(folders)
    rows = [row for batch in stream_directory_file(file) for row in batch.to_pylist()]
    assert [row["output_area"] for row in rows] == ["S00135181", "S00135182", "S00135183"]
    assert [row["postcode"] for row in rows] == list(ROWS)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_lines_may_end_in_any_way(folders: Folders, end: bytes) -> None:
    put_file(folders, "x.csv", write_directory_csv().replace(b"\r\n", end))
    assert list_postcodes(folders) == list(ROWS)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_named(folders: Folders, encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    put_file(folders, "x.csv", mark + write_directory_csv().decode().encode(encoding))
    assert "landing/nspl/x.csv is in UTF-16" in read_refusal(folders)


@pytest.mark.parametrize("year", ["11", "21", "31"])
@pytest.mark.parametrize("suffix", ["", "cd"])
def test_columns_are_found_by_stem_whatever_the_year(
    folders: Folders, year: str, suffix: str
) -> None:
    renamed = {
        "oa11": f"OA{year}{suffix}",
        "lsoa11": f"lsoa{year}{suffix}",
        "msoa11": f"msoa{year}{suffix}",
        "laua": f"lad{int(year) + 4}cd",
        "ctry": f"ctry{int(year) + 4}cd",
        "rgn": f"rgn{int(year) + 4}cd",
        "pcon": f"pcon{int(year) + 3}cd",
        "osgrdind": "gridind",
    }
    put_file(
        folders, "x.csv", write_directory_csv(columns=[renamed.get(name, name) for name in COLUMNS])
    )
    [file] = find_directory_files(folders)
    rows = [row for batch in stream_directory_file(file) for row in batch.to_pylist()]
    assert [(row["output_area"], row["local_authority"]) for row in rows] == [
        (area, "S12000013") for area in ("S00135181", "S00135182", "S00135183")
    ]


@pytest.mark.parametrize("per_area", ["Multi_CSV", "MULTI_CSV", "multi_csv"])
@pytest.mark.parametrize("slash", ["/", "\\"])
def test_a_zip_of_any_tool_is_read_once(folders: Folders, per_area: str, slash: str) -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in (f"Data{slash}NSPL.csv", f"Data{slash}{per_area}{slash}NSPL_HS.csv"):
            member = zipfile.ZipInfo("x")
            member.filename = name
            archive.writestr(member, write_directory_csv())
    put_file(folders, "NSPL.ZIP", written.getvalue())
    assert list_postcodes(folders) == list(ROWS)


def test_two_editions_are_refused(folders: Folders) -> None:
    put_file(folders, "NSPL_NOV_2021_UK.csv", write_directory_csv())
    put_file(folders, "nspl_feb_2022_uk.csv", write_directory_csv())
    assert "more than one directory: NSPL_NOV_2021_UK.csv, nspl_feb_2022_uk.csv" in read_refusal(
        folders
    )


def test_a_linked_folder_is_followed(folders: Folders, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.csv").write_bytes(write_directory_csv())
    folders.postcode_landing.mkdir(parents=True, exist_ok=True)
    (folders.postcode_landing / "link").symlink_to(elsewhere)
    assert list_postcodes(folders) == list(ROWS)
