"""Writes a synthetic pre-release access list and register of users.

The entries are in order, so that a demonstration can go on to its release. Every row says that it
is synthetic.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from nino_assets.statistic.identity import PRODUCER, SYNTHETIC_SOURCE
from nino_assets.statistic.quarters import SERIES_START, Quarter

ACCESS_FOLDER, REGISTER_FOLDER = "pre-release-access", "user-register"
REGISTER_FILE = "synthetic.csv"
_ACCESS_COLUMNS = (
    "job_title",
    "organisation",
    "name",
    "reason",
    "business_case",
    "approved_on",
    "confirmed_for",
)
_REGISTER_COLUMNS = ("organisation", "contact_role", "contact", "use")
_APPROVED_ON = SERIES_START.last_day.isoformat()
_POSTS = (
    ("Minister of State", "Example One", "Answers questions in Parliament at release"),
    ("Permanent Secretary", "Example Two", "Answers questions of the Cabinet at release"),
    ("Director of Communications", "Example Three", "Answers questions of the press at release"),
    ("Press officer", "Example Four", "Answers questions of the press at release"),
)
_USERS = (
    ("A statistics office", "Head of migration statistics", "Compares with migration estimates"),
    ("A council", "Demographer", "Plans services"),
    ("A university", "Researcher", "Studies migration and work"),
)


def write_governance_lists(landing: Path, quarter: Quarter) -> None:
    """Write the access list of a quarter and the user register.

    They go into `landing`, where the team would put them.

    A list that is not synthetic, and a register that holds any other file, are left unchanged.
    """
    path = landing / ACCESS_FOLDER / f"{quarter.label}.csv"
    if not path.is_file() or SYNTHETIC_SOURCE in path.read_text(encoding="utf-8"):
        entries = (
            (f"{SYNTHETIC_SOURCE} {post}", PRODUCER, name, reason, f"PRA-{n:03d}", _APPROVED_ON)
            for n, (post, name, reason) in enumerate(_POSTS, start=1)
        )
        _write(path, _ACCESS_COLUMNS, ((*entry, quarter.label) for entry in entries))
    register = landing / REGISTER_FOLDER
    if not register.is_dir() or all(file.name == REGISTER_FILE for file in register.iterdir()):
        users = (
            (f"{SYNTHETIC_SOURCE} {organisation}", role, f"user{n}@example.org", use)
            for n, (organisation, role, use) in enumerate(_USERS, start=1)
        )
        _write(register / REGISTER_FILE, _REGISTER_COLUMNS, users)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.parent.with_name(f".{path.parent.name}.partial")
    with partial.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows([header, *rows])
    partial.replace(path)
