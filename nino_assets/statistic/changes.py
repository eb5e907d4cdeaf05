"""Changes of the statistics themselves, past and planned.

They are listed in the release strategy, and the planned ones in the pre-announcement of the release
that shows them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from nino_assets.statistic.reference_lists import keep_while_unchanged, read_list


@dataclass(frozen=True, kw_only=True)
class Change:
    """A change of content, method or form.

    `when` says the date as far as it is known; `takes_effect_on` orders changes and tells past from
    planned. A change is told to readers from `announced_on` on.
    """

    change: str
    announced_on: date
    takes_effect_on: date
    when: str
    title: str
    description: str
    source: str


@keep_while_unchanged("changes")
def read_changes() -> tuple[Change, ...]:
    """Read every change, the earliest first."""
    rows = read_list("changes").iter_rows(named=True)
    changes = [
        Change(
            change=row["change"],
            announced_on=date.fromisoformat(row["announced_on"] or row["takes_effect_on"]),
            takes_effect_on=date.fromisoformat(row["takes_effect_on"]),
            when=row["when"],
            title=row["title"],
            description=row["description"],
            source=row["source"],
        )
        for row in rows
    ]
    return tuple(sorted(changes, key=lambda change: (change.takes_effect_on, change.change)))


def list_past_changes(on: date) -> list[Change]:
    """List the changes in effect by a day, the latest first."""
    return [change for change in reversed(read_changes()) if change.takes_effect_on <= on]


def describe_changes(after: date, until: date) -> str:
    """Describe what changes with a release, for its pre-announcement.

    The changes that take effect after the day of one and by the day of the other; blank for none.
    """
    due = [c for c in read_changes() if after < c.takes_effect_on <= until]
    return " ".join(f"{c.title}: {c.description}" for c in due)


def list_planned_changes(on: date) -> list[Change]:
    """List the changes announced by a day and not yet in effect."""
    return [c for c in read_changes() if c.announced_on <= on < c.takes_effect_on]
