"""Measures how many people differ between two editions, and who stands alone.

A reader of both editions sees which cells changed. Every cube goes down to the sub-group of a
nationality, so that somebody who is the only one to change in a sub-group and quarter is linked:
each changed cell of the sub-group is theirs, and together they tell area, age, sex and arrival.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from nino_assets.methods.disclosure.keyed_count_rules import refuse_other_columns
from nino_assets.methods.disclosure.keyed_counts import COUNTED_DIMENSIONS


@dataclass(frozen=True)
class EditionChanges:
    """People that differ between two editions.

    `people` is the least number that explains the difference: one who moved from a cell to another
    counts once, one who was exchanged within a cell is seen by the key sum. `linked` of them are
    alone in their sub-group and quarter.
    """

    people: int
    linked: int

    @property
    def linked_percent(self) -> float:
        """The linked of all, 0 to 100; 0 where nobody differs."""
        return round(100 * self.linked / self.people, 2) if self.people else 0.0


def measure_people_corrected(
    con: duckdb.DuckDBPyConnection, before: str, after: str, sub_groups: str
) -> EditionChanges:
    """Measure what differs between two relations of keyed counts.

    `sub_groups` has nationality and sub_group. Raises WarehouseError for counts that an earlier
    version kept, without a dimension.
    """
    for counts in (before, after):
        refuse_other_columns(con, counts, COUNTED_DIMENSIONS)
    dimensions = ", ".join(COUNTED_DIMENSIONS)
    [(people, linked)] = con.execute(f"""
        WITH counted AS (
            SELECT {dimensions}, -registrations AS more, -key_sum AS keys FROM {before}
            UNION ALL SELECT {dimensions}, registrations, key_sum FROM {after}
        ), differing AS (
            SELECT {dimensions}, sum(more) AS more FROM counted
            GROUP BY ALL HAVING sum(more) <> 0 OR sum(keys) <> 0
        ), moved AS (
            SELECT time_period, sub_group,
                sum(CASE WHEN more > 0 THEN more WHEN more = 0 THEN 1 ELSE 0 END) AS come,
                sum(CASE WHEN more < 0 THEN -more WHEN more = 0 THEN 1 ELSE 0 END) AS gone
            FROM differing
            LEFT JOIN (SELECT nationality, sub_group FROM {sub_groups}) USING (nationality)
            GROUP BY ALL
        )
        SELECT greatest(coalesce(sum(come), 0), coalesce(sum(gone), 0)),
            count(*) FILTER (greatest(come, gone) = 1)
        FROM moved""").fetchall()
    # Somebody who left one sub-group for another is alone in both.
    return EditionChanges(int(people), min(int(linked), int(people)))
