"""Everything released, in `data/published/`: it changes in one step.

    published                    a link to the current state, in .published/
    published/releases.json      every edition released, oldest first
    published/2020-Q4/1/…        an edition, byte for byte as its manifest.json says; 2 corrects it
    published/index.html, …      pages for readers, written anew at each release

A state is a whole folder. A release writes the next one as a new folder, with the earlier editions
as hard links, and then switches the link: a reader sees all of the old state or all of the new.
Nothing in a state changes once it is written. The same editions and pages give the same bytes, so a
release that was killed and run again gives what it would have given.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from nino_assets.errors import PublicationError
from nino_assets.releases.kept_pages import keep_page_hashes, list_damaged_pages
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.atomic import explain_disk_errors, flush, link_or_copy, replace_link
from nino_assets.store.folders import Folders
from nino_assets.store.locks import lock_file
from nino_assets.store.publication_manifest import MANIFEST_NAME, verify_manifest

REGISTER_NAME = "releases.json"
_NO_CHANGE = "once released, an edition stays as it is; a correction is another edition"
_STATES_KEPT = 2
"""The current one, and the one before it, which someone may still be reading."""

_BLOCK = 1 << 20

Pages = Mapping[str, bytes]
"""Path below `published/` → content."""


@dataclass(frozen=True, kw_only=True)
class ReleasedEdition:
    """A released edition: number 1 is the first, later ones correct it.

    `released_at` is the time planned in the release schedule or the correction, and not that of the
    run. `reason` is why a correction was made, blank for number 1.
    """

    quarter: Quarter
    number: int
    released_at: datetime
    manifest_sha256: str
    synthetic: bool
    reason: str = ""

    @property
    def folder(self) -> str:
        """Its folder under `published/`: `2020-Q4/1`."""
        return f"{self.quarter.label}/{self.number}"

    def to_json(self) -> dict[str, Any]:
        """The edition as an entry of the register."""
        return asdict(self) | {
            "quarter": self.quarter.label,
            "released_at": self.released_at.isoformat(timespec="seconds"),
        }

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> ReleasedEdition:
        """Read an entry of the register.

        Raises KeyError, TypeError or ValueError when it is not an edition.
        """
        return cls(
            quarter=Quarter.parse(content["quarter"]),
            number=int(content["number"]),
            released_at=datetime.fromisoformat(content["released_at"]),
            manifest_sha256=str(content["manifest_sha256"]),
            synthetic=bool(content["synthetic"]),
            reason=str(content["reason"]),
        )


class PublishedEditions:
    """The released editions under one data folder."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self.root = folders.published
        self._states = folders.root / ".published"
        self._lock = folders.warehouse / "locks" / "published.lock"

    # Reading ---------------------------------------------------------------------------------

    def read_editions(self) -> list[ReleasedEdition]:
        """Read every edition, in the order of release.

        Raises PublicationError for a damaged register.
        """
        register = self.root / REGISTER_NAME
        if not self.root.exists():
            return []
        try:
            listed = json.loads(register.read_text(encoding="utf-8"))
            return [ReleasedEdition.from_json(each) for each in listed]
        except (OSError, KeyError, TypeError, ValueError):
            raise PublicationError(
                f"published/{REGISTER_NAME} is missing or is not a list of editions",
                rule=_NO_CHANGE,
                next_step="restore data/published and data/.published from a backup",
            ) from None

    def locate(self, edition: ReleasedEdition) -> Path:
        """The folder of an edition."""
        return self.root / edition.folder

    def find_faults(self) -> list[str]:
        """Find files that are not as they were released, a sentence each."""
        found = []
        for edition in self.read_editions():
            folder = self.locate(edition)
            if hash_manifest(folder) != edition.manifest_sha256:
                found.append(f"{edition.folder}/{MANIFEST_NAME} is not the one that was signed")
                continue
            found += [f"{edition.folder}/{fault}" for fault in verify_manifest(folder)]
        return found

    # Releasing -------------------------------------------------------------------------------

    def release(
        self,
        edition: ReleasedEdition,
        publication: Path,
        pages: Callable[[Sequence[ReleasedEdition]], Pages],
    ) -> None:
        """Release an edition as its manifest says, with new pages.

        `pages` is called with all editions, this one last. When the edition was released already
        with the same manifest nothing is done, but that damaged pages of the newest edition are
        made again. Raises PublicationError when a file is not as the
        manifest says, or the edition was released with another manifest; WarehouseError when the
        disk is full or read-only. Readers then see what they saw before.
        """
        with lock_file(self._lock):
            before = self.read_editions()
            held = {each.folder: each for each in before}
            if edition.folder in held:
                if held[edition.folder] != edition:
                    raise PublicationError(
                        f"{edition.folder} is released already, with other content",
                        rule=_NO_CHANGE,
                        next_step="open a correction: nino-assets correct",
                    )
                if edition != before[-1] or not list_damaged_pages(self._folders):
                    return
            after = [*before, *([] if edition.folder in held else [edition])]
            with (
                explain_disk_errors(self._states / edition.quarter.label),
                self._prepare_state() as fresh,
            ):
                for each in before:
                    _link_tree(self.locate(each), fresh / each.folder)
                if edition.folder not in held:
                    _copy_edition(publication, edition, fresh / edition.folder)
                register = [each.to_json() for each in after]
                text = json.dumps(register, ensure_ascii=False, indent=1) + "\n"
                written = self._keep_whole_pages(pages(after), before, after)
                for name, content in {**written, REGISTER_NAME: text.encode()}.items():
                    _write(fresh / name, content)
                _open_tree(fresh)
                _flush_tree(fresh)
                with keep_page_hashes(self._folders, written):
                    self._switch(fresh, self._name_state(len(after)))

    @contextmanager
    def _prepare_state(self) -> Iterator[Path]:
        """Make an empty folder for the next state, without earlier leftovers."""
        self._states.mkdir(parents=True, exist_ok=True)
        for leftover in self._states.glob("*.tmp"):
            shutil.rmtree(leftover)
        fresh = self._states / f"{os.getpid()}.tmp"
        fresh.mkdir()
        try:
            yield fresh
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _keep_whole_pages(
        self, pages: Pages, before: Sequence[ReleasedEdition], after: Sequence[ReleasedEdition]
    ) -> Pages:
        """The pages; of the same editions, damaged ones only are made again."""
        if len(after) > len(before):
            return pages
        damaged = list_damaged_pages(self._folders)
        return {
            name: content
            if name in damaged or not (self.root / name).is_file()
            else (self.root / name).read_bytes()
            for name, content in pages.items()
        }

    def _name_state(self, editions: int) -> str:
        """A name after those of earlier states that is not in use."""
        name = f"{editions:06d}"
        return f"{name}-again" if self.root.resolve().name == name else name

    def _switch(self, fresh: Path, name: str) -> None:
        """Make a finished folder the current state, and delete old ones."""
        state = self._states / name
        # Left when a release was killed before the link was switched: nobody has seen it.
        shutil.rmtree(state, ignore_errors=True)
        fresh.rename(state)
        flush(self._states)
        replace_link(self.root, os.path.relpath(state, self.root.parent))
        for old in sorted(self._states.glob("[0-9]*"))[:-_STATES_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def hash_manifest(publication: Path) -> str:
    """The sha256 of a publication's manifest; blank without one.

    Signatures are bound to it.
    """
    path = publication / MANIFEST_NAME
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _copy_edition(publication: Path, edition: ReleasedEdition, to: Path) -> None:
    """Copy what the manifest lists, and compare every byte with it."""
    listed = json.loads((publication / MANIFEST_NAME).read_text(encoding="utf-8"))["files"]
    signed = {name: entry["sha256"] for name, entry in listed.items()}
    for name, sha256 in {**signed, MANIFEST_NAME: edition.manifest_sha256}.items():
        if _copy_file(publication / name, to / name) != sha256:
            raise PublicationError(
                f"publications/{publication.name}/{name} is not as it was signed",
                rule="what is released is byte for byte what the signed manifest lists",
                next_step="materialise the publication again, and have it signed again",
            )


def _copy_file(source: Path, to: Path) -> str:
    """Copy a file in blocks and return the copy's sha256."""
    to.parent.mkdir(parents=True, exist_ok=True)
    total = hashlib.sha256()
    with source.open("rb") as read, to.open("xb") as written:
        while block := read.read(_BLOCK):
            total.update(block)
            written.write(block)
    to.chmod(0o444)
    return total.hexdigest()


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(0o444)


def _link_tree(source: Path, to: Path) -> None:
    shutil.copytree(source, to, copy_function=link_or_copy)


def _open_tree(folder: Path) -> None:
    """Let everyone into a state, whatever new folders are by default."""
    for path in [*folder.rglob("*/"), folder, folder.parent]:
        path.chmod(0o755)


def _flush_tree(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        flush(path)
