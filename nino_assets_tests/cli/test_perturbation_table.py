"""The command that writes a p-table: what it takes, refuses and says."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import polars as pl
import pytest
from click.testing import CliRunner

from nino_assets.cli.perturbation_table import KEY_VARIABLE, perturbation_table
from nino_assets.errors import SecretKeyError, WarehouseError
from nino_assets.methods.disclosure.perturbation_table.design import (
    DEFAULT,
)
from nino_assets.methods.disclosure.perturbation_table.validation import check_perturbation_table
from nino_assets_tests.support.default_table import KEY, make_default_table


def run_command(path: Path, *options: str, key: str | None = KEY.hex()):
    return CliRunner().invoke(perturbation_table, [str(path), *options], env={KEY_VARIABLE: key})


def test_the_command_writes_the_default_table_once(tmp_path):
    path = tmp_path / "table.parquet"
    done = run_command(path)
    assert done.exit_code == 0, done.output
    assert pl.read_parquet(path).equals(make_default_table())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    again = run_command(path)
    assert isinstance(again.exception, WarehouseError)
    assert "exists already" in str(again.exception)
    assert path.read_bytes() == before


def test_the_command_prints_nothing_secret(tmp_path):
    done = run_command(tmp_path / "table.parquet")
    assert KEY.hex() not in done.output
    assert "192,000 rows, 256 keys" in done.output


@pytest.mark.parametrize(
    ("options", "fewest", "most", "advised"),
    [
        (("-D", "1", "-V", "0.5", "--smallest", "1"), 20_000, 40_000, True),
        (("-D", "3", "-V", "3.3"), 500, 2000, True),
        ((), 0, 9, False),
        (("-D", "5", "-V", "2", "--smallest", "1"), 0, 9, False),
    ],
)
def test_the_command_says_what_the_bounds_give_away(tmp_path, options, fewest, most, advised):
    done = run_command(tmp_path / "table.parquet", *options)
    assert done.exit_code == 0, done.output
    said = re.search(r"could work out ([\d,]+) exactly", done.output)
    assert said, done.output
    assert fewest <= int(said[1].replace(",", "")) <= most
    assert ("A longer reach" in done.output) == advised


def test_the_command_takes_a_design(tmp_path):
    path = tmp_path / "table.parquet"
    done = run_command(
        path, "-D", "5", "-V", "3", "--smallest", "3", "--keys", "512", "--stay", "0.3"
    )
    assert done.exit_code == 0, done.output
    table = check_perturbation_table(pl.read_parquet(path))
    assert (table.keys, table.forbidden, max(table.reach.values())) == (512, (1, 2), 5)


def test_the_default_may_reach_further(tmp_path):
    path = tmp_path / "table.parquet"
    assert run_command(path, "--reach", "5").exit_code == 0
    table = check_perturbation_table(pl.read_parquet(path))
    assert (table.forbidden, table.reach[750]) == ((1, 2, 3, 4), 5)


def test_without_a_key_each_table_is_drawn_anew(tmp_path):
    for name in ("a", "b"):
        assert (
            run_command(
                tmp_path / name, "-D", "2", "-V", "0.9", "--smallest", "1", key=None
            ).exit_code
            == 0
        )
    assert not pl.read_parquet(tmp_path / "a").equals(pl.read_parquet(tmp_path / "b"))


@pytest.mark.parametrize("key", ["", "zz" * 32, "ab" * 31])
def test_a_bad_key_writes_nothing_and_is_not_shown(tmp_path, key):
    failed = run_command(tmp_path / "table.parquet", key=key)
    assert isinstance(failed.exception, SecretKeyError)
    assert not key or key not in str(failed.exception)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_does_not_exist_is_said(tmp_path):
    failed = run_command(tmp_path / "nowhere" / "table.parquet")
    assert isinstance(failed.exception, WarehouseError)


def test_the_default_design_is_what_the_command_defaults_to():
    options = {option.name: option.default for option in perturbation_table.params}
    assert (options["reach"], options["variance"], options["smallest"], options["keys"]) == (
        DEFAULT.reach,
        DEFAULT.variance,
        DEFAULT.smallest,
        DEFAULT.keys,
    )
