"""Reads layouts, which map delivered columns to ours and hold settings."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nino_assets.statistic.list_schema import QUARTER
from nino_assets.statistic.reference_folder import build_list_error, locate_list

FOLDER = "layouts"
_NAME, _COLUMNS = "name", "columns"


@dataclass(frozen=True)
class Setting:
    """One key of a table.

    A whole number is 0 or more.
    `values` are the texts that it may have; none means any. Where `optional`, it may be left out.
    """

    kind: Literal["text", "texts", "whole number", "quarter"]
    values: tuple[str, ...] = ()
    optional: bool = False

    def holds(self, value: object) -> bool:
        """Whether a value of a TOML file is such a setting."""
        if self.kind == "whole number":
            return type(value) is int and value >= 0
        if self.kind == "quarter":
            return isinstance(value, str) and QUARTER.holds(value)
        texts = [value] if self.kind == "text" else value if isinstance(value, list) else []
        return bool(texts) and all(
            isinstance(text, str) and text and (not self.values or text in self.values)
            for text in texts
        )

    @property
    def words(self) -> str:
        """`a text`, `a text, one of quarter, year_ending`."""
        article = "" if self.kind == "texts" else "a "
        return f"{article}{self.kind}" + (f", one of {', '.join(self.values)}" * bool(self.values))


TableSchema = Mapping[str, Setting]


@dataclass(frozen=True)
class LayoutSchema:
    """What a layout must hold.

    Each of `columns` has one delivered name. `tables` stand once (`[rules]`), `repeated` any number
    of times (`[[series]]`).
    """

    columns: Sequence[str]
    tables: Mapping[str, TableSchema] = field(default_factory=dict)
    repeated: Mapping[str, TableSchema] = field(default_factory=dict)


@dataclass(frozen=True)
class LayoutFile:
    """A layout as read.

    `columns` gives our name of each delivered column, in the order of the layout.
    """

    path: Path
    columns: dict[str, str]
    tables: Mapping[str, Any]


def locate_layout(name: str) -> Path:
    """Locate a layout by its name in `layouts`, without the ending."""
    return locate_list(f"{FOLDER}/{name}.toml")


def read_layout(name: str, schema: LayoutSchema) -> LayoutFile:
    """Read a layout by its name in `layouts`, without the ending.

    Raises ReferenceListError, naming file, key and rule, when it is not as `schema` declares.
    """
    path = locate_layout(name)
    declared = _read_toml(path)
    needed = (_COLUMNS, *schema.tables, *schema.repeated)
    keys = f"the keys are {', '.join((_NAME, *needed))}, of which {_NAME} may be left out"
    unknown = [key for key in declared if key not in (_NAME, *needed)]
    missing = [key for key in needed if key not in declared]
    if unknown or missing:
        what = f"there is a key {unknown[0]}" if unknown else f"there is no {missing[0]}"
        raise build_list_error(path, what, keys)
    if declared.get(_NAME, path.stem) != path.stem:
        rule = f"{_NAME}, where it stands, is the file's: {path.stem}"
        raise build_list_error(path, f"{_NAME} is another", rule)
    _check_columns(path, declared[_COLUMNS], schema.columns)
    for key, table in schema.tables.items():
        _check_table(path, f"[{key}]", declared[key], table)
    for key, table in schema.repeated.items():
        entries = declared[key]
        if not isinstance(entries, list):
            rule = f"each table begins with [[{key}]]"
            raise build_list_error(path, f"{key} is no list of tables", rule)
        for number, entry in enumerate(entries, start=1):
            _check_table(path, f"[[{key}]] number {number}", entry, table)
    return LayoutFile(path, dict(declared[_COLUMNS]), declared)


def _check_columns(path: Path, declared: object, columns: Sequence[str]) -> None:
    ours = list(declared.values()) if isinstance(declared, dict) else []
    if not all(isinstance(name, str) for name in ours) or sorted(ours) != sorted(columns):
        raise build_list_error(
            path,
            f"[{_COLUMNS}] does not lead to each column once",
            f"each of {', '.join(columns)} has one delivered name",
        )


def _check_table(path: Path, place: str, entry: object, schema: TableSchema) -> None:
    keys = f"the keys of {place} are {', '.join(schema)}"
    if not isinstance(entry, dict):
        raise build_list_error(path, f"{place} is no table", keys)
    unknown = [key for key in entry if key not in schema]
    if unknown:
        raise build_list_error(path, f"{place}: there is a key {unknown[0]}", keys)
    for key, setting in schema.items():
        if key not in entry and not setting.optional:
            raise build_list_error(path, f"{place}: there is no {key}", keys)
        if key in entry and not setting.holds(entry[key]):
            rule = f"{key} is {setting.words}"
            raise build_list_error(path, f"{place}, {key}: it is not {setting.words}", rule)


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        place = f": {error}" if isinstance(error, tomllib.TOMLDecodeError) else ""
        rule = "a layout is a TOML file in UTF-8"
        raise build_list_error(path, f"it cannot be read as TOML{place}", rule) from None
