"""A signature is in the log and on the release, and nothing unsound is signed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from nino_assets.errors import GovernanceError, NinoError
from nino_assets.governance.clock import CLOCK_VARIABLE
from nino_assets.governance.decision_log import locate_log, read_entries, verify_log
from nino_assets.governance.signatures import Signature
from nino_assets.orchestration.dagster_internals import read_latest_evaluations
from nino_assets.orchestration.decisions.sign_off import SignOffConfig, give_signature
from nino_assets.orchestration.instance import HOME_VARIABLE, open_instance
from nino_assets.releases.published import hash_manifest
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest

QUARTER = Quarter(2020, 4)


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    monkeypatch.delenv(HOME_VARIABLE, raising=False)
    monkeypatch.setenv(CLOCK_VARIABLE, "2021-02-23T10:00")
    folders = Folders(tmp_path)
    publication = folders.find_publication(QUARTER)
    publication.mkdir(parents=True)
    (publication / "bulletin.html").write_text("figures")
    lock = folders.warehouse / "locks" / "m.lock"
    refresh_manifest(publication, code_version="", inputs={}, lock=lock)
    return folders


@pytest.fixture
def instance(folders: Folders) -> Iterator[dg.DagsterInstance]:
    with open_instance(folders) as instance:
        yield instance


def config(role: str = "countersign", by: str = "Second Analyst", **other: str) -> SignOffConfig:
    return SignOffConfig(**({"quarter": "2020-Q4", "role": role, "by": by} | other))


def signatures(folders: Folders) -> list[Signature]:
    return read_entries(locate_log(folders.warehouse), Signature)


def test_a_signature_is_in_the_log_and_on_the_release(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    give_signature(instance, folders, config())
    given = give_signature(instance, folders, config("head-of-profession", "The Head"))
    assert [each.by for each in signatures(folders)] == ["Second Analyst", "The Head"]
    assert given.manifest_sha256 == hash_manifest(folders.find_publication(QUARTER))
    assert given.at == "2021-02-23T10:00:00+00:00"
    assert verify_log(locate_log(folders.warehouse)) == []
    for check, by in (
        ("signed_by_second_analyst", "Second Analyst"),
        ("signed_by_head", "The Head"),
    ):
        key = dg.AssetCheckKey(dg.AssetKey("release"), check)
        found = read_latest_evaluations(instance, [key], QUARTER.key).get(key)
        assert found is not None
        assert found.passed
        assert found.metadata["by"].value == by
        assert found.metadata["manifest_sha256"].value == given.manifest_sha256
        assert len(str(found.metadata["sha256 in the log"].value)) == 64


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"role": "head-of-profession"}, "No second analyst"),
        ({"role": "author"}, "no such role"),
        ({"by": " "}, "name of the person who decides"),
        ({"quarter": "soon"}, "not a quarter"),
        ({"quarter": "2020-Q3"}, "missing or is not a manifest"),
    ],
)
def test_what_cannot_be_signed_leaves_nothing_behind(
    instance: dg.DagsterInstance, folders: Folders, wrong: dict[str, str], said: str
) -> None:
    with pytest.raises(NinoError, match=said) as refused:
        give_signature(instance, folders, config(**wrong))
    assert refused.value.next_step
    assert signatures(folders) == []
    assert instance.get_runs_count() == 0


def test_files_changed_after_they_were_made_are_not_signed(
    instance: dg.DagsterInstance, folders: Folders
) -> None:
    (folders.find_publication(QUARTER) / "bulletin.html").write_text("other figures")
    with pytest.raises(GovernanceError, match=r"bulletin\.html has changed"):
        give_signature(instance, folders, config())
    assert signatures(folders) == []


def test_a_clock_before_the_last_decision_signs_nothing(
    instance: dg.DagsterInstance, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_signature(instance, folders, config())
    monkeypatch.setenv(CLOCK_VARIABLE, "2021-02-22T10:00")
    with pytest.raises(GovernanceError, match="The clock says 22 February 2021"):
        give_signature(instance, folders, config("head-of-profession", "The Head"))
    assert len(signatures(folders)) == 1
