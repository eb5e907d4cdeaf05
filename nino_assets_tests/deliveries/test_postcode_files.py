"""The NSPL is found and read once, in every form in which it is downloaded."""

from __future__ import annotations

import gzip
import hashlib
import os
import shutil

import pytest

from nino_assets.deliveries import postcode_files
from nino_assets.deliveries.postcode_files import (
    find_directory_files,
    find_directory_vintage,
    hash_directory_files,
)
from nino_assets.store.folders import Folders
from nino_assets_tests.support.postcode_download import (
    AREAS,
    COLUMNS,
    ROWS,
    WHOLE,
    list_postcodes,
    put_file,
    put_zip,
    read_refusal,
    write_directory_csv,
)
from nino_assets_tests.truth import POSTCODES


def test_real_areas(folders: Folders) -> None:
    for path in POSTCODES.glob("*.gz"):
        put_file(folders, path.name, path.read_bytes())
    found = list_postcodes(folders)
    assert len(found) == len(set(found)) > 4000
    assert {postcode[:2] for postcode in found} == {"HS", "LD", "ZE"}


def test_missing_columns_are_named(folders: Folders) -> None:
    put_file(
        folders,
        "x.csv",
        write_directory_csv(columns=[{"laua": "other"}.get(name, name) for name in COLUMNS]),
    )
    assert "landing/nspl/x.csv is missing the columns laua" in read_refusal(folders)
    put_file(
        folders,
        "x.csv",
        write_directory_csv(columns=[{"laua": "oslaua"}.get(name, name) for name in COLUMNS]),
    )
    assert "is an ONS Postcode Directory (ONSPD), which is another product" in read_refusal(folders)
    put_file(folders, "x.csv", b"postcode,place\nHS1 2AA,Stornoway\n")
    assert "is missing the columns pcds, doterm" in read_refusal(folders)


def test_no_directory(folders: Folders) -> None:
    assert "holds no postcode directory" in read_refusal(folders)
    put_file(folders, "readme.txt", b"x")
    assert "holds no postcode directory" in read_refusal(folders)
    put_zip(folders, {"Documents/guide.pdf": b"x"})
    assert "holds no postcode directory" in read_refusal(folders)
    put_file(folders, "NSPL_NOV_2021_UK.zip", b"PK")
    assert "is not a whole zip file" in read_refusal(folders)


def test_more_than_one_directory(folders: Folders) -> None:
    put_zip(folders, WHOLE)
    put_zip(folders, WHOLE, "NSPL_MAY_2022_UK.zip")
    assert "more than one directory" in read_refusal(folders)
    (folders.postcode_landing / "NSPL_MAY_2022_UK.zip").unlink()
    put_file(folders, "NSPL_AUG_2021_UK.csv", write_directory_csv())
    assert "more than one directory" in read_refusal(folders)
    shutil.rmtree(folders.postcode_landing)
    put_file(folders, "NSPL_NOV_2021_UK.csv", write_directory_csv())
    put_file(
        folders,
        "NSPL21_FEB_2024_UK.csv",
        write_directory_csv(columns=[*COLUMNS[:4], "oa21", *COLUMNS[5:]]),
    )
    assert "more than one directory: NSPL21_FEB_2024_UK.csv" in read_refusal(folders)


@pytest.mark.parametrize("place", [0.3, 0.6, 0.97])
def test_a_damaged_zip_is_refused(folders: Folders, place: float) -> None:
    noise = {
        "Data/NSPL.csv": write_directory_csv()
        + b"".join(os.urandom(40).hex().encode() for _ in range(3000))
    }
    path = put_zip(folders, noise)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * place)])
    assert "is not a whole zip file" in read_refusal(folders)
    start = int(len(whole) * place)
    path.write_bytes(whole[:start] + bytes(64) + whole[start + 64 :])
    assert "download the NSPL again" in read_refusal(folders)


def test_a_truncated_gzip_is_refused(folders: Folders) -> None:
    whole = gzip.compress(write_directory_csv(list(ROWS) * 3000))
    for share in (0.01, 0.5, 0.99):
        put_file(folders, "NSPL.csv.gz", whole[: int(len(whole) * share)])
        assert "download the NSPL again" in read_refusal(folders)


def test_another_encoding_and_ragged_rows_are_refused(folders: Folders) -> None:
    put_file(folders, "x.csv", write_directory_csv().replace(b"S14000027", b"S1400002\xe9"))
    assert "cannot be read to its end" in read_refusal(folders)
    put_file(folders, "x.csv", write_directory_csv() + b'"HS1 2AC","HS1 2AC"\r\n')
    assert "cannot be read to its end" in read_refusal(folders)


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


def test_a_zip_of_very_many_files_is_refused_before_one_is_opened(folders: Folders) -> None:
    put_zip(folders, {f"Data/{number}.csv": b"" for number in range(2001)})
    assert "holds 2,001 files" in read_refusal(folders)


@pytest.mark.parametrize(
    ("name", "authority", "vintage"),
    [
        ("NSPL_NOV_2021_UK.csv", "laua", "2021-11"),
        ("NSPL.csv", "lad25cd", "2025"),
        ("NSPL.csv", "lad26cd", "2026"),
        ("nspl_feb_2026_uk.csv", "lad26cd", "2026-02"),
        ("NSPL.csv", "laua", ""),
    ],
)
def test_the_vintage_is_that_of_the_download_else_of_its_columns(
    folders: Folders, name: str, authority: str, vintage: str
) -> None:
    header = (
        f"pcds,doterm,gridind,oa21cd,lsoa21cd,msoa21cd,{authority},ctry25cd,rgn25cd,pcon24cd,"
        "lat,long"
    )
    folders.postcode_landing.mkdir(parents=True)
    (folders.postcode_landing / name).write_text(f"{header}\n", encoding="utf-8")
    assert find_directory_vintage(find_directory_files(folders)) == vintage
