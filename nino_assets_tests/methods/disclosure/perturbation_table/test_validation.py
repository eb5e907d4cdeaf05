"""A p-table is refused for each single thing that could be wrong with it."""

from __future__ import annotations

import re

import polars as pl
import pyarrow as pa
import pytest

from nino_assets.errors import PerturbationTableError
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets_tests.support.small_table import KEYS, make_small_table
from nino_assets_tests.truth import VECTORS

ZERO_MOVED = pl.DataFrame({"pcv": [0], "ckey": [0], "pvalue": [1]})


def no_ones_and_twos(pcv: int) -> tuple[int, ...]:
    """1 and 2 become 0 or 3 and more; 3 may become 0, 3 or more; larger counts move by one."""
    if pcv == 1:
        return (-1, -1, -1, -1, -1, -1, 2, 4)
    if pcv == 2:
        return (-2, -2, -2, 1, 1, 1, 1, 2)
    if pcv == 3:
        return (-3, 0, 0, 0, 0, 0, 1, 2)
    return (-1, 0, 0, 0, 0, 0, 0, 1)


def changed(frame: pl.DataFrame, pcv: int, ckey: int, pvalue: int) -> pl.DataFrame:
    here = (pl.col("pcv") == pcv) & (pl.col("ckey") == ckey)
    return frame.with_columns(
        pl.when(here).then(pvalue).otherwise(pl.col("pvalue")).alias("pvalue")
    )


def test_a_valid_table_passes_and_is_read():
    table = check_perturbation_table(make_small_table())
    assert table.keys == KEYS
    assert table.forbidden == ()
    assert table.reach == dict.fromkeys(range(1, 751), 1)
    assert table.frame.height == 750 * KEYS


def test_forbidden_counts_and_reach_are_read_from_the_table():
    table = check_perturbation_table(make_small_table(no_ones_and_twos))
    assert table.forbidden == (1, 2)
    assert (table.reach[1], table.reach[3], table.reach[4]) == (4, 3, 1)


def test_row_order_column_order_and_format_do_not_matter():
    frame = make_small_table()
    mixed = frame.sample(fraction=1, shuffle=True, seed=3).select("pvalue", "pcv", "ckey")
    for same in (mixed, mixed.to_arrow(), mixed.with_columns(pl.all().cast(pl.Int16))):
        assert check_perturbation_table(same).frame.equals(check_perturbation_table(frame).frame)


def test_secret_values_do_not_show_when_a_table_is_printed():
    assert "pvalue" not in repr(check_perturbation_table(make_small_table()))


def test_rows_of_zero_that_leave_zero_alone_pass():
    zero = pl.DataFrame({"pcv": [0] * KEYS, "ckey": range(KEYS), "pvalue": [0] * KEYS})
    table = check_perturbation_table(pl.concat([zero, make_small_table()]))
    assert table.frame["pcv"].min() == 1


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (lambda f: f.filter((pl.col("pcv") != 7) | (pl.col("ckey") != 3)), "lack .* pcv 7$"),
        (lambda f: f.filter(pl.col("pcv") <= 3), "747 rows lack .* pcv 4, 5"),
        (lambda f: f.filter(pl.col("pcv") != 750), "lack .* pcv 750$"),
        (lambda f: pl.concat([f, f[40:41]]), "hold a key twice: pcv 6$"),
        (lambda f: pl.concat([f.filter(pl.col("ckey") != 3), f[10:11]]), "twice|lack"),
        (lambda f: changed(f, 9, 0, 0), "are biased: pcv 9$"),
        (lambda f: changed(changed(f, 2, 0, -3), 2, 7, 3), "negative count: pcv 2$"),
        (lambda f: f[:0], "no rows"),
        (lambda f: f.drop("pvalue"), "columns"),
        (lambda f: f.with_columns(region=pl.lit("x")), "columns"),
        (lambda f: f.rename({"pvalue": "noise"}), "columns"),
        (lambda f: f.with_columns(pl.col("ckey").cast(pl.Float64)), "ckey is not whole"),
        (lambda f: f.with_columns(pl.col("ckey").cast(pl.String)), "ckey is not whole"),
        (lambda f: f.with_columns(pl.col("pvalue") / 2), "pvalue is not whole"),
        (lambda f: f.with_columns(pcv=pl.when(pl.col("pcv") > 1).then("pcv")), "blanks"),
        (lambda f: f.with_columns(pl.col("ckey") - 1), "outside the table"),
        (lambda f: f.with_columns(pl.col("ckey") + 1), "lack"),
        (lambda f: f.with_columns(pl.col("pcv") + 1), "outside the table: pcv 751"),
        (lambda f: pl.concat([ZERO_MOVED, f]), "pcv 0"),
    ],
)
def test_one_fault_is_enough(broken, said):
    frame = make_small_table().with_columns(pl.all().cast(pl.Int64))
    check_perturbation_table(frame)
    with pytest.raises(PerturbationTableError) as error:
        check_perturbation_table(broken(frame))
    assert re.search(said, error.value.what), error.value.what


