"""What every entry of the log has, and its texts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from nino_assets.errors import GovernanceError
from nino_assets.foreign_text import is_plain_text
from nino_assets.statistic.quarters import Quarter

LONGEST_NAME, LONGEST_TEXT = 100, 1000
_KEY = re.compile(r"[0-9a-fA-F]{64}")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What every entry has: a quarter, who decided, and when.

    `quarter` is as `2020-Q4`, `at` an ISO time in UTC, `account` the one that was signed in, blank
    for the pipeline's own work. `kind` is in every written log, and so never changes. Fields are
    what JSON has: text, numbers, booleans, None, and tuples or dicts of these.
    """

    kind: ClassVar[str]

    quarter: str
    by: str
    at: str
    account: str = ""


def make_entry_fields(
    quarter: Quarter, by: str, now: datetime, account: str = ""
) -> dict[str, str]:
    """The fields that every entry has.

    Raises GovernanceError unless `by` is one plain line.
    """
    return {
        "quarter": quarter.label,
        "by": check_plain_line("name of the person who decides", by, LONGEST_NAME),
        "at": now.astimezone(UTC).isoformat(timespec="seconds"),
        "account": account,
    }


def check_plain_line(what: str, text: str, longest: int = LONGEST_TEXT) -> str:
    """Return one line of plain text, without outer spaces.

    Raises GovernanceError for a text that is empty or too long, or has control or format
    characters, which can hide or reorder what is written, or that may be a secret key.
    """
    text = text.strip()
    if _KEY.search(text):
        raise GovernanceError(
            f"The {what} holds 64 hex digits, as a secret key does",
            rule="no decision holds a text that may be a secret key",
            next_step=f"give the {what} in words; if it was a key, replace that key",
        )
    if text and len(text) <= longest and is_plain_text(text):
        return text
    raise GovernanceError(
        f"The {what} is empty, too long or has control characters",
        rule=f"it is one line of plain text of at most {longest} characters",
        next_step=f"give the {what} in words, without line breaks",
    )


def end_sentence(text: str) -> str:
    """Return a text that ends as a sentence does."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
