from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nino_assets.errors import PublicationError
from nino_assets.publishing.open_data.open_data_agreement import (
    OpenDataAgreement,
    check_agreement,
    have_same_rows,
)
from nino_assets.publishing.open_data.open_data_columns import PRIMARY_KEY
from nino_assets.publishing.open_data.open_data_files import write_open_data
from nino_assets.statistic import vocabulary as v
from nino_assets.statistic.published_domain import CELL_COLUMNS
from nino_assets_tests.support.small_edition import EDITION

FORMS = ("csv", "parquet")
Change = Callable[[pl.DataFrame], pl.DataFrame]


@pytest.fixture(scope="module")
def published(written: Path) -> pl.DataFrame:
    return pl.read_parquet(written / "nino-registrations.parquet")


@pytest.fixture
def audit(
    published: pl.DataFrame, quarter_files: list[Path], tmp_path: Path
) -> Callable[[str, Change], dict[str, int]]:
    """Plants a defect in a copy of the published file; gives the counts that are not zero."""

    def run(form: str, change: Change) -> dict[str, int]:
        path = tmp_path / f"nino-registrations.{form}"
        changed = change(published)
        if form == "csv":
            changed.write_csv(path, line_terminator="\r\n")
        else:
            write_parquet(changed, path)
        result = vars(check_agreement(path, quarter_files, EDITION)).copy()
        result.pop("rows_compared")
        return {name: count for name, count in result.items() if count}

    return run


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """With plain text columns, as the published file has them; Polars writes another text type."""
    table = frame.to_arrow()
    plain = {
        name: pa.string() if pa.types.is_large_string(kind) or "view" in str(kind) else kind
        for name, kind in zip(table.schema.names, table.schema.types, strict=True)
    }
    pq.write_table(table.cast(pa.schema(plain)), path)


def where_first(condition: pl.Expr, **values: pl.Expr) -> Change:
    """Sets columns in the first row that meets a condition."""

    def change(frame: pl.DataFrame) -> pl.DataFrame:
        numbered = frame.with_row_index("n")
        at = numbered.filter(condition)["n"][0]
        return numbered.with_columns(
            **{
                name: pl.when(pl.col("n") == at).then(value).otherwise(pl.col(name))
                for name, value in values.items()
            }
        ).drop("n")

    return change


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_agrees(
    written: Path, quarter_files: list[Path], published: pl.DataFrame, form: str
) -> None:
    result = check_agreement(written / f"nino-registrations.{form}", quarter_files, EDITION)
    assert result == OpenDataAgreement(len(published), 0, 0, 0, 0, 0, 0)
    assert result.agrees


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            where_first(pl.col("registrations") > 0, registrations=pl.col("registrations") + 1),
            {"disagreements": 1},
        ),
        (
            where_first(pl.col("geography_level") == "region", geography_name=pl.lit("Narnia")),
            {"disagreements": 1},
        ),
        (lambda f: f[:100].vstack(f[101:]), {"missing": 1}),
        (lambda f: f.filter(pl.col("time_period") != "2002-Q2"), {"missing": 257 + 20 * 22}),
        (lambda f: f[:100].vstack(f[99:]), {"duplicate": 1}),
        (
            where_first(pl.col("age") == "18-24", age=pl.lit("18 to 24")),
            {"undeclared": 1, "missing": 1},
        ),
        (
            where_first(
                pl.col("geography_code") == "E08000035", geography_code=pl.lit("E08000099")
            ),
            {"undeclared": 1, "missing": 1},
        ),
        (
            where_first(pl.col("time_period") == "2003-Q1", time_period=pl.lit("2003-Q2")),
            {"undeclared": 1, "missing": 1},
        ),
        (
            where_first(pl.col("registrations") == 0, observation_status=pl.lit("")),
            {"disagreements": 1, "low_mismatch": 1},
        ),
        (
            where_first(pl.col("registrations") > 0, observation_status=pl.lit(v.LOW)),
            {"disagreements": 1, "low_mismatch": 1},
        ),
        (
            where_first(pl.col("registrations") > 0, observation_status=pl.lit("[c]")),
            {"disagreements": 1, "low_mismatch": 1},
        ),
        (lambda f: f[:5].vstack(f[6:7]).vstack(f[5:6]).vstack(f[7:]), {"out_of_order": 1}),
        (lambda f: f[1:].vstack(f[:1]), {"out_of_order": 1}),
    ],
)
def test_a_planted_defect_is_counted(
    audit: Callable[[str, Change], dict[str, int]],
    form: str,
    change: Change,
    expected: dict[str, int],
) -> None:
    assert audit(form, change) == expected


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("change", "columns"),
    [
        (lambda f: f.with_columns(surname=pl.lit("x")), 1),
        (lambda f: f.drop("sex"), 1),
        (lambda f: f.rename({"sex": "gender"}), 2),
        (lambda f: f.select(reversed(CELL_COLUMNS)), 1),
    ],
)
def test_other_columns_are_counted(
    audit: Callable[[str, Change], dict[str, int]],
    published: pl.DataFrame,
    form: str,
    change: Change,
    columns: int,
) -> None:
    assert audit(form, change) == {"undeclared": columns, "missing": len(published)}


def test_a_parquet_count_must_be_an_integer(
    audit: Callable[[str, Change], dict[str, int]], published: pl.DataFrame
) -> None:
    as_float = audit("parquet", lambda f: f.with_columns(pl.col("registrations").cast(pl.Float64)))
    assert as_float["undeclared"] > 0
    assert as_float["missing"] == len(published)


