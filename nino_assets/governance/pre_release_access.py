"""Pre-release access: who may see an edition 24 hours before its release.

Source of the rules: quality report, 1.1 and 1.3.4 (24 hours, the final version, DWP staff only, the
list published, the minimum number, every person confirms the need every quarter; without that, or
with a change of name, a new business case and the head of profession's approval); Pre-release
Access to Official Statistics Order 2008. Access that was given is in `access_grants.py`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from nino_assets.statistic.quarters import Quarter

WINDOW = timedelta(hours=24)
PUBLISHED_COLUMNS = ("job_title", "organisation")


class AccessStanding(StrEnum):
    """An entry is on the list, or why it is not."""

    LISTED = "listed"
    OUTSIDE = "outside_dwp"
    INCOMPLETE = "incomplete"
    REPEATED = "repeated_case"
    NAMED = "names_a_person"
    UNAPPROVED = "not_approved"
    CHANGED = "changed"
    UNCONFIRMED = "not_confirmed"


RULES: Mapping[AccessStanding, str] = {
    AccessStanding.OUTSIDE: "Access is for staff of the listed organisations only.",
    AccessStanding.INCOMPLETE: "Every entry has a job title, a name, a reason and a business case.",
    AccessStanding.REPEATED: "A business case is for one person.",
    AccessStanding.NAMED: "Job title and organisation, which are published, name nobody.",
    AccessStanding.UNAPPROVED: "The head of profession approved the business case before the "
    "window opens.",
    AccessStanding.CHANGED: "Name, post and reason are those that were approved; a change needs a "
    "new business case.",
    AccessStanding.UNCONFIRMED: "The business need was confirmed for this quarter.",
}
"""The rule that an entry breaks, in words for the team."""


@dataclass(frozen=True, kw_only=True)
class ListEntry:
    """A row of a quarter's list, as delivered.

    The name is restricted. `approved_on` is the day of the head of profession's approval as
    `2021-01-28`, `confirmed_for` a quarter as `2020-Q4`; blank where there is none.
    """

    job_title: str
    organisation: str
    name: str
    reason: str
    business_case: str
    approved_on: str
    confirmed_for: str


@dataclass(frozen=True, kw_only=True)
class AccessRules:
    """What the team sets.

    `organisations` are those whose staff may have access; `most_people` is the length of a list.
    """

    organisations: tuple[str, ...]
    most_people: int


def judge_entries(
    entries: Sequence[ListEntry],
    earlier: Iterable[ListEntry],
    *,
    quarter: Quarter,
    released_at: datetime,
    rules: AccessRules,
) -> list[AccessStanding]:
    """The standing of each entry, by the first reason that applies.

    `earlier` are the entries of earlier quarters, oldest first: a business case was approved for
    the name, post and reason with which it first stood in an approved entry. An approval counts
    when it is dated before the day on which the window opens, or on it.
    """
    approved_for: dict[str, tuple[str, ...]] = {}
    for entry in earlier:
        if entry.approved_on:
            approved_for.setdefault(_fold(entry.business_case), _get_subject(entry))
    cases = Counter(_fold(entry.business_case) for entry in entries)
    organisations = {_fold(name) for name in rules.organisations}
    opens_on = find_access_window(released_at)[0].date().isoformat()

    def judge_entry(entry: ListEntry) -> AccessStanding:
        case = _fold(entry.business_case)
        reasons = {
            AccessStanding.OUTSIDE: _fold(entry.organisation) not in organisations,
            AccessStanding.INCOMPLETE: not all((entry.job_title, entry.name, entry.reason, case)),
            AccessStanding.REPEATED: cases[case] > 1,
            AccessStanding.NAMED: has_name(entry.name, entry.job_title, entry.organisation),
            AccessStanding.UNAPPROVED: not entry.approved_on or entry.approved_on > opens_on,
            AccessStanding.CHANGED: approved_for.get(case, _get_subject(entry))
            != _get_subject(entry),
            AccessStanding.UNCONFIRMED: entry.confirmed_for != quarter.label,
        }
        return next(
            (reason for reason, applies in reasons.items() if applies), AccessStanding.LISTED
        )

    return [judge_entry(entry) for entry in entries]


def find_access_window(released_at: datetime) -> tuple[datetime, datetime]:
    """When access opens, exactly 24 hours before the release, and ends."""
    return (released_at.astimezone(UTC) - WINDOW).astimezone(released_at.tzinfo), released_at


def has_name(name: str, *texts: str) -> bool:
    """Whether a text has every word of a name, in any order."""
    words = _split_words(name)
    return bool(words) and any(words <= _split_words(text) for text in texts)


def list_published_posts(listed: Iterable[ListEntry]) -> list[tuple[str, str]]:
    """What is published of a list: `PUBLISHED_COLUMNS`, one row a person, sorted."""
    return sorted((entry.job_title, entry.organisation) for entry in listed)


def _get_subject(entry: ListEntry) -> tuple[str, ...]:
    """What a business case was approved for."""
    return tuple(
        _fold(text) for text in (entry.name, entry.job_title, entry.organisation, entry.reason)
    )


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _split_words(text: str) -> set[str]:
    return set(re.findall(r"[^\W_]+", text.casefold()))
