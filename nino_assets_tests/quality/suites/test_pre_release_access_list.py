"""Each expectation about the pre-release access list fails on a planted defect."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl
import pytest

from nino_assets.deliveries.governance_files import locate_access_list
from nino_assets.governance.pre_release_access import RULES, AccessStanding
from nino_assets.publishing.pre_release_access.published_access_list import (
    FOLDER,
    LIST_NAME,
    PAGE_NAME,
)
from nino_assets.quality.suites.pre_release_access_list import SUITE
from nino_assets.releases.pre_release_list import ASSET, find_list_faults, locate_published_list
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import (
    Case,
    Cases,
    Planter,
    assert_caught,
    change_rows,
    deny_synthetic,
    run_checks,
    run_checks_on_good_build,
    set_values,
)
from nino_assets_tests.support.synthetic_build import LATEST


def _file(name: str, change: Callable[[str], str]) -> Case:
    def plant(planter: Planter) -> None:
        path = planter.keep(planter.publication(f"{FOLDER}/{name}"))
        path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8", newline="")

    return Case(plant)


def _no_list(planter: Planter) -> None:
    planter.keep(planter.publication(f"{FOLDER}/{LIST_NAME}")).unlink()


def _delivered_anew(planter: Planter) -> None:
    path = planter.keep(locate_access_list(planter.warehouse.folders, LATEST))
    path.write_text(path.read_text(encoding="utf-8").replace(LATEST.label, ""), encoding="utf-8")


CASES: Cases = {
    "columns_exact": change_rows(ASSET, lambda f: f.with_columns(note=pl.lit(""))),
    "list_missing": Case(_no_list),
    "out_of_date": Case(_delivered_anew),
    "people_listed": change_rows(ASSET, lambda f: pl.concat([f] * 3)),
    **{standing.value: set_values(ASSET, "standing", standing.value) for standing in RULES},
    "listed_unfit": set_values(ASSET, "confirmed_for", "2015-Q1"),
    "published_otherwise": _file(LIST_NAME, lambda text: "\n".join(text.splitlines()[:-1])),
    "names_published": set_values(ASSET, "name", "Secretary Permanent", rows=4),
    "synthetic_beside_real": Case(deny_synthetic),
    "manifest_broken": _file(PAGE_NAME, lambda text: text + " "),
}


@pytest.mark.parametrize("name", CASES)
def test_a_defect_is_caught(name: str, planter: Planter) -> None:
    assert_caught(SUITE, name, CASES[name], planter)


def test_the_synthetic_list_is_in_order(built: Warehouse) -> None:
    outcomes = run_checks_on_good_build(SUITE, built, LATEST)
    assert not [outcome for outcome in outcomes.values() if not outcome.passed]
    assert find_list_faults(built, LATEST) == []


def test_whoever_drops_out_warns_and_does_not_block() -> None:
    blocking = {expectation.name for expectation in SUITE.expectations if expectation.blocks}
    assert blocking == {
        "columns_exact",
        "listed_unfit",
        "published_otherwise",
        "names_published",
        "synthetic_beside_real",
        "manifest_broken",
    }
    assert not blocking & set(AccessStanding)


@pytest.mark.parametrize(
    ("plant", "fault"), [(_no_list, "no pre-release"), (_delivered_anew, "delivered again")]
)
def test_the_release_gate_is_told(
    planter: Planter, plant: Callable[[Planter], None], fault: str
) -> None:
    plant(planter)
    [said] = find_list_faults(planter.warehouse, LATEST)
    assert fault in said


@pytest.mark.parametrize("name", [LIST_NAME, PAGE_NAME])
def test_a_name_in_either_file_is_caught(planter: Planter, name: str) -> None:
    planter.frame(ASSET, lambda f: f.with_columns(name=pl.lit("Alex Example")))
    path = planter.keep(planter.publication(f"{FOLDER}/{name}"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("Press officer", "Example Alex"), encoding="utf-8", newline="")
    found = run_checks(SUITE, planter.warehouse, "names_published")["names_published"]
    assert (found.passed, found.observed) == (False, 1)


def test_names_are_encrypted_and_nowhere_else(built: Warehouse) -> None:
    path = built.tables.find_path(ASSET, LATEST)
    assert path.is_relative_to(built.folders.restricted)
    assert path.read_bytes()[:4] == b"PARE"
    published = locate_published_list(built, LATEST).parent
    for file in published.rglob("*"):
        if file.suffix in {".html", ".csv", ".json", ".txt", ".md"}:
            assert "Example Three" not in file.read_text(encoding="utf-8"), file.name
