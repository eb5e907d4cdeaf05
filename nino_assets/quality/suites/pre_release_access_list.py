"""The suite of pre_release_access_list: in order, and no name published.

An entry that drops out warns: the list is in order without it, and the team decides whether a
business case follows. Blocking is what must never be published or granted.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import polars as pl

from nino_assets.deliveries.governance_files import read_access_rules
from nino_assets.governance.pre_release_access import RULES, AccessStanding, has_name
from nino_assets.publishing.pre_release_access.published_access_list import (
    FOLDER,
    LIST_NAME,
    PAGE_NAME,
    read_posts,
)
from nino_assets.quality.measures.files import Measures, count_manifest_faults, measure_files
from nino_assets.quality.next_steps import REPORT_BUG, materialise_again
from nino_assets.quality.rules import expect_columns, expect_none, expect_not_above
from nino_assets.quality.suite import Suite
from nino_assets.releases.editions import read_edition
from nino_assets.releases.pre_release_list import (
    ASSET,
    LIST_COLUMNS,
    judge_delivered_list,
    locate_published_list,
)
from nino_assets.statistic.identity import SYNTHETIC_SOURCE
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

_AGAIN = materialise_again("pre_release_access_list")
_DELIVER = (
    "Put the list into landing/pre-release-access/, a header alone if nobody is to have access; "
    "the release waits for it."
)
_SEE = "The entry dropped out, and without it the list is in order. See which: nino-assets access."

_DROPPED = tuple(standing for standing in AccessStanding if standing is not AccessStanding.LISTED)


def _measure(warehouse: Warehouse, quarter: Quarter) -> Measures:
    held = warehouse.tables.read_frame(ASSET, quarter)
    listed = held.filter(pl.col("standing") == AccessStanding.LISTED.value)
    publication = warehouse.folders.find_publication(quarter)
    posts = read_posts(publication)
    delivered = judge_delivered_list(warehouse, quarter)
    rules = read_access_rules()
    organisations = {name.casefold() for name in rules.organisations}
    made_up = held["job_title"].str.starts_with(SYNTHETIC_SOURCE).any()
    return {
        "list_missing": int(posts is None),
        "out_of_date": int(delivered is not None and not held.equals(delivered)),
        "people_listed": listed.height,
        "limit": rules.most_people,
        "listed_unfit": sum(
            not all((row["name"], row["reason"], row["business_case"], row["approved_on"]))
            or row["confirmed_for"] != quarter.label
            or " ".join(row["organisation"].split()).casefold() not in organisations
            for row in listed.iter_rows(named=True)
        ),
        "published_otherwise": _count_differences(listed, posts),
        "names_published": _count_names(warehouse, quarter, held),
        "synthetic_beside_real": int(made_up and not read_edition(warehouse, quarter).synthetic),
        "manifest_broken": count_manifest_faults(warehouse, quarter, f"{FOLDER}/"),
        **{s.value: held.filter(pl.col("standing") == s.value).height for s in _DROPPED},
    }


def _count_differences(listed: pl.DataFrame, posts: Sequence[tuple[str, str]] | None) -> int:
    """Count posts without a person on the list, and the reverse."""
    people = [(row["job_title"], row["organisation"]) for row in listed.iter_rows(named=True)]
    if posts is None:
        return len(people)
    left = list(posts)
    missing = 0
    for person in people:
        if person in left:
            left.remove(person)
        else:
            missing += 1
    return missing + len(left)


def _count_names(warehouse: Warehouse, quarter: Quarter, held: pl.DataFrame) -> int:
    """Count published texts that name a person of the list."""
    folder = locate_published_list(warehouse, quarter)
    posts = [" ".join(post) for post in read_posts(folder.parent) or []]
    page = folder / PAGE_NAME
    lines = page.read_text(encoding="utf-8").splitlines() if page.is_file() else []
    # Its text is the same in every release, but for the rows of the table.
    rows = [line for line in lines if line.startswith("<tr><th scope=")]
    return sum(any(has_name(name, text) for name in held["name"]) for text in (*posts, *rows))


def _prepare(
    con: duckdb.DuckDBPyConnection, warehouse: Warehouse, quarters: Sequence[Quarter]
) -> None:
    selects = []
    for quarter in quarters:
        name = f"list_{quarter.year}_{quarter.number}"
        warehouse.tables.create_view(con, name, ASSET, [quarter])
        selects.append(f"SELECT *, '{quarter.label}' AS quarter FROM {name}")
    con.execute(f"CREATE VIEW rows AS {' UNION ALL '.join(selects)}")
    measure_files(_measure)(con, warehouse, quarters)


SUITE = Suite(
    asset=ASSET,
    prepare=_prepare,
    expectations=(
        expect_columns(LIST_COLUMNS, REPORT_BUG, added=["quarter"]),
        expect_none(
            "list_missing", "The list of the quarter was delivered.", _DELIVER, severity="warn"
        ),
        expect_none(
            "out_of_date",
            "The list in force is the one that was delivered last.",
            "Materialise pre_release_access_list again: the list was delivered anew.",
            severity="warn",
        ),
        expect_not_above(
            "people_listed",
            "No more people have access than the team's own limit.",
            "Ask whether each of them has to answer questions at release. The limit is most_people "
            "in the reference list layouts/governance/pre-release-access.toml.",
            limit="limit",
        ),
        *(
            expect_none(standing.value, RULES[standing], _SEE, severity="warn")
            for standing in _DROPPED
        ),
        expect_none(
            "listed_unfit",
            "Everyone on the list is DWP staff, approved and confirmed for this quarter.",
            REPORT_BUG,
        ),
        expect_none(
            "published_otherwise",
            f"{LIST_NAME} has a row for each person on the list, and no other.",
            _AGAIN,
        ),
        expect_none(
            "names_published",
            "No name of a person stands in what is published about access.",
            "Correct the job title in the delivered list, and materialise it again.",
        ),
        expect_none(
            "synthetic_beside_real",
            "No made-up list comes with a real delivery.",
            _DELIVER,
        ),
        expect_none(
            "manifest_broken",
            "The manifest has each file about access with its sha256.",
            "Materialise the asset again: its files were changed after they were made.",
        ),
    ),
)
