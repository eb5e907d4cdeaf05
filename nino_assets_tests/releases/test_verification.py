"""Editions are verified with public files alone; every forgery is found."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from nino_assets.errors import PublicationError
from nino_assets.governance.decision_log import locate_log
from nino_assets.governance.proved_decisions import record_decision
from nino_assets.governance.signatures import Signature
from nino_assets.governance.ssh_signatures import KEY_VARIABLE
from nino_assets.governance.team import read_team
from nino_assets.releases.decision_records import name_record, write_record
from nino_assets.releases.published import PublishedEditions, ReleasedEdition, hash_manifest
from nino_assets.releases.verification import verify_editions
from nino_assets.statistic.quarters import Quarter
from nino_assets.statistic.reference_folder import DATA_DIR_VARIABLE
from nino_assets.store.folders import Folders
from nino_assets.store.publication_manifest import refresh_manifest
from nino_assets_tests.support.team import make_key, make_team, write_team

# OpenSSH signs and verifies here, which not every machine has.
pytestmark = pytest.mark.line

QUARTER = Quarter(2020, 4)


def release(folders: Folders, monkeypatch: pytest.MonkeyPatch, *, synthetic: bool = False) -> None:
    """Release a small publication, signed by two people where the team has keys."""
    publication = folders.root / "publications" / QUARTER.label
    publication.mkdir(parents=True)
    (publication / "bulletin.html").write_text("<p>100 people</p>")
    lock = folders.root / "manifest.lock"
    refresh_manifest(publication, code_version="", inputs={}, lock=lock)
    edition = ReleasedEdition(
        quarter=QUARTER,
        number=1,
        released_at=datetime(2021, 2, 25, 9, 30, tzinfo=UTC),
        manifest_sha256=hash_manifest(publication),
        synthetic=synthetic,
    )
    log, team = locate_log(folders.warehouse), read_team()
    log.parent.mkdir(parents=True, exist_ok=True)
    for account, name, role in (
        ("second", "Second Analyst", "countersign"),
        ("head", "The Head", "head-of-profession"),
    ):
        monkeypatch.setenv(KEY_VARIABLE, str(folders.root / "test-keys" / account))
        signature = Signature(
            quarter=QUARTER.label,
            by=name,
            at="2021-02-23T10:00:00+00:00",
            account=account,
            role=role,
            manifest_sha256=edition.manifest_sha256,
        )
        record_decision(log, signature, team)
    PublishedEditions(folders).release(
        edition,
        publication,
        lambda editions: {name_record(editions[-1]): write_record(log, team, editions[-1])},
    )


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Folders:
    monkeypatch.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    return Folders(tmp_path)


@pytest.fixture
def published(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> Path:
    make_team(folders.root)
    release(folders, monkeypatch)
    return folders.published


def list_keys() -> list[str]:
    return [member.key for member in read_team().members]


def test_an_edition_as_it_was_signed_is_verified(published: Path) -> None:
    for place in (str(published), f"{published}/2020-Q4/1", f"{published}/2020-Q4/1/"):
        [found] = verify_editions(place, list_keys())
        assert (found.folder, found.files, found.faults) == ("2020-Q4/1", 1, [])
        assert len(set(found.keys)) == 2


def test_the_record_names_nobody(published: Path) -> None:
    text = (published / "decisions" / "2020-Q4-1.json").read_text()
    for member in read_team().members:
        assert member.name not in text
        assert member.account not in json.loads(text)["signatures"][0]["statement"]


def test_it_is_verified_from_the_web(published: Path) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=str(published))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        [found] = verify_editions(f"http://127.0.0.1:{server.server_port}/2020-Q4/1", list_keys())
        server.shutdown()
    assert found.faults == []


def _change_file(root: Path) -> None:
    (root / "2020-Q4" / "1" / "bulletin.html").write_text("<p>999 people</p>")


def _change_file_and_manifest(root: Path) -> None:
    _change_file(root)
    refresh_manifest(root / "2020-Q4/1", code_version="", inputs={}, lock=root / "lock")


def _change_all_but_signatures(root: Path) -> None:
    """File, manifest, register and record agree; only the signatures are of something else."""
    _change_file_and_manifest(root)
    sha256 = hash_manifest(root / "2020-Q4" / "1")
    for name in ("releases.json", "decisions/2020-Q4-1.json"):
        path = root / name
        document = json.loads(path.read_text())
        for entry in document if isinstance(document, list) else [document]:
            entry["manifest_sha256"] = sha256
        path.write_text(json.dumps(document))


def _edit_record(root: Path, change: Callable[[list[dict[str, str]]], object]) -> None:
    path = root / "decisions" / "2020-Q4-1.json"
    document = json.loads(path.read_text())
    change(document["signatures"])
    path.write_text(json.dumps(document))


def _say_that_it_is_a_demonstration(root: Path) -> None:
    path = root / "decisions" / "2020-Q4-1.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"proved_by": "typed names"}))


@pytest.mark.parametrize(
    ("forge", "said"),
    [
        (_change_file, "bulletin.html is missing or has changed"),
        (_change_file_and_manifest, "is not the one in releases.json"),
        (_change_all_but_signatures, "is for something else"),
        (lambda root: (root / "2020-Q4/1/bulletin.html").unlink(), "is missing or has changed"),
        (lambda root: (root / "decisions/2020-Q4-1.json").unlink(), "is no record of decisions"),
        (_say_that_it_is_a_demonstration, "has no signatures"),
        (lambda root: _edit_record(root, lambda s: s.pop()), "no signature as head-of-profession"),
        (
            lambda root: _edit_record(root, lambda s: s[1].update(key=s[0]["key"])),
            "does not belong to its key",
        ),
        (
            lambda root: _edit_record(root, lambda s: s[0].update(signature=s[1]["signature"])),
            "does not belong to its key",
        ),
    ],
)
def test_a_forgery_is_found(published: Path, forge: Callable[[Path], object], said: str) -> None:
    forge(published)
    [found] = verify_editions(str(published), list_keys())
    assert any(said in fault for fault in found.faults), found.faults


def test_a_key_that_may_not_sign_is_found(published: Path, tmp_path: Path) -> None:
    [found] = verify_editions(str(published), [make_key(tmp_path / "other")])
    assert sum("may not sign" in fault for fault in found.faults) == 2


@pytest.mark.parametrize(("synthetic", "faults"), [(True, 0), (False, 1)])
def test_without_keys_only_a_demonstration_passes(
    folders: Folders, monkeypatch: pytest.MonkeyPatch, synthetic: bool, faults: int
) -> None:
    write_team(folders.root, [])
    release(folders, monkeypatch, synthetic=synthetic)
    [found] = verify_editions(str(folders.published))
    assert (len(found.faults), found.keys) == (faults, [])


@pytest.mark.parametrize("place", ["nowhere", "http://127.0.0.1:9/published"])
def test_a_place_without_editions_is_refused(place: str) -> None:
    with pytest.raises(PublicationError, match=r"There is no releases\.json"):
        verify_editions(place)


def test_an_edition_that_was_not_released_is_refused(published: Path) -> None:
    with pytest.raises(PublicationError, match="2021-Q1/1 is not in"):
        verify_editions(f"{published}/2021-Q1/1")