@pytest.mark.parametrize("stray", [1, 2])
def test_one_unbiased_stray_entry_that_publishes_a_forbidden_count_is_found(stray):
    """Row 4 publishes 1 or 2 for one key, balanced by another: no bias, nothing negative."""
    frame = make_small_table(no_ones_and_twos)
    faulty = changed(changed(frame, 4, 0, stray - 4), 4, 7, 4 - stray)
    with pytest.raises(PerturbationTableError, match="otherwise never publishes: pcv 4"):
        check_perturbation_table(faulty)


def test_random_rounding_is_a_table_too():
    """Unbiased rounding to base 2 leaves even counts alone and never publishes odd ones."""
    rounding = make_small_table(lambda pcv: (0,) * 8 if pcv % 2 == 0 else (-1, 1) * 4)
    assert 7 in check_perturbation_table(rounding).forbidden


def test_the_10_5_rule_rounds_and_is_refused_as_biased():
    rounds = pl.read_parquet(VECTORS / "ptable_10_5_256.parquet")
    with pytest.raises(PerturbationTableError, match="are biased: pcv 1, 2, 3"):
        check_perturbation_table(rounds)


@pytest.mark.parametrize(("name", "forbidden"), [("d5v2_256", ()), ("d5v3js2_256", (1, 2))])
def test_the_delivered_tables_pass(name, forbidden):
    frame = pl.read_parquet(VECTORS / f"ptable_{name}.parquet")
    table = check_perturbation_table(frame)
    assert (table.keys, table.forbidden) == (256, forbidden)


def test_the_truncated_table_is_refused():
    frame = pl.read_parquet(VECTORS / "ptable_d5v2_256_pcv1to20.parquet")
    with pytest.raises(PerturbationTableError, match="730 rows lack"):
        check_perturbation_table(frame)


@pytest.mark.parametrize(
    ("far", "said"), [(10**6, "lack some of the 1000001 keys"), (10**12, "beyond any table")]
)
def test_a_stray_key_beyond_the_others_is_a_hole_and_not_a_larger_table(far, said):
    stray = pl.DataFrame({"pcv": [5], "ckey": [far], "pvalue": [0]})
    with pytest.raises(PerturbationTableError, match=said):
        check_perturbation_table(pl.concat([make_small_table(), stray]))


def test_entries_tell_one_table_from_another_and_not_one_file_from_another():
    frame = make_small_table()
    table = check_perturbation_table(frame)
    assert len(table.encode_entries()) == 4 * frame.height
    shuffled = frame.sample(fraction=1, shuffle=True, seed=3).with_columns(pl.all().cast(pl.Int16))
    assert check_perturbation_table(shuffled).encode_entries() == table.encode_entries()
    swapped = changed(changed(frame, 9, 0, 1), 9, 7, -1)
    assert check_perturbation_table(swapped).encode_entries() != table.encode_entries()


def test_what_is_no_table_at_all_is_refused():
    with pytest.raises(PerturbationTableError):
        check_perturbation_table(pa.table({"pcv": []}))
