"""Collects the facts that decide about a release, for its gates.

They come from the event log, the warehouse, the log of decisions, the files, the clock and the
settings.
"""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import dataclass

import dagster as dg
import duckdb

from nino_assets.deliveries.perturbation_table_file import read_perturbation_table
from nino_assets.errors import NinoError, WarehouseError
from nino_assets.governance.clock import Clock
from nino_assets.governance.decision_log import (
    find_newest_moment,
    locate_log,
    read_entries,
    verify_log,
)
from nino_assets.governance.gate_facts import DEMONSTRATION, DEMONSTRATION_VARIABLE, ReleaseFacts
from nino_assets.governance.proved_decisions import find_unproved
from nino_assets.governance.release_log import Release, find_log_differences
from nino_assets.governance.release_schedule import ReleaseSchedule
from nino_assets.governance.review_log import Answer, list_rejected, list_unanswered
from nino_assets.governance.signatures import Signature
from nino_assets.governance.team import read_team
from nino_assets.orchestration.check_results import list_warnings
from nino_assets.orchestration.checks.gate import refuse_unchecked
from nino_assets.publishing.bulletin.bulletin_dates import read_dates
from nino_assets.publishing.documents.documents_agreement import find_date_faults
from nino_assets.quality.measures.correction import find_correction_faults
from nino_assets.quality.measures.design_words import list_pages_with_design, read_design_values
from nino_assets.quality.measures.released_cells import measure_history
from nino_assets.quality.suites.all import ALL_SUITES
from nino_assets.quality.suites.release import RELEASE
from nino_assets.releases.edition_history import read_edition_history
from nino_assets.releases.editions import read_edition
from nino_assets.releases.landing_pages import prepare_landing_pages
from nino_assets.releases.next_edition import NextEdition, find_next_edition
from nino_assets.releases.pre_release_list import find_list_faults
from nino_assets.releases.published import PublishedEditions
from nino_assets.releases.series import find_series
from nino_assets.releases.series_revisions import find_revision_faults
from nino_assets.statistic.quarters import Quarter
from nino_assets.store.publication_manifest import verify_manifest
from nino_assets.store.warehouse import Warehouse


