"""The postcode directory as it is downloaded: packed, per area, or as one file."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from nino_assets.deliveries.postcode_files import (
    find_directory_files,
    stream_directory_file,
)
from nino_assets.errors import DeliveryError
from nino_assets.store.folders import Folders

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


def write_directory_csv(
    postcodes: Sequence[str] = tuple(ROWS), columns: Sequence[str] = COLUMNS
) -> bytes:
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows(ROWS[postcode] for postcode in postcodes)
    return file.getvalue().encode()


def put_file(folders: Folders, name: str, content: bytes) -> Path:
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
    return put_file(folders, name, file.getvalue())


def list_postcodes(folders: Folders) -> list[str]:
    batches = [
        batch for file in find_directory_files(folders) for batch in stream_directory_file(file)
    ]
    table = pa.Table.from_batches(batches)
    assert set(map(str, table.schema.types)) == {"string"}
    return sorted(table["postcode"].to_pylist())


def read_refusal(folders: Folders) -> str:
    with pytest.raises(DeliveryError) as caught:
        list_postcodes(folders)
    assert "landing/nspl" in caught.value.what
    return str(caught.value)


WHOLE = {"Data/NSPL_NOV_2021_UK.csv": write_directory_csv()}
AREAS = {
    "Data/multi_csv/NSPL_NOV_2021_UK_HS.csv": write_directory_csv(["HS1 2AA", "HS1 2AB"]),
    "Data/multi_csv/NSPL_NOV_2021_UK_ZE.csv": write_directory_csv(["ZE1 0AA"]),
}
DOCUMENTS = {
    "Documents/LA_UA names and codes UK as at 04_21.csv": b"\xef\xbb\xbfLAD21CD,LAD21NM\r\n",
    "Documents/Country names.csv": "code,name\nW92000004,Cymru \u00e9\n".encode("latin-1"),
    "User Guide/NSPL User Guide.pdf": b"%PDF-1.4",
}
