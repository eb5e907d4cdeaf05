"""The NSPL is found and read once, in every form in which it is downloaded."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
import shutil
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from nino_assets.deliveries import postcode_files
from nino_assets.deliveries.postcode_files import (
    find_directory_files,
    hash_directory_files,
    stream_directory_file,
)
from nino_assets.errors import DeliveryError
from nino_assets.store.folders import Folders
from nino_assets_tests.truth import POSTCODES

COLUMNS = (
    *(
        "pcd",
        "pcds",
        "doterm",
        "osgrdind",
        "oa11",
        "laua",
        "ctry",
        "rgn",
        "pcon",
        "lsoa11",
        "msoa11",
    ),
    *("lat", "long"),
)
ROWS = {
    postcode: [
        *(postcode, postcode, "", "1", area, "S12000013", "S92000003", "S99999999", "S14000027"),
        *("S01009041", "S02001693", "58.2", "-6.4"),
    ]
    for postcode, area in (
        ("HS1 2AA", "S00135181"),
        ("HS1 2AB", "S00135182"),
        ("ZE1 0AA", "S00135183"),
    )
}


def text(postcodes: Sequence[str] = tuple(ROWS), columns: Sequence[str] = COLUMNS) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(ROWS[postcode] for postcode in postcodes)
    return file.getvalue().encode()


def put(folders: Folders, name: str, content: bytes) -> Path:
    path = folders.postcode_landing / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put_zip(
    folders: Folders, members: dict[str, bytes], name: str = "NSPL_NOV_2021_UK.zip"
) -> Path:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return put(folders, name, file.getvalue())


def postcodes(folders: Folders) -> list[str]:
    batches = [
        batch for file in find_directory_files(folders) for batch in stream_directory_file(file)
    ]
    table = pa.Table.from_batches(batches)
    assert set(map(str, table.schema.types)) == {"string"}
    return sorted(table["postcode"].to_pylist())


def refusal(folders: Folders) -> str:
    with pytest.raises(DeliveryError) as caught:
        postcodes(folders)
    assert "landing/nspl" in caught.value.what
    return str(caught.value)


WHOLE = {"Data/NSPL_NOV_2021_UK.csv": text()}
AREAS = {
    "Data/multi_csv/NSPL_NOV_2021_UK_HS.csv": text(["HS1 2AA", "HS1 2AB"]),
    "Data/multi_csv/NSPL_NOV_2021_UK_ZE.csv": text(["ZE1 0AA"]),
}
DOCUMENTS = {
    "Documents/LA_UA names and codes UK as at 04_21.csv": b"\xef\xbb\xbfLAD21CD,LAD21NM\r\n",
    "Documents/Country names.csv": "code,name\nW92000004,Cymru \u00e9\n".encode("latin-1"),
    "User Guide/NSPL User Guide.pdf": b"%PDF-1.4",
}


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
            put(folders, name, content)
    assert postcodes(folders) == sorted(ROWS)


def test_one_csv_or_a_folder_of_csvs_plain_or_gzipped(folders: Folders) -> None:
    for files in (
        {"NSPL_NOV_2021_UK.csv": text()},
        {"NSPL_NOV_2021_UK.csv.gz": gzip.compress(text())},
        {"NSPL.CSV": b"\xef\xbb\xbf" + text()},
        {"HS.csv": text(["HS1 2AA", "HS1 2AB"]), "ZE.csv.gz": gzip.compress(text(["ZE1 0AA"]))},
        {
            "unpacked/here/HS.csv": text(["HS1 2AA", "HS1 2AB"]),
            "unpacked/here/ZE.csv": text(["ZE1 0AA"]),
        },
    ):
        for name, content in files.items():
            put(folders, name, content)
        assert postcodes(folders) == sorted(ROWS)
        shutil.rmtree(folders.postcode_landing)


def test_columns_of_the_2021_census_and_older_names(folders: Folders) -> None:
    renamed = {"oa11": "oa21", "lsoa11": "lsoa21", "msoa11": "msoa21", "rgn": "gor"}
    put(folders, "x.csv", text(columns=[renamed.get(name, name) for name in COLUMNS]))
    file = find_directory_files(folders)[0]
    rows = pa.Table.from_batches(stream_directory_file(file)).to_pylist()
    assert rows[0]["output_area"] == "S00135181"
    assert rows[0]["region"] == "S99999999"
    assert rows[0]["terminated_on"] == ""


def test_real_areas(folders: Folders) -> None:
    for path in POSTCODES.glob("*.gz"):
        put(folders, path.name, path.read_bytes())
    found = postcodes(folders)
    assert len(found) == len(set(found)) > 4000
    assert {postcode[:2] for postcode in found} == {"HS", "LD", "ZE"}


def test_missing_columns_are_named(folders: Folders) -> None:
    put(folders, "x.csv", text(columns=[{"laua": "other"}.get(name, name) for name in COLUMNS]))
    assert "landing/nspl/x.csv is missing the columns laua" in refusal(folders)
    put(folders, "x.csv", text(columns=[{"laua": "oslaua"}.get(name, name) for name in COLUMNS]))
    assert "is an ONS Postcode Directory (ONSPD), which is another product" in refusal(folders)
    put(folders, "x.csv", b"postcode,place\nHS1 2AA,Stornoway\n")
    assert "is missing the columns pcds, doterm" in refusal(folders)


def test_no_directory(folders: Folders) -> None:
    assert "holds no postcode directory" in refusal(folders)
    put(folders, "readme.txt", b"x")
    assert "holds no postcode directory" in refusal(folders)
    put_zip(folders, {"Documents/guide.pdf": b"x"})
    assert "holds no postcode directory" in refusal(folders)
    put(folders, "NSPL_NOV_2021_UK.zip", b"PK")
    assert "is not a whole zip file" in refusal(folders)


def test_more_than_one_directory(folders: Folders) -> None:
    put_zip(folders, WHOLE)
    put_zip(folders, WHOLE, "NSPL_MAY_2022_UK.zip")
    assert "more than one directory" in refusal(folders)
    (folders.postcode_landing / "NSPL_MAY_2022_UK.zip").unlink()
    put(folders, "NSPL_AUG_2021_UK.csv", text())
    assert "more than one directory" in refusal(folders)
    shutil.rmtree(folders.postcode_landing)
    put(folders, "NSPL_NOV_2021_UK.csv", text())
    put(folders, "NSPL21_FEB_2024_UK.csv", text(columns=[*COLUMNS[:4], "oa21", *COLUMNS[5:]]))
    assert "more than one directory: NSPL21_FEB_2024_UK.csv" in refusal(folders)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.97])
def test_a_damaged_zip_is_refused(folders: Folders, place: float) -> None:
    noise = {"Data/NSPL.csv": text() + b"".join(os.urandom(40).hex().encode() for _ in range(3000))}
    path = put_zip(folders, noise)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * place)])
    assert "is not a whole zip file" in refusal(folders)
    start = int(len(whole) * place)
    path.write_bytes(whole[:start] + bytes(64) + whole[start + 64 :])
    assert "download the NSPL again" in refusal(folders)


def test_a_truncated_gzip_is_refused(folders: Folders) -> None:
    whole = gzip.compress(text(list(ROWS) * 3000))
    for share in (0.01, 0.5, 0.99):
        put(folders, "NSPL.csv.gz", whole[: int(len(whole) * share)])
        assert "download the NSPL again" in refusal(folders)


def test_another_encoding_and_ragged_rows_are_refused(folders: Folders) -> None:
    put(folders, "x.csv", text().replace(b"S14000027", b"S1400002\xe9"))
    assert "cannot be read to its end" in refusal(folders)
    put(folders, "x.csv", text() + b'"HS1 2AC","HS1 2AC"\r\n')
    assert "cannot be read to its end" in refusal(folders)


def test_the_fingerprint_is_of_whole_files_however_long(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders.postcode_landing.mkdir(parents=True, exist_ok=True)
    contents = {"a.csv": b"x" * 1_001, "b.csv": b"", "c.csv": b"yz" * 7}
    for name, content in contents.items():
        (folders.postcode_landing / name).write_bytes(content)
    each = b"".join(hashlib.sha256(contents[name]).digest() for name in sorted(contents))
    for part in (1, 7, 1_001, 4_096):
        monkeypatch.setattr(postcode_files, "_HASHED_BYTES", part)
        assert hash_directory_files(folders) == hashlib.sha256(each).hexdigest()


def test_the_fingerprint_is_of_the_content(folders: Folders) -> None:
    put_zip(folders, WHOLE)
    one = hash_directory_files(folders)
    assert hash_directory_files(folders) == one
    put_zip(folders, AREAS)
    assert hash_directory_files(folders) != one


# As people have it ------------------------------------------------------------------------------


@pytest.mark.parametrize("pad", [" ", "  ", "\u00a0", "\t", " \u00a0 "])
def test_padded_fields_are_read_without_their_padding(folders: Folders, pad: str) -> None:
    put(folders, "x.csv", text().replace(b'"', b"").replace(b",", f"{pad},".encode()))
    [file] = find_directory_files(folders)
    rows = [row for batch in stream_directory_file(file) for row in batch.to_pylist()]
    assert [row["output_area"] for row in rows] == ["S00135181", "S00135182", "S00135183"]
    assert [row["postcode"] for row in rows] == list(ROWS)


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
def test_lines_may_end_in_any_way(folders: Folders, end: bytes) -> None:
    put(folders, "x.csv", text().replace(b"\r\n", end))
    assert postcodes(folders) == list(ROWS)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_utf_16_is_named(folders: Folders, encoding: str) -> None:
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    put(folders, "x.csv", mark + text().decode().encode(encoding))
    assert "landing/nspl/x.csv is in UTF-16" in refusal(folders)


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
    put(folders, "x.csv", text(columns=[renamed.get(name, name) for name in COLUMNS]))
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
            archive.writestr(member, text())
    put(folders, "NSPL.ZIP", written.getvalue())
    assert postcodes(folders) == list(ROWS)


def test_two_editions_are_refused(folders: Folders) -> None:
    put(folders, "NSPL_NOV_2021_UK.csv", text())
    put(folders, "nspl_feb_2022_uk.csv", text())
    assert "more than one directory: NSPL_NOV_2021_UK.csv, nspl_feb_2022_uk.csv" in refusal(folders)


def test_a_linked_folder_is_followed(folders: Folders, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x.csv").write_bytes(text())
    folders.postcode_landing.mkdir(parents=True, exist_ok=True)
    (folders.postcode_landing / "link").symlink_to(elsewhere)
    assert postcodes(folders) == list(ROWS)
