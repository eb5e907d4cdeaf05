"""Keyed counts of a data folder that an earlier version built."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from nino_assets.errors import WarehouseError
from nino_assets.orchestration.assets.cubes import read_checked_counts
from nino_assets_tests.support.defects import Planter
from nino_assets_tests.support.synthetic_build import FIRST, LATEST, REGISTER

SERIES = FIRST.list_until(LATEST)


def read_counts(planter: Planter) -> Any:
    reads = {"keyed_counts": SERIES}
    run: Any = SimpleNamespace(warehouse=planter.warehouse, reads=reads, quarters=[LATEST])
    with planter.warehouse.open_session() as con:
        return read_checked_counts(run, con, middle_layer=True)


def count_by_local_authority(counts: pl.DataFrame) -> pl.DataFrame:
    """As the version before kept them."""
    return counts.rename({"output_area": "local_authority"})


@pytest.mark.parametrize(
    "earlier", [SERIES, [FIRST], [REGISTER], [LATEST]], ids=["all", "first", "middle", "last"]
)
def test_counts_by_local_authority_are_refused_with_what_to_run(
    earlier: list, planter: Planter
) -> None:
    assert len(read_counts(planter).rows.registrations)
    for quarter in earlier:
        planter.frame("keyed_counts", count_by_local_authority, quarter)
    with pytest.raises(WarehouseError, match="no column output_area") as refused:
        read_counts(planter)
    assert "nino-assets build --from" in str(refused.value.next_step)
