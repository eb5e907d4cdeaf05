"""The synthetic directory against the real layout and against itself."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import polars as pl
import pytest

from nino_assets.statistic.reference_lists import read_areas, read_list
from nino_assets.synthetic import calibration as c
from nino_assets.synthetic.directory_file import FILE_NAME, NSPL_COLUMNS, write_directory_file
from nino_assets_tests.support import plain_geocoding
from nino_assets_tests.truth import POSTCODES


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("nspl")
    write_directory_file(folder, scale=0.01, seed=1)
    return folder / FILE_NAME


@pytest.fixture(scope="module")
def frame(file: Path) -> pl.DataFrame:
    return pl.read_csv(file, infer_schema=False).fill_null("")


def test_layout_and_quoting_are_those_of_november_2021(file: Path) -> None:
    with (POSTCODES / "nspl_columns_by_version.csv").open() as listed:
        columns = [
            r["column"]
            for r in csv.DictReader(listed)
            if r["product_version"].startswith("NSPL Nov 2021")
        ]
    assert list(NSPL_COLUMNS) == columns
    with gzip.open(POSTCODES / "NSPL_NOV_2021_UK_LD.csv.gz", "rt") as real:
        real_lines = real.read().splitlines()
    lines = file.read_text().splitlines()
    assert lines[0] == real_lines[0]

    def quoted(line: str) -> list[bool]:
        return [field.startswith('"') for field in line.split(",")]

    assert {tuple(quoted(line)) for line in lines[1:]} == {tuple(quoted(real_lines[1]))}
    blank = next(line for line in real_lines if '"9","",' in line).split(",")
    ours = next(line for line in lines if '"9","",' in line).split(",")
    assert blank[5:] == ['"1"', *ours[6:]]


def test_every_local_authority_has_postcodes_and_its_own_region(frame: pl.DataFrame) -> None:
    placed = frame.filter(pl.col("oa11").str.contains("^[ENSW]00"))
    counts = placed.filter(pl.col("doterm") == "").group_by("laua").len()
    assert set(counts["laua"]) == set(c.read_local_authorities()["local_authority"])
    assert (counts["len"] >= 24).all()
    known = read_areas().filter(pl.col("geography_level") == "local_authority")
    joined = placed.join(known, left_on="laua", right_on="area_code")
    assert joined.height == placed.height
    assert (joined["ctry"] == joined["country_code"]).all()
    english = joined.filter(pl.col("ctry") == "E92000001")
    assert (english["rgn"] == english["region_code"]).all()
    others = joined.filter(pl.col("ctry") != "E92000001")
    assert (others["rgn"] == others["ctry"].str.head(1) + "99999999").all()


def test_postcodes_are_unique_and_output_areas_nest(frame: pl.DataFrame) -> None:
    assert frame["pcds"].n_unique() == frame.height
    placed = frame.filter(pl.col("oa11") != "", ~pl.col("oa11").str.contains("^[LM]"))
    for column in ("lsoa11", "msoa11", "laua", "pcon", "rgn", "ctry"):
        assert placed.group_by("oa11").agg(pl.col(column).n_unique())[column].max() == 1
    for column in ("lsoa11", "msoa11"):
        own = placed.filter(~pl.col(column).str.ends_with("99999999"))
        assert own.group_by(column).agg(pl.col("laua").n_unique())["laua"].max() == 1
    assert placed["oa11"].str.contains("^[ENSW]00[0-9]{6}$").all()


def test_special_rows_are_there(frame: pl.DataFrame) -> None:
    for prefix, country in (("GY", "L93000001"), ("JE", "L93000001"), ("IM", "M83000003")):
        rows = frame.filter(pl.col("pcds").str.starts_with(prefix))
        assert rows.height >= 12
        assert set(rows["ctry"]) == {country}
    for outward in ("NPT", "W1"):
        rows = frame.filter(pl.col("pcds").str.starts_with(outward + " "))
        assert (rows["doterm"] != "").all()
        assert 0 < rows.filter(pl.col("oa11") == "").height < rows.height
    terminated = frame.filter(pl.col("doterm") != "")
    assert 0.3 < terminated.height / frame.height < 0.4
    assert (terminated["doterm"] > terminated["dointr"]).all()


def test_postcodes_have_a_real_area_of_their_country_and_a_postcode_form(
    frame: pl.DataFrame,
) -> None:
    real = dict(read_list("postcode_areas").select("postcode_area", "country").iter_rows())
    placed = frame.filter(pl.col("ctry").str.contains("^[ENSW]"))
    area = placed["pcds"].str.extract("^([A-Z]+)")
    assert (area.replace({"NPT": "NP"}).replace_strict(real) == placed["ctry"]).all()
    for pcds in frame["pcds"]:
        assert plain_geocoding.geocode(pcds, "", {})[0] in ("not_found", "outside_uk")
        assert plain_geocoding.swap_letters_and_digits(pcds.replace(" ", "")) == pcds.replace(
            " ", ""
        )
    assert (frame["pcd"].str.len_chars() == 7).all()
    assert (frame["pcd2"].str.len_chars() == 8).all()


def test_positions_lie_about_the_centroids(frame: pl.DataFrame) -> None:
    placed = frame.filter(pl.col("ctry").str.contains("^[ENSW]")).join(
        c.read_local_authorities(), left_on="laua", right_on="local_authority"
    )
    for column, centre in (("lat", "latitude"), ("long", "longitude")):
        assert ((placed[column].cast(float) - placed[centre]).abs() < 1.0).all()
