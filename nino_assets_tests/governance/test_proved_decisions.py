"""Decisions that accounts and keys prove, and attacks on them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nino_assets.errors import GovernanceError, ReferenceListError
from nino_assets.governance.decision_log import append_entry, locate_log, verify_log
from nino_assets.governance.proved_decisions import find_unproved, record_decision
from nino_assets.governance.signatures import Signature
from nino_assets.governance.ssh_signatures import KEY_VARIABLE
from nino_assets.governance.team import Team, read_team
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.statistic.team_list import TeamRole
from nino_assets_tests.support.team import make_key, make_team, write_team

# OpenSSH signs and verifies here, which not every machine has.
pytestmark = pytest.mark.line

QUARTER = Quarter(2020, 4)
NOW = datetime(2021, 2, 23, 10, tzinfo=UTC)
SECOND = Signature(
    quarter="2020-Q4",
    by="Second Analyst",
    at=NOW.isoformat(),
    account="second",
    role="countersign",
    manifest_sha256="a" * 64,
)
HEAD = replace(SECOND, by="The Head", account="head", role="head-of-profession")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    (tmp_path / "warehouse" / "governance").mkdir(parents=True)
    make_team(tmp_path)
    return tmp_path


def sign(data: Path, monkeypatch: pytest.MonkeyPatch, entry: Signature, key: str = "") -> None:
    monkeypatch.setenv(KEY_VARIABLE, str(data / "test-keys" / (key or entry.account)))
    record_decision(locate_log(data / "warehouse"), entry, read_team())


def find(data: Path, *, synthetic: bool = False) -> list[str]:
    return find_unproved(locate_log(data / "warehouse"), QUARTER, read_team(), synthetic=synthetic)


def test_two_people_with_their_own_keys_prove_a_release(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(data, monkeypatch, SECOND)
    sign(data, monkeypatch, HEAD)
    assert find(data) == []
    assert verify_log(locate_log(data / "warehouse")) == []


def test_a_key_of_another_person_signs_nothing(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(GovernanceError, match="is not the one of The Head"):
        sign(data, monkeypatch, HEAD, key="second")
    assert not locate_log(data / "warehouse").exists()


@pytest.mark.parametrize("key", ["", "nowhere"])
def test_without_a_key_nothing_is_recorded(
    data: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, key and str(data / key))
    with pytest.raises(GovernanceError, match=KEY_VARIABLE):
        record_decision(locate_log(data / "warehouse"), HEAD, read_team())
    assert not locate_log(data / "warehouse").exists()


def _write_unsigned(data: Path) -> None:
    """Whoever can write the data folder appends a line with a chain and a head that are right."""
    append_entry(locate_log(data / "warehouse"), replace(HEAD, by="The Head"))


def _rewrite_whole(data: Path) -> None:
    """The whole log is written anew with another manifest: chain and head are right again."""
    log = locate_log(data / "warehouse")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for path in (log, log.with_suffix(".head.json")):
        path.unlink()
    for line in lines:
        fields = {k: v for k, v in line.items() if k not in ("kind", "previous")}
        append_entry(log, Signature(**fields | {"manifest_sha256": "b" * 64}))


def _copy_signature(data: Path) -> None:
    """A new line is given the signature that the old one had."""
    log = locate_log(data / "warehouse")
    signatures = log.with_suffix(".signatures.jsonl")
    old = json.loads(signatures.read_text().splitlines()[-1])
    seal = append_entry(log, replace(HEAD, manifest_sha256="b" * 64))
    with signatures.open("a") as file:
        file.write(json.dumps(old | {"line_sha256": seal}) + "\n")


def _swap_key(data: Path) -> None:
    """The list is given another key for the head of profession."""
    team = [[m.account, m.name, " ".join(sorted(m.roles)), m.key, "x"] for m in read_team().members]
    team[-1][3] = make_key(data / "other")
    write_team(data, team)


def _take_role(data: Path) -> None:
    team = [[m.account, m.name, " ".join(sorted(m.roles)), m.key, "x"] for m in read_team().members]
    team[-1][2] = "analyst"
    write_team(data, team)


@pytest.mark.parametrize(
    ("attack", "said"),
    [
        (_write_unsigned, "is not signed"),
        (_rewrite_whole, "is not signed"),
        (_copy_signature, "is signed with another key"),
        (_swap_key, "is signed with another key"),
        (_take_role, "who has no role for it"),
    ],
)
def test_a_forged_decision_is_found(
    data: Path, monkeypatch: pytest.MonkeyPatch, attack: Callable[[Path], None], said: str
) -> None:
    sign(data, monkeypatch, SECOND)
    sign(data, monkeypatch, HEAD)
    attack(data)
    assert verify_log(locate_log(data / "warehouse")) == []
    faults = find(data)
    assert faults
    assert all(said in fault for fault in faults)


def test_one_account_signs_in_one_role_only(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_team(data, [("head", "The Head", "countersigner head-of-profession", "", "x")])
    sign(data, monkeypatch, replace(SECOND, by="The Head", account="head"))
    sign(data, monkeypatch, HEAD)
    assert "the account head signed in both roles" in find(data, synthetic=True)


def test_a_decision_that_is_not_proved_is_put_right_by_taking_it_again(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    append_entry(locate_log(data / "warehouse"), replace(HEAD, account=""))
    assert "was not taken by an account of the team" in find(data)[0]
    sign(data, monkeypatch, HEAD)
    assert find(data) == []


def test_real_data_need_a_team_with_keys_and_a_demonstration_does_not(data: Path) -> None:
    write_team(data, [])
    assert find(data) == ["reference/team.csv lists nobody"]
    assert find(data, synthetic=True) == []
    write_team(data, [("head", "The Head", "head-of-profession", "", "x")])
    assert find(data) == ["reference/team.csv has no keys"]


@pytest.mark.parametrize(
    ("account", "typed", "role", "said"),
    [
        ("stranger", "", TeamRole.ANALYST, "is not in the list"),
        ("", "The Head", TeamRole.HEAD, "is not in the list"),
        ("reviewer", "The Head", TeamRole.HEAD, "is not that of The Head"),
        ("reviewer", "", TeamRole.HEAD, "A Reviewer is not head-of-profession"),
    ],
)
@pytest.mark.usefixtures("data")
def test_a_typed_name_loses_to_the_account(
    account: str, typed: str, role: TeamRole, said: str
) -> None:
    with pytest.raises(GovernanceError, match=said):
        read_team().identify(account, typed, role)


@pytest.mark.usefixtures("data")
def test_the_account_gives_the_name() -> None:
    assert read_team().identify("head", "", TeamRole.HEAD) == "The Head"
    assert read_team().identify("head", "the  HEAD", TeamRole.HEAD) == "The Head"
    assert Team().identify("root", "Anyone") == "Anyone"
    assert Team().identify("root", "") == "root"


@pytest.mark.parametrize("name", ["The Неad", "Head, The"])
def test_one_person_has_one_row(data: Path, name: str) -> None:
    rows = [("head", "The Head", "analyst", "", "x"), ("other", name, "analyst", "", "x")]
    write_team(data, rows)
    with pytest.raises(ReferenceListError, match="may be one person"):
        read_team()


@pytest.mark.parametrize(
    ("column", "value"),
    [(0, "a b"), (2, "boss"), (3, "ssh-ed25519 short"), (3, "-----BEGIN OPENSSH PRIVATE KEY-----")],
)
def test_a_row_that_is_not_as_declared_is_named(data: Path, column: int, value: str) -> None:
    row = ["head", "The Head", "head-of-profession", "", "x"]
    row[column] = value
    write_team(data, [row])
    with pytest.raises(ReferenceListError, match="row 2"):
        read_team()
