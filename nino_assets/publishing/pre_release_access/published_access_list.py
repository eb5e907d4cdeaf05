"""The published pre-release access list: posts, rules and guidance.

Source of what it says: quality report, 1.1 and 1.3.4; Pre-release Access to Official Statistics
Order 2008. No name of a person gets here.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from nino_assets.errors import PublicationError
from nino_assets.publishing.edition import Edition
from nino_assets.publishing.html_pages import render_page
from nino_assets.writers.safe_text import write_csv_rows

FOLDER = "pre-release-access"
"""In a publication: everything about pre-release access to it."""
LIST_NAME, PAGE_NAME = "pre-release-access-list.csv", "pre-release-access.html"
TITLE = "Pre-release access"
COLUMNS = ("job_title", "organisation")

Posts = Sequence[tuple[str, str]]
"""Job title and organisation, a row a person, in published order."""


def write_pre_release_access(
    posts: Posts, edition: Edition, opens: datetime, ends: datetime, folder: Path
) -> None:
    """Write the list as CSV, and as a page with the rules."""
    with (folder / LIST_NAME).open("w", encoding="utf-8", newline="") as handle:
        write_csv_rows(handle, [COLUMNS, *posts])
    page = render_page(
        "pre_release_access",
        "pre_release_access.html.j2",
        synthetic=edition.synthetic,
        title=f"{TITLE}: {edition.title}",
        description="The posts whose holders may see these statistics 24 hours before release.",
        heading=TITLE,
        edition=edition,
        posts=posts,
        opens=opens,
        ends=ends,
        list_name=LIST_NAME,
    )
    (folder / PAGE_NAME).write_text(page, encoding="utf-8")


def read_posts(publication: Path) -> list[tuple[str, str]] | None:
    """Read the published list of an edition; None without one.

    Raises PublicationError when the file is not such a list.
    """
    path = publication / FOLDER / LIST_NAME
    if not path.is_file():
        return None
    with path.open(encoding="utf-8", newline="") as handle:
        rows = [tuple(row) for row in csv.reader(handle)]
    if not rows or any(len(row) != len(COLUMNS) for row in rows) or rows[0] != COLUMNS:
        raise PublicationError(
            f"{publication.name}/{FOLDER}/{LIST_NAME} is not a pre-release access list",
            rule=f"its columns are {' and '.join(COLUMNS)}",
            next_step="materialise pre_release_access_list of the quarter again",
        )
    return [(title, organisation) for title, organisation in rows[1:]]
