"""A release is whole or not there, and what was released stays as it was."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from nino_assets.errors import PublicationError, WarehouseError
from nino_assets.governance.calendar import compute_release_moment
from nino_assets.releases import published as module
from nino_assets.releases.kept_pages import list_damaged_pages
from nino_assets.releases.published import PublishedEditions
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.folders import Folders
from nino_assets_tests.support.damaged_files import DAMAGES
from nino_assets_tests.support.small_releases import (
    hash_published,
    make_edition,
    make_pages,
    release_edition,
    write_publication,
)

THIRD, FOURTH = Quarter(2020, 3), Quarter(2020, 4)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(tmp_path)


def test_a_release_is_what_the_manifest_lists_and_its_pages(folders: Folders) -> None:
    release_edition(folders, THIRD)
    release_edition(folders, FOURTH)
    assert set(hash_published(folders)) == {
        "index.html",
        "releases.json",
        *(f"2020-Q{n}/1/{name}" for n in (3, 4) for name in ("bulletin.html", "manifest.json")),
        *(f"2020-Q{n}/1/open-data/cells.csv" for n in (3, 4)),
    }
    held = PublishedEditions(folders)
    assert [each.folder for each in held.read_editions()] == ["2020-Q3/1", "2020-Q4/1"]
    assert held.read_editions()[1] == make_edition(folders, FOURTH)
    assert (folders.published / "index.html").read_text() == "2020-Q3/1 2020-Q4/1"
    assert held.find_faults() == []
    assert not os.access(held.locate(held.read_editions()[0]) / "bulletin.html", os.X_OK)


def test_a_correction_leaves_the_first_edition(folders: Folders) -> None:
    release_edition(folders, FOURTH)
    first = hash_published(folders)
    release_edition(folders, FOURTH, number=2, content="other figures")
    now = hash_published(folders)
    assert {n: d for n, d in now.items() if n.startswith("2020-Q4/1/")} == {
        n: d for n, d in first.items() if n.startswith("2020-Q4/1/")
    }
    assert now["2020-Q4/2/bulletin.html"] != now["2020-Q4/1/bulletin.html"]
    latest = PublishedEditions(folders).read_editions()[-1]
    assert latest.number == 2


def test_the_same_release_again_changes_nothing(folders: Folders) -> None:
    release_edition(folders, FOURTH)
    before, state = hash_published(folders), folders.published.readlink()
    release_edition(folders, FOURTH)
    assert (hash_published(folders), folders.published.readlink()) == (before, state)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_page_is_found_and_made_again(folders: Folders, damage: str) -> None:
    for quarter in (THIRD, FOURTH):
        release_edition(folders, quarter)
    whole = hash_published(folders)
    assert list_damaged_pages(folders) == []
    for _ in range(3):
        (folders.published / "index.html").chmod(0o644)
        DAMAGES[damage](folders.published / "index.html")
        assert list_damaged_pages(folders) == ["index.html"]
        release_edition(folders, FOURTH)
        assert hash_published(folders) == whole
        assert list_damaged_pages(folders) == []
    assert len(list((folders.root / ".published").glob("[0-9]*"))) == 2


def test_an_earlier_edition_released_again_does_not_make_the_pages(folders: Folders) -> None:
    for quarter in (THIRD, FOURTH):
        release_edition(folders, quarter)
    (folders.published / "index.html").unlink()
    release_edition(folders, THIRD)
    assert not (folders.published / "index.html").exists()


@pytest.mark.parametrize("reason", [errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK])
def test_a_disk_without_hard_links_gives_the_same(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int
) -> None:
    linked = Folders(tmp_path / "linked")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(reason, "no hard links")

    for place in (linked, folders):
        release_edition(place, THIRD)
        release_edition(place, FOURTH)
        monkeypatch.setattr(os, "link", refuse)
    assert hash_published(folders) == hash_published(linked)
    assert PublishedEditions(folders).find_faults() == []


def test_other_content_is_not_put_in_place_of_what_was_released(folders: Folders) -> None:
    release_edition(folders, FOURTH)
    before = hash_published(folders)
    with pytest.raises(PublicationError, match="released already"):
        release_edition(folders, FOURTH, content="other figures")
    assert hash_published(folders) == before


@pytest.mark.parametrize("name", ["bulletin.html", "open-data/cells.csv", "manifest.json"])
def test_a_byte_changed_after_signing_is_not_released(folders: Folders, name: str) -> None:
    release_edition(folders, THIRD)
    before = hash_published(folders)
    publication = write_publication(folders, FOURTH)
    signed = make_edition(folders, FOURTH)
    with (publication / name).open("a") as file:
        file.write("\n")
    with pytest.raises(PublicationError, match="not as it was signed"):
        PublishedEditions(folders).release(signed, publication, make_pages)
    assert hash_published(folders) == before
    assert not list((folders.root / ".published").glob("*.tmp"))


@pytest.mark.parametrize("step", ["_copy_edition", "_write", "_flush_tree", "replace_link"])
def test_killed_half_way_nothing_is_seen_and_again_gives_the_same_bytes(
    folders: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    whole = Folders(tmp_path / "whole")
    for quarter in (THIRD, FOURTH):
        release_edition(whole, quarter)
    release_edition(folders, THIRD)
    before = hash_published(folders)
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(module, step, lambda *_: os.kill(os.getpid(), 9))
        release_edition(folders, FOURTH)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 9
    assert hash_published(folders) == before
    release_edition(folders, FOURTH)
    assert hash_published(folders) == hash_published(whole)
    assert not list((folders.root / ".published").glob("*.tmp"))


def test_a_full_disk_leaves_readers_what_they_had(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    release_edition(folders, THIRD)
    before = hash_published(folders)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_flush_tree", full)
    with pytest.raises(WarehouseError, match="disk is full"):
        release_edition(folders, FOURTH)
    assert hash_published(folders) == before


def test_what_was_changed_after_release_shows(folders: Folders) -> None:
    release_edition(folders, THIRD)
    release_edition(folders, FOURTH)
    path = folders.published / "2020-Q3/1/bulletin.html"
    path.chmod(0o644)
    path.write_text("other figures")
    (folders.published / "2020-Q4/1/stray.csv").write_text("x")
    assert PublishedEditions(folders).find_faults() == [
        "2020-Q3/1/bulletin.html has changed",
        "2020-Q4/1/stray.csv is not in the manifest",
    ]
    manifest = folders.published / "2020-Q4/1/manifest.json"
    manifest.unlink()
    manifest.write_text("{}")
    assert (
        "2020-Q4/1/manifest.json is not the one that was signed"
        in PublishedEditions(folders).find_faults()
    )


def test_a_broken_register_is_no_register(folders: Folders) -> None:
    release_edition(folders, THIRD)
    register = folders.published / "releases.json"
    register.unlink()
    register.write_text("[{}]")
    with pytest.raises(PublicationError, match="not a list of editions"):
        PublishedEditions(folders).read_editions()


def test_only_the_state_before_is_kept(folders: Folders) -> None:
    for quarter in Quarter(2020, 1).list_until(FOURTH):
        release_edition(folders, quarter)
    assert len(list((folders.root / ".published").glob("[0-9]*"))) == 2
    moment = PublishedEditions(folders).read_editions()[0].released_at
    assert (
        moment
        == compute_release_moment(Quarter(2020, 1))
        == datetime.fromisoformat(moment.isoformat())
    )
    assert replace(make_edition(folders, FOURTH), number=2).folder == "2020-Q4/2"
