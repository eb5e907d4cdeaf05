"""Every command with odd arguments and settings: refused in words, with nothing made.

Every third call of the full list, by its place. `ODD_CALLS=1` runs each of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest import mock

import pytest

from nino_assets.errors import WarehouseError
from nino_assets.methods.disclosure.perturbation_table.design import compute_noise
from nino_assets_tests.support.commands import CommandResult, run_command, start_command
from nino_assets_tests.support.odd_arguments import (
    Call,
    list_leaves,
    list_odd_calls,
    list_odd_settings,
    list_plain_calls,
)

READING = ("status", "access", "tabulate", "build", "review", "release")
COMPUTE_ONCE = cache(compute_noise)
"""Most calls design the same p-table, which takes a second."""
STOP = WarehouseError("Stopped here", rule="a test makes no data", next_step="none")
EVERY = 1 if os.environ.get("ODD_CALLS") else 3


@pytest.fixture(autouse=True)
def _no_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What a right call would begin, and take minutes for, is refused at its beginning."""
    monkeypatch.chdir(tmp_path)
    with (
        mock.patch("nino_assets.synthetic.synthesis.write_directory_file", side_effect=STOP),
        mock.patch("nino_assets.orchestration.servers._run_servers", return_value=0),
        mock.patch("nino_assets.service.server.serve", return_value=None),
        mock.patch(f"{compute_noise.__module__}.compute_noise", COMPUTE_ONCE),
    ):
        yield


def find_fault(result: CommandResult) -> str | None:
    """What is wrong with the way in which a command ended."""
    if "Traceback" in result or "report this line" in result:
        return "a traceback"
    if any(mark in result for mark in ("\x1b", "\u202e", "\ud800")):
        return "a character that steers the terminal"
    is_state = "Nothing is built yet." in result  # what `status` shows, with its own exit codes
    if result.code and not is_state and not ("Rule: " in result and "Next: " in result):
        return "no rule, or no next step"
    return None if result.code in (0, 1, 2) else "another exit code"


def run_calls(data: Path, calls: list[Call]) -> list[str]:
    """The faults of each call, one a line."""
    faults = []
    for call in calls:
        try:
            fault = find_fault(run_command(data, dict(call.settings), *call.arguments))
        except Exception as error:
            fault = f"{type(error).__name__}: {str(error)[:80]!r}"
        if fault:
            faults.append(f"{call}: {fault}")
    return faults


def test_every_command_is_called_with_odd_arguments(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    calls = list(list_odd_calls(tmp_path / "places"))
    assert {call.arguments[0] for call in calls} == {words[0] for words, _ in list_leaves()}
    assert run_calls(tmp_path / "data", calls[::EVERY]) == []


def test_every_command_is_called_in_odd_environments(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    calls = [
        Call(call.arguments, settings)
        for call in list_plain_calls(tmp_path / "places")
        for settings in list_odd_settings(tmp_path / "places")
    ]
    assert run_calls(tmp_path / "data", calls[:: 3 * EVERY]) == []


@pytest.mark.parametrize("command", READING)
def test_a_mistyped_data_folder_makes_nothing(tmp_path: Path, command: str) -> None:
    call = next(
        call for call in list_plain_calls(tmp_path / "places") if call.arguments[0] == command
    )
    result = run_command(tmp_path / "dat", {}, *call.arguments)
    assert result.code == 1
    assert f"The data folder {tmp_path / 'dat'} does not exist" in result
    assert not (tmp_path / "dat").exists()


def test_status_of_an_empty_folder_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    result = run_command(tmp_path / "data", {}, "status", "--quarter", "2020-Q4")
    assert "Nothing is built yet." in result
    assert find_fault(result) is None
    assert list((tmp_path / "data").iterdir()) == []


@pytest.mark.parametrize("quarter", ["2030-Q1", "1999-Q1", "2021-Q5", "\uff12020-Q1"])
def test_a_quarter_that_cannot_be_built(tmp_path: Path, quarter: str) -> None:
    result = run_command(tmp_path, {}, "build", "--quarter", quarter)
    assert result.code != 0
    assert find_fault(result) is None


def test_a_tilde_is_the_home_folder(tmp_path: Path) -> None:
    result = run_command(
        tmp_path,
        {"HOME": str(tmp_path), "NINO_DATA_DIR": "~/x"},
        *("status", "--quarter", "2020-Q4"),
    )
    assert f"The data folder {tmp_path / 'x'} does not exist" in result


def test_tabulate_on_a_cut_file(tmp_path: Path) -> None:
    cells = tmp_path / "publications/2020-Q4/open-data/nino-registrations.parquet"
    cells.parent.mkdir(parents=True)
    cells.write_bytes(b"PAR1 and no more")
    arguments = ("--quarter", "2020-Q4", "--cube", "year_area", "--rows", "nationality")
    result = run_command(tmp_path, {}, "tabulate", *arguments)
    assert result.code == 1
    assert "nino-registrations.parquet cannot be read" in result
    assert find_fault(result) is None


def test_a_lock_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "warehouse/locks/2020-Q4.lock").mkdir(parents=True)
    result = run_command(tmp_path, {}, "build", "--quarter", "2020-Q4")
    assert result.code == 1
    assert "2020-Q4.lock" in result
    assert find_fault(result) is None


def test_a_refusal_stands_last(tmp_path: Path) -> None:
    (tmp_path / "landing" / "2020-Q4").mkdir(parents=True)
    result = run_command(tmp_path, {}, "build", "--quarter", "2020-Q4")
    assert result.code == 1
    *_, what, rule, next_step = result.text.rstrip().splitlines()
    assert "landing/" in what
    assert rule.startswith("Rule: ")
    assert next_step.startswith("Next: ")


def test_an_argument_that_is_no_text_in_a_process_of_its_own(tmp_path: Path) -> None:
    with start_command(tmp_path, {}, "status", "--quarter", "\udcff") as process:
        text, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Argument 3 has a line break or a character that is not seen" in text
    assert "Traceback" not in text
