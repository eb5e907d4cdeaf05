"""Odd arguments and odd environments for every command, found by looking at the commands.

A new command, or a new option of one, is covered by itself: each option has one right value by its
type or its name, and each is given every odd text in turn.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import click

from nino_assets.cli.main import cli

ODD_TEXTS = (
    "",
    " ",
    "x" * 20_000,
    "a\nb",
    "\x1b[31mred",
    "\u202eback",
    "\ud800",
    "\uff12\uff10\uff12\uff10-Q4",
    "..",
    "/",
    "-1",
    "'; DROP TABLE x",
    "{}",
    "[bold]",
)
ODD_QUARTERS = (
    *("2030-Q1", "9999-Q4", "0001-Q1", "1999-Q1", "0000-Q1", "2021-Q5", "2021-Q0", "2021Q1"),
    *("2021-01-01", "2021-02-01", "20211-Q1", "2020-\u0664", "\u0662\u0660\u0662\u0660-Q4"),
    *("9999-10-01", "Q4 2020", "2020-q4 "),
)
ODD_NUMBERS = (
    *("0", "-1", "1e400", "-inf", "nan", "1" * 400, "99999999999999999999", "1.5", "\u0663"),
    *("0x10", "1e-9", "-99999999999999999999"),
)
ODD_DATES = ("2021-02-30", "0001-01-01", "9999-12-31", "21-1-1", "2021-03-04T00:00")
RIGHT = {
    "rows": "nationality",
    "cube": "year_area",
    "check": "cleaned_records.nino_once",
    "to": "A council",
    "what": "year_area",
    "on": "2021-03-04",
    "scale": "0.001",
}


@dataclass(frozen=True)
class Call:
    """A command line, in an environment with these settings."""

    arguments: tuple[str, ...]
    settings: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        settings = [f"{name}={value[:40]!r}" for name, value in self.settings.items()]
        return " ".join([*settings, *(ascii(argument[:40]) for argument in self.arguments)])


def list_leaves(
    group: click.Group = cli, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    for name, command in group.commands.items():
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from list_leaves(command, (*path, name))


def list_odd_calls(places: Path) -> Iterator[Call]:
    """Every command with each option wrong in turn, its others right.

    `places` is a folder in which odd files and folders are made.
    """
    paths = make_odd_paths(places)
    for words, command in list_leaves():
        for odd in command.params:
            if isinstance(odd, click.Option) and odd.is_flag:
                continue
            for value in _list_odd_values(odd, paths):
                given = [
                    part
                    for other in command.params
                    if other is odd or other.required
                    for part in _give(other, value if other is odd else _find_right(other, places))
                ]
                yield Call((*words, *given))


def list_plain_calls(places: Path) -> Iterator[Call]:
    """Every command with its required options alone, all of them right."""
    for words, command in list_leaves():
        given = [
            part
            for option in command.params
            if option.required
            for part in _give(option, _find_right(option, places))
        ]
        yield Call((*words, *given))


def make_odd_paths(places: Path) -> list[str]:
    """Paths that nobody can write to, or that are something else than they should be."""
    places.mkdir(exist_ok=True)
    file = places / "file"
    file.write_text("a file", encoding="utf-8")
    folder = places / "folder"
    folder.mkdir(exist_ok=True)
    (folder / "inside").write_text("", encoding="utf-8")
    links = {"dangling": places / "nowhere", "loop": places / "loop"}
    for name, target in links.items():
        if not (places / name).is_symlink():
            (places / name).symlink_to(target)
    if not (places / "pipe").exists():
        os.mkfifo(places / "pipe")
    return [
        *(str(places / name) for name in ("file", "file/below", "dangling/x", "loop", "loop/x")),
        *("/proc/x", "/proc/self/x", "/dev/null", "/dev/null/x", "/sys/x"),
        str(places / ("n" * 300)),
        str(places / "nul\0"),
    ]


def _give(parameter: click.Parameter, value: str) -> list[str]:
    return [max(parameter.opts, key=len), value] if isinstance(parameter, click.Option) else [value]


def _find_right(parameter: click.Parameter, places: Path) -> str:
    kind, name = parameter.type, parameter.name or ""
    if isinstance(kind, click.Path):
        return str(places / f"right-{name}")
    if isinstance(kind, click.Choice):
        return str(kind.choices[0])
    if isinstance(kind, click.DateTime):
        return "2021-03-04"
    if kind.name == "quarter":
        return "2020-Q4"
    return RIGHT.get(name, "A reason." if kind is click.STRING else "1")


def _list_odd_values(parameter: click.Parameter, paths: list[str]) -> list[str]:
    kind = parameter.type
    if isinstance(kind, click.Path):
        return [*paths, ""]
    if kind.name == "quarter":
        return [*ODD_QUARTERS, *ODD_TEXTS]
    if isinstance(kind, click.DateTime):
        return [*ODD_DATES, *ODD_TEXTS]
    if kind.name in {"integer", "float", "integer range", "float range"}:
        return [*ODD_NUMBERS, *ODD_TEXTS]
    return [*ODD_TEXTS, *ODD_DATES]


def list_odd_settings(places: Path) -> Iterator[dict[str, str]]:
    """Environments with one setting wrong."""
    paths = [path for path in make_odd_paths(places) if "\0" not in path]
    odd_keys = ("", " ", "12", "11" * 33, "zz" * 32, "00" * 32, "\uff11" * 64, "\x1b[31m")
    for name in ("NINO_PSEUDONYM_KEY", "NINO_RECORD_KEY", "NINO_STORAGE_KEY"):
        yield from ({name: value} for value in odd_keys)
    for name in ("NINO_DATA_DIR", "DAGSTER_HOME", "NINO_PERTURBATION_TABLE", "NINO_KEY_FILE"):
        yield from ({name: value} for value in paths)
    yield from ({"DAGSTER_HOME": value} for value in ("relative", "~/x", str(places / "missing")))
    yield from ({"NINO_DATA_DIR": value} for value in ("~nobody-at-all/x", str(places / "missing")))
    yield from (
        {"NINO_CLOCK": value}
        for value in ("", "now", "2021-02-30T00:00", "9999-12-31T23:59", "2021-01-01T00:00+99:00")
    )
    yield {"NINO_RELEASE_SYNTHETIC": "\x1b"}
