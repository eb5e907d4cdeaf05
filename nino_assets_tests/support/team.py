"""A team with accounts and keys, and a way to act as one of its members."""

from __future__ import annotations

import csv
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from nino_assets.governance import accounts
from nino_assets.governance.ssh_signatures import KEY_VARIABLE
from nino_assets.statistic.team_list import TEAM_FILE, TEAM_LIST

PEOPLE = (
    ("an-analyst", "An Analyst", "analyst releaser"),
    ("reviewer", "A Reviewer", "analyst"),
    ("second", "Second Analyst", "analyst countersigner"),
    ("head", "The Head", "head-of-profession"),
)
_ACCOUNTS = {name: account for account, name, _ in PEOPLE}


def make_key(path: Path) -> str:
    """Make a key without passphrase; return its public half, without the comment."""
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)]
    subprocess.run(command, check=True)
    return path.with_suffix(".pub").read_text(encoding="utf-8").strip()


def write_team(data: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write the list of the team into a data folder."""
    path = data / "reference" / TEAM_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([TEAM_LIST.names, *rows])


def make_team(data: Path) -> None:
    """Write the list of `PEOPLE` with a new key for each, which lies in `data/test-keys/`."""
    keys = data / "test-keys"
    keys.mkdir(parents=True, exist_ok=True)
    write_team(
        data,
        [(*each, make_key(keys / each[0]), "made by a test") for each in PEOPLE],
    )


def act_as(monkeypatch: pytest.MonkeyPatch, data: Path, name: str) -> None:
    """Go on as another person: with their account, and their key."""
    account = _ACCOUNTS[name]
    monkeypatch.setattr(accounts, "name_account", lambda _: account)
    monkeypatch.setenv(KEY_VARIABLE, str(data / "test-keys" / account))
