from __future__ import annotations

import csv
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import csvw
import pyarrow.parquet as pq
import pytest

from nino_assets.publishing.open_data import metadata
from nino_assets.publishing.open_data.code_lists import Code, build_code_lists
from nino_assets.publishing.open_data.csvw_description import build_csvw
from nino_assets.publishing.open_data.open_data_columns import COLUMNS
from nino_assets.statistic.cuboids import CUBOIDS
from nino_assets.statistic.published_domain import CELL_COLUMNS, CUBES
from nino_assets.statistic.quarters import Quarter
from nino_assets_tests.support.small_edition import EDITION

CSV = "nino-registrations.csv"
STEP = 17


@pytest.fixture
def sample(written: Path, tmp_path: Path) -> Path:
    """The written files with every 17th row only: the validator reads 10,000 rows a second."""
    for name in (metadata.CSVW_NAME, metadata.DICTIONARY_NAME):
        shutil.copy(written / name, tmp_path)
    lines = (written / CSV).read_bytes().splitlines(keepends=True)
    (tmp_path / CSV).write_bytes(b"".join([lines[0], *lines[1::STEP]]))
    return tmp_path


def is_valid(folder: Path) -> bool:
    try:
        return bool(csvw.CSVW(str(folder / CSV), validate=True).is_valid)
    except ValueError:
        return False


def tables(quarter_files: list[Path]) -> list:
    return [pq.read_table(path) for path in quarter_files]


def test_csvw_is_valid(sample: Path) -> None:
    document = csvw.CSVW(str(sample / CSV), validate=True)
    assert document.is_valid, [str(w.message) for w in document.warnings]
    assert not document.no_metadata
    names = [column.name for column in document.tables[0].tableSchema.columns]
    assert tuple(names) == CELL_COLUMNS
    first = next(iter(document.tables[0]))
    assert isinstance(first["registrations"], int)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b",Male,", b",male,"),
        (b",18-24,", b",18 to 24,"),
        (b",E12000003,", b",E1200003,"),
        (b",[low]\r\n", b",[c]\r\n"),
        (b",0,[low]", b",-1,[low]"),
        (b",0,[low]", b",,[low]"),
        (b",0,[low]", b",nil,[low]"),
        (b",2002-Q4,", b",2002-Q5,"),
        (b"year_lag,", b"year_lags,"),
        (b",Within 1 month,", b",Within a month,"),
        (b",sub_group,", b",subgroup,"),
    ],
)
def test_csvw_catches_a_bad_row(sample: Path, good: bytes, bad: bytes) -> None:
    raw = (sample / CSV).read_bytes()
    assert good in raw
    (sample / CSV).write_bytes(raw.replace(good, bad, 1))
    assert not is_valid(sample)


def test_csvw_catches_a_repeated_row(sample: Path) -> None:
    lines = (sample / CSV).read_bytes().splitlines(keepends=True)
    (sample / CSV).write_bytes(b"".join([*lines, lines[-1]]))
    assert not is_valid(sample)


def test_code_lists_hold_every_value_of_the_data(written: Path, quarter_files: list[Path]) -> None:
    codes = build_code_lists(tables(quarter_files), EDITION.quarter)
    data = pq.read_table(written / "nino-registrations.parquet")
    described = json.loads((written / metadata.CSVW_NAME).read_text("utf-8"))
    for column, described_column in zip(COLUMNS, described["tableSchema"]["columns"], strict=True):
        if column.codes is None:
            continue
        held = set(data[column.name].unique().to_pylist()) - {""}
        listed = described_column["qb:codeList"]["skos:hasTopConcept"]
        assert held <= {concept["skos:notation"] for concept in listed}
        assert all(concept["skos:prefLabel"] for concept in listed)
        assert [c["skos:notation"] for c in listed] == [c.code for c in codes[column.codes]]


