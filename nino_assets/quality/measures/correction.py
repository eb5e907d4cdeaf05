"""Checks that a correction gives nobody away.

What was counted in the newest release is kept, restricted, by the asset `release`.
"""

from __future__ import annotations

from nino_assets.methods.disclosure.people_corrected import EditionChanges, measure_people_corrected
from nino_assets.quality.rules import expect_tolerated
from nino_assets.quality.tolerances import list_tolerances
from nino_assets.releases.edition_history import read_edition_history
from nino_assets.releases.series import find_series
from nino_assets.statistic.nationality_list import add_former_labels
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.warehouse import Warehouse

RELEASED_COUNTS = "released_counts"
PEOPLE, LINKED = "people_corrected", "people_linked_percent"

_WAIT = (
    "Let the change enter with a later, larger correction or at the next methodological revision; "
    "see Corrections in nino_assets/docs/operations.md."
)


def measure_correction(warehouse: Warehouse, quarter: Quarter) -> dict[str, int | float | None]:
    """The two measures; None where the edition corrects nobody's registration."""
    changes = _find_changes(warehouse, quarter)
    if changes is None or not changes.people:
        return {PEOPLE: None, LINKED: None}
    return {PEOPLE: changes.people, LINKED: changes.linked_percent}


def find_correction_faults(warehouse: Warehouse, quarter: Quarter) -> list[str]:
    """What would give people of a correction away, a sentence each."""
    if read_edition_history(warehouse.folders, quarter).open_correction is None:
        return []
    if not _are_counts_kept(warehouse, quarter):
        return ["what was counted in the released edition is not kept, so nothing can be compared"]
    measures = measure_correction(warehouse, quarter)
    found = []
    for name, words in ((PEOPLE, "people that differ"), (LINKED, "per cent of them alone")):
        value = measures[name]
        limit = next(t for t in reversed(list_tolerances(name)) if t.since <= quarter)
        if value is not None and not (
            (limit.at_least is None or value >= limit.at_least)
            and (limit.at_most is None or value <= limit.at_most)
        ):
            found.append(f"{words}: {value:g}; the limit {limit.describe()}")
    return found


def _find_changes(warehouse: Warehouse, quarter: Quarter) -> EditionChanges | None:
    corrects = read_edition_history(warehouse.folders, quarter).open_correction is not None
    if not corrects or not _are_counts_kept(warehouse, quarter):
        return None
    series = find_series(warehouse, quarter)
    with warehouse.open_session() as con:
        warehouse.tables.create_view(con, "counts_before", RELEASED_COUNTS, series)
        warehouse.tables.create_view(con, "counts_after", "keyed_counts", series)
        groups = warehouse.tables.read_frame("nationality_groups")
        con.register("grouped", add_former_labels(groups).to_arrow())
        return measure_people_corrected(con, "counts_before", "counts_after", "grouped")


def _are_counts_kept(warehouse: Warehouse, quarter: Quarter) -> bool:
    tables, series = warehouse.tables, find_series(warehouse, quarter)
    return all(tables.is_stored(RELEASED_COUNTS, each) for each in series)


EXPECTATIONS = (
    expect_tolerated(
        PEOPLE, "The number of people by whom a correction differs from its edition", _WAIT
    ),
    expect_tolerated(
        LINKED,
        "The share of those people who alone differ in their sub-group and quarter",
        _WAIT,
        unit="%",
    ),
)
