"""Which figures of other sources a bulletin may show: published by its date, and not made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from nino_assets.methods.comparison.other_series import STATISTICS_SCHEMA
from nino_assets.releases.compared_sources import list_other_sources
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.keys import STORAGE_KEY
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.published_cells import make_edition

EDITION = make_edition(12, Quarter(2018, 1))
ON_TIME = EDITION.published_on
Row = tuple[str, str, str, int, str, date]


def visas(count: int, source: str = "Home Office", published: date = ON_TIME) -> list[Row]:
    periods = [q.label for q in Quarter(2018, 1).list_until(Quarter(2020, 4))]
    parts = ("Work", "Study", "Family")
    return [("visas_granted", x, p, count, source, published) for p in periods for x in parts]


def survey(last: Quarter) -> list[Row]:
    periods = [q.label for q in (last - 3).list_until(last)]
    return [("passenger_survey", "All", p, 900, "ONS", ON_TIME) for p in periods]


@pytest.fixture(autouse=True)
def storage_key(monkeypatch: pytest.MonkeyPatch, no_keys: None) -> None:
    monkeypatch.setenv(STORAGE_KEY, "5a" * 32)


def deliver(warehouse: Warehouse, rows: list[Row]) -> None:
    frame = pl.DataFrame(rows, schema=STATISTICS_SCHEMA, orient="row")
    warehouse.tables.write("comparator_statistics", frame.to_arrow().to_reader())


def test_a_year_is_the_sum_of_its_delivered_quarters_and_parts(warehouse: Warehouse) -> None:
    deliver(warehouse, visas(10))
    (found,) = list_other_sources(warehouse, EDITION)
    assert set(found.values.values()) == {4 * 3 * 10}
    assert (min(found.values), max(found.values)) == (Quarter(2018, 4), Quarter(2020, 4))
    assert (found.nationality, found.cited) == ("non-european-union", ("Home Office",))


def test_what_was_published_after_the_edition_is_not_in_it(warehouse: Warehouse) -> None:
    later = date(ON_TIME.year + 1, 1, 1)
    deliver(warehouse, visas(10) + visas(99, published=later))
    (found,) = list_other_sources(warehouse, EDITION)
    assert set(found.values.values()) == {120}


def test_made_up_figures_stand_beside_made_up_registrations_only(warehouse: Warehouse) -> None:
    deliver(warehouse, visas(10, "Synthetic: Home Office"))
    assert list_other_sources(warehouse, EDITION) == ()
    assert list_other_sources(warehouse, replace(EDITION, synthetic=True))


def test_a_series_that_ended_long_ago_is_left_out(warehouse: Warehouse) -> None:
    deliver(warehouse, survey(Quarter(2019, 4)))
    assert [found.series for found in list_other_sources(warehouse, EDITION)] == [
        "passenger_survey"
    ]
    deliver(warehouse, survey(Quarter(2019, 3)))
    assert list_other_sources(warehouse, EDITION) == ()


def test_nothing_delivered_is_nothing_shown(warehouse: Warehouse) -> None:
    assert list_other_sources(warehouse, EDITION) == ()
    deliver(warehouse, [])
    assert list_other_sources(warehouse, EDITION) == ()