def test_code_lists_hold_labels_and_parents(quarter_files: list[Path]) -> None:
    codes = build_code_lists(tables(quarter_files), EDITION.quarter)
    assert Code("2003-Q1", "January to March 2003", "quarter") in codes["time_period"]
    assert Code("2003-Q1", "Year ending March 2003", "year_ending") in codes["time_period"]
    assert Code("E08000035", "Leeds", "local_authority", "E12000003") in codes["geography"]
    assert Code("W92000004", "Wales", "region", "W92000004") in codes["geography"]
    assert Code("W92000004", "Wales", "country", "K02000001") in codes["geography"]
    assert Code("IND", "India", "nationality", "south-asia") in codes["nationality"]
    assert Code("south-asia", "South Asia", "sub_group", "asia") in codes["nationality"]
    for name in ("geography", "nationality"):
        listed = [(code.code, code.level) for code in codes[name]]
        assert len(set(listed)) == len(listed)
        assert {c.parent for c in codes[name]} - {""} <= {c.code for c in codes[name]}


def test_code_list_and_dictionary_files(written: Path) -> None:
    with (written / metadata.DICTIONARY_NAME).open(encoding="utf-8", newline="") as handle:
        dictionary = list(csv.DictReader(handle, strict=True))
    assert tuple(row["column"] for row in dictionary) == CELL_COLUMNS
    assert all(all(row.values()) for row in dictionary)
    with (written / metadata.CODE_LISTS_NAME).open(encoding="utf-8", newline="") as handle:
        lists = {row["list"] for row in csv.DictReader(handle, strict=True)}
    named = {m[1] for row in dictionary if (m := re.search(r"list (\w+)", row["allowed_values"]))}
    assert named == {"time_period", "geography", "nationality"}
    assert named <= lists


def test_one_identifier_and_a_version_a_quarter() -> None:
    later = replace(EDITION, quarter=Quarter(2003, 2))
    now, then = (metadata.build_dcat(each, []) for each in (EDITION, later))
    assert now["dct:identifier"] == then["dct:identifier"] == metadata.build_identifier(EDITION)
    assert (now["dcat:version"], then["dcat:version"]) == ("2003-Q1", "2003-Q2")
    assert build_csvw(EDITION, code_lists_of_nothing())["schema:version"] == "2003-Q1"


def code_lists_of_nothing() -> dict[str, list[Code]]:
    return {column.codes: [] for column in COLUMNS if column.codes}


def test_licence_and_attribution(written: Path) -> None:
    described = json.loads((written / metadata.CSVW_NAME).read_text("utf-8"))
    record = json.loads((written / metadata.DCAT_NAME).read_text("utf-8"))
    assert "open-government-licence/version/3" in described["dc:license"]["@id"]
    assert "open-government-licence/version/3" in record["dct:license"]["@id"]
    for lines in (described["dc:rights"], record["dct:rights"]["dct:description"]):
        stated = " ".join(lines)
        assert "Contains OS data © Crown copyright and database right 2003" in stated
        assert "Contains Royal Mail data © Royal Mail copyright and database right 2003" in stated
        assert "Office for National Statistics licensed under" in stated


def test_dcat_names_the_files(written: Path) -> None:
    record = json.loads((written / metadata.DCAT_NAME).read_text("utf-8"))
    names = [d["dcat:downloadURL"]["@id"] for d in record["dcat:distribution"]]
    assert names == [
        "nino-registrations.csv",
        "nino-registrations.parquet",
        *(f"cubes/{cube.name}.{form}" for cube in CUBES for form in ("csv.gz", "parquet")),
        *(f"tabulations/{cuboid.name}.parquet" for cuboid in CUBOIDS),
    ]
    # Those of the tabulations are another asset's.
    assert all((written / name).is_file() for name in names if "tabulations" not in name)
    assert record["dct:temporal"]["dcat:startDate"]["@value"] == "2002-01-01"
    assert record["dct:temporal"]["dcat:endDate"]["@value"] == "2003-03-31"


def test_nationality_codes_and_labels_stand_at_one_level_each(quarter_files: list[Path]) -> None:
    """The primary key and the parents rest on it."""
    listed = build_code_lists(tables(quarter_files), EDITION.quarter)["nationality"]
    assert (
        len({code.code for code in listed}) == len({code.label for code in listed}) == len(listed)
    )
