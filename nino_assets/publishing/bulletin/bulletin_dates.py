"""Reads the dates that a bulletin names: its own, and that of the next release."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

_NAMED = "<dt>{}</dt> <dd>9:30am, ([^<]+)</dd>"


def dates_named(page: Path) -> tuple[date | None, date | None]:
    """The date of publication and of the next release; None where the page names none."""
    html = page.read_text(encoding="utf-8") if page.is_file() else ""
    return _date(html, "Published"), _date(html, "Next release")


def _date(html: str, what: str) -> date | None:
    found = re.search(_NAMED.format(what), html)
    try:
        return datetime.strptime(found[1], "%d %B %Y").date() if found else None
    except ValueError:
        return None