def test_a_csv_count_must_be_written_as_the_integer(
    audit: Callable[[str, Change], dict[str, int]], published: pl.DataFrame
) -> None:
    found = audit("csv", lambda f: f.with_columns(pl.col("registrations").cast(pl.Float64)))
    nil = published.filter(pl.col("registrations") == 0).height
    assert found == {"disagreements": len(published), "low_mismatch": nil}


def test_a_hole_in_the_perturbed_cubes_themselves_is_missing(
    written: Path, quarter_files: list[Path], tmp_path: Path
) -> None:
    """File and cubes agree with each other, and both lack a declared cell."""
    holed = tmp_path / "holed.parquet"
    cells = pl.read_parquet(quarter_files[-1])
    gone = cells.filter((pl.col("cube") == "year_lag") & (pl.col("arrival_lag") == "Over 5 years"))
    cells.join(gone, on=PRIMARY_KEY, how="anti", maintain_order="left").write_parquet(holed)
    published = tmp_path / "nino-registrations.parquet"
    kept = pl.read_parquet(written / published.name).join(
        gone, on=PRIMARY_KEY, how="anti", maintain_order="left"
    )
    write_parquet(kept, published)
    result = check_agreement(published, [*quarter_files[:-1], holed], EDITION)
    assert result.missing == len(gone) == 22
    assert not result.agrees


def test_a_lost_quarter_is_missing(written: Path, quarter_files: list[Path]) -> None:
    path = written / "nino-registrations.parquet"
    result = check_agreement(path, quarter_files[:-1], EDITION)
    lost = len(pl.read_parquet(quarter_files[-1]))
    assert result.undeclared == lost
    assert 0 < result.missing <= lost
    assert not result.agrees


def test_an_empty_file_does_not_agree(
    published: pl.DataFrame, quarter_files: list[Path], tmp_path: Path
) -> None:
    path = tmp_path / "nino-registrations.parquet"
    write_parquet(published.clear(), path)
    result = check_agreement(path, quarter_files, EDITION)
    assert result == OpenDataAgreement(0, 0, len(published), 0, 0, 0, 0)
    assert not result.agrees


@pytest.mark.parametrize("form", FORMS)
def test_an_unreadable_file_is_named(
    written: Path, quarter_files: list[Path], tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"nino-registrations.{form}"
    raw = (written / path.name).read_bytes()
    path.write_bytes(raw[: len(raw) // 2] if form == "parquet" else raw[:-40] + b",,,,,\r\n")
    with pytest.raises(PublicationError, match=f"{path.name} cannot be read back"):
        check_agreement(path, quarter_files, EDITION)


@given(data=st.data())
def test_any_changed_value_is_caught(
    tmp_path_factory: pytest.TempPathFactory,
    published: pl.DataFrame,
    quarter_files: list[Path],
    data: st.DataObject,
) -> None:
    row = data.draw(st.integers(0, len(published) - 1))
    column = data.draw(st.sampled_from(CELL_COLUMNS))
    if column == "registrations":
        value = pl.lit(data.draw(st.integers(0, 2000)))
    else:
        value = pl.lit(data.draw(st.sampled_from(published[column].unique().sort().to_list())))
    changed = published.with_row_index("n").with_columns(
        pl.when(pl.col("n") == row).then(value).otherwise(pl.col(column)).alias(column)
    )[list(CELL_COLUMNS)]
    path = tmp_path_factory.mktemp("any") / "nino-registrations.parquet"
    write_parquet(changed.with_columns(pl.col("registrations").cast(pl.Int64)), path)
    same = changed[column][row] == published[column][row]
    assert check_agreement(path, quarter_files, EDITION).agrees == same


def test_quarters_keep_the_areas_they_were_first_published_with(
    quarter_files: list[Path], tmp_path: Path
) -> None:
    """The first quarter was made with a directory that lacks one authority and names another."""
    earlier = tmp_path / "earlier.parquet"
    pl.read_parquet(quarter_files[0]).filter(pl.col("geography_code") != "W06000015").with_columns(
        pl.col("geography_name").replace("Leeds", "Leeds (old name)")
    ).write_parquet(earlier)
    files = [earlier, *quarter_files[1:]]
    write_open_data(files, EDITION, tmp_path)
    for form in FORMS:
        assert check_agreement(tmp_path / f"nino-registrations.{form}", files, EDITION).agrees
    listed = (tmp_path / "code-lists.csv").read_text("utf-8")
    assert listed.count("E08000035") == 1
    assert "geography,E08000035,Leeds,local_authority,E12000003" in listed


def test_both_files_as_written_hold_the_same_rows(written: Path) -> None:
    assert have_same_rows(
        written / "nino-registrations.csv", written / "nino-registrations.parquet"
    )


@pytest.mark.parametrize(
    "change",
    [
        where_first(pl.col("registrations") > 0, registrations=pl.col("registrations") + 1),
        where_first(pl.col("registrations") == 0, observation_status=pl.lit("")),
        lambda f: f[1:],
        lambda f: f[1:].vstack(f[:1]),
        lambda f: f.drop("sex"),
        lambda f: f.with_columns(pl.col("registrations").cast(pl.Float64)),
    ],
)
def test_a_csv_that_differs_from_the_parquet_file_is_told_apart(
    published: pl.DataFrame, written: Path, tmp_path: Path, change: Change
) -> None:
    path = tmp_path / "nino-registrations.csv"
    change(published).write_csv(path, line_terminator="\r\n")
    assert not have_same_rows(path, written / "nino-registrations.parquet")
