"""Reads the reference lists, and again when a file changes."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable
from functools import lru_cache, update_wrapper
from pathlib import Path
from typing import Generic, ParamSpec, TypeVar

import polars as pl

from nino_assets.errors import ReferenceListError
from nino_assets.statistic.list_declarations import LISTS
from nino_assets.statistic.list_faults import find_fault
from nino_assets.statistic.reference_folder import (
    FileState,
    build_list_error,
    find_own_lists,
    read_file_state,
)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

NATIONALITY_COLUMNS = ("nationality_code", "nationality", "sub_group", "world_area")
AREA_COLUMNS = ("area_code", "area_name", "geography_level", "region_code", "country_code")
WORLD_LAND = "world_land.geojson"
_LAYOUTS = "layouts/"


def read_list(name: str) -> pl.DataFrame:
    """Read a list by its name in `LISTS`.

    Every column is text without outer spaces, a blank empty text; rows and columns are in the order
    of the file. Raises ReferenceListError, naming file, row, column and rule, when the list does
    not keep to its schema.
    """
    return _read_checked(name, _find_states(_name_files([name])))


class KeptFunction(Generic[Arguments, Result]):
    """A function whose results are kept until a list changes."""

    def __init__(self, function: Callable[Arguments, Result], files: tuple[str, ...]) -> None:
        self._function = function
        self._files = files
        self._states: tuple[FileState, ...] = ()
        self._results: dict[object, Result] = {}
        update_wrapper(self, function)

    def __call__(self, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        states = _find_states(self._files)
        if states != self._states:
            self.clear()
            self._states = states
        key = (states, args, tuple(sorted(kwargs.items())))
        if key not in self._results:
            self._results[key] = self._function(*args, **kwargs)
        return self._results[key]

    def clear(self) -> None:
        """Compute anew at the next call."""
        self._results = {}


def keep_while_unchanged(
    *names: str,
) -> Callable[[Callable[Arguments, Result]], KeptFunction[Arguments, Result]]:
    """Decorate a function to compute anew only when a list has changed.

    A name is that of a list, or of another file of the folder with its ending. The arguments of the
    function must be hashable, and its results must not be changed.
    """
    files = _name_files(names)
    return lambda function: KeptFunction(function, files)


def read_nationalities() -> pl.DataFrame:
    """Read the nationalities as first published, in `NATIONALITY_COLUMNS`.

    What an edition stands on is in `nationality_list.py`.
    """
    return read_list("nationalities").select(NATIONALITY_COLUMNS)


def read_nationality_aliases() -> pl.DataFrame:
    """Read further delivered codes of nationalities: delivered, nationality."""
    return read_list("nationality_aliases").select("delivered", "nationality")


def read_areas() -> pl.DataFrame:
    """Read one row an area and level, in `AREA_COLUMNS`."""
    return read_list("areas").select(AREA_COLUMNS)


def check_reference_lists() -> None:
    """Check every list, and that each own file is one.

    Raises ReferenceListError for the first that is not as declared. Layouts are held against their
    declarations where deliveries are read.
    """
    known = {f"{name}.csv" for name in LISTS} | {WORLD_LAND}
    for name, path in find_own_lists().items():
        if name not in known and not (name.startswith(_LAYOUTS) and name.endswith(".toml")):
            raise ReferenceListError(
                f"{path} is not a reference list",
                rule=f"the lists are {', '.join(sorted(known))}, and {_LAYOUTS}*.toml",
                next_step="correct the name of the file, or take it away",
            )
    for name in LISTS:
        read_list(name)


def _name_files(names: Iterable[str]) -> tuple[str, ...]:
    """The files of lists and of those that they are held against."""
    files: list[str] = []
    for name in names:
        schema = LISTS.get(name)
        files.append(f"{name}.csv" if schema else name)
        files += _name_files(schema.other_lists if schema else ())
    return tuple(dict.fromkeys(files))


def _find_states(files: Iterable[str]) -> tuple[FileState, ...]:
    return tuple(read_file_state(file) for file in files)


@lru_cache(maxsize=2 * len(LISTS))
def _read_checked(name: str, states: tuple[FileState, ...]) -> pl.DataFrame:
    path = Path(states[0][0])
    header, rows = _read_csv(path)
    fault = find_fault(LISTS[name], header, rows, _list_members)
    if fault:
        raise build_list_error(path, fault.what, fault.rule)
    fields = [row for _, row in rows]
    return pl.DataFrame(fields, schema=dict.fromkeys(header, pl.String), orient="row")


def _list_members(name: str, column: str) -> Collection[str]:
    return frozenset(read_list(name)[column])


def _read_csv(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header, and each row with its number in a spreadsheet."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            lines = list(csv.reader(handle, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise build_list_error(
            path,
            f"cannot be read as CSV ({type(error).__name__})",
            "a list is comma-separated text in UTF-8, with a header",
        ) from None
    fields = [[field.strip() for field in line] for line in lines]
    header, *rows = fields or [[]]
    return header, [(number, row) for number, row in enumerate(rows, start=2) if row]
