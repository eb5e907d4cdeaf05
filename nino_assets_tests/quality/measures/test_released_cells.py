"""What was released stays, unless a correction was opened that lists every changed cell."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from nino_assets.publishing.changed_cells import CHANGED_CELLS_NAME
from nino_assets.quality.measures.released_cells import EXPECTATIONS, measure_history
from nino_assets.quality.suites import open_data
from nino_assets.releases.editions import read_edition
from nino_assets_tests.support.defects import Planter
from nino_assets_tests.support.planted_releases import (
    change_cells,
    list_changes,
    open_correction,
    release,
)
from nino_assets_tests.support.synthetic_build import LATEST, REGISTER


def found(planter: Planter) -> dict[str, int | None]:
    return measure_history(planter.warehouse, LATEST)


def in_history() -> pl.Expr:
    """A cell of the quarter before."""
    return (pl.col("time_period") == REGISTER.label) & (pl.col("cube") == "quarter_nationality")


def test_the_measures_are_those_of_the_suite() -> None:
    assert {e.name for e in EXPECTATIONS} <= {e.name for e in open_data.SUITE.expectations}
    assert all(expectation.blocks for expectation in EXPECTATIONS)


def test_built_again_the_released_edition_is_the_same(planter: Planter) -> None:
    release(planter)
    assert found(planter) == {
        "history_changed": 0,
        "released_changed": 0,
        "changes_unlisted": 0,
        "revision_unlisted": 0,
    }
    assert read_edition(planter.warehouse, LATEST).corrections == ()


def test_the_released_edition_counts_and_not_what_was_built_since(planter: Planter) -> None:
    release(planter, REGISTER)
    planter.keep(planter.publication("open-data/nino-registrations.parquet", REGISTER)).unlink()
    change_cells(planter, in_history)
    changed = found(planter)["history_changed"]
    assert changed is not None
    assert changed > 100


def test_the_newest_edition_before_counts_however_long_ago(planter: Planter) -> None:
    held = planter.keep(planter.publication("open-data/nino-registrations.parquet", REGISTER))
    planter.makes(planter.publication("", REGISTER - 1))
    older = planter.publication("open-data/nino-registrations.parquet", REGISTER - 1)
    older.parent.mkdir(parents=True)
    held.rename(older)
    assert found(planter)["history_changed"] == 0
    change_cells(planter, in_history)
    assert found(planter)["history_changed"]


def test_a_correction_that_lists_its_cells_may_change_history(planter: Planter) -> None:
    release(planter, REGISTER)
    release(planter)
    open_correction(planter)
    change_cells(planter, in_history)
    unlisted = found(planter)
    assert unlisted["history_changed"] == unlisted["changes_unlisted"] - 1  # type: ignore[operator]
    listed = list_changes(planter)
    assert listed.height == unlisted["history_changed"]
    assert found(planter) == {
        "history_changed": 0,
        "released_changed": None,
        "changes_unlisted": 0,
        "revision_unlisted": 0,
    }


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: lines[:-1],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines, lines[-1].replace("K02000001", "K02000009")],
        lambda lines: [*lines[:-1], lines[-1].replace("uk", "UK")],
        lambda lines: [lines[0].replace("cube", "cubes"), *lines[1:]],
    ],
)
def test_a_list_that_is_not_exact_is_caught(
    planter: Planter, tamper: Callable[[list[str]], list[str]]
) -> None:
    release(planter)
    open_correction(planter)
    change_cells(planter, in_history)
    list_changes(planter)
    path = planter.publication(f"open-data/{CHANGED_CELLS_NAME}")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(tamper(lines)) + "\n", encoding="utf-8")
    assert found(planter)["changes_unlisted"]


def test_no_list_may_stand_without_a_correction(planter: Planter) -> None:
    path = planter.keep(planter.publication(f"open-data/{CHANGED_CELLS_NAME}"))
    path.write_text("cube\n", encoding="utf-8")
    assert found(planter)["changes_unlisted"] == 1


def test_once_the_correction_is_out_it_allows_no_more(planter: Planter) -> None:
    release(planter)
    open_correction(planter)
    change_cells(planter)
    changed = list_changes(planter)
    release(planter, number=2)
    assert found(planter) == {
        "history_changed": 0,
        "released_changed": 0,
        "changes_unlisted": 0,
        "revision_unlisted": 0,
    }
    change_cells(planter)
    after = found(planter)
    assert after["released_changed"] == changed.height == 1
    assert after["changes_unlisted"]


def test_the_edition_tells_each_correction(planter: Planter) -> None:
    """The cubes of the build stand as they were: what was released had two other cells."""
    change_cells(planter, lambda: pl.int_range(pl.len()) < 2)
    release(planter)
    open_correction(planter)
    [note] = read_edition(planter.warehouse, LATEST).corrections
    assert (note.edition, note.changed_cells, note.reason) == (2, 2, "Planted.")
    assert note.heading == "Edition 2, corrected on 8 September 2016"
