"""A team with accounts and keys, and a way to act as one of its members."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

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
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    path.write_bytes(private)
    path.chmod(0o600)
    return public.decode()


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
