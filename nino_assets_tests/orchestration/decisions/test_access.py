"""Who was given which edition is in the log; whoever is not on the list is given nothing."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import polars as pl
import pyrage
import pytest

from nino_assets.errors import GovernanceError
from nino_assets.governance.access_grants import AccessGrant
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.governance.gate_facts import ReleaseFacts
from nino_assets.governance.pre_release_access import AccessStanding
from nino_assets.orchestration.assets.catalogue import open_warehouse
from nino_assets.orchestration.decisions.access import (
    give_access,
    locate_early_copy,
    read_access_state,
)
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.releases.early_copies import KEYS_FOLDER
from nino_assets.releases.pre_release_list import ASSET, LIST_COLUMNS
from nino_assets.releases.published import hash_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.release_facts import READY
from nino_assets_tests.support.small_releases import write_publication
from nino_assets_tests.support.team import make_key

QUARTER = Quarter(2020, 4)
ENTRY = ("Press officer", "Department for Work and Pensions", "Alex Example", "Questions")


@dataclass
class KnownContext:
    """A context with these facts about every quarter."""

    warehouse: Warehouse
    known: ReleaseFacts

    def collect_facts(self, _: Quarter) -> ReleaseFacts:
        return self.known


def given_at(context: KnownContext, *cases: str) -> list[AccessGrant]:
    return give_access(cast(ReleaseContext, context), QUARTER, cases, by="An Analyst")


@pytest.fixture
def context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KnownContext:
    """A quarter that is ready, half a day before its release, with two people on the list."""
    monkeypatch.setenv("NINO_STORAGE_KEY", "33" * 32)
    folders = Folders(tmp_path)
    write_publication(folders, QUARTER)
    warehouse = open_warehouse(folders)
    standings = {
        "PRA-1": AccessStanding.LISTED,
        "PRA-2": AccessStanding.UNCONFIRMED,
        "PRA-3": AccessStanding.LISTED,
    }
    rows = [
        (*ENTRY, case, "2021-01-28", QUARTER.label, standing.value)
        for case, standing in standings.items()
    ]
    held = pl.DataFrame(rows, schema=dict.fromkeys(LIST_COLUMNS, pl.String), orient="row")
    warehouse.tables.write(ASSET, held.to_arrow().to_reader(), QUARTER)
    return KnownContext(warehouse, replace(READY, now=READY.planned - timedelta(hours=12)))


def entries(context: KnownContext) -> list[AccessGrant]:
    return read_entries(locate_log(context.warehouse.folders.warehouse), AccessGrant)


def test_each_person_given_the_edition_is_in_the_log_without_a_name(context: KnownContext) -> None:
    given = given_at(context, "PRA-3", "PRA-1", "PRA-3")
    assert entries(context) == given
    assert [entry.business_case for entry in given] == ["PRA-3", "PRA-1"]
    folders = context.warehouse.folders
    assert {(e.edition, e.manifest_sha256) for e in given} == {
        (1, hash_manifest(folders.find_publication(QUARTER)))
    }
    assert given[0].job_title == "Press officer"
    assert b"Alex" not in locate_log(folders.warehouse).read_bytes()


def test_without_cases_everyone_on_the_list_and_nobody_else(context: KnownContext) -> None:
    assert [entry.business_case for entry in given_at(context)] == ["PRA-1", "PRA-3"]


def _make_age_key(_: Path) -> tuple[str, Any]:
    identity = pyrage.x25519.Identity.generate()
    return str(identity.to_public()), identity


def _make_ssh_key(folder: Path) -> tuple[str, Any]:
    public = make_key(folder / "id")
    return public, pyrage.ssh.Identity.from_buffer((folder / "id").read_bytes())


@pytest.mark.parametrize("make", [_make_age_key, _make_ssh_key])
def test_a_copy_opens_with_the_key_of_its_person_alone(
    context: KnownContext, tmp_path: Path, make: Callable[[Path], tuple[str, Any]]
) -> None:
    folders = context.warehouse.folders
    public, identity = make(tmp_path)
    (folders.landing / KEYS_FOLDER).mkdir(parents=True)
    (folders.landing / KEYS_FOLDER / "PRA-1.pub").write_text(f"{public}\n")
    with_key, without = given_at(context, "PRA-1", "PRA-3")
    assert not locate_early_copy(folders, without).exists()
    copy = locate_early_copy(folders, with_key)
    assert copy.stat().st_mode & 0o777 == 0o600
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(copy.read_bytes(), [pyrage.x25519.Identity.generate()])
    publication = folders.find_publication(QUARTER)
    with zipfile.ZipFile(io.BytesIO(pyrage.decrypt(copy.read_bytes(), [identity]))) as parts:
        names = parts.namelist()
        assert names
        for name in names:
            assert parts.read(name) == (publication / name).read_bytes()
    assert not [name for name in names if name.startswith(("qa/", "open-data/"))]


def test_a_key_that_is_none_gives_nothing(context: KnownContext) -> None:
    folders = context.warehouse.folders
    (folders.landing / KEYS_FOLDER).mkdir(parents=True)
    (folders.landing / KEYS_FOLDER / "PRA-1.pub").write_text("-----BEGIN OPENSSH PRIVATE KEY-----")
    with pytest.raises(GovernanceError, match=r"PRA-1\.pub is not a public key"):
        given_at(context, "PRA-1")
    assert entries(context) == []


@pytest.mark.parametrize("case", ["PRA-2", "PRA-9"])
def test_whoever_is_not_on_the_list_is_given_nothing(context: KnownContext, case: str) -> None:
    with pytest.raises(GovernanceError, match="1 of these business cases are not on the list"):
        given_at(context, "PRA-1", case)
    assert entries(context) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"now": READY.planned - timedelta(hours=24, seconds=1)}, "is open from"),
        ({"now": READY.planned}, "is open from"),
        ({"manifest_faults": ["bulletin.html has changed"]}, "files_as_listed"),
        ({"signatures": []}, "signed_by_second_analyst"),
        ({"access_list_faults": ["no list"]}, "access_list_in_order"),
        ({"clock_is_set": True}, "clock_right"),
    ],
)
def test_too_early_too_late_or_with_a_red_gate_nothing_is_given(
    context: KnownContext, change: dict[str, Any], said: str
) -> None:
    context.known = replace(context.known, **change)
    with pytest.raises(GovernanceError, match=said):
        given_at(context)
    assert entries(context) == []


def test_a_tampered_record_shows_and_takes_no_more(context: KnownContext) -> None:
    given_at(context, "PRA-1")
    log = locate_log(context.warehouse.folders.warehouse)
    log.write_bytes(log.read_bytes().replace(b"PRA-1", b"PRA-3"))
    assert verify_log(log)
    with pytest.raises(GovernanceError, match="not as it was written"):
        given_at(context, "PRA-3")


def test_the_list_and_the_window_are_shown(context: KnownContext) -> None:
    state = read_access_state(cast(ReleaseContext, context), QUARTER)
    assert [standing for _, standing in state.entries][1] is AccessStanding.UNCONFIRMED
    assert (state.opens.hour, state.opens.minute, state.opens.day) == (9, 30, 24)
    assert state.ends == READY.planned
