"""Reads the pre-release access list and the register of users."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from nino_assets.deliveries.declared_csv import (
    is_iso_date,
    list_declared_csv,
    read_declared_csv,
)
from nino_assets.errors import DeliveryError
from nino_assets.foreign_text import is_plain_text, shorten_text
from nino_assets.governance.known_users import KnownUser
from nino_assets.governance.pre_release_access import AccessRules, ListEntry
from nino_assets.statistic.layout_files import LayoutFile, LayoutSchema, Setting, read_layout
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders

PRE_RELEASE_ACCESS, USER_REGISTER = "pre-release-access", "user-register"
_LAYOUTS = "governance"
_QUARTER = re.compile(r"(?:[0-9]{4}-Q[1-4])?")
_LIST_NAME = re.compile(r"[0-9]{4}-Q[1-4]")
_LONGEST = 300
_FORMULA = ("=", "+", "-", "@")


def locate_access_list(folders: Folders, quarter: Quarter) -> Path:
    """Where the pre-release access list of a quarter is delivered.

    Capitals do not count. Raises DeliveryError for a file of the folder that is no quarter's list,
    and for two lists of the quarter.
    """
    folder = folders.landing / PRE_RELEASE_ACCESS
    found = []
    for path in list_declared_csv(folder, folders.describe(folder)):
        name = path.stem.upper()
        if not _LIST_NAME.fullmatch(name):
            raise DeliveryError(
                f"{folders.describe(folder)}/{shorten_text(path.name)} is no quarter's list",
                rule=f"a list is named after its quarter, as {quarter.label}.csv",
                next_step="rename it after its quarter, or move it out of the folder",
            )
        if name == quarter.label:
            found.append(path)
    if len(found) > 1:
        raise DeliveryError(
            f"{folders.describe(folder)} holds {len(found)} lists of {quarter.label}",
            rule="a quarter has one list; capitals in a file's name do not count",
            next_step="leave the one that is in force",
        )
    return found[0] if found else folder / f"{quarter.label}.csv"


def list_user_register_files(folders: Folders) -> list[Path]:
    """The delivered files of the user register, sorted by name.

    Empty when it has not landed. Raises DeliveryError for a file that is not CSV.
    """
    folder = folders.landing / USER_REGISTER
    return list_declared_csv(folder, folders.describe(folder))


def read_access_rules() -> AccessRules:
    """The rules of the list that the team sets in its layout."""
    rules = _read_layout(PRE_RELEASE_ACCESS).tables["rules"]
    return AccessRules(
        organisations=tuple(rules["organisations"]), most_people=rules["most_people"]
    )


def read_access_list(folders: Folders, quarter: Quarter) -> list[ListEntry] | None:
    """The entries of a quarter's access list in delivered order.

    None when no list was delivered. Raises DeliveryError for a file that is not in the layout, a
    text that is not plain, or a job title or organisation, which are published, that a spreadsheet
    would take for a formula.
    """
    path = locate_access_list(folders, quarter)
    if not path.is_file():
        return None
    rows = _read_rows(path, folders, PRE_RELEASE_ACCESS, ListEntry, _find_wrong_in_list)
    return [ListEntry(**row) for row in rows]


def read_user_register(folders: Folders) -> list[KnownUser]:
    """Every contact of the user register, sorted by organisation.

    Empty when it has not landed. Raises DeliveryError for a file that is not in the layout, or a
    text that is not plain.
    """
    users = {
        KnownUser(**row)
        for path in list_user_register_files(folders)
        for row in _read_rows(path, folders, USER_REGISTER, KnownUser, _find_wrong_in_register)
    }
    return sorted(users, key=lambda user: (user.organisation, user.contact_role, user.contact))


def _find_wrong_in_list(row: dict[str, str]) -> str:
    if row["approved_on"] and not is_iso_date(row["approved_on"]):
        return "approved_on"
    if not _QUARTER.fullmatch(row["confirmed_for"]):
        return "confirmed_for"
    published = ("job_title", "organisation")
    return next((column for column in published if row[column].startswith(_FORMULA)), "")


def _find_wrong_in_register(row: dict[str, str]) -> str:
    return next((column for column in ("organisation", "contact_role") if not row[column]), "")


def _read_rows(
    path: Path, folders: Folders, name: str, kind: type, find_wrong: Any
) -> Iterator[dict[str, str]]:
    columns, layout, named = _list_columns(kind), _read_layout(name), folders.describe(path)
    for number, values in read_declared_csv(path, named, layout, columns):
        row = dict(zip(columns, values or (), strict=False))
        wrong = "the number of fields"
        if values is not None:
            unplain = (column for column, text in row.items() if not _is_plain(text))
            wrong = next(unplain, "") or find_wrong(row)
        if wrong:
            raise DeliveryError(
                f"{named}, row {number}: {wrong} is not allowed",
                rule=f"a text is one line of at most {_LONGEST} plain characters, a date is "
                f"written 2021-02-25, a quarter 2020-Q4; the layout is {layout.path}",
                next_step="correct the row",
            )
        yield row


def _read_layout(name: str) -> LayoutFile:
    return read_layout(f"{_LAYOUTS}/{name}", _SCHEMAS[name])


def _list_columns(kind: type) -> Sequence[str]:
    return [field.name for field in fields(kind)]


_SCHEMAS = {
    PRE_RELEASE_ACCESS: LayoutSchema(
        _list_columns(ListEntry),
        tables={
            "rules": {"organisations": Setting("texts"), "most_people": Setting("whole number")}
        },
    ),
    USER_REGISTER: LayoutSchema(_list_columns(KnownUser)),
}


def _is_plain(text: str) -> bool:
    return len(text) <= _LONGEST and is_plain_text(text)
