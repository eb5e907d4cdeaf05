"""Releases, as entries of the log of decisions.

They show when an edition vanishes from `data/published/`, or is put there by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from nino_assets.governance.log_entry import Entry
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class Release(Entry):
    """An edition was released; `by` names the run that did it."""

    kind: ClassVar[str] = "release"

    edition: int
    manifest_sha256: str


EditionKey = tuple[Quarter, int, str]
"""Quarter, number and sha256 of the manifest of an edition."""


def find_log_differences(entries: Iterable[Release], published: Sequence[EditionKey]) -> list[str]:
    """Find editions that are in the log or published, but not both.

    The last published one may lack its entry: a release that was killed between publishing and
    logging writes the entry when it runs again.
    """
    logged = {(Quarter.parse(e.quarter), e.edition, e.manifest_sha256) for e in entries}
    missing = sorted(logged - set(published))
    unlogged = [key for key in published[:-1] if key not in logged]
    return [f"{_name_edition(key)} was released and is not there" for key in missing] + [
        f"{_name_edition(key)} is there and was never released" for key in unlogged
    ]


def _name_edition(key: EditionKey) -> str:
    return f"edition {key[1]} of {key[0].label}"
