"""A quarter that is ready to be released, for tests that make one thing wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import dagster as dg

from nino_assets.governance.calendar import compute_release_moment
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import append_entry, locate_log
from nino_assets.governance.log_entry import Entry, make_entry_fields
from nino_assets.governance.signatures import Signature
from nino_assets.orchestration.release_facts import ReleaseContext
from nino_assets.releases.published import hash_manifest
from nino_assets.store.warehouse import Warehouse
from nino_assets_tests.support.defects import Planter
from nino_assets_tests.support.synthetic_build import LATEST

DUE = compute_release_moment(LATEST)


@dataclass
class Stage:
    """A quarter that is ready to be released, at 9:30; each test makes one thing wrong."""

    warehouse: Warehouse
    instance: dg.DagsterInstance
    planter: Planter
    now: datetime = DUE
    demonstration: bool = True
    entries: list[Entry] = field(default_factory=list)

    @property
    def desk(self) -> ReleaseContext:
        return ReleaseContext(self.warehouse, self.instance, Clock(self.now), self.demonstration)

    def write_log(self, entries: list[Entry]) -> None:
        """The log as if these were all the decisions that were ever taken."""
        log = locate_log(self.warehouse.folders.warehouse)
        for path in (log, log.with_suffix(".head.json")):
            path.unlink(missing_ok=True)
        for entry in entries:
            append_entry(log, entry)

    def without(self, kind: type[Entry], **fields: str) -> None:
        """The log without the entries of a kind that have these values."""
        self.write_log(
            [
                entry
                for entry in self.entries
                if not isinstance(entry, kind)
                or any(getattr(entry, name) != value for name, value in fields.items())
            ]
        )


def sign(stage: Stage, role: str, by: str) -> Signature:
    return Signature(
        **make_entry_fields(LATEST, by, DUE - timedelta(days=2)),
        role=role,
        manifest_sha256=hash_manifest(stage.warehouse.folders.find_publication(LATEST)),
    )
