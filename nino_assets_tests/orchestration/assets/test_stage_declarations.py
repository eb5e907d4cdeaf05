"""Declarations of stages: what follows from them as the code loads, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nino_assets.orchestration.assets import stage as frame
from nino_assets.orchestration.assets.catalogue import STAGES
from nino_assets.orchestration.assets.stage import (
    Made,
    declare_asset,
    declare_assets,
)
from nino_assets.orchestration.assets.upstream import Once, SameQuarter, WholeSeries, YearTo
from nino_assets.orchestration.partitions import ALL_BEFORE, THREE_BEFORE
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.store.declarations import Access, Kept, Stored
from nino_assets_tests.support.new_stages import (
    COUNTS_MADE,
    ages,
    build_stage,
    sizes,
)


def test_an_asset_without_access_fails_as_the_code_loads() -> None:
    with pytest.raises(TypeError, match="access"):
        declare_asset(group="cubes", kept=Kept.ONCE, kinds={"parquet"})  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="new names no access"):
        build_stage(access=None)


def test_no_work_goes_round_its_warehouse() -> None:
    """The resource itself, which may read everything, is asked for in the frame alone."""
    folder = Path(frame.__file__).parent
    asking = [p.name for p in folder.glob("*.py") if "resources.warehouse" in p.read_text()]
    assert asking == ["stage.py"]


def test_the_lineage_is_what_the_stage_is_built_on() -> None:
    mappings: dict[str, object] = {}
    for new in (
        build_stage(reads=[YearTo(ages)], gated_on=[Once(sizes)]),
        build_stage(gated_on=[WholeSeries(COUNTS_MADE)]),
    ):
        [spec] = new.definition.specs
        mappings |= {dep.asset_key.to_user_string(): dep.partition_mapping for dep in spec.deps}
    assert mappings == {"ages": THREE_BEFORE, "sizes": None, "keyed_counts": ALL_BEFORE}


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ({"group": "nobody's"}, "in a group that nobody owns"),
        ({"reads": [SameQuarter(ages)], "gated_on": [YearTo(ages)]}, "names an asset twice"),
    ],
)
def test_a_declaration_that_does_not_hold_together_is_refused(
    declared: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        build_stage(**declared)


def test_an_upstream_asset_has_the_quarters_that_are_read() -> None:
    with pytest.raises(ValueError, match=r"Once\(ages\): it has quarters"):
        Once(ages)
    for kind in (SameQuarter, YearTo, WholeSeries):
        with pytest.raises(ValueError, match=r"\(sizes\): it has no quarters"):
            kind(sizes)


def test_assets_with_and_without_quarters_are_not_made_at_once() -> None:
    makes = [
        Made(
            stored=Stored(name=kept.name.lower(), access=Access.ALL, kept=kept),
            description="",
            kinds=frozenset(),
        )
        for kept in (Kept.ONCE, Kept.BY_QUARTER)
    ]
    with pytest.raises(ValueError, match="with and without quarters"):
        declare_assets(group="cubes", makes=makes)(lambda run: {})


def test_every_asset_that_others_are_built_on_has_checks() -> None:
    """The gate knows an asset by its suite."""
    made = {made.stored.name for each in STAGES for made in each.makes}
    assert made == {suite.asset for suite in ALL_SUITES}
    quarterly = {made.stored.name for s in STAGES for made in s.makes if made.stored.is_quarterly}
    assert quarterly == {suite.asset for suite in ALL_SUITES if suite.partitioned}
