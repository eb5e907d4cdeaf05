"""The NSPL in every vintage: columns found by name, pseudo codes, look-ups, positions."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import duckdb
import pyarrow as pa
import pytest

from nino_assets.errors import DeliveryError
from nino_assets.methods.records import postcode_directory as nspl
from nino_assets_tests.truth import POSTCODES

NOV_2021 = [
    "pcd",
    "pcd2",
    "pcds",
    "dointr",
    "doterm",
    "usertype",
    "oseast1m",
    "osnrth1m",
    "osgrdind",
    "oa11",
    "cty",
    "ced",
    "laua",
    "ward",
    "hlthau",
    "nhser",
    "ctry",
    "rgn",
    "pcon",
    "eer",
    "teclec",
    "ttwa",
    "pct",
    "itl",
    "park",
    "lsoa11",
    "msoa11",
    "wz11",
    "ccg",
    "bua11",
    "buasd11",
    "ru11ind",
    "oac11",
    "lat",
    "long",
    "lep1",
    "lep2",
    "pfa",
    "imd",
    "calncv",
    "stp",
]


def header(**renamed: str) -> list[str]:
    return [renamed.get(name, name) for name in NOV_2021]


@pytest.mark.parametrize(
    ("columns", "output_area", "region"),
    [
        (header(), "oa11", "rgn"),
        (header(rgn="gor", itl="nuts"), "oa11", "gor"),
        (header(oa11="oa21", lsoa11="lsoa21", msoa11="msoa21"), "oa21", "rgn"),
        ([*header(), "oa21", "lsoa21", "msoa21"], "oa21", "rgn"),
        ([name.upper() for name in header()], "OA11", "RGN"),
        (header()[::-1], "oa11", "rgn"),
    ],
)
def test_columns_of_each_vintage(columns: list[str], output_area: str, region: str) -> None:
    found = nspl.match_directory_columns(columns, file="x.csv")
    assert found["output_area"] == output_area
    assert found["region"] == region
    assert found["lsoa"].lower() == f"lsoa{output_area[-2:]}"
    assert set(found.values()) <= set(columns)


def test_every_known_nspl_vintage_is_read_and_the_other_product_refused() -> None:
    with (POSTCODES / "nspl_columns_by_version.csv").open(newline="") as file:
        versions: dict[str, list[str]] = {}
        for row in csv.DictReader(file):
            versions.setdefault(row["product_version"], []).append(row["column"])
    assert len(versions) >= 6
    for version, columns in versions.items():
        if version.startswith("NSPL"):
            assert nspl.match_directory_columns(columns, file="x.csv")
        else:
            with pytest.raises(DeliveryError, match="another product"):
                nspl.match_directory_columns(columns, file="x.csv")


def test_missing_columns_are_all_named() -> None:
    without = [name for name in NOV_2021 if name not in ("laua", "oa11", "lat")]
    with pytest.raises(DeliveryError, match=r"x\.csv is missing the columns laua, lat, oa"):
        nspl.match_directory_columns(without, file="x.csv")


# Rows -------------------------------------------------------------------------------------------

NAMES = (
    *("postcode", "terminated_on", "grid_quality", "local_authority", "region", "country"),
    *("constituency", "latitude", "longitude", "output_area", "lsoa", "msoa"),
)
ENGLISH = {
    "postcode": "OX1 1AA",
    "terminated_on": "",
    "grid_quality": "1",
    "local_authority": "E07000178",
    "region": "E12000008",
    "country": "E92000001",
    "constituency": "E14000873",
    "latitude": "51.75",
    "longitude": "-1.25",
    "output_area": "E00145000",
    "lsoa": "E01028500",
    "msoa": "E02005950",
}


def directory(rows: Sequence[dict[str, str]]) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    filled = [{**ENGLISH, **row} for row in rows]
    con.register("delivered", pa.table({n: [row[n] for row in filled] for n in NAMES}))
    con.execute(f"CREATE TABLE directory AS {nspl.build_directory_sql('delivered')}")
    return con


def test_a_row_as_it_is_used() -> None:
    con = directory([{}, {"postcode": "AB1 1AA", "terminated_on": "199606"}])
    rows = con.table("directory").to_arrow_table().to_pylist()
    assert [row["postcode"] for row in rows] == ["AB11AA", "OX11AA"]
    assert [row["terminated"] for row in rows] == [True, False]
    assert rows[1] | {"latitude": 0, "longitude": 0} == {
        "postcode": "OX11AA",
        "terminated": False,
        "crown_dependency": False,
        "output_area": "E00145000",
        **{n: ENGLISH[n] for n in ("lsoa", "msoa", "local_authority", "region", "country")},
        "constituency": ENGLISH["constituency"],
        "grid_quality": 1,
        "latitude": 0,
        "longitude": 0,
    }
    assert (rows[1]["latitude"], rows[1]["longitude"]) == (51.75, -1.25)


@pytest.mark.parametrize(
    ("code", "real"),
    [
        *(("E00145000", True), ("W00000001", True), ("S00135181", True), ("N00000001", True)),
        *(("", False), ("E99999999", False), ("S99999999", False), ("L99999999", False)),
        *(("M99999999", False), ("E01028500", False), ("60GA010101", False)),
    ],
)
def test_only_real_output_areas_count(code: str, real: bool) -> None:
    con = directory([{"output_area": code}])
    assert con.sql("SELECT output_area FROM directory").fetchall() == [(code if real else None,)]


def test_crown_dependencies_are_known_by_their_country() -> None:
    con = directory(
        [{"postcode": c, "country": c} for c in ("L93000001", "M83000003", "", "E92000001")]
    )
    found = dict(con.sql("SELECT postcode, crown_dependency FROM directory").fetchall())
    assert found == {"L93000001": True, "M83000003": True, "": False, "E92000001": False}


def test_a_postcode_without_a_grid_reference_has_no_position() -> None:
    con = directory([{"latitude": "99.999999", "longitude": "0.000000", "grid_quality": "9"}])
    assert con.sql("SELECT latitude, longitude, grid_quality FROM directory").fetchall() == [
        (None, None, 9)
    ]


def test_one_row_an_output_area_and_most_postcodes_decide() -> None:
    con = directory(
        [
            {"postcode": "A1 1AA", "lsoa": "E01000002"},
            {"postcode": "A1 1AB", "lsoa": "E01000001"},
            {"postcode": "A1 1AC", "lsoa": "E01000002"},
            {"postcode": "B1 1AA", "output_area": "E00000009", "lsoa": "E01000009"},
            {"postcode": "B1 1AB", "output_area": "E00000009", "lsoa": "E01000008"},
            {"postcode": "C1 1AA", "output_area": ""},
        ]
    )
    found = con.sql(
        f"SELECT output_area, lsoa FROM ({nspl.build_output_area_lookup_sql('directory')})"
    ).fetchall()
    assert found == [("E00000009", "E01000008"), ("E00145000", "E01000002")]


@pytest.mark.parametrize(
    ("region", "country", "expected"),
    [
        ("E12000008", "E92000001", "E12000008"),
        ("W99999999", "W92000004", "W92000004"),
        ("S99999999", "S92000003", "S92000003"),
        ("N99999999", "N92000002", "N92000002"),
        ("", "S92000003", "S92000003"),
    ],
)
def test_wales_scotland_and_northern_ireland_stand_among_the_regions(
    region: str, country: str, expected: str
) -> None:
    con = directory([{"region": region, "country": country}])
    for sql in (
        nspl.build_output_area_lookup_sql("directory"),
        nspl.list_local_authorities_sql("directory"),
    ):
        assert con.sql(f"SELECT region, country FROM ({sql})").fetchall() == [(expected, country)]


def test_local_authorities_are_the_real_codes_lived_in_or_not() -> None:
    codes = ("E07000178", "S12000013", "W06000001", "N09000001", "95A", "95Z")
    others = ("", "E99999999", "L99999999", "M99999999", "S99999999", "95a", "X12000013")
    con = directory(
        [
            {"postcode": f"P{n}", "local_authority": code, "output_area": ""}
            for n, code in enumerate((*codes, *others))
        ]
    )
    found = con.sql(nspl.list_local_authorities_sql("directory")).fetchall()
    assert sorted(row[0] for row in found) == sorted(codes)


def test_positions_are_the_means_of_located_postcodes() -> None:
    con = directory(
        [
            {"postcode": "A", "latitude": "51.0", "longitude": "-1.0"},
            {"postcode": "B", "latitude": "52.0", "longitude": "-2.0"},
            {"postcode": "C", "latitude": "99.999999", "longitude": "0.0"},
            {"postcode": "D", "latitude": "10", "longitude": "10", "output_area": ""},
        ]
    )
    found = {row[0]: row[1:] for row in con.sql(nspl.locate_areas_sql("directory")).fetchall()}
    assert set(found) == {"E07000178", "E12000008", "E92000001"}
    for latitude, longitude in found.values():
        assert latitude == pytest.approx(51.5, abs=1e-6)
        assert longitude == pytest.approx(-1.5, abs=1e-6)
