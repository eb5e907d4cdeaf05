"""What was released, as entries of the log of decisions.

So that an edition that vanishes from `data/published/`, or is put there by hand, shows. Belongs
here: the entry, and comparing it with what readers have. Does not belong here: the release itself
(`storage/published.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from nino_assets.governance.decision_log import Entry
from nino_assets.statistic.quarters import Quarter


@dataclass(frozen=True, kw_only=True)
class Release(Entry):
    """An edition of a quarter left, with this manifest; `by` is the run that released it."""

    kind: ClassVar[str] = "release"

    edition: int
    manifest_sha256: str


EditionKey = tuple[Quarter, int, str]
"""Quarter, number and manifest of an edition."""


def find_log_differences(entries: Iterable[Release], held: Iterable[EditionKey]) -> list[str]:
    """Where the editions that readers have differ from those in the log, a sentence each.

    The last one held may lack its entry: a release that was killed between the two writes it when
    it is run again.
    """
    logged = {(Quarter.parse(e.quarter), e.edition, e.manifest_sha256) for e in entries}
    out = list(held)
    lost = [f"{_named(each)} was released and is not there" for each in sorted(logged - {*out})]
    strange = [
        f"{_named(each)} is there and was never released" for each in out[:-1] if each not in logged
    ]
    return lost + strange


def _named(edition: EditionKey) -> str:
    return f"edition {edition[1]} of {edition[0].label}"