@dataclass(frozen=True)
class ReleaseContext:
    """What the facts about a release are collected from."""

    warehouse: Warehouse
    instance: dg.DagsterInstance
    clock: Clock
    demonstration: bool = False
    """Whether synthetic data and a set clock may pass."""

    @classmethod
    def from_environment(cls, warehouse: Warehouse, instance: dg.DagsterInstance) -> ReleaseContext:
        """Make a context with the clock and the setting of this process."""
        setting = os.environ.get(DEMONSTRATION_VARIABLE)
        return cls(warehouse, instance, Clock.from_environment(), setting == DEMONSTRATION)

    def open_session(self) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Open a DuckDB session for the suite of the release."""
        return self.warehouse.open_session()

    def collect_facts(self, quarter: Quarter) -> ReleaseFacts:
        """Collect everything that decides about a quarter's release.

        No entry of a damaged log counts. Raises a NinoError when the quarter was never built.
        """
        folders = self.warehouse.folders
        publication = folders.find_publication(quarter)
        log = locate_log(folders.warehouse)
        broken = verify_log(log)
        warnings = list_warnings(self.instance, quarter)
        answers = [] if broken else read_entries(log, Answer)
        due = find_next_edition(folders, quarter)
        first = find_series(self.warehouse, quarter)[0]
        series = first.list_until(quarter)
        edition = read_edition(self.warehouse, quarter)
        schedule = ReleaseSchedule() if broken else ReleaseSchedule.from_log(log)
        # A file that was changed may not even be readable.
        changed = self._find_released_faults()
        issued_on, next_on = read_dates(publication / "bulletin.html")
        return ReleaseFacts(
            quarter=quarter,
            now=self.clock.read(),
            clock_is_set=self.clock.set_to is not None,
            kernel_now=None if self.clock.set_to else self.clock.read_kernel(),
            last_entry=None if broken else find_newest_moment(log),
            extracted_on=max(d.extracted_on for d in self.warehouse.serving.group_quarters(series)),
            planned=due.planned,
            schedule=schedule,
            outstanding=self._list_outstanding(schedule),
            is_correction=due.number > 1,
            is_released=due.released is not None,
            issued_on=issued_on,
            next_on=next_on,
            synthetic=edition.synthetic,
            demonstration=self.demonstration,
            manifest_sha256=due.manifest_sha256,
            signatures=[] if broken else read_entries(log, Signature),
            upstream_faults=self._find_upstream_faults(quarter),
            unanswered_warnings=list_unanswered(warnings, quarter, answers),
            rejected_warnings=list_rejected(warnings, quarter, answers),
            manifest_faults=verify_manifest(publication),
            log_faults=broken,
            access_list_faults=self._find_access_list_faults(quarter),
            history_faults=["not compared"] if changed else self._find_history_faults(due),
            revision_faults=find_revision_faults(self.warehouse.folders, quarter, due.planned),
            correction_faults=find_correction_faults(self.warehouse, quarter),
            document_faults=find_date_faults(publication, edition),
            design_faults=[] if changed else self._find_design_faults(due, edition.synthetic),
            unproved_decisions=[]
            if broken
            else find_unproved(log, quarter, read_team(), synthetic=edition.synthetic),
            released_faults=changed,
        )

    def _list_outstanding(self, schedule: ReleaseSchedule) -> list[Quarter]:
        """The quarters that were announced and that readers do not have."""
        try:
            editions = PublishedEditions(self.warehouse.folders).read_editions()
        except NinoError:  # told by the gate `released_unchanged`
            return []
        held = {each.quarter for each in editions}
        announced = {Quarter.parse(each.quarter) for each in schedule.announcements}
        return sorted(announced - held)

    def _find_upstream_faults(self, quarter: Quarter) -> list[str]:
        """Ask the gate of each asset before the release."""
        found = []
        for suite in ALL_SUITES:
            if suite.asset != RELEASE:
                try:
                    refuse_unchecked(self.instance, suite, [quarter])
                except WarehouseError as refused:
                    found.append(refused.what)
        return found

    def _find_access_list_faults(self, quarter: Quarter) -> list[str]:
        try:
            return find_list_faults(self.warehouse, quarter)
        except NinoError as error:
            return [error.what]

    def _find_history_faults(self, due: NextEdition) -> list[str]:
        measures = measure_history(self.warehouse, due.quarter)
        found = [f"{name}: {count}" for name, count in measures.items() if count]
        history = read_edition_history(self.warehouse.folders, due.quarter)
        if history.released and not history.open_correction and not due.released:
            found.append("readers have the quarter with another manifest; no correction is open")
        return found

    def _find_design_faults(self, due: NextEdition, synthetic: bool) -> list[str]:
        """Search the pages that readers get with the edition.

        The files of the edition itself are searched by a check of qa_report.
        """
        published = PublishedEditions(self.warehouse.folders)
        editions = published.read_editions()
        if not due.released:
            editions.append(due.make_released_edition(synthetic=synthetic))
        pages = prepare_landing_pages(self.warehouse, due.quarter)(editions)
        design = read_design_values(read_perturbation_table(self.warehouse))
        return [
            f"{name} tells a value of the p-table in use"
            for name in list_pages_with_design(pages, design)
        ]

    def _find_released_faults(self) -> list[str]:
        published = PublishedEditions(self.warehouse.folders)
        log = locate_log(self.warehouse.folders.warehouse)
        try:
            held = [(e.quarter, e.number, e.manifest_sha256) for e in published.read_editions()]
            return published.find_faults() + find_log_differences(read_entries(log, Release), held)
        except NinoError as error:
            return [error.what]
