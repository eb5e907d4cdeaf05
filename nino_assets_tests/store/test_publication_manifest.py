from __future__ import annotations

import hashlib
import json
import multiprocessing
from pathlib import Path
from typing import Any

import pytest

import nino_assets
from nino_assets import packaged
from nino_assets.errors import PublicationError
from nino_assets.store import publication_manifest as manifest
from nino_assets.store.publication_manifest import (
    compute_code_version,
    refresh_manifest,
    verify_manifest,
)

INPUTS = {"landing/2020-Q4/manifest.json": "ab" * 32, "landing/nspl/NSPL.zip": "cd" * 32}


@pytest.fixture
def publication(tmp_path: Path) -> Path:
    folder = tmp_path / "publications" / "2020-Q4"
    for name, text in {
        "bulletin.html": "<html>",
        "open-data/nino-registrations.csv": "cube\r\n",
        "qa/counts.json": "{}",
        ".bulletin.html.123.tmp": "half",
        "open-data/.hidden/file": "half",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")
    return folder


def refresh(publication: Path, **changes: Any) -> None:
    settings: dict[str, Any] = {
        "code_version": "v1",
        "inputs": INPUTS,
        "lock": publication.parents[1] / "lock",
    }
    refresh_manifest(publication, **(settings | changes))


def test_lists_published_files_only(publication: Path) -> None:
    refresh(publication)
    text = (publication / "manifest.json").read_text("utf-8")
    assert text.endswith("}\n")
    document = json.loads(text)
    assert document == {
        "code_version": "v1",
        "files": {
            name: {
                "sha256": hashlib.sha256((publication / name).read_bytes()).hexdigest(),
                "size": (publication / name).stat().st_size,
            }
            for name in ("bulletin.html", "open-data/nino-registrations.csv")
        },
        "inputs": INPUTS,
    }
    assert verify_manifest(publication) == []


def test_the_same_files_give_the_same_bytes(publication: Path) -> None:
    refresh(publication)
    first = (publication / "manifest.json").read_bytes()
    refresh(publication, inputs=dict(reversed(INPUTS.items())))
    assert (publication / "manifest.json").read_bytes() == first


def test_nothing_is_left_in_the_publication(publication: Path) -> None:
    before = {p for p in publication.rglob("*") if p.is_file()}
    refresh(publication)
    after = {p for p in publication.rglob("*") if p.is_file()}
    assert after - before == {publication / "manifest.json"}


@pytest.mark.parametrize("name", ["bulletin.html", "open-data/nino-registrations.csv"])
def test_tampering_is_named(publication: Path, name: str) -> None:
    refresh(publication)
    raw = (publication / name).read_bytes()
    (publication / name).write_bytes(bytes([raw[0] ^ 1]) + raw[1:])
    assert verify_manifest(publication) == [f"{name} has changed"]
    (publication / name).unlink()
    assert verify_manifest(publication) == [f"{name} is missing"]


def test_an_extra_file_is_named_but_not_in_qa(publication: Path) -> None:
    refresh(publication)
    (publication / "qa" / "report.html").write_text("qa")
    (publication / "qa" / "counts.json").write_text("changed")
    assert verify_manifest(publication) == []
    (publication / "leak.csv").write_text("x")
    assert verify_manifest(publication) == ["leak.csv is not in the manifest"]


def test_a_manifest_that_lists_itself_or_more_is_caught(publication: Path) -> None:
    refresh(publication)
    path = publication / "manifest.json"
    document = json.loads(path.read_text())
    document["files"]["../../secret"] = {"sha256": "0" * 64, "size": 1}
    document["files"]["bulletin.html"] = "anything"
    path.write_text(json.dumps(document))
    assert verify_manifest(publication) == [
        "../../secret is missing",
        "bulletin.html has changed",
    ]


def test_an_asset_lists_its_own_files_anew_and_no_change_of_another_s(publication: Path) -> None:
    refresh(publication)
    for name in ("bulletin.html", "open-data/nino-registrations.csv"):
        (publication / name).write_text("changed")
    (publication / "open-data" / "new.csv").write_text("new")
    (publication / "tables.ods").write_text("not listed before")
    refresh(publication, written=["open-data"])
    assert verify_manifest(publication) == ["bulletin.html has changed"]
    (publication / "bulletin.html").unlink()
    refresh(publication, written=["tables.ods"])
    assert verify_manifest(publication) == []


def test_a_part_of_the_manifest_is_verified_alone(publication: Path) -> None:
    refresh(publication)
    (publication / "bulletin.html").write_text("changed")
    (publication / "open-data" / "leak.csv").write_text("x")
    assert verify_manifest(publication, ["bulletin.html"]) == ["bulletin.html has changed"]
    assert verify_manifest(publication, ["open-data/"]) == [
        "open-data/leak.csv is not in the manifest"
    ]
    (publication / "open-data" / "nino-registrations.csv").unlink()
    assert len(verify_manifest(publication, ["open-data/", "documents/"])) == 2


@pytest.mark.parametrize("text", ["", "[]", '{"files": 3}'])
def test_a_broken_manifest_is_made_anew_by_whoever_comes(publication: Path, text: str) -> None:
    (publication / "manifest.json").write_text(text)
    refresh(publication, written=["bulletin.html"])
    assert verify_manifest(publication) == []


@pytest.mark.parametrize("text", [None, "", "{", "[]", "{}", '{"files": 3}', "\ud800"])
def test_no_manifest_is_an_error(publication: Path, text: str | None) -> None:
    if text is not None:
        (publication / "manifest.json").write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(PublicationError, match=r"publications/2020-Q4/manifest\.json is missing"):
        verify_manifest(publication)


def _write_and_refresh(publication: Path, number: int) -> None:
    for n in range(10):
        (publication / f"file-{number}-{n}.txt").write_text(f"{number} {n}" * 1000)
        refresh(publication)


def test_writers_at_once_end_with_a_whole_manifest(publication: Path) -> None:
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_and_refresh, args=(publication, n)) for n in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        assert writer.exitcode == 0
    assert verify_manifest(publication) == []


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package with its reference facts, in the place of the real one."""
    root = tmp_path / "house"
    for name in (
        "pkg/a.py",
        "pkg/sub/t.html",
        "pkg/__pycache__/a.pyc",
        "pkg/.x.swp",
        "pkg/_packaged/reference/f.csv",
        "facts/f.csv",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    monkeypatch.setattr(manifest, "PACKAGE", root / "pkg")
    monkeypatch.setattr(packaged, "_IN_CHECKOUT", {"reference": root / "facts"})
    return root


def version() -> str:
    compute_code_version.cache_clear()
    try:
        return compute_code_version()
    finally:
        compute_code_version.cache_clear()


@pytest.mark.parametrize("name", ["pkg/a.py", "pkg/sub/t.html", "facts/f.csv"])
def test_code_version_follows_every_source_file(house: Path, name: str) -> None:
    before = version()
    (house / name).write_text("changed")
    changed = version()
    (house / name).rename((house / name).with_name("other.py"))
    assert len({before, changed, version()}) == 3


@pytest.mark.parametrize(
    "name", ["pkg/__pycache__/a.pyc", "pkg/.x.swp", "pkg/_packaged/reference/f.csv"]
)
def test_code_version_ignores_what_is_no_source(house: Path, name: str) -> None:
    before = version()
    (house / name).write_text("changed")
    assert version() == before


def test_code_version_of_the_real_package() -> None:
    assert len(compute_code_version()) == 64
    assert Path(nino_assets.__file__).parent == packaged.PACKAGE
